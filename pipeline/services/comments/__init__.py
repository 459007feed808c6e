"""Make Word documents for comment, and read the comments back."""

from pipeline.core.services import Service, Verb

SERVICE = Service(
    "comments",
    reads=("importing",),
    files=("sent",),
    hooks={"returned": {"comments": "pipeline.services.comments.import_returned:returned"}},
    verbs={
        "comment": Verb(
            "Write",
            "Make Word documents for comment, with tracked changes.",
            "pipeline.services.comments.comment:verb",
            "hot-spots-policing",
        ),
    },
)
