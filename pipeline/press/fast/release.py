"""Early release of a document's memory: the engine leaves reference cycles, which only the garbage collector finds.

All parts of a document are reachable from its layout context, which its own functions hold; and the styles of
anonymous boxes are held by those that they inherit from. The garbage collector takes three times as long.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint import layout

from pipeline.press.fast.patching import Patches

_begin = layout.LayoutContext.__init__

_held: list[list[Any]] = []
"""Objects in reference cycles, one list for each active `released()`."""


def hold(thing: Any) -> None:
    """Record an object whose memory is to be released, if a `released()` block is active."""
    if _held:
        _held[-1].append(thing)


@contextmanager
def released() -> Iterator[None]:
    """Release the memory of all documents laid out in the block. None of them can be used after that."""
    _held.append([])
    try:
        yield
    finally:
        for thing in _held.pop():
            thing.__dict__.clear()


def begin(context: Any, *given: Any) -> None:
    """Begin the layout of a document."""
    _begin(context, *given)
    hold(context)


QUICKER: Patches = {_begin: begin}
