"""YAML records: packs, series, lists, fonts, and the settings of a library."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field

from pipeline.core.diagnostics import Diagnostics, EnvironmentFailure, Location
from pipeline.core.messages import catalogue, message, styles
from pipeline.core.sentences import close_matches
from pipeline.core.services import Hook
from pipeline.core.text.fonts import font_path
from pipeline.load.markdown.maths import DeclaredMacros
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
    """Return the families, of which the first sets the text; nothing after a remark on a mistake."""
    text = read_text(FONTS, content.encode("utf-8", "replace"), diagnostics)
    read = read_yaml(text, FONTS, diagnostics) if text is not None else None
    if read is None:
        return ()
    plain, locations = read
    if not isinstance(plain, list) or not plain:
        diagnostics.report(message("layout-fault", Location(FONTS), reason="it lists no family."))
        return ()
    within = FieldLocations(
        locations.path,
        {("families", *key_path): place for key_path, place in locations.entries.items()},
        {("families", *key_path): place for key_path, place in locations.keys.items()},
    )
    faults = Diagnostics()
    filled = fill(FontList, {"families": plain}, within, faults)
    families = filled.model.families if filled else ()
    if not faults.remarks:
        for number, family in enumerate(families):
            for index, face in enumerate(family.faces):
                try:
                    font_path(family.package, face.file)
                except EnvironmentFailure as absent:
                    place = within.at("families", number, "faces", index, "file")
                    faults.report(message("layout-fault", place, reason=str(absent)))
    if not faults.remarks and families[0].for_ != "text":
        faults.report(
            message("layout-fault", within.at("families", 0, "for"), reason="the first family sets the text.")
        )
    diagnostics.extend(faults.remarks)
    return () if faults.remarks else families


# The small lists.


class Organisations(RecordList[Organisation]):
    """`organisations.yaml`: publishers, forces and partners by id."""


class Glossary(RecordList[Term]):
    """`glossary.yaml`: terms by id."""


class Tags(RecordList[Tag]):
    """`tags.yaml`: the words of the taxonomy by id, and under `areas` the areas of outcome."""


class Areas(Record):
    """The key of `tags.yaml` that is not a tag."""

    areas: tuple[Area, ...] = ()
    """The areas of outcome: four to six, in the order of their columns on the cover of a pack."""


OTHERS: Mapping[str, type[RecordList[Any]]] = dict(Hook[type[RecordList[Any]]]("lists").items())
"""The lists that services add."""

LISTS: Mapping[str, type[RecordList[Any]]] = {
    "organisations": Organisations,
    "glossary": Glossary,
    "tags": Tags,
    **OTHERS,
}

_AREAS = "areas"


ListsRead = dict[str, tuple[Any, FieldLocations]]
"""Records of a file by the name of their list, with the locations of their fields."""


def read_list(name: str, path: str, content: bytes, diagnostics: Diagnostics) -> ListsRead:
    """Return the records of a list by id, in order of id; for `tags` also the areas, in the order of the file."""
    text = read_text(path, content, diagnostics)
    read = read_yaml(text, path, diagnostics) if text is not None else None
    if read is None or read[0] is None:
        return {name: ({}, FieldLocations(path))}
    areas, (value, locations) = {}, read
    if name == "tags" and isinstance(value, dict) and _AREAS in value:
        written = value[_AREAS]
        if not (isinstance(written, dict) and "label" in written):  # if it has, it is a tag with the id `areas`
            read_areas = fill(Areas, {_AREAS: written}, locations, diagnostics)
            areas[_AREAS] = (read_areas.model.areas, read_areas.locations) if read_areas else ((), locations)
            value = {key: record for key, record in value.items() if key != _AREAS}
    filled = fill(LISTS[name], value, locations, diagnostics)
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
    prepare: Callable[[Any, FieldLocations, Diagnostics], Any] = lambda value, locations, diagnostics: value,
) -> _Read[M] | None:
    """Return the record of a file, and its lines; `prepare` removes values that it reports itself."""
    text = read_text(path, content, diagnostics)
    read = read_yaml(text, path, diagnostics) if text is not None else None
    filled = fill(model, prepare(*read, diagnostics), read[1], diagnostics, spare) if read else None
    return (filled, text.split("\n")) if filled and text is not None else None


def read_library_fields(path: str, content: bytes, diagnostics: Diagnostics) -> _Read[LibraryFields] | None:
    """Return the fields of `library.yaml`, and its lines."""
    return read_record(LibraryFields, path, content, diagnostics, _UNNAMED, without_fixed_rules)


def unnamed(path: str) -> LibrarySettings:
    """Return the settings of a library whose `library.yaml` is missing or cannot be read."""
    return LibrarySettings(
        path, LibraryFields(title=_UNNAMED["title"], publisher=_UNNAMED["publisher"]), FieldLocations(path)
    )


def without_fixed_rules(value: Any, locations: FieldLocations, diagnostics: Diagnostics) -> Any:
    """Return the values of `library.yaml` without rules that cannot be set, which are reported."""
    rules = value.get("rules") if isinstance(value, dict) else None
    if not isinstance(rules, dict):
        return value
    fixed = [name for name in rules if name in catalogue() and name not in styles()]
    for name in fixed:
        hint = "".join(
            f"Delete the line, or write '{style}' if you meant that." for style in close_matches(name, styles())
        )
        diagnostics.report(message("rule-fixed", locations.key_at("rules", name), hint or None, code=name))
    return {**value, "rules": {name: rule for name, rule in rules.items() if name not in fixed}}


def read_imprint(path: str, content: bytes | None, diagnostics: Diagnostics) -> LibrarySettings:
    """Return the settings of a library; default ones if the file is missing or cannot be read."""
    if content is None:
        diagnostics.report(message("library-missing", Location(path)))
    read = read_library_fields(path, content, diagnostics) if content is not None else None
    if read is None:
        return unnamed(path)
    filled, lines = read
    fields, locations = filled.model, filled.locations
    return LibrarySettings(
        path,
        fields,
        locations,
        read_field(fields.practice_caveat, ("practice_caveat",), locations, lines, diagnostics, fields.maths.declared),
        read_field(fields.method_note, ("method_note",), locations, lines, diagnostics, fields.maths.declared),
    )


def read_series(path: str, content: bytes, diagnostics: Diagnostics, macros: DeclaredMacros = ()) -> Series | None:
    """Return a series with its texts; `macros` are the library's commands for formulas."""
    read = read_record(SeriesFields, path, content, diagnostics)
    if read is None:
        return None
    filled, lines = read
    fields, locations = filled.model, filled.locations
    return Series(
        _read_name(path, diagnostics),
        path,
        fields,
        locations,
        read_field(fields.landing, ("landing",), locations, lines, diagnostics, macros),
        read_field(fields.method_note, ("method_note",), locations, lines, diagnostics, macros),
        read_field(fields.practice_caveat, ("practice_caveat",), locations, lines, diagnostics, macros),
    )


def read_pack(path: str, content: bytes, diagnostics: Diagnostics) -> Pack | None:
    """Return a pack; None after a remark."""
    read = read_record(PackFields, path, content, diagnostics)
    return Pack(_read_name(path, diagnostics), path, read[0].model, read[0].locations) if read else None


def read_manual_pack(path: str, content: bytes, diagnostics: Diagnostics) -> Pack | None:
    """Return the handbook's pack, which names its pages by file."""
    read = read_record(ManualPackFields, path, content, diagnostics)
    if read is None:
        return None
    fields = read[0].model
    pack = PackFields.model_construct(
        title=fields.title,
        subtitle=fields.subtitle,
        edition=fields.edition,
        briefings=_page_ids(fields.pages),
        parts=tuple(Part(title=part.title, briefings=_page_ids(part.pages)) for part in fields.parts),
        formats=fields.formats,
        back=("index",) if fields.index else ("references",),
    )
    index = tuple((word, _page_ids(places)) for word, places in fields.index.items())
    return Pack(manual_pack_id(path), path, pack, read[0].locations, manual=True, index=index)


def manual_pack_id(path: str) -> str:
    """Return 'handbook' for `handbook/pack.yaml`, and 'handbook-reference' for `handbook/reference.yaml`."""
    name = PurePosixPath(path).stem
    return "handbook" if name == "pack" else f"handbook-{name}"


def _page_ids(names: Sequence[str]) -> tuple[str, ...]:
    return tuple("handbook-" + name.removesuffix(".md").replace("/", "-") for name in names)


def _read_name(path: str, diagnostics: Diagnostics) -> str:
    name = PurePosixPath(path).stem
    better = slugify(name) or "drug-markets"
    if name == better:
        return name
    diagnostics.report(message("file-name", Location(path), name=name, better=better))
    return better
