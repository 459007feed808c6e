"""The keys that a model knows, at any depth."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, get_args

from pydantic import BaseModel

from pipeline.model.record import Step


@lru_cache(maxsize=256)
def known_keys(model: type[BaseModel], way: tuple[Step, ...]) -> tuple[str, ...]:
    """The keys of the mapping at the end of a way into the model, in the order of the model."""
    models = _models_at(model, way) or (model,)
    return tuple(dict.fromkeys(field.alias or name for found in models for name, field in found.model_fields.items()))


def shape_of(model: type[BaseModel], way: tuple[Step, ...]) -> str:
    """What the record at the end of a way must hold at least: '{kind: …, text: …}'; nothing where none stands there."""
    for found in _models_at(model, way):
        needed = [field.alias or name for name, field in found.model_fields.items() if field.is_required()]
        if needed:
            return "{" + ", ".join(f"{name}: …" for name in needed) + "}"
    return ""


def _models_at(model: type[BaseModel], way: tuple[Step, ...]) -> tuple[type[BaseModel], ...]:
    models: tuple[type[BaseModel], ...] = (model,)
    for step in way:
        if isinstance(step, str):
            models = tuple(inner for outer in models for inner in _below(outer, step))
    return models


def _below(model: type[BaseModel], key: str) -> Iterator[type[BaseModel]]:
    for name, field in model.model_fields.items():
        if name == "root" or key in (name, field.alias):
            yield from _models_in(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
