"""Wrapping and fitting words into columns."""

import re
from collections.abc import Iterator
from unicodedata import category, east_asian_width

# Lines of plain text

COLUMNS = 72
"""Columns of a line of plain text."""

_KEPT_TOGETHER = "\u00a0\u202f\u2007"
_UNSEEN = str.maketrans({"\u00ad": None, "\u200b": None, "\u2060": None, "\ufeff": None})
"""Places where a word may or may not break, which say nothing."""
_PLAIN_SPACES = str.maketrans(dict.fromkeys(_KEPT_TOGETHER, " "))
_SPACES = re.compile(rf"[^\S{_KEPT_TOGETHER}]+")
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{0,30}://|\bwww\.|\bmailto:|(?<![^\s@])[^\s@]+@[^\s@]+\.|\b10\.\d{4,9}/", re.IGNORECASE
)
_ON_OTHERS = frozenset({"Mn", "Me", "Cf"})
"""Kinds of characters that take no column of their own."""
_NEVER_FIRST = frozenset("、。，．！？；：」』）】〉》〕｝・ー々…‥")
_NEVER_LAST = frozenset("「『（【〈《〔｛")
"""Wide characters that a line does not begin with, and those that it does not end with."""


def columns(words: str) -> int:
    """Columns that words take: two for a wide character, none for a mark on another."""
    if words.isascii():
        return len(words)
    shown = (character for character in words if category(character) not in _ON_OTHERS)
    return sum(1 + (east_asian_width(character) in "WF") for character in shown)


def filled(words: str, room: int = COLUMNS, first: str = "", rest: str = "") -> list[str]:
    """Lines of at most so many columns: the first begins with `first`, the others with `rest`.

    An address is never broken: one that is wider than the room stands out. Of other words one too wide is.
    """
    lines: list[str] = []
    line, begun = first, False
    for piece, apart in _pieces(words.translate(_UNSEEN), room - columns(rest)):
        joined = f"{line} {piece}" if begun and apart else line + piece
        if begun and columns(joined) > room:
            lines.append(line)
            joined = rest + piece
        line, begun = joined, True
    lines.append(line)
    return [line.translate(_PLAIN_SPACES).rstrip() for line in lines]


def padded(words: str, width: int) -> str:
    """The words with as many spaces behind them as fill a column."""
    return words + " " * (width - columns(words))


def _pieces(words: str, room: int) -> Iterator[tuple[str, bool]]:
    """The pieces that words break into between lines, each with whether a space stands before it."""
    for word in filter(None, _SPACES.split(words)):
        for place, piece in enumerate(_parts(word)):
            if columns(piece) <= room or _ADDRESS.search(piece):
                yield piece, place == 0
            else:
                yield from ((part, place == 0 and number == 0) for number, part in enumerate(_cut(piece, room)))


def _parts(word: str) -> Iterator[str]:
    """A word parted beside its wide characters, where scripts without spaces may be."""
    if word.isascii() or columns(word) == len(word):
        yield word
        return
    start = 0
    for place in range(1, len(word)):
        before, after = word[place - 1], word[place]
        wide = columns(before) == 2 or columns(after) == 2
        if wide and columns(after) and before not in _NEVER_LAST and after not in _NEVER_FIRST:
            yield word[start:place]
            start = place
    yield word[start:]


def _cut(word: str, room: int) -> Iterator[str]:
    """A word too wide for any line, in pieces that are not; marks stay with their letters."""
    start = width = 0
    for place, character in enumerate(word):
        width += columns(character)
        if place > start and width > room:
            yield word[start:place]
            start, width = place, columns(character)
    yield word[start:]


# Words on a page, by the widths of a common text face

TITLE_ROOM = 222
"""Points that the title has in the head of an A4 page, as `layouts/stamp/stamp.css` lays it out."""

TITLE_SIZE = 12
"""Points of its type there."""

_NARROW = frozenset("iljtfrI.,:;'’‘|!()[]-– ·/")
_WIDE = frozenset("mwMW@%—…")
_THIN, _MIDDLE, _CAPITAL, _BROAD = 0.31, 0.57, 0.69, 0.89
"""Widths in ems, on the generous side."""


def width(text: str, size: float = 10) -> float:
    """About how wide the words stand, in points; rather too much than too little."""
    ems = 0.0
    for character in text:
        if character in _NARROW:
            ems += _THIN
        elif character in _WIDE:
            ems += _BROAD
        else:
            ems += _CAPITAL if character.isupper() else _MIDDLE
    return ems * size


def shortened(text: str, room: float, size: float = 10) -> str:
    """The words, or as many of them as the room in points holds, with an ellipsis."""
    if width(text, size) <= room:
        return text
    kept = text[: int(room / (_THIN * size)) + 1]  # no more letters could stand there
    while kept and width(f"{kept}…", size) > room:
        kept = kept[:-1]
    whole = kept.rpartition(" ")[0]
    return f"{(whole if len(whole) > len(kept) // 3 else kept).rstrip(' ,;:–-')}…"
