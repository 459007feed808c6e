"""Show a text live in the browser."""

from pipeline.core.services import Service

SERVICE = Service(
    "preview",
    verbs={
        "preview": (
            "Show a text live in the browser: its pages are made anew whenever it is saved.",
            "pipeline.services.preview.preview:verb",
        )
    },
)
