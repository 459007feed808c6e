"""States of works: the notices of the files in `source/references/retractions/`, given to the works that they name."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from pipeline.cite.retractions import Notices, deciding
from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.faults import faults_reported
from pipeline.load.library.folders import NOTICES
from pipeline.model.bibliography import PRINTED_STATES, Bibliography, Notice, Reference
from pipeline.model.library import KeptVersion, Library
from pipeline.model.source.kept import Overridden

ReadNotices = Callable[[str, bytes, frozenset[str]], tuple[Notices, tuple[Diagnostic, ...]]]
"""Reader of a file: the notices on the works with these identifiers, and remarks."""


def with_states(library: Library, files: Mapping[str, bytes], read: ReadNotices, desk: Desk) -> Library:
    """The library with the state of each work, in its kept versions too: what becomes of a work is true of them all."""
    paths = sorted(path for path in files if path.startswith(NOTICES) and path.lower().endswith(".csv"))
    wanted = _identifiers(library) if paths else frozenset()
    found: dict[str, list[Notice]] = {}
    for path in paths:
        notices: Notices = {}
        remarks: tuple[Diagnostic, ...] = ()
        with faults_reported(desk, Place(path), "read this file"):
            notices, remarks = read(path, files[path], wanted)
        desk.extend(remarks)
        for identifier, those in notices.items():
            found.setdefault(identifier, []).extend(those)
    works = _noticed(library.bibliography, found)
    kept = {name: _kept(one, library, works, found) for name, one in library.kept.items()}
    return replace(library, bibliography=works, kept=kept)


def doubted_works(library: Library) -> Mapping[str, tuple[Reference, ...]]:
    """The works of kept versions that were retracted or are in doubt, by 'id@version'; none whose author knows."""
    return {name: tuple(_doubted(one)) for name, one in library.kept.items()}


def _doubted(kept: KeptVersion) -> Iterator[Reference]:
    for work in kept.library.bibliography.entries.values():
        stands = work.notice is not None and work.notice.state in PRINTED_STATES and not work.is_cited_knowingly
        if stands and not was_told(work, kept.record.overridden, kept.record.published):
            yield work


def was_told(work: Reference, overridden: Iterable[Overridden], day: date) -> bool:
    """Whether a reason was given why a text may rest on a work in its state: by the remarks that it overrode.

    Where these are not on record, by a reason of a day on which its state was known.
    """
    said = [one.said for one in overridden if one.code == f"reference-{work.state}"]
    if any(said):
        return any(work.key in remark.split() for remarks in said for remark in remarks)
    return bool(said) and work.state_day is not None and work.state_day <= day


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
