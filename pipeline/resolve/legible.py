"""A library whose fields can be printed: a character that the fonts lack is shown by its number."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.core.faults import blamed_on
from pipeline.model.library import Library
from pipeline.model.source.record import Record
from pipeline.resolve.rules.characters import Coverage, shown


def shown_library(library: Library, coverage: Coverage) -> Library:
    """The library with each missing character of its files' fields shown by its number (texts are seen to later)."""
    if not coverage:
        return library

    def things(of: Mapping[str, Any]) -> Any:
        made = {}
        for key, thing in of.items():
            with blamed_on(thing.path):
                fields = _shown_record(thing.fields, coverage)
                made[key] = thing if fields is thing.fields else replace(thing, fields=fields)
        return made if any(made[key] is not thing for key, thing in of.items()) else of

    imprint = _shown_record(library.imprint.fields, coverage)
    changed = {
        **{key: things(getattr(library, key)) for key in ("briefings", "series", "packs")},
        **{key: _shown_mapping(getattr(library, key), coverage) for key in ("glossary", "tags", "organisations")},
        "areas": _shown_value(library.areas, coverage),
        "imprint": library.imprint if imprint is library.imprint.fields else replace(library.imprint, fields=imprint),
    }
    return replace(library, **changed) if any(v is not getattr(library, k) for k, v in changed.items()) else library


def _shown_record(record: Record, coverage: Coverage) -> Any:
    """The record with each missing character of its words shown by its number."""
    changed = {}
    for key in type(record).model_fields:
        before = getattr(record, key)
        after = _shown_value(before, coverage)
        if after is not before:
            changed[key] = after
    return record.model_copy(update=changed) if changed else record


def _shown_value(value: Any, coverage: Coverage) -> Any:
    if type(value) is str:
        return shown(value, coverage)
    if isinstance(value, Record):
        return _shown_record(value, coverage)
    if isinstance(value, tuple):
        after = tuple(_shown_value(part, coverage) for part in value)
        return after if any(a is not b for a, b in zip(after, value, strict=True)) else value
    if isinstance(value, dict):
        return _shown_mapping(value, coverage)
    return value


def _shown_mapping(value: Mapping[Any, Any], coverage: Coverage) -> Any:
    after = {key: _shown_value(part, coverage) for key, part in value.items()}
    return after if any(after[key] is not part for key, part in value.items()) else value
