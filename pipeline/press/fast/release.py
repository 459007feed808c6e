"""Early release of a document's memory: the engine leaves reference cycles, which only the garbage collector finds.

Whatever a document consists of is reached from its layout context, which its own functions hold; and the styles of
boxes that no element has are held by those that they are taken from. The search takes three times as long.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint import layout

from pipeline.press.fast.exchange import Pairs

_begin = layout.LayoutContext.__init__

_held: list[list[Any]] = []
"""Objects in reference cycles, one list for each active `released()`."""


def hold(thing: Any) -> None:
    """Note a thing that is to be let go of, if anybody will."""
    if _held:
        _held[-1].append(thing)


@contextmanager
def released() -> Iterator[None]:
    """Let go of all documents that were laid out meanwhile. None of them can be used after that."""
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


QUICKER: Pairs = {_begin: begin}
