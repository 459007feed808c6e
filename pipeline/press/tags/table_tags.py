"""The tags of a table: rows and cells by their elements, heads by their scope, notes behind it."""

from xml.etree.ElementTree import Element

from pipeline.markup import roles
from pipeline.press.tags.elements import Maker, PdfTag, TagContent, filled, tag_of, without_notes

_GROUPS = {"thead": "THead", "tbody": "TBody", "tfoot": "TFoot"}


class TableTags:
    """Makes the tags of one table."""

    def __init__(self, maker: Maker, table: Element, number: int) -> None:
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
