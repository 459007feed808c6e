"""Monkeypatching: functions exchanged wherever the engine, and our mends of it, refer to them."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

Patches = Mapping[Any, Any]
"""Functions or properties of the engine, each with its replacement."""

_PARTS = frozenset({"weasyprint", "pydyf"})
"""The packages of the engine."""

_MENDS = ("pipeline.press.engine.patches", "pipeline.press.engine.letters")
"""The modules whose functions call those of the engine that they stand in for."""


def patch(patches: Patches) -> None:
    """Replace functions wherever the engine and its mends refer to them."""
    new = {id(old): faster for old, faster in patches.items()}
    for holder in _holders():
        for name, value in list(vars(holder).items()):
            if id(value) in new:
                setattr(holder, name, new[id(value)])
            elif type(value) is dict:
                value.update({key: new[id(one)] for key, one in value.items() if id(one) in new})


def _holders() -> Iterator[Any]:
    """The modules and classes that refer to functions of the engine."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _PARTS or name in _MENDS:
            yield module
            yield from (
                value for value in vars(module).values() if isinstance(value, type) and value.__module__ == name
            )
