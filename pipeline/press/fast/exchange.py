"""Functions of the engine exchanged for quicker ones of ours, wherever its modules, classes and tables name them.

Ours draw the same, in the same bytes but for how hard streams are packed. They were written for one version; in any
other the engine keeps its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pydyf
import weasyprint

from pipeline.press.fast.versions import WRITTEN_FOR

Pairs = Mapping[Any, Any]
"""Functions, each with the one that takes its place; or properties."""

KNOWN = {"weasyprint": weasyprint.VERSION, "pydyf": pydyf.VERSION} == WRITTEN_FOR
"""Whether the engine is the one that our quicker functions were written for."""

_PARTS = ("weasyprint", "pydyf")


def exchange(pairs: Pairs) -> None:
    """Put functions in the place of others, wherever the engine knows these."""
    new = {id(old): quicker for old, quicker in pairs.items()}
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
