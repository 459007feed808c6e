"""Lines that keep their ends, such as verse and addresses: '| ' before each."""

import re

from markdown_it.rules_block import StateBlock

_LINE = re.compile(r"\|(?:[ \t](?P<words>.*))?$")
_HARD = "\u00a0"


def line_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Lines that begin with '| ' and hold no other stroke, which would make them rows of a table."""
    if state.src[state.bMarks[first] + state.tShift[first]] != "|" or state.is_code_block(first):
        return False
    lines: list[str] = []
    number = first
    while number < last and not state.isEmpty(number) and state.sCount[number] >= state.blkIndent:
        line = str(state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]).rstrip()
        found = _LINE.match(line)
        if found is None or "|" in line[1:]:
            return False
        words = found["words"] or ""
        lines.append(_HARD * (len(words) - len(words.lstrip())) + words.lstrip() or _HARD)
        number += 1
    if not silent:
        state.push("paragraph_open", "p", 1).map = [first, number]
        inline = state.push("inline", "", 0)
        inline.map, inline.content, inline.children = [first, number], "  \n".join(lines), []
        state.push("paragraph_close", "p", -1)
        state.line = number
    return True
