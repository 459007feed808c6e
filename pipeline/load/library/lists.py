"""The small lists: organisations, glossary, tags, and those of services. Each is a mapping from ids to records."""

from collections.abc import Mapping
from typing import Any

from pipeline.core.diagnostics import Desk
from pipeline.core.services import hooked
from pipeline.load.library.text import read_text
from pipeline.load.yaml.documents import fill, read_yaml
from pipeline.model.source.imprint import Area, Organisation, Tag, Term
from pipeline.model.source.record import Marks, Record, RecordList


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


ListsRead = dict[str, tuple[Any, Marks]]
"""Records of a file by the name of their list, with the places of what they hold."""


def read_list(name: str, path: str, content: bytes, desk: Desk) -> ListsRead:
    """The records of one list by id, in order of id; of `tags` the areas beside them, in the order of the file."""
    text = read_text(path, content, desk)
    read = read_yaml(text, path, desk) if text is not None else None
    if read is None or read[0] is None:
        return {name: ({}, Marks(path))}
    found, (value, marks) = {}, read
    if name == "tags" and isinstance(value, dict) and not _is_tag(value.get(_AREAS, {"label": ""})):
        filled_areas = fill(Areas, {_AREAS: value[_AREAS]}, marks, desk)
        found[_AREAS] = (filled_areas.model.areas, filled_areas.marks) if filled_areas else ((), marks)
        value = {key: record for key, record in value.items() if key != _AREAS}
    filled = fill(LISTS[name], value, marks, desk)
    if filled:
        desk.extend(filled.model.faults(filled.marks))
    return {name: (dict(sorted(filled.model.root.items())), filled.marks) if filled else ({}, Marks(path)), **found}


_AREAS = "areas"


def _is_tag(value: Any) -> bool:
    """Whether a record is a tag: a library may have one that is called `areas`, and it has a label."""
    return isinstance(value, dict) and "label" in value
