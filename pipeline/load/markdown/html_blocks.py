"""HTML that begins a line: read into the tokens that Markdown of the same meaning gives.

A run of HTML ends with an empty line, or where the lists, quotations and the like that are open in it are closed. Words
on lines without tags of blocks are Markdown. To read a further element give it a row in `HOLDERS`, or a function in
`MAKERS` that pushes its own tokens.
"""

import html
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from markdown_it.rules_block import StateBlock

from pipeline.load.markdown.block_rules import line_of, read_within
from pipeline.load.markdown.html import BREAKS, TAG, attributes_of
from pipeline.load.markdown.positions import known
from pipeline.load.markdown.table_rules import end_of_table, push_table

_PIECE = re.compile(
    rf"<!--(?:(?!<!--).){{0,20000}}?-->|<pre\b[^>]*>(?P<code>(?:(?!<pre\b).)*?)</pre\s*>"
    rf"|(?<!`)(?P<ticks>`+)(?!`).{{0,20000}}?(?<!`)(?P=ticks)(?!`)|{TAG.pattern}",
    re.DOTALL | re.IGNORECASE,
)
"""The pieces of HTML: comments, code and tags. Tags in the first two are none."""
_LANGUAGE = re.compile(r"""\bclass=["']?[^"'>]*?\blanguage-([\w+#-]+)""")
_DEEPEST = 50
"""Beyond this depth elements are taken for their words."""


class Holder(NamedTuple):
    """An element that holds blocks or words: the stem of its tokens, its tag, and in which elements alone it counts."""

    token: str
    tag: str
    within: tuple[str, ...] = ()
    implies: str = ""
    """The element that words have around them which stand in it loose."""
    words: bool = False
    """Whether it holds words of one line alone."""


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
OPEN_TO_THE_END = frozenset({"ul", "ol", "dl", "blockquote", "details", "table", "figure"})
"""Elements that go on over empty lines until they are closed."""


class _Open(NamedTuple):
    name: str
    number: int
    """Of its first token."""


def html_element(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Lines that begin with a tag of a block."""
    start = state.bMarks[first] + state.tShift[first]
    if state.src[start : start + 1] != "<" or state.is_code_block(first):
        return False
    found = TAG.match(state.src, start)
    if found is None or found["name"].lower() not in BLOCKS:
        return False
    if silent:
        return True
    end = _end(state, first, last)
    before = state.lineMax, state.parentType, state.blkIndent
    state.lineMax, state.parentType = end, "html"
    Elements(state, first, end).read()
    state.lineMax, state.parentType, state.blkIndent = before
    state.line = end
    return True


def _end(state: StateBlock, first: int, last: int) -> int:
    """The line behind a run of HTML that begins on a line."""
    whole = known(state).html_unclosed
    opened: list[str] = []
    line, first_empty = first, 0
    for piece in _PIECE.finditer(state.src, state.bMarks[first], state.eMarks[last - 1]):
        at = line_of(state, piece.start())
        for number in range(line, at + 1):
            if number > first and _ends(state, number):
                if not opened or whole or not state.isEmpty(number):
                    return number
                first_empty = first_empty or number
        line = max(at, line_of(state, piece.end() - 1)) + 1
        name = (piece["name"] or "").lower()
        if name in OPEN_TO_THE_END and not piece["end"]:
            opened.append(name)
        elif name in opened:
            del opened[len(opened) - 1 - opened[::-1].index(name) :]
    for number in range(line, last):
        if _ends(state, number):
            if not opened or whole:
                return number
            first_empty = first_empty or number
    if opened and not whole:
        known(state).html_unclosed = True
    return first_empty if opened and first_empty else last


def _ends(state: StateBlock, line: int) -> bool:
    return bool(state.isEmpty(line) or state.sCount[line] < state.blkIndent)


class Elements:
    """Reads one run of HTML and pushes its tokens."""

    def __init__(self, state: StateBlock, first: int, end: int) -> None:
        self.state, self.first, self.end = state, first, end
        self.opened: list[_Open] = []
        self.passed = 0
        """Offset behind the last element that was read as a whole."""

    def read(self) -> None:
        """The tags one by one, and the words between them."""
        state = self.state
        at = state.bMarks[self.first] + state.tShift[self.first]
        last = state.eMarks[self.end - 1]
        words = at
        while piece := _PIECE.search(state.src, at, last):
            at = piece.end()
            name = (piece["name"] or "").lower()
            if piece["code"] is not None:
                self.words(words, piece.start())
                self.code(piece)
            elif name in BLOCKS:
                self.words(words, piece.start())
                if piece["end"]:
                    self.close(name)
                else:
                    self.open(name, piece[0], piece.start())
                    at = max(at, self.passed)
            else:
                continue
            words = at
        self.words(words, last)
        while self.opened:
            self.end_innermost()

    def line(self, position: int) -> int:
        """The line of a character."""
        return line_of(self.state, position)

    def open(self, name: str, tag: str, position: int) -> None:
        """Begin an element."""
        if name in MAKERS:
            MAKERS[name](self, tag, position)
            return
        holder = HOLDERS.get(name)
        if holder is None or self.state.level >= _DEEPEST:
            return
        if holder.within:
            around = next((one.name for one in reversed(self.opened) if one.name in holder.within), "")
            if not around:
                return
            while self.opened[-1].name != around:
                self.end_innermost()
            if name == "dd" and self.state.tokens[-1].type == "dl_open":
                return
        elif self.opened:
            self.leave_words()
            self.imply(position)
        self.begin(name, position, attributes_of(tag))

    def begin(self, name: str, position: int, about: Any = None) -> None:
        """The first token of an element."""
        holder, line = HOLDERS[name], self.line(position)
        token = self.state.push(f"{holder.token}_open", holder.tag, 1)
        token.map = [line, line + 1]
        if name == "ol" and about and re.fullmatch(r"\d{1,9}", about.get("start", "")):
            token.attrs = {"start": int(about["start"])}
        token.meta["id"] = (about or {}).get("id", "")
        self.opened.append(_Open(name, len(self.state.tokens) - 1))

    def close(self, name: str) -> None:
        """End an element, and those that are left open in it. A tag that ends nothing is passed over."""
        if any(one.name == name for one in self.opened):
            while self.opened[-1].name != name:
                self.end_innermost()
            self.end_innermost()

    def end_innermost(self) -> None:
        """The last token of the element that was begun last; one without content goes.

        A lone paragraph of an entry is set without a gap.
        """
        name, number = self.opened.pop()
        holder, tokens = HOLDERS[name], self.state.tokens
        if not holder.words and len(tokens) == number + 1:
            tokens.pop()
            self.state.level -= 1
            return
        if holder.words and len(tokens) == number + 1 and (lines := tokens[number].map):
            self.inline("", [], lines[0])
        self.state.push(f"{holder.token}_close", holder.tag, -1)
        if name == "li":
            inner = [t for t in tokens[number:] if t.type == "paragraph_open" and t.level == tokens[number].level + 1]
            for token in inner if len(inner) == 1 else ():
                token.hidden = True

    def leave_words(self) -> None:
        """End elements that hold words of one line alone."""
        while self.opened and HOLDERS[self.opened[-1].name].words:
            self.end_innermost()

    def imply(self, position: int, block: bool = True) -> None:
        """Begin the entry that loose words, or a block, of a list belong to; a block is no term."""
        if not self.opened:
            return
        name = HOLDERS[self.opened[-1].name].implies
        if name == "dd" and self.state.tokens[-1].type == "dl_open":
            name = "dt"
        if name == "dt" and block:
            self.begin("dt", position)
            self.end_innermost()
            name = "dd"
        if name:
            self.begin(name, position)

    def words(self, start: int, end: int) -> None:
        """Words between two tags: Markdown where they are whole lines, whatever space begins them, else paragraphs."""
        state = self.state
        lines = [self.clipped(line, start, end) for line in range(self.line(start), self.line(end) + 1)]
        while lines and not lines[0][1].strip():
            lines.pop(0)
        while lines and not lines[-1][1].strip():
            lines.pop()
        if not lines:
            return
        self.imply(lines[0][2], block=False)
        if self.opened and HOLDERS[self.opened[-1].name].words:
            self.one_line(lines)
        elif lines[0][3] and lines[-1][3]:
            first, after = lines[0][0], lines[-1][0] + 1
            indents = [state.sCount[line] for line in range(first, after) if not state.isEmpty(line)]
            read_within(state, first, after, state.parentType, max(state.blkIndent, min(indents)))
        else:
            self.paragraphs(lines)

    def clipped(self, line: int, start: int, end: int) -> tuple[int, str, int, bool]:
        """A line's number, what of it stands between two places, where that begins, and whether it is all of it."""
        state = self.state
        first, last = state.bMarks[line] + state.tShift[line], state.eMarks[line]
        low, high = max(first, start), min(last, end)
        whole = not (state.src[first:low].strip() or state.src[high:last].strip())
        return line, state.src[low:high], low, whole

    def paragraphs(self, lines: list[tuple[int, str, int, bool]]) -> None:
        """Words that share a line with a tag: a paragraph up to each empty line."""
        run: list[tuple[int, str, int, bool]] = []
        for one in [*lines, (0, "", 0, True)]:
            if one[1].strip():
                run.append(one)
            elif run:
                self.state.push("paragraph_open", "p", 1).map = [run[0][0], run[-1][0] + 1]
                self.inline_lines(run)
                self.state.push("paragraph_close", "p", -1)
                run = []

    def one_line(self, lines: list[tuple[int, str, int, bool]]) -> None:
        """Words of a heading or a term."""
        if self.state.tokens[-1].type != "inline":
            self.inline_lines([one for one in lines if one[1].strip()])
        else:
            self.leave_words()
            self.imply(lines[0][2])
            self.paragraphs(lines)

    def inline_lines(self, lines: list[tuple[int, str, int, bool]]) -> None:
        """The words of some lines, and in which columns they stand."""
        texts, columns = [], []
        for _, text, position, _ in lines:
            texts.append(text.strip())
            begins = self.state.src.rfind("\n", 0, position) + 1
            columns.append(position - begins + len(text) - len(text.lstrip()))
        name = self.state.tokens[-1].meta.get("id", "") if self.state.tokens[-1].type == "heading_open" else ""
        named = re.fullmatch(r"[A-Za-z][\w:.-]*", name) and not texts[-1].endswith("}")
        self.inline("\n".join(texts) + (f" {{#{name}}}" if named else ""), columns, lines[0][0])

    def inline(self, content: str, columns: list[int], line: int) -> None:
        """The token of words."""
        token = self.state.push("inline", "", 0)
        token.content, token.children, token.map = content, [], [line, line + content.count("\n") + 1]
        token.meta["columns"] = columns

    def code(self, piece: re.Match[str]) -> None:
        """`<pre>`: lines of code, without the marks that colour them."""
        self.leave_words()
        self.imply(piece.start())
        found = _LANGUAGE.search(piece[0])
        token = self.state.push("code_block", "code", 0)
        token.map = [self.line(piece.start()), self.line(piece.end() - 1) + 1]
        token.info = found[1] if found else ""
        first = self.line(piece.start("code"))
        lines = [self.clipped(n, *piece.span("code")) for n in range(first, self.line(piece.end("code")) + 1)]
        state = self.state
        raw = [
            state.src[max(min(state.bMarks[n] + state.blkIndent, low), piece.start("code")) : low] + text
            for n, text, low, _ in lines
        ]
        text = html.unescape(TAG.sub("", "\n".join(raw)))
        token.content = text.removeprefix("\n").rstrip() + "\n"


def _rule(elements: Elements, tag: str, position: int) -> None:
    elements.leave_words()
    elements.imply(position)
    line = elements.line(position)
    elements.state.push("hr", "hr", 0).map = [line, line + 1]


def _table(elements: Elements, tag: str, position: int) -> None:
    elements.leave_words()
    elements.imply(position)
    elements.passed = end_of_table(elements.state.src, position, elements.state.eMarks[elements.end - 1])
    push_table(elements.state, position, elements.passed)


MAKERS: dict[str, Callable[[Elements, str, int], None]] = {"hr": _rule, "table": _table}
"""Elements that push their own tokens."""
BLOCKS = frozenset({*HOLDERS, *MAKERS, *BREAKS, "pre"}) - {"tr", "td", "th", "caption"}
"""Elements that begin a run of HTML at the beginning of a line; of those that have no row their words are read."""
