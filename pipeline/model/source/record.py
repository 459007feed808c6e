"""Base of all front-matter models: frozen, unknown keys refused, text as written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from pipeline.core.diagnostics import Place

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""An id: lower-case letters, digits and single hyphens."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[^\r\n]*$")]
"""One line of text."""

Version = Annotated[str, StringConstraints(pattern=r"^\d{1,6}\.\d{1,6}$")]
"""'major.minor', kept as written: 1.10 stays 1.10."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _written_as_a_day(value: object) -> object:
    if isinstance(value, str) and not _DAY.fullmatch(value.strip()):
        raise ValueError("not a day")
    return value


Day = Annotated[date, BeforeValidator(_written_as_a_day)]
"""A date, written 2022-10-19 and in no other way."""

Markdown = Annotated[str, StringConstraints(min_length=1)]
"""Markdown in the dialect of the body."""


class Role(Enum):
    """What a field is for, where that is not to be printed as it stands: `Annotated[Line, Role.LIFE]`."""

    LIFE = auto()
    """On the life of a briefing, not its subject: it may change under a published number."""
    APART = auto()
    """In the wording by its texts, works, pictures or names, or not at all."""
    UNPRINTED = auto()
    """Not printed, or not as it stands."""


def fields_with(kind: Any, role: Role) -> frozenset[str]:
    """The fields of a kind of record that have a role."""
    return frozenset(name for name, field in kind.model_fields.items() if role in field.metadata)


class Record(BaseModel):
    """A mapping in a source file. Field order is the order of the handbook and of the JSON Schema."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", str_strip_whitespace=True)

    withdrawn: ClassVar[Mapping[str, str]] = {}
    """Keys that an earlier release read, each with a sentence that says what to do instead."""


Step = str | int
"""One step into a YAML document: a key or an index."""

KeyPath = tuple[Step, ...]
"""Path to a value of a YAML document."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Places of the values of a YAML document: path, line and column of each."""

    path: str
    entries: Mapping[KeyPath, tuple[int, int]] = field(default_factory=dict)
    keys: Mapping[KeyPath, tuple[int, int]] = field(default_factory=dict)
    """Place of each value's key."""
    comments: Mapping[KeyPath, tuple[int, int, str]] = field(default_factory=dict)
    """Text that an unquoted # cuts from a value, with its place: line, column, and the words from the # on."""
    left_out: frozenset[tuple[str, str]] = frozenset()
    """Records that could not be read, which is told: the name of their list, and their id."""

    def key_at(self, *way: Step) -> Place:
        """The place of a value's key; where it has none, of the value."""
        return Place(self.path, *self.keys[way]) if way in self.keys else self.at(*way)

    def at(self, *way: Step) -> Place:
        """The place of a value; where it is not in the file, of the nearest mapping around it."""
        while way and way not in self.entries:
            way = way[:-1]
        line, column = self.entries.get(way, (1, 1))
        return Place(self.path, line, column)
