"""The commit that the record of an edition names, which must hold its words."""

from collections.abc import Iterator

from pipeline.build.project import Project
from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.git import UnreadableGit, commit_of, committed_in, uncommitted
from pipeline.core.messages import message
from pipeline.core.sentences import count, enumerated
from pipeline.load.folders import EDITIONS, LEDGER, REGISTER, read_folder
from pipeline.load.library import sort_files

SHOWN = 3
"""So many files are named."""


def commit_of_words(project: Project) -> str | None:
    """The commit for a record; none where git does not keep the sources, or cannot be read."""
    try:
        return commit_of(project.folder) if committed_in(project.folder / "source") else None
    except UnreadableGit:
        return None


def uncommitted_faults(project: Project) -> Iterator[Diagnostic]:
    """The files that the commit does not hold as they are, or why git cannot be read; records of deeds are left out."""
    try:
        found = _uncommitted(project)
    except UnreadableGit as reason:
        yield message("issue-uncommitted", Place(), what=str(reason))
        return
    if found:
        many, them = (count(len(found), "file") + " are", "them") if found[1:] else ("1 file is", "it")
        what = f"{many} not as the last commit has {them}: {_named(found)}."
        yield message("issue-uncommitted", Place(found[0]), what=what)


def _uncommitted(project: Project) -> list[str]:
    """The files of the sources and layouts, by path, that the commit does not hold as they are."""
    read = {"source": project.files, "layouts": read_folder(project.folder, "layouts")}
    desk = Desk()
    sort_files(project.files, desk)
    unread = {remark.place.path for remark in desk.remarks}
    found = []
    for folder, files in read.items():
        inside = {path.removeprefix(f"{folder}/"): content for path, content in files.items()}
        beside = {path.removeprefix(f"{folder}/") for path in unread if path.startswith(f"{folder}/")}
        found += [f"{folder}/{path}" for path in uncommitted(project.folder / folder, inside, beside)]
    return [path for path in found if path not in (REGISTER, LEDGER) and not path.startswith(f"{EDITIONS}/")]


def _named(paths: list[str]) -> str:
    """The first few of some paths."""
    return enumerated(paths[:SHOWN] if len(paths) <= SHOWN else [*paths[:SHOWN], f"{len(paths) - SHOWN} more"])
