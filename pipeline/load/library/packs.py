"""The records in YAML: the imprint, series and packs."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from pipeline.core.diagnostics import Desk, Place
from pipeline.core.messages import message
from pipeline.load.library.records import read_library_fields, read_record, unnamed
from pipeline.load.markdown.maths import Declared
from pipeline.load.yaml.texts import read_field
from pipeline.load.yaml.value_words import as_id
from pipeline.model.source.imprint import Imprint, Series, SeriesFields
from pipeline.model.source.pack import ManualPackFields, Pack, PackFields, Part

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_imprint(path: str, content: bytes | None, desk: Desk) -> Imprint:
    """The imprint; where it is missing or cannot be read, one that says so."""
    if content is None:
        desk.report(message("library-missing", Place(path)))
    read = read_library_fields(path, content, desk) if content is not None else None
    if read is None:
        return unnamed(path)
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
    read = read_record(SeriesFields, path, content, desk)
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
    read = read_record(PackFields, path, content, desk)
    return Pack(_name(path, desk), path, read[0].model, read[0].marks) if read else None


def read_manual_pack(path: str, content: bytes, desk: Desk) -> Pack | None:
    """The handbook's pack; its pages are named by file."""
    read = read_record(ManualPackFields, path, content, desk)
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


def _name(path: str, desk: Desk) -> str:
    name = PurePosixPath(path).stem
    better = as_id(name) or "drug-markets"
    if name == better:
        return name
    desk.report(message("file-name", Place(path), name=name, better=better))
    return better
