"""Measures in points that Python and style sheets share, and an estimate of the lines that words fill.

What a page has room for is decided before the press lays it out: the size of a title, whether a map of evidence is on
the cover, whether a caption hangs beside its picture. These numbers are not read from the style sheets, where they are
the result of several rules (lengths, sums of tokens, shares of the type size); they are repeated here alone. If you
change one of the style sheets named below, change its measures too. A library's own layout may differ: then the
estimate is off by a line or two, and the press still sets the page.
"""

import re
from dataclasses import dataclass

# layouts/tokens.css, layouts/briefing/page.css

TEXT_WIDTH, PICTURE_HEIGHT = 357.0, 425.0
"""Width of the column of text, and the most height of a picture."""
CAPTION_LEADING = 14.5
"""Height of a line of a caption."""

# layouts/cover/cover.css: the cover picture of an e-book


@dataclass(frozen=True, slots=True)
class Type:
    """A size of type with its leading, and the space above."""

    points: float
    leading: float
    above: float = 0


COVER_WIDTH = 336.0
"""Room from side to side."""
COVER_OUTCOME_WIDTH = 210.0
"""Room of an outcome between its mark and its word."""
COVER_TITLE_HEIGHT, COVER_MARKS_HEIGHT = 212.0, 100.0
"""Room of the title, and of the field of marks below it."""
COVER_ROWED_TITLE_HEIGHT = 168.0
"""Room of the title where each briefing has a row of marks below it."""
COVER_ROWS = ((188.0, 212.0), (232.0, 176.0))
"""Room of the rows from top to bottom, and the room that it leaves the title: the larger title comes first."""
COVER_ROW, COVER_ROW_NOTE = Type(13.5, 17), Type(12, 15)
"""Type of the head of a row, and of the words below it."""
COVER_ROW_LINE = 0.6
"""Width of the line below a row."""
COVER_TITLES = tuple(
    Type(*size)
    for size in ((60, 62), (48, 50), (43, 46), (38, 41), (34, 38), (30, 34), (27, 31), (24, 28), (21, 25))
)  # fmt: skip
"""Sizes of the title, the largest first."""
COVER_SUBTITLE, COVER_SUMMARY = Type(20, 25, 12), Type(16, 21, 10)
"""Type of a pack's subtitle, and of a briefing's summary."""

# layouts/pack/pack.css and layouts/booklet/booklet.css: the cover of a pack, with a map of its evidence

PITCHES = (("roomy", 12, 28.0), ("close", 20, 19.0), ("closest", 27, 17.5))
"""Looks of the map: name, the most rows that a cover has room for, and the height of a row."""
STACKED_PITCH, STACKED_AREAS = ("over", 7, 34.7), 5
"""The look for a narrow cover, with each title above its marks; and the most areas that it has room for."""


@dataclass(frozen=True, slots=True)
class CoverLook:
    """A size of a cover's title."""

    name: str
    """Class of the cover."""
    title: Type
    subtitle: Type
    around: float
    """Height of everything else above the map, with the spaces between."""


@dataclass(frozen=True, slots=True)
class CoverRoom:
    """Room that a cover has for the map."""

    width: float
    height: float
    looks: tuple[CoverLook, ...]
    """Of the title, the largest first."""
    pitches: tuple[tuple[str, int, float], ...]
    """Looks of the map, as in `PITCHES`."""
    most_full_titles: int
    """The most rows with the full titles of briefings; if there are more, each has its short title."""
    title_column: float
    row: Type
    around_map: float
    """Height of the map's heading, of its key and of the words below, with the spaces between."""


COVER_ROOMS = {
    "A4": CoverRoom(
        499,
        726,
        (
            CoverLook("", Type(60, 62), Type(22, 28, 8), 170),
            CoverLook("smaller", Type(42, 44), Type(22, 28, 4), 94),
            CoverLook("smallest", Type(30, 33), Type(15, 19, 2), 66),
        ),
        PITCHES,
        PITCHES[0][1],
        147,
        Type(12.5, 15.5),
        103.5,
    ),
    "A5": CoverRoom(
        345,
        494,
        (
            CoverLook("", Type(34, 37), Type(21, 27, 8), 94),
            CoverLook("smaller", Type(24, 26), Type(21, 27, 4), 100),
            CoverLook("smallest", Type(17, 20), Type(14.5, 18.5, 2), 80),
        ),
        (STACKED_PITCH, *PITCHES[1:]),
        0,
        102,
        Type(12, 15),
        110,
    ),
}
"""By the size of the page."""

COVER_LOGO, COVER_COPY_NUMBER = 62.0, 47.0
"""Height of the logo, and of the number of a copy."""
MAP_PAGE_WIDTH, MAP_MARK_WIDTH, MAP_CELL_PADDING = 26.0, 14.5, 5.0
"""Width of the column of pages, of a mark with the space after it, and of the space at the left of a cell."""
MAP_HEAD = Type(12.0, 14.5)
"""Type of the heads of the map's columns."""

# Lines

LETTER, SMALL_LETTER = 0.53, 0.47
"""Width of a letter in large bold type in ems, and in a table, where a wrong guess costs a row and no broken word."""


def line_count(text: str, points: float, width: float, letter: float = LETTER) -> tuple[int, bool]:
    """Estimate the lines that a text fills in a size and a width in points, and whether every word fits on a line."""
    room = int(width / (letter * points))
    lines, length, fits = 1, 0, True
    for word in re.findall(r"[^\s-]+-*\s*", text):
        fits = fits and len(word.rstrip()) <= room
        if length and length + len(word.rstrip()) > room:
            lines, length = lines + 1, 0
        length += len(word)
    return lines, fits
