"""Lines that keep their ends, such as verse and addresses: '| ' before each."""

import re

from markdown_it.rules_block import StateBlock

from pipeline.load.markdown.block_state import line_at, push_paragraph

_LINE = re.compile(r"\|(?:[ \t](?P<words>.*))?$")
_HARD = "\u00a0"


def line_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Lines that begin with '| ' and hold no other stroke, which would make them rows of a table."""
    if state.src[state.bMarks[first] + state.tShift[first]] != "|" or state.is_code_block(first):
        return False
    lines: list[str] = []
    number = first
    while number < last and not state.isEmpty(number) and state.sCount[number] >= state.blkIndent:
        line = line_at(state, number).rstrip()
        found = _LINE.match(line)
        if found is None or "|" in line[1:]:
            return False
        words = found["words"] or ""
        lines.append(_HARD * (len(words) - len(words.lstrip())) + words.lstrip() or _HARD)
        number += 1
    if not silent:
        push_paragraph(state, first, number, "  \n".join(lines))
        state.line = number
    return True
