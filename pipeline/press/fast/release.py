"""Free documents by breaking their reference cycles, instead of waiting for the garbage collector.

The garbage collection after each text took 10 % of the press; needless with `upstream/reference-cycles.md`.
WeasyPrint's documents are reference cycles: `LayoutContext` is held by its own bound methods and refers to all parts of
the document, and the styles of anonymous boxes are held by the styles that they inherit from. Once these objects are
emptied, reference counting frees the rest.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_cycles_by_block: list[list[Any]] = []
"""Objects in reference cycles, one list for each active `released()` block."""


def record_cycle(object_: Any) -> None:
    """Record an object to be emptied at the end of the `released()` block, if one is active."""
    if _cycles_by_block:
        _cycles_by_block[-1].append(object_)


@contextmanager
def released() -> Iterator[Callable[[], None]]:
    """Free all documents laid out in the block at its end; none can be used after that.

    Yields a function that frees those laid out so far. The garbage collector is paused in the block: memory that it
    moves to its older generations is freed late, and the process grows with each text (`tests/press/test_growth.py`).
    With plain WeasyPrint nothing is recorded, and its documents are left to the collector.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    _cycles_by_block.append([])
    try:
        yield _empty_cycles
    finally:
        _empty_cycles()
        _cycles_by_block.pop()
        if was_enabled:
            gc.enable()


def _empty_cycles() -> None:
    while _cycles_by_block[-1]:
        _cycles_by_block[-1].pop().__dict__.clear()
