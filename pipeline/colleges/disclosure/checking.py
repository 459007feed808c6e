"""A disclosure held to the chains: those that it carries, and those of the library that it came from. Pure."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.colleges.disclosure.bag import (
    MINISIGN_TAGS,
    MISSING,
    PAYLOAD,
    SSH_TAGS,
    TAG_MANIFEST,
    bag_faults,
    is_stray,
)
from pipeline.colleges.disclosure.contents import ABOUT, EVENTS, FORM, HASH_ONLY, LEDGER_ROWS, PAGE, REDACTED, WHOLE
from pipeline.colleges.disclosure.events_check import events_faults, ledger_faults
from pipeline.colleges.disclosure.expected import Expected, Witnessed, expected
from pipeline.colleges.disclosure.names import is_redaction
from pipeline.colleges.ledger.events import FIRST
from pipeline.core.digest import sha256
from pipeline.editions.sealing.signatures import PublicKey, minisign_holds, ssh_holds
from pipeline.model.source.kept import RECORD, WORDING, WORDS, approval_of, folder_of

_APPROVED = "approved-words.json"
_Fault = tuple[str, str]
_ODD = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, csv.Error)
"""Failures of what has our form and was written by others."""


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
    faults = bag_faults(files)
    yield from faults
    payload = {name.removeprefix(PAYLOAD): content for name, content in files.items() if name.startswith(PAYLOAD)}
    said = read_about(files)
    if said is None:
        yield f"{PAYLOAD}{ABOUT}", f"is no {FORM}"
        return
    try:
        found = tuple(_chain_faults(payload, said, library))
    except _ODD:
        found = ((ABOUT, "does not say what it should"),)
    known = {name for name, _ in faults}
    yield from ((f"{PAYLOAD}{name}", what) for name, what in found if f"{PAYLOAD}{name}" not in known)


def _chain_faults(payload: Mapping[str, bytes], said: Mapping[str, Any], library: Witnessed) -> Iterator[_Fault]:
    """Everything that the chains here do not bear out."""
    missing = [(name, MISSING) for name in (EVENTS, LEDGER_ROWS, PAGE) if name not in payload]
    if missing:
        yield from missing
        return
    those = expected(said, library)
    faults = [
        *_day_faults(said, library),
        *ledger_faults(payload, said, library.events, those),
        *_record_faults(payload, said, library, those),
        *_version_faults(payload, said, library, those),
        *_file_faults(payload, said, those),
        *_stranger_faults(payload, said),
    ]
    yield from faults
    if not faults:
        yield from events_faults(payload, said, those)


def _day_faults(said: Mapping[str, Any], library: Witnessed) -> Iterator[_Fault]:
    """The fault that a disclosure ends with no event, or is of a day before that of its last event."""
    number = said["last_event"]["number"]
    last = library.events[number - 1] if 0 < number <= len(library.events) else None
    if last and last.at[:10] > said["date"]:
        yield ABOUT, "is of a day before that of its last event"


def _record_faults(
    payload: Mapping[str, bytes], said: Mapping[str, Any], library: Witnessed, those: Expected
) -> Iterator[_Fault]:
    """Faults of the chains of records: each names the one before it, and all of them are on record here."""
    own = {one.sha256: one for one in library.records.every()}
    least, most = ({one.sha256 for one in found.records} for found in (those.least, those.most))
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
        elif one["given"] == HASH_ONLY and digest in least:
            yield name, "is of the choice, and is given by its hash alone"
        elif one["given"] != HASH_ONLY and digest not in most:
            yield name, "is outside of the choice"
        elif path != _place_of(one["given"], f"editions/{pack}/{own[digest].name}"):
            yield name, "does not stand where it should"
        elif path:
            yield from _against(payload, path, own[digest].content, one["given"] == WHOLE)
    for pack, length in those.chained.items():
        if before.get(pack, (0, FIRST))[0] < length:
            yield ABOUT, f"has not all records of '{pack}'"


def _place_of(given: str, path: str) -> str:
    """The path of a record in a disclosure. Raises `KeyError` for what is no way to give it."""
    return {WHOLE: path, REDACTED: _without_names(path), HASH_ONLY: ""}[given]


def _version_faults(
    payload: Mapping[str, bytes], said: Mapping[str, Any], library: Witnessed, those: Expected
) -> Iterator[_Fault]:
    """Faults of kept versions: the record of each is the one here, which the records of editions name."""
    every = library.records.every()
    named = {text.pinned: text for one in every for text in one.record.briefings if text.kept}
    listed = {one["version"] for one in said["versions"]}
    for name in sorted({*those.least.versions} - listed):
        yield ABOUT, f"does not have the version {name}"
    for name in sorted(listed - {*those.most.versions}):
        yield ABOUT, f"has the version {name}, which is outside of the choice"
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
        for path, into in ((f"{folder}/{WORDS}", WORDS), (approval_of(name, version), _APPROVED)):
            if original := library.files.get(path):
                yield from _against(payload, _there(payload, f"{place}/{into}"), original)
        words = library.files.get(f"{folder}/{WORDS}", b"")
        if text and text.digest.startswith(f"{WORDING}:") and text.digest != f"{WORDING}:{sha256(words)}":
            yield f"{place}/{WORDS}", "is not the wording that its edition names"


def _file_faults(payload: Mapping[str, bytes], said: Mapping[str, Any], those: Expected) -> Iterator[_Fault]:
    """Files of editions that are not those that were issued, or that are neither given nor left out."""
    may = {one.path: one for one in those.may_be_given}
    for one in said["files"]:
        path, place = one["path"], may.get(one["path"])
        if place is None or (place.of.sha256, place.file.sha256) != (one["record"], one["sha256"]):
            yield path, "is no file of its edition, by the record"
        elif place.file.bytes != one["bytes"]:
            yield path, f"has another size in {ABOUT}"
        elif path not in payload:
            yield path, MISSING
        elif sha256(payload[path]) != one["sha256"]:
            yield path, "is not the file that was issued"
    listed = {(one["path"], one["sha256"]) for one in said["files"]}
    listed |= {(one["what"], one["sha256"]) for one in said["left_out"]}
    for path, _ in sorted(those.must_be_listed - listed):
        yield path, f"is neither given nor left out in {ABOUT}"


def _stranger_faults(payload: Mapping[str, bytes], said: Mapping[str, Any]) -> Iterator[_Fault]:
    """Files that are no part of what a disclosure says of itself."""
    places = [f"versions/{one['version'].replace('@', '/')}" for one in said["versions"]]
    known = {ABOUT, EVENTS, LEDGER_ROWS, PAGE, *(one["path"] for one in (*said["records"], *said["files"]))}
    known |= {_there(payload, f"{place}/{name}") for place in places for name in (RECORD, WORDS, _APPROVED)}
    for path in payload:
        if path not in known and not is_stray(path):
            yield path, f"is not in {ABOUT}"


def _without_names(path: str) -> str:
    return f"{path.removesuffix('.json')}.redacted.json"


def _there(payload: Mapping[str, bytes], path: str) -> str:
    """The path of a file, or of the same without names."""
    return path if path in payload else _without_names(path)


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
