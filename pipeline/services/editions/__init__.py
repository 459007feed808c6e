"""Approve, publish and issue, and answer which edition a file is of."""

from pipeline.core.services import Service

SERVICE = Service(
    "editions",
    files=("approvals",),
    verbs={
        "accessibility": (
            "Make the accessibility report of an issued edition, as PDF and web page.",
            "pipeline.services.editions.accessibility:verb",
        ),
        "approve": (
            "Give the code of a briefing's words, or enter their approval in its history.",
            "pipeline.services.editions.approve:verb",
        ),
        "changes": (
            "Say how two versions of a briefing differ, or two editions of a pack, word by word.",
            "pipeline.services.editions.changes:verb",
        ),
        "due": (
            "List the reviews that fall due, by owner, with the packs and colleges that they concern.",
            "pipeline.services.editions.due:verb",
        ),
        "issue": (
            "Issue a pack as an edition: judged, recorded for good, and its files kept in the archive.",
            "pipeline.services.editions.issue:verb",
        ),
        "pages": (
            "Write a status page for every code that was ever issued.",
            "pipeline.services.editions.status:verb",
        ),
        "publish": (
            "Keep the present version of a briefing for good, in source/versions/.",
            "pipeline.services.editions.publish:verb",
        ),
        "ready": (
            "Say whether a briefing could be published as it stands, and what is missing.",
            "pipeline.services.editions.publish:ready_verb",
        ),
        "record": (
            "Show the record of an edition, or hand out its files.",
            "pipeline.services.editions.record_verb:verb",
        ),
        "verify": (
            "Say which edition a file, a parcel or a code is of, whether it is whole, and whether it is current.",
            "pipeline.services.editions.verify:verb",
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
