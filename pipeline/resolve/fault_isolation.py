"""Isolation of faults: a text in which the program fails counts as one that cannot be read, and the others go on."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from pipeline.core.diagnostics import Diagnostic, Place, Remarks
from pipeline.core.faults import Fault, reported_fault
from pipeline.model.bibliography import Bibliography
from pipeline.model.library import Library

T = TypeVar("T")


def isolated(library: Library, work: Callable[[Library], T]) -> tuple[T, Remarks]:
    """Return what `work` makes of the library without the files in which the program fails, and report these.

    Raises:
        Fault: if the program fails in what everything rests on, such as `library.yaml`.
    """
    found: list[Diagnostic] = []
    while True:
        try:
            return work(library), tuple(found)
        except Fault as fault:
            diagnostic = reported_fault(Place(fault.path), fault, "resolved this file")
            less = _without(library, fault.path, diagnostic)
            if less is library:
                raise
            library = less
            found.append(diagnostic)


def _without(library: Library, path: str, diagnostic: Diagnostic) -> Library:
    """The library as if a file could not be read; the same library if it has nothing of that file that can be left."""
    unread = library.unread | {path}
    for name, briefing in library.briefings.items():
        if briefing.path == path:
            rest = {other: one for other, one in library.briefings.items() if other != name}
            faults = {**library.faults, name: diagnostic}
            return replace(library, briefings=rest, broken=library.broken | {name}, faults=faults, unread=unread)
    packs = {name: pack for name, pack in library.packs.items() if pack.path != path}
    series = {name: one for name, one in library.series.items() if one.path != path}
    if (len(packs), len(series)) < (len(library.packs), len(library.series)):
        return replace(library, packs=packs, series=series, unread=unread)
    kept = {pin: one for pin, one in library.kept.items() if not path.startswith(f"{one.folder}/")}
    if len(kept) < len(library.kept):
        return replace(library, kept=kept, unread=unread)
    works = {key: work for key, work in library.bibliography.entries.items() if work.place.path != path}
    if len(works) < len(library.bibliography.entries):
        return replace(library, bibliography=Bibliography(works), unread=unread)
    return library
