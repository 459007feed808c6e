"""Reviews that are due: the text, the day and the people concerned. Loads quickly, for a cached list."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DueReview:
    """The next review of a briefing, or of a kept version that packs are pinned to."""

    day: date
    """The last day for the review."""
    owner: str
    """The owner of the text, or the empty string."""
    id: str
    version: str
    title: str
    status: str
    kept: bool
    """True if it is a kept version, and the briefing has a later one."""
    packs: tuple[tuple[str, str], ...]
    """The packs that contain it: id and title, in order of id."""
    colleges: tuple[tuple[str, str], ...]
    """The colleges that take one of these packs: id and name, in order of id."""
    address: str
    """Its address in full, or the empty string."""
    uid: str
    """Its name in calendars, the same whenever it is listed."""
    changed: date
    """The last day in its history: published, updated or reviewed; without one, the day of review."""
    revision: int
    """A number that grows with each entry of its history."""
