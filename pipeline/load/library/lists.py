"""The small lists: organisations, colleges, glossary, tags. Each is a mapping from ids to records."""

from collections.abc import Mapping
from typing import Any

from pydantic import RootModel

from pipeline.core.diagnostics import Desk
from pipeline.core.messages import message
from pipeline.load.library.text import read_text
from pipeline.load.yaml.documents import fill, read_yaml
from pipeline.model.source.college import College
from pipeline.model.source.imprint import Area, Organisation, Tag, Term
from pipeline.model.source.record import Marks, Record, Slug


class Organisations(RootModel[dict[Slug, Organisation]]):
    """`organisations.yaml`: publishers, forces and partners by id."""


class Colleges(RootModel[dict[Slug, College]]):
    """`colleges.yaml`: recipients by id."""


class Glossary(RootModel[dict[Slug, Term]]):
    """`glossary.yaml`: terms by id."""


class Tags(RootModel[dict[Slug, Tag]]):
    """`tags.yaml`: the words of the taxonomy by id, and under `areas` the areas of outcome."""


class Areas(Record):
    """The one key of `tags.yaml` that is no tag."""

    areas: tuple[Area, ...] = ()
    """The areas of outcome: four to six, in the order of their columns on the cover of a pack."""


LISTS: Mapping[str, type[RootModel[Any]]] = {
    "organisations": Organisations,
    "colleges": Colleges,
    "glossary": Glossary,
    "tags": Tags,
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
    if filled and name == "colleges":
        _former_ids_are_free(filled.model.root, filled.marks, desk)
    return {name: (dict(sorted(filled.model.root.items())), filled.marks) if filled else ({}, Marks(path)), **found}


def _former_ids_are_free(colleges: Mapping[str, College], marks: Marks, desk: Desk) -> None:
    """Report a former id that another college has: its copies would be counted twice."""
    taken = set(colleges)
    for name, college in colleges.items():
        for number, former in enumerate(college.formerly):
            if former in taken:
                sentence = f"'{former}' is the id of another college, now or before."
                desk.report(message("value-wrong", marks.at(name, "formerly", number), sentence=sentence))
            taken.add(former)


_AREAS = "areas"


def _is_tag(value: Any) -> bool:
    """Whether a record is a tag: a library may have one that is called `areas`, and it has a label."""
    return isinstance(value, dict) and "label" in value
