"""Reviews that fall due: a text, its day, and whom it concerns. Light to load: a list of them may be remembered."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DueReview:
    """The next review of a briefing, or of a kept version that packs are pinned to, with all whom it concerns."""

    day: date
    """The last day on which it is in time."""
    owner: str
    """Who answers for the text; the empty string where nobody is named."""
    id: str
    version: str
    title: str
    status: str
    kept: bool
    """Whether it is a kept version, beside which the briefing goes on."""
    packs: tuple[tuple[str, str], ...]
    """The packs that hold it: id and title, in order of id."""
    colleges: tuple[tuple[str, str], ...]
    """The colleges that take one of these packs: id and name, in order of id."""
    address: str
    """Its address in full, or the empty string."""
    uid: str
    """Its name in calendars, the same whenever it is listed."""
    changed: date
    """The last day in its own history: of publishing, updating or reviewing; where it tells none, the day of review."""
    revision: int
    """A number that grows with each entry of its history."""
