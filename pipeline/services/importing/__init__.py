"""Import Word documents and web pages."""

from pipeline.core.services import Service, Verb

SERVICE = Service(
    "importing",
    files=("word-styles.yaml",),
    verbs={
        "import": Verb(
            "Write",
            "Import Word documents or web pages as briefings.",
            "pipeline.services.importing.importing:verb",
            "report.docx",
        ),
    },
)
