"""Room for deep calls: Python takes memory for its calls 16 kilobytes at a time, and gives each back at once.

Where calls go up and down across the end of such a piece, each of them takes memory and gives it back, which the
operating system has to clear: in the press a thousand times a text, a twentieth of its time. A call that says it needs
half a megabyte gets a piece of a megabyte, and all calls within it find room there.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar, cast

J = TypeVar("J")
R = TypeVar("R")

_SLOTS = 66_000
"""Of eight bytes: with a thousand to spare more than half a megabyte, so that the next piece is a whole one."""


def _plainly(work: Callable[[Any], Any], given: Any) -> Any:
    return work(given)


_with_room = FunctionType(_plainly.__code__.replace(co_stacksize=_SLOTS), globals(), "with_room")


def with_room(work: Callable[[J], R], given: J) -> R:
    """What some work makes, done where its calls have room. Only what is used of it takes memory."""
    return cast(R, _with_room(work, given))
