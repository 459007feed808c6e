"""The content that a finished file is expected to have."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date

from pipeline.model.formats import USUAL_VARIANT, Format, PdfVariant
from pipeline.model.manuscript import Chapter, Manuscript
from pipeline.model.sheets import Addresses, Identity, MarginText, Section, SectionKind

UA_1 = "PDF/UA-1"

_NO_LETTERS = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """Return the letters and digits of a text, small and in compatibility form."""
    if text.isascii():
        return (text if text.isalnum() else _NO_LETTERS.sub("", text)).lower()
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text)).casefold()


@dataclass(frozen=True, slots=True)
class ExpectedText:
    """One text of a file: a briefing, or front or back matter of a pack."""

    chapters: tuple[Chapter, ...]
    style: str
    """Its style sheet, which says what words are hidden."""
    title: str
    pages: int
    identity: Identity
    """The identity on its pages: the briefing's, or the pack's for front and back matter."""
    kind: SectionKind = "briefing"
    told_apart: bool = False
    """True if a file of its own has the same pages: the looks of these are checked there."""
    first: int = 1
    """The folio of its first page."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class ExpectedContent:
    """All that a file must contain; `produced` is the day in the stamp block."""

    large = True
    """Its digest is computed once and kept."""

    identity: Identity
    passages: tuple[ExpectedText, ...]
    produced: date | None
    addresses: Addresses = ()
    """Addresses of the briefings that an EPUB or a web page links to and does not contain, by id."""
    pages: tuple[str, ...] = ()
    """The folios of the pages that an EPUB or a web page must mark, in order."""
    pack: bool = False
    """True if the file is a pack."""


@dataclass(frozen=True, slots=True)
class ExpectedFile:
    """The expected content of a file, its format, and the key of its input without the date."""

    format: Format
    origin: str
    promise: ExpectedContent | None
    """A file for the printer has no tags: only the text copied out of it is compared."""
    outliers: tuple[MarginText, ...] = ()
    """For a numbered pack: words near the head and foot of its pages, to measure the line of each copy."""


@dataclass(frozen=True, slots=True)
class ExpectedContentKey:
    """The key of expected content in the store, with date, copy number and code."""

    key: str
    produced: date | None
    copy: str = ""
    code: str = ""


def expected_copy(expected: ExpectedContent, words: str, code: str = "") -> ExpectedContent:
    """Return the expected content of a numbered copy."""
    identity = replace(expected.identity, copy=words, code=code if expected.identity.code else "")
    passages = (
        replace(passage, identity=identity) if passage.identity == expected.identity else passage
        for passage in expected.passages
    )
    return replace(expected, identity=identity, passages=tuple(passages))


def production_on_paper(expected: ExpectedContent, passage: ExpectedText) -> str:
    """Return the sentence in a stamp block on paper, with the number of a copy."""
    return production_sentence(expected, passage.identity, passage.identity.copy)


def production_on_screen(expected: ExpectedContent, passage: ExpectedText) -> str:
    """Return the sentence in a stamp block on screen, also with the code of the file."""
    identity = passage.identity
    return production_sentence(
        expected, identity, identity.copy, identity.code if identity == expected.identity else ""
    )


def production_sentence(expected: ExpectedContent, identity: Identity, copy: str = "", code: str = "") -> str:
    """The sentence on the day of production, with the number of the copy and the code."""
    if expected.produced is None:
        return ""
    words = identity.words
    coded = words.say("code", code=code) if code else ""
    parts = [words.say("produced", date=words.day(expected.produced)), *filter(None, (copy, coded))]
    return ". ".join(parts) + ("." if len(parts) > 1 else "")


def foreign_pages(expected: ExpectedContent) -> frozenset[int]:
    """The pages of a file that others made: its inserts."""
    pages: set[int] = set()
    first = 1
    for passage in expected.passages:
        if passage.kind == "insert":
            pages.update(range(first, first + passage.pages))
        first += passage.pages
    return frozenset(pages)


def expected_briefing(
    text: Manuscript, pages: int, identity: Identity, produced: date, addresses: Addresses = ()
) -> ExpectedContent:
    """The expected content of a briefing's file."""
    passage = ExpectedText(text.chapters, text.style, identity.title, pages, identity)
    return ExpectedContent(identity, (passage,), produced, addresses)


def expected_pack(
    sections: Sequence[Section],
    texts: Mapping[str, Manuscript],
    identity: Identity,
    produced: date,
    addresses: Addresses = (),
    apart: Set[str] = frozenset(),
) -> ExpectedContent:
    """The expected content of a pack's file; `texts` has the manuscript of each section by name.

    `apart` are the names of sections that have a file of their own.
    """
    passages = tuple(
        ExpectedText(
            texts[section.name].chapters,
            texts[section.name].style,
            section.title,
            section.sheets.pages,
            section.identity or identity,
            section.kind,
            section.name in apart,
            section.first,
        )
        for section in sections
    )
    return ExpectedContent(identity, passages, produced, addresses, pack=True)


def with_page_marks(expected: ExpectedContent, marked: Iterable[tuple[int, int]]) -> ExpectedContent:
    """Add the pages that must be marked; `marked` has the first folio and the number of pages of each text."""
    folios = (str(first + page) for first, pages in marked for page in range(pages))
    return replace(expected, pages=tuple(folios))


@dataclass(frozen=True, slots=True)
class ProofJob:
    """A file to check: its path in messages, its bytes, its variant, and its expected content if known."""

    path: str
    content: bytes = field(repr=False)
    variant: PdfVariant = USUAL_VARIANT
    promise: ExpectedContent | None = None
