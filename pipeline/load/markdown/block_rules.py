"""Block syntax that the dialect adds to CommonMark: boxes, captions, formulas."""

import re

from markdown_it.rules_block import StateBlock, table

from pipeline.load.dialects.ruled_tables import ruled_table
from pipeline.load.dialects.tex_brackets import end_of_formula
from pipeline.load.html.tags import LOST, NEVER_CLOSED
from pipeline.load.markdown.block_state import WORDS, line_at, push_paragraph, read_within
from pipeline.text.tex.numbering import NUMBERED

_FENCE = re.compile(rf"(?P<colons>:{{3,}})[ \t]*+(?P<rest>{WORDS})[ \t]*$")
_NAME = re.compile(r"(?P<name>[\w.\-]+)?[ \t]*+(?P<braces>\{.*\})?[ \t]*+:*$")
_CODE_FENCE = re.compile(r"`{3,}|~{3,}")
_CAPTION = re.compile(r"(?:Table)?:[ \t]+(?=\S)")
ABOVE = "above"
"""Says of a caption that its table is below it."""
_BEGIN = re.compile(r"\\begin\{(?P<name>[A-Za-z]+\*?)\}")
_FORMULA_ENDS = re.compile(r"\$\$[ \t]*+(?:\{[^{}]*\}|\([A-Za-z][\w:.\-]*\)(?=[ \t]*$))?[ \t.,;:]*+$")
_NAMED = re.compile(r"\$\$[ \t]*\(([A-Za-z][\w:.\-]*)\)[ \t]*\Z")
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
        return _stray(state, first)
    name = _NAME.match(rest)
    if name and (name["name"] or "").lstrip(".") in MARKS:
        return _mark(state, first, last, name["name"].lstrip("."))
    end = end_of_division(state, first + 1, last)
    token = state.push("division_open", "div", 1)
    token.map = [first, end]
    token.info = rest
    token.meta["closed"] = end < last and is_fence(state, end)
    read_within(state, first + 1, end, "division")
    state.push("division_close", "div", -1)
    state.line = end + 1 if token.meta["closed"] else end
    return True


def _stray(state: StateBlock, line: int) -> bool:
    if not state.env.pop("mark-awaits-end", False):
        state.push("division_stray", "", 0).map = [line, line + 1]
    state.line = line + 1
    return True


def _mark(state: StateBlock, first: int, last: int, name: str) -> bool:
    token = state.push("evidence_mark", "", 0)
    token.map = [first, first + 1]
    token.info = name
    state.line = first + 1
    if first + 1 < last and is_fence(state, first + 1):
        state.line = first + 2
    else:
        state.env["mark-awaits-end"] = True
    return True


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
                depth += _step(state, fence["rest"], line, last)
                if depth == 0:
                    return line
        line += 1
    return last


def _step(state: StateBlock, rest: str, line: int, last: int) -> int:
    if not rest:
        return -1
    name = _NAME.match(rest)
    if name and (name["name"] or "").lstrip(".") in MARKS:
        # Its own end directly below is counted as an end: give it a beginning.
        return 1 if line + 1 < last and is_fence(state, line + 1) else 0
    return 1


def caption(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """`: Caption {#tbl-x}` under a table, or `Table: Caption` above one."""
    found = _CAPTION.match(line_at(state, first))
    if not found or state.is_code_block(first):
        return False
    if silent:
        return bool(state.parentType == "table")
    end = first + 1
    while end < last and not _ends_caption(state, end, last):
        end += 1
    below = _is_below(state)
    if not below and not (found[0].startswith("Table") and _is_above(state, end, last)):
        return False
    token = state.push("caption", "", 0)
    token.map, token.info = [first, end], "" if below else ABOVE
    lines = [line_at(state, first)[found.end() :], *(line_at(state, number) for number in range(first + 1, end))]
    token.content = "\n".join(line.strip() for line in lines)
    state.line = end
    return True


def _is_below(state: StateBlock) -> bool:
    """Whether a table that has no caption yet is the last thing before."""
    before = state.tokens[-1:]
    if not before or before[0].type not in ("table_close", "drawn_table"):
        return False
    level = before[0].level
    opens = (token.type in ("table_open", "drawn_table") and token.level == level for token in reversed(state.tokens))
    first = len(state.tokens) - 1 - next(number for number, is_open in enumerate(opens) if is_open)
    return first == 0 or state.tokens[first - 1].info != ABOVE


def _is_above(state: StateBlock, line: int, last: int) -> bool:
    """Whether a table is the next thing from a line on."""
    while line < last and state.isEmpty(line):
        line += 1
    return line < last and any(rule(state, line, last, True) for rule in (table, ruled_table))


def _ends_caption(state: StateBlock, line: int, last: int) -> bool:
    """Whether a line is none of the caption above it: it is empty, or begins a block or another caption."""
    if state.isEmpty(line) or state.sCount[line] < state.blkIndent or _CAPTION.match(line_at(state, line)):
        return True
    return any(rule(state, line, last, True) for rule in state.md.block.ruler.getRules("paragraph"))


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
    if close == "\\]" and not _is_bracketed(state, first, line):
        return False
    if silent:
        return True
    other = begin is not None and begin["name"].rstrip("*") not in NUMBERED
    token = state.push("environment" if other else "formula", "", 0)
    token.map = [first, line + 1]
    token.content = "\n".join(line_at(state, n) for n in range(first, line + 1))
    token.content = _NAMED.sub(r"\\label{\1}$$", token.content)
    if begin and other:
        token.content, token.info = token.content + "\n", begin["name"]
    state.line = line + 1
    return True


def _is_bracketed(state: StateBlock, first: int, line: int) -> bool:
    words = "\n".join(line_at(state, number) for number in range(first, line + 1))
    return end_of_formula(state.env, words, 0, len(words)) > 0


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
_LEFT_OUT = LOST - NEVER_CLOSED
_TO_THE_END = frozenset({"script", "style", "textarea"})
"""Elements that take the rest of a text with them where they are not closed, as comments do."""


def not_printed(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A comment, or an element that is left out with what it holds, over several lines."""
    found = _SOURCE.match(line_at(state, first))
    name = (found["name"] or "").lower() if found else ""
    if not found or (name and name not in _LEFT_OUT) or state.is_code_block(first):
        return False
    end = f"</{name}>" if name else "-->"
    unmet = state.env.setdefault("never-closed", {})
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
