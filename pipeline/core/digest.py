"""Digests of values: the same value gives the same digest in any process, on any machine.

Places in a file do not count: a blank line added above a text does not change its digest.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from pathlib import PurePath
from types import NoneType
from typing import Any
from weakref import ref

from pipeline.core.diagnostics import Place

_LONG = 4000
"""Characters of a text that is long."""

_Form = Callable[[Any], Any]
"""Function that gives the canonical form of a value, in the types of JSON."""

_known: dict[int, tuple[ref[Any], str]] = {}
"""Cache of the digests of large records by `id()`, for as long as each record lives."""


def sha256(content: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def digest(*values: object) -> str:
    """The SHA-256 of any nesting of the line's values: records, mappings, sequences, text, numbers, dates, bytes."""
    return sha256(json.dumps(_plain(values), ensure_ascii=False, separators=(",", ":")).encode())


def _plain(value: Any) -> Any:
    """The value as JSON can say it, mappings by key and sets in order, each record under its name."""
    kind = type(value)
    way = _ways.get(kind)
    if way is None:
        way = _ways[kind] = _way(kind)
    return way(value)


def _parts(values: Iterable[Any]) -> list[Any]:
    """Each of some values; most are text, which is as it is."""
    return [value if type(value) is str else _plain(value) for value in values]


def _mapping(value: Mapping[Any, Any]) -> Any:
    return {"map": sorted(([_plain(key), _plain(part)] for key, part in value.items()), key=repr)}


def _set(value: Set[Any]) -> Any:
    return {"set": sorted(_parts(value), key=repr)}


_ways: dict[type, _Form] = {
    **dict.fromkeys((NoneType, bool, int, float, str), lambda value: value),
    Place: lambda value: None,
    bytes: lambda value: {"sha256": sha256(value)},
    date: lambda value: {"date": value.isoformat()},
    **dict.fromkeys((tuple, list), _parts),
    **dict.fromkeys((frozenset, set), _set),
    dict: _mapping,
}
"""Canonical form by class; further classes are added as they occur."""


def _way(kind: type) -> _Form:
    """Canonical form of a class that is none of the usual ones."""
    if issubclass(kind, Enum):
        return lambda value: str(value.value)
    if issubclass(kind, PurePath):
        return lambda value: value.as_posix()
    if is_dataclass(kind):
        names, name = tuple(field.name for field in fields(kind)), kind.__name__
        if getattr(kind, "large", False):
            return lambda value: {name: _known_digest(value, names)}
        read = _reader(names)
        return lambda value: {name: _parts(read(value))}
    if names := tuple(getattr(kind, "model_fields", ())):  # a record of pydantic, which is not loaded for this
        read, name = _reader(names), kind.__name__
        return lambda value: {name: dict(zip(names, _parts(read(value)), strict=True))}
    for usual in (Mapping, str, int, float, bytes, date, tuple, list, Set):
        if issubclass(kind, usual):
            return _mapping if usual is Mapping else _set if usual is Set else _ways[usual]
    raise TypeError(f"no digest is defined for {kind.__name__}")


def _reader(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Function that reads the fields of a record, in order."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _known_digest(record: Any, names: tuple[str, ...]) -> str:
    """The cached digest of a record marked as `large`, which never changes and is needed often."""
    number = id(record)
    found = _known.get(number)
    if found is None or found[0]() is not record:
        gone = ref(record, lambda _: _known.pop(number, None))
        found = _known[number] = (gone, digest([_brief(value) for value in _reader(names)(record)]))
    return found[1]


def _brief(value: Any) -> Any:
    """A field of a large record: of a long text, such as a style sheet that many records share, its digest."""
    return {"text": _digest_of(value)} if type(value) is str and len(value) > _LONG else value


@lru_cache(maxsize=64)
def _digest_of(text: str) -> str:
    return sha256(text.encode())
