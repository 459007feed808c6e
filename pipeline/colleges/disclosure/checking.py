"""A disclosure held to the chains: those that it carries, and those of the library that it came from. Pure."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.colleges.disclosure.bag import (
    CHANGED,
    MINISIGN_TAGS,
    MISSING,
    PAYLOAD,
    SSH_TAGS,
    TAG_MANIFEST,
    bag_faults,
)
from pipeline.colleges.disclosure.contents import ABOUT, FORM, HASH_ONLY, HEADS, LEDGER_ROWS, WHOLE
from pipeline.colleges.disclosure.names import is_redaction
from pipeline.colleges.ledger.events import FIRST, Event
from pipeline.core.digest import sha256
from pipeline.editions.issued.records import RecordsRead
from pipeline.editions.sealing.signatures import PublicKey, minisign_holds, ssh_holds
from pipeline.model.source.kept import RECORD, WORDING, WORDS, approval_of, folder_of, pin

_Fault = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Witnessed:
    """The library that a disclosure is held to: its files by path, the records and the events."""

    files: Mapping[str, bytes]
    records: RecordsRead
    events: Sequence[Event]


def read_about(files: Mapping[str, bytes]) -> Mapping[str, Any] | None:
    """The words of a disclosure on itself; nothing where the files of a bag are none of ours."""
    try:
        said = json.loads(files[f"{PAYLOAD}{ABOUT}"])
        whole = said["schema"] == FORM and all(
            isinstance(said[name], list) for name in ("records", "versions", "files", "left_out")
        )
    except (KeyError, ValueError, TypeError, RecursionError):
        return None
    return said if whole else None


def signature_fault(files: Mapping[str, bytes], keys: Sequence[PublicKey]) -> str:
    """Words on the signature of a bag, where it is not the publisher's, to follow the name of what is signed."""
    content, signed = files.get(TAG_MANIFEST, b""), files.get(MINISIGN_TAGS)
    if not keys:
        return "is signed, and library.yaml names no key ('signing:')" if signed is not None else ""
    if signed is None:
        return f"is not signed: {MINISIGN_TAGS} {MISSING}"
    own = next((key for key in keys if minisign_holds(key, content, signed)), None)
    if own is None:
        return "is not signed by the publisher's key"
    return "" if ssh_holds(own, content, files.get(SSH_TAGS, b"")) else f"has another signature in {SSH_TAGS}"


def disclosure_faults(files: Mapping[str, bytes], library: Witnessed) -> Iterator[_Fault]:
    """Files of a bag that are not as they were packed, or that the chains do not bear out, each with what is wrong."""
    faults = tuple(bag_faults(files))
    yield from faults
    payload = {name.removeprefix(PAYLOAD): content for name, content in files.items() if name.startswith(PAYLOAD)}
    said = read_about(files)
    if said is None:
        yield ABOUT, f"is no {FORM}"
        return
    try:
        found = (
            *_ledger_faults(payload, library.events),
            *_record_faults(payload, said, library),
            *_version_faults(payload, said, library),
            *_file_faults(payload, said, library),
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):  # of our form, and written by others
        found = ((ABOUT, "does not say what it should"),)
    known = {name.removeprefix(PAYLOAD) for name, _ in faults}
    yield from (one for one in found if one[0] not in known)


def _ledger_faults(payload: Mapping[str, bytes], events: Sequence[Event]) -> Iterator[_Fault]:
    """Faults of the chain of events: within itself, and against the ledger."""
    rows = [*csv.reader(io.StringIO(payload[LEDGER_ROWS].decode("utf-8-sig"), newline=""))]
    if not rows or tuple(rows[0]) != HEADS:
        yield LEDGER_ROWS, CHANGED
        return
    previous = FIRST
    for number, row in enumerate(rows[1:], 1):
        given, event = row[0], Event(int(row[1]), *row[2:])
        if (event.number, event.previous) != (number, previous) or (given == WHOLE and not event.follows_itself):
            yield LEDGER_ROWS, f"does not hold: event {number} does not follow from those before"
            return
        previous = event.digest
        own = events[number - 1] if number <= len(events) else None
        if own is None or own.digest != event.digest:
            what = "is not in the ledger here" if own is None else "is another one in the ledger here"
            yield LEDGER_ROWS, f"does not agree: event {number} {what}"
            return
        if given not in (WHOLE, HASH_ONLY) and not _is_without_names(event, own):
            yield LEDGER_ROWS, f"does not agree: event {number} says something else in the ledger here"


def _is_without_names(event: Event, own: Event) -> bool:
    same = (event.at, event.kind, event.subject) == (own.at, own.kind, own.subject)
    return same and is_redaction(json.loads(event.said), json.loads(own.said))


def _record_faults(payload: Mapping[str, bytes], said: Mapping[str, Any], library: Witnessed) -> Iterator[_Fault]:
    """Faults of the chains of records: each names the one before it, and all of them are on record here."""
    own = {one.sha256: one for one in library.records.every()}
    before: dict[str, tuple[int, str]] = {}
    for one in said["records"]:
        pack, digest, path = one["pack"], one["sha256"], one["path"]
        name = path or f"{ABOUT}, record {one['number']} of '{pack}'"
        number, previous = before.get(pack, (0, FIRST))
        if (one["number"], one["previous"]) != (number + 1, previous):
            yield name, "does not follow from the record before it"
        before[pack] = one["number"], digest
        if digest not in own:
            yield name, "is not on record here"
        elif own[digest].record.previous != one["previous"] or own[digest].record.pack != pack:
            yield name, "does not name the record before it as the one here does"
        elif path:
            yield from _against(payload, path, own[digest].content, one["given"] == WHOLE)


def _version_faults(payload: Mapping[str, bytes], said: Mapping[str, Any], library: Witnessed) -> Iterator[_Fault]:
    """Faults of kept versions: the record of each is the one here, which the records of editions name."""
    named = {
        pin(text.id, text.version): text
        for one in library.records.every()
        for text in one.record.briefings
        if text.kept
    }
    for one in said["versions"]:
        name, _, version = one["version"].partition("@")
        folder, place = folder_of(name, version), f"versions/{name}/{version}"
        content, text = library.files.get(f"{folder}/{RECORD}"), named.get(one["version"])
        if content is None or sha256(content) != one["sha256"]:
            yield f"{place}/{RECORD}", "is not on record here" if content is None else "is another one here"
            continue
        if text and text.kept != one["sha256"]:
            yield f"{place}/{RECORD}", "is not the record that its edition names"
        yield from _against(payload, _there(payload, f"{place}/{RECORD}"), content)
        for path, into in ((f"{folder}/{WORDS}", WORDS), (approval_of(name, version), "approved-words.json")):
            if original := library.files.get(path):
                yield from _against(payload, _there(payload, f"{place}/{into}"), original)
        words = library.files.get(f"{folder}/{WORDS}", b"")
        if text and text.digest.startswith(f"{WORDING}:") and text.digest != f"{WORDING}:{sha256(words)}":
            yield f"{place}/{WORDS}", "is not the wording that its edition names"


def _file_faults(payload: Mapping[str, bytes], said: Mapping[str, Any], library: Witnessed) -> Iterator[_Fault]:
    """Files that no record here has, or that are not those."""
    issued = {one.sha256: {file.sha256 for file in one.record.files} for one in library.records.every()}
    listed = {one["path"] for one in said["files"]}
    for one in said["files"]:
        if one["sha256"] not in issued.get(one["record"], ()):
            yield one["path"], "is no file of its edition, by the record"
        elif one["path"] in payload and sha256(payload[one["path"]]) != one["sha256"]:
            yield one["path"], "is not the file that was issued"
        elif one["path"] not in payload:
            yield one["path"], MISSING
    records = {one["path"] for one in said["records"]}
    for path in payload:
        if path.startswith("editions/") and path not in listed | records:
            yield path, f"is not in {ABOUT}"


def _there(payload: Mapping[str, bytes], path: str) -> str:
    """The path of a file, or of the same without names."""
    return path if path in payload else f"{path.removesuffix('.json')}.redacted.json"


def _against(payload: Mapping[str, bytes], path: str, original: bytes, whole: bool | None = None) -> Iterator[_Fault]:
    """The fault that a file is not the original, nor that without names."""
    if whole is None:
        whole = not path.endswith(".redacted.json")
    content = payload.get(path)
    if content is None:
        yield path, MISSING
    elif whole and content != original:
        yield path, "is not the one here"
    elif not whole and not is_redaction(json.loads(content), json.loads(original)):
        yield path, "says something else than the one here"
