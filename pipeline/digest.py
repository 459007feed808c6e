"""Digests of values: the same value gives the same digest in any process, on any machine.

Where in a file something stands does not count: a blank line added above changes no text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import PurePath
from typing import Any

from pipeline.diagnostics import Place

MOST = 20_000
"""Digests of large records kept at a time."""

_known: dict[int, tuple[object, str]] = {}
"""The digest of each large record that has been asked for, with the record: its number is its own while it is here."""


def sha256(content: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def digest(*values: object) -> str:
    """The SHA-256 of any nesting of the line's values: records, mappings, sequences, text, numbers, dates, bytes."""
    return sha256(json.dumps(_plain(values), ensure_ascii=False, separators=(",", ":")).encode())


def _plain(value: Any) -> Any:
    """The value as JSON can say it, mappings by key and sets in order, each record under its name."""
    match value:
        case Place():
            return None
        case None | bool() | int() | float():
            return value
        case Enum():
            return str(value.value)
        case str():
            return value
        case bytes():
            return {"sha256": sha256(value)}
        case date():
            return {"date": value.isoformat()}
        case PurePath():
            return value.as_posix()
        case Mapping():
            return {"map": sorted(([_plain(key), _plain(item)] for key, item in value.items()), key=repr)}
        case tuple() | list():
            return [_plain(part) for part in value]
        case frozenset() | set():
            return {"set": sorted((_plain(part) for part in value), key=repr)}
        case _ if is_dataclass(value):
            return {type(value).__name__: _known_digest(value) if getattr(value, "large", False) else _fields(value)}
        case _ if names := getattr(type(value), "model_fields", None):  # a record of pydantic, not loaded for this
            return {type(value).__name__: {name: _plain(getattr(value, name)) for name in names}}
        case _:
            raise TypeError(f"no digest is defined for {type(value).__name__}")


def _fields(record: Any) -> list[Any]:
    return [_plain(getattr(record, field.name)) for field in fields(record)]


def _known_digest(record: Any) -> str:
    """The digest of a record that says it is `large`: it never changes and is asked for often, so it is made once."""
    found = _known.get(id(record))
    if found is None or found[0] is not record:
        if len(_known) >= MOST:
            _known.clear()
        found = _known[id(record)] = (record, digest(_fields(record)))
    return found[1]
