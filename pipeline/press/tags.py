"""Make the tags of a text: one for each element with content, in the order of the text.

Tags follow the elements of the text, not the boxes, so that page breaks, columns and tables laid out as blocks change
nothing for a screen reader. Generated content becomes an artifact.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from pipeline.core.documents import roles
from pipeline.core.documents.pdf import Rectangle
from pipeline.press.page_map import LinkArea, MarkedContent, PageContent, count_letters

TagContent = Any
"""A `PdfTag`, a `MarkedContent` or a `LinkArea`."""

_INLINE = frozenset({"Span", "Code", "Link", "Reference", "Note", "Figure", "Formula"})
_NEEDS_NO_PARAGRAPH = frozenset({"Figure", "Formula", "Note"})
"""Tags that need no paragraph in a group if they have no words next to them."""


@dataclass(slots=True)
class PdfTag:
    """A structure element (ISO 32000-1, 14.7.2): its type, its children and its attributes."""

    kind: str
    kids: list[TagContent] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    """`Alt`, `E`, `Lang` and `ID` as text, `A` as a dictionary."""
    link_text: str = ""
    """Alternative text of a link, for its annotations."""


def without_run_in_space(kids: list[TagContent]) -> list[TagContent]:
    """Return a group's children without spaces between a run-in heading and its paragraph."""
    blocks = [kid for kid in kids if not (isinstance(kid, MarkedContent) and not kid.letters)]
    kinds = [kid.kind[:1] for kid in blocks if isinstance(kid, PdfTag)]
    return blocks if len(blocks) == 2 and kinds == ["H", "P"] else kids


def wrap_in_paragraphs(kids: Iterable[TagContent]) -> list[TagContent]:
    """Return a group's children, with loose content in paragraphs."""
    children: list[TagContent] = []
    loose: list[TagContent] = []

    def end_paragraph() -> None:
        needs_no_paragraph = all(isinstance(kid, PdfTag) and kid.kind in _NEEDS_NO_PARAGRAPH for kid in loose)
        children.extend(loose if needs_no_paragraph else [PdfTag("P", list(loose))])
        loose.clear()

    for kid in kids:
        if isinstance(kid, PdfTag) and kid.kind not in _INLINE:
            end_paragraph()
            children.append(kid)
        else:
            loose.append(kid)
    end_paragraph()
    return children


def take_notes(tag: PdfTag) -> list[PdfTag]:
    """Remove and return the notes within a tag.

    Headings and head cells are read out often, their notes should be read once.
    """
    notes: list[PdfTag] = []
    for kid in tag.kids:
        if isinstance(kid, PdfTag):
            notes += [kid] if kid.kind == "Note" else take_notes(kid)
    tag.kids = [kid for kid in tag.kids if not (isinstance(kid, PdfTag) and kid.kind == "Note")]
    return notes


def if_filled(tag: PdfTag) -> list[TagContent]:
    """Return the tag in a list; empty if it has no content, because screen readers stumble over empty tags."""
    return [tag] if tag.kids else []


def tag_of(kind: str, element: Element, kids: list[TagContent]) -> PdfTag:
    """Return a tag for an element, in its language."""
    language = element.get("lang")
    return PdfTag(kind, kids, {"Lang": language} if language else {})


class Tagger:
    """Makes the tags of one document."""

    def __init__(self, body: Element, drawn: PageContent) -> None:
        self.drawn = drawn
        self.undescribed: list[int] = []
        """Page (from 1) of every picture without alt text."""
        self.tagged_areas: set[int] = set()
        """Identity of every annotation that belongs to a link."""
        self.tables = 0
        self._in_contents = False
        self._note_label: list[TagContent] | None = None
        self._first_order: dict[Element, int | None] = {}
        self._slot_ancestors: set[Element] = set()
        self._areas: dict[Element, list[LinkArea]] = {}
        self._index_elements(body, (), None)
        self.document = PdfTag("Document", wrap_in_paragraphs(self.content(body)))

    def _index_elements(self, element: Element, ancestors: tuple[Element, ...], link: Element | None) -> int | None:
        """Record the first mark of each element, the ancestors of slots, and the link of each annotation."""
        if element.get("data-slot"):
            self._slot_ancestors.update((*ancestors, element))
        if element.tag == "a" and element.get("href"):
            link = element
        if link is not None and element in self.drawn.areas and (element is link or link not in self.drawn.areas):
            self._areas.setdefault(link, []).extend(self.drawn.areas[element])
        marks = self.drawn.marks.get(element)
        places = [marks[0].order] if marks else []
        notes: list[int] = []
        for child in element:
            first_order = self._index_elements(child, (*ancestors, element), link)
            if first_order is not None:
                (notes if _is_note(child) else places).append(first_order)
        first = min(places or notes, default=None)
        self._first_order[element] = first
        return first

    def content(self, element: Element, parts: tuple[str, ...] = ("",)) -> list[TagContent]:
        """Return the children of an element: its own text and its child elements, in the order of the text."""
        own_marks = [mark for mark in self.drawn.marks.get(element, ()) if mark.part in parts]
        letters = sum(map(count_letters, (element.text, *(child.tail for child in element))))
        can_count = sum(mark.letters for mark in own_marks) == letters
        kids: list[TagContent] = []
        used = letters_before = 0
        letters_until = count_letters(element.text)
        for child in element:
            first_order = self._first_order.get(child)
            if first_order is not None or child in self._slot_ancestors:
                while used < len(own_marks):
                    by_count = letters_before < letters_until if can_count else None
                    if not _comes_before(own_marks[used], by_count, first_order, child):
                        break
                    letters_before += own_marks[used].letters
                    kids.append(own_marks[used])
                    used += 1
                kids += self.tags(child)
            letters_until += count_letters(child.tail)
        return kids + own_marks[used:]

    def tags(self, element: Element) -> list[TagContent]:
        """Return an element as tags, or its content if it needs no tag."""
        if roles.is_decorative(element):
            return []
        if roles.is_sign(element):  # a picture in place of a letter: copied as text, read out by its name
            tag = tag_of("Span", element, self.content(element))
            tag.attributes["Alt"] = roles.spoken_replacement(element)
            return if_filled(tag)
        if roles.is_picture(element) or (element.get("role") in ("img", "math") and element.get("aria-label")):
            return [self._picture(element)]
        if element.get("data-slot"):
            return [PdfTag("P", self.content(element), {"ID": f"{roles.SLOT_PREFIX}{element.get('data-slot')}"})]
        special = self._structural_tags(element)
        if special is not None:
            return special
        if element.tag in roles.HEADINGS or element.tag in ("figcaption", "caption"):
            tag = tag_of(roles.TEXT_BLOCKS[element.tag], element, self.content(element))
            notes = take_notes(tag)
            return [*if_filled(tag), *notes]
        if element.tag in ("p", "pre", "address"):
            return if_filled(tag_of("P", element, self.content(element)))
        kind = roles.group_type(element)
        if element.tag in roles.BLOCK_ELEMENTS:
            children = wrap_in_paragraphs(without_run_in_space(self.content(element)))
            return if_filled(tag_of(kind, element, children)) if kind else children
        return self._inline_tags(element)

    def _structural_tags(self, element: Element) -> list[TagContent] | None:
        """Return the tags of an element that arranges its children; None for other elements."""
        if element.get("role") == "doc-footnote":
            return self._note(element)
        if element.get("role") == "doc-toc":
            self._in_contents = True
            children = wrap_in_paragraphs(self.content(element))
            self._in_contents = False
            return if_filled(tag_of("Sect", element, children))
        if element.tag == "table" and not roles.is_layout_table(element):
            self.tables += 1
            return TableTags(self, element, self.tables).tags()
        makers = {"ul": self._list, "ol": self._list, "dl": self._definitions, "a": self._link}
        return makers[element.tag](element) if element.tag in makers else None

    def is_set(self, element: Element) -> bool:
        """True if any part of an element is on a page."""
        return self._first_order.get(element) is not None

    def _inline_tags(self, element: Element) -> list[TagContent]:
        children = self.content(element)
        kind = roles.inline_type(element)
        if not kind or not children:
            return children
        tag = tag_of(kind, element, children)
        if element.tag == "abbr" and element.get("title"):
            tag.attributes["E"] = str(element.get("title"))
        if decoration := roles.TEXT_DECORATIONS.get(element.tag):
            tag.attributes["A"] = {"O": "/Layout", "TextDecorationType": f"/{decoration}"}
        return [tag]

    def _picture(self, element: Element) -> PdfTag:
        kind = "Formula" if element.get("role") == "math" else "Figure"
        marks = [mark for inner in element.iter() for mark in self.drawn.marks.get(inner, ()) if not mark.part]
        tag = tag_of(kind, element, sorted(marks, key=lambda mark: mark.order))
        alt_text = roles.spoken_replacement(element)
        if alt_text:
            tag.attributes["Alt"] = alt_text
        else:
            self.undescribed.append(next((mark.page for mark in tag.kids), 0) + 1)
        if bounding_box := self._bounding_box(element):
            tag.attributes["A"] = {"O": "/Layout", "BBox": bounding_box}
        return tag

    def _bounding_box(self, element: Element) -> Rectangle | None:
        """Return the box around a picture's drawings on its first page (14.8.5.4.3)."""
        pictures = [self.drawn.pictures[inner] for inner in element.iter() if inner in self.drawn.pictures]
        boxes = [box for page, box in pictures if page == pictures[0][0]]
        if not boxes:
            return None
        left, bottom, right, top = zip(*boxes, strict=True)
        return min(left), min(bottom), max(right), max(top)

    def _link(self, element: Element) -> list[TagContent]:
        """Return a link with its annotations; note calls and contents entries are References (14.8.4.4)."""
        children = self.content(element)
        areas = self._areas.get(element, ())
        if not areas:
            return children
        self.tagged_areas.update(id(area.annotation) for area in areas)
        tag = tag_of("Link", element, [*areas, *children])
        tag.link_text = roles.spoken_words(element) or str(element.get("href"))
        if element.get("aria-label"):
            tag.attributes["Alt"] = str(element.get("aria-label"))
        elif children and all(map(_is_pictures_only, children)):
            tag.attributes["Alt"] = tag.link_text  # formulas and pictures have no text
        if element.get("role") == "doc-noteref" or self._in_contents:
            return [PdfTag("Reference", [tag]), *take_notes(tag)]
        if element.get("role") == "doc-backlink" and self._note_label == []:
            self._note_label.append(tag)
            return []
        return [tag]

    def _note(self, element: Element) -> list[TagContent]:
        """Return a note; its number is its label and leads back to the call."""
        outer_label, self._note_label = self._note_label, []
        children = wrap_in_paragraphs(self.content(element))
        label, self._note_label = self._note_label, outer_label
        if not children:
            return []
        tag = tag_of("Note", element, [PdfTag("Lbl", label), *children] if label else children)
        tag.attributes["ID"] = f"note-{element.get('id')}"
        return [tag]

    def _list(self, element: Element) -> list[TagContent]:
        entries = [tag for child in element for tag in self._list_entry(child)]
        if self._in_contents:
            return if_filled(tag_of("TOC", element, entries))
        bullet = self.drawn.list_styles.get(element)
        tag = tag_of("L", element, entries)
        tag.attributes["A"] = {"O": "/List", "ListNumbering": f"/{roles.list_numbering(element, bullet)}"}
        return if_filled(tag)

    def _list_entry(self, element: Element) -> list[TagContent]:
        children = self.content(element)
        if not children or roles.is_decorative(element):
            return []
        if self._in_contents:
            return [tag_of("TOCI", element, wrap_in_paragraphs(children))]
        label = [mark for mark in self.drawn.marks.get(element, ()) if mark.part.endswith("::marker")]
        return [tag_of("LI", element, [*([PdfTag("Lbl", list(label))] if label else ()), PdfTag("LBody", children)])]

    def _definitions(self, element: Element) -> list[TagContent]:
        """Return a definition list as a list; a term labels its meanings."""
        entries: list[tuple[PdfTag, list[list[TagContent]]]] = []
        for child in _flatten_groups(element):
            children = self.content(child)
            if child.tag == "dt":
                if not entries or entries[-1][1]:
                    entries.append((tag_of("Lbl", child, []), []))
                entries[-1][0].kids += children
            elif children:
                if not entries:
                    entries.append((PdfTag("Lbl"), []))
                meaning = [tag_of("Div", child, wrap_in_paragraphs(children))] if child.get("lang") else children
                entries[-1][1].append(meaning)
        tag = tag_of("L", element, [_definition(*entry) for entry in entries if entry[0].kids or entry[1]])
        tag.attributes["A"] = {"O": "/List", "ListNumbering": "/None"}
        return if_filled(tag)


def _is_note(element: Element) -> bool:
    return element.get("role") == "doc-footnote"


def _comes_before(mark: MarkedContent, by_count: bool | None, first_order: int | None, child: Element) -> bool:
    """True if own text is before a child, by counting letters, because floats are laid out in another order.

    If letters cannot be counted (a space, text that the style sheet changed), the order of the boxes decides.
    """
    if mark.letters and by_count is not None:
        return by_count
    return first_order is not None and mark.order < first_order and not _is_note(child)


def _flatten_groups(element: Element) -> Iterator[Element]:
    """Yield terms and meanings, without the groups around them."""
    for child in element:
        if child.tag == "div":
            yield from _flatten_groups(child)
        elif not roles.is_decorative(child):
            yield child


def _definition(term: PdfTag, meanings: list[list[TagContent]]) -> PdfTag:
    notes = take_notes(term)
    several_meanings = len(meanings) > 1
    children = [kid for meaning in meanings for kid in (wrap_in_paragraphs(meaning) if several_meanings else meaning)]
    if not children:
        return PdfTag("LI", [PdfTag("LBody", [*term.kids, *notes], term.attributes)])
    return PdfTag("LI", [*if_filled(term), PdfTag("LBody", [*notes, *children])])


def _is_pictures_only(content: TagContent) -> bool:
    """True if a tag holds only formulas and pictures."""
    if not isinstance(content, PdfTag):
        return False
    return content.kind in ("Formula", "Figure") or (bool(content.kids) and all(map(_is_pictures_only, content.kids)))


_GROUPS = {"thead": "THead", "tbody": "TBody", "tfoot": "TFoot"}


class _Cell(NamedTuple):
    element: Element
    tag: PdfTag
    rows: range
    columns: range


class TableTags:
    """Makes the tags of one table."""

    def __init__(self, maker: Tagger, table: Element, number: int) -> None:
        self.maker = maker
        self.table = table
        self.number = number
        self.notes: list[PdfTag] = []
        self.cells: list[_Cell] = []
        self._occupied: set[tuple[int, int]] = set()
        self._row = -1
        heads = table.findall("thead")
        self.hides_head = bool(heads) and not any(maker.is_set(head) for head in heads)
        """True if the style sheet hides the head: then each cell's own label is read out."""

    def tags(self) -> list[TagContent]:
        """Return the table, and after it the notes called in its caption and heads."""
        kids: list[TagContent] = [kid for caption in self.table.findall("caption") for kid in self.maker.tags(caption)]
        for child in self.table:
            if child.tag in ("thead", "tbody", "tfoot"):
                rows = () if child.tag == "thead" and self.hides_head else child
                row_tags = [tag for row in rows for tag in self._row_tags(row)]
                kids += if_filled(tag_of(_GROUPS[child.tag], child, row_tags))
            elif child.tag == "tr":
                kids += self._row_tags(child)
        self.notes = [kid for kid in kids if kid.kind == "Note"] + self.notes
        kids = [kid for kid in kids if kid.kind != "Note"]
        if not any(cell.tag.kids for cell in self.cells):
            return [*kids, *self.notes] if any(kid.kind == "Caption" for kid in kids) else []
        self._set_headers()
        return [tag_of("Table", self.table, kids), *self.notes]

    def _row_tags(self, element: Element) -> list[PdfTag]:
        if element.tag != "tr":
            return []
        self._row += 1
        column = 0
        cells = []
        for cell in element:
            if cell.tag not in ("td", "th"):
                continue
            while (self._row, column) in self._occupied:
                column += 1
            cells.append(self._cell_tag(cell, column))
            column += len(self.cells[-1].columns)
        return if_filled(tag_of("TR", element, cells))

    def _cell_tag(self, element: Element, column: int) -> PdfTag:
        pseudo_elements = ("", "::before") if self.hides_head and element.get("data-label") else ("",)
        tag = tag_of(roles.TEXT_BLOCKS[element.tag], element, self.maker.content(element, pseudo_elements))
        if tag.kind == "TH":
            self.notes += take_notes(tag)
        tag.attributes["A"] = {"O": "/Table"}
        rows = range(self._row, self._row + _span(element, "rowspan"))
        columns = range(column, column + _span(element, "colspan"))
        for name, span in (("RowSpan", len(rows)), ("ColSpan", len(columns))):
            if span != 1:
                tag.attributes["A"][name] = span
        self._occupied |= set(product(rows, columns))
        self.cells.append(_Cell(element, tag, rows, columns))
        return tag

    def _set_headers(self) -> None:
        """Set the scope of head cells and the headers of other cells (14.8.5.7)."""
        row_heads, column_heads = defaultdict[int, list[str]](list), defaultdict[int, list[str]](list)
        data_rows = {cell.rows[0] for cell in self.cells if cell.element.tag == "td"}
        for element, tag, rows, columns in self.cells:
            if element.tag == "th":
                scope = str(element.get("scope", ""))
                by_row = scope.startswith("row") or (not scope and columns[0] == 0 and rows[0] in data_rows)
                tag.attributes["A"]["Scope"] = "/Row" if by_row else "/Column"
                tag.attributes["ID"] = f"t{self.number}-{rows[0]}-{columns[0]}"
                if tag.kids:
                    for index in rows if by_row else columns:
                        (row_heads if by_row else column_heads)[index].append(tag.attributes["ID"])
        for element, tag, rows, columns in self.cells:
            ids = [name for row in rows for name in row_heads[row]]
            ids += [name for column in columns for name in column_heads[column]]
            if ids and element.tag == "td":
                tag.attributes["A"]["Headers"] = list(dict.fromkeys(ids))


def _span(element: Element, name: str) -> int:
    text = element.get(name, "1")
    return max(1, int(text)) if text.isdecimal() else 1
