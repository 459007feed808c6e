"""What all rules of the parser share: their frame, the lines of a block, and what they remember of a text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from pipeline.load.markdown.citations import Brackets, find_brackets

Memory = TypeVar("Memory")
BlockRule = Callable[[StateBlock, int, int, bool], bool]
InlineRule = Callable[["PlacedState", bool], bool]


def memory_of(env: MutableMapping[str, Any], kind: type[Memory]) -> Memory:
    """Return what rules remember of the text that they read, as an object of this class.

    The first rule that asks creates it. It is kept in markdown-it's `env`, which is new for each text.
    """
    key = f"{kind.__module__}.{kind.__name__}"
    if key not in env:
        env[key] = kind()
    memory: Memory = env[key]
    return memory


# Rules for blocks.


def block_rule(
    first_line: re.Pattern[str],
) -> Callable[[Callable[[StateBlock, int, int, re.Match[str]], Iterator[int]]], BlockRule]:
    """Make a rule of markdown-it from a generator that reads blocks whose first line matches a pattern.

    The generator gets the state, the first line, the line behind the last one (both numbers), and the match. It yields
    the line behind its block; it yields nothing if no block begins here. What comes after the `yield` pushes the
    tokens, and is not run when markdown-it only asks whether a block begins.
    """

    def decorate(read: Callable[[StateBlock, int, int, re.Match[str]], Iterator[int]]) -> BlockRule:
        @wraps(read)
        def rule(state: StateBlock, first: int, last: int, silent: bool) -> bool:
            match = first_line.match(state.src, state.bMarks[first] + state.tShift[first], state.eMarks[first])
            if match is None or state.is_code_block(first):
                return False
            steps = read(state, first, last, match)
            end = next(steps, None)
            if end is not None and not silent:
                next(steps, None)
                state.line = end
            return end is not None

        return rule

    return decorate


WORDS = r"(?:[^ \t\n]++|[ \t]++(?!$))*+"
"""Pattern of the words of a line without the blanks at its end. A lazy '.*?' would look for them at each blank."""


def line_at(state: StateBlock, line: int) -> str:
    """Return the words of a line, from where its block begins."""
    return str(state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]])


def line_of(state: StateBlock, position: int) -> int:
    """Return the number of the line that holds a character."""
    return bisect_right(state.bMarks, position) - 1


def end_of_fence(state: StateBlock, fence: str, first: int, last: int) -> int | None:
    """Return the line that closes a fence of code opened on the first line; None if no line does."""
    for line in range(first + 1, last):
        bare = line_at(state, line).rstrip()
        if len(bare) >= len(fence) and not bare.strip(fence[0]) and state.sCount[line] >= state.blkIndent:
            return line
    return None


@contextmanager
def nested_blocks(state: StateBlock, end: int, kind: str, indent: int | None = None) -> Iterator[None]:
    """Let rules read only lines before `end`, as blocks within one of a kind, indented by `indent`."""
    outer = state.lineMax, state.parentType, state.blkIndent
    state.lineMax, state.parentType = end, kind
    state.blkIndent = state.blkIndent if indent is None else indent
    yield
    state.lineMax, state.parentType, state.blkIndent = outer


def read_within(state: StateBlock, first: int, end: int, kind: str, indent: int | None = None) -> None:
    """Read some lines as blocks within one of a kind."""
    with nested_blocks(state, end, kind, indent):
        state.md.block.tokenize(state, first, end)


def push_paragraph(state: StateBlock, first: int, end: int, words: str, columns: list[int] | None = None) -> None:
    """Push the tokens of a paragraph; `columns`: where its words begin in each line, if not at the end of it."""
    state.push("paragraph_open", "p", 1).map = [first, end]
    push_words(state, first, end, words, columns)
    state.push("paragraph_close", "p", -1)


def push_words(state: StateBlock, first: int, end: int, words: str, columns: list[int] | None = None) -> None:
    """Push the token of words that hold inline syntax."""
    token = state.push("inline", "", 0)
    token.map, token.content, token.children = [first, end], words, []
    if columns is not None:
        token.meta["columns"] = columns


# Rules for inlines.


class _Base:
    """Offset of the words that are read in the words of their block; more than 0 in the caption of a picture."""

    offset = 0


@contextmanager
def words_begin_at(state: PlacedState, offset: int) -> Iterator[None]:
    """Let the words that are parsed meanwhile have their offsets counted from another one."""
    base = memory_of(state.env, _Base)
    outer, base.offset = base.offset, offset
    try:
        yield
    finally:
        base.offset = outer


def inline_rule(begins: str, *, skips: bool = True) -> Callable[[Callable[[PlacedState], Iterator[int]]], InlineRule]:
    """Make a rule of markdown-it from a generator that reads what begins with one of some characters.

    The generator yields the offset behind what it reads; it yields nothing if that is something else. What comes after
    the `yield` pushes the tokens. `skips`: whether markdown-it skips the whole when it looks for a closing bracket.
    """

    def decorate(read: Callable[[PlacedState], Iterator[int]]) -> InlineRule:
        @wraps(read)
        def rule(state: PlacedState, silent: bool) -> bool:
            if state.src[state.pos] not in begins or (silent and not skips):
                return False
            steps = read(state)
            end = next(steps, None)
            if end is None:
                return False
            if not silent:
                next(steps, None)
            state.pos = end
            return True

        return rule

    return decorate


class PlacedState(StateInline):
    """State of markdown-it's inline rules that records the offset of each token in its block."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self.base = memory_of(self.env, _Base).offset
        self.pending_at = 0
        self.has_at = "@" in src
        self.narrow = False
        """True while subscripts or superscripts are read."""
        self._brackets: Brackets | None = None

    def brackets(self) -> Brackets:
        """Return the closing brackets of these words by the opening ones."""
        if self._brackets is None:
            self._brackets = find_brackets(self.src)
        return self._brackets

    def has_pending(self) -> bool:
        """Return True if there are words that no token holds yet."""
        return bool(self._pending or self._pending_buffer)

    def append_pending(self, text: str) -> None:
        """Add words, and record the offset of the first."""
        if not self._pending and not self._pending_buffer:
            self.pending_at = self.pos
        self._pending_buffer.append(text)

    @property
    def pending(self) -> str:
        """Words that no token holds yet."""
        if self._pending_buffer:
            self._pending += "".join(self._pending_buffer)
            self._pending_buffer = []
        return self._pending

    @pending.setter
    def pending(self, value: str) -> None:
        if value and not getattr(self, "_pending", ""):
            self.pending_at = self.pos
        self._pending = value
        self._pending_buffer = []

    def pushPending(self) -> Token:
        """Push the token of the pending words, with their offset."""
        token = super().pushPending()
        token.meta["at"] = self.base + self.pending_at
        return token

    def push(self, ttype: str, tag: str, nesting: Any) -> Token:
        """Push a token with the current offset."""
        token = super().push(ttype, tag, nesting)
        token.meta["at"] = self.base + self.pos
        return token
