"""What a template sees of our records: their fields, nested, as words, numbers, days, lists and tables; no method."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from jinja2 import StrictUndefined
from markupsafe import Markup

PLAIN = frozenset({str, Markup, int, float, bool, type(None), date})
"""Types that a page can print."""

_WORKED_OUT: Mapping[str, tuple[str, ...]] = {
    "Publication": ("id", "key", "tags", "manual", "retired"),
    "PackPublication": ("id", "order"),
    "Metadata": ("authors", "keywords"),
    "Isbns": ("by_format",),
    "Catalogue": ("in_force",),
    "CataloguedText": ("reads", "holds"),
    "SitePage": ("root",),
}
"""Properties that are shown beside the fields of a record, by the name of its class: who binds loads no library."""


class View:
    """A record as a template sees it: its fields, and nothing that can be called or changed."""

    __slots__ = ("_record",)
    _record: Any

    def __init__(self, record: object) -> None:
        object.__setattr__(self, "_record", record)

    def __getattr__(self, name: str) -> Any:
        if name not in names_of(type(self._record)):
            raise AttributeError(name)
        return view(getattr(self._record, name))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a view does not change")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and self._record is other._record

    def __hash__(self) -> int:
        return id(self._record)

    def __dir__(self) -> list[str]:
        return sorted(names_of(type(self._record)))


class TableView(Mapping[Any, Any]):
    """A mapping as a template sees it."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Mapping[Any, Any]) -> None:
        self._entries = entries

    def __getitem__(self, key: Any) -> Any:
        if key in self._entries:
            return view(self._entries[key])
        if default := getattr(self._entries, "default_factory", None):
            return view(default())
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[Any]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def view(value: Any) -> Any:
    """A value as templates may have it, made as deep as somebody looks; undefined if no template may."""
    kind = type(value)
    if kind in PLAIN or kind is View or kind is TableView:
        return value
    if isinstance(value, Enum):
        return view(value.value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple | list):
        return tuple(map(view, value))
    if isinstance(value, set | frozenset):
        return frozenset(map(view, value))
    if isinstance(value, Mapping):
        return TableView(value)
    return View(value) if names_of(kind) else StrictUndefined("a template cannot show this")


_NAMES: dict[type, frozenset[str]] = {}


def names_of(kind: type) -> frozenset[str]:
    """The names of what a view of such a record has; none if it is no record."""
    if kind in _NAMES:
        return _NAMES[kind]
    own: tuple[str, ...] = ()
    if is_dataclass(kind):
        own = tuple(field.name for field in fields(kind))
    elif hasattr(kind, "model_fields"):
        own = tuple(kind.model_fields)
    every = (*own, *_WORKED_OUT.get(kind.__name__, ())) if own else ()
    return _NAMES.setdefault(kind, frozenset(name for name in every if not name.startswith("_")))
