"""The small lists: organisations, colleges, glossary, tags. Each is a mapping from ids to records."""

from collections.abc import Mapping
from typing import Any

from pydantic import RootModel

from pipeline.core.diagnostics import Desk
from pipeline.load.library.text import read_text
from pipeline.load.yaml.documents import fill, read_yaml
from pipeline.model.source.imprint import College, Organisation, Tag, Term
from pipeline.model.source.record import Marks, Slug


class Organisations(RootModel[dict[Slug, Organisation]]):
    """`organisations.yaml`: publishers, forces and partners by id."""


class Colleges(RootModel[dict[Slug, College]]):
    """`colleges.yaml`: recipients by id."""


class Glossary(RootModel[dict[Slug, Term]]):
    """`glossary.yaml`: terms by id."""


class Tags(RootModel[dict[Slug, Tag]]):
    """`tags.yaml`: the words of the taxonomy by id."""


LISTS: Mapping[str, type[RootModel[Any]]] = {
    "organisations": Organisations,
    "colleges": Colleges,
    "glossary": Glossary,
    "tags": Tags,
}


def read_list(name: str, path: str, content: bytes, desk: Desk) -> tuple[Mapping[str, Any], Marks]:
    """The records of one list by id, in order of id, and where they stand."""
    text = read_text(path, content, desk)
    read = read_yaml(text, path, desk) if text is not None else None
    if read is None or read[0] is None:
        return {}, Marks(path)
    filled = fill(LISTS[name], *read, desk)
    return (dict(sorted(filled.model.root.items())), filled.marks) if filled else ({}, Marks(path))
