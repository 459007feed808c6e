"""The state of an edition or a version, as `verify` tells it: by records, library, ledger and notices on works."""

from collections.abc import Iterable, Iterator

from pipeline.build.project import Project
from pipeline.cli.colleges.recalled import recalls_by_table, version_with_recalls, with_recalls
from pipeline.editions.issued.now import StateNow, edition_now, version_now, with_doubts
from pipeline.editions.issued.records import Chain, RecordFile
from pipeline.load.library.coded import CodedVersion
from pipeline.load.library.retractions import was_told
from pipeline.model.bibliography import Reference
from pipeline.model.library import Library
from pipeline.model.source.kept import pin


def state_of_edition(project: Project, library: Library, chain: Chain, one: RecordFile) -> StateNow:
    """The state now of an edition; `library` has the heads of its briefings."""
    state = edition_now(library, chain, one)
    works = project.doubted_works(one.record.kept_texts)
    rests = ((text.title, works.get(text.pinned, ())) for text in one.record.briefings)
    state = with_doubts(state, ((title, _untold(one, those)) for title, those in rests))
    return with_recalls(recalls_by_table(project), chain, one, state)


def _untold(one: RecordFile, works: Iterable[Reference]) -> Iterator[Reference]:
    """Those of the works for which the edition was not issued with a reason, given their state then."""
    return (work for work in works if not was_told(work, one.record.overridden, one.record.issued))


def state_of_version(project: Project, kept: CodedVersion) -> StateNow:
    """The state now of a kept version."""
    state = version_now(project.part_of_library({kept.id}), kept.id, kept.version, kept.title)
    text = pin(kept.id, kept.version)
    state = with_doubts(state, ((kept.title, project.doubted_works((text,)).get(text, ())),))
    return version_with_recalls(recalls_by_table(project), kept.id, kept.version, state)
