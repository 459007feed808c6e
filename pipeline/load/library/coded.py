"""Codes on record: those of every kept version and of every edition, as their records have them."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from pipeline.core.errors import UsageError
from pipeline.core.printed_code import CodesOnRecord, PrintedCode, code_of, codes_on_record, read_code
from pipeline.load.library.folders import EDITIONS
from pipeline.model.source.kept import FOLDER, RECORD, WORDING

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
    versions = ((one.digest, one.code.text) for one in coded_versions(files))
    return codes_on_record((*versions, *_of_editions(files)))


def coded_versions(files: Mapping[str, bytes]) -> Iterator[CodedVersion]:
    """The kept versions whose wording is on record, the last first."""
    for path in sorted((path for path in files if path.startswith(f"{FOLDER}/")), reverse=True):
        if path.endswith(f"/{RECORD}"):
            try:
                said = json.loads(files[path])
                digest, on = str(said["digest"]), date.fromisoformat(said["published"])
                if digest.startswith(f"{WORDING}:"):
                    approved = (str(said.get(name, "")) for name in ("approved_code", "approved_words"))
                    yield CodedVersion(_code(said, digest), digest, *_named(said), on, *approved)
            except _NO_CODE:
                continue


def _of_editions(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The digest of each edition with the symbols of its code."""
    for path in sorted(path for path in files if path.startswith(f"{EDITIONS}/") and path.endswith(".json")):
        try:
            said = json.loads(files[path])
            digest = str(said["words"])
            yield digest, _code(said, digest).text
        except _NO_CODE:
            continue


def _code(said: Mapping[str, Any], digest: str) -> PrintedCode:
    """The code that a record names; where it names none, the short one. Raises `ValueError` for what is no digest."""
    short = code_of(digest)
    return read_code(str(said["code"])) if "code" in said else short


def _named(said: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(said["id"]), str(said["version"]), str(said["title"])
