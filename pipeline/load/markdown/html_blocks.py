"""HTML that begins a line, read into the tokens of Markdown with the same meaning.

A run of HTML ends at an empty line, or where the lists, quotations and similar elements that it opens are closed. Words
on lines without block tags are Markdown. To read a further element give it a row in `HOLDERS`, or a function in
`READERS` that pushes its own tokens.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from markdown_it.rules_block import StateBlock

from pipeline.load.markdown.html import BREAKS, TAG, attributes_of
from pipeline.load.markdown.rules import (
    block_rule,
    line_of,
    memory_of,
    nested_blocks,
    push_paragraph,
    push_words,
    read_within,
)
from pipeline.load.markdown.table_rules import end_of_table, push_table

_PIECE = re.compile(
    rf"<!--(?:(?!<!--).){{0,20000}}?-->|<pre\b[^>]*>(?P<code>(?:(?!<pre\b).)*?)</pre\s*>"
    rf"|(?<!`)(?P<ticks>`+)(?!`).{{0,20000}}?(?<!`)(?P=ticks)(?!`)|{TAG.pattern}",
    re.DOTALL | re.IGNORECASE,
)
"""The pieces of HTML: comments, code and tags. Tags within the first two are not read."""
_LANGUAGE = re.compile(r"""\bclass=["']?[^"'>]*?\blanguage-([\w+#-]+)""")
_DEEPEST = 50
"""Beyond this depth only the words of elements are read."""


class Holder(NamedTuple):
    """An element that holds blocks or words: the stem of its tokens, its tag, and the elements it may be in."""

    token: str
    tag: str
    within: tuple[str, ...] = ()
    implies: str = ""
    """The element that is put around loose words in it."""
    words: bool = False
    """Whether it holds the words of one line only."""


HOLDERS = {
    "ul": Holder("bullet_list", "ul", implies="li"),
    "ol": Holder("ordered_list", "ol", implies="li"),
    "li": Holder("list_item", "li", within=("ul", "ol")),
    "dl": Holder("dl", "dl", implies="dd"),
    "dt": Holder("dt", "dt", within=("dl",), words=True),
    "dd": Holder("dd", "dd", within=("dl",)),
    "blockquote": Holder("blockquote", "blockquote"),
    "details": Holder("division", "div"),
    "summary": Holder("summary", "summary", within=("details",), words=True),
    "figure": Holder("html_figure", "figure"),
    "figcaption": Holder("figcaption", "figcaption", within=("figure",)),
    **{f"h{level}": Holder("heading", f"h{level}", words=True) for level in range(1, 7)},
}
_OVER_EMPTY_LINES = frozenset({"ul", "ol", "dl", "blockquote", "details", "table", "figure"})
"""Elements that go on over empty lines until they are closed."""


class _OpenElement(NamedTuple):
    name: str
    number: int
    """Number of its first token."""


class _UnclosedMemory:
    """Whether an element of the text is known to have no end: from then on each run ends at an empty line."""

    is_known = False


@block_rule(TAG)
def html_element(state: StateBlock, first: int, last: int, match: re.Match[str]) -> Iterator[int]:
    """Read lines that begin with a tag of a block."""
    if match["name"].lower() not in BLOCKS:
        return
    end, is_unclosed = _find_end(state, first, last)
    yield end
    memory_of(state.env, _UnclosedMemory).is_known |= is_unclosed
    with nested_blocks(state, end, "html"):
        Elements(state, first, end).read()


def _find_end(state: StateBlock, first: int, last: int) -> tuple[int, bool]:
    """Return the line behind a run of HTML, and whether an element in it is never closed."""
    ends_when_empty = memory_of(state.env, _UnclosedMemory).is_known
    opened: list[str] = []
    line, first_empty = first, 0
    for piece in _PIECE.finditer(state.src, state.bMarks[first], state.eMarks[last - 1]):
        at = line_of(state, piece.start())
        for number in range(line, at + 1):
            if number > first and _is_end(state, number):
                if not opened or ends_when_empty or not state.isEmpty(number):
                    return number, False
                first_empty = first_empty or number
        line = max(at, line_of(state, piece.end() - 1)) + 1
        name = (piece["name"] or "").lower()
        if name in _OVER_EMPTY_LINES and not piece["end"]:
            opened.append(name)
        elif name in opened:
            del opened[len(opened) - 1 - opened[::-1].index(name) :]
    for number in range(line, last):
        if _is_end(state, number):
            if not opened or ends_when_empty:
                return number, False
            first_empty = first_empty or number
    is_unclosed = bool(opened) and not ends_when_empty
    return first_empty if opened and first_empty else last, is_unclosed


def _is_end(state: StateBlock, line: int) -> bool:
    return bool(state.isEmpty(line) or state.sCount[line] < state.blkIndent)


class _Line(NamedTuple):
    """The part of a line between two offsets."""

    number: int
    text: str
    position: int
    """Offset of the text."""
    is_whole: bool
    """Whether the text is all of the line."""


class Elements:
    """Reads one run of HTML and pushes its tokens."""

    def __init__(self, state: StateBlock, first: int, end: int) -> None:
        self.state, self.first, self.end = state, first, end
        self.opened: list[_OpenElement] = []
        self.read_until = 0
        """Offset behind the last element that was read as a whole."""

    def read(self) -> None:
        """Read the tags one by one, and the words between them."""
        state = self.state
        at = state.bMarks[self.first] + state.tShift[self.first]
        last = state.eMarks[self.end - 1]
        start = at
        while piece := _PIECE.search(state.src, at, last):
            at = piece.end()
            name = (piece["name"] or "").lower()
            if piece["code"] is not None:
                self.read_words(start, piece.start())
                self.read_code(piece)
            elif name in BLOCKS:
                self.read_words(start, piece.start())
                if piece["end"]:
                    self.close(name)
                else:
                    self.open(name, piece[0], piece.start())
                    at = max(at, self.read_until)
            else:
                continue
            start = at
        self.read_words(start, last)
        while self.opened:
            self.close_innermost()

    def open(self, name: str, tag: str, position: int) -> None:
        """Begin an element."""
        if name in READERS:
            self.close_words()
            self.open_implied(position)
            READERS[name](self, position)
            return
        holder = HOLDERS.get(name)
        if holder is None or self.state.level >= _DEEPEST:
            return
        if holder.within:
            outer = next((element.name for element in reversed(self.opened) if element.name in holder.within), "")
            if not outer:
                return
            while self.opened[-1].name != outer:
                self.close_innermost()
            if name == "dd" and self.state.tokens[-1].type == "dl_open":
                return
        elif self.opened:
            self.close_words()
            self.open_implied(position)
        self.push_open(name, position, attributes_of(tag))

    def push_open(self, name: str, position: int, attributes: Mapping[str, str]) -> None:
        """Push the first token of an element."""
        holder, line = HOLDERS[name], line_of(self.state, position)
        token = self.state.push(f"{holder.token}_open", holder.tag, 1)
        token.map = [line, line + 1]
        if name == "ol" and re.fullmatch(r"\d{1,9}", attributes.get("start", "")):
            token.attrs = {"start": int(attributes["start"])}
        token.meta["id"] = attributes.get("id", "")
        self.opened.append(_OpenElement(name, len(self.state.tokens) - 1))

    def close(self, name: str) -> None:
        """End an element, and those that are still open in it. An end tag without an element is ignored."""
        if any(element.name == name for element in self.opened):
            while self.opened[-1].name != name:
                self.close_innermost()
            self.close_innermost()

    def close_innermost(self) -> None:
        """Push the last token of the innermost element, or remove it if it is empty.

        A single paragraph in an entry is set without a gap.
        """
        name, number = self.opened.pop()
        holder, tokens = HOLDERS[name], self.state.tokens
        if not holder.words and len(tokens) == number + 1:
            tokens.pop()
            self.state.level -= 1
            return
        if holder.words and len(tokens) == number + 1 and (lines := tokens[number].map):
            push_words(self.state, lines[0], lines[0] + 1, "", [])
        self.state.push(f"{holder.token}_close", holder.tag, -1)
        if name == "li":
            inner = [t for t in tokens[number:] if t.type == "paragraph_open" and t.level == tokens[number].level + 1]
            for token in inner if len(inner) == 1 else ():
                token.hidden = True

    def close_words(self) -> None:
        """End elements that hold the words of one line only."""
        while self.opened and HOLDERS[self.opened[-1].name].words:
            self.close_innermost()

    def open_implied(self, position: int, is_block: bool = True) -> None:
        """Begin the entry that loose words, or a block, of a list belong to; a block is not a term."""
        if not self.opened:
            return
        name = HOLDERS[self.opened[-1].name].implies
        if name == "dd" and self.state.tokens[-1].type == "dl_open":
            name = "dt"
        if name == "dt" and is_block:
            self.push_open("dt", position, {})
            self.close_innermost()
            name = "dd"
        if name:
            self.push_open(name, position, {})

    def read_words(self, start: int, end: int) -> None:
        """Read the words between two tags: Markdown if they are whole lines, however indented, else paragraphs."""
        state = self.state
        lines = self.lines_between(start, end)
        while lines and not lines[0].text.strip():
            lines.pop(0)
        while lines and not lines[-1].text.strip():
            lines.pop()
        if not lines:
            return
        self.open_implied(lines[0].position, is_block=False)
        if self.opened and HOLDERS[self.opened[-1].name].words:
            if state.tokens[-1].type != "inline":
                push_words(state, *self.join_words([line for line in lines if line.text.strip()]))
                return
            self.close_words()
            self.open_implied(lines[0].position)
        elif lines[0].is_whole and lines[-1].is_whole:
            first, after = lines[0].number, lines[-1].number + 1
            indents = [state.sCount[line] for line in range(first, after) if not state.isEmpty(line)]
            read_within(state, first, after, state.parentType, max(state.blkIndent, min(indents)))
            return
        self.read_paragraphs(lines)

    def lines_between(self, start: int, end: int) -> list[_Line]:
        """Return what lines hold between two offsets."""
        state, lines = self.state, []
        for number in range(line_of(state, start), line_of(state, end) + 1):
            first, last = state.bMarks[number] + state.tShift[number], state.eMarks[number]
            low, high = max(first, start), min(last, end)
            is_whole = not (state.src[first:low].strip() or state.src[high:last].strip())
            lines.append(_Line(number, state.src[low:high], low, is_whole))
        return lines

    def read_paragraphs(self, lines: list[_Line]) -> None:
        """Read words that share a line with a tag: a paragraph up to each empty line."""
        paragraph: list[_Line] = []
        for line in [*lines, _Line(0, "", 0, True)]:
            if line.text.strip():
                paragraph.append(line)
            elif paragraph:
                push_paragraph(self.state, *self.join_words(paragraph))
                paragraph = []

    def join_words(self, lines: list[_Line]) -> tuple[int, int, str, list[int]]:
        """Return the first and last number of some lines, their words, and the columns in which these begin."""
        texts, columns = [], []
        for line in lines:
            texts.append(line.text.strip())
            column = line.position - self.state.src.rfind("\n", 0, line.position) - 1
            columns.append(column + len(line.text) - len(line.text.lstrip()))
        words, last = "\n".join(texts), self.state.tokens[-1:]
        name = last[0].meta.get("id", "") if last and last[0].type == "heading_open" else ""
        if re.fullmatch(r"[A-Za-z][\w:.-]*", name) and not words.endswith("}"):
            words += f" {{#{name}}}"
        return lines[0].number, lines[0].number + len(lines), words, columns

    def read_code(self, piece: re.Match[str]) -> None:
        """Read `<pre>`: lines of code, without the tags that colour them."""
        state, start = self.state, piece.start("code")
        self.close_words()
        self.open_implied(piece.start())
        language = _LANGUAGE.search(piece[0])
        token = state.push("code_block", "code", 0)
        token.map = [line_of(state, piece.start()), line_of(state, piece.end() - 1) + 1]
        token.info = language[1] if language else ""
        lines = []
        for line in self.lines_between(*piece.span("code")):
            margin = max(min(state.bMarks[line.number] + state.blkIndent, line.position), start)
            lines.append(state.src[margin : line.position] + line.text)
        text = html.unescape(TAG.sub("", "\n".join(lines)))
        token.content = text.removeprefix("\n").rstrip() + "\n"


def _read_rule(elements: Elements, position: int) -> None:
    line = line_of(elements.state, position)
    elements.state.push("hr", "hr", 0).map = [line, line + 1]


def _read_table(elements: Elements, position: int) -> None:
    elements.read_until = end_of_table(elements.state.src, position, elements.state.eMarks[elements.end - 1])
    push_table(elements.state, position, elements.read_until)


READERS: dict[str, Callable[[Elements, int], None]] = {"hr": _read_rule, "table": _read_table}
"""Elements that push their own tokens."""
BLOCKS = frozenset({*HOLDERS, *READERS, *BREAKS, "pre"}) - {"tr", "td", "th", "caption"}
"""Elements that begin a run of HTML at the beginning of a line. Of those without a row only the words are read."""
