"""Offers to whoever types: keys of a front matter, works, tags, texts, terms, boxes, and places of the text."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.load.markdown.block_rules import MARKS
from pipeline.load.markdown.citations import is_target
from pipeline.load.yaml.schema import schemas
from pipeline.model.bibliography import Reference
from pipeline.model.body import BoxKind, Equation, EquationLabel, Figure, Heading, Table, plain_text
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing
from pipeline.resolve.reading import anchors, by_kind

WORKS, TAGS, TEXTS, TERMS = "works", "tags", "texts", "terms"

LISTED: Mapping[str, str] = {
    "source": WORKS,
    "sources": WORKS,
    "references": WORKS,
    "tags": TAGS,
    "audience": TAGS,
    "related": TEXTS,
    "superseded_by": TEXTS,
    "briefings": TEXTS,
    "glossary": TERMS,
}
"""The list out of which a value may be, by its key."""

_Node = Mapping[str, Any]

_SHORT = 90
"""Characters of what a work is called."""


def offers_of(library: Library, name: str, *, is_pack: bool) -> Mapping[str, object]:
    """All offers of a library for the text of a name, as JSON knows it."""
    every = (one for one in library.briefings.values() if not one.manual)
    own = None if is_pack else library.briefings.get(name)
    return {
        "keys": key_offers(is_pack=is_pack),
        WORKS: [(key, work_name(one)) for key, one in library.bibliography.entries.items()],
        TAGS: [(name, one.label) for name, one in library.tags.items()],
        TEXTS: [(one.id, one.fields.title) for one in every],
        TERMS: [(name, one.term) for name, one in library.glossary.items()],
        "boxes": list(_boxes()),
        **(_own_offers(own) if own else {}),
    }


def _own_offers(own: Briefing) -> Mapping[str, object]:
    """Offers of a text itself: its practice examples, the places that a link may lead to, and what has a number."""
    kinds = by_kind((own.body,))
    headings = {one.id: plain_text(one.children) for one in kinds.get(Heading, ())}
    counted = (one.id for kind in (Figure, Table, Equation, EquationLabel, Heading) for one in kinds.get(kind, ()))
    return {
        "practices": [(one.id, one.name) for one in own.fields.practice],
        "places": [(one, headings.get(one, "")) for one in sorted(anchors(kinds))],
        "numbered": [(one, headings.get(one, "")) for one in counted if is_target(one)],
    }


def key_offers(*, is_pack: bool) -> Mapping[str, Any]:
    """The keys of a front matter, each with what the schema says of it and the keys below it.

    Below a mapping with names of its own, they stand under `*`.
    """
    schema = schemas()["pack.json" if is_pack else "briefing.json"]
    return _keys(schema, schema)


def work_name(work: Reference) -> str:
    """Author, year and title of a work, cut where they are long."""
    names = [one.get("family") or one.get("literal") or "" for one in work.csl.get("author") or () if _is_record(one)]
    who = f"{names[0]} …" if len(names) > 2 else ", ".join(filter(None, names))
    head = ", ".join(filter(None, (who, _year(work.csl.get("issued")))))
    said = ". ".join(filter(None, (head, work.title)))
    return said if len(said) <= _SHORT else f"{said[: _SHORT - 1].rstrip()}…"


def _year(issued: Any) -> str:
    parts = issued.get("date-parts") if _is_record(issued) else None
    return str(parts[0][0]) if parts and parts[0] else ""


def _is_record(value: Any) -> bool:
    return isinstance(value, Mapping)


def _keys(schema: _Node, record: _Node) -> dict[str, Any]:
    return {name: _key(schema, below, LISTED.get(name)) for name, below in record["properties"].items()}


def _key(schema: _Node, node: _Node, listed: str | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {"says": node.get("description", "")}
    value = _first_kind(schema, node)
    entry = _first_kind(schema, value["items"]) if value.get("type") == "array" else value
    if "enum" in entry:
        told["choices"] = entry["enum"]
    if listed:
        told["listed"] = listed
    if "properties" in entry:
        told["keys"] = _keys(schema, entry)
    elif isinstance(below := entry.get("additionalProperties"), dict):
        told["keys"] = {"*": _key(schema, below)}
    return told


def _first_kind(schema: _Node, node: _Node) -> _Node:
    """The first kind that a value may be of, behind references."""
    if "$ref" in node:
        return _first_kind(schema, schema["$defs"][node["$ref"].rpartition("/")[2]])
    choices = node.get("allOf", node.get("anyOf", ()))
    return _first_kind(schema, choices[0]) if choices else node


def _boxes() -> Iterator[str]:
    """First lines of boxes and of what is set in a place of its own; a practice example names its record."""
    for kind in BoxKind:
        yield "{.practice ref=}" if kind is BoxKind.PRACTICE else kind.value
    yield from MARKS
