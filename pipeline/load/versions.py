"""Kept versions and records of editions, and their printed codes."""

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
from pipeline.core.files import write_atomically
from pipeline.core.messages import message, present
from pipeline.core.printed_code import CodesOnRecord, PrintedCode, code_of, codes_on_record, read_code
from pipeline.load.folders import EDITIONS_FOLDER
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
"""Errors of a record without a code, or one that cannot be read."""


class CodedVersion(NamedTuple):
    """The code of a kept version, and what its record says of it."""

    code: PrintedCode
    digest: str
    id: str
    version: str
    title: str
    published: date
    approved_code: str = ""
    approved_words: str = ""
    """The digest of the words that were approved; '' if only their code was compared."""


def codes_in(files: Mapping[str, bytes]) -> CodesOnRecord:
    """Return the codes that records give to wordings. A record that cannot be read is ignored."""
    codes = [(version.digest, version.code.text) for version in read_coded_versions(files)]
    for path in _edition_paths(files, EDITIONS_FOLDER):
        with suppress(*_NO_CODE):
            record = json.loads(files[path])
            digest = str(record["words"])
            codes.append((digest, _code_of(record, digest).text))
    return codes_on_record(codes)


def _edition_paths(files: Iterable[str], folder: str) -> list[str]:
    return sorted(path for path in files if path.startswith(f"{folder}/") and path.endswith(".json"))


def read_coded_versions(files: Mapping[str, bytes]) -> Iterator[CodedVersion]:
    """Yield the kept versions whose record has the digest of the wording, the last first."""
    paths = (path for path in files if path.startswith(f"{FOLDER}/") and path.endswith(f"/{RECORD}"))
    for path in sorted(paths, reverse=True):
        with suppress(*_NO_CODE):
            record = json.loads(files[path])
            digest, day = str(record["digest"]), date.fromisoformat(record["published"])
            if digest.startswith(f"{WORDING}:"):
                name, version, title = (str(record[key]) for key in ("id", "version", "title"))
                approved = (str(record.get(key, "")) for key in ("approved_code", "approved_words"))
                yield CodedVersion(_code_of(record, digest), digest, name, version, title, day, *approved)


def _code_of(record: Mapping[str, Any], digest: str) -> PrintedCode:
    """Return the code that a record names, or the short one of its digest. Raises `ValueError` for a bad digest."""
    short = code_of(digest)
    return read_code(str(record["code"])) if "code" in record else short


def editions_before(
    files: Mapping[str, bytes], packs: Mapping[str, Pack], diagnostics: Diagnostics
) -> dict[str, PreviousEdition]:
    """Return the previous edition of each pack that prints its changes, by the day of the edition."""
    editions: dict[str, PreviousEdition] = {}
    for name, pack in packs.items():
        if "changes" not in pack.fields.back:
            continue
        records = tuple(_read_editions(files, name, diagnostics))
        title = _normalise(pack.fields.edition or "")
        number = next((record.number for record in records if _normalise(record.edition) == title), None)
        until = pack.fields.since or date.max
        earlier = [r for r in records if r.issued <= until and (number is None or r.number < number)]
        if earlier:
            last = max(earlier, key=lambda record: record.number)
            versions = tuple((briefing.id, briefing.version) for briefing in last.briefings)
            titles = tuple((briefing.id, briefing.title) for briefing in last.briefings)
            editions[name] = PreviousEdition(last.edition, last.issued, versions, titles)
    return editions


def _normalise(edition: str) -> str:
    return " ".join(edition.casefold().split())


def _read_editions(files: Mapping[str, bytes], pack: str, diagnostics: Diagnostics) -> Iterator[EditionRecord]:
    for path in _edition_paths(files, f"{EDITIONS_FOLDER}/{pack}"):
        try:
            yield EditionRecord.model_validate_json(files[path])
        except ValidationError:
            what = f"{path.rpartition('/')[2]} is not as it was written: it cannot be read"
            diagnostics.report(message("record-broken", Location(path), what=what))


# Kept versions: each folder is a library of one briefing, with the digests of its files in its record.

_KEPT = re.compile(rf"{FOLDER}/(?P<id>[a-z0-9-]+)/(?P<version>\d+\.\d+)/(?P<name>.+)")

LoadLibrary = Callable[[Mapping[str, bytes]], tuple[Library, tuple[Diagnostic, ...]]]
"""Function that loads a library from files; their paths begin with `source/`."""


@dataclass(frozen=True, slots=True)
class KeptVersions:
    """The numbers, publication days and last titles of all kept versions, and the versions that were read."""

    numbers: dict[str, tuple[str, ...]]
    days: dict[str, date]
    titles: dict[str, str]
    kept: dict[str, PublishedVersion]


@dataclass(frozen=True, slots=True)
class _VersionFolder:
    """The files of one kept version by their paths in its folder."""

    id: str
    version: str
    files: dict[str, bytes]

    @property
    def folder(self) -> str:
        return folder_of(self.id, self.version)


def read_all_kept_versions(
    files: Mapping[str, bytes], wanted: frozenset[str], load: LoadLibrary, diagnostics: Diagnostics
) -> KeptVersions:
    """Find all kept versions, and read those that are `wanted` ('id@version'). Damage is reported for all.

    With a wanted version the last one of the same text is read: its history lists corrections.
    """
    all_numbers: dict[str, list[str]] = {}
    kept: dict[str, PublishedVersion] = {}
    days: dict[str, date] = {}
    titles: dict[str, str] = {}
    folders = tuple(_find_folders(files))
    last = {folder.id: folder.version for folder in sorted(folders, key=lambda folder: numbers(folder.version))}
    wanted |= {version_ref(f.id, last[f.id]) for f in folders if version_ref(f.id, f.version) in wanted}
    for folder in folders:
        all_numbers.setdefault(folder.id, []).append(folder.version)
        record = _read_record(folder, diagnostics)
        name = version_ref(folder.id, folder.version)
        if record is None:
            continue
        days[name] = record.published
        titles |= {folder.id: record.title} if folder.version == last[folder.id] else {}
        if _is_intact(folder, record, diagnostics) and name in wanted:
            version = _read_version(folder, record, load, diagnostics)
            kept |= {name: version} if version else {}
    return KeptVersions(
        {name: tuple(sorted(versions, key=numbers)) for name, versions in all_numbers.items()}, days, titles, kept
    )


def read_kept_versions(
    files: Mapping[str, bytes], lines: Collection[str], load: LoadLibrary
) -> Mapping[str, PublishedVersion]:
    """Return kept versions by 'id@version', with the last version of each text, as far as they can be read."""
    folders = tuple({f"{FOLDER}/{line.partition('@')[0]}/" for line in lines})
    needed = {path: files[path] for path in files if path.startswith(folders)}
    return read_all_kept_versions(needed, frozenset(lines), load, Diagnostics()).kept


def kept_numbers(files: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the numbers of the kept versions of each briefing, in order, from the paths of their files."""
    kept: dict[str, set[str]] = {}
    for path in files:
        if match := _KEPT.fullmatch(path):
            kept.setdefault(match["id"], set()).add(match["version"])
    return {name: tuple(sorted(versions, key=numbers)) for name, versions in sorted(kept.items())}


def wanted_pins(briefings: Iterable[Briefing], packs: Iterable[Pack]) -> frozenset[str]:
    """Return the versions that packs name, and those with the present numbers of texts."""
    named = {line for pack in packs for line in pack.lines if "@" in line}
    return frozenset(named | {version_ref(briefing.id, briefing.fields.version) for briefing in briefings})


def _find_folders(files: Mapping[str, bytes]) -> Iterator[_VersionFolder]:
    folders: dict[tuple[str, str], dict[str, bytes]] = {}
    for path in files:
        match = _KEPT.fullmatch(path) if path.startswith(f"{FOLDER}/") else None
        if match:
            folders.setdefault((match["id"], match["version"]), {})[match["name"]] = files[path]
    for (name, version), contents in sorted(folders.items()):
        yield _VersionFolder(name, version, contents)


def _read_record(folder: _VersionFolder, diagnostics: Diagnostics) -> VersionRecord | None:
    """Return the record of a folder; None after a remark."""
    place = Location(f"{folder.folder}/{RECORD}")
    unread = f"The record of version {folder.version} of '{folder.id}' cannot be read"
    try:
        record = VersionRecord.model_validate_json(folder.files.get(RECORD, b""))
    except ValidationError:
        record = None
    if record is None or (record.id, record.version) != (folder.id, folder.version):
        diagnostics.report(message("kept-broken", place, what=unread))
        return None
    if record.approved_words not in (None, record.digest):
        code = record.approved_code or "other words"
        diagnostics.report(message("approve-words", place, code=code, name=folder.id, version=folder.version, where=""))
    return record


def _is_intact(folder: _VersionFolder, record: VersionRecord, diagnostics: Diagnostics) -> bool:
    """Return True if the files are those that were published; report each that is not."""
    is_intact = True
    for name, digest in record.files.items():
        content = folder.files.get(name)
        if content is None or sha256(content) != digest:
            how = "is missing from" if content is None else "has changed since"
            what = f"The file '{name}' {how} version {folder.version} of '{folder.id}', which is published"
            place = Location(f"{folder.folder}/{name if content is not None else RECORD}")
            diagnostics.report(message("kept-broken", place, what=what))
            is_intact = False
    return is_intact


def _read_version(
    folder: _VersionFolder, record: VersionRecord, load: LoadLibrary, diagnostics: Diagnostics
) -> PublishedVersion | None:
    """Return the version with its library; None after a remark if this release finds a mistake in it.

    Mistakes that were overridden when it was published are accepted.
    """
    library, remarks = load({f"source/{name}": folder.files[name] for name in record.files if name != WORDS})
    accepted = {present(override.code) for override in record.overridden}
    error = next((remark for remark in errors(remarks) if remark.code not in accepted), None)
    if error or folder.id not in library.briefings:
        sentence = error.sentence if error else "it has no briefing of this name"
        place = Location(f"{folder.folder}/{RECORD}")
        diagnostics.report(message("kept-unreadable", place, name=folder.id, version=folder.version, sentence=sentence))
        return None
    others = {}
    for other in record.leads_to:
        words = {"title": other.title, "summary": other.title, "language": other.language}
        fields = BriefingFields(**words, canonical_url=other.address)
        others[other.id] = Briefing(other.id, "", fields, FieldLocations(""))
    whole = replace(library, briefings={**others, **library.briefings})
    return PublishedVersion(folder.id, folder.version, record, whole, remarks)


def write_gitattributes(path: Path) -> None:
    """Tell git not to change kept files, unless the project has a `.gitattributes`."""
    if not path.exists():
        write_atomically(path, SEALED)
