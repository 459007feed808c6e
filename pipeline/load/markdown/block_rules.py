"""Block syntax that the dialect adds to CommonMark: divisions, labels, formulas, tabs, HTML that is not printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.rules_block import StateBlock

from pipeline.core.documents.roles import VOID_ELEMENTS
from pipeline.core.text.tex import FORMULA_ENVIRONMENTS
from pipeline.load.markdown.html import UNPRINTABLE_TAGS
from pipeline.load.markdown.maths import BracketFormulas, end_of_formula, label_id
from pipeline.load.markdown.rules import WORDS, block_rule, line_at, memory_of, push_paragraph, read_within

_TARGET = re.compile(r"\((?P<name>[A-Za-z][\w:.-]*)\)=[ \t]*$")
_MYST_NAME = re.compile(
    r"^[ \t>]*+\(([A-Za-z][\w:.-]*)\)=[ \t]*$|^[ \t>]*+:?(?:name|label):[ \t]+([^\s{}\\][^\n{}\\]*)$"
    r"|\$\$[ \t]*\(([A-Za-z][\w:.-]*)\)[ \t]*$",
    re.MULTILINE,
)
"""Lines that give a name: '(name)=', the option of a directive, and the end of a formula."""
_REFERENCE = re.compile(r"\(#([A-Za-z][\w:.-]*)\)|`([A-Za-z][\w:.-]*)(?=`)|<([A-Za-z][\w:.-]*)>(?=`)")


def find_myst_names(text: str) -> frozenset[str]:
    """Return the ids that a text gives in MyST's syntax."""
    return frozenset(label_id("".join(groups)) for groups in _MYST_NAME.findall(text))


def find_referenced_names(text: str) -> frozenset[str]:
    """Return the names that links and roles of a text lead to."""
    return frozenset("".join(groups) for groups in _REFERENCE.findall(text))


@block_rule(_TARGET)
def target(state: StateBlock, first: int, _last: int, match: re.Match[str]) -> Iterator[int]:
    """Read a line `(name)=`, which names the block below it."""
    yield first + 1
    token = state.push("target", "", 0)
    token.map, token.info = [first, first + 1], match["name"]


_FENCE = re.compile(rf"(?P<colons>:{{3,}})[ \t]*+(?P<rest>{WORDS})[ \t]*$")
_DIVISION_NAME = re.compile(r"(?P<name>[\w.\-]+)?[ \t]*+(?P<braces>\{.*\})?[ \t]*+:*$")
_CODE_FENCE = re.compile(r"`{3,}|~{3,}")
EVIDENCE_MARKS = ("evidence-table", "evidence-plot")
"""Names of divisions that hold nothing: the program puts a table or plot of the evidence there."""


class _MarkMemory:
    """Whether a mark of evidence may still be closed further down."""

    awaits_end = False


@block_rule(_FENCE)
def division(state: StateBlock, first: int, last: int, fence: re.Match[str]) -> Iterator[int]:
    """Read `::: name` … `:::`. Divisions nest; a mark of evidence needs no end."""
    words, memory = fence["rest"], memory_of(state.env, _MarkMemory)
    if not words:
        yield first + 1
        if not memory.awaits_end:
            state.push("division_stray", "", 0).map = [first, first + 1]
        memory.awaits_end = False
    elif mark := _mark_in(words):
        has_end = first + 1 < last and is_division_end(state, first + 1)
        yield first + 2 if has_end else first + 1
        token = state.push("evidence_mark", "", 0)
        token.map, token.info = [first, first + 1], mark
        memory.awaits_end |= not has_end
    else:
        end = end_of_division(state, first + 1, last)
        is_closed = end < last and is_division_end(state, end)
        yield end + 1 if is_closed else end
        token = state.push("division_open", "div", 1)
        token.map, token.info = [first, end], words
        token.meta["closed"] = is_closed
        read_within(state, first + 1, end, "division")
        state.push("division_close", "div", -1)


def _mark_in(words: str) -> str:
    """Return the mark of evidence that the first line of a division names; '' if it names none."""
    match = _DIVISION_NAME.match(words)
    name = (match["name"] or "").lstrip(".") if match else ""
    return name if name in EVIDENCE_MARKS else ""


def is_division_end(state: StateBlock, line: int) -> bool:
    """Return True if a line closes a division."""
    fence = _FENCE.match(line_at(state, line))
    return fence is not None and not fence["rest"] and state.sCount[line] - state.blkIndent < 4


def end_of_division(state: StateBlock, line: int, last: int) -> int:
    """Return the line that closes a division whose content begins on `line`, or the end of the block around it."""
    depth, code = 1, ""
    for number in range(line, last):
        if state.sCount[number] < state.blkIndent and not state.isEmpty(number):
            return number
        words = line_at(state, number)
        if not words.startswith(("`", "~", ":")):
            continue
        if match := _CODE_FENCE.match(words):
            if not code:
                code = match[0]
            elif words.strip() == words.strip()[0] * len(words.strip()) and words.startswith(code):
                code = ""
        elif not code and (fence := _FENCE.match(words)):
            if _mark_in(fence["rest"]):  # its own end directly below is counted as an end
                depth += number + 1 < last and is_division_end(state, number + 1)
            else:
                depth += 1 if fence["rest"] else -1
            if depth == 0:
                return number
    return last


_FORMULA = re.compile(r"\\begin\{(?P<name>[A-Za-z]+\*?)\}|\$\$(?!.*\$\$)|\\\[(?!.*\\\])")
_FORMULA_ENDS = {
    "$$": re.compile(r"\$\$[ \t]*+(?:\{[^{}]*\}|\([A-Za-z][\w:.\-]*\)(?=[ \t]*$))?[ \t.,;:]*+$"),
    "\\]": re.compile(r"\\\][ \t]*+(?:\{#[^{}]*\})?[ \t.,;:]*+$"),
}
_ENVIRONMENT_END = re.compile(r"\\end\{[^{}]*\}[ \t]*+(?:\{#[^{}]*\})?[ .,;:]*+$")
_NAMED_END = re.compile(r"\$\$[ \t]*\(([A-Za-z][\w:.\-]*)\)[ \t]*\Z")
"""The name of a formula in MyST's syntax."""
_MOST_LINES = 200
"""Greatest number of lines in a formula."""


@block_rule(_FORMULA)
def formula(state: StateBlock, first: int, last: int, match: re.Match[str]) -> Iterator[int]:
    r"""Read lines from `$$` to `$$`, from `\[` to `\]`, or from `\begin{…}` to `\end{…}`."""
    environment = match["name"] or ""
    close = f"\\end{{{environment}}}" if environment else "$$" if match[0] == "$$" else "\\]"
    may_have_gaps = bool(environment) or line_at(state, first).rstrip() == match[0]
    begin = first if environment else first + 1
    end = _last_line(state, begin, min(last, first + _MOST_LINES), close, may_have_gaps)
    if end is None or not _FORMULA_ENDS.get(close, _ENVIRONMENT_END).search(line_at(state, end)):
        return
    content = "\n".join(line_at(state, line) for line in range(first, end + 1))
    has_others = memory_of(state.env, BracketFormulas).are_certain
    if close == "\\]" and end_of_formula(has_others, content, 0, len(content)) <= 0:
        return
    yield end + 1
    is_formula = not environment or environment.rstrip("*") in FORMULA_ENVIRONMENTS
    token = state.push("formula" if is_formula else "environment", "", 0)
    token.map, token.content = [first, end + 1], _NAMED_END.sub(r"\\label{\1}$$", content)
    if not is_formula:
        token.content, token.info = token.content + "\n", environment


def _last_line(state: StateBlock, line: int, last: int, close: str, may_have_gaps: bool) -> int | None:
    """Return the line that closes a formula, or None. Only at its ends it may have empty lines, or nowhere."""
    empty = begun = False
    while line < last and close not in (words := line_at(state, line)):
        if not words:
            if not may_have_gaps:
                return None
            empty = begun
        elif empty and close in _FORMULA_ENDS:
            return None
        begun = begun or bool(words)
        line += 1
    return line if line < last else None


_UNPRINTED = re.compile(r"<(?:!--|(?P<name>[A-Za-z]+)\b)", re.IGNORECASE)
_LEFT_OUT = UNPRINTABLE_TAGS - VOID_ELEMENTS
_TO_THE_END = frozenset({"script", "style", "textarea"})
"""Elements that hide the rest of a text if nothing closes them, as comments do."""


class _UnclosedMemory:
    """Ranges of lines in which an end tag is known to be missing, by the tag."""

    def __init__(self) -> None:
        self.ranges: dict[str, tuple[int, int]] = {}


@block_rule(_UNPRINTED)
def unprinted_html(state: StateBlock, first: int, last: int, match: re.Match[str]) -> Iterator[int]:
    """Read a comment, or an element that is left out with its content, over several lines."""
    name = (match["name"] or "").lower()
    if name and name not in _LEFT_OUT:
        return
    tag = f"</{name}>" if name else "-->"
    missing = memory_of(state.env, _UnclosedMemory).ranges
    begin, end = missing.get(tag, (last, 0))
    line = last - 1 if begin <= first and last <= end else first
    while line < last - 1 and tag not in line_at(state, line).lower():
        line += 1
    at = line_at(state, line).lower().find(tag)
    if at < 0:
        missing[tag] = first, last
        if name and name not in _TO_THE_END:
            return
    yield line + 1
    behind = line_at(state, line)[at + len(tag) :].strip() if at >= 0 else ""
    token = state.push("html_block", "", 0)
    token.map = [first, line + 1]
    token.content = "\n".join(line_at(state, n) for n in range(first, line + 1)).removesuffix(behind)
    if behind:
        push_paragraph(state, line, line + 1, behind)


_TAB = re.compile(r'===[!+]{0,2}[ \t]+(?P<quote>["\'])(?P<title>.*)(?P=quote)[ \t]*$')
_INDENT = 4
TAB_HINT = "Paper has no tabs: write headings, or one text for all readers."
TAB_FATE = "printed as a line in bold, with its contents below"


@block_rule(_TAB)
def tab(state: StateBlock, first: int, last: int, match: re.Match[str]) -> Iterator[int]:
    """Read `=== "Title"` with the lines that are indented below it; without these it is a paragraph."""
    indent, end = state.sCount[first] + _INDENT, first + 1
    while end < last and (state.isEmpty(end) or state.sCount[end] >= indent):
        end += 1
    if not match["title"].strip() or all(state.isEmpty(line) for line in range(first + 1, end)):
        return
    yield end
    token = state.push("tab", "", 0)
    token.map, token.content, token.info = [first, first + 1], match["title"].strip(), match[0].strip()
    read_within(state, first + 1, end, "tab", indent)
