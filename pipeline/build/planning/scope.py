"""Scope of a name: the thing itself and all it rests on. Remarks on other things are left out."""

import re
from collections.abc import Iterable

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.errors import UsageError
from pipeline.model.library import Library
from pipeline.resolve.chosen import choose, listed
from pipeline.resolve.nearest import did_you_mean, known_names

_THINGS = ("briefings", "packs", "series", "handbook")


def refuse_unknown(library: Library, names: tuple[str, ...]) -> None:
    """Raise `UsageError` for a name that the library has not."""
    unread = (owner_of(path) for path in library.unread)
    known = {*library.briefings, *library.packs, *library.series, *library.broken, *filter(None, unread)}
    for name in names:
        if name not in known:
            meant = _id_of(name)
            if meant in known:
                raise UsageError(f"'{name}' is a file; a briefing, pack or series goes by its name. Write '{meant}'.")
            hint = did_you_mean(name, known, known_names(n for n in known if not n.startswith("handbook")))
            raise UsageError(f"The library has no briefing, pack or series '{name}'. {hint}".rstrip())


def _id_of(path: str) -> str:
    """The id that the path of a file, or its name, stands for."""
    *folders, last = re.split(r"[/\\]", path.rstrip("/\\"))
    stem = re.sub(r"\.(?:md|ya?ml)$", "", last)
    if "handbook" in folders:
        return "handbook" if last == "pack.yaml" else "-".join([*folders[folders.index("handbook") :], stem])
    return folders[-1] if last == "briefing.md" and folders else stem


def owning(library: Library, paths: Iterable[str]) -> tuple[str, ...]:
    """The briefings, packs and series that files belong to; none, for everything, where one belongs to all.

    A name that the library does not have stands for everything too: a file may be the only one of a new kind.
    """
    names = {owner_of(path) for path in paths}
    known = {*library.briefings, *library.packs, *library.series, *library.broken}
    return tuple(sorted(names)) if names <= known else ()


def within(library: Library, names: tuple[str, ...], remarks: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The remarks on the things named, on what they rest on and on what all share; all of them where none is named."""
    if not names:
        return tuple(remarks)
    wanted = {*names, *choose(library, names).needed, *_missed(library, names)}
    wanted |= {name for name, series in library.series.items() if wanted & set(series.fields.briefings)}
    return tuple(remark for remark in remarks if owner_of(remark.place.path) in {"", *wanted})


def _missed(library: Library, names: tuple[str, ...]) -> set[str]:
    """Briefings that keep the packs named from being bound: they cannot be read, or their marking cannot."""
    lines = (line for name in names if name in library.packs for line in listed(library.packs[name]))
    return {line for line in lines if line in library.broken or line in library.withheld}


def owner_of(path: str) -> str:
    """The id of the briefing, pack or series that a file belongs to, or nothing where it belongs to all."""
    parts = path.split("/")
    if len(parts) < 3 or parts[0] != "source" or parts[1] not in _THINGS:
        return ""
    if parts[1] == "handbook":
        stem = "-".join(parts[1:]).rpartition(".")[0]
        return "handbook" if stem == "handbook-pack" else stem
    return parts[2].rpartition(".")[0] if len(parts) == 3 else parts[2]
