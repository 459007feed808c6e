"""The running lines of a web page on paper: what the margin boxes of its pages say."""

from datetime import date

from markupsafe import Markup

from pipeline.bind.stamps.running import running_lines
from pipeline.compose.language.direction import mirrored
from pipeline.model.identity import Identity
from pipeline.model.stamp_slots import SLOTS

_PLAIN = frozenset(" .,:;!?'()/&·–-’‘\u00a0\u2003")


def page_furniture(identity: Identity, produced: date) -> tuple[tuple[str, Markup], ...]:
    """The boxes that say something, each with its words as a string of CSS: those that the PDF has as stamps."""
    filled: dict[str, list[str]] = {}
    for line in running_lines(identity, produced, ""):
        box = SLOTS[line.slot].margin_box
        filled.setdefault(mirrored(box) if line.rtl else box, []).append(line.text)
    return tuple((box, css_string("\u2003".join(words))) for box, words in filled.items())


def named(identity: Identity) -> str:
    """Id, version and edition, as the foot of a page says them."""
    return next(line.text for line in running_lines(identity, date.min, "") if line.slot == "foot-id")


def css_string(text: str) -> Markup:
    """A string of CSS, which nothing in it can end: whatever is not a letter, a figure or a plain mark is escaped."""
    written = "".join(c if c.isalnum() or c in _PLAIN else f"\\{ord(c):x} " for c in text)
    return Markup(f'"{written}"')
