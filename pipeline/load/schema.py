"""JSON Schemas of everything an author writes in YAML, for editors that complete and check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from pipeline.load.lists import Colleges, Glossary, Organisations, Tags
from pipeline.model.briefing import BriefingFields, ManualPageFields
from pipeline.model.imprint import LibraryFields, SeriesFields
from pipeline.model.pack import ManualPackFields, PackFields

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_MODELS: Mapping[str, tuple[type[BaseModel], str]] = {
    "briefing.schema.json": (BriefingFields, "Briefing"),
    "handbook-page.schema.json": (ManualPageFields, "Handbook page"),
    "library.schema.json": (LibraryFields, "Library"),
    "series.schema.json": (SeriesFields, "Series"),
    "pack.schema.json": (PackFields, "Pack"),
    "handbook-pack.schema.json": (ManualPackFields, "Handbook pack"),
    "organisations.schema.json": (Organisations, "Organisations"),
    "colleges.schema.json": (Colleges, "Colleges"),
    "glossary.schema.json": (Glossary, "Glossary"),
    "tags.schema.json": (Tags, "Tags"),
}


def schemas() -> dict[str, dict[str, Any]]:
    """A schema for each kind of record, by file name."""
    return {name: _schema(model, title) for name, (model, title) in _MODELS.items()}


def _schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    made = model.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, **made, "title": title}
