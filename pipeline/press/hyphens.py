"""No line ends in a hyphen that belongs to a word or an address, or in the dash of a range.

Whoever copies a text out of a PDF is given lines, and programs take a hyphen at a line's end for one that the printer
put there: Poppler leaves it out, PDFium writes U+FFFE for it. 'police-' and 'led' become another word, an address leads
nowhere. So a word keeps its hyphens on one line, and one that is longer than its line breaks before a hyphen. A range,
'289–311', is read as one figure: it breaks behind its dash if it must.
"""

import re
from typing import Any

from weasyprint.text.ffi import ffi, pango

ffi.cdef("PangoAttribute * pango_attr_allow_breaks_new (gboolean allow_breaks);")

_KEPT = re.compile(
    r"[-\u2010](?=[^\s\u200b\u2010-])|(?<=[^\W\d_][-\u2010]) (?=\w)|(?<=[0-9])\u2013(?=[0-9])|/(?=/)|(?<=//)(?=\S)"
)
"""A hyphen with anything behind it, the space in 'short- and', the dash of a range, and the beginning of an address: no
line ends there."""
_END = 0x7FFFFFFF
_BEFORE = re.compile(r"(?<=\w)(?=[-\u2010]\w)|(?<=\w[-\u2010] )|(?<=[0-9]\u2013)(?=[0-9])")
"""Break points of a word that is longer than its line."""
_DASHES = "-\u2010\u2013"
_WORD = re.compile(r"\S+(?:(?<=[^\W\d_][-\u2010]) \w\S*)*")
_LETTER = re.compile("[0-9A-Za-z\u00aa-\u02af\u0370-\u052f\u1e00-\u1fff]")
"""A letter or figure of a script whose words are not broken anywhere: Latin, Greek, Cyrillic."""


def keep_hyphens(layout: Any) -> None:
    """Keep Pango from breaking the text of a layout after its hyphens, and in what an address begins with."""
    held = layout.__dict__.get("hyphens", False)
    text = layout.text
    if not held and "//" not in text and not any(dash in text for dash in _DASHES):
        return
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    if held:  # what was said of the text that the layout had before
        _let_break(attributes, True, 0, _END)
    ends = [match.end() for match in _KEPT.finditer(text)]
    for end in ends:
        start = len(text[: end - 1].encode())
        _let_break(attributes, False, start, start + len(text[end - 1 : end].encode()) + 1)
    layout.hyphens = bool(ends)
    if held or ends:
        pango.pango_layout_set_attributes(layout.layout, attributes)


def _let_break(attributes: Any, may: bool, start: int, end: int) -> None:
    attribute = pango.pango_attr_allow_breaks_new(may)
    attribute.start_index, attribute.end_index = start, end
    pango.pango_attr_list_change(attributes, attribute)


def without_hyphens(text: str, breaks: Any) -> Any:
    """Pango's break attributes of a text, without the line breaks that are none."""
    for match in _KEPT.finditer(text):
        breaks[match.end()].is_line_break = 0
    return breaks


def place_before_hyphen(text: str, resume_at: int | None, too_wide: bool) -> int:
    """Offset of the last break at a dash in the first word of a text that is too long for its line; else 0."""
    if not any(dash in text for dash in _DASHES):
        return 0
    word = _WORD.match(text)
    if not word:
        return 0
    end = len(text.encode()[:resume_at].decode())
    if not too_wide and end >= word.end():
        return 0
    places = [found.start() for found in _BEFORE.finditer(word[0])]
    return max((place for place in places if place < word.end() and (too_wide or place <= end)), default=0)


def line_end(text: str, resume_at: int | None) -> str:
    """End of a line: 'broken' within a word, 'joined' at signs between words, or '' at a space."""
    if resume_at is None:
        return ""
    place = resume_at if text.isascii() else len(text.encode()[:resume_at].decode())
    around = text[max(place - 1, 0) : place + 1]
    if len(around) < 2 or around[0].isspace() or around[1].isspace():
        return ""
    is_word = _LETTER.match(around[1]) and (around[0] == "-" or _LETTER.match(around[0]))
    return "broken" if is_word else "joined"
