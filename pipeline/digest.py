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

from pydantic import BaseModel

from pipeline.diagnostics import Place


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
        case BaseModel():
            return {type(value).__name__: {name: _plain(getattr(value, name)) for name in type(value).model_fields}}
        case Mapping():
            return {"map": sorted(([_plain(key), _plain(item)] for key, item in value.items()), key=repr)}
        case tuple() | list():
            return [_plain(part) for part in value]
        case frozenset() | set():
            return {"set": sorted((_plain(part) for part in value), key=repr)}
        case _ if is_dataclass(value):
            return {type(value).__name__: [_plain(getattr(value, field.name)) for field in fields(value)]}
        case _:
            raise TypeError(f"no digest is defined for {type(value).__name__}")
