"""Marks in a reflowing text where the pages of the PDF start, so that 'turn to page 4' works everywhere.

A page starts in a block after so many of its characters; white space is not counted, nor the text of
blocks within it that have ids of their own, nor words inside drawings. Where it starts with a picture or a formula, the
mark stands before that.

What names something else keeps its words to itself: no mark stands inside a heading, a caption, a table's head, or
whatever an element says that it is named by. The mark stands before it. A table has no place between its rows: the mark
stands in the first cell of the row and is silent, for 'page 2' before a number would be heard as part of it. The list
of pages leads there all the same. A link is one link: where a page starts inside it, the mark stands there too, and the
link is named by its words alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.roles import HEADINGS, STARTS
from pipeline.core.documents.xhtml import EPUB_TYPE, XHTML, elements, ids, local, untaken, words
from pipeline.model.sheets import PageStart

_BEFORE = HEADINGS | {"table", "caption", "ul", "ol", "dl", "figure", "figcaption", "img", "svg", "hr", "math", "thead"}
"""A mark never stands inside these: the words of some name other things, the others hold no loose text."""
_PICTURES = frozenset({"img", "svg", "math"})
_CLOSED = frozenset({"ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "tr", "hgroup", "caption"})
"""Nothing may be put loose between the children of these."""
_ROWS = frozenset({"tr", "tbody", "tfoot", "th"})


@dataclass(frozen=True, slots=True)
class PageMark:
    """A page of the PDF and the id of its mark."""

    folio: str
    id: str


def mark_pages(root: etree._Element, starts: tuple[PageStart, ...], first: int, name: str) -> tuple[PageMark, ...]:
    """Put a mark in the document for every page that starts in it; tells which, in order of pages.

    `first` is the folio of page 1.
    """
    marks = []
    known = ids(root)
    naming = {name for element in elements(root) for name in element.get("aria-labelledby", "").split()}
    for start in sorted(starts, key=lambda s: s.page):
        block = known.get(start.element)
        if block is None:
            raise TypesettingFailure(f"Page {start.page} starts in '{start.element}', which '{name}' does not have.")
        folio = str(first + start.page - 1)
        mark = _mark(untaken(known, f"page-{folio}"), folio)
        if local(block) in _BEFORE or block.get("id") in naming:
            _put_before(block, mark)
        elif local(block) in _ROWS or (start.offset == 0 and _opens_row(block)):
            # into the first cell of a row, or of the first row of a group; before the table if that is in its head
            row = next((around for around in (block, *block.iterancestors()) if local(around) == "tr"), block)
            table = next(holder for holder in row.iterancestors() if local(holder) == "table")
            cell = next((cell for cell in elements(row) if local(cell) in ("td", "th")), None)
            if cell is None or any(local(holder) == "thead" for holder in cell.iterancestors()):
                _put_before(table, mark)
            else:
                _insert(cell, 0, mark)
        elif not _insert(block, start.offset, mark, start.pictures):
            raise TypesettingFailure(
                f"Page {start.page} starts after {start.offset} characters of '{start.element}', "
                f"but in '{name}' it has fewer."
            )
        if any(local(around) in ("td", "th") for around in mark.iterancestors()):
            mark.set("aria-hidden", "true")
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


def _insert(block: etree._Element, offset: int, mark: etree._Element, pictures: int = 0) -> bool:
    """Put the mark after so many characters of a block, and pictures behind them; false if the block ends before."""
    if offset == pictures == 0 and not (len(block) and block[0].get("class") == mark.get("class")):
        mark.tail, block.text = block.text, None
        block.insert(0, mark)
        return True
    counted = 0
    for element, tail in _pieces(block):
        if counted == offset and not tail and local(element) in _PICTURES:
            if not pictures:
                _put_before_picture(element, mark, block)
                return True
            pictures -= 1
        text = (element.tail if tail else element.text) or ""
        for index, character in enumerate(text if tail or _is_counted(element) else ""):
            if character.isspace():
                continue
            if counted == offset:
                _split(element, tail, index, mark, block)
                return True
            counted += 1
    if counted == offset:
        block.append(mark)
    return counted == offset


def _is_counted(element: etree._Element) -> bool:
    return bool(etree.QName(element).namespace == XHTML)


def _put_before_picture(picture: etree._Element, mark: etree._Element, block: etree._Element) -> None:
    """Put the mark before a picture, before a link that begins with it, and before what only holds it together."""
    link = _enclosing_link(picture, block)
    if link is not None and not _has_begun(link, picture, tail=False):
        picture = link
    elif link is not None and not link.get("aria-label"):
        link.set("aria-label", words(link))
    around = picture.getparent()
    while around is not None and local(around) == "span" and around[0] is picture and not (around.text or "").strip():
        picture, around = around, around.getparent()
    _put_before(picture, mark)


def _pieces(element: etree._Element, outermost: bool = True) -> Iterator[tuple[etree._Element, bool]]:
    """Every piece of text that counts for a block: an element with false for its text, true for its tail."""
    own = outermost or not (local(element) in STARTS and element.get("id"))
    if local(element) in _PICTURES:
        yield element, False
    elif own and _is_counted(element):
        yield element, False
        for child in element.iterchildren(etree.Element):
            yield from _pieces(child, outermost=False)
    if not outermost:
        yield element, True


def _split(element: etree._Element, tail: bool, index: int, mark: etree._Element, block: etree._Element) -> None:
    """Put the mark into a text at an index; before a link that begins there, and inside one that has begun."""
    link = _enclosing_link(element.getparent() if tail else element, block)
    text = ((element.tail if tail else element.text) or "")[:index]
    if link is not None and not (text.strip() or _has_begun(link, element, tail)):
        _put_before(link, mark)
        return
    if link is not None and not link.get("aria-label"):
        link.set("aria-label", words(link))
    if tail:
        mark.tail, element.tail = (element.tail or "")[index:], text
        parent = element.getparent()
        assert parent is not None
        parent.insert(parent.index(element) + 1, mark)
    else:
        mark.tail, element.text = (element.text or "")[index:], text
        element.insert(0, mark)


def _enclosing_link(element: etree._Element | None, block: etree._Element) -> etree._Element | None:
    while element is not None and element is not block:
        if local(element) == "a":
            return element
        element = element.getparent()
    return None


def _has_begun(link: etree._Element, element: etree._Element, tail: bool) -> bool:
    """Whether a link has words before this piece of it."""
    for piece in _pieces(link):
        if piece == (element, tail):
            return False
        said = piece[0].tail if piece[1] else piece[0].text
        if (said or "").strip() or (not piece[1] and local(piece[0]) in _PICTURES):
            return True
    return True


def _put_before(element: etree._Element, mark: etree._Element) -> None:
    """Put the mark before an element, or before what holds it where nothing loose may stand."""
    parent = element.getparent()
    while parent is not None and _is_closed(parent, element):
        element, parent = parent, parent.getparent()
    if parent is None:
        raise TypesettingFailure(f"There is no place for the mark of page {mark.get('aria-label')}.")
    parent.insert(parent.index(element), mark)


def _is_closed(parent: etree._Element, child: etree._Element) -> bool:
    """Whether nothing loose may stand here before a child: in a list, a table or its region, before a first caption."""
    match local(parent):
        case "div":
            above = parent.getparent()
            return parent.get("role") == "region" or (above is not None and local(above) == "dl")
        case "figure":
            return local(child) == "figcaption" and parent[0] is child
        case name:
            return name in _CLOSED


def _opens_row(block: etree._Element) -> bool:
    """Whether a block begins a row of a table: no words stand before it in its row."""
    row = next((around for around in block.iterancestors() if local(around) == "tr"), None)
    if row is None:
        return False
    for event, element in etree.iterwalk(row, events=("start", "end")):
        if element is block:
            return True
        said = element.text if event == "start" else element.tail
        if said and said.strip():
            return False
    return False
