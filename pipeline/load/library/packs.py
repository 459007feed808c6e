"""The records in YAML: the imprint, series and packs."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, TypeVar

from pydantic import BaseModel

from pipeline.codes import files as codes
from pipeline.core.diagnostics import Desk, Place
from pipeline.load.library.text import read_text
from pipeline.load.markdown.maths import Declared
from pipeline.load.slips.fixed_rules import without_fixed_rules
from pipeline.load.yaml.documents import Filled, fill, read_yaml
from pipeline.load.yaml.texts import read_field
from pipeline.load.yaml.value_words import LONGEST, as_id
from pipeline.model.source.imprint import Imprint, LibraryFields, Series, SeriesFields
from pipeline.model.source.pack import ManualPackFields, Pack, PackFields, Part
from pipeline.model.source.record import Marks

M = TypeVar("M", bound=BaseModel)
_Read = tuple[Filled[M], list[str]]

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_UNNAMED = {"title": "Untitled library", "publisher": "Unnamed publisher"}


def read_imprint(path: str, content: bytes | None, desk: Desk) -> Imprint:
    """The imprint; where it is missing or cannot be read, one that says so."""
    if content is None:
        desk.report(codes.LIBRARY_MISSING.at(Place(path)))
    read = _record(LibraryFields, path, content, desk, _UNNAMED, without_fixed_rules) if content is not None else None
    if read is None:
        return Imprint(path, LibraryFields(title=_UNNAMED["title"], publisher=_UNNAMED["publisher"]), Marks(path))
    filled, lines = read
    fields, marks = filled.model, filled.marks
    return Imprint(
        path,
        fields,
        marks,
        read_field(fields.practice_caveat, ("practice_caveat",), marks, lines, desk, fields.maths.declared),
        read_field(fields.method_note, ("method_note",), marks, lines, desk, fields.maths.declared),
    )


def read_series(path: str, content: bytes, desk: Desk, macros: Declared = ()) -> Series | None:
    """A series with its texts; `macros` are the library's commands for formulas."""
    read = _record(SeriesFields, path, content, desk)
    if read is None:
        return None
    filled, lines = read
    fields, marks = filled.model, filled.marks
    return Series(
        _name(path, desk),
        path,
        fields,
        marks,
        read_field(fields.landing, ("landing",), marks, lines, desk, macros),
        read_field(fields.method_note, ("method_note",), marks, lines, desk, macros),
        read_field(fields.practice_caveat, ("practice_caveat",), marks, lines, desk, macros),
    )


def read_pack(path: str, content: bytes, desk: Desk) -> Pack | None:
    """A pack."""
    read = _record(PackFields, path, content, desk)
    return Pack(_name(path, desk), path, read[0].model, read[0].marks) if read else None


def read_manual_pack(path: str, content: bytes, desk: Desk) -> Pack | None:
    """The handbook's pack; its pages are named by file."""
    read = _record(ManualPackFields, path, content, desk)
    if read is None:
        return None
    fields = read[0].model
    made = PackFields.model_construct(
        title=fields.title,
        subtitle=fields.subtitle,
        edition=fields.edition,
        briefings=_pages(fields.pages),
        parts=tuple(Part(title=part.title, briefings=_pages(part.pages)) for part in fields.parts),
        formats=fields.formats,
    )
    return Pack("handbook", path, made, read[0].marks, manual=True)


def _pages(names: Sequence[str]) -> tuple[str, ...]:
    """The ids of pages of the handbook that go by these names."""
    return tuple("handbook-" + name.removesuffix(".md").replace("/", "-") for name in names)


def _record(
    model: type[M],
    path: str,
    content: bytes,
    desk: Desk,
    spare: Mapping[str, str] | None = None,
    first: Callable[[Any, Marks, Desk], Any] = lambda value, marks, desk: value,
) -> _Read[M] | None:
    """The record that a file holds; `first` takes out of it what is reported in words of its own."""
    text = read_text(path, content, desk)
    read = read_yaml(text, path, desk) if text is not None else None
    filled = fill(model, first(*read, desk), read[1], desk, spare) if read else None
    return (filled, text.split("\n")) if filled and text is not None else None


def _name(path: str, desk: Desk) -> str:
    name = PurePosixPath(path).stem
    better = as_id(name) or "drug-markets"
    if name == better:
        return name
    if _ID.fullmatch(name):
        desk.report(codes.FILE_NAME_LONG.at(Place(path), many=len(name), most=LONGEST, better=better))
        return better
    desk.report(codes.FILE_NAME.at(Place(path), name=name, better=better))
    return better
