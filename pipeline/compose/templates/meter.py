"""The work that filling a template may cost: turns of loops, calls and characters are counted, not timed."""

from collections.abc import Sized
from contextvars import ContextVar
from dataclasses import dataclass

from jinja2 import TemplateRuntimeError

SCAN = 16
"""Characters that are compared or searched at the cost of one that is made."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of one rendering of a template."""

    turns: int = 1_000_000
    """Turns of loops, calls of macros, templates included."""
    length: int = 50_000_000
    """Characters made, beside four times those that are given."""
    depth: int = 60
    """Macros and blocks within one another."""


class Meter:
    """Remaining budget of one rendering."""

    def __init__(self, bounds: Bounds, given: int = 0) -> None:
        self._bounds = bounds
        self._turns = bounds.turns
        self._length = bounds.length + 4 * given
        self._depth = bounds.depth

    def turn(self, number: int = 1) -> None:
        """Count turns of a loop, or calls. Raises `TemplateRuntimeError` where there are too many."""
        self._turns -= number
        if self._turns < 0:
            raise TemplateRuntimeError(f"it takes more than {self._bounds.turns:,} turns of loops and calls")

    def make(self, length: int) -> None:
        """Count characters before they are made. Raises `TemplateRuntimeError` where there are too many."""
        self._length -= length
        if self._length < 0:
            raise TemplateRuntimeError(f"it makes more than {self._bounds.length:,} characters")

    def scan(self, value: object) -> None:
        """Count what it costs to look through a value."""
        if isinstance(value, str):
            self.make(len(value) // SCAN)
        elif isinstance(value, list | tuple):
            self.make(len(value))

    def room(self, wished: int) -> int:
        """Number of turns allowed out of those requested, and one more, which then exceeds the limit."""
        return min(wished, self._turns + 1)

    def enter(self) -> None:
        """Begin a macro or block. Raises `TemplateRuntimeError` where they are too deep within one another."""
        self.turn()
        self._depth -= 1
        if self._depth < 0:
            raise TemplateRuntimeError("a macro or block calls itself without end")

    def leave(self) -> None:
        """End it."""
        self._depth += 1


METER: ContextVar[Meter] = ContextVar("meter")
"""The meter of the filling that is under way."""


def loops(value: object) -> object:
    """A value that a loop may go through, its turns counted. Raises `TemplateRuntimeError`."""
    if isinstance(value, set | frozenset):
        raise TemplateRuntimeError("what a loop goes through has no order here; sort it first")
    if not isinstance(value, Sized):
        raise TemplateRuntimeError("what a loop goes through must be a list")
    METER.get().turn(len(value))
    return value
