"""The fields of a form: our JSON Schema of a front matter with the values that stand in one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pipeline.load.yaml.schema import schemas
from pipeline.model.source.record import KeyPath, Step

FieldKind = Literal["line", "long", "date", "number", "choice", "truth", "record", "list", "map", "other"]

NEW = "{n}"
"""The step of an entry that a list does not have yet; the level of its list stands in it."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A key or an entry of a list: its kind, what the schema says of it, and its value as it is written."""

    way: KeyPath
    kind: FieldKind
    label: str
    description: str = ""
    is_needed: bool = False
    value: str = ""
    choices: tuple[str, ...] = ()
    parts: tuple["FormField", ...] = ()
    """Keys of a record, entries of a list or mapping."""
    blank: "FormField | None" = None
    """The entry that a list or mapping gets where one is added."""

    @property
    def has_value(self) -> bool:
        """Whether something of it stands in the source."""
        return bool(self.value or self.kind == "other" or any(part.has_value for part in self.parts))


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in the form: where it is, how it is called, and how many lists it stands in."""

    way: KeyPath
    label: str
    level: int = 0
    is_needed: bool = False
    description: str = ""


@cache
def schema_of(name: str) -> Mapping[str, Any]:
    """The JSON Schema of a kind of record, by the name of its file."""
    return schemas()[name]


def form_fields(schema: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[FormField, ...]:
    """The fields of all keys that a schema knows, with the values of a front matter."""
    return tuple(_of_record(schema, schema, values, _Spot((), "")))


def unknown_keys(schema: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of a front matter that its schema does not know."""
    return tuple(key for key in values if key not in schema["properties"])


def all_fields(fields: tuple[FormField, ...]) -> Iterator[FormField]:
    """The fields and all that is in them, in the order of the form."""
    for field in fields:
        yield field
        yield from all_fields(field.parts)


def _of_record(
    schema: Mapping[str, Any], node: Mapping[str, Any], values: Mapping[str, Any], spot: _Spot
) -> Iterator[FormField]:
    for key, below in node["properties"].items():
        label = key.replace("_", " ").capitalize()
        needed = key in node.get("required", ())
        inner = _Spot((*spot.way, key), label, spot.level, needed, below.get("description", ""))
        yield _field(schema, below, values.get(key), inner)


def _field(schema: Mapping[str, Any], node: Mapping[str, Any], value: Any, spot: _Spot) -> FormField:
    """The field of a value, of the first kind that its schema allows and that it has."""
    kinds = list(_kinds(schema, node))
    for kind in kinds:
        if (found := _as_kind(schema, kind, value, spot)) is not None:
            return found
    return _made("other", spot)


def _as_kind(schema: Mapping[str, Any], node: Mapping[str, Any], value: Any, spot: _Spot) -> FormField | None:
    """The field of a value if it is of a kind; a value that is not there is of every one."""
    if "properties" in node:
        fits = value is None or isinstance(value, dict)
        return _made("record", spot, parts=tuple(_of_record(schema, node, value or {}, spot))) if fits else None
    if node.get("type") == "array":
        return _list(schema, node["items"], value, spot) if value is None or isinstance(value, list) else None
    if node.get("type") == "object":
        inner = node.get("additionalProperties")
        if not isinstance(inner, dict) or not (value is None or isinstance(value, dict)):
            return None
        return _map(schema, inner, value or {}, spot)
    if value is not None and not isinstance(value, str):
        return None
    words = (value or "").rstrip("\n")
    if "enum" in node:
        return _made("choice", spot, value=words, choices=tuple(node["enum"]))
    kind = node.get("type")
    if kind == "boolean":
        return _made("truth", spot, value=words)
    if kind == "integer":
        return _made("number", spot, value=words)
    if node.get("format") == "date":
        return _made("date", spot, value=words)
    return _made("line" if "pattern" in node or "minLength" not in node else "long", spot, value=words)


def _list(schema: Mapping[str, Any], items: Mapping[str, Any], value: Any, spot: _Spot) -> FormField:
    def entry(step: Step, label: str, one: Any) -> FormField:
        return _field(schema, items, one, _Spot((*spot.way, step), label, spot.level + 1))

    new = _new(spot.level)
    parts = [entry(number, f"{spot.label} {number + 1}", one) for number, one in enumerate(value or ())]
    return _made("list", spot, parts=tuple(parts), blank=entry(new, f"{spot.label} {new}", None))


def _map(schema: Mapping[str, Any], items: Mapping[str, Any], value: Mapping[str, Any], spot: _Spot) -> FormField:
    def entry(step: Step, label: str, one: Any) -> FormField:
        return _field(schema, items, one, _Spot((*spot.way, step), label, spot.level + 1))

    new = _new(spot.level)
    parts = [entry(key, key, one) for key, one in value.items()]
    return _made("map", spot, parts=tuple(parts), blank=entry(new, f"{spot.label} {new}", None))


def _new(level: int) -> str:
    return NEW.replace("n", f"n{level}")


def _made(kind: FieldKind, spot: _Spot, **more: Any) -> FormField:
    return FormField(spot.way, kind, spot.label, spot.description, spot.is_needed, **more)


def _kinds(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The kinds that a value may be of, behind references; nothing is none of them."""
    if "$ref" in node:
        yield from _kinds(schema, schema["$defs"][node["$ref"].rpartition("/")[2]])
    elif "allOf" in node or "anyOf" in node:
        for one in node.get("allOf", node.get("anyOf", ())):
            yield from _kinds(schema, one)
    elif node.get("type") != "null":
        yield node
