"""Monkeypatching of the engine with faster functions, wherever its modules, classes and tables refer to the old ones.

Ours draw the same, in the same bytes but for the compression of streams. They were written for one version; any other
version keeps its own functions.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pydyf
import weasyprint

from pipeline.press.fast.versions import WRITTEN_FOR

Patches = Mapping[Any, Any]
"""Functions or properties of the engine, each with its replacement."""

KNOWN = {"weasyprint": weasyprint.VERSION, "pydyf": pydyf.VERSION} == WRITTEN_FOR
"""True if the engine is the version that our faster functions were written for."""

_PARTS = ("weasyprint", "pydyf")


def patch(patches: Patches) -> None:
    """Replace functions wherever the engine refers to them."""
    new = {id(old): quicker for old, quicker in patches.items()}
    for holder in _holders():
        for name, value in list(vars(holder).items()):
            if id(value) in new:
                setattr(holder, name, new[id(value)])
            elif type(value) is dict:
                value.update({key: new[id(one)] for key, one in value.items() if id(one) in new})


def _holders() -> Iterator[Any]:
    """The modules and classes of the engine."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _PARTS:
            yield module
            yield from (
                value for value in vars(module).values() if isinstance(value, type) and value.__module__ == name
            )
