"""The lines of a text as rules for blocks see them: the words of each, and blocks that are read within them."""

from bisect import bisect_right

from markdown_it.rules_block import StateBlock

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
