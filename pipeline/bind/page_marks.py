"""Mark the page starts of the PDF in reflowing text, so that 'turn to page 4' works everywhere.

The press gives each page start as a block and a number of characters in it. White space is not counted, nor the text of
inner blocks with ids of their own, nor words inside drawings. If the page starts with a picture or a formula, the mark
is before it.

No mark is inside a heading, a caption, a table head or an element that names another one: it would become part of the
name. The mark is put before it. A table has no place between its rows, so the mark is in the first cell of the row and
is hidden from screen readers, which would read 'page 2' as part of the cell; the list of pages still leads there. If a
page starts within a link, the mark is within the link, which is then labelled by its words alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.roles import HEADINGS, PAGE_START_ELEMENTS
from pipeline.core.documents.xhtml import (
    EPUB_TYPE,
    XHTML,
    element_text,
    elements_by_id,
    iterate_elements,
    unused_id,
    xml_local_name,
)
from pipeline.model.sheets import PageStart

_PICTURES = frozenset({"img", "svg", "math"})
_UNMARKED = HEADINGS | _PICTURES | {"table", "caption", "thead", "ul", "ol", "dl", "figure", "figcaption", "hr"}
"""Elements that never hold a mark: their text names something, or they have no text of their own."""
_NO_LOOSE_CONTENT = frozenset({"ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "tr", "hgroup", "caption"})
"""Elements that may have only certain children."""
_ROWS = frozenset({"tr", "tbody", "tfoot", "th"})


@dataclass(frozen=True, slots=True)
class PageMark:
    """A page of the PDF and the id of its mark."""

    folio: str
    id: str


def mark_pages(root: etree._Element, starts: tuple[PageStart, ...], first: int, name: str) -> tuple[PageMark, ...]:
    """Insert a mark for every page start; return the marks in the order of pages.

    `first` is the folio of page 1.
    """
    marks = []
    blocks = elements_by_id(root)
    labelling_ids = {name for element in iterate_elements(root) for name in element.get("aria-labelledby", "").split()}
    for start in sorted(starts, key=lambda s: s.page):
        block = blocks.get(start.element)
        if block is None:
            raise TypesettingFailure(f"Page {start.page} starts in '{start.element}', which '{name}' does not have.")
        folio = str(first + start.page - 1)
        mark_id = unused_id(blocks, f"page-{folio}")
        attributes = {"id": mark_id, "class": "page-mark", "role": "doc-pagebreak", "aria-label": folio}
        mark = etree.Element(f"{{{XHTML}}}span", {**attributes, EPUB_TYPE: "pagebreak"})
        if xml_local_name(block) in _UNMARKED or block.get("id") in labelling_ids:
            _insert_before(block, mark)
        elif xml_local_name(block) in _ROWS or (start.offset == 0 and _opens_row(block)):
            # into the first cell of a row, or of the first row of a group; before the table if that is in its head
            row = block if xml_local_name(block) == "tr" else next(block.iterancestors("{*}tr"), block)
            cell = next(row.iter("{*}td", "{*}th"), None)
            if cell is None or next(cell.iterancestors("{*}thead"), None) is not None:
                _insert_before(next(row.iterancestors("{*}table")), mark)
            else:
                _insert(cell, 0, mark)
        elif not _insert(block, start.offset, mark, start.pictures):
            raise TypesettingFailure(
                f"Page {start.page} starts after {start.offset} characters of '{start.element}', "
                f"but in '{name}' it has fewer."
            )
        if next(mark.iterancestors("{*}td", "{*}th"), None) is not None:
            mark.set("aria-hidden", "true")
        marks.append(PageMark(folio, mark_id))
        blocks[mark_id] = mark
    return tuple(marks)


def _insert(block: etree._Element, offset: int, mark: etree._Element, pictures: int = 0) -> bool:
    """Insert a mark in a block after an offset and a number of pictures; False if the block is shorter."""
    if offset == pictures == 0 and not (len(block) and block[0].get("class") == mark.get("class")):
        mark.tail, block.text = block.text, None
        block.insert(0, mark)
        return True
    position = 0
    for element, is_tail in _text_pieces(block):
        if position == offset and not is_tail and xml_local_name(element) in _PICTURES:
            if not pictures:
                _insert_before_picture(element, mark, block)
                return True
            pictures -= 1
        text = (element.tail if is_tail else element.text) or ""
        for index, character in enumerate(text if is_tail or _is_counted(element) else ""):
            if character.isspace():
                continue
            if position == offset:
                _split(element, is_tail, index, mark, block)
                return True
            position += 1
    if position == offset:
        block.append(mark)
    return position == offset


def _is_counted(element: etree._Element) -> bool:
    return bool(etree.QName(element).namespace == XHTML)


def _insert_before_picture(picture: etree._Element, mark: etree._Element, block: etree._Element) -> None:
    """Insert a mark before a picture, before a link that begins with it, and before wrapping spans."""
    link = _enclosing_link(picture, block)
    if link is not None and not _has_begun(link, picture, is_tail=False):
        picture = link
    elif link is not None and not link.get("aria-label"):
        link.set("aria-label", element_text(link))
    parent = picture.getparent()
    while (
        parent is not None
        and xml_local_name(parent) == "span"
        and parent[0] is picture
        and not (parent.text or "").strip()
    ):
        picture, parent = parent, parent.getparent()
    _insert_before(picture, mark)


def _text_pieces(element: etree._Element, is_block: bool = True) -> Iterator[tuple[etree._Element, bool]]:
    """Yield every text that counts for a block: an element, and True for its tail."""
    counts = is_block or not (xml_local_name(element) in PAGE_START_ELEMENTS and element.get("id"))
    if xml_local_name(element) in _PICTURES:
        yield element, False
    elif counts and _is_counted(element):
        yield element, False
        for child in element.iterchildren(etree.Element):
            yield from _text_pieces(child, is_block=False)
    if not is_block:
        yield element, True


def _split(element: etree._Element, is_tail: bool, index: int, mark: etree._Element, block: etree._Element) -> None:
    """Insert a mark into a text at an index; before a link that begins there, within a link that has begun."""
    link = _enclosing_link(element.getparent() if is_tail else element, block)
    text = ((element.tail if is_tail else element.text) or "")[:index]
    if link is not None and not (text.strip() or _has_begun(link, element, is_tail)):
        _insert_before(link, mark)
        return
    if link is not None and not link.get("aria-label"):
        link.set("aria-label", element_text(link))
    if is_tail:
        mark.tail, element.tail = (element.tail or "")[index:], text
        parent = element.getparent()
        assert parent is not None
        parent.insert(parent.index(element) + 1, mark)
    else:
        mark.tail, element.text = (element.text or "")[index:], text
        element.insert(0, mark)


def _enclosing_link(element: etree._Element | None, block: etree._Element) -> etree._Element | None:
    while element is not None and element is not block:
        if xml_local_name(element) == "a":
            return element
        element = element.getparent()
    return None


def _has_begun(link: etree._Element, element: etree._Element, is_tail: bool) -> bool:
    """True if a link has words before this piece."""
    for piece in _text_pieces(link):
        if piece == (element, is_tail):
            return False
        text = piece[0].tail if piece[1] else piece[0].text
        if (text or "").strip() or (not piece[1] and xml_local_name(piece[0]) in _PICTURES):
            return True
    return True


def _insert_before(element: etree._Element, mark: etree._Element) -> None:
    """Insert a mark before an element, or before its ancestor that must not hold one."""
    parent = element.getparent()
    while parent is not None and _allows_no_mark(parent, element):
        element, parent = parent, parent.getparent()
    if parent is None:
        raise TypesettingFailure(f"There is no place for the mark of page {mark.get('aria-label')}.")
    parent.insert(parent.index(element), mark)


def _allows_no_mark(parent: etree._Element, child: etree._Element) -> bool:
    """True if no mark may be before a child: in a list, a table or its region, before a first caption."""
    match xml_local_name(parent):
        case "div":
            grandparent = parent.getparent()
            return parent.get("role") == "region" or (grandparent is not None and xml_local_name(grandparent) == "dl")
        case "figure":
            return xml_local_name(child) == "figcaption" and parent[0] is child
        case name:
            return name in _NO_LOOSE_CONTENT


def _opens_row(block: etree._Element) -> bool:
    """True if no words are before a block in its table row."""
    row = next(block.iterancestors("{*}tr"), None)
    for event, element in etree.iterwalk(row, events=("start", "end")) if row is not None else ():
        if element is block:
            return True
        text = element.text if event == "start" else element.tail
        if text and text.strip():
            return False
    return False
