"""Replace functions of WeasyPrint, and free its documents by breaking their reference cycles.

The garbage collection after each text took 10 % of the press; needless with `upstream/reference-cycles.md`.
WeasyPrint's documents are reference cycles: `LayoutContext` is held by its own bound methods and refers to all parts of
the document, and the styles of anonymous boxes are held by the styles that they inherit from. Once these objects are
emptied, reference counting frees the rest.
"""

import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Patches = Mapping[Any, Any]
"""Functions or properties of WeasyPrint, each with its replacement."""

_PATCHED_PACKAGES = frozenset({"weasyprint", "pydyf"})

_CALLING_MODULES = ("pipeline.press.engine.patches", "pipeline.press.engine.letters")
"""Our modules that keep a reference to a WeasyPrint function in order to call it."""


def patch_functions(patches: Patches) -> None:
    """Replace functions in every module and class that refers to them."""
    new_by_id = {id(old): faster for old, faster in patches.items()}
    for namespace in _patched_namespaces():
        for name, value in list(vars(namespace).items()):
            if id(value) in new_by_id:
                setattr(namespace, name, new_by_id[id(value)])
            elif type(value) is dict:
                value.update({key: new_by_id[id(member)] for key, member in value.items() if id(member) in new_by_id})


def _patched_namespaces() -> Iterator[Any]:
    """Yield the modules and classes that may refer to functions of WeasyPrint."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _PATCHED_PACKAGES or name in _CALLING_MODULES:
            yield module
            yield from (cls for cls in vars(module).values() if isinstance(cls, type) and cls.__module__ == name)


_cycles_by_block: list[list[Any]] = []
"""Objects in reference cycles, one list for each active `free_documents()` block."""


def record_cycle(object_: Any) -> None:
    """Record an object to be emptied at the end of the `free_documents()` block, if one is active."""
    if _cycles_by_block:
        _cycles_by_block[-1].append(object_)


@contextmanager
def free_documents() -> Iterator[Callable[[], None]]:
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
