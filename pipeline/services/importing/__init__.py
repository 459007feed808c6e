"""Import Word documents and web pages."""

from pipeline.core.services import Service

SERVICE = Service(
    "importing",
    files=("word-styles.yaml",),
    verbs={
        "import": (
            "Take Word documents or web pages in: text, pictures and works, and an account of the rest.",
            "pipeline.services.importing.importing:verb",
        ),
    },
)
