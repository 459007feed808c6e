"""Make Word documents for comment, and read the comments back."""

from pipeline.core.services import Service

SERVICE = Service(
    "comments",
    reads=("importing",),
    files=("sent",),
    hooks={"returned": {"comments": "pipeline.services.comments.import_returned:returned"}},
    verbs={
        "comment": (
            "Make Word documents for comment: every change in them is tracked, and citations are locked.",
            "pipeline.services.comments.comment:verb",
        ),
    },
)
