"""Tracked changes settled in the XML: all accepted, or all rejected."""

from typing import Literal

from pipeline.word.document.names import PARAGRAPH, Element, W, inside, unwrap

Settled = Literal["accept", "reject"]
"""Treatment of tracked changes."""

_ADDED = (f"{W}ins", f"{W}moveTo")
_TAKEN = (f"{W}del", f"{W}moveFrom")
_PROPERTIES = (f"{W}rPr", f"{W}trPr", f"{W}pPr", f"{W}tcPr")
_STRUCK = {f"{W}delText": f"{W}t", f"{W}delInstrText": f"{W}instrText"}


def settle_changes(root: Element, how: Settled) -> None:
    """Accept or reject every tracked change: of words, of ends of paragraphs, and of rows."""
    kept, gone = (_ADDED, _TAKEN) if how == "accept" else (_TAKEN, _ADDED)
    for row in list(root.iter(f"{W}tr")):
        if any(row.find(f"{W}trPr/{name}") is not None for name in gone):
            row.getparent().remove(row)
    joined = [p for p in root.iter(PARAGRAPH) if any(p.find(f"{W}pPr/{W}rPr/{name}") is not None for name in gone)]
    for element in list(root.iter(*kept, *gone)):
        parent = element.getparent()
        if parent is None or parent.tag in _PROPERTIES or inside(element, *_PROPERTIES):
            continue
        if element.tag in gone:
            parent.remove(element)
        else:
            unwrap(element)
    for element in list(root.iter(*_STRUCK)):
        element.tag = _STRUCK[element.tag]
    for paragraph in joined:
        _join_next(paragraph)


def _join_next(paragraph: Element) -> None:
    """Put the words of a paragraph whose end is gone before those of the next one."""
    following = paragraph.getnext()
    while following is not None and following.tag in (f"{W}bookmarkStart", f"{W}bookmarkEnd"):
        following = following.getnext()
    if following is None or following.tag != PARAGRAPH:
        return
    at = 1 if following.find(f"{W}pPr") is not None else 0
    words = [child for child in paragraph if child.tag != f"{W}pPr"]
    following[at:at] = words
    paragraph.getparent().remove(paragraph)
