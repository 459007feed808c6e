"""Blocks of a text, from pandoc's tree to the dialect: paragraphs, lists, tables, boxes, figures."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import normalize

from pipeline.core.documents.roles import list_label
from pipeline.services.importing.inlines import LineWriter, PandocNode, plain_words

_ALIGNS = {"AlignRight": "---:", "AlignCenter": ":---:"}


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """A table as lines, and whether cells over several rows or columns were put in one."""

    lines: str
    merged: bool


def draw_table(table: PandocNode, writer: LineWriter) -> DrawnTable | None:
    """Return the lines of a table; None if it has no words."""
    _, _, columns, head, bodies, foot = table["c"]
    rows = _rows(head, bodies, foot)
    writer.in_cell = True
    grid, merged = _grid(rows, writer)
    writer.in_cell = False
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
    """Return the blocks of a table of one cell, which is a frame around text; None for other tables."""
    _, _, _, head, bodies, foot = table["c"]
    rows = _rows(head, bodies, foot)
    if len(rows) != 1 or len(rows[0][1]) != 1:
        return None
    blocks: Sequence[PandocNode] = rows[0][1][0][4]
    return blocks


def _grid(rows: Sequence[PandocNode], writer: LineWriter) -> tuple[dict[tuple[int, int], str], bool]:
    """Return the words of each cell by row and column, and whether cells are merged: then the first has the words."""
    grid: dict[tuple[int, int], str] = {}
    merged = False
    for number, (_, cells) in enumerate(rows):
        column = 0
        for _, _, down, across, blocks in cells:
            while (number, column) in grid:
                column += 1
            words = " ".join(filter(None, _lines(blocks, writer)))
            merged = merged or down > 1 or across > 1
            for below in range(min(down, len(rows) - number)):
                for right in range(across):
                    grid[number + below, column + right] = "" if below or right else words
    return grid, merged


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _lines(blocks: Sequence[PandocNode], writer: LineWriter) -> Iterator[str]:
    for block in blocks:
        content = block.get("c")
        match block.get("t"):
            case "Para" | "Plain":
                yield writer.line(content)
            case "Header":
                yield writer.line(content[2])
            case "Div" | "Figure":
                if block["t"] == "Figure" and content[1][1]:
                    yield from _lines(content[2], writer)
                    yield from _lines(content[1][1], writer)
                else:
                    yield from _lines(content[-1], writer)
            case "BlockQuote":
                yield from _lines(content, writer)
            case "BulletList" | "OrderedList":
                for item in content if block["t"] == "BulletList" else content[1]:
                    yield from _lines(item, writer)
            case "LineBlock":
                yield from (writer.line(line) for line in content)
            case "CodeBlock":
                yield writer.line([{"t": "Code", "c": [content[0], " ".join(content[1].split())]}])
            case "Table":
                _, caption, _, head, bodies, foot = content
                yield from _lines(caption[1], writer)
                for _, cells in _rows(head, bodies, foot):
                    for cell in cells:
                        yield from _lines(cell[4], writer)
            case "DefinitionList":
                for term, meanings in content:
                    yield writer.line(term)
                    for meaning in meanings:
                        yield from _lines(meaning, writer)


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
"""A number that was typed before a caption: '3', '3.1', '3a:', but not a year, measure or ordinal."""
_QUOTE_STYLE = re.compile(r"quot|block ?text", re.IGNORECASE)
"""Names of the styles of quotations."""
_FIRST_LABELS = {"LowerAlpha": ("a", 26), "UpperAlpha": ("A", 26), "LowerRoman": ("i", 3999), "UpperRoman": ("I", 3999)}
"""First labels of numbered lists, and the last numbers that have such a label."""
LOWEST_LEVEL = 6
"""The lowest level of headings."""


@dataclass
class PracticeBox:
    """A box of a practice example: its id, and its first words as its name."""

    id: str
    name: str


@dataclass
class DialectBlocks:
    """Writer of blocks, with what it finds on the way."""

    line_writer: LineWriter
    shift: int
    """Levels that headings move down."""
    styles: Mapping[str, str] = field(default_factory=dict)
    """Boxes by the names of styles, as the library says."""
    merged: int = 0
    """Number of tables with cells over several rows or columns."""
    indented: list[PandocNode] = field(default_factory=list)
    """Paragraphs that became quotations although no style says so."""
    practice: list[PracticeBox] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)

    def text(self, blocks: Sequence[PandocNode]) -> str:
        """Return blocks as paragraphs with an empty line between them."""
        return "\n\n".join(self.parts(blocks))

    def parts(self, blocks: Sequence[PandocNode]) -> list[str]:
        """Return the lines of each block; neighbours that would be read as one are separated."""
        parts: list[str] = []
        previous = ""
        for block in self._merged_blocks(blocks):
            kind = block["t"]
            for part in self._write_block(block):
                if part.strip():
                    if kind == previous and kind in ("BulletList", "OrderedList"):
                        parts.append("<!-- -->")
                    parts.append(part)
                    previous = kind
        return parts

    def _merged_blocks(self, blocks: Sequence[PandocNode]) -> Iterator[PandocNode]:
        """Yield the blocks without style frames; paragraphs of one box or quotation in a row are one."""
        merged: list[PandocNode] = []
        for block in self._unwrapped_blocks(blocks):
            last = merged[-1] if merged else {"t": ""}
            if block["t"] in ("Box", "BlockQuote") and (last["t"], last.get("box")) == (block["t"], block.get("box")):
                merged[-1] = {**block, "c": [*last["c"], *block["c"]]}
            else:
                merged.append(block)
        yield from merged

    def _unwrapped_blocks(self, blocks: Sequence[PandocNode], style: str = "") -> Iterator[PandocNode]:
        for block in blocks:
            if block["t"] != "Div":
                if block["t"] == "BlockQuote" and _QUOTE_STYLE.search(style):
                    while block["c"][0]["t"] == "BlockQuote":  # also indented
                        block = block["c"][0]
                elif block["t"] == "BlockQuote":
                    self.indented += (part for part in block["c"] if part["t"] != "BlockQuote")
                yield block
                continue
            style = dict(block["c"][0][2]).get("custom-style", "")
            if box := self.box_of(style):
                yield {"t": "Box", "box": box, "c": block["c"][1]}
            else:
                yield from self._unwrapped_blocks(block["c"][1], style)

    def box_of(self, style: str) -> str:
        """Return the box for a style of paragraphs; empty if none."""
        if box := self.styles.get(style):
            return box
        return next((box for words, box in _BOX_WORDS if words.search(style.lower())), "")

    def _write_block(self, block: PandocNode) -> Iterator[str]:
        content = block.get("c")
        match block["t"]:
            case "Para" | "Plain":
                yield from self._write_paragraph(content)
            case "Header":
                yield self._write_heading(content)
            case "BulletList":
                yield self._write_list([("- ", item) for item in content])
            case "OrderedList":
                yield self._write_list(list(_labelled(*content)))
            case "BlockQuote":
                yield _indented(self.text(content), "> ", "> ")
            case "Box":
                yield self._write_box(block["box"], content)
            case "Table":
                yield from self._write_table(block)
            case "Figure":
                yield from self._write_figure(content)
            case "CodeBlock":
                yield _fenced(content[1])
            case "LineBlock":
                yield from self._write_paragraph([node for line in content for node in (*line, {"t": "LineBreak"})])
            case "DefinitionList":
                for term, meanings in content:
                    lines = [self.line_writer.line(term)]
                    lines += [_indented(self.text(meaning), ":   ", "    ") for meaning in meanings]
                    yield "\n".join(lines)
            case "HorizontalRule":
                yield "***"

    def _write_paragraph(self, nodes: Sequence[PandocNode]) -> Iterator[str]:
        """Yield a paragraph; pictures and formulas that are alone in it become figures and blocks."""
        visible = [node for node in nodes if node["t"] not in ("Space", "SoftBreak", "LineBreak")]
        if visible and all(node["t"] == "Image" for node in visible):
            for node in visible:
                if node["c"][2][0] in self.line_writer.pictures:
                    yield self.line_writer.figure(node["c"], "", "")
        elif visible and all(node["t"] == "Math" for node in visible):
            for node in visible:
                yield f"$$\n{' '.join(node['c'][1].split())}\n$$"
        else:
            yield self.line_writer.paragraph(nodes)

    def _write_heading(self, content: PandocNode) -> str:
        level, (name, _, _), nodes = content
        words = self.line_writer.line(nodes)
        if not words:
            return ""
        braces = f" {{#{self.line_writer.headings[name]}}}" if name in self.line_writer.linked else ""
        words = re.sub(r"#+$", lambda match: rf"\{match[0]}", words)
        return f"{'#' * min(max(level + self.shift, 2), LOWEST_LEVEL)} {words}{braces}"

    def _write_list(self, entries: Sequence[tuple[str, Sequence[PandocNode]]]) -> str:
        """Return a list of entries with their labels, without empty lines if each is one paragraph."""
        written = [(label, words) for label, item in entries if (words := self.text(item))]
        is_loose = any(_is_loose(item) for _, item in entries)
        lines = []
        for entry_label, words in written:
            words = words if is_loose else re.sub(r"\n\n(?=[ ]*(?:- |[\w(]+[.)] ))", "\n", words)
            words = re.sub(r"^\[(?=[ xX]\\?\])", r"\[", words)
            lines.append(_indented(words, entry_label, " " * len(entry_label)))
        return ("\n\n" if is_loose else "\n").join(lines)

    def _write_box(self, box: str, blocks: Sequence[PandocNode]) -> str:
        inside = self.text(blocks)
        if not inside:
            return ""
        if box != "practice":
            return f"::: {box}\n{inside}\n:::"
        first = next((plain_words(block["c"]) for block in blocks if block["t"] in ("Para", "Plain")), "")
        example = PracticeBox(f"example-{len(self.practice) + 1}", first)
        self.practice.append(example)
        return f"::: {{.practice ref={example.id}}}\n{inside}\n:::"

    def _write_table(self, table: PandocNode) -> Iterator[str]:
        blocks = single_cell(table)
        if blocks is not None:
            yield self.text([*table["c"][1][1], *blocks])
            return
        drawn = draw_table(table, self.line_writer)
        caption = self._caption(table["c"][1][1])
        if drawn is None:
            yield caption
            return
        self.merged += drawn.merged
        yield drawn.lines
        if caption:
            yield f": {caption} {{#{self.name('tbl', caption)}}}"

    def _write_figure(self, content: PandocNode) -> Iterator[str]:
        """Yield pictures with their caption; a caption without a visible picture stays a paragraph."""
        caption = self._caption(content[1][1])
        pictures = [node["c"] for node in _images_in(content[2])]
        shown = [picture for picture in pictures if picture[2][0] in self.line_writer.pictures]
        others = [block for block in content[2] if not _is_picture(block)]
        for number, picture in enumerate(shown, 1):
            if number < len(shown):
                yield self.line_writer.figure(picture, "", "")
            else:
                yield self.line_writer.figure(picture, caption, self.name("fig", caption))
        yield from self.parts(others)
        if not shown and caption:
            yield caption

    def _caption(self, blocks: Sequence[PandocNode]) -> str:
        """Return the words of a caption without the number that was typed before them."""
        lines = [self.line_writer.line(block["c"]) for block in self._plain(blocks)]
        words = " ".join(filter(None, lines))
        return TYPED_NUMBER.sub("", words, count=1)

    def _plain(self, blocks: Sequence[PandocNode]) -> Iterator[PandocNode]:
        for block in blocks:
            if block["t"] in ("Para", "Plain"):
                yield block
            elif block["t"] in ("Div", "BlockQuote"):
                yield from self._plain(block["c"][-1] if block["t"] == "Div" else block["c"])

    def name(self, kind: str, words: str) -> str:
        """Return an id, made from some words, that no other figure or table has."""
        stem = as_name(" ".join(re.sub(r"[^\w\s]", " ", words).split()[:4]))
        stem = f"{kind}-{stem}" if stem else kind
        numbered = (f"{stem}-{number}" for number in itertools.count(1 if stem == kind else 2))
        taken = self._ids.union(self.line_writer.headings.values())
        name = next(name for name in itertools.chain(() if stem == kind else (stem,), numbered) if name not in taken)
        self._ids.add(name)
        return name

    def footnotes(self) -> Iterator[str]:
        """Yield the notes that were called; notes in notes follow."""
        number = 0
        while number < len(self.line_writer.notes):
            note = self.text(self.line_writer.notes[number])
            number += 1
            yield _indented(note, f"[^{number}]: ", "    ")


def as_name(words: str) -> str:
    """Return words as an id: small letters, figures and hyphens."""
    flat = normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", flat.lower()).strip("-")


def heading_names(ids: Iterable[str]) -> dict[str, str]:
    """Return a unique id for each heading, by its id in the document."""
    names: dict[str, str] = {}
    for heading_id in ids:
        stem = as_name(heading_id)
        stem = stem if stem[:1].isalpha() else f"section-{stem}".rstrip("-")
        candidates = itertools.chain((stem,), (f"{stem}-{number}" for number in itertools.count(2)))
        names.setdefault(heading_id, next(name for name in candidates if name not in names.values()))
    return names


def _images_in(blocks: Sequence[PandocNode]) -> Iterator[PandocNode]:
    for block in blocks:
        if block["t"] in ("Para", "Plain"):
            yield from (node for node in block["c"] if node["t"] == "Image")
        elif block["t"] == "Div":
            yield from _images_in(block["c"][1])


def _is_picture(block: PandocNode) -> bool:
    if block["t"] == "Div":
        return all(map(_is_picture, block["c"][1]))
    return block["t"] in ("Para", "Plain") and all(
        node["t"] in ("Image", "Space", "SoftBreak", "LineBreak") for node in block["c"]
    )


def _is_loose(item: Sequence[PandocNode]) -> bool:
    """Return whether an entry of a list is more than words with a list below them."""
    return any(
        block["t"] not in (("Para", "Plain") if n == 0 else ("BulletList", "OrderedList"))
        for n, block in enumerate(_unwrapped(item))
    )


def _unwrapped(blocks: Sequence[PandocNode]) -> Iterator[PandocNode]:
    """Yield the blocks without the frames that only name their style."""
    for block in blocks:
        if block["t"] == "Div":
            yield from _unwrapped(block["c"][1])
        else:
            yield block


def _labelled(form: PandocNode, items: Sequence[Sequence[PandocNode]]) -> Iterator[tuple[str, Sequence[PandocNode]]]:
    """Yield the entries of a numbered list with their labels; a single entry has a figure, as 'a.' is no list."""
    start, style, delimiter = form[0], form[1]["t"], form[2]["t"]
    first, last = _FIRST_LABELS.get(style, ("1", 0))
    if len(items) == 1 or not 0 < start <= last - len(items) + 1:
        first = "1"
    match delimiter:
        case "TwoParens" if first != "1":
            form = f"({first})"
        case "OneParen":
            form = f"{first})"
        case _:
            form = f"{first}."
    for number, item in enumerate(items, max(start, 0)):
        yield f"{list_label(number, form)} ", item


def _indented(words: str, first: str, others: str) -> str:
    first_line, *lines = words.split("\n")
    return "\n".join((f"{first}{first_line}", *(f"{others if line else others.rstrip()}{line}" for line in lines)))


def _fenced(words: str) -> str:
    ticks = "`" * max(3, max(map(len, re.findall("`+", words)), default=0) + 1)
    return f"{ticks}\n{words}\n{ticks}"
