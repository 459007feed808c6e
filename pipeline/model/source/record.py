"""Base class of front-matter models."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, StringConstraints, model_validator

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.model.bibliography import isbn_digits

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
    """The role of a field that is not printed as written: `Annotated[Line, Role.LIFE]`."""

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
class FieldLocations:
    """Places of the values of a YAML document: path, line and column of each."""

    path: str
    entries: Mapping[KeyPath, tuple[int, int]] = field(default_factory=dict)
    keys: Mapping[KeyPath, tuple[int, int]] = field(default_factory=dict)
    """Place of each value's key."""
    comments: Mapping[KeyPath, tuple[int, int, str]] = field(default_factory=dict)
    """Text that an unquoted # cuts from a value, with its place: line, column, and the words from the # on."""
    left_out: frozenset[tuple[str, str]] = frozenset()
    """Records that could not be read, which is told: the name of their list, and their id."""

    def key_at(self, *way: Step) -> Location:
        """The place of a value's key; where it has none, of the value."""
        return Location(self.path, *self.keys[way]) if way in self.keys else self.at(*way)

    def at(self, *way: Step) -> Location:
        """The place of a value; where it is not in the file, of the nearest mapping around it."""
        while way and way not in self.entries:
            way = way[:-1]
        line, column = self.entries.get(way, (1, 1))
        return Location(self.path, line, column)


R = TypeVar("R", bound=Record)


class RecordList(RootModel[dict[Slug, R]], Generic[R]):
    """A small list of `source/`: records by their ids."""

    def faults(self, marks: FieldLocations) -> Iterator[Diagnostic]:
        """What is wrong with one record beside another."""
        yield from ()


def _bare(value: object) -> object:
    return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", value.strip()) if isinstance(value, str) else value


Doi = Annotated[str, BeforeValidator(_bare), StringConstraints(pattern=r"^10\.\d{4,9}/\S+$")]
"""A DOI without the address before it: 10.1234/abc."""


def _sound(value: object) -> object:
    if not isinstance(value, str):
        return value
    digits = isbn_digits(value.strip())
    if not re.fullmatch(r"97[89]\d{10}", digits):
        raise ValueError(f"'{value}' is not an ISBN; one has 13 digits and begins with 978 or 979")
    sum_ = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits[:12]))
    last = str(-sum_ % 10)
    if digits[12] != last:
        raise ValueError(f"'{value}' is not an ISBN; its digits do not agree with the last one, which would be {last}")
    return value


Isbn = Annotated[str, BeforeValidator(_sound), StringConstraints(pattern=r"^97[89]([- ]?\d){10}$")]
"""An ISBN of 13 digits, with or without hyphens or spaces."""


class Isbns(Record):
    """The ISBN of each format that has one. Each format is a product of its own, so no two share a number."""

    screen: Isbn | None = None
    """Of the PDF for screens."""
    print: Isbn | None = None
    """Of the printed book."""
    large_print: Isbn | None = Field(default=None, alias="large-print")
    """Of the PDF in large print."""
    booklet: Isbn | None = None
    """Of the booklet."""
    epub: Isbn | None = None
    """Of the EPUB."""

    @model_validator(mode="after")
    def _one_each(self) -> Self:
        seen: dict[str, str] = {}
        for name, isbn in self.by_format:
            other = seen.setdefault(isbn_digits(isbn), name)
            if other != name:
                raise ValueError(f"'{other}' and '{name}' have the same ISBN, but each format has its own")
        return self

    @property
    def by_format(self) -> tuple[tuple[str, str], ...]:
        """The formats that have an ISBN, each with it, as written."""
        named = ((field.alias or name, getattr(self, name)) for name, field in type(self).model_fields.items())
        return tuple((name, isbn) for name, isbn in named if isbn)


def has_password(url: str) -> bool:
    """True if a URL may have a password in it."""
    return "@" in url.partition("://")[2].partition(":")[2]


def _store(value: object) -> object:
    """A URL of a store; what is refused is not repeated, as it may hold a password."""
    if isinstance(value, str):
        if has_password(value) or re.search(r"[?#]", value):
            raise ValueError("passwords do not belong in a file: set them in the environment")
        if not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^\s]+", value.strip()) or "::" in value:
            raise ValueError("the address is no URL such as s3://fellbrook-in/briefings")
        kind = value.strip().partition(":")[0]
        if kind in ("sftp", "ssh"):
            raise ValueError("use 'sftp:', which knows the server by its key")
        if kind == "memory":
            raise ValueError("files in memory:// are lost when the command ends: use a store such as s3://")
        if kind in ("http", "https"):
            raise ValueError("a web address takes no files: name a store such as s3://fellbrook-in/briefings")
    return value


StoreAddress = Annotated[Line, BeforeValidator(_store)]
"""The URL of a folder in a store, without a password."""
