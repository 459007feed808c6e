"""Texts that no longer hold: withdrawn or superseded, in words. Pure."""

from pipeline.model.library import Library
from pipeline.model.source.briefing import RETIRED, BriefingHead, Status


def retired_in_words(library: Library, name: str) -> str:
    """That a text no longer holds: 'withdrawn: The study was retracted.'; nothing of one in force, or of none."""
    briefing = library.briefings.get(name)
    if briefing is None or briefing.fields.status not in RETIRED:
        return ""
    if briefing.fields.status is Status.WITHDRAWN:
        return ": ".join(filter(None, ("withdrawn", reason_of_withdrawal(briefing))))
    newer = library.briefings.get(briefing.fields.superseded_by or "")
    return f"superseded by '{newer.fields.title}'" if newer else "superseded"


def reason_of_withdrawal(briefing: BriefingHead) -> str:
    """The reason why a text was withdrawn; nothing of any other."""
    return briefing.fields.withdrawn_reason or "" if briefing.fields.status is Status.WITHDRAWN else ""
