"""The finished PDF of what is posted: letters with the delivery at their foot, sheets of nothing but labels."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import groupby

from pikepdf import Pdf

from pipeline.bind.pdf.close import close
from pipeline.bind.pdf.record import label_pages, record
from pipeline.bind.pdf.stamps import Overlay, PressedStamps, stamp_pages
from pipeline.bind.stamps.running import APART
from pipeline.model.claim import USUAL, Claim
from pipeline.model.formats import Rooms
from pipeline.model.manuscript import Metadata, StampText
from pipeline.model.sheets import Sheets
from pipeline.model.words import Words
from pipeline.pdf.tree import read_ids, take_headed, take_places
from pipeline.text.fitting import shortened, width

Foot = tuple[str, str, Words]
"""A college and its delivery, at the foot of a letter's pages, and the words that count these."""
_ROOM = Rooms()


def bind_posted(
    sheets: Sheets,
    metadata: Metadata,
    feet: Mapping[str, Foot],
    stamps: PressedStamps,
    claim: Claim | None = USUAL,
) -> bytes:
    """The sheets as a finished file; `feet` by the name of a letter's chapter, `stamps` what `posted_lines` gives."""
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        places, ids = take_places(pdf), read_ids(pdf)
        take_headed(pdf)
        stamp_pages(Overlay(pdf, stamps), posted_lines(sheets, feet))
        record(pdf, metadata, claim)
        label_pages(pdf, ((0, 1),))
        return close(pdf, claim, places, ids)


def posted_lines(sheets: Sheets, feet: Mapping[str, Foot]) -> tuple[tuple[StampText, ...], ...]:
    """The lines of every page: a letter of several pages counts its own."""
    return tuple(lines for name, pages in _pages_of(sheets) for lines in _lines(feet.get(name), pages))


def _pages_of(sheets: Sheets) -> Iterator[tuple[str, int]]:
    """The chapters by name, each with its number of pages."""
    for name, starts in groupby(start.element.partition(".")[0] for start in sheets.starts):
        yield name, sum(1 for _ in starts)


def _lines(foot: Foot | None, pages: int) -> Iterator[tuple[StampText, ...]]:
    if foot is None:
        yield from ((),) * pages
        return
    college, delivery, words = foot
    for page in range(1, pages + 1):
        folio = words.say("page-of", page=page, pages=pages) if pages > 1 else ""
        room = _ROOM.line - width(f" · {delivery}", _ROOM.size) - (width(folio, _ROOM.size) + APART if folio else 0)
        said = StampText("foot-id", f"{shortened(college, room, _ROOM.size)} · {delivery}")
        yield (said, StampText("folio", folio)) if folio else (said,)
