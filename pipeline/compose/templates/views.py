"""Views for templates: words, numbers, days and the fields of records, nested; nothing that can be called or changed.

A template never holds a record of ours, which has methods, and so no way to run code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from markupsafe import Markup

ABSENT: Any = object()
"""A part that a view does not have."""

_PLAIN = frozenset({str, Markup, int, float, bool, type(None), date})
_WORKED_OUT: Mapping[str, tuple[str, ...]] = {
    "Publication": ("id", "key", "tags", "manual", "retired"),
    "PackPublication": ("id", "order"),
    "Metadata": ("authors", "keywords"),
    "Isbns": ("by_format",),
    "Catalogue": ("in_force",),
    "CataloguedText": ("reads", "holds"),
    "SitePage": ("root",),
}
"""Properties that are told beside the fields of a record, by the name of its class: who binds loads no library."""


class View:
    """A record as a template sees it. `part` reads its fields; there is no other way to them."""

    __slots__ = ("_record",)
    _record: Any

    def __init__(self, record: object) -> None:
        object.__setattr__(self, "_record", record)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a view does not change")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and self._record is other._record

    def __hash__(self) -> int:
        return id(self._record)


class TableView:
    """A mapping as a template sees it."""

    __slots__ = ("_entries",)
    _entries: Mapping[Any, Any]

    def __init__(self, entries: Mapping[Any, Any]) -> None:
        object.__setattr__(self, "_entries", entries)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a view does not change")

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[Any]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def view(value: Any) -> Any:
    """A value as templates may have it, made as deep as somebody looks; `ABSENT` for what is nothing to print."""
    kind = type(value)
    if kind in _PLAIN or kind is View or kind is TableView:
        return value
    if kind is tuple or kind is list:
        return tuple(seen for one in value if (seen := view(one)) is not ABSENT)
    if parts_of(kind):
        return View(value)
    return _other(value)


def _other(value: object) -> Any:
    if isinstance(value, Enum):
        return view(value.value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, set | frozenset):
        return frozenset(map(view, value))
    if isinstance(value, Mapping):
        return TableView(value)
    return ABSENT


def parts_of(kind: type) -> frozenset[str]:
    """The names of what a view of such a record has; none where it is no record."""
    found = _PARTS.get(kind)
    if found is None:
        found = _PARTS[kind] = frozenset(_names_in(kind))
    return found


_PARTS: dict[type, frozenset[str]] = {}


def _names_in(kind: type) -> Iterator[str]:
    own: tuple[str, ...] = ()
    if is_dataclass(kind):
        own = tuple(field.name for field in fields(kind))
    elif hasattr(kind, "model_fields"):
        own = tuple(kind.model_fields)
    return (name for name in (*own, *_WORKED_OUT.get(kind.__name__, ())) if own and not name.startswith("_"))


def part(seen: View, name: str) -> Any:
    """A field of a record, as a view, or `ABSENT`."""
    record = seen._record
    return view(getattr(record, name)) if name in parts_of(type(record)) else ABSENT


def parts(seen: View) -> tuple[str, ...]:
    """The names of the fields, in order of the alphabet."""
    return tuple(sorted(parts_of(type(seen._record))))


def entry(table: TableView, key: object) -> Any:
    """View of the value under a key of a mapping, or `ABSENT`."""
    held = table._entries
    if key in held:
        return view(held[key])
    default = getattr(held, "default_factory", None)
    return view(default()) if default else ABSENT


def entries(table: TableView) -> tuple[tuple[Any, Any], ...]:
    """Its keys and values, in order."""
    found = ((view(key), view(value)) for key, value in table._entries.items())
    return tuple(pair for pair in found if ABSENT not in pair)
