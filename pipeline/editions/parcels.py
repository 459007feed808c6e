"""Parcels: a college's files with the cover note, the manifest, and what seals them. Pure."""

from collections.abc import Sequence

from pipeline.compose.posting.parts import NOTHING, LetterPart
from pipeline.editions.copies import Issue
from pipeline.editions.letters import COVER_NOTE, as_text, cover_note, newest_at
from pipeline.editions.sealing.manifest import UNSEALED, ParcelSeal, sealed
from pipeline.editions.states import FinishedFile, TextState
from pipeline.model.source.college import College
from pipeline.model.words import Words


def parcel(
    issue: Issue,
    name: str,
    college: College,
    files: Sequence[FinishedFile],
    words: Words,
    printed: Sequence[int] | None = None,
    changes: LetterPart = NOTHING,
    seal: ParcelSeal = UNSEALED,
) -> dict[str, bytes]:
    """Everything in a college's folder, by file name: its files, the cover note, and what seals them.

    `printed` are the numbers of the copies that the printer sends it (none where copies have no numbers); nothing
    where it wants no printed copies. `changes` says what is new to it; `words` are those of its language.
    """
    note = as_text(cover_note(issue, college, files, printed, changes, words)).encode()
    held = {**{file.name: file.content for file in files}, COVER_NOTE: note}
    return sealed(_manifest(issue, name, college, files), held, seal)


def _manifest(issue: Issue, name: str, college: College, files: Sequence[FinishedFile]) -> dict[str, object]:
    """The manifest, but for what the bytes of its files tell."""
    return {
        "college": name,
        "name": college.name,
        "pack": issue.pack.id,
        "title": issue.title,
        "edition": issue.edition,
        "produced": issue.produced.isoformat(),
        "record": issue.record,
        "code": issue.code,
        "last_record": issue.last_record,
        **({"status_page": issue.status_page} if issue.status_page else {}),
        **({"address": newest} if (newest := newest_at(issue)) else {}),
        **({"statuses": issue.state.statuses} if issue.state.statuses else {}),
        "briefings": [_bound(issue, *one) for one in issue.versions],
        "files": [_listed(file) for file in files],
        "overridden": [{"name": one, "reason": reason} for one, reason in issue.overridden],
    }


def _bound(issue: Issue, name: str, version: str, title: str) -> dict[str, object]:
    """A text as the manifest has it, with what stands across its pages, and what it lacks."""
    text = issue.state.texts.get(name, TextState())
    state = {field: said for field in TextState.__slots__ if (said := getattr(text, field))}
    return {"id": name, "version": version, "title": title, **state}


def _listed(file: FinishedFile) -> dict[str, object]:
    """Facts of a file that its bytes do not tell; its number, if it has one."""
    said: dict[str, object] = {"file": file.name, "format": file.format, "pages": file.pages}
    return said | ({"copy": file.number} if file.number else {})
