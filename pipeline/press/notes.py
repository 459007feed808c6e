"""Notes at the foot of the page of their call, where the style floats them there.

Every format has one body, with its notes at the end. Once the styles of a paged text are known, each note that its
style calls a footnote is moved to its first call, and a section that held nothing but these is gone. A note so
long that it leaves no room for the text it belongs to stays at the end.
"""

from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.core.documents.roles import HEADINGS

NOTE = "doc-footnote"
CALL = "doc-noteref"
AT_END = "data-at-end"

StyleOf = Callable[[Element], Any]


def place_notes(root: Element, style_of: StyleOf) -> None:
    """Move every footnote to its first call: into it, so that no line breaks between the two.

    One that is called in what is set in one piece may stand on a later page: its line goes nowhere for its sake.
    """
    notes: dict[str, Element] = {}
    for note in root.iter("aside"):
        if note.get("role") != NOTE or style_of(note)["float"] != "footnote":
            continue
        if note.get(AT_END):
            style_of(note)["float"] = "none"
        else:
            notes[note.get("id", "")] = note
    if not notes:
        return
    above = {child: parent for parent in root.iter() for child in parent}
    left: dict[Element, None] = {}
    calls = [link for link in root.iter("a") if link.get("role") == CALL]
    for call in calls:
        name = call.get("href", "")[1:]
        home = _home(call, above) if name in notes else None
        if home is None or notes[name] in _upwards(home, above):
            continue
        note = notes.pop(name)
        left[above[note]] = None
        _cut(above[note], note)
        home.append(note)
        above[note] = home
        if any(_is_set_whole(style_of(element)) for element in _upwards(home, above)):
            style_of(note)["footnote_policy"] = "auto"
    for section in left:
        if section in above and _is_bare(section):
            _cut(above[section], section)
    for unplaced in notes.values():
        style_of(unplaced)["float"] = "none"


def _home(call: Element, above: dict[Element, Element]) -> Element | None:
    """The call itself; for a call within a note, the call of that note."""
    note = next((element for element in _upwards(call, above) if element.get("role") == NOTE), None)
    if note is None:
        return call
    return above[note] if above[note].get("role") == CALL else None


def _upwards(element: Element, above: dict[Element, Element]) -> Iterator[Element]:
    """An element and all that it stands in."""
    outer: Element | None = element
    while outer is not None:
        yield outer
        outer = above.get(outer)


def _is_set_whole(style: Any) -> bool:
    """Whether a box stands on its line, or beside the text, in one piece: the engine loses the lines that it parts."""
    display = style["display"]
    return (
        (display[0] == "inline" and display[-1] != "flow")
        or display[-1] in ("flex", "grid")
        or style["float"] in ("left", "right")
        or style["position"] in ("absolute", "fixed")
    )


def _cut(parent: Element, child: Element) -> None:
    """Remove a child and keep the text after it."""
    if child.tail and child.tail.strip():
        place = list(parent).index(child)
        if place:
            parent[place - 1].tail = (parent[place - 1].tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    child.tail = None
    parent.remove(child)


def _is_bare(section: Element) -> bool:
    """Whether a section holds headings alone."""
    return not (section.text or "").strip() and all(
        child.tag in HEADINGS and not (child.tail or "").strip() for child in section
    )


def least_text(page: Any) -> float:
    """The room in CSS pixels that notes leave to the text of a page: a quarter of it."""
    return float(page.height) / 4


def is_crowded(page: Any, root: Any, area: Any) -> bool:
    """True if notes overlap text or lie off the page."""
    top = area.position_y + area.margin_top
    if area.position_y < page.content_box_y() + least_text(page) - 0.5:
        return True
    left, right = area.position_x, area.position_x + area.margin_width()
    return any(
        isinstance(box, boxes.TextBox) and _reaches(box, top, left, right) for box in boxes_of(root, placed_later=False)
    )


def _reaches(text: Any, top: float, left: float, right: float) -> bool:
    """True if a text overlaps the notes."""
    beside = text.position_x >= right or text.position_x + text.width <= left
    return not beside and bool(text.position_y + text.height > top + 1)


class NoteLedger:
    """Notes called and notes held by each page, while the engine makes its pages one after the other."""

    def __init__(self) -> None:
        self.called: dict[int, tuple[Any, ...]] = {}
        self.held: dict[int, tuple[Any, ...]] = {}
        self._area: Any = None
        self._continued: list[Any] = []

    def add_continued(self, area: Any, box: Any) -> None:
        """Note a box out of the flow that goes on from the page before, by the note area of its page."""
        if area is not self._area:
            self._area, self._continued = area, []
        self._continued.append(box)

    def continued(self, area: Any) -> tuple[Any, ...]:
        """The boxes that go on from the page before."""
        return tuple(self._continued) if area is self._area else ()

    def before(self, page: int) -> tuple[list[Any], list[Any]]:
        """The notes called, and those held, on the pages before."""
        called = [note for number, notes in sorted(self.called.items()) if number < page for note in notes]
        held = [note for number, notes in sorted(self.held.items()) if number < page for note in notes]
        return called, held


def ledger_of(context: Any) -> NoteLedger:
    """The ledger of a text that is being set."""
    ledger: NoteLedger = context.__dict__.setdefault("ledger", NoteLedger())
    return ledger


def settle(context: Any, root: Any) -> None:
    """Put the notes of a page right, once its text is set.

    The engine sets a note as soon as it sets the line of its call, and does not always take it back when that line
    moves to the next page (a table row, a box that is kept whole); it passes over calls in what is placed later,
    and sends one note that has no room together with all that follow. So: the page holds the notes that are called
    on it or before it and have room below its text, in the order of their calls; the next page holds the others.
    """
    page = context.current_page
    ledger = ledger_of(context)
    earlier, held = ledger.before(page)
    parts = (*ledger.continued(context.current_footnote_area), root)
    called = tuple(dict.fromkeys(box.footnote for part in parts for box in boxes_of(part) if box.footnote is not None))
    ledger.called[page] = tuple(note for note in called if note not in earlier)
    due = [note for note in (*earlier, *ledger.called[page]) if note not in held]
    if due or context.current_page_footnotes or context.reported_footnotes:
        lowest = _lowest(context, parts)
        loose = [*context.footnotes, *context.current_page_footnotes, *context.reported_footnotes]
        context.current_page_footnotes.clear()
        context._update_footnote_area()
        while due and _has_room(context, due[0], lowest, at_least_one=due[0] in earlier):
            due.pop(0)
        context.reported_footnotes[:] = due
        context.footnotes[:] = [
            note for note in loose if note not in context.current_page_footnotes and note not in due
        ]
    ledger.held[page] = tuple(context.current_page_footnotes)


def _has_room(context: Any, note: Any, lowest: float, at_least_one: bool) -> bool:
    """Whether one more note leaves the text that is set already in its place; then the page holds it."""
    context.current_page_footnotes.append(note)
    context._update_footnote_area()
    if context.page_bottom >= lowest - 0.5 or (at_least_one and len(context.current_page_footnotes) == 1):
        return True
    context.current_page_footnotes.pop()
    context._update_footnote_area()
    return False


def _lowest(context: Any, parts: tuple[Any, ...]) -> float:
    """Lowest point of the page's text in the columns of its notes."""
    area = context.current_footnote_area.page
    left, right = area.content_box_x(), area.content_box_x() + area.width
    bottoms = [
        box.position_y + box.height
        for part in parts
        for box in boxes_of(part, placed_later=False)
        if isinstance(box, boxes.TextBox | boxes.ReplacedBox)
        and left < box.position_x + box.width
        and box.position_x < right
    ]
    return max(bottoms, default=0.0)


def boxes_of(box: Any, placed_later: bool = True) -> Iterator[Any]:
    """Every box of a page; with `placed_later` also those that are placed once the page is set."""
    yield box
    waiting = [*reversed(getattr(box, "children", ()))]
    while waiting:
        box = waiting.pop()
        if isinstance(box, AbsolutePlaceholder):
            if not placed_later:
                continue
            box = box._box
        yield box
        waiting += reversed(getattr(box, "children", ()))
