"""Expected content of a file."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date

from pipeline.model.formats import USUAL_EDITION, Edition, Format
from pipeline.model.manuscript import Chapter, Manuscript
from pipeline.model.sheets import Addresses, Identity, MarginText, Section, SectionKind

UA_1 = "PDF/UA-1"

_NO_LETTERS = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """The letters and digits of a text alone, small and in their plain form: what no line break can change."""
    if text.isascii():
        return (text if text.isalnum() else _NO_LETTERS.sub("", text)).lower()
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text)).casefold()


@dataclass(frozen=True, slots=True)
class ExpectedText:
    """One text of a file: a briefing, or front or back matter of a pack."""

    chapters: tuple[Chapter, ...]
    style: str
    """The style that it was set in: it says which words are hidden."""
    title: str
    pages: int
    identity: Identity
    """Identity that its pages state: the briefing's, or for matter of its own the pack's."""
    kind: SectionKind = "briefing"
    told_apart: bool = False
    """Whether a file of its own has the same pages: what is remarked of their looks is told there."""
    first: int = 1
    """The folio of its first page."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class ExpectedContent:
    """All that a file must hold. `produced` is the day that the stamp block says, which no text has."""

    large = True
    """Its digest is computed once and kept."""

    identity: Identity
    passages: tuple[ExpectedText, ...]
    produced: date | None
    addresses: Addresses = ()
    """Addresses of the briefings that an EPUB or a web page links to and does not hold, by id."""
    pages: tuple[str, ...] = ()
    """The folios of the pages that an EPUB or a web page must mark, in order."""
    pack: bool = False
    """Whether the texts are those of a pack, which one file holds."""


@dataclass(frozen=True, slots=True)
class ExpectedFile:
    """A file's promise, its format, and the key of what it was bound from, the date left out."""

    format: Format
    origin: str
    promise: ExpectedContent | None
    """A printer's file has no tags to hold to it: only what is copied out of it."""
    outliers: tuple[MarginText, ...] = ()
    """Of a numbered pack what stands near the head and foot of its pages, for the line of each copy to be measured."""


@dataclass(frozen=True, slots=True)
class HeldOn:
    """The store's key of a file's promise, with the day of the file, and of a numbered copy which it is."""

    key: str
    produced: date | None
    copy: str = ""
    code: str = ""


def of_copy(promise: ExpectedContent, words: str, code: str = "") -> ExpectedContent:
    """The promise of a numbered copy: its pack's, and its own words; its own code, where the pack has one."""
    identity = replace(promise.identity, copy=words, code=code if promise.identity.code else "")
    passages = promise.passages
    own = (replace(text, identity=identity) if text.identity == promise.identity else text for text in passages)
    return replace(promise, identity=identity, passages=tuple(own))


def produced_in(promise: ExpectedContent, passage: ExpectedText) -> str:
    """The sentence of a passage's stamp block on paper: on the cover of a numbered copy it says which it is, too."""
    return said_of_day(promise, passage.identity, passage.identity.copy)


def produced_on_screen(promise: ExpectedContent, passage: ExpectedText) -> str:
    """The same where no page has a foot: the whole, and a pack's own matter, say their code too."""
    own = passage.identity
    return said_of_day(promise, own, own.copy, own.code if own == promise.identity else "")


def said_of_day(promise: ExpectedContent, identity: Identity, copy: str = "", code: str = "") -> str:
    """The sentence on when a copy was produced, in the words of what says so, on which copy it is, and its code."""
    if promise.produced is None:
        return ""
    words = identity.words
    coded = words.say("code", code=code) if code else ""
    said = [words.say("produced", date=words.day(promise.produced)), *filter(None, (copy, coded))]
    return ". ".join(said) + ("." if said[1:] else "")


def foreign_pages(promise: ExpectedContent) -> frozenset[int]:
    """The pages of a tagged file that others made, and that are bound as they are: its inserts."""
    found: set[int] = set()
    first = 1
    for passage in promise.passages:
        if passage.kind == "insert":
            found.update(range(first, first + passage.pages))
        first += passage.pages
    return frozenset(found)


def briefing_promise(
    text: Manuscript, pages: int, identity: Identity, produced: date, addresses: Addresses = ()
) -> ExpectedContent:
    """The promise of one briefing's file."""
    passage = ExpectedText(text.chapters, text.style, identity.title, pages, identity)
    return ExpectedContent(identity, (passage,), produced, addresses)


def pack_promise(
    sections: Sequence[Section],
    texts: Mapping[str, Manuscript],
    identity: Identity,
    produced: date,
    addresses: Addresses = (),
    apart: Set[str] = frozenset(),
) -> ExpectedContent:
    """The promise of a pack's file; `texts` has the manuscript of each of its sections by name.

    `apart` are the sections that have a file of their own.
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


def with_pages(promise: ExpectedContent, marked: Iterable[tuple[int, int]]) -> ExpectedContent:
    """The promise with the pages that must be marked: of each text its first folio and the number of its pages."""
    folios = (str(first + page) for first, pages in marked for page in range(pages))
    return replace(promise, pages=tuple(folios))


@dataclass(frozen=True, slots=True)
class ProofJob:
    """A file: its path as it is told, its bytes, its edition, and what it is held to, if that is known."""

    path: str
    content: bytes = field(repr=False)
    edition: Edition = USUAL_EDITION
    promise: ExpectedContent | None = None
