"""State of the inline rules of our dialect."""

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from pipeline.load.markdown.citations import Brackets, find_brackets


class PlacedState(StateInline):
    """State of markdown-it's inline rules that records the offset of each token in its block."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self.base: int = env.get("base", 0)
        self.pending_at = 0
        self.has_at = "@" in src
        self.narrow = False
        """True while lowered or raised words are read."""
        self._brackets: Brackets | None = None

    def brackets(self) -> Brackets:
        """Closing brackets of these words, by the opening ones."""
        if self._brackets is None:
            self._brackets = find_brackets(self.src)
        return self._brackets

    def has_pending(self) -> bool:
        """True if words are not yet made a token."""
        return bool(self._pending or self._pending_buffer)

    def append_pending(self, text: str) -> None:
        """Add words, and record the offset of the first."""
        if not self._pending and not self._pending_buffer:
            self.pending_at = self.pos
        self._pending_buffer.append(text)

    @property
    def pending(self) -> str:
        """Words not yet made a token."""
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
        """A token of the pending words, with their offset."""
        token = super().pushPending()
        token.meta["at"] = self.base + self.pending_at
        return token

    def push(self, ttype: str, tag: str, nesting: Any) -> Token:
        """A token with the current offset."""
        token = super().push(ttype, tag, nesting)
        token.meta["at"] = self.base + self.pos
        return token
