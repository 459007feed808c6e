"""The running lines of a web page on paper: what the margin boxes of its pages say."""

from datetime import date

from markupsafe import Markup

from pipeline.bind.stamps.running import running_lines
from pipeline.model.identity import Identity

_BOXES = {
    "top-left": ("head-date", "head-title"),
    "top-center": ("marking-top",),
    "top-right": ("copy", "status"),
    "bottom-left": ("foot-id",),
    "bottom-center": ("marking-bottom",),
}
"""The margin boxes of CSS, and the slots of the stamps whose words they hold. The folio is the browser's own."""

_PLAIN = frozenset(" .,:;!?'()/&·–-’‘\u00a0\u2003")


def page_furniture(identity: Identity, produced: date) -> tuple[tuple[str, Markup], ...]:
    """The boxes that say something, each with its words as a string of CSS: those that the PDF has as stamps."""
    said = {line.slot: line.text for line in running_lines(identity, produced, "")}
    filled = ((box, [said[slot] for slot in slots if slot in said]) for box, slots in _BOXES.items())
    return tuple((box, css_string("\u2003".join(words))) for box, words in filled if words)


def named(identity: Identity) -> str:
    """Id, version and edition, as the foot of a page says them."""
    return next(line.text for line in running_lines(identity, date.min, "") if line.slot == "foot-id")


def css_string(text: str) -> Markup:
    """A string of CSS, which nothing in it can end: whatever is not a letter, a figure or a plain mark is escaped."""
    written = "".join(c if c.isalnum() or c in _PLAIN else f"\\{ord(c):x} " for c in text)
    return Markup(f'"{written}"')
