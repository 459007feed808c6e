"""Rules for tables drawn with dashes (Pandoc), tables of HTML, and captions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from markdown_it.rules_block import StateBlock, table
from markdown_it.token import Token

from pipeline.load.markdown.html import TAG, attributes_of
from pipeline.load.markdown.rules import block_rule, line_at, line_of
from pipeline.model.body import Align

_COLUMNS = re.compile(r"-{2,}(?: +-{2,})+[ \t]*$")
_RULE = re.compile(r"-{3,}[ \t]*$")
_MOST_HEADS = 20
"""Greatest number of lines in a head."""
_TWO_COLUMNS = "a word of its line {line} reaches from one column into the next"


class _RuledLines(NamedTuple):
    """Numbers of the lines of a table that is drawn with dashes."""

    heads: range
    dashes: int
    """The line that shows where the columns are."""
    rows: range
    end: int
    """The first line behind the table."""
    is_loose: bool
    """Whether rows end at empty lines; if not, each line is a row."""


Cell = list[tuple[str, int, int]]
"""The lines of a cell, each with its row and column."""


@block_rule(re.compile(r"[^|]*$"))
def ruled_table(state: StateBlock, first: int, last: int, _match: re.Match[str]) -> Iterator[int]:
    """Read heads over a line of dashes for each column, or such a line alone, and rows below it."""
    lines = next(filter(None, (find(state, first, last) for find in _FORMS)), None)
    if lines is None:
        return
    yield lines.end
    texts = {n: state.src[state.bMarks[n] : state.eMarks[n]].rstrip() for n in range(first, lines.end)}
    columns = [dashes.span() for dashes in re.finditer("-+", texts[lines.dashes])]
    starts = [0, *(start for start, _ in columns[1:])]
    heads = [_split_cells(texts, lines.heads, starts)] if lines.heads else [[[] for _ in columns]]
    token = state.push("drawn_table", "table", 0)
    token.map = [first, lines.end]
    token.content = "".join(f"{state.src[state.bMarks[n] : state.eMarks[n]]}\n" for n in range(first, lines.end))
    token.meta["rows"] = [*heads, *(_split_cells(texts, group, starts) for group in _group_rows(state, lines))]
    token.meta["aligns"] = [_align([texts[line] for line in lines.heads or lines.rows[:1]], *span) for span in columns]
    for number, at in product((*lines.heads, *lines.rows), starts[1:]):
        line = texts[number]
        if len(line) > at and not (line[at - 1].isspace() or line[at].isspace()):  # where a column begins
            token.meta |= {"rows": [], "fault": _TWO_COLUMNS.format(line=number - first + 1)}
            break


def _find_dashes(state: StateBlock, first: int, last: int, *ends: re.Pattern[str], empty: bool = True) -> int | None:
    """Return the first line of dashes; None if the block ends before it, or, without `empty`, at an empty line."""
    for line in range(first, last):
        if any(end.match(line_at(state, line)) for end in ends):
            return line
        if (state.sCount[line] < state.blkIndent and not state.isEmpty(line)) or (state.isEmpty(line) and not empty):
            return None
    return None


def _find_multiline(state: StateBlock, first: int, last: int) -> _RuledLines | None:
    """Find heads between a rule and a line of columns, rows with empty lines between them, and a rule below."""
    if not _RULE.match(line_at(state, first)):
        return None
    dashes = _find_dashes(state, first + 1, min(last, first + _MOST_HEADS), _COLUMNS, _RULE, empty=False)
    if dashes is None or dashes == first + 1 or not _COLUMNS.match(line_at(state, dashes)):
        return None
    end = _find_dashes(state, dashes + 1, last, _RULE, _COLUMNS)
    if end is None or end == dashes + 1 or not _RULE.match(line_at(state, end)):
        return None
    return _RuledLines(range(first + 1, dashes), dashes, range(dashes + 1, end), end + 1, True)


def _find_headless(state: StateBlock, first: int, last: int) -> _RuledLines | None:
    """Find rows between two lines of columns; without empty lines each line is a row."""
    if not _COLUMNS.match(line_at(state, first)):
        return None
    end = _find_dashes(state, first + 1, last, _COLUMNS, _RULE)
    if end is None or end == first + 1 or not (end + 1 >= last or state.isEmpty(end + 1)):
        return None
    is_loose = any(state.isEmpty(line) for line in range(first + 1, end))
    return _RuledLines(range(first, first), first, range(first + 1, end), end + 1, is_loose)


def _find_simple(state: StateBlock, first: int, last: int) -> _RuledLines | None:
    """Find a line of heads, a line of columns, and a row in each line up to an empty one."""
    if first + 2 >= last or not _COLUMNS.match(line_at(state, first + 1)):
        return None
    if state.isEmpty(first) or state.isEmpty(first + 2):
        return None
    end = first + 2
    while end < last and not state.isEmpty(end) and state.sCount[end] >= state.blkIndent:
        end += 1
    below = end - 1 if _COLUMNS.match(line_at(state, end - 1)) or _RULE.match(line_at(state, end - 1)) else end
    return _RuledLines(range(first, first + 1), first + 1, range(first + 2, below), end, False)


_FORMS = (_find_multiline, _find_headless, _find_simple)


def _group_rows(state: StateBlock, lines: _RuledLines) -> Iterator[Sequence[int]]:
    """Yield the lines of each row."""
    run: list[int] = []
    for line in lines.rows:
        if not state.isEmpty(line):
            run.append(line)
        if run and (not lines.is_loose or state.isEmpty(line)):
            yield run
            run = []
    if run:
        yield run


def _split_cells(texts: dict[int, str], lines: Sequence[int], starts: Sequence[int]) -> list[Cell]:
    cells: list[Cell] = [[] for _ in starts]
    for line in lines:
        for cell, start, end in zip(cells, starts, [*starts[1:], len(texts[line])], strict=True):
            words = texts[line][start:end]
            if words.strip():
                cell.append((words.strip(), line, start + len(words) - len(words.lstrip())))
    return cells


def _align(heads: Sequence[str], start: int, end: int) -> Align:
    """Return the alignment of a column: its dashes extend past its head on the left (right), on both sides (centre)."""
    head = max((line[start:end].rstrip() for line in heads), key=len, default="")
    if not head.strip() or not head[:1].isspace():
        return Align.LEFT
    return Align.RIGHT if len(head) == end - start else Align.CENTRE


_PARTS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup", "col"})
_SPAN = re.compile(r"\d{1,3}")
_ALIGN = re.compile(r"text-align\s*:\s*(right|center)")
_ALIGNS = {"right": Align.RIGHT, "center": Align.CENTRE}
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
MOST_CELLS = 200_000
"""In tables with more cells, rows are not filled up to the same length."""
MOST_COLUMNS = 100
"""Greatest number of columns or rows that a cell may span."""


@dataclass(slots=True)
class _TableReader:
    """Reads the cells of a table of HTML."""

    rows: list[dict[int, Cell]] = field(default_factory=list)
    caption: Cell = field(default_factory=list)
    spans: list[tuple[str, int]] = field(default_factory=list)
    """Tags of cells that span several columns or rows, each with its line."""
    aligns: dict[int, Align] = field(default_factory=dict)
    rows_left: dict[int, int] = field(default_factory=dict)
    """Number of further rows that a cell spans, by column."""
    spanned: int = 0
    """Number of places that cells take which span several."""
    column: int = 0
    """The first column of the row that may be free."""

    def begin_row(self) -> None:
        """Begin a row; it is empty in the columns that cells above it span."""
        self.rows.append({column: [] for column in self.rows_left})
        self.column = 0
        self.rows_left = {column: count - 1 for column, count in self.rows_left.items() if count > 1}

    def add_cell(self, words: Cell, tag: str, line: int) -> None:
        """Put a cell into the next free column of the row; the other columns that it spans are empty."""
        if not self.rows:
            self.begin_row()
        row, attributes = self.rows[-1], attributes_of(tag)
        while self.column in row:
            self.column += 1
        width, height = _read_span(attributes, "colspan"), _read_span(attributes, "rowspan")
        if width > 1 or height > 1:
            self.spans.append((tag, line))
            self.spanned += width * height
            width, height = (width, height) if self.spanned < MOST_CELLS else (1, 1)
        for column in range(self.column, self.column + width):
            row[column] = words if column == self.column else []
            if height > 1:
                self.rows_left[column] = height - 1
        style = _ALIGN.search(attributes.get("style", ""))
        if align := _ALIGNS.get(attributes.get("align", "").lower() or (style[1] if style else "")):
            self.aligns.setdefault(self.column, align)

    def filled_rows(self) -> list[list[Cell]]:
        """Return the rows, the first with a cell for each column; all of them, unless the table is very large."""
        rows = [row for row in self.rows if row]
        columns = max((max(row) + 1 for row in rows), default=0)
        is_small = columns * len(rows) <= MOST_CELLS
        widths = [columns if is_small or not number else max(row) + 1 for number, row in enumerate(rows)]
        return [[row.get(at, []) for at in range(width)] for row, width in zip(rows, widths, strict=True)]


def _read_span(attributes: Mapping[str, str], name: str) -> int:
    match = _SPAN.fullmatch(attributes.get(name, "").strip())
    return min(MOST_COLUMNS, max(1, int(match[0]))) if match else 1


def end_of_table(source: str, position: int, last: int) -> int:
    """Return the offset behind the last tag of the table that begins at `position`, or `last`, the end of the HTML."""
    depth = 0
    for tag in TAG.finditer(source, position, last):
        if tag["name"].lower() == "table":
            depth += -1 if tag["end"] else 1
            if depth == 0:
                return tag.end()
    return last


def push_table(state: StateBlock, position: int, end: int) -> None:
    """Push the token of the table of HTML between two offsets."""
    reader, open_tag, start, depth = _TableReader(), "", position, 0
    for tag in TAG.finditer(state.src, position, end):
        name = tag["name"].lower()
        if name == "table":
            depth += -1 if tag["end"] else 1
        if name not in _PARTS or depth > 1:
            continue
        _read_words(reader, open_tag, state, start, tag.start())
        open_tag, start = "" if tag["end"] else tag[0], tag.end()
        if name == "tr" and open_tag:
            reader.begin_row()
    _read_words(reader, open_tag, state, start, end)
    rows = reader.filled_rows()
    if not rows:
        return
    token = state.push("drawn_table", "table", 0)
    token.map = [line_of(state, position), line_of(state, max(position, end - 1)) + 1]
    aligns = [reader.aligns.get(number, Align.LEFT) for number in range(len(rows[0]))]
    token.meta = {"rows": rows, "aligns": aligns, "spans": reader.spans, "caption": _caption_token(reader.caption)}


def _read_words(reader: _TableReader, tag: str, state: StateBlock, start: int, end: int) -> None:
    """Read the words behind a tag into the cell or caption that it opens; other words become a cell."""
    match = TAG.match(tag)
    name, lines = match["name"].lower() if match else "", list(_lines_between(state, start, end))
    if name == "caption" and not reader.caption:
        reader.caption = lines
    elif name in ("td", "th"):
        reader.add_cell(lines, tag, line_of(state, start))
    elif lines and _COMMENT.sub("", state.src[start:end]).strip():
        reader.add_cell(lines, "<td>", line_of(state, start))


def _caption_token(lines: Cell) -> Token | None:
    if not lines:
        return None
    words, columns = "\n".join(line for line, _, _ in lines), [column for _, _, column in lines]
    return Token("inline", "", 0, content=words, map=[lines[0][1], lines[-1][1] + 1], meta={"columns": columns})


def _lines_between(state: StateBlock, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield the lines with words between two offsets, each with its row and column."""
    for line in state.src[start:end].split("\n"):
        if line.strip():
            at = start + len(line) - len(line.lstrip())
            yield line.strip(), line_of(state, at), at - (state.src.rfind("\n", 0, at) + 1)
        start += len(line) + 1


_CAPTION = re.compile(r"(?:Table)?:[ \t]+(?=\S)")
ABOVE = "above"
"""Mark of a caption that is above its table."""


def caption(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Read `: Caption {#tbl-x}` under a table, or `Table: Caption` above one."""
    match = _CAPTION.match(line_at(state, first))
    if not match or state.is_code_block(first):
        return False
    if silent:  # a table ends here; its tokens are pushed only when its end is known
        return bool(state.parentType == "table")
    end = first + 1
    while end < last and not _ends_caption(state, end, last):
        end += 1
    below = _is_below(state)
    if not below and not (match[0].startswith("Table") and _is_above(state, end, last)):
        return False
    token = state.push("caption", "", 0)
    token.map, token.info = [first, end], "" if below else ABOVE
    lines = [line_at(state, first)[match.end() :], *(line_at(state, number) for number in range(first + 1, end))]
    token.content = "\n".join(line.strip() for line in lines)
    state.line = end
    return True


def _is_below(state: StateBlock) -> bool:
    """Return True if the last block before is a table without a caption."""
    before = state.tokens[-1:]
    if not before or before[0].type not in ("table_close", "drawn_table"):
        return False
    first = len(state.tokens) - 1
    while state.tokens[first].type not in ("table_open", "drawn_table") or state.tokens[first].level != before[0].level:
        first -= 1
    return first == 0 or state.tokens[first - 1].info != ABOVE


def _is_above(state: StateBlock, line: int, last: int) -> bool:
    """Return True if the next block is a table."""
    while line < last and state.isEmpty(line):
        line += 1
    return line < last and any(rule(state, line, last, True) for rule in (table, ruled_table))


def _ends_caption(state: StateBlock, line: int, last: int) -> bool:
    """Return True if a line is not part of a caption: it is empty, or begins a block or another caption."""
    if state.isEmpty(line) or state.sCount[line] < state.blkIndent or _CAPTION.match(line_at(state, line)):
        return True
    return any(rule(state, line, last, True) for rule in state.md.block.ruler.getRules("paragraph"))
