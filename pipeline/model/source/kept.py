"""Kept versions: what was published under a number, whole and by itself."""

from collections.abc import Container, Iterable
from itertools import takewhile
from typing import Literal

from pydantic import Field

from pipeline.model.source.briefing import Amendment, Language, Marking, WebAddress, WordingDigest
from pipeline.model.source.record import Day, Line, Record, Slug, Version

FOLDER = "source/versions"
RECORD = "kept.json"
WORDING = "words/1"
"""The name of the form of wordings, with which their digests begin."""

CODE_ALONE = "Only the code of the approved words was compared, which two texts can share."
"""What an approval of an earlier release is worth, which names no digest of the words."""

WORDS = "words.json"
"""The file that holds the wording of a version, for whoever compares or verifies it; no library reads it."""

APPROVALS = "source/approvals"
"""The folder of the wordings that were approved, a folder a briefing and a file a version."""

ATTRIBUTES = f"{FOLDER}/.gitattributes"
APPROVAL_ATTRIBUTES = f"{APPROVALS}/.gitattributes"
SEALED = b"# What is published is sealed byte by byte: git must not change the ends of its lines.\n* -text\n"
"""Content of the file of that name, for git."""

PRINTED = (
    *("publisher", "language", "licence", "copyright", "words_per_minute", "show_authors"),
    *("practice_caveat", "method_note", "maths"),
)
"""Fields of `library.yaml` that become part of a briefing's text."""


def pin(briefing: str, version: str) -> str:
    """Name of a kept version in a pack: 'id@version'."""
    return f"{briefing}@{version}"


def folder_of(briefing: str, version: str) -> str:
    """The folder of a kept version in the project."""
    return f"{FOLDER}/{briefing}/{version}"


def approval_of(briefing: str, version: str) -> str:
    """The file of the wording of a version that was approved."""
    return f"{APPROVALS}/{briefing}/{version}.json"


class Overridden(Record):
    """A remark that stood against publishing or issuing, and why that was done all the same."""

    code: Line
    """The code of the remark, such as `reference-unresolved`."""
    reason: Line
    """Why it was done all the same."""
    said: tuple[Line, ...] = ()
    """The remarks of this code, each with its place."""


class LedTo(Record):
    """Another briefing that the text leads to, as it was called then."""

    id: Slug
    """The other briefing's id."""
    title: Line
    """Its title then."""
    language: Language | None = None
    """Its language, if not that of this text."""
    address: WebAddress | None = None
    """Where it was published."""


class KeptRecord(Record):
    """`kept.json`: what was published, when, by whose word, and the SHA-256 of each file of it."""

    schema_: Literal["kept/1"] = Field(default="kept/1", alias="schema")
    """The form of this record."""
    id: Slug
    """The briefing's id."""
    version: Version
    """The version that was kept."""
    title: Line
    """The briefing's title then."""
    published: Day
    """The day on which it was kept."""
    approved_by: Line | None = None
    """Who approved it, from its history."""
    approved_on: Day | None = None
    """The day of the approval, where its words were approved by their code."""
    approved_code: Line | None = None
    """The code of the words that were approved."""
    approved_words: WordingDigest | None = None
    """The digest of the words that were approved; nothing where only the code was compared."""
    digest: Line
    """The digest of all that a reader is told: `words/1:` and the SHA-256 of `words.json`. It is equal where nothing
    but dates of review and the like differ; versions that were kept earlier have one of another form."""
    marking: Marking | None = None
    """The marking that held then, its series' and the library's counted: the text is never marked lower."""
    overridden: tuple[Overridden, ...] = ()
    """Objections to publishing that were overridden."""
    leads_to: tuple[LedTo, ...] = ()
    """Other briefings that the text leads to, as they were called then."""
    code: Line | None = None
    """The code of its words, where it is longer than others because another text or edition had that before."""
    files: dict[str, str]
    """The SHA-256 of each file, by its path in the folder."""


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers: 1.10 comes after 1.9."""
    return tuple(int(part) for part in version.split("."))


def correction_of(version: str, history: Iterable[Amendment], published: Container[str]) -> str:
    """The last published version that corrects a version, by the history of the text; nothing where none does.

    A correction concerns those before it, as far back as the last one that changed the meaning.
    """
    later = sorted(
        (one for one in history if numbers(one.version) > numbers(version)), key=lambda e: numbers(e.version)
    )
    same = takewhile(lambda one: one.kind in ("correction", "review-no-change"), later)
    return next((one.version for one in reversed([*same]) if one.kind == "correction" and one.version in published), "")
