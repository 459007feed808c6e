"""Kinds of the files in `source/`, by path."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pipeline.core.diagnostics import Desk, Place
from pipeline.core.messages import message
from pipeline.load.library.folders import NOTICES
from pipeline.load.pictures.picture import KINDS
from pipeline.load.pictures.profiles import PROFILE_ENDS
from pipeline.load.slips.near import near

HANDBOOK_PACK = "source/handbook/pack.yaml"
LIST_NAMES = ("organisations", "colleges", "glossary", "tags")
_REFERENCES = (".yaml", ".json", ".bib", ".ris")
_KEPT = ("versions", "approvals", "editions", "sent")
_FOLDERS = ("briefings", "series", "packs", "references", "handbook", *_KEPT)
_ANYWHERE = (".csl", *PROFILE_ENDS)
"""Files that `library.yaml` names by their path. Pictures, too, may lie in any folder."""
_TOP = ("library.yaml", "word-styles.yaml", *(f"{name}.yaml" for name in LIST_NAMES), "copies.csv", "ledger.csv")


@dataclass
class Shelves:
    """The paths of a library's files, each list in order."""

    briefings: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    series: list[str] = field(default_factory=list)
    packs: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)


def sort_files(files: Mapping[str, bytes], desk: Desk) -> Shelves:
    """The files on their shelves; a remark for each that no part of the line reads."""
    shelves = Shelves()
    for path in sorted(files):
        if path.startswith("source/"):
            for reason in _shelve(path, shelves):
                desk.report(message("file-unknown", Place(path), reason=reason))
    return shelves


def _shelve(path: str, shelves: Shelves) -> Iterator[str]:
    """Put a path on its shelf, or say why it has none."""
    parts = PurePosixPath(path).parts[1:]
    suffix = PurePosixPath(path).suffix
    if len(parts) == 1:
        if parts[0] not in _TOP and suffix.lower() not in (*_ANYWHERE, *KINDS):
            yield _nothing_known(parts[0], _TOP)
        return
    match parts[0]:
        case "briefings":
            yield from _briefing(path, parts, suffix, shelves)
        case "handbook":
            if suffix == ".md":
                shelves.pages.append(path)
            elif suffix.lower() not in KINDS and path != HANDBOOK_PACK:
                yield "the handbook is made of .md files, pictures and pack.yaml"
        case "packs" if suffix.lower() == ".pdf":
            return  # an insert
        case "series" | "packs":
            if len(parts) == 2 and suffix == ".yaml":
                (shelves.series if parts[0] == "series" else shelves.packs).append(path)
            elif suffix.lower() not in KINDS:
                yield f"in {parts[0]}/ only files with names that end in .yaml are read"
        case "references" if path.startswith(NOTICES):
            if suffix.lower() != ".csv":
                yield "in references/retractions/ only Retraction Watch files are read, with names that end in .csv"
        case "references" if suffix.lower() == ".csv":
            yield "a Retraction Watch file belongs in references/retractions/"
        case "references":
            if suffix.lower() in _REFERENCES:
                shelves.references.append(path)
            else:
                yield "a bibliography's name ends in .yaml, .json, .bib or .ris"
        case name if name not in _KEPT and suffix.lower() not in (*_ANYWHERE, *KINDS):
            yield _nothing_known(name, _FOLDERS)


def _briefing(path: str, parts: tuple[str, ...], suffix: str, shelves: Shelves) -> Iterator[str]:
    if suffix == ".md" and (len(parts) == 2 or (len(parts) == 3 and parts[2] == "briefing.md")):
        shelves.briefings.append(path)
    elif suffix == ".md":
        yield "in a folder of its own a briefing is called briefing.md"
    elif suffix.lower() not in KINDS:
        yield "briefings are .md files; beside them stand only their pictures"


def _nothing_known(name: str, known: tuple[str, ...]) -> str:
    guess = near(name, known)
    return f"nothing in source/ has the name '{name}'" + (f"; '{guess[0]}' was perhaps meant" if guess else "")
