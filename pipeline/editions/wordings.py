"""Wordings of versions of a text, and what two of them differ in that no page says in words. Pure."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pipeline.core.diagnostics import Desk
from pipeline.load.library.kept import read_kept
from pipeline.load.library.library import load
from pipeline.model.library import Library
from pipeline.model.source.kept import WORDING, WORDS, folder_of, pin
from pipeline.resolve.environment import environment_of
from pipeline.resolve.publish.kept import read_kept_version
from pipeline.resolve.reading import read_briefings
from pipeline.resolve.wording.wording import words_of

_ENTRIES = {
    "subject": ("subjects", 1),
    "language": ("the language", 1),
    "related": ("the addresses of related briefings", 2),
}
"""Entries that tell something of the kind, from a place on."""
_MARKS = {"link": "where links lead", "title": "what links or short forms say beside their words"}
_PICTURES = {"picture": 2, "figure": 2}
"""The place of a picture's description in what begins so."""


def words_of_version(
    library: Library, files: Mapping[str, bytes], name: str, version: str | None, produced: date
) -> bytes:
    """The wording of a text as it is now, or of a kept version: that on record, or made of its source if there is none.

    `files` are those of `source/`, by path.
    """
    if version is None:
        return words_of(read_briefings(library, produced)[name])
    line = pin(name, version)
    kept = read_kept(files, frozenset({line}), load, Desk()).kept[line]
    if kept.record.digest.startswith(f"{WORDING}:"):
        return files[f"{folder_of(name, version)}/{WORDS}"]
    return words_of(read_kept_version(environment_of(library), kept, produced))


def unsaid_differences(was: bytes, now: bytes) -> tuple[str, ...]:
    """Differences between two wordings beside the words on their pages, by its kind."""
    before, after = (_unsaid(json.loads(one)[1:]) for one in (was, now))
    return tuple(kind for kind in dict.fromkeys((*before, *after)) if before.get(kind) != after.get(kind))


def _unsaid(entries: list[list[Any]]) -> dict[str, list[Any]]:
    """All that a wording tells beside words on pages, by its kind, in order."""
    found: dict[str, list[Any]] = {}
    for entry in entries:
        if entry[0] in _ENTRIES:
            kind, first = _ENTRIES[entry[0]]
            if said := entry[first:]:
                found.setdefault(kind, []).append(said)
        for kind, told in _of_texts(entry) if entry[0] == "text" else ():
            found.setdefault(kind, []).append(told)
    return found


def _of_texts(piece: list[Any]) -> Iterator[tuple[str, Any]]:
    """The same of a text, or a part of it."""
    kind = piece[0] if piece and isinstance(piece[0], str) else ""
    if kind in _MARKS and len(piece) > 1:
        yield _MARKS[kind], piece[1]
    if kind in _PICTURES and len(piece) > _PICTURES[kind]:
        yield "descriptions of pictures", piece[_PICTURES[kind]]
    for part in piece:
        if isinstance(part, list):
            yield from _of_texts(part)
