"""Marks in a reflowing text where the pages of the PDF start, so that 'turn to page 4' works everywhere.

A page starts in a block after so many of its characters; white space is not counted, nor the text of
blocks within it that have ids of their own, nor words inside drawings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pipeline.bind.xhtml import EPUB_TYPE, HEADINGS, XHTML, elements, ids, local, untaken
from pipeline.errors import PressFailure
from pipeline.model.sheets import PageStart
from pipeline.press.pagemap import BLOCKS

_BEFORE = HEADINGS | {"table", "caption", "ul", "ol", "dl", "figure", "img", "svg", "hr", "math", "thead"}
"""A mark never stands inside these: a heading's spoken name stays its words, the others hold no loose text."""
_CLOSED = frozenset({"ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "tr", "hgroup", "caption", "figure"})
"""Nothing may be put loose between the children of these."""


@dataclass(frozen=True, slots=True)
class PageMark:
    """A page of the PDF and the id of its mark."""

    folio: str
    id: str


def mark_pages(
    root: etree._Element, starts: tuple[PageStart, ...], first_folio: int, name: str
) -> tuple[PageMark, ...]:
    """Put a mark in the document for every page that starts in it; tells which, in order of pages."""
    marks = []
    known = ids(root)
    for start in sorted(starts, key=lambda s: s.page):
        block = known.get(start.element)
        if block is None:
            raise PressFailure(f"Page {start.page} starts in '{start.element}', which '{name}' does not have.")
        folio = str(first_folio + start.page - 1)
        mark = _mark(untaken(known, f"page-{folio}"), folio)
        if not _insert(block, start.offset, mark):
            raise PressFailure(
                f"Page {start.page} starts after {start.offset} characters of '{start.element}', "
                f"but in '{name}' it has fewer."
            )
        marks.append(PageMark(folio, str(mark.get("id"))))
        known[marks[-1].id] = mark
    return tuple(marks)


def _mark(identifier: str, folio: str) -> etree._Element:
    mark = etree.Element(f"{{{XHTML}}}span")
    mark.set("id", identifier)
    mark.set("class", "page-mark")
    mark.set("role", "doc-pagebreak")
    mark.set("aria-label", folio)
    mark.set(EPUB_TYPE, "pagebreak")
    return mark


def _insert(block: etree._Element, offset: int, mark: etree._Element) -> bool:
    """Put the mark where the page starts; false if the block ends before that."""
    name = local(block)
    if name in _BEFORE:
        _put_before(block, mark)
        return True
    if name in ("tr", "tbody", "tfoot", "th"):
        block = _plain_cell(block)
    if offset == 0:
        mark.tail, block.text = block.text, None
        block.insert(0, mark)
        return True
    counted = 0
    for element, tail in _pieces(block):
        text = (element.tail if tail else element.text) or ""
        for index, character in enumerate(text):
            if character.isspace():
                continue
            if counted == offset:
                _split(element, tail, index, mark, block)
                return True
            counted += 1
    return False


def _pieces(element: etree._Element, outermost: bool = True) -> Iterator[tuple[etree._Element, bool]]:
    """Every piece of text that counts for a block: an element with false for its text, true for its tail."""
    own = outermost or not (local(element) in BLOCKS and element.get("id"))
    if own and etree.QName(element).namespace == XHTML:
        yield element, False
        for child in elements_below(element):
            yield from _pieces(child, outermost=False)
    if not outermost:
        yield element, True


def elements_below(element: etree._Element) -> list[etree._Element]:
    """The children that are elements."""
    return [child for child in element if isinstance(child.tag, str)]


def _split(element: etree._Element, tail: bool, index: int, mark: etree._Element, block: etree._Element) -> None:
    """Put the mark into a text at an index; a link is not broken in two, the mark goes before it."""
    inner = element.getparent() if tail else element
    link = _enclosing_link(inner, block)
    if link is not None:
        _put_before(link, mark)
    elif tail:
        text = element.tail or ""
        mark.tail, element.tail = text[index:], text[:index]
        parent = element.getparent()
        assert parent is not None
        parent.insert(parent.index(element) + 1, mark)
    else:
        text = element.text or ""
        mark.tail, element.text = text[index:], text[:index]
        element.insert(0, mark)


def _enclosing_link(element: etree._Element | None, block: etree._Element) -> etree._Element | None:
    while element is not None and element is not block:
        if local(element) == "a":
            return element
        element = element.getparent()
    return None


def _put_before(element: etree._Element, mark: etree._Element) -> None:
    """Put the mark before an element, or before what holds it where nothing loose may stand."""
    parent = element.getparent()
    while parent is not None and (local(parent) in _CLOSED or _table_region(parent)):
        element, parent = parent, parent.getparent()
    if parent is None:
        raise PressFailure(f"There is no place for the mark of page {mark.get('aria-label')}.")
    parent.insert(parent.index(element), mark)


def _table_region(element: etree._Element) -> bool:
    """Whether this is the region around a table."""
    return local(element) == "div" and element.get("role") == "region"


def _plain_cell(element: etree._Element) -> etree._Element:
    """The first plain cell of the row: a head cell's spoken name stays its words."""
    row: etree._Element | None = element if local(element) != "th" else element.getparent()
    cells = [cell for cell in elements(row) if local(cell) == "td"] if row is not None else []
    return cells[0] if cells else element
