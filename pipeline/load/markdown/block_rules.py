"""Block syntax that the dialect adds to CommonMark: boxes, captions, formulas."""

from __future__ import annotations

import re
from bisect import bisect_right

from markdown_it.rules_block import StateBlock

from pipeline.core.documents.roles import VOID
from pipeline.core.text.tex import NUMBERED
from pipeline.load.markdown.html import LOST
from pipeline.load.markdown.maths import end_of_formula, label_id
from pipeline.load.markdown.positions import known

_TARGET = re.compile(r"\((?P<name>[A-Za-z][\w:.-]*)\)=[ \t]*$")
_NAMED = re.compile(
    r"^[ \t>]*+\(([A-Za-z][\w:.-]*)\)=[ \t]*$|^[ \t>]*+:?(?:name|label):[ \t]+([^\s{}\\][^\n{}\\]*)$"
    r"|\$\$[ \t]*\(([A-Za-z][\w:.-]*)\)[ \t]*$",
    re.MULTILINE,
)
"""Lines that give a name: '(name)=', the option of a directive, and the end of a formula."""
_CALLED = re.compile(r"\(#([A-Za-z][\w:.-]*)\)|`([A-Za-z][\w:.-]*)(?=`)|<([A-Za-z][\w:.-]*)>(?=`)")


def names_of_myst(text: str) -> frozenset[str]:
    """The ids that a text gives in the ways of MyST."""
    return frozenset(label_id("".join(found)) for found in _NAMED.findall(text))


def names_called(text: str) -> frozenset[str]:
    """The names that links and roles of a text lead to."""
    return frozenset("".join(found) for found in _CALLED.findall(text))


def target(state: StateBlock, first: int, _last: int, silent: bool) -> bool:
    """A line that holds a name alone."""
    start = state.bMarks[first] + state.tShift[first]
    found = _TARGET.match(state.src, start, state.eMarks[first])
    if not found or state.is_code_block(first):
        return False
    if not silent:
        token = state.push("target", "", 0)
        token.map, token.info = [first, first + 1], found["name"]
        state.line = first + 1
    return True


WORDS = r"(?:[^ \t\n]++|[ \t]++(?!$))*+"
"""The words of a line without the blanks at its end, as a pattern. A lazy '.*?' would look for them at each blank."""


def line_at(state: StateBlock, line: int) -> str:
    """The words of a line, from where its block begins."""
    return str(state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]])


def line_of(state: StateBlock, position: int) -> int:
    """The line of a character."""
    return bisect_right(state.bMarks, position) - 1


def end_of_fence(state: StateBlock, fence: str, first: int, last: int) -> int | None:
    """The line that ends what a fence of code begins on the first line; None where there is none."""
    for line in range(first + 1, last):
        bare = line_at(state, line).rstrip()
        if len(bare) >= len(fence) and not bare.strip(fence[0]) and state.sCount[line] >= state.blkIndent:
            return line
    return None


def read_within(state: StateBlock, first: int, end: int, kind: str, indent: int | None = None) -> None:
    """Read some lines as the blocks that stand in one of a kind, and nothing beyond them."""
    before = state.lineMax, state.parentType, state.blkIndent
    state.lineMax, state.parentType = end, kind
    state.blkIndent = state.blkIndent if indent is None else indent
    state.md.block.tokenize(state, first, end)
    state.lineMax, state.parentType, state.blkIndent = before


def push_paragraph(state: StateBlock, first: int, end: int, words: str) -> None:
    """The tokens of a paragraph."""
    state.push("paragraph_open", "p", 1).map = [first, end]
    inline = state.push("inline", "", 0)
    inline.map, inline.content, inline.children = [first, end], words, []
    state.push("paragraph_close", "p", -1)


_FENCE = re.compile(rf"(?P<colons>:{{3,}})[ \t]*+(?P<rest>{WORDS})[ \t]*$")
_NAME = re.compile(r"(?P<name>[\w.\-]+)?[ \t]*+(?P<braces>\{.*\})?[ \t]*+:*$")
_CODE_FENCE = re.compile(r"`{3,}|~{3,}")
_BEGIN = re.compile(r"\\begin\{(?P<name>[A-Za-z]+\*?)\}")
_FORMULA_ENDS = re.compile(r"\$\$[ \t]*+(?:\{[^{}]*\}|\([A-Za-z][\w:.\-]*\)(?=[ \t]*$))?[ \t.,;:]*+$")
_NAMED_END = re.compile(r"\$\$[ \t]*\(([A-Za-z][\w:.\-]*)\)[ \t]*\Z")
"""The name of a formula as MyST has it."""
_BRACKET_ENDS = re.compile(r"\\\][ \t]*+(?:\{#[^{}]*\})?[ \t.,;:]*+$")
_ENVIRONMENT_ENDS = re.compile(r"\\end\{[^{}]*\}[ \t]*+(?:\{#[^{}]*\})?[ .,;:]*+$")
_MOST_LINES = 200
"""Of one formula."""
MARKS = ("evidence-table", "evidence-plot")


def division(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """`::: name` … `:::`. Boxes nest; a mark of evidence needs no end."""
    start = state.bMarks[first] + state.tShift[first]
    if not state.src.startswith(":::", start) or state.is_code_block(first):
        return False
    fence = _FENCE.match(line_at(state, first))
    if fence is None:
        return False
    if silent:
        return True
    rest = fence["rest"]
    if not rest:
        if not known(state).mark_awaits_end:
            state.push("division_stray", "", 0).map = [first, first + 1]
        known(state).mark_awaits_end = False
        state.line = first + 1
        return True
    if mark := _mark_in(rest):
        token = state.push("evidence_mark", "", 0)
        token.map, token.info = [first, first + 1], mark
        has_end = first + 1 < last and is_fence(state, first + 1)
        known(state).mark_awaits_end |= not has_end
        state.line = first + 2 if has_end else first + 1
        return True
    end = end_of_division(state, first + 1, last)
    token = state.push("division_open", "div", 1)
    token.map = [first, end]
    token.info = rest
    token.meta["closed"] = end < last and is_fence(state, end)
    read_within(state, first + 1, end, "division")
    state.push("division_close", "div", -1)
    state.line = end + 1 if token.meta["closed"] else end
    return True


def _mark_in(rest: str) -> str:
    """The mark of evidence that the first line of a division is; nothing where it is none."""
    name = _NAME.match(rest)
    bare = (name["name"] or "").lstrip(".") if name else ""
    return bare if bare in MARKS else ""


def is_fence(state: StateBlock, line: int) -> bool:
    """Whether a line closes a division."""
    fence = _FENCE.match(line_at(state, line))
    return fence is not None and not fence["rest"] and state.sCount[line] - state.blkIndent < 4


def end_of_division(state: StateBlock, line: int, last: int) -> int:
    """The line that closes the division, or the last line of what is around it."""
    depth, code = 1, ""
    while line < last:
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return line
        words = line_at(state, line)
        if words.startswith(("`", "~", ":")):
            if found := _CODE_FENCE.match(words):
                if not code:
                    code = found[0]
                elif words.strip() == words.strip()[0] * len(words.strip()) and words.startswith(code):
                    code = ""
            elif not code and (fence := _FENCE.match(words)):
                if _mark_in(fence["rest"]):  # its own end directly below is counted as an end
                    depth += line + 1 < last and is_fence(state, line + 1)
                else:
                    depth += 1 if fence["rest"] else -1
                if depth == 0:
                    return line
        line += 1
    return last


def formula(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    r"""Lines from `$$` to `$$`, or from `\begin{…}` to `\end{…}`."""
    words = line_at(state, first)
    if state.is_code_block(first):
        return False
    begin = _BEGIN.match(words)
    ends = _ENVIRONMENT_ENDS if begin else _FORMULA_ENDS
    if begin:
        close, line = f"\\end{{{begin['name']}}}", first
    elif words.startswith("$$") and "$$" not in words[2:]:
        close, line = "$$", first + 1
    elif words.startswith("\\[") and "\\]" not in words:
        close, line, ends = "\\]", first + 1, _BRACKET_ENDS
    else:
        return False
    loose = bool(begin) or words.rstrip() in ("$$", "\\[")
    found = _lastline_at(state, line, min(last, first + _MOST_LINES), close, loose)
    if found is None or not ends.search(line_at(state, found)):
        return False
    line = found
    content = "\n".join(line_at(state, n) for n in range(first, line + 1))
    if close == "\\]" and end_of_formula(known(state).has_formulas, content, 0, len(content)) <= 0:
        return False
    if silent:
        return True
    other = begin is not None and begin["name"].rstrip("*") not in NUMBERED
    token = state.push("environment" if other else "formula", "", 0)
    token.map = [first, line + 1]
    token.content = _NAMED_END.sub(r"\\label{\1}$$", content)
    if begin and other:
        token.content, token.info = token.content + "\n", begin["name"]
    state.line = line + 1
    return True


def _lastline_at(state: StateBlock, line: int, last: int, close: str, loose: bool) -> int | None:
    """The line that closes a formula, or None; empty lines stand only at its ends, if it is `loose`, else nowhere."""
    empty = begun = False
    while line < last and close not in (words := line_at(state, line)):
        if not words:
            if not loose:
                return None
            empty = begun
        elif empty and close in ("$$", "\\]"):
            return None
        begun = begun or bool(words)
        line += 1
    return line if line < last else None


_SOURCE = re.compile(r"<(?:!--|(?P<name>[A-Za-z]+)\b)", re.IGNORECASE)
_LEFT_OUT = LOST - VOID
_TO_THE_END = frozenset({"script", "style", "textarea"})
"""Elements that take the rest of a text with them where they are not closed, as comments do."""


def not_printed(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A comment, or an element that is left out with what it holds, over several lines."""
    found = _SOURCE.match(line_at(state, first))
    name = (found["name"] or "").lower() if found else ""
    if not found or (name and name not in _LEFT_OUT) or state.is_code_block(first):
        return False
    end = f"</{name}>" if name else "-->"
    unmet = known(state).never_closed
    begun, until = unmet.get(end, (last, 0))
    line = last - 1 if begun <= first and last <= until else first  # looked for once, in all that follows
    while line < last - 1 and end not in line_at(state, line).lower():
        line += 1
    at = line_at(state, line).lower().find(end)
    if at < 0:
        unmet[end] = first, last
    if at < 0 and name and name not in _TO_THE_END:
        return False
    if silent:
        return True
    behind = line_at(state, line)[at + len(end) :].strip() if at >= 0 else ""
    token = state.push("html_block", "", 0)
    token.map = [first, line + 1]
    token.content = "\n".join(line_at(state, n) for n in range(first, line + 1)).removesuffix(behind)
    if behind:
        push_paragraph(state, line, line + 1, behind)
    state.line = line + 1
    return True


_TAB = re.compile(r'===[!+]{0,2}[ \t]+(?P<quote>["\'])(?P<title>.*)(?P=quote)[ \t]*$')
_INDENT = 4
TAB_HINT = "Paper has no tabs: write headings, or one text for all readers."
TAB_FATE = "printed as a line in bold, with what it holds below it"


def tab(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """`=== "Title"` with what is indented below it; without that it is words."""
    found = _TAB.match(line_at(state, first))
    if not found or not found["title"].strip() or state.is_code_block(first):
        return False
    indent, end = state.sCount[first] + _INDENT, first + 1
    while end < last and (state.isEmpty(end) or state.sCount[end] >= indent):
        end += 1
    if all(state.isEmpty(line) for line in range(first + 1, end)):
        return False
    if silent:
        return True
    token = state.push("tab", "", 0)
    token.map, token.content, token.info = [first, first + 1], found["title"].strip(), found[0].strip()
    read_within(state, first + 1, end, "tab", indent)
    state.line = end
    return True
