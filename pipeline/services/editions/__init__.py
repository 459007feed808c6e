"""Approve, publish and issue, and answer which edition a file is of."""

from pipeline.core.services import Service

SERVICE = Service(
    "editions",
    files=("approvals",),
    verbs={
        "accessibility": (
            "Make the accessibility report of an issued edition, as PDF and web page.",
            "pipeline.cli.catalogue.accessibility:verb",
        ),
        "approve": (
            "Give the code of a briefing's words, or enter their approval in its history.",
            "pipeline.cli.approve:verb",
        ),
        "changes": (
            "Say how two versions of a briefing differ, or two editions of a pack, word by word.",
            "pipeline.cli.changes:verb",
        ),
        "due": (
            "List the reviews that fall due, by owner, with the packs and colleges that they concern.",
            "pipeline.cli.due:verb",
        ),
        "issue": (
            "Issue a pack as an edition: judged, recorded for good, and its files kept in the archive.",
            "pipeline.cli.editions.issue:verb",
        ),
        "pages": (
            "Write a status page for every code that was ever issued.",
            "pipeline.cli.editions.pages:verb",
        ),
        "publish": (
            "Keep the present version of a briefing for good, in source/versions/.",
            "pipeline.cli.publish:verb",
        ),
        "ready": (
            "Say whether a briefing could be published as it stands, and what is missing.",
            "pipeline.cli.ready:verb",
        ),
        "record": (
            "Show the record of an edition, or hand out its files.",
            "pipeline.cli.editions.record:verb",
        ),
        "verify": (
            "Say which edition a file, a parcel or a code is of, whether it is whole, and whether it is current.",
            "pipeline.cli.editions.verify:verb",
        ),
    },
    hooks={
        "checks": {"editions": "pipeline.cli.editions.checks:checks"},
        "cites": {"editions": "pipeline.cli.reports.issued_citing:editions_resting_on"},
    },
    withdrawn={
        "slip": "List what differs: 'briefings changes ID@1.0 ID --pdf'.",
    },
)
