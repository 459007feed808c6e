"""Kept versions and edition records on disk, and their codes."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location, UsageError, errors
from pipeline.core.digests import sha256
from pipeline.core.files import write_whole
from pipeline.core.messages import message, present
from pipeline.core.printed_code import CodesOnRecord, PrintedCode, code_of, codes_on_record, read_code
from pipeline.load.folders import EDITIONS
from pipeline.model.library import Library, PublishedVersion
from pipeline.model.source.briefing import Briefing, BriefingFields
from pipeline.model.source.pack import Pack
from pipeline.model.source.record import FieldLocations
from pipeline.model.source.versions import (
    FOLDER,
    RECORD,
    SEALED,
    WORDING,
    WORDS,
    EditionRecord,
    PreviousEdition,
    VersionRecord,
    folder_of,
    numbers,
    version_ref,
)

_NO_CODE = (ValueError, KeyError, TypeError, RecursionError, UsageError)
"""Failures of a record that has no code: it cannot be read, or says none."""


class CodedVersion(NamedTuple):
    """A kept version with its code, as its record has it."""

    code: PrintedCode
    digest: str
    id: str
    version: str
    title: str
    published: date
    approved_code: str = ""
    approved_words: str = ""
    """The digest of the words that were approved; nothing where only their code was compared."""


def codes_in(files: Mapping[str, bytes]) -> CodesOnRecord:
    """The codes that the records among files give to wordings. A record that cannot be read gives none."""
    codes = [(version.digest, version.code.text) for version in coded_versions(files)]
    for path in _edition_paths(files, EDITIONS):
        with suppress(*_NO_CODE):
            record = json.loads(files[path])
            digest = str(record["words"])
            codes.append((digest, _code(record, digest).text))
    return codes_on_record(codes)


def _edition_paths(files: Iterable[str], folder: str) -> list[str]:
    return sorted(path for path in files if path.startswith(f"{folder}/") and path.endswith(".json"))


def coded_versions(files: Mapping[str, bytes]) -> Iterator[CodedVersion]:
    """The kept versions whose wording is on record, the last first."""
    paths = (path for path in files if path.startswith(f"{FOLDER}/") and path.endswith(f"/{RECORD}"))
    for path in sorted(paths, reverse=True):
        with suppress(*_NO_CODE):
            record = json.loads(files[path])
            digest, day = str(record["digest"]), date.fromisoformat(record["published"])
            if digest.startswith(f"{WORDING}:"):
                name, version, title = (str(record[key]) for key in ("id", "version", "title"))
                approved = (str(record.get(key, "")) for key in ("approved_code", "approved_words"))
                yield CodedVersion(_code(record, digest), digest, name, version, title, day, *approved)


def _code(record: Mapping[str, Any], digest: str) -> PrintedCode:
    """The code that a record names; where it names none, the short one. Raises `ValueError` for what is no digest."""
    short = code_of(digest)
    return read_code(str(record["code"])) if "code" in record else short


def editions_before(
    files: Mapping[str, bytes], packs: Mapping[str, Pack], diagnostics: Diagnostics
) -> dict[str, PreviousEdition]:
    """Of each pack that tells what has changed its last edition, by its day, but the one that it is itself."""
    editions: dict[str, PreviousEdition] = {}
    for name, pack in packs.items():
        if "changes" not in pack.fields.back:
            continue
        records = tuple(_records(files, name, diagnostics))
        own = _plain(pack.fields.edition or "")
        number = next((record.number for record in records if _plain(record.edition) == own), None)
        until = pack.fields.since or date.max
        earlier = [r for r in records if r.issued <= until and (number is None or r.number < number)]
        if earlier:
            last = max(earlier, key=lambda record: record.number)
            versions = tuple((briefing.id, briefing.version) for briefing in last.briefings)
            titles = tuple((briefing.id, briefing.title) for briefing in last.briefings)
            editions[name] = PreviousEdition(last.edition, last.issued, versions, titles)
    return editions


def _plain(edition: str) -> str:
    return " ".join(edition.casefold().split())


def _records(files: Mapping[str, bytes], pack: str, diagnostics: Diagnostics) -> Iterator[EditionRecord]:
    for path in _edition_paths(files, f"{EDITIONS}/{pack}"):
        try:
            yield EditionRecord.model_validate_json(files[path])
        except ValidationError:
            what = f"{path.rpartition('/')[2]} is not as it was written: it cannot be read"
            diagnostics.report(message("record-broken", Location(path), what=what))


# Kept versions: each folder a library of one briefing, sealed by its record.

_KEPT = re.compile(rf"{FOLDER}/(?P<id>[a-z0-9-]+)/(?P<version>\d+\.\d+)/(?P<name>.+)")

LoadLibrary = Callable[[Mapping[str, bytes]], tuple[Library, tuple[Diagnostic, ...]]]
"""Function that loads a library from files; their paths begin with `source/`."""


@dataclass(frozen=True, slots=True)
class Found:
    """The versions kept of each briefing, when each was published, its last title, and those that were asked for."""

    numbers: dict[str, tuple[str, ...]]
    days: dict[str, date]
    titles: dict[str, str]
    kept: dict[str, PublishedVersion]


@dataclass(frozen=True, slots=True)
class _Sealed:
    """The files of one folder by their paths in it."""

    id: str
    version: str
    files: dict[str, bytes]

    @property
    def folder(self) -> str:
        return folder_of(self.id, self.version)


def read_kept(files: Mapping[str, bytes], wanted: frozenset[str], load: LoadLibrary, diagnostics: Diagnostics) -> Found:
    """Kept versions found, and the published text of those wanted ('id@version'). Damage is reported for all.

    With one that is wanted the last one of the same text comes too: its history tells of corrections.
    """
    found: dict[str, list[str]] = {}
    kept: dict[str, PublishedVersion] = {}
    days: dict[str, date] = {}
    titles: dict[str, str] = {}
    folders = tuple(_folders(files))
    last = {one.id: one.version for one in sorted(folders, key=lambda one: numbers(one.version))}
    wanted |= {version_ref(one.id, last[one.id]) for one in folders if version_ref(one.id, one.version) in wanted}
    for sealed in folders:
        found.setdefault(sealed.id, []).append(sealed.version)
        record = _record(sealed, diagnostics)
        name = version_ref(sealed.id, sealed.version)
        if record is None:
            continue
        days[name] = record.published
        titles |= {sealed.id: record.title} if sealed.version == last[sealed.id] else {}
        if (
            _unbroken(sealed, record, diagnostics)
            and name in wanted
            and (opened := _opened(sealed, record, load, diagnostics))
        ):
            kept[name] = opened
    return Found({name: tuple(sorted(those, key=numbers)) for name, those in found.items()}, days, titles, kept)


def open_kept(files: Mapping[str, bytes], lines: Collection[str], load: LoadLibrary) -> Mapping[str, PublishedVersion]:
    """Kept versions by 'id@version', as far as they can be read, and the last of each text. No other is looked at."""
    folders = tuple({f"{FOLDER}/{line.partition('@')[0]}/" for line in lines})
    concerned = {path: files[path] for path in files if path.startswith(folders)}
    return read_kept(concerned, frozenset(lines), load, Diagnostics()).kept


def kept_numbers(files: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The versions kept of each briefing, in order, by the paths of their files."""
    kept: dict[str, set[str]] = {}
    for path in files:
        if match := _KEPT.fullmatch(path):
            kept.setdefault(match["id"], set()).add(match["version"])
    return {name: tuple(sorted(versions, key=numbers)) for name, versions in sorted(kept.items())}


def wanted_pins(briefings: Iterable[Briefing], packs: Iterable[Pack]) -> frozenset[str]:
    """The versions that packs ask for, and those whose numbers the present texts bear."""
    asked = {line for pack in packs for line in pack.lines if "@" in line}
    return frozenset(asked | {version_ref(briefing.id, briefing.fields.version) for briefing in briefings})


def _folders(files: Mapping[str, bytes]) -> Iterator[_Sealed]:
    folders: dict[tuple[str, str], dict[str, bytes]] = {}
    for path in files:
        found = _KEPT.fullmatch(path) if path.startswith(f"{FOLDER}/") else None
        if found:
            folders.setdefault((found["id"], found["version"]), {})[found["name"]] = files[path]
    for (name, version), held in sorted(folders.items()):
        yield _Sealed(name, version, held)


def _record(sealed: _Sealed, diagnostics: Diagnostics) -> VersionRecord | None:
    """The record of a folder, or nothing after a remark."""
    place = Location(f"{sealed.folder}/{RECORD}")
    unread = f"The record of version {sealed.version} of '{sealed.id}' cannot be read"
    try:
        record = VersionRecord.model_validate_json(sealed.files.get(RECORD, b""))
    except ValidationError:
        record = None
    if record is None or (record.id, record.version) != (sealed.id, sealed.version):
        diagnostics.report(message("kept-broken", place, what=unread))
        return None
    if record.approved_words not in (None, record.digest):
        code = record.approved_code or "other words"
        diagnostics.report(message("approve-words", place, code=code, name=sealed.id, version=sealed.version, where=""))
    return record


def _unbroken(sealed: _Sealed, record: VersionRecord, diagnostics: Diagnostics) -> bool:
    """Whether the files are those that were published; each that is not is reported."""
    sound = True
    for name, said in record.files.items():
        content = sealed.files.get(name)
        if content is None or sha256(content) != said:
            how = "is missing from" if content is None else "has changed since"
            what = f"The file '{name}' {how} version {sealed.version} of '{sealed.id}', which is published"
            place = Location(f"{sealed.folder}/{name if content is not None else RECORD}")
            diagnostics.report(message("kept-broken", place, what=what))
            sound = False
    return sound


def _opened(
    sealed: _Sealed, record: VersionRecord, load: LoadLibrary, diagnostics: Diagnostics
) -> PublishedVersion | None:
    """The version with its library; nothing after a remark where today's pipeline finds a mistake in it.

    A mistake that was overridden when it was published is part of it.
    """
    library, remarks = load({f"source/{name}": sealed.files[name] for name in record.files if name != WORDS})
    known = {present(one.code) for one in record.overridden}
    wrong = next((remark for remark in errors(remarks) if remark.code not in known), None)
    if wrong or sealed.id not in library.briefings:
        said = wrong.sentence if wrong else "it holds no briefing of this name"
        place = Location(f"{sealed.folder}/{RECORD}")
        diagnostics.report(message("kept-unreadable", place, name=sealed.id, version=sealed.version, sentence=said))
        return None
    others = {}
    for other in record.leads_to:
        about = {"title": other.title, "summary": other.title, "language": other.language}
        fields = BriefingFields(**about, canonical_url=other.address)
        others[other.id] = Briefing(other.id, "", fields, FieldLocations(""))
    whole = replace(library, briefings={**others, **library.briefings})
    return PublishedVersion(sealed.id, sealed.version, record, whole, remarks)


def write_gitattributes(path: Path) -> None:
    """Have git leave kept files as they are, unless the project has told it something itself."""
    if not path.exists():
        write_whole(path, SEALED)
