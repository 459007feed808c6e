"""Monkeypatching: replace functions wherever WeasyPrint, or one of our workarounds, refers to them."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

Patches = Mapping[Any, Any]
"""Functions or properties of WeasyPrint, each with its replacement."""

_PATCHED_PACKAGES = frozenset({"weasyprint", "pydyf"})

_CALLING_MODULES = ("pipeline.press.engine.patches", "pipeline.press.engine.letters")
"""Our modules that keep a reference to a WeasyPrint function in order to call it."""


def patch(patches: Patches) -> None:
    """Replace functions in every namespace that refers to them."""
    new_by_id = {id(old): faster for old, faster in patches.items()}
    for namespace in _namespaces():
        for name, value in list(vars(namespace).items()):
            if id(value) in new_by_id:
                setattr(namespace, name, new_by_id[id(value)])
            elif type(value) is dict:
                value.update({key: new_by_id[id(member)] for key, member in value.items() if id(member) in new_by_id})


def _namespaces() -> Iterator[Any]:
    """Yield the modules and classes that may refer to functions of WeasyPrint."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _PATCHED_PACKAGES or name in _CALLING_MODULES:
            yield module
            yield from (cls for cls in vars(module).values() if isinstance(cls, type) and cls.__module__ == name)
