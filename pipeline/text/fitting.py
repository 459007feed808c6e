"""Words made to fit their place on a page, by the widths of a common text face."""

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
