"""The tags of a text as a tree: one for each element with content, in the order of the text.

Made from the text's own elements and from their boxes in the engine, so that a page break, a column or a style that
shows a table as blocks changes nothing for a screen reader. Content added by a style sheet is an artifact.
"""

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from pipeline.core.documents import roles
from pipeline.core.documents.pdf import Rectangle
from pipeline.press.tags.elements import PdfTag, TagContent, filled, paragraphs, run_in, tag_of, without_notes
from pipeline.press.tags.page_content import LinkArea, MarkedContent, PageContent, letters


class Tagger:
    """Makes the tags of one document."""

    def __init__(self, body: Element, found: PageContent) -> None:
        self.found = found
        self.undescribed: list[int] = []
        """The page (from 1) of every picture without a description."""
        self.led: set[int] = set()
        """Every rectangle that belongs to a link, by identity."""
        self.tables = 0
        self._in_contents = False
        self._note_label: list[TagContent] | None = None
        self._first: dict[Element, int | None] = {}
        self._kept: set[Element] = set()
        self._areas: dict[Element, list[LinkArea]] = {}
        self._survey(body, (), None)
        self.document = PdfTag("Document", paragraphs(self.content(body)))

    def _survey(self, element: Element, above: tuple[Element, ...], link: Element | None) -> int | None:
        """Record the first mark of each element, the holders of reserved places, and the link of each rectangle."""
        if element.get("data-slot"):
            self._kept.update((*above, element))
        if element.tag == "a" and element.get("href"):
            link = element
        if link is not None and element in self.found.areas and (element is link or link not in self.found.areas):
            self._areas.setdefault(link, []).extend(self.found.areas[element])
        marks = self.found.marks.get(element)
        places = [marks[0].place] if marks else []
        notes: list[int] = []
        for child in element:
            begins = self._survey(child, (*above, element), link)
            if begins is not None:
                (notes if _is_note(child) else places).append(begins)
        first = min(places or notes, default=None)
        self._first[element] = first
        return first

    def content(self, element: Element, parts: tuple[str, ...] = ("",)) -> list[TagContent]:
        """Children of an element: its own words and its child elements, in the order of the text."""
        own = [mark for mark in self.found.marks.get(element, ()) if mark.part in parts]
        counted = sum(mark.letters for mark in own) == letters(element.text) + sum(letters(c.tail) for c in element)
        kids: list[TagContent] = []
        taken = passed = 0
        upto = letters(element.text)
        for child in element:
            begins = self._first.get(child)
            if begins is not None or child in self._kept:
                while taken < len(own) and _precedes(own[taken], passed < upto if counted else None, begins, child):
                    passed += own[taken].letters
                    kids.append(own[taken])
                    taken += 1
                kids += self.tags(child)
            upto += letters(child.tail)
        return kids + own[taken:]

    def tags(self, element: Element) -> list[TagContent]:
        """An element as tags, or what it holds where it says nothing of its own."""
        if roles.is_decorative(element):
            return []
        if roles.is_sign(element):
            return self._sign(element)
        if roles.is_picture(element) or (element.get("role") in ("img", "math") and element.get("aria-label")):
            return [self._picture(element)]
        if element.get("data-slot"):
            return [PdfTag("P", self.content(element), {"ID": f"{roles.SLOT}{element.get('data-slot')}"})]
        special = self._special(element)
        if special is not None:
            return special
        if element.tag in roles.HEADINGS or element.tag in ("figcaption", "caption"):
            tag = tag_of(roles.BLOCKS[element.tag], element, self.content(element))
            notes = without_notes(tag)
            return [*filled(tag), *notes]
        if element.tag in ("p", "pre", "address"):
            return filled(tag_of("P", element, self.content(element)))
        kind = roles.group_kind(element)
        if element.tag in roles.FLOW:
            held = paragraphs(run_in(self.content(element)))
            return filled(tag_of(kind, element, held)) if kind else held
        return self._words(element)

    def _special(self, element: Element) -> list[TagContent] | None:
        """Elements whose children have a place of their own in it."""
        if element.get("role") == "doc-footnote":
            return self._note(element)
        if element.get("role") == "doc-toc":
            self._in_contents = True
            held = paragraphs(self.content(element))
            self._in_contents = False
            return filled(tag_of("Sect", element, held))
        if element.tag == "table" and not roles.is_layout_table(element):
            self.tables += 1
            return TableTags(self, element, self.tables).tags()
        makers: dict[str, Callable[[Element], list[TagContent]]] = {
            "ul": self._list,
            "ol": self._list,
            "dl": self._definitions,
            "a": self._link,
        }
        maker = makers.get(element.tag)
        return maker(element) if maker else None

    def is_set(self, element: Element) -> bool:
        """True if any part of an element is on a page."""
        return self._first.get(element) is not None

    def _words(self, element: Element) -> list[TagContent]:
        """Words within a line."""
        held = self.content(element)
        kind = roles.word_kind(element)
        if not kind or not held:
            return held
        tag = tag_of(kind, element, held)
        if element.tag == "abbr" and element.get("title"):
            tag.about["E"] = str(element.get("title"))
        if struck := roles.STRUCK.get(element.tag):
            tag.about["A"] = {"O": "/Layout", "TextDecorationType": f"/{struck}"}
        return [tag]

    def _sign(self, element: Element) -> list[TagContent]:
        """A letter that is a picture: it is copied as it is written, and heard by its name."""
        tag = tag_of("Span", element, self.content(element))
        tag.about["Alt"] = roles.spoken(element)
        return filled(tag)

    def _picture(self, element: Element) -> PdfTag:
        kind = "Formula" if element.get("role") == "math" else "Figure"
        marks = [mark for inner in element.iter() for mark in self.found.marks.get(inner, ()) if not mark.part]
        tag = tag_of(kind, element, sorted(marks, key=lambda mark: mark.place))
        said = roles.spoken(element)
        if said:
            tag.about["Alt"] = said
        else:
            self.undescribed.append(next((mark.page for mark in tag.kids), 0) + 1)
        if frame := self._frame(element):
            tag.about["A"] = {"O": "/Layout", "BBox": frame}
        return tag

    def _frame(self, element: Element) -> Rectangle | None:
        """The box of a picture, or around all the drawings that make one, on its first page (14.8.5.4.3)."""
        drawn = [self.found.pictures[inner] for inner in element.iter() if inner in self.found.pictures]
        boxes = [box for page, box in drawn if page == drawn[0][0]]
        if not boxes:
            return None
        left, bottom, right, top = zip(*boxes, strict=True)
        return min(left), min(bottom), max(right), max(top)

    def _link(self, element: Element) -> list[TagContent]:
        """A link with its rectangles; a call of a note and an entry of contents are references (14.8.4.4)."""
        held = self.content(element)
        areas = self._areas.get(element, ())
        if not areas:
            return held
        self.led.update(id(area.annotation) for area in areas)
        tag = tag_of("Link", element, [*areas, *held])
        tag.says = roles.words(element) or str(element.get("href"))
        if element.get("aria-label"):
            tag.about["Alt"] = str(element.get("aria-label"))
        elif held and all(map(_is_drawn, held)):
            tag.about["Alt"] = tag.says  # formulas and pictures have no text
        if element.get("role") == "doc-noteref" or self._in_contents:
            return [PdfTag("Reference", [tag]), *without_notes(tag)]
        if element.get("role") == "doc-backlink" and self._note_label == []:
            self._note_label.append(tag)
            return []
        return [tag]

    def _note(self, element: Element) -> list[TagContent]:
        """A note: its number is its label, and leads back."""
        outer, self._note_label = self._note_label, []
        held = paragraphs(self.content(element))
        label, self._note_label = self._note_label, outer
        if not held:
            return []
        tag = tag_of("Note", element, [PdfTag("Lbl", label), *held] if label else held)
        tag.about["ID"] = f"note-{element.get('id')}"
        return [tag]

    def _list(self, element: Element) -> list[TagContent]:
        entries = [tag for child in element for tag in self._entry(child)]
        if self._in_contents:
            return filled(tag_of("TOC", element, entries))
        bullet = self.found.bullets.get(element)
        tag = tag_of("L", element, entries)
        tag.about["A"] = {"O": "/List", "ListNumbering": f"/{roles.numbering(element, bullet)}"}
        return filled(tag)

    def _entry(self, element: Element) -> list[TagContent]:
        held = self.content(element)
        if not held or roles.is_decorative(element):
            return []
        if self._in_contents:
            return [tag_of("TOCI", element, paragraphs(held))]
        label = [mark for mark in self.found.marks.get(element, ()) if mark.part.endswith("::marker")]
        return [tag_of("LI", element, [*([PdfTag("Lbl", list(label))] if label else ()), PdfTag("LBody", held)])]

    def _definitions(self, element: Element) -> list[TagContent]:
        """A definition list is a list: a term is the label of its meanings."""
        entries: list[tuple[PdfTag, list[list[TagContent]]]] = []
        for child in _ungrouped(element):
            held = self.content(child)
            if child.tag == "dt":
                if not entries or entries[-1][1]:
                    entries.append((tag_of("Lbl", child, []), []))
                entries[-1][0].kids += held
            elif held:
                if not entries:
                    entries.append((PdfTag("Lbl"), []))
                meaning = [tag_of("Div", child, paragraphs(held))] if child.get("lang") else held
                entries[-1][1].append(meaning)
        tag = tag_of("L", element, [_definition(*entry) for entry in entries if entry[0].kids or entry[1]])
        tag.about["A"] = {"O": "/List", "ListNumbering": "/None"}
        return filled(tag)


def _is_note(element: Element) -> bool:
    return element.get("role") == "doc-footnote"


def _precedes(mark: MarkedContent, by_count: bool | None, begins: int | None, child: Element) -> bool:
    """True if own words come before a child: by the count of their letters, because floats are set out of turn.

    Where they cannot be counted (a space, letters that the style changed), the order of the boxes decides.
    """
    if mark.letters and by_count is not None:
        return by_count
    return begins is not None and mark.place < begins and not _is_note(child)


def _ungrouped(element: Element) -> Iterator[Element]:
    """Terms and meanings, taken out of the groups that only keep them together."""
    for child in element:
        if child.tag == "div":
            yield from _ungrouped(child)
        elif not roles.is_decorative(child):
            yield child


def _definition(term: PdfTag, meanings: list[list[TagContent]]) -> PdfTag:
    notes = without_notes(term)
    several = len(meanings) > 1
    held = [kid for meaning in meanings for kid in (paragraphs(meaning) if several else meaning)]
    if not held:
        return PdfTag("LI", [PdfTag("LBody", [*term.kids, *notes], term.about)])
    return PdfTag("LI", [*filled(term), PdfTag("LBody", [*notes, *held])])


def _is_drawn(content: TagContent) -> bool:
    """Whether there is nothing but formulas and pictures in it."""
    if not isinstance(content, PdfTag):
        return False
    return content.kind in ("Formula", "Figure") or (bool(content.kids) and all(map(_is_drawn, content.kids)))


_GROUPS = {"thead": "THead", "tbody": "TBody", "tfoot": "TFoot"}


class TableTags:
    """Makes the tags of one table."""

    def __init__(self, maker: Tagger, table: Element, number: int) -> None:
        self.maker = maker
        self.table = table
        self.number = number
        self.notes: list[PdfTag] = []
        self.cells: list[tuple[Element, PdfTag, int, int, int, int]] = []
        """Element, tag, row, column, and how many rows and columns it spans."""
        self._taken: set[tuple[int, int]] = set()
        self._row = -1
        heads = table.findall("thead")
        self.headless = bool(heads) and not any(maker.is_set(head) for head in heads)
        """The style shows no head: then a cell's own label is heard."""

    def tags(self) -> list[TagContent]:
        """The table, and after it the notes that are called in its caption and heads."""
        kids: list[TagContent] = [kid for caption in self.table.findall("caption") for kid in self.maker.tags(caption)]
        for child in self.table:
            if child.tag in ("thead", "tbody", "tfoot"):
                rows = [] if child.tag == "thead" and self.headless else [row for tr in child for row in self._tr(tr)]
                kids += filled(tag_of(_GROUPS[child.tag], child, rows))
            elif child.tag == "tr":
                kids += self._tr(child)
        self.notes = [kid for kid in kids if kid.kind == "Note"] + self.notes
        kids = [kid for kid in kids if kid.kind != "Note"]
        if not any(tag.kids for _, tag, *_ in self.cells):
            return [*kids, *self.notes] if any(kid.kind == "Caption" for kid in kids) else []
        self._tell_heads()
        return [tag_of("Table", self.table, kids), *self.notes]

    def _tr(self, element: Element) -> list[PdfTag]:
        if element.tag != "tr":
            return []
        self._row += 1
        column = 0
        cells = []
        for cell in element:
            if cell.tag not in ("td", "th"):
                continue
            while (self._row, column) in self._taken:
                column += 1
            tag = self._cell(cell, column)
            cells.append(tag)
            column += self.cells[-1][5]
        return filled(tag_of("TR", element, cells))

    def _cell(self, element: Element, column: int) -> PdfTag:
        parts = ("", "::before") if self.headless and element.get("data-label") else ("",)
        tag = tag_of(roles.BLOCKS[element.tag], element, self.maker.content(element, parts))
        if tag.kind == "TH":
            self.notes += without_notes(tag)
        tag.about["A"] = {"O": "/Table"}
        down, across = _span(element, "rowspan"), _span(element, "colspan")
        for name, span in (("RowSpan", down), ("ColSpan", across)):
            if span != 1:
                tag.about["A"][name] = span
        self._taken |= {(self._row + i, column + j) for i in range(down) for j in range(across)}
        self.cells.append((element, tag, self._row, column, down, across))
        return tag

    def _tell_heads(self) -> None:
        """Say of every head cell what it heads, of every other cell which heads it has (14.8.5.7)."""
        heads: dict[tuple[str, int], list[str]] = {}
        plain = {row for element, _, row, *_ in self.cells if element.tag == "td"}
        for element, tag, row, column, down, across in self.cells:
            if element.tag != "th":
                continue
            scope = str(element.get("scope", ""))
            by_row = scope.startswith("row") or (not scope and column == 0 and row in plain)
            tag.about["A"]["Scope"] = "/Row" if by_row else "/Column"
            tag.about["ID"] = f"t{self.number}-{row}-{column}"
            if tag.kids:
                for line in range(row, row + down) if by_row else range(column, column + across):
                    heads.setdefault(("row" if by_row else "column", line), []).append(tag.about["ID"])
        for element, tag, row, column, down, across in self.cells:
            if element.tag == "td":
                names = [name for line in range(row, row + down) for name in heads.get(("row", line), ())]
                names += [name for line in range(column, column + across) for name in heads.get(("column", line), ())]
                if names:
                    tag.about["A"]["Headers"] = list(dict.fromkeys(names))


def _span(element: Element, name: str) -> int:
    said = element.get(name, "1")
    return max(1, int(said)) if said.isdecimal() else 1
