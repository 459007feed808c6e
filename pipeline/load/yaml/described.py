"""Descriptions of the keys of a record: the docstrings of a model's fields, read from its source.

Pydantic would read them whenever a model is imported, which costs every command more than all else about it; only the
schemas and the handbook need them.
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache

from pydantic import BaseModel


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
