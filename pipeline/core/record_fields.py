"""Declarations of records: their fields and the kinds of those."""

import inspect
import sys
from dataclasses import fields, is_dataclass
from typing import Any


def fields_of(kind: Any) -> tuple[str, ...]:
    """The names of a record's fields, of a dataclass or of pydantic, which is not loaded for this."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else tuple(kind.model_fields)


def kinds_of(kind: Any) -> list[Any]:
    """The kinds of a record's fields, as its class or one that it is derived from declares them."""
    said = {}
    for parent in reversed(kind.__mro__):
        known = vars(sys.modules[parent.__module__])
        for name, declared in inspect.get_annotations(parent).items():
            said[name] = declared, known
    found = [said[name] for name in fields_of(kind)]
    return [eval(declared, known) if isinstance(declared, str) else declared for declared, known in found]
