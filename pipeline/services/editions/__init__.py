"""Approve, publish and issue, and answer which edition a file is of."""

from pipeline.core.services import Service, Verb

SERVICE = Service(
    "editions",
    files=("approvals",),
    verbs={
        "accessibility": Verb(
            "Publish",
            "Make the accessibility report of an issued edition.",
            "pipeline.services.editions.accessibility:verb",
            "drug-crimes",
        ),
        "approve": Verb(
            "Publish",
            "Show the code of a briefing's text, or record its approval.",
            "pipeline.services.editions.approve:verb",
            "hot-spots-policing",
        ),
        "changes": Verb(
            "Publish",
            "Compare two versions of a briefing or editions of a pack.",
            "pipeline.services.editions.changes:verb",
            "hot-spots-policing@1.0 hot-spots-policing",
        ),
        "due": Verb(
            "Publish",
            "List the reviews that are due, by owner.",
            "pipeline.services.editions.due:verb",
            "--until 2027-06-30",
        ),
        "issue": Verb(
            "Publish",
            "Issue a pack as an edition, and archive its files.",
            "pipeline.services.editions.issue:verb",
            "drug-crimes --dry-run",
        ),
        "pages": Verb(
            "Publish",
            "Write a status page for each printed code.",
            "pipeline.services.editions.status:verb",
            "--to status-pages",
        ),
        "publish": Verb(
            "Publish",
            "Publish the current version of a briefing.",
            "pipeline.services.editions.publish:verb",
            "hot-spots-policing",
        ),
        "ready": Verb(
            "Publish",
            "Show what a briefing needs before it can be published.",
            "pipeline.services.editions.publish:ready_verb",
            "hot-spots-policing",
        ),
        "record": Verb(
            "Publish",
            "Show the record of an edition, or copy out its files.",
            "pipeline.services.editions.record_verb:verb",
            "drug-crimes",
        ),
        "verify": Verb(
            "Publish",
            "Identify a file, a delivery or a printed code, and check it.",
            "pipeline.services.editions.verify:verb",
            "--records",
        ),
    },
    hooks={
        "checks": {"editions": "pipeline.services.editions.checks:checks"},
        "cites": {"editions": "pipeline.services.editions.checks:editions_resting_on"},
    },
    withdrawn={
        "slip": "List what differs: 'briefings changes ID@1.0 ID --pdf'.",
    },
)
