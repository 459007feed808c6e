"""Replaces the search for garbage after a text: 10 % of the press; needless with `upstream/reference-cycles.md`.

The engine leaves reference cycles: all parts of a document are reachable from its layout context, which its own
functions hold, and the styles of anonymous boxes are held by those that they inherit from. Emptied, they go at once.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_held: list[list[Any]] = []
"""Objects in reference cycles, one list for each active `released()`."""


def hold(thing: Any) -> None:
    """Record an object whose memory is to be released, if a `released()` block is active."""
    if _held:
        _held[-1].append(thing)


@contextmanager
def released() -> Iterator[Callable[[], None]]:
    """Release the memory of all documents laid out in the block. None of them can be used after that.

    The block is given what releases those before its end that are laid out already.

    The garbage collector is paused meanwhile: what it moves to its older generations is given back late, and a process
    grows with each text (`tests/press/test_growth.py`). Of a plain engine nothing is recorded: its documents are left
    to the collector.
    """
    collects = gc.isenabled()
    gc.disable()
    _held.append([])
    try:
        yield _let_go
    finally:
        _let_go()
        _held.pop()
        if collects:
            gc.enable()


def _let_go() -> None:
    while _held[-1]:
        _held[-1].pop().__dict__.clear()
