"""States of works: the notices of the files in `source/references/retractions/`, given to the works that they name."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from pipeline.cite.retractions import Notices, deciding
from pipeline.core.diagnostics import Desk, Diagnostic
from pipeline.load.library.folders import NOTICES
from pipeline.model.bibliography import Bibliography, Notice, Reference
from pipeline.model.library import KeptVersion, Library

ReadNotices = Callable[[str, bytes, frozenset[str]], tuple[Notices, tuple[Diagnostic, ...]]]
"""Reader of a file: the notices on the works with these identifiers, and remarks."""


def with_states(library: Library, files: Mapping[str, bytes], read: ReadNotices, desk: Desk) -> Library:
    """The library with the state of each work, in its kept versions too: what becomes of a work is true of them all."""
    paths = sorted(path for path in files if path.startswith(NOTICES) and path.lower().endswith(".csv"))
    wanted = _identifiers(library) if paths else frozenset()
    found: dict[str, list[Notice]] = {}
    for path in paths:
        notices, remarks = read(path, files[path], wanted)
        desk.extend(remarks)
        for identifier, those in notices.items():
            found.setdefault(identifier, []).extend(those)
    works = _noticed(library.bibliography, found)
    kept = {name: _kept(one, library, works, found) for name, one in library.kept.items()}
    return replace(library, bibliography=works, kept=kept)


def _identifiers(library: Library) -> frozenset[str]:
    """The identifiers of all works, those of kept versions too."""
    every = (library.bibliography, *(kept.library.bibliography for kept in library.kept.values()))
    return frozenset(one for works in every for work in works.entries.values() for one in work.identifiers)


def _noticed(works: Bibliography, found: Mapping[str, list[Notice]]) -> Bibliography:
    """The works with the notices that decide their states."""
    if not found:
        return works
    return Bibliography({key: _decided(work, found) for key, work in works.entries.items()})


def _decided(work: Reference, found: Mapping[str, list[Notice]]) -> Reference:
    notice = deciding(notice for one in work.identifiers for notice in found.get(one, ()))
    return replace(work, notice=notice) if notice else work


def _kept(kept: KeptVersion, library: Library, works: Bibliography, found: Mapping[str, list[Notice]]) -> KeptVersion:
    """A kept version with the states of its works. What their author knows of counts while the text is the present."""
    present = library.briefings.get(kept.id)
    own = _noticed(kept.library.bibliography, found)
    if present and present.fields.version == kept.version:
        own = Bibliography(
            {
                key: replace(work, cited_as=works[key].cited_as if key in works else work.cited_as)
                for key, work in own.entries.items()
            }
        )
    if own == kept.library.bibliography:
        return kept
    return replace(kept, library=replace(kept.library, bibliography=own))
