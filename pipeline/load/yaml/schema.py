"""JSON Schemas of everything an author writes in YAML, for editors that complete and check."""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from pipeline.load.library.lists import LISTS, Areas
from pipeline.load.yaml.schema_references import references_schema
from pipeline.model.source.briefing import BriefingFields, ManualPageFields
from pipeline.model.source.edition import EditionRecord
from pipeline.model.source.fonts import ListedFamilies
from pipeline.model.source.imprint import LibraryFields, SeriesFields
from pipeline.model.source.kept import KeptRecord
from pipeline.model.source.pack import ManualPackFields, PackFields

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
    "kept.json": (KeptRecord, "Kept version"),
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


def schemas() -> dict[str, dict[str, Any]]:
    """A schema for each kind of record, by file name."""
    made = {name: _schema(model, title) for name, (model, title) in _MODELS.items()}
    made["tags.json"] = _with_areas(made["tags.json"], _schema(Areas, "Areas"))
    made["references.json"] = {"$schema": DIALECT, **references_schema()}
    return {name: _wrap_references(schema) for name, schema in made.items()}


def _schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    made = _as_written(model.model_json_schema(by_alias=True, schema_generator=_Described))
    return {"$schema": DIALECT, **made, "title": title}


def _with_areas(tags: Mapping[str, Any], areas: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of `tags.yaml`: every key but `areas` is a tag's. No editor knows a tag of that name."""
    other_keys = {f"^(?!areas$){pattern.removeprefix('^')}": tag for pattern, tag in tags["patternProperties"].items()}
    defined = {**areas["$defs"], **tags["$defs"]}
    own = {"$defs": defined, "properties": areas["properties"], "patternProperties": other_keys}
    return {**tags, **own, "additionalProperties": False}


def _wrap_references(node: Any) -> Any:
    """The schema with no words beside a reference, where draft 7 has editors pass over them."""
    if isinstance(node, list):
        return [_wrap_references(part) for part in node]
    if not isinstance(node, dict):
        return node
    made = {key: _wrap_references(value) for key, value in node.items() if key != "$ref" or len(node) == 1}
    return made if len(made) == len(node) else {"allOf": [{"$ref": node["$ref"]}], **made}


def _as_written(node: Any) -> Any:
    """The schema with every text free to look like a number: an editor guesses at `version: 1.10`, we do not."""
    if isinstance(node, list):
        return [_as_written(part) for part in node]
    if not isinstance(node, dict):
        return node
    made = {key: _as_written(value) for key, value in node.items()}
    if made.get("type") == "string" and "format" not in made and "enum" not in made:
        made["type"] = ["string", "number", "boolean"]
    return made


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
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: dict(_in_class(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _in_class(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(node.body, node.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(said))),
            ):
                yield name, " ".join(said.split())
