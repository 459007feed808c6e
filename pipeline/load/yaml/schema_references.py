"""The JSON Schema of a bibliography in CSL-YAML, from the same words that the reader knows."""

from collections.abc import Mapping
from typing import Any

from pipeline.cite import csl
from pipeline.model.bibliography import CITABLE_AS, Verification

_TEXT = {"type": ["string", "number"]}
_STATES = [state.value for state in Verification if state is not Verification.NOT_RECORDED]


def references_schema() -> dict[str, Any]:
    """A list of works, or a mapping with `references:`."""
    works = {"type": "array", "items": {"$ref": "#/$defs/Work"}}
    described = {"description": "The works.", **works}
    listed = {"type": "object", "properties": {"references": described}, "required": ["references"]}
    return {
        "title": "References",
        "description": "Works cited, in CSL's data model. Any file in references/ is read.",
        "oneOf": [works, listed],
        "$defs": {"Work": _work(), "Custom": _custom(), "Name": _name(), "Date": _date()},
    }


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
    return {
        "type": "object",
        "title": "Work",
        "description": "One work.",
        "properties": fields,
        "required": ["id", "type"],
        "additionalProperties": False,
    }


def _custom() -> dict[str, Any]:
    """Schema of the findings about an entry. Other keys are the author's own."""
    said = "How far somebody has checked the entry; an unresolved one is printed with a visible note."
    known = "What became of the work, where its author knows and cites it so; a retraction or concern is printed."
    return {
        "type": "object",
        "title": "Custom",
        "description": "What is known of an entry. Other keys are yours.",
        "properties": {
            "status": {"description": said, "enum": _STATES},
            "cited_as": {"description": known, "enum": [state.value for state in CITABLE_AS]},
        },
        "additionalProperties": True,
    }


def _name() -> dict[str, Any]:
    parts = {**_described(csl.NAME_PARTS, {"type": "string"}), **_described(csl.NAME_MARKS, {"type": "boolean"})}
    return {
        "type": "object",
        "title": "Name",
        "description": "A person or a body.",
        "properties": parts,
        "additionalProperties": False,
    }


def _date() -> dict[str, Any]:
    numbers = {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 3}
    kinds: dict[str, dict[str, Any]] = {
        "date-parts": {"type": "array", "items": numbers, "minItems": 1, "maxItems": 2},
        "circa": {"type": ["boolean", "string", "number"]},
    }
    parts = {name: {"description": said, **kinds.get(name, _TEXT)} for name, said in sorted(csl.DATE_PARTS.items())}
    written = {"type": "object", "properties": parts, "additionalProperties": False}
    return {
        "title": "Date",
        "description": "A date: 2019-06-01, or in parts.",
        "anyOf": [written, _TEXT],
    }
