"""Rows on the cover of a book for screens: a briefing's findings, or the parts of a manual, where they have room."""

from dataclasses import dataclass, replace

from pipeline.compose.evidence.outcomes import usual_intervention
from pipeline.compose.language.words import result as worded
from pipeline.compose.page.lines import SMALL_LETTER, lines_of
from pipeline.compose.page.marks import mark
from pipeline.model.publication import PackPublication, Publication

WIDE = 336.0
"""The room from side to side, in points, as `layouts/cover/cover.css` has it."""
OUTCOME_WIDE = 210.0
"""The room of an outcome between its mark and its word."""
ROOMS = ((188.0, 212.0), (232.0, 176.0))
"""The room of the rows from top to bottom, and what it leaves the title: the larger title is tried first."""

POINTS, LEADING = 13.5, 17
"""Size and leading of the head of a row."""
NOTE_POINTS, NOTE_LEADING = 12, 15
"""The same of what is said below it."""
LINE = 0.6
"""The line below a row."""
LEAST_PAD, MOST_PAD = 3.0, 10.0
"""The least and the most space above and below the words of a row."""


@dataclass(frozen=True, slots=True)
class CoverRow:
    """A row: a mark and a word where it is a finding, and what is said softly beside its head or below."""

    head: str
    note: str
    mark: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class CoverRows:
    """Rows with the space around each, in points, and the room that they leave the title."""

    rows: tuple[CoverRow, ...]
    pad: str
    title_high: float


def finding_rows(publication: Publication, colour: str) -> CoverRows | None:
    """A row a finding, in the order of the text: mark, outcome with what was studied, word; nothing without room.

    Where all of it has no room, the outcomes alone may have, if no two are the same.
    """
    identity, rows = publication.identity, publication.evidence.rows if publication.evidence else ()
    if not rows:
        return None
    usual, _ = usual_intervention(rows, (identity.title, identity.short_title))
    made = []
    for found in (row.finding for row in rows):
        studied = "" if found.intervention == usual else ", ".join(found.intervention)
        head, word = found.outcome[:1].upper() + found.outcome[1:], worded(identity.words, found.result)
        made.append(CoverRow(head, studied, mark(found.result, colour), word))
    heads = [replace(row, note="") for row in made]
    is_plain = len({row.head for row in heads}) == len(heads)
    return _with_room(made, list(map(_high, made))) or (
        _with_room(heads, list(map(_high, heads))) if is_plain else None
    )


def _high(row: CoverRow) -> int:
    """Height of the words of a finding."""
    said = ", ".join(filter(None, (row.head, row.note)))
    return lines_of(said, POINTS, OUTCOME_WIDE, SMALL_LETTER)[0] * LEADING


def part_rows(pack: PackPublication) -> CoverRows | None:
    """A row a part of a manual, with the titles of its chapters below; nothing without room, and without parts."""
    titles = {member.id: member.identity.short_title for member in pack.members}
    made, high = [], []
    for part in pack.parts:
        chapters = " · ".join(titles[name] for name in part.briefings if name in titles)
        made.append(CoverRow(part.title, chapters))
        below = lines_of(chapters, NOTE_POINTS, WIDE, SMALL_LETTER)[0] * NOTE_LEADING
        high.append(lines_of(part.title, POINTS, WIDE)[0] * LEADING + below)
    return _with_room(made, high) if made and all(row.head for row in made) else None


def _with_room(rows: list[CoverRow], high: list[int]) -> CoverRows | None:
    """The rows with even space around each, where there is room for all."""
    for room, title_high in ROOMS:
        pad = (room - sum(high) - LINE * len(rows)) / (2 * len(rows))
        if pad >= LEAST_PAD:
            return CoverRows(tuple(rows), f"{min(pad, MOST_PAD):.2f}", title_high)
    return None
