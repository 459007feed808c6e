"""Elements taken out of a tree: with what is in them, or without."""

from pipeline.markup.changes.parts import Element


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
