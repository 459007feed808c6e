"""YAML records: packs, series, lists, fonts."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field

from pipeline.core.diagnostics import Diagnostics, EnvironmentFailure, Location
from pipeline.core.messages import catalogue, message, styles
from pipeline.core.sentences import close_matches
from pipeline.core.services import hooked
from pipeline.core.text.fonts import font_path
from pipeline.load.markdown.maths import Declared
from pipeline.load.markdown.reader import read_field
from pipeline.load.text import read_text
from pipeline.load.yaml.documents import read_yaml
from pipeline.load.yaml.fill import Filled, fill, slugify
from pipeline.model.source.library_file import (
    Area,
    LibraryFields,
    LibrarySettings,
    ListedFamily,
    Organisation,
    Series,
    SeriesFields,
    Tag,
    Term,
)
from pipeline.model.source.pack import ManualPackFields, Pack, PackFields, Part
from pipeline.model.source.record import FieldLocations, Record, RecordList

FONTS = "layouts/fonts.yaml"


class FontList(Record):
    """All families."""

    families: Annotated[tuple[ListedFamily, ...], Field(min_length=1)]


def read_fonts(content: str, diagnostics: Diagnostics) -> tuple[ListedFamily, ...]:
    """The families, the first of which sets the text; none after a mistake, which is reported."""
    text = read_text(FONTS, content.encode("utf-8", "replace"), diagnostics)
    read = read_yaml(text, FONTS, diagnostics) if text is not None else None
    if read is None:
        return ()
    plain, marks = read
    if not isinstance(plain, list) or not plain:
        diagnostics.report(message("layout-fault", Location(FONTS), reason="it lists no family."))
        return ()
    within = FieldLocations(
        marks.path,
        {("families", *way): place for way, place in marks.entries.items()},
        {("families", *way): place for way, place in marks.keys.items()},
    )
    told = Diagnostics()
    filled = fill(FontList, {"families": plain}, within, told)
    families = filled.model.families if filled else ()
    if not told.remarks:
        for number, family in enumerate(families):
            for index, face in enumerate(family.faces):
                try:
                    font_path(family.package, face.file)
                except EnvironmentFailure as absent:
                    place = within.at("families", number, "faces", index, "file")
                    told.report(message("layout-fault", place, reason=str(absent)))
    if not told.remarks and families[0].for_ != "text":
        told.report(message("layout-fault", within.at("families", 0, "for"), reason="the first family sets the text."))
    diagnostics.extend(told.remarks)
    return () if told.remarks else families


# The small lists.


class Organisations(RecordList[Organisation]):
    """`organisations.yaml`: publishers, forces and partners by id."""


class Glossary(RecordList[Term]):
    """`glossary.yaml`: terms by id."""


class Tags(RecordList[Tag]):
    """`tags.yaml`: the words of the taxonomy by id, and under `areas` the areas of outcome."""


class Areas(Record):
    """The one key of `tags.yaml` that is no tag."""

    areas: tuple[Area, ...] = ()
    """The areas of outcome: four to six, in the order of their columns on the cover of a pack."""


OTHERS: Mapping[str, type[RecordList[Any]]] = dict(hooked("lists"))
"""The lists that services add."""

LISTS: Mapping[str, type[RecordList[Any]]] = {
    "organisations": Organisations,
    "glossary": Glossary,
    "tags": Tags,
    **OTHERS,
}

_AREAS = "areas"


ListsRead = dict[str, tuple[Any, FieldLocations]]
"""Records of a file by the name of their list, with the places of what they hold."""


def read_list(name: str, path: str, content: bytes, diagnostics: Diagnostics) -> ListsRead:
    """The records of one list by id, in order of id; of `tags` the areas beside them, in the order of the file."""
    text = read_text(path, content, diagnostics)
    read = read_yaml(text, path, diagnostics) if text is not None else None
    if read is None or read[0] is None:
        return {name: ({}, FieldLocations(path))}
    areas, (value, marks) = {}, read
    if name == "tags" and isinstance(value, dict) and _AREAS in value:
        written = value[_AREAS]
        if not (isinstance(written, dict) and "label" in written):  # else it is a tag that is called `areas`
            read_areas = fill(Areas, {_AREAS: written}, marks, diagnostics)
            areas[_AREAS] = (read_areas.model.areas, read_areas.locations) if read_areas else ((), marks)
            value = {key: record for key, record in value.items() if key != _AREAS}
    filled = fill(LISTS[name], value, marks, diagnostics)
    if filled:
        diagnostics.extend(filled.model.faults(filled.locations))
    return {
        name: (dict(sorted(filled.model.root.items())), filled.locations) if filled else ({}, FieldLocations(path)),
        **areas,
    }


# The imprint, series and packs.

M = TypeVar("M", bound=BaseModel)
_Read = tuple[Filled[M], list[str]]

_UNNAMED = {"title": "Untitled library", "publisher": "Unnamed publisher"}


def read_record(
    model: type[M],
    path: str,
    content: bytes,
    diagnostics: Diagnostics,
    spare: Mapping[str, str] | None = None,
    first: Callable[[Any, FieldLocations, Diagnostics], Any] = lambda value, marks, diagnostics: value,
) -> _Read[M] | None:
    """The record that a file holds, and its lines; `first` takes out of it what is reported in words of its own."""
    text = read_text(path, content, diagnostics)
    read = read_yaml(text, path, diagnostics) if text is not None else None
    filled = fill(model, first(*read, diagnostics), read[1], diagnostics, spare) if read else None
    return (filled, text.split("\n")) if filled and text is not None else None


def read_library_fields(path: str, content: bytes, diagnostics: Diagnostics) -> _Read[LibraryFields] | None:
    """The fields of `library.yaml`, and its lines."""
    return read_record(LibraryFields, path, content, diagnostics, _UNNAMED, without_fixed_rules)


def unnamed(path: str) -> LibrarySettings:
    """The imprint of a library whose `library.yaml` is missing or cannot be read."""
    return LibrarySettings(
        path, LibraryFields(title=_UNNAMED["title"], publisher=_UNNAMED["publisher"]), FieldLocations(path)
    )


def without_fixed_rules(value: Any, marks: FieldLocations, diagnostics: Diagnostics) -> Any:
    """The values of `library.yaml`, without the rules that cannot be set; each is reported."""
    rules = value.get("rules") if isinstance(value, dict) else None
    if not isinstance(rules, dict):
        return value
    fixed = [name for name in rules if name in catalogue() and name not in styles()]
    for name in fixed:
        meant = "".join(
            f"Delete the line, or write '{style}' if you meant that." for style in close_matches(name, styles())
        )
        diagnostics.report(message("rule-fixed", marks.key_at("rules", name), meant or None, code=name))
    return {**value, "rules": {name: rule for name, rule in rules.items() if name not in fixed}}


def read_imprint(path: str, content: bytes | None, diagnostics: Diagnostics) -> LibrarySettings:
    """The imprint; where it is missing or cannot be read, one that says so."""
    if content is None:
        diagnostics.report(message("library-missing", Location(path)))
    read = read_library_fields(path, content, diagnostics) if content is not None else None
    if read is None:
        return unnamed(path)
    filled, lines = read
    fields, marks = filled.model, filled.locations
    return LibrarySettings(
        path,
        fields,
        marks,
        read_field(fields.practice_caveat, ("practice_caveat",), marks, lines, diagnostics, fields.maths.declared),
        read_field(fields.method_note, ("method_note",), marks, lines, diagnostics, fields.maths.declared),
    )


def read_series(path: str, content: bytes, diagnostics: Diagnostics, macros: Declared = ()) -> Series | None:
    """A series with its texts; `macros` are the library's commands for formulas."""
    read = read_record(SeriesFields, path, content, diagnostics)
    if read is None:
        return None
    filled, lines = read
    fields, marks = filled.model, filled.locations
    return Series(
        _name(path, diagnostics),
        path,
        fields,
        marks,
        read_field(fields.landing, ("landing",), marks, lines, diagnostics, macros),
        read_field(fields.method_note, ("method_note",), marks, lines, diagnostics, macros),
        read_field(fields.practice_caveat, ("practice_caveat",), marks, lines, diagnostics, macros),
    )


def read_pack(path: str, content: bytes, diagnostics: Diagnostics) -> Pack | None:
    """A pack."""
    read = read_record(PackFields, path, content, diagnostics)
    return Pack(_name(path, diagnostics), path, read[0].model, read[0].locations) if read else None


def read_manual_pack(path: str, content: bytes, diagnostics: Diagnostics) -> Pack | None:
    """The handbook's pack; its pages are named by file."""
    read = read_record(ManualPackFields, path, content, diagnostics)
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
    return Pack("handbook", path, made, read[0].locations, manual=True)


def _pages(names: Sequence[str]) -> tuple[str, ...]:
    """The ids of pages of the handbook that go by these names."""
    return tuple("handbook-" + name.removesuffix(".md").replace("/", "-") for name in names)


def _name(path: str, diagnostics: Diagnostics) -> str:
    name = PurePosixPath(path).stem
    better = slugify(name) or "drug-markets"
    if name == better:
        return name
    diagnostics.report(message("file-name", Location(path), name=name, better=better))
    return better
