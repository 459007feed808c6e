"""The names of a CSL record."""

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.cite.csl import NAME_MARKS, NAME_PARTS, nearest
from pipeline.codes import citation as codes
from pipeline.core.diagnostics import Desk, Place

_Name = dict[str, str | bool]


def read_names(field: str, value: Any, key: str, at: Callable[..., Place], desk: Desk) -> list[_Name]:
    """The names of a field that can be used; what is wrong with the others goes to the desk."""
    if isinstance(value, Mapping):
        return [n for n in [_read_name(field, value, key, at, desk, (field,))] if n]
    if not isinstance(value, list):
        wanted = "a list of names, such as [{family: Hughes, given: Caitlin}]"
        desk.report(codes.REFERENCE_VALUE.at(at(field), field=field, key=key, wanted=wanted))
        return []
    return [n for i, name in enumerate(value) if (n := _read_name(field, name, key, at, desk, (field, i)))]


def _read_name(
    field: str, name: Any, key: str, at: Callable[..., Place], desk: Desk, way: tuple[str | int, ...]
) -> _Name | None:
    if not isinstance(name, Mapping):
        reason = f"'{name}' does not say which part is the family name" if isinstance(name, str) else "it has no parts"
        desk.report(codes.REFERENCE_NAME.at(at(*way), field=field, key=key, reason=reason))
        return None
    parts: _Name = {}
    for part, value in name.items():
        if part in NAME_MARKS:
            parts[part] = value is True or str(value).lower() in ("true", "yes", "1")
        elif part not in NAME_PARTS:
            near = nearest(str(part), NAME_PARTS)
            hint = f"Did you mean '{near}'?" if near else None
            desk.report(codes.REFERENCE_UNKNOWN_FIELD.at(at(*way, part), hint, field=part, of=" in a name"))
        elif isinstance(value, str) and value.strip():
            parts[part] = " ".join(value.split())
        elif value not in (None, ""):
            reason = f"its '{part}' should be text"
            desk.report(codes.REFERENCE_NAME.at(at(*way), field=field, key=key, reason=reason))
    if parts.get("literal"):
        return {"literal": parts["literal"]}
    if not parts.get("family"):
        if parts.get("given"):
            return {"literal": parts["given"]}
        desk.report(codes.REFERENCE_NAME.at(at(*way), field=field, key=key, reason="it has neither family nor literal"))
        return None
    return parts
