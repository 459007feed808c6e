"""Tabs as MkDocs has them: a title in bold, and below it what the tab holds."""

import re

from markdown_it.rules_block import StateBlock

from pipeline.load.markdown.block_state import line_at, read_within

_TAB = re.compile(r'===[!+]{0,2}[ \t]+(?P<quote>["\'])(?P<title>.*)(?P=quote)[ \t]*$')
_INDENT = 4
HINT = "Paper has no tabs: write headings, or one text for all readers."
FATE = "printed as a line in bold, with what it holds below it"


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
