"""Replaces the search for garbage after a text: 10 % of the press; needless with `upstream/reference-cycles.md`.

The engine leaves reference cycles: all parts of a document are reachable from its layout context, which its own
functions hold, and the styles of anonymous boxes are held by those that they inherit from. Emptied, they go at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_held: list[list[Any]] = []
"""Objects in reference cycles, one list for each active `released()`."""


def hold(thing: Any) -> None:
    """Record an object whose memory is to be released, if a `released()` block is active."""
    if _held:
        _held[-1].append(thing)


@contextmanager
def released() -> Iterator[None]:
    """Release the memory of all documents laid out in the block. None of them can be used after that.

    Of a plain engine nothing is recorded: its documents are left to the garbage collector.
    """
    _held.append([])
    try:
        yield
    finally:
        for thing in _held.pop():
            thing.__dict__.clear()
