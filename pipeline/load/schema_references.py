"""The JSON Schema of a bibliography in CSL-YAML, from the same words that the reader knows."""

from __future__ import annotations

from typing import Any

from pipeline.cite import csl
from pipeline.model.bibliography import Verification

_TEXT = {"type": ["string", "number"]}
_STATES = [state.value for state in Verification if state is not Verification.NOT_RECORDED]


def references_schema() -> dict[str, Any]:
    """A list of works, or a mapping with `references:`."""
    works = {"type": "array", "items": {"$ref": "#/$defs/Work"}}
    listed = {"type": "object", "properties": {"references": works}, "required": ["references"]}
    return {
        "title": "References",
        "description": "Works cited, in CSL's data model. Any file in references/ is read.",
        "oneOf": [works, listed],
        "$defs": {"Work": _work(), "Name": _name(), "Date": _date()},
    }


def _work() -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": {"type": "string", "description": "The key that citations use."},
        "type": {"enum": sorted(csl.TYPES)},
        "custom": {
            "type": "object",
            "description": "What is known of the entry; `status` says how far somebody has checked it.",
            "properties": {"status": {"enum": _STATES}},
        },
        "categories": {"type": "array", "items": _TEXT},
    }
    fields |= dict.fromkeys(sorted(csl.TEXTS), _TEXT)
    fields |= {name: {"type": "array", "items": {"$ref": "#/$defs/Name"}} for name in sorted(csl.NAMES)}
    fields |= {name: {"$ref": "#/$defs/Date"} for name in sorted(csl.DATES)}
    return {
        "type": "object",
        "description": "One work.",
        "properties": fields,
        "required": ["id", "type"],
        "additionalProperties": False,
    }


def _name() -> dict[str, Any]:
    parts: dict[str, Any] = {name: {"type": "string"} for name in sorted(csl.NAME_PARTS)}
    parts |= {name: {"type": "boolean"} for name in sorted(csl.NAME_MARKS)}
    return {"type": "object", "description": "A person or a body.", "properties": parts, "additionalProperties": False}


def _date() -> dict[str, Any]:
    parts: dict[str, Any] = dict.fromkeys(sorted(csl.DATE_PARTS), _TEXT)
    numbers = {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 3}
    parts["date-parts"] = {"type": "array", "items": numbers, "minItems": 1, "maxItems": 2}
    parts["circa"] = {"type": ["boolean", "string", "number"]}
    written = {"type": "object", "properties": parts, "additionalProperties": False}
    return {"description": "A date: 2019-06-01, or in parts.", "anyOf": [written, _TEXT]}
