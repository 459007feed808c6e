"""Wrapping of plain text into columns, and estimated widths of printed words."""

import re
from collections.abc import Iterator
from unicodedata import category, east_asian_width

# Lines of plain text

COLUMNS = 72
"""Columns of a line of plain text."""

_KEPT_TOGETHER = "\u00a0\u202f\u2007"
_UNSEEN = str.maketrans({"\u00ad": None, "\u200b": None, "\u2060": None, "\ufeff": None})
"""Soft hyphens and other invisible characters that allow or forbid a break."""
_PLAIN_SPACES = str.maketrans(dict.fromkeys(_KEPT_TOGETHER, " "))
_SPACES = re.compile(rf"[^\S{_KEPT_TOGETHER}]+")
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{0,30}://|\bwww\.|\bmailto:|(?<![^\s@])[^\s@]+@[^\s@]+\.|\b10\.\d{4,9}/", re.IGNORECASE
)
_ZERO_WIDTH = frozenset({"Mn", "Me", "Cf"})
"""Unicode categories of characters that take no column."""
_NEVER_FIRST = frozenset("、。，．！？；：」』）】〉》〕｝・ー々…‥")
_NEVER_LAST = frozenset("「『（【〈《〔｛")
"""Wide characters that a line may not begin with, and those that it may not end with."""


def count_columns(words: str) -> int:
    """Return the number of columns of words: two for a wide character, none for a combining mark."""
    if words.isascii():
        return len(words)
    shown = (character for character in words if category(character) not in _ZERO_WIDTH)
    return sum(1 + (east_asian_width(character) in "WF") for character in shown)


def wrap_words(words: str, room: int = COLUMNS, first: str = "", rest: str = "") -> list[str]:
    """Wrap words into lines of at most `room` columns: the first begins with `first`, the others with `rest`.

    Addresses are not broken, even if they are wider. Other words that are too wide are.
    """
    lines: list[str] = []
    line, is_started = first, False
    for piece, follows_space in _pieces(words.translate(_UNSEEN), room - count_columns(rest)):
        longer = f"{line} {piece}" if is_started and follows_space else line + piece
        if is_started and count_columns(longer) > room:
            lines.append(line)
            longer = rest + piece
        line, is_started = longer, True
    lines.append(line)
    return [line.translate(_PLAIN_SPACES).rstrip() for line in lines]


def pad_to_column(words: str, width: int) -> str:
    """Return words with spaces after them, up to a width in columns."""
    return words + " " * (width - count_columns(words))


def _pieces(words: str, room: int) -> Iterator[tuple[str, bool]]:
    """Split words at all possible line breaks; each piece comes with whether a space precedes it."""
    for word in filter(None, _SPACES.split(words)):
        for index, piece in enumerate(_parts(word)):
            if count_columns(piece) <= room or _ADDRESS.search(piece):
                yield piece, index == 0
            else:
                yield from ((part, index == 0 and number == 0) for number, part in enumerate(_cut(piece, room)))


def _parts(word: str) -> Iterator[str]:
    """Split a word next to its wide characters, because their scripts have no spaces."""
    if word.isascii() or count_columns(word) == len(word):
        yield word
        return
    start = 0
    for index in range(1, len(word)):
        before, after = word[index - 1], word[index]
        is_wide = count_columns(before) == 2 or count_columns(after) == 2
        if is_wide and count_columns(after) and before not in _NEVER_LAST and after not in _NEVER_FIRST:
            yield word[start:index]
            start = index
    yield word[start:]


def _cut(word: str, room: int) -> Iterator[str]:
    """Cut a word that is too wide for any line; combining marks stay with their letters."""
    start = width = 0
    for index, character in enumerate(word):
        width += count_columns(character)
        if index > start and width > room:
            yield word[start:index]
            start, width = index, count_columns(character)
    yield word[start:]


# Words on a page, by the widths of a common text face

TITLE_ROOM = 222
"""Width in points of the title in the head of an A4 page, as in `layouts/stamp/stamp.css`."""

TITLE_SIZE = 12
"""Type size of the title there, in points."""

_NARROW = frozenset("iljtfrI.,:;'’‘|!()[]-– ·/")
_WIDE = frozenset("mwMW@%—…")
_THIN, _MIDDLE, _CAPITAL, _BROAD = 0.31, 0.57, 0.69, 0.89
"""Widths in ems, rather too large than too small."""


def estimate_width(text: str, size: float = 10) -> float:
    """Estimate the width of words in points, rather too large than too small."""
    ems = 0.0
    for character in text:
        if character in _NARROW:
            ems += _THIN
        elif character in _WIDE:
            ems += _BROAD
        else:
            ems += _CAPITAL if character.isupper() else _MIDDLE
    return ems * size


def shorten_to_width(text: str, room: float, size: float = 10) -> str:
    """Return the words, or as many as fit into `room` points, with an ellipsis."""
    if estimate_width(text, size) <= room:
        return text
    beginning = text[: int(room / (_THIN * size)) + 1]  # more letters cannot fit
    while beginning and estimate_width(f"{beginning}…", size) > room:
        beginning = beginning[:-1]
    whole_words = beginning.rpartition(" ")[0]
    shown = whole_words if len(whole_words) > len(beginning) // 3 else beginning
    return f"{shown.rstrip(' ,;:–-')}…"
