"""Records put away and read back, at speed and nothing else with them.

A frozen record with slots is written and read by functions of `dataclasses` that ask for its fields each time, which
takes longer than all else in reading a library back. What is written is the same: the values in order of the fields.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

_STATE = ("__getstate__", "__setstate__")


def quickened(kind: type) -> type:
    """The class, whose records are read and written by its slots from now on, if `dataclasses` did it so far."""
    if is_dataclass(kind) and all(_is_usual(kind.__dict__.get(name)) for name in _STATE):
        slots = tuple(getattr(kind, field.name) for field in fields(kind))
        kind.__getstate__ = _writing(tuple(slot.__get__ for slot in slots))  # type: ignore[assignment]
        kind.__setstate__ = _reading(tuple(slot.__set__ for slot in slots))  # type: ignore[attr-defined]
    return kind


def _is_usual(function: object) -> bool:
    return getattr(function, "__module__", "") == "dataclasses"


def _writing(slots: tuple[Callable[[Any], Any], ...]) -> Callable[[Any], list[Any]]:
    def values(record: Any) -> list[Any]:
        return [get(record) for get in slots]

    return values


def _reading(slots: tuple[Callable[[Any, Any], None], ...]) -> Callable[[Any, Sequence[Any]], None]:
    def fill(record: Any, state: Sequence[Any]) -> None:
        for put, value in zip(slots, state, strict=True):
            put(record, value)

    return fill


_CLASSES: dict[tuple[str, str], Any] = {}
"""The classes of values that have been read, by their modules and names."""


class Reader(pickle.Unpickler):
    """Reads kept results: values of the line and nothing that does, so that a foreign store cannot run code."""

    def find_class(self, module: str, name: str) -> Any:
        """The class of a value; anything else is refused."""
        if (module, name) not in _CLASSES:
            _CLASSES[module, name] = self._class(module, name)
        return _CLASSES[module, name]

    def _class(self, module: str, name: str) -> Any:
        if (module, name) == ("builtins", "getattr"):  # by which Python 3.11.2 writes a member of an enumeration
            return _member
        found = super().find_class(module, name) if module.startswith("pipeline.") or module == "datetime" else None
        if isinstance(found, type) and (found is date or found.__module__.startswith("pipeline.")):
            return quickened(found)
        raise pickle.UnpicklingError(f"{module}.{name} is no value of the line")


def _member(kind: object, name: str) -> Enum:
    """A member of one of our enumerations, and of nothing else."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind[name]
    raise pickle.UnpicklingError(f"{name} is no member of an enumeration")


def read(content: bytes) -> Any:
    """What was put away, made of values of the line alone. Raises whatever a foreign pickle raises."""
    return Reader(io.BytesIO(content)).load()
