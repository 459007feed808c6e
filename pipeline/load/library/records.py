"""A record of a YAML file by itself; nobody need read the Markdown in it for it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from pipeline.core.diagnostics import Desk
from pipeline.core.messages import catalogue, message, styles
from pipeline.load.library.text import read_text
from pipeline.load.slips.near import near
from pipeline.load.yaml.documents import Filled, fill, read_yaml
from pipeline.model.source.imprint import Imprint, LibraryFields
from pipeline.model.source.record import Marks

M = TypeVar("M", bound=BaseModel)
_Read = tuple[Filled[M], list[str]]

_UNNAMED = {"title": "Untitled library", "publisher": "Unnamed publisher"}


def read_record(
    model: type[M],
    path: str,
    content: bytes,
    desk: Desk,
    spare: Mapping[str, str] | None = None,
    first: Callable[[Any, Marks, Desk], Any] = lambda value, marks, desk: value,
) -> _Read[M] | None:
    """The record that a file holds, and its lines; `first` takes out of it what is reported in words of its own."""
    text = read_text(path, content, desk)
    read = read_yaml(text, path, desk) if text is not None else None
    filled = fill(model, first(*read, desk), read[1], desk, spare) if read else None
    return (filled, text.split("\n")) if filled and text is not None else None


def read_library_fields(path: str, content: bytes, desk: Desk) -> _Read[LibraryFields] | None:
    """The fields of `library.yaml`, and its lines."""
    return read_record(LibraryFields, path, content, desk, _UNNAMED, without_fixed_rules)


def unnamed(path: str) -> Imprint:
    """The imprint of a library whose `library.yaml` is missing or cannot be read."""
    return Imprint(path, LibraryFields(title=_UNNAMED["title"], publisher=_UNNAMED["publisher"]), Marks(path))


def without_fixed_rules(value: Any, marks: Marks, desk: Desk) -> Any:
    """The values of `library.yaml`, without the rules that cannot be set; each is reported."""
    rules = value.get("rules") if isinstance(value, dict) else None
    if not isinstance(rules, dict):
        return value
    fixed = [name for name in rules if name in catalogue() and name not in styles()]
    for name in fixed:
        meant = "".join(f"Delete the line, or write '{style}' if you meant that." for style in near(name, styles()))
        desk.report(message("rule-fixed", marks.key_at("rules", name), meant or None, code=name))
    return {**value, "rules": {name: said for name, said in rules.items() if name not in fixed}} if fixed else value
