"""Notes at the foot of the page of their call, where the style floats them there.

Every format has one body, with its notes at the end. Once the styles of a paged text are known, each note that its
style calls a footnote is moved to its first call, and a section that held nothing but these is gone. A note so
long that it leaves no room for the text it belongs to stays at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes

NOTE = "doc-footnote"
CALL = "doc-noteref"
AT_END = "data-at-end"
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

StyleOf = Callable[[Element], Any]


def keep_at_end(root: Element, names: frozenset[str]) -> None:
    """Mark the notes that stay at the end of the text."""
    for note in root.iter("aside"):
        if note.get("id") in names:
            note.set(AT_END, "true")


def place_notes(root: Element, style_of: StyleOf) -> None:
    """Move every footnote to its first call: into it, so that no line breaks between the two."""
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
        if home is None or _within(home, notes[name], above):
            continue
        note = notes.pop(name)
        left[above[note]] = None
        _cut(above[note], note)
        home.append(note)
        above[note] = home
    for section in left:
        if section in above and _is_bare(section):
            _cut(above[section], section)
    for unplaced in notes.values():
        style_of(unplaced)["float"] = "none"


def _home(call: Element, above: dict[Element, Element]) -> Element | None:
    """The call itself; for a call within a note, the call of that note."""
    element: Element | None = call
    while element is not None:
        if element.get("role") == NOTE:
            outer = above[element]
            return outer if outer.get("role") == CALL else None
        element = above.get(element)
    return call


def _within(element: Element, note: Element, above: dict[Element, Element]) -> bool:
    inner: Element | None = element
    while inner is not None and inner is not note:
        inner = above.get(inner)
    return inner is note


def _cut(parent: Element, child: Element) -> None:
    """Take a child out; what stands after it stays."""
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
        child.tag in _HEADINGS and not (child.tail or "").strip() for child in section
    )


def crowding(pages: list[Any]) -> frozenset[str]:
    """The longest note of every page whose notes leave no room for its text."""
    found = set()
    for page in pages:
        root, *others = page._page_box.children
        for area in others:
            if isinstance(area, boxes.FootnoteAreaBox) and area.children and _is_crowded(page._page_box, root, area):
                longest = max(area.children, key=lambda note: note.margin_height())
                found.add(str(longest.element.get("id")))
    return frozenset(found)


def _is_crowded(page: Any, root: Any, area: Any) -> bool:
    top = area.position_y + area.margin_top
    if area.position_y < page.content_box_y() - 0.5:
        return True
    left, right = area.position_x, area.position_x + area.margin_width()
    return any(
        text.position_y + text.height > top + 1 and left < text.position_x + text.width and text.position_x < right
        for text in _texts(root)
    )


def _texts(box: Any) -> Iterator[Any]:
    box = getattr(box, "_box", box)
    if isinstance(box, boxes.TextBox):
        yield box
    for child in getattr(box, "children", ()):
        yield from _texts(child)
