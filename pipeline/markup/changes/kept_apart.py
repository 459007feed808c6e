"""Parts of a text that are no subject of a comparison: set aside before it, and put back into the marked text after.

The dateline, the account of the versions and whatever only hangs a heading beside its words say nothing that changes
in meaning. What hangs is opened for the comparison, so that a paragraph put before another is one new paragraph.
"""

from lxml import etree

from pipeline.markup.changes.parts import Element, classes

_ABOUT_VERSIONS = frozenset({"stamp", "dateline", "about"})
_HANGING = frozenset({"opening", "pair"})
_PLACE = "kept"
"""The class of the mark that stands where a part was."""

Hanging = tuple[dict[str, str], tuple[str, ...]]
"""An element that hangs a heading: its attributes, and the ids of what it held."""


class KeptApart:
    """The parts of one text that are set aside."""

    def __init__(self, root: Element) -> None:
        self._parts = [one for one in root.iter(etree.Element) if _ABOUT_VERSIONS & classes(one)]
        for number, part in enumerate(self._parts):
            part.addprevious(etree.Element("hr", {"class": _PLACE, "id": f"{_PLACE}-{number}"}))
            cut(part)
        self._hanging: list[Hanging] = []
        for one in [each for each in root.iter("div") if _HANGING & classes(each)]:
            attributes = {str(name): str(value) for name, value in one.attrib.items()}
            self._hanging.append((attributes, tuple(str(child.get("id")) for child in one)))
            unwrap(one)

    def put_back(self, marked: Element) -> None:
        """Put the parts into a marked text, and hang again what still stands with the same neighbours."""
        for place in [one for one in marked.iter("hr", "p") if _is_place(one)]:
            number = str(place.get("id", "")).removeprefix(f"{_PLACE}-")
            if number:
                place.addprevious(self._parts[int(number)])
            cut(place)
        by_id = {str(one.get("id")): one for one in marked.iter(etree.Element) if one.get("id")}
        for attributes, names in self._hanging:
            _hang([by_id[name] for name in names if name in by_id], attributes)


def _is_place(element: Element) -> bool:
    return _PLACE in classes(element) or str(element.get("id", "")).startswith(f"{_PLACE}-")


def _hang(elements: list[Element], attributes: dict[str, str]) -> None:
    """Hold elements together in one, with what has come between them, if nothing of theirs has moved away.

    A heading with words of a mark in it has no room in the side column: it stands above its words.
    """
    parent = elements[0].getparent() if elements else None
    if parent is None or any(one.getparent() is not parent for one in elements):
        return
    first, last = parent.index(elements[0]), parent.index(elements[-1])
    if any("said" in classes(one) for one in elements[0].iter("span")) or last <= first:
        return
    run = list(parent)[first : last + 1]
    holder = etree.Element("div", attributes)
    elements[0].addprevious(holder)
    for one in run:
        holder.append(one)


def cut(element: Element) -> None:
    """Take an element out, with what is in it; the text behind it stays."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    element.tail = None
    parent.remove(element)


def unwrap(element: Element) -> None:
    """Take an element away, and leave what is in it."""
    parent = element.getparent()
    if parent is None:
        return
    place, before = parent.index(element), element.getprevious()
    inside, text, tail = list(element), element.text or "", element.tail or ""
    element.tail = None
    parent.remove(element)
    for number, child in enumerate(inside):
        parent.insert(place + number, child)
    if inside:
        inside[-1].tail = (inside[-1].tail or "") + tail
    else:
        text += tail
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
