"""Kept versions and edition records."""

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pipeline.model.formats import Format
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


def version_ref(briefing: str, version: str) -> str:
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


class LinkedBriefing(Record):
    """Another briefing that the text leads to, as it was called then."""

    id: Slug
    """The other briefing's id."""
    title: Line
    """Its title then."""
    language: Language | None = None
    """Its language, if not that of this text."""
    address: WebAddress | None = None
    """Where it was published."""


class VersionRecord(Record):
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
    leads_to: tuple[LinkedBriefing, ...] = ()
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
    later = [entry for entry in history if numbers(entry.version) > numbers(version)]
    later.sort(key=lambda entry: numbers(entry.version))
    same = takewhile(lambda entry: entry.kind in ("correction", "review-no-change"), later)
    corrections = [entry.version for entry in same if entry.kind == "correction" and entry.version in published]
    return corrections[-1] if corrections else ""


# Records of editions.

FIRST = "0" * 64
"""Stands for the record before the first one."""

LONGEST = 60
"""Characters of an edition's name that the name of its record has at most."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in hexadecimal."""


class IssuedBriefing(Record):
    """A briefing of an edition, as it was issued."""

    id: Slug
    """The briefing's id."""
    version: Version
    """Its version in this edition."""
    title: Line
    """Its title then."""
    digest: Line
    """The digest of its wording: `words/1:` and a SHA-256, as `kept.json` has it."""
    kept: Sha256 | None = None
    """The SHA-256 of its `kept.json`; nothing where it was issued without being published."""

    @property
    def pinned(self) -> str:
        """Its name with its version: 'id@version'."""
        return version_ref(self.id, self.version)


class IssuedInsert(Record):
    """A finished PDF of others that was bound into an edition."""

    file: Line
    """The file, from `source/packs/` on, such as `timetable.pdf`."""
    title: Line
    """Its title in contents and bookmarks."""
    sha256: Sha256
    """The SHA-256 of its bytes as they lay in `source/packs/`."""


class IssuedFile(Record):
    """A file of an edition. The archive has it under its SHA-256."""

    file: Line
    """Its name, such as `drug-crimes.pdf`."""
    format: Format
    """The format that it is."""
    bytes: int = Field(ge=0)
    """Its size."""
    pages: int = Field(ge=0)
    """Its pages; of an EPUB or a web page those of the PDF that they tell."""
    sha256: Sha256
    """The SHA-256 of its bytes."""
    words: tuple[Sha256, ...] | None = None
    """In records of release 1 the digest of the letters of each page."""
    folios: tuple[Line, ...] | None = None
    """Of an edition of release 1 with `folios: by-briefing` the folio of each page of a PDF."""


class JudgedFile(Record):
    """Errors and warnings of a judge in one file."""

    file: Line
    """The name of the file."""
    errors: int = Field(default=0, ge=0)
    """How many errors it has."""
    warnings: int = Field(default=0, ge=0)
    """How many warnings."""


class Judged(Record):
    """The verdict of a judge of the files: one of ours, or a validator of others."""

    name: Line
    """The judge, such as veraPDF."""
    release: Line | None = None
    """Its release, where it is known."""
    files: int = Field(ge=0)
    """How many files it looked at."""
    errors: int = Field(ge=0)
    """How many errors it found."""
    warnings: int = Field(ge=0)
    """How many warnings."""
    by_file: tuple[JudgedFile, ...] = ()
    """Each file that it looked at; records before November 2026 have none."""


class CopyPhrases(Record):
    """The phrases of an edition in numbered copies, as the table of words had them when it was issued."""

    unnumbered: Line
    """The phrase on its files themselves, such as `Unnumbered, not for issue`."""
    numbered: Line
    """The phrase on a copy, such as `Copy {number}, held by {holder}`."""


class EditionRecord(Record):
    """`source/editions/<pack>/001-autumn-2026.json`: what was issued, when, by whose word, and the SHA-256 of all."""

    schema_: Literal["edition/1"] = Field(default="edition/1", alias="schema")
    """The form of this record."""
    pack: Slug
    """The pack's id."""
    title: Line
    """The title of the pack then."""
    edition: Line
    """The name of the edition, such as Autumn 2026."""
    number: int = Field(ge=1)
    """Its number in the series of the pack's editions, from 1."""
    previous: Sha256
    """The SHA-256 of the record before this one; 64 zeros in the first."""
    supersedes: Line | None = None
    """The edition before, which this one takes the place of."""
    corrects: Line | None = None
    """The edition in which this one puts a mistake right."""
    issued: Day
    """The day on its pages, on which it was issued."""
    approved_by: Line | None = None
    """The role that approved the issue."""
    commit: Line | None = None
    """The commit of git that the source was taken from, where git keeps it."""
    words: Line
    """The digest of the wordings of all its briefings and of its inserts: `edition-words/1:` and a SHA-256."""
    code: Line
    """The code of its words, as it is printed and typed."""
    statuses: tuple[Line, ...] = ()
    """The words across its pages, such as SAMPLE."""
    numbered: bool = False
    """Whether it goes out in numbered copies only; its files say that they are not for issue themselves."""
    copy_phrases: CopyPhrases | None = None
    """Phrases by which its pages say which copy they are, where it goes out in numbered copies only."""
    briefings: tuple[IssuedBriefing, ...]
    """Its briefings in order."""
    inserts: tuple[IssuedInsert, ...] = ()
    """The finished PDFs of others that are bound into it."""
    folio_numbers: dict[str, Annotated[int, Field(ge=1)]] | None = None
    """Of an edition of release 1 with `folios: by-briefing` the number of each briefing in its folios, by id, and of
    each insert, by file."""
    files: tuple[IssuedFile, ...]
    """Its files."""
    judges: tuple[Judged, ...] = ()
    """The judges that looked at the files, and what they found."""
    overridden: tuple[Overridden, ...] = ()
    """Objections to the issue that were overridden."""
    tools: dict[str, str] = Field(default_factory=dict)
    """The tools that made the files, each with its release."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Its briefings as 'id@version', in order."""
        return tuple(one.pinned for one in self.briefings)

    @property
    def kept_texts(self) -> tuple[str, ...]:
        """Those of them that are kept."""
        return tuple(one.pinned for one in self.briefings if one.kept)


@dataclass(frozen=True, slots=True)
class PreviousEdition:
    """The edition from which a pack's section of changes tells, by its record."""

    edition: str
    on: date
    versions: tuple[tuple[str, str], ...]
    """Its briefings with their versions, in order."""
    titles: tuple[tuple[str, str], ...]
    """Their titles then."""


def record_name(number: int, edition: str) -> str:
    """File name of a record: '001-autumn-2026.json'."""
    words = re.sub(r"[^a-z0-9]+", "-", edition.casefold())[:LONGEST].strip("-") or "edition"
    return f"{number:03}-{words}.json"
