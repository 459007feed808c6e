"""Markings that cannot be read: told as what they are, and what they keep from being made."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.load.slips.near import near
from pipeline.model.library import Library
from pipeline.model.source.record import KeyPath

KEY = "marking"
_SOMEWHERE = re.compile(rb"^[ \t]*[\"']?marking", re.MULTILINE)


def is_meant(way: KeyPath, key: str, known: Iterable[str]) -> bool:
    """Whether a value at the end of a way, or a key of the record there, is a marking or was meant for one."""
    if way:
        return way[0] == KEY
    if key == KEY:
        return True
    names = tuple(known)
    return bool(key) and key not in names and KEY in names and (KEY in key.casefold() or near(key, names) == [KEY])


def unreadable(told: Diagnostic, value: Any) -> Diagnostic:
    """Diagnostic on a value, reworded for a marking; the likely intention is the hint."""
    hint = "Write {tier: OFFICIAL, sensitive: true}." if "sensitive" in str(value).casefold() else None
    return message("marking-unreadable", told.place, hint, reason=told.sentence)


def withheld(library: Library, files: Mapping[str, bytes], remarks: Iterable[Diagnostic]) -> frozenset[str]:
    """The ids of what may not be made: what has a marking that cannot be read, and what would inherit one."""
    unmarked = {remark.place.path for remark in remarks if remark.code == "marking-unreadable"}
    unmarked |= {path for path in library.unread if _SOMEWHERE.search(files.get(path, b""))}
    all_unmarked = library.imprint.path in unmarked
    lost_series = any(path.startswith("source/series/") and path in library.unread for path in unmarked)
    found = {pack.id for pack in library.packs.values() if pack.path in unmarked}
    found |= {series.id for series in library.series.values() if series.path in unmarked}
    if all_unmarked:
        found |= {one.id for one in library.series.values() if one.fields.marking is None}
    alone = (kept.briefing for kept in library.kept.values() if kept.id not in library.briefings)
    for briefing in (*library.briefings.values(), *alone):
        series = library.series_of(briefing.id)
        from_library = all_unmarked and not (series and series.fields.marking)
        from_series = series.id in found if series else lost_series and not briefing.manual
        inherits = briefing.fields.marking is None and (from_library or from_series)
        if briefing.path in unmarked or inherits:
            found.add(briefing.id)
    return frozenset(found)
