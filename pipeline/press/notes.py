"""Footnotes: move each note to its call, and keep it on the page of its call.

Every format shares one body, with the notes at its end. Once the styles of a paged text are known, each note that its
style makes a footnote is moved into its first call; a section that is then empty is removed. A note so long that it
leaves no room for text stays at the end.
"""

from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes

from pipeline.core.documents.roles import HEADINGS
from pipeline.press.box_tree import text_bottom, walk_boxes

_NOTE_ROLE = "doc-footnote"
_CALL_ROLE = "doc-noteref"
AT_END = "data-at-end"

StyleOf = Callable[[Element], Any]


def move_notes_to_calls(root: Element, style_of: StyleOf) -> None:
    """Move every footnote into its first call, so that no line breaks between the two.

    A note that is called within an unsplittable box may be on a later page, and no line moves because of it.
    """
    notes: dict[str, Element] = {}
    for note in root.iter("aside"):
        if note.get("role") != _NOTE_ROLE or style_of(note)["float"] != "footnote":
            continue
        if note.get(AT_END):
            style_of(note)["float"] = "none"
        else:
            notes[note.get("id", "")] = note
    if not notes:
        return
    parents = {child: parent for parent in root.iter() for child in parent}
    emptied: dict[Element, None] = {}
    calls = [link for link in root.iter("a") if link.get("role") == _CALL_ROLE]
    for call in calls:
        name = call.get("href", "")[1:]
        target = _note_parent(call, parents) if name in notes else None
        if target is None or notes[name] in _self_and_ancestors(target, parents):
            continue
        note = notes.pop(name)
        emptied[parents[note]] = None
        _remove_keeping_tail(parents[note], note)
        target.append(note)
        parents[note] = target
        if any(_is_unsplittable(style_of(element)) for element in _self_and_ancestors(target, parents)):
            style_of(note)["footnote_policy"] = "auto"
    for section in emptied:
        if section in parents and _has_only_headings(section):
            _remove_keeping_tail(parents[section], section)
    for unplaced in notes.values():
        style_of(unplaced)["float"] = "none"


def _note_parent(call: Element, parents: dict[Element, Element]) -> Element | None:
    """Return the call itself; for a call within a note, the call of that note."""
    note = next((element for element in _self_and_ancestors(call, parents) if element.get("role") == _NOTE_ROLE), None)
    if note is None:
        return call
    return parents[note] if parents[note].get("role") == _CALL_ROLE else None


def _self_and_ancestors(element: Element, parents: dict[Element, Element]) -> Iterator[Element]:
    current: Element | None = element
    while current is not None:
        yield current
        current = parents.get(current)


def _is_unsplittable(style: Any) -> bool:
    """True if WeasyPrint loses lines of a box that it splits: inline blocks, floats and the like."""
    display = style["display"]
    return (
        (display[0] == "inline" and display[-1] != "flow")
        or display[-1] in ("flex", "grid")
        or style["float"] in ("left", "right")
        or style["position"] in ("absolute", "fixed")
    )


def _remove_keeping_tail(parent: Element, child: Element) -> None:
    if child.tail and child.tail.strip():
        index = list(parent).index(child)
        if index:
            parent[index - 1].tail = (parent[index - 1].tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    child.tail = None
    parent.remove(child)


def _has_only_headings(section: Element) -> bool:
    """True if a section has no content but headings."""
    return not (section.text or "").strip() and all(
        child.tag in HEADINGS and not (child.tail or "").strip() for child in section
    )


def least_text_height(page: Any) -> float:
    """Return the height in CSS pixels that footnotes leave to the text of a page: a quarter."""
    return float(page.height) / 4


def notes_crowd_text(page: Any, root: Any, area: Any) -> bool:
    """True if footnotes overlap text or leave too little of it."""
    top = area.position_y + area.margin_top
    if area.position_y < page.content_box_y() + least_text_height(page) - 0.5:
        return True
    left, right = area.position_x, area.position_x + area.margin_width()
    texts = (box for box in walk_boxes(root) if isinstance(box, boxes.TextBox))
    columns = (text for text in texts if text.position_x < right and text.position_x + text.width > left)
    return any(text.position_y + text.height > top + 1 for text in columns)


class NoteLedger:
    """The notes that each page calls and has, while WeasyPrint makes its pages in order."""

    def __init__(self) -> None:
        self.called: dict[int, tuple[Any, ...]] = {}
        self.placed: dict[int, tuple[Any, ...]] = {}
        self._area: Any = None
        self._continued: list[Any] = []

    def add_continued(self, area: Any, box: Any) -> None:
        """Record a float that continues from the page before, for the page with this footnote area."""
        if area is not self._area:
            self._area, self._continued = area, []
        self._continued.append(box)

    def continued(self, area: Any) -> tuple[Any, ...]:
        """Return the floats that continue from the page before."""
        return tuple(self._continued) if area is self._area else ()

    def before(self, page: int) -> tuple[list[Any], list[Any]]:
        """Return the notes called on earlier pages, and the notes that these pages have."""
        called = [note for number, notes in sorted(self.called.items()) if number < page for note in notes]
        placed = [note for number, notes in sorted(self.placed.items()) if number < page for note in notes]
        return called, placed


def note_ledger(context: Any) -> NoteLedger:
    """Return the ledger of a layout context."""
    ledger: NoteLedger = context.__dict__.setdefault("ledger", NoteLedger())
    return ledger


def place_page_notes(context: Any, root: Any) -> None:
    """Place the footnotes of a page once its text is laid out.

    WeasyPrint lays out a note with the line of its call, and does not always take it back when that line moves to the
    next page (a table row, an unbreakable box). It ignores calls in boxes that are placed later, and moves a note
    without room away with all that follow. Here the page gets the notes called on it or before it, in order, that fit
    below its text; the next page gets the others.
    """
    page = context.current_page
    ledger = note_ledger(context)
    called_before, placed = ledger.before(page)
    parts = (*ledger.continued(context.current_footnote_area), root)
    page_boxes = (box for part in parts for box in walk_boxes(part, with_absolute=True))
    called = tuple(dict.fromkeys(box.footnote for box in page_boxes if box.footnote is not None))
    ledger.called[page] = tuple(note for note in called if note not in called_before)
    pending = [note for note in (*called_before, *ledger.called[page]) if note not in placed]
    if pending or context.current_page_footnotes or context.reported_footnotes:
        lowest_text = _lowest_text(context, parts)
        candidates = [*context.footnotes, *context.current_page_footnotes, *context.reported_footnotes]
        context.current_page_footnotes.clear()
        context._update_footnote_area()
        while pending and _has_room(context, pending[0], lowest_text, at_least_one=pending[0] in called_before):
            pending.pop(0)
        context.reported_footnotes[:] = pending
        context.footnotes[:] = [
            note for note in candidates if note not in context.current_page_footnotes and note not in pending
        ]
    ledger.placed[page] = tuple(context.current_page_footnotes)


def _has_room(context: Any, note: Any, lowest_text: float, at_least_one: bool) -> bool:
    """Add a note to the page if the text still fits; return True if so."""
    context.current_page_footnotes.append(note)
    context._update_footnote_area()
    if context.page_bottom >= lowest_text - 0.5 or (at_least_one and len(context.current_page_footnotes) == 1):
        return True
    context.current_page_footnotes.pop()
    context._update_footnote_area()
    return False


def _lowest_text(context: Any, parts: tuple[Any, ...]) -> float:
    """Return the lowest point of the page's text in the columns of its footnotes."""
    area = context.current_footnote_area.page
    left, right = area.content_box_x(), area.content_box_x() + area.width

    def is_in_columns(box: Any) -> bool:
        return bool(left < box.position_x + box.width and box.position_x < right)

    return max((text_bottom(part, 0.0, is_in_columns) for part in parts), default=0.0)
