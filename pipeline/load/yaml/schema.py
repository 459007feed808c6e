"""JSON Schemas of everything an author writes in YAML, for editors that complete and check."""

import ast
import inspect
import sys
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from pipeline.load.records import LISTS, Areas
from pipeline.load.references import csl
from pipeline.model.bibliography import ACKNOWLEDGEABLE_STATES, Verification
from pipeline.model.source.briefing import BriefingFields, ManualPageFields
from pipeline.model.source.library_file import LibraryFields, ListedFamilies, SeriesFields
from pipeline.model.source.pack import ManualPackFields, PackFields
from pipeline.model.source.versions import EditionRecord, VersionRecord

_TEXT = {"type": ["string", "number"]}
_STATES = [state.value for state in Verification if state is not Verification.NOT_RECORDED]


def references_schema() -> dict[str, Any]:
    """A list of works, or a mapping with `references:`."""
    works = {"type": "array", "items": {"$ref": "#/$defs/Work"}}
    described = {"description": "The works.", **works}
    listed = {"type": "object", "properties": {"references": described}, "required": ["references"]}
    parts, marks = _described(csl.NAME_PARTS, {"type": "string"}), _described(csl.NAME_MARKS, {"type": "boolean"})
    return {
        "title": "References",
        "description": "Works cited, in CSL's data model. Any file in references/ is read.",
        "oneOf": [works, listed],
        "$defs": {
            "Work": _work(),
            "Custom": _custom(),
            "Name": _object("Name", "A person or a body.", {**parts, **marks}),
            "Date": _date(),
        },
    }


def _object(
    title: str, description: str, properties: Mapping[str, Any], *, is_open: bool = False, **more: Any
) -> dict[str, Any]:
    about = {"type": "object", "title": title, "description": description, "properties": properties}
    return {**about, **more, "additionalProperties": is_open}


def _described(fields: Mapping[str, str], kind: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of one kind, each with what it holds."""
    return {name: {"description": fields[name], **kind} for name in sorted(fields)}


def _work() -> dict[str, Any]:
    categories = {"description": "Subjects of your own.", "type": "array", "items": _TEXT}
    fields: dict[str, Any] = {
        "id": {"type": "string", "description": "The key that citations use, such as `pollack2014`."},
        "type": {"enum": sorted(csl.TYPES), "description": "What kind of work it is."},
        "custom": {"$ref": "#/$defs/Custom", "description": "What is known of the entry itself; never printed."},
        "categories": categories,
    }
    fields |= _described(csl.TEXTS, _TEXT)
    fields |= _described(csl.NAMES, {"type": "array", "items": {"$ref": "#/$defs/Name"}})
    fields |= _described(csl.DATES, {"$ref": "#/$defs/Date"})
    return _object("Work", "One work.", fields, required=["id", "type"])


def _custom() -> dict[str, Any]:
    """Schema of the findings about an entry. Other keys are the author's own."""
    said = "How far somebody has checked the entry; an unresolved one is printed with a visible note."
    known = "What became of the work, where its author knows and cites it so; a retraction or concern is printed."
    fields = {
        "status": {"description": said, "enum": _STATES},
        "cited_as": {"description": known, "enum": [state.value for state in ACKNOWLEDGEABLE_STATES]},
    }
    return _object("Custom", "What is known of an entry. Other keys are yours.", fields, is_open=True)


def _date() -> dict[str, Any]:
    numbers = {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 3}
    kinds: dict[str, dict[str, Any]] = {
        "date-parts": {"type": "array", "items": numbers, "minItems": 1, "maxItems": 2},
        "circa": {"type": ["boolean", "string", "number"]},
    }
    parts = {name: {"description": said, **kinds.get(name, _TEXT)} for name, said in sorted(csl.DATE_PARTS.items())}
    written = {"type": "object", "properties": parts, "additionalProperties": False}
    return {"title": "Date", "description": "A date: 2019-06-01, or in parts.", "anyOf": [written, _TEXT]}


DIALECT = "http://json-schema.org/draft-07/schema#"
"""The dialect that every editor and linter reads, and we need nothing of later ones."""

_MODELS: Mapping[str, tuple[type[BaseModel], str]] = {
    "briefing.json": (BriefingFields, "Briefing"),
    "handbook-page.json": (ManualPageFields, "Handbook page"),
    "library.json": (LibraryFields, "Library"),
    "series.json": (SeriesFields, "Series"),
    "pack.json": (PackFields, "Pack"),
    "handbook-pack.json": (ManualPackFields, "Handbook pack"),
    **{f"{name}.json": (model, name.capitalize()) for name, model in LISTS.items()},
    "fonts.json": (ListedFamilies, "Fonts"),
    "kept.json": (VersionRecord, "Kept version"),
    "edition.json": (EditionRecord, "Edition"),
}


class _Described(GenerateJsonSchema):
    """Schemas whose properties say what they are for."""

    def model_schema(self, schema: Any) -> JsonSchemaValue:
        """The schema of a record, each of its keys with the docstring of its field."""
        made = super().model_schema(schema)
        model = schema["cls"]
        said = descriptions(model)
        for name, field in model.model_fields.items():
            if name in said:
                made["properties"][field.alias or name]["description"] = said[name]
        return made


def json_schemas() -> dict[str, dict[str, Any]]:
    """A schema for each kind of record, by file name."""
    made = {name: _schema(model, title) for name, (model, title) in _MODELS.items()}
    made["tags.json"] = _with_areas(made["tags.json"], _schema(Areas, "Areas"))
    made["references.json"] = {"$schema": DIALECT, **references_schema()}
    return {name: _rebuilt(schema, _wrap_references) for name, schema in made.items()}


def _schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    made = _rebuilt(model.model_json_schema(by_alias=True, schema_generator=_Described), _as_written)
    return {"$schema": DIALECT, **made, "title": title}


def _with_areas(tags: Mapping[str, Any], areas: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of `tags.yaml`: every key but `areas` is a tag's. No editor knows a tag of that name."""
    other_keys = {f"^(?!areas$){pattern.removeprefix('^')}": tag for pattern, tag in tags["patternProperties"].items()}
    defined = {**areas["$defs"], **tags["$defs"]}
    own = {"$defs": defined, "properties": areas["properties"], "patternProperties": other_keys}
    return {**tags, **own, "additionalProperties": False}


def _rebuilt(node: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """The schema with each mapping in it changed, the innermost first."""
    if isinstance(node, list):
        return [_rebuilt(part, change) for part in node]
    return change({key: _rebuilt(value, change) for key, value in node.items()}) if isinstance(node, dict) else node


def _wrap_references(node: dict[str, Any]) -> dict[str, Any]:
    """A mapping with no words beside a reference, where draft 7 has editors pass over them."""
    if "$ref" not in node or len(node) == 1:
        return node
    return {"allOf": [{"$ref": node["$ref"]}], **{key: value for key, value in node.items() if key != "$ref"}}


def _as_written(node: dict[str, Any]) -> dict[str, Any]:
    """A mapping with every text free to look like a number: an editor guesses at `version: 1.10`, we do not."""
    if node.get("type") == "string" and "format" not in node and "enum" not in node:
        node["type"] = ["string", "number", "boolean"]
    return node


def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """The docstring of each field that has one, by the field's name; those of its own class come first."""
    found: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        if issubclass(kind, BaseModel) and kind.__module__.startswith("pipeline."):
            found |= _in_module(kind.__module__).get(kind.__name__, {})
    return found


@cache
def _in_module(module: str) -> Mapping[str, Mapping[str, str]]:
    """The docstrings of fields, by class and field."""
    documented: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(sys.modules[module])).body:
        for field, below in pairwise(node.body) if isinstance(node, ast.ClassDef) else ():
            match node, field, below:
                case (
                    ast.ClassDef(name=kind),
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    documented.setdefault(kind, {})[name] = " ".join(text.split())
    return documented
