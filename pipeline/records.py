"""Records put away and read back at speed.

A frozen record with slots is written and read by functions of `dataclasses` that ask for its fields each time, which
takes longer than all else in reading a library back. What is written is the same: the values in order of the fields.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
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
