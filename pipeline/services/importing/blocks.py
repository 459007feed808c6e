"""Blocks of a text, tables among them, from pandoc's tree to the dialect."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from unicodedata import normalize

from pipeline.compose.page.list_labels import label
from pipeline.services.importing.inlines import PandocNode, Written, plain

_ALIGNS = {"AlignRight": "---:", "AlignCenter": ":---:"}


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """A table as lines; whether cells over several rows or columns were put in one."""

    lines: str
    merged: bool


def draw_table(table: PandocNode, written: Written) -> DrawnTable | None:
    """The lines of a table; nothing where it has no words."""
    _, _, columns, head, bodies, foot = table["c"]
    rows = _rows(head, bodies, foot)
    written.in_cell = True
    grid, merged = _grid(rows, written)
    written.in_cell = False
    width = max((column + 1 for _, column in grid), default=0)
    drawn = [[grid.get((row, column), "") for column in range(width)] for row in range(len(rows))]
    drawn = [row for row in drawn if any(row)]
    if not drawn:
        return None
    aligns = [_ALIGNS.get(column[0]["t"], "---") for column in columns[:width]]
    aligns += ["---"] * (width - len(aligns))
    lines = [_row(drawn[0]), f"|{'|'.join(aligns)}|", *map(_row, drawn[1:])]
    return DrawnTable("\n".join(lines), merged)


def _rows(head: PandocNode, bodies: Sequence[PandocNode], foot: PandocNode) -> list[PandocNode]:
    return [row for part in (head[1], *(body[2] + body[3] for body in bodies), foot[1]) for row in part]


def single_cell(table: PandocNode) -> Sequence[PandocNode] | None:
    """The blocks of a table of one cell, which is a frame around text."""
    _, _, _, head, bodies, foot = table["c"]
    rows = _rows(head, bodies, foot)
    if len(rows) != 1 or len(rows[0][1]) != 1:
        return None
    blocks: Sequence[PandocNode] = rows[0][1][0][4]
    return blocks


def _grid(rows: Sequence[PandocNode], written: Written) -> tuple[dict[tuple[int, int], str], bool]:
    """The words of each cell by row and column; what spans is said once, and leaves the others empty."""
    grid: dict[tuple[int, int], str] = {}
    merged = False
    for number, (_, cells) in enumerate(rows):
        column = 0
        for _, _, down, across, blocks in cells:
            while (number, column) in grid:
                column += 1
            words = " ".join(filter(None, _lines(blocks, written)))
            merged = merged or down > 1 or across > 1
            for below in range(min(down, len(rows) - number)):
                for beside in range(across):
                    grid[number + below, column + beside] = "" if below or beside else words
    return grid, merged


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _lines(blocks: Sequence[PandocNode], written: Written) -> Iterator[str]:
    for block in blocks:
        content = block.get("c")
        match block.get("t"):
            case "Para" | "Plain":
                yield written.line(content)
            case "Header":
                yield written.line(content[2])
            case "Div" | "Figure":
                if block["t"] == "Figure" and content[1][1]:
                    yield from _lines(content[2], written)
                    yield from _lines(content[1][1], written)
                else:
                    yield from _lines(content[-1], written)
            case "BlockQuote":
                yield from _lines(content, written)
            case "BulletList" | "OrderedList":
                for item in content if block["t"] == "BulletList" else content[1]:
                    yield from _lines(item, written)
            case "LineBlock":
                yield from (written.line(line) for line in content)
            case "CodeBlock":
                yield written.line([{"t": "Code", "c": [content[0], " ".join(content[1].split())]}])
            case "Table":
                _, caption, _, head, bodies, foot = content
                yield from _lines(caption[1], written)
                for _, cells in _rows(head, bodies, foot):
                    for cell in cells:
                        yield from _lines(cell[4], written)
            case "DefinitionList":
                for term, meanings in content:
                    yield written.line(term)
                    for meaning in meanings:
                        yield from _lines(meaning, written)


_BOX_WORDS = (
    (re.compile(r"\bpractice\b"), "practice"),
    (re.compile(r"\bcaution\b"), "caution"),
    (re.compile(r"\bnote\b"), "note"),
    (re.compile(r"\boutcomes?\b"), "outcomes"),
    (re.compile(r"\bquestions?\b"), "questions"),
)
BOXES = tuple(name for _, name in _BOX_WORDS)
TYPED_NUMBER = re.compile(
    r"\A\s*(?:table|figure|fig\.?|chart|tabl|ffigur)\s*\d{1,3}"
    r"(?:[a-z]?(?:\.\d+)*(?:\s*[.:–—](?!\d)|\s+-(?!\S))\s*|(?:\.\d+)*(?:\s+(?![\s\d–—-])|\s*\Z))",
    re.IGNORECASE,
)
"""Number that was typed before a caption: '3', '3.1', '3a:'. Years, measures and ordinals are words of the caption."""
_QUOTE = re.compile(r"quot|block ?text", re.IGNORECASE)
"""Names of the styles of quotations."""
_LABELS = {"LowerAlpha": ("a", 26), "UpperAlpha": ("A", 26), "LowerRoman": ("i", 3999), "UpperRoman": ("I", 3999)}
"""First labels of numbered lists, and the last numbers that can be written so."""
DEEPEST = 6
"""The lowest level of headings."""


@dataclass
class PracticeBox:
    """A box of a practice example: the id that it is known by, and the first words, which name it."""

    id: str
    name: str


@dataclass
class DialectBlocks:
    """A writer of blocks, with what it finds on the way."""

    written: Written
    shift: int
    """Levels that headings move down."""
    styles: Mapping[str, str] = field(default_factory=dict)
    """Boxes by the names of styles, as the library says."""
    merged: int = 0
    """Tables whose cells over several rows or columns were put in one."""
    indented: list[PandocNode] = field(default_factory=list)
    """Paragraphs that became quotations though no style says that they are."""
    practice: list[PracticeBox] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    def text(self, blocks: Sequence[PandocNode]) -> str:
        """Blocks as paragraphs with an empty line between them."""
        return "\n\n".join(self.parts(blocks))

    def parts(self, blocks: Sequence[PandocNode]) -> list[str]:
        """Each block as lines; neighbours that would be read as one are kept apart."""
        parts: list[str] = []
        before = ""
        for block in self._joined(blocks):
            kind = block["t"]
            for part in self._block(block):
                if part.strip():
                    if kind == before and kind in ("BulletList", "OrderedList"):
                        parts.append("<!-- -->")
                    parts.append(part)
                    before = kind
        return parts

    def _joined(self, blocks: Sequence[PandocNode]) -> Iterator[PandocNode]:
        """The blocks without frames that mean nothing; paragraphs of one box or quotation in a row are one."""
        found: list[PandocNode] = []
        for block in self._opened(blocks):
            last = found[-1] if found else {"t": ""}
            if block["t"] in ("Box", "BlockQuote") and (last["t"], last.get("box")) == (block["t"], block.get("box")):
                found[-1] = {**block, "c": [*last["c"], *block["c"]]}
            else:
                found.append(block)
        yield from found

    def _opened(self, blocks: Sequence[PandocNode], style: str = "") -> Iterator[PandocNode]:
        for block in blocks:
            if block["t"] != "Div":
                if block["t"] == "BlockQuote" and _QUOTE.search(style):
                    while block["c"][0]["t"] == "BlockQuote":  # indented besides
                        block = block["c"][0]
                elif block["t"] == "BlockQuote":
                    self.indented += (part for part in block["c"] if part["t"] != "BlockQuote")
                yield block
                continue
            style = dict(block["c"][0][2]).get("custom-style", "")
            if box := self.box_of(style):
                yield {"t": "Box", "box": box, "c": block["c"][1]}
            else:
                yield from self._opened(block["c"][1], style)

    def box_of(self, style: str) -> str:
        """The box that a style of paragraphs means, or nothing."""
        if said := self.styles.get(style):
            return said
        return next((box for words, box in _BOX_WORDS if words.search(style.lower())), "")

    def _block(self, block: PandocNode) -> Iterator[str]:
        content = block.get("c")
        match block["t"]:
            case "Para" | "Plain":
                yield from self._paragraph(content)
            case "Header":
                yield self._heading(content)
            case "BulletList":
                yield self._list([("- ", item) for item in content])
            case "OrderedList":
                yield self._list(list(_labelled(*content)))
            case "BlockQuote":
                yield _indented(self.text(content), "> ", "> ")
            case "Box":
                yield self._box(block["box"], content)
            case "Table":
                yield from self._table(block)
            case "Figure":
                yield from self._figure(content)
            case "CodeBlock":
                yield _fenced(content[1])
            case "LineBlock":
                yield from self._paragraph([node for line in content for node in (*line, {"t": "LineBreak"})])
            case "DefinitionList":
                for term, meanings in content:
                    lines = [self.written.line(term)]
                    lines += [_indented(self.text(meaning), ":   ", "    ") for meaning in meanings]
                    yield "\n".join(lines)
            case "HorizontalRule":
                yield "***"

    def _paragraph(self, nodes: Sequence[PandocNode]) -> Iterator[str]:
        """A paragraph; pictures and formulas that stand by themselves in it are figures and blocks."""
        full = [node for node in nodes if node["t"] not in ("Space", "SoftBreak", "LineBreak")]
        if full and all(node["t"] == "Image" for node in full):
            for node in full:
                if node["c"][2][0] in self.written.pictures:
                    yield self.written.figure(node["c"], "", "")
        elif full and all(node["t"] == "Math" for node in full):
            for node in full:
                yield f"$$\n{' '.join(node['c'][1].split())}\n$$"
        else:
            yield self.written.paragraph(nodes)

    def _heading(self, content: PandocNode) -> str:
        level, (name, _, _), nodes = content
        words = self.written.line(nodes)
        if not words:
            return ""
        braces = f" {{#{self.written.headings[name]}}}" if name in self.written.linked else ""
        words = re.sub(r"#+$", lambda found: rf"\{found[0]}", words)
        return f"{'#' * min(max(level + self.shift, 2), DEEPEST)} {words}{braces}"

    def _list(self, entries: Sequence[tuple[str, Sequence[PandocNode]]]) -> str:
        """A list of entries with their labels; close together where each is one paragraph, or has a list in it."""
        made = [(mark, words) for mark, item in entries if (words := self.text(item))]
        loose = any(_is_loose(item) for _, item in entries)
        lines = []
        for mark, words in made:
            words = words if loose else re.sub(r"\n\n(?=[ ]*(?:- |[\w(]+[.)] ))", "\n", words)
            words = re.sub(r"^\[(?=[ xX]\\?\])", r"\[", words)
            lines.append(_indented(words, mark, " " * len(mark)))
        return ("\n\n" if loose else "\n").join(lines)

    def _box(self, box: str, blocks: Sequence[PandocNode]) -> str:
        inside = self.text(blocks)
        if not inside:
            return ""
        if box != "practice":
            return f"::: {box}\n{inside}\n:::"
        first = next((plain(block["c"]) for block in blocks if block["t"] in ("Para", "Plain")), "")
        made = PracticeBox(f"example-{len(self.practice) + 1}", first)
        self.practice.append(made)
        return f"::: {{.practice ref={made.id}}}\n{inside}\n:::"

    def _table(self, table: PandocNode) -> Iterator[str]:
        blocks = single_cell(table)
        if blocks is not None:
            yield self.text([*table["c"][1][1], *blocks])
            return
        drawn = draw_table(table, self.written)
        caption = self._caption(table["c"][1][1])
        if drawn is None:
            yield caption
            return
        self.merged += drawn.merged
        yield drawn.lines
        if caption:
            yield f": {caption} {{#{self.name('tbl', caption)}}}"

    def _figure(self, content: PandocNode) -> Iterator[str]:
        """Pictures with their caption; the caption of a picture that is not shown stays as a paragraph."""
        caption = self._caption(content[1][1])
        pictures = [node["c"] for node in _images(content[2])]
        shown = [picture for picture in pictures if picture[2][0] in self.written.pictures]
        others = [block for block in content[2] if not _is_picture(block)]
        for number, picture in enumerate(shown, 1):
            last = number == len(shown)
            yield self.written.figure(picture, caption if last else "", self.name("fig", caption) if last else "")
        yield from self.parts(others)
        if not shown and caption:
            yield caption

    def _caption(self, blocks: Sequence[PandocNode]) -> str:
        """The words of a caption without the number that was typed before them."""
        lines = [self.written.line(block["c"]) for block in self._plain(blocks)]
        words = " ".join(filter(None, lines))
        return TYPED_NUMBER.sub("", words, count=1)

    def _plain(self, blocks: Sequence[PandocNode]) -> Iterator[PandocNode]:
        for block in blocks:
            if block["t"] in ("Para", "Plain"):
                yield block
            elif block["t"] in ("Div", "BlockQuote"):
                yield from self._plain(block["c"][-1] if block["t"] == "Div" else block["c"])

    def name(self, kind: str, words: str) -> str:
        """An id of some words that no other figure or table has."""
        stem = as_name(" ".join(re.sub(r"[^\w\s]", " ", words).split()[:4]))
        stem = f"{kind}-{stem}" if stem else kind
        numbers = count(1 if stem == kind else 2)
        made = f"{stem}-{next(numbers)}" if stem == kind else stem
        while made in self._names or made in self.written.headings.values():
            made = f"{stem}-{next(numbers)}"
        self._names.add(made)
        return made

    def footnotes(self) -> Iterator[str]:
        """The notes that were called; notes within notes follow."""
        number = 0
        while number < len(self.written.notes):
            note = self.text(self.written.notes[number])
            number += 1
            yield _indented(note, f"[^{number}]: ", "    ")


def as_name(words: str) -> str:
    """Words as an id: small letters, figures and hyphens."""
    flat = normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", flat.lower()).strip("-")


def heading_names(ids: Iterable[str]) -> dict[str, str]:
    """Ids for headings by those that they have in a document, each unlike the others."""
    made: dict[str, str] = {}
    for one in ids:
        stem = as_name(one)
        stem = stem if stem[:1].isalpha() else f"section-{stem}".rstrip("-")
        free = (name for number in count(1) if (name := stem if number == 1 else f"{stem}-{number}"))
        made.setdefault(one, next(name for name in free if name not in made.values()))
    return made


def _images(blocks: Sequence[PandocNode]) -> Iterator[PandocNode]:
    for block in blocks:
        if block["t"] in ("Para", "Plain"):
            yield from (node for node in block["c"] if node["t"] == "Image")
        elif block["t"] == "Div":
            yield from _images(block["c"][1])


def _is_picture(block: PandocNode) -> bool:
    if block["t"] == "Div":
        return all(map(_is_picture, block["c"][1]))
    return block["t"] in ("Para", "Plain") and all(
        node["t"] in ("Image", "Space", "SoftBreak", "LineBreak") for node in block["c"]
    )


def _is_loose(item: Sequence[PandocNode]) -> bool:
    """Whether an entry of a list is more than words with a list below them."""
    return any(
        block["t"] not in (("Para", "Plain") if n == 0 else ("BulletList", "OrderedList"))
        for n, block in enumerate(_undivided(item))
    )


def _undivided(blocks: Sequence[PandocNode]) -> Iterator[PandocNode]:
    """The blocks without the frames that only name their style."""
    for block in blocks:
        if block["t"] == "Div":
            yield from _undivided(block["c"][1])
        else:
            yield block


def _labelled(form: PandocNode, items: Sequence[Sequence[PandocNode]]) -> Iterator[tuple[str, Sequence[PandocNode]]]:
    """The entries of a numbered list with their labels; a single letter would be no list, so it is a figure."""
    start, style, delimiter = form[0], form[1]["t"], form[2]["t"]
    letter, last = _LABELS.get(style, ("1", 0))
    if len(items) == 1 or not 0 < start <= last - len(items) + 1:
        letter = "1"
    match delimiter:
        case "TwoParens" if letter != "1":
            form = f"({letter})"
        case "OneParen":
            form = f"{letter})"
        case _:
            form = f"{letter}."
    for number, item in enumerate(items, max(start, 0)):
        yield f"{label(number, form)} ", item


def _indented(words: str, first: str, others: str) -> str:
    lines = words.split("\n")
    made = [
        f"{first if number == 0 else others if line else others.rstrip()}{line}" for number, line in enumerate(lines)
    ]
    return "\n".join(made)


def _fenced(words: str) -> str:
    ticks = "`" * max(3, max(map(len, re.findall("`+", words)), default=0) + 1)
    return f"{ticks}\n{words}\n{ticks}"
