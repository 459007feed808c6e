"""Kept versions from `source/versions/`: each folder a library of one briefing, sealed by its record."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from pipeline.core.diagnostics import Desk, Diagnostic, Place, errors
from pipeline.core.digest import sha256
from pipeline.core.files import write_whole
from pipeline.core.messages import message, present
from pipeline.model.library import KeptVersion, Library
from pipeline.model.source.briefing import Briefing, BriefingFields
from pipeline.model.source.kept import FOLDER, RECORD, SEALED, WORDS, KeptRecord, LedTo, folder_of, numbers, pin
from pipeline.model.source.pack import Pack
from pipeline.model.source.record import Marks

_KEPT = re.compile(rf"{FOLDER}/(?P<id>[a-z0-9-]+)/(?P<version>\d+\.\d+)/(?P<name>.+)")

LoadLibrary = Callable[[Mapping[str, bytes]], tuple[Library, tuple[Diagnostic, ...]]]
"""Function that loads a library from files; their paths begin with `source/`."""


@dataclass(frozen=True, slots=True)
class Found:
    """The versions kept of each briefing, when each was published, its last title, and those that were asked for."""

    numbers: dict[str, tuple[str, ...]]
    days: dict[str, date]
    titles: dict[str, str]
    kept: dict[str, KeptVersion]


@dataclass(frozen=True, slots=True)
class _Sealed:
    """The files of one folder by their paths in it."""

    id: str
    version: str
    files: dict[str, bytes]

    @property
    def folder(self) -> str:
        return folder_of(self.id, self.version)


def read_kept(files: Mapping[str, bytes], wanted: frozenset[str], load: LoadLibrary, desk: Desk) -> Found:
    """Kept versions found, and the published text of those wanted ('id@version'). Damage is reported for all.

    With one that is wanted the last one of the same text comes too: its history tells of corrections.
    """
    found: dict[str, list[str]] = {}
    kept: dict[str, KeptVersion] = {}
    days: dict[str, date] = {}
    titles: dict[str, str] = {}
    folders = tuple(_folders(files))
    last = {one.id: one.version for one in sorted(folders, key=lambda one: numbers(one.version))}
    wanted |= {pin(one.id, last[one.id]) for one in folders if pin(one.id, one.version) in wanted}
    for sealed in folders:
        found.setdefault(sealed.id, []).append(sealed.version)
        record = _record(sealed, desk)
        name = pin(sealed.id, sealed.version)
        if record is None:
            continue
        days[name] = record.published
        titles |= {sealed.id: record.title} if sealed.version == last[sealed.id] else {}
        if _unbroken(sealed, record, desk) and name in wanted and (opened := _opened(sealed, record, load, desk)):
            kept[name] = opened
    return Found({name: tuple(sorted(those, key=numbers)) for name, those in found.items()}, days, titles, kept)


def open_kept(files: Mapping[str, bytes], lines: Collection[str], load: LoadLibrary) -> Mapping[str, KeptVersion]:
    """Kept versions by 'id@version', as far as they can be read, and the last of each text. No other is looked at."""
    folders = tuple({f"{FOLDER}/{line.partition('@')[0]}/" for line in lines})
    concerned = {path: files[path] for path in files if path.startswith(folders)}
    return read_kept(concerned, frozenset(lines), load, Desk()).kept


def kept_numbers(files: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The versions kept of each briefing, in order, by the paths of their files."""
    found: dict[str, set[str]] = {}
    for path in files:
        if said := _KEPT.fullmatch(path):
            found.setdefault(said["id"], set()).add(said["version"])
    return {name: tuple(sorted(those, key=numbers)) for name, those in sorted(found.items())}


def wanted_pins(briefings: Iterable[Briefing], packs: Iterable[Pack]) -> frozenset[str]:
    """The versions that packs ask for, and those whose numbers the present texts bear."""
    asked = {line for pack in packs for line in pack.lines if "@" in line}
    return frozenset(asked | {pin(briefing.id, briefing.fields.version) for briefing in briefings})


def _folders(files: Mapping[str, bytes]) -> Iterator[_Sealed]:
    folders: dict[tuple[str, str], dict[str, bytes]] = {}
    for path in files:
        found = _KEPT.fullmatch(path) if path.startswith(f"{FOLDER}/") else None
        if found:
            folders.setdefault((found["id"], found["version"]), {})[found["name"]] = files[path]
    for (name, version), held in sorted(folders.items()):
        yield _Sealed(name, version, held)


def _record(sealed: _Sealed, desk: Desk) -> KeptRecord | None:
    """The record of a folder, or nothing after a remark."""
    place = Place(f"{sealed.folder}/{RECORD}")
    unread = f"The record of version {sealed.version} of '{sealed.id}' cannot be read"
    try:
        record = KeptRecord.model_validate_json(sealed.files.get(RECORD, b""))
    except ValidationError:
        desk.report(message("kept-broken", place, what=unread))
        return None
    if (record.id, record.version) != (sealed.id, sealed.version):
        desk.report(message("kept-broken", place, what=unread))
        return None
    if record.approved_words not in (None, record.digest):
        code = record.approved_code or "other words"
        desk.report(message("approve-words", place, code=code, name=sealed.id, version=sealed.version, where=""))
    return record


def _unbroken(sealed: _Sealed, record: KeptRecord, desk: Desk) -> bool:
    """Whether the files are those that were published; each that is not is reported."""
    sound = True
    for name, said in record.files.items():
        content = sealed.files.get(name)
        if content is None or sha256(content) != said:
            how = "is missing from" if content is None else "has changed since"
            what = f"The file '{name}' {how} version {sealed.version} of '{sealed.id}', which is published"
            place = Place(f"{sealed.folder}/{name if content is not None else RECORD}")
            desk.report(message("kept-broken", place, what=what))
            sound = False
    return sound


def _opened(sealed: _Sealed, record: KeptRecord, load: LoadLibrary, desk: Desk) -> KeptVersion | None:
    """The version with its library; nothing after a remark where today's pipeline finds a mistake in it.

    A mistake that was overridden when it was published is part of it.
    """
    library, remarks = load({f"source/{name}": sealed.files[name] for name in record.files if name != WORDS})
    known = {present(one.code) for one in record.overridden}
    wrong = next((remark for remark in errors(remarks) if remark.code not in known), None)
    if wrong or sealed.id not in library.briefings:
        said = wrong.sentence if wrong else "it holds no briefing of this name"
        place = Place(f"{sealed.folder}/{RECORD}")
        desk.report(message("kept-unreadable", place, name=sealed.id, version=sealed.version, sentence=said))
        return None
    others = {other.id: _called(other) for other in record.leads_to}
    whole = replace(library, briefings={**others, **library.briefings})
    return KeptVersion(sealed.id, sealed.version, record, whole, remarks)


def _called(other: LedTo) -> Briefing:
    """Another briefing as far as it was known then: what it was called."""
    fields = BriefingFields(
        title=other.title, summary=other.title, language=other.language, canonical_url=other.address
    )
    return Briefing(other.id, "", fields, Marks(""))


def tell_git(path: Path) -> None:
    """Have git leave kept files as they are, unless the project has told it something itself."""
    if not path.exists():
        write_whole(path, SEALED)
