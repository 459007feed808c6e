"""The keys that a model knows, at any depth."""

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, RootModel

from pipeline.model.source.record import KeyPath, Line, Markdown, Record, Role


@lru_cache(maxsize=256)
def known_keys(model: type[BaseModel], way: KeyPath) -> tuple[str, ...]:
    """The keys of the mapping at the end of a way into the model, in the order of the model."""
    models = _models_at(model, way) or (model,)
    return tuple(dict.fromkeys(field.alias or name for found in models for name, field in found.model_fields.items()))


def instead_of(model: type[BaseModel], way: KeyPath, key: str) -> str:
    """What to do instead of a key that an earlier release read; empty if no release has withdrawn it."""
    found = (record.withdrawn.get(key, "") for record in _models_at(model, way) if issubclass(record, Record))
    return next(filter(None, found), "")


def shape_of(model: type[BaseModel], way: KeyPath) -> str:
    """Required keys of the record at the end of a path: '{kind: …, text: …}'; empty if no record belongs there."""
    for found in _models_at(model, way):
        needed = [field.alias or name for name, field in found.model_fields.items() if field.is_required()]
        if needed:
            return "{" + ", ".join(f"{name}: …" for name in needed) + "}"
    return ""


@lru_cache(maxsize=256)
def choices_at(model: type[BaseModel], way: KeyPath) -> tuple[str, ...]:
    """The words that a value may be, where a closed list has them; nothing elsewhere."""
    found = [choice for kind in _kinds_at(model, way) for choice in _choices(kind)]
    return tuple(dict.fromkeys(found))


def is_for_readers(model: type[BaseModel], way: KeyPath) -> bool:
    """Whether a value holds free words: no date, number, id, address or word out of a closed list."""
    return any(kind in (Line, Markdown) for kind in _kinds_at(model, way))


def _kinds_at(kind: Any, way: KeyPath) -> Iterator[Any]:
    """The kinds that a value at the end of a way may be of, each as the model names it."""
    for one in _alternatives(kind):
        if not way:
            yield one
        elif isinstance(one, type) and issubclass(one, BaseModel):
            yield from _below_record(one, way)
        elif get_origin(one) is dict:
            yield from _kinds_at(get_args(one)[1], way[1:])
        elif get_origin(one) is tuple and isinstance(way[0], int):
            yield from _kinds_at(get_args(one)[0], way[1:])


def _below_record(model: type[BaseModel], way: KeyPath) -> Iterator[Any]:
    for name, field in model.model_fields.items():
        told = [one for one in field.metadata if not isinstance(one, Role)]
        whole = Annotated[(field.annotation, *told)] if told else field.annotation
        if issubclass(model, RootModel):
            yield from _kinds_at(whole, way)
        elif way[0] in (name, field.alias):
            yield from _kinds_at(whole, way[1:])


def _alternatives(kind: Any) -> Iterator[Any]:
    """The kinds that one kind is made of: those of a union, and what else a validator takes."""
    if get_origin(kind) in (Union, UnionType):
        for one in get_args(kind):
            yield from _alternatives(one)
    elif get_origin(kind) is Annotated and get_origin(kind.__origin__) in (Union, UnionType):
        yield from _alternatives(kind.__origin__)
    elif get_origin(kind) is Annotated and isinstance(kind.__metadata__[0], BeforeValidator):
        yield from _alternatives(kind.__origin__)
        yield from _alternatives(kind.__metadata__[0].json_schema_input_type)
    else:
        yield kind


def _choices(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return tuple(str(choice) for choice in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(choice.value) for choice in kind)
    return ()


def _models_at(model: type[BaseModel], way: KeyPath) -> tuple[type[BaseModel], ...]:
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
