"""Tracked changes settled in the XML: all accepted, or all rejected."""

from itertools import islice
from typing import Literal

from pipeline.word.document.names import PARAGRAPH, TABLE, Element, W, inside, unwrap

Settled = Literal["accept", "reject"]
"""Treatment of tracked changes."""

_ADDED = (f"{W}ins", f"{W}moveTo")
_TAKEN = (f"{W}del", f"{W}moveFrom")
_PROPERTIES = (f"{W}rPr", f"{W}trPr", f"{W}pPr", f"{W}tcPr")
_STRUCK = {f"{W}delText": f"{W}t", f"{W}delInstrText": f"{W}instrText"}
_SOLID = (PARAGRAPH, TABLE, f"{W}sdt", f"{W}customXml", f"{W}altChunk", f"{W}sectPr")
"""Blocks that stand between paragraphs, besides marks of places."""


def settle_changes(root: Element, how: Settled) -> None:
    """Accept or reject every tracked change: of words, of ends of paragraphs, and of rows and cells."""
    kept, gone = (_ADDED, _TAKEN) if how == "accept" else (_TAKEN, _ADDED)
    _settle_tables(root, gone, f"{W}cellDel" if how == "accept" else f"{W}cellIns")
    joined = [mark.getparent().getparent().getparent() for mark in root.iter(*gone) if _ends_paragraph(mark)]
    for element in list(root.iter(*kept, *gone)):
        parent = element.getparent()
        if parent is None or inside(element, *_PROPERTIES):
            continue
        if element.tag in gone:
            parent.remove(element)
        else:
            unwrap(element)
    for element in list(root.iter(*_STRUCK)):
        element.tag = _STRUCK[element.tag]
    for paragraph in joined:
        join_next(paragraph)
    for mark in list(root.iter(*kept, *gone)):  # else the reader would join paragraphs over the edges of cells
        mark.getparent().remove(mark)


def _settle_tables(root: Element, gone: tuple[str, ...], cell_gone: str) -> None:
    """Take away the rows and cells that are gone, and tables of which nothing is left."""
    for row in list(root.iter(f"{W}tr")):
        if any(row.find(f"{W}trPr/{name}") is not None for name in gone):
            row.getparent().remove(row)
    for cell in [cell for cell in root.iter(f"{W}tc") if cell.find(f"{W}tcPr/{cell_gone}") is not None]:
        row = cell.getparent()
        row.remove(cell)
        if row.tag == f"{W}tr" and row.getparent() is not None and next(row.iter(f"{W}tc"), None) is None:
            row.getparent().remove(row)
    for table in list(root.iter(TABLE)):
        if table.getparent() is not None and next(table.iter(f"{W}tr"), None) is None:
            table.getparent().remove(table)


def _ends_paragraph(mark: Element) -> bool:
    """Whether a mark is on the end of a paragraph."""
    return [above.tag for above in islice(mark.iterancestors(), 3)] == [f"{W}rPr", f"{W}pPr", PARAGRAPH]


def join_next(paragraph: Element) -> None:
    """Put the words of a paragraph whose end is gone before those of the next; without one it keeps its end."""
    following = paragraph.getnext()
    while following is not None and following.tag not in _SOLID:
        following = following.getnext()
    if following is None or following.tag != PARAGRAPH:
        return
    at = 1 if following.find(f"{W}pPr") is not None else 0
    words = [child for child in paragraph if child.tag != f"{W}pPr"]
    following[at:at] = words
    paragraph.getparent().remove(paragraph)
