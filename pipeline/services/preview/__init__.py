"""Show a text live in the browser."""

from pipeline.core.services import Service, Verb

SERVICE = Service(
    "preview",
    verbs={
        "preview": Verb(
            "Write",
            "Show a briefing in the browser, updated at each save.",
            "pipeline.services.preview.preview:verb",
            "hot-spots-policing",
        ),
    },
)
