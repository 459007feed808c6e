"""Facts and state that composing a chapter needs."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from markupsafe import Markup, escape

from pipeline.compose.language.words import fill_phrase, phrase_language
from pipeline.model.bibliography import WorkState
from pipeline.model.body import Block, Body
from pipeline.model.formats import ASSET, Asset
from pipeline.model.publication import (
    EvidenceBase,
    PackPublication,
    PracticeExample,
    Publication,
    ReferenceEntry,
    SeriesPublication,
)
from pipeline.model.source.briefing import Teaching
from pipeline.model.words import Phrases
from pipeline.resolve.reading import avoid_composed_anchor

RESERVED_ANCHORS = frozenset(
    {
        "briefing", "title", "series", "summary", "status", "stamp", "key-finding", "recommendation", "evidence",
        "evidence-table", "practice", "notes", "tags", "related", "method", "references", "references-heading",
        "abbreviations", "glossary", "about", "about-heading", "history", "history-heading", "current",
        "evidence-heading", "evidence-table-caption", "withdrawn", "successor", "logo", "descriptions",
        "descriptions-heading", "key-finding-heading", "glossary-heading", "marks-note",
    }
)  # fmt: skip
"""Anchors that the layouts set: an author's heading of the same name gets another anchor."""

PACK_LIST = "briefing:-back#pack-references."
"""Address of the reference list of a whole pack, before the anchor of an entry."""

_MADE_ANCHOR = re.compile(r"(?:(?:ref|cites?|fn|fnref|slot|term|practice|description)-.*|b\d+)$", re.DOTALL)
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


# Elements


def element(name: str, *content: object, **attributes: object) -> Markup:
    """Return an element. Content is escaped unless it is markup; an attribute with an empty value is left out.

    In the names of attributes `_` is for '-', and at the end for nothing: `class_`. `lang` is set as `xml:lang` too.
    """
    written = []
    for key, value in attributes.items():
        value = " ".join(filter(None, value)) if isinstance(value, tuple) else value
        if value not in ("", None):
            names = ("lang", "xml:lang") if key == "lang" else (key.rstrip("_").replace("_", "-"),)
            written += [f' {each}="{escape(value)}"' for each in names]
    return Markup(f"<{name}{''.join(written)}>{''.join(map(escape, content))}</{name}>")


def block_element(name: str, *content: object, **attributes: object) -> Markup:
    """Return an element with each part of its content, unless it is empty, on a line of its own."""
    return element(name, "\n", join_lines(content), "\n", **attributes)


def join_lines(parts: Iterable[object]) -> Markup:
    """Return parts of a page, without the empty ones, each on a line of its own."""
    return Markup("\n").join(escape(part) for part in parts if part)


# Chapters


@dataclass(frozen=True, slots=True)
class DescribedFigure:
    """Anchor of a figure's long description, and anchor and name of the figure, each empty if it has none."""

    anchor: str
    figure: str
    name: str


@dataclass(slots=True)
class ChapterState:
    """Anchors, numbers and parts that a chapter has so far."""

    level: int = 1
    """Level of the last heading."""
    anchors: dict[str, int] = field(default_factory=dict)
    """The last number tried for each anchor."""
    labels: dict[str, int] = field(default_factory=dict)
    """The last number tried for each name that only a screen reader says."""
    has_evidence: bool = False
    has_verdict: bool = False
    has_session: bool = False
    practice: set[str] = field(default_factory=set)
    """Ids of the practice examples."""
    described: dict[str, DescribedFigure] = field(default_factory=dict)
    """Figures with a long description, by the id of the figure's record."""
    citations: dict[str, list[str]] = field(default_factory=dict)
    """Anchors of the citations of each work, by key, in order."""
    calls: dict[int, list[str]] = field(default_factory=dict)
    """Anchors of the calls of each note, by number, in order."""


@dataclass(frozen=True)
class ChapterContext:
    """What is known of a chapter before it is composed, and its state."""

    accent: str
    words: Phrases
    """The phrases that the layouts print around the text."""
    practice: tuple[PracticeExample, ...] = ()
    evidence: EvidenceBase | None = None
    references: tuple[ReferenceEntry, ...] = ()
    teaching: Teaching | None = None
    phrase_language: str = ""
    """The language of phrases, if the text is in another one."""
    anchors_in: str = ""
    """The chapter that has the anchors, as `briefing:ID`, if not this one: then this one sets no anchor."""
    references_in: str = ""
    """The chapter that has the reference list, as `briefing:-back#SECTION.`, if not the one with the anchors."""
    language: str = "en-GB"
    """The language of the text, in which formulas are read aloud."""
    titles: tuple[str, ...] = ()
    """The title of the text, and the short one."""
    has_side_column: bool = True
    manual: bool = False
    """Whether it is a page of the handbook, whose tables have fixed columns."""
    with_places: bool = False
    """Whether words carry the lines of their source, as the live page needs."""
    pictures: dict[str, Asset] = field(default_factory=dict)
    """The pictures, by the name that the text has for each."""
    descriptions: dict[str, Body] = field(default_factory=dict)
    """Long descriptions of figures, by the id of the figure's record."""
    state: ChapterState = field(default_factory=ChapterState)

    def in_phrase_lang(self, text: str) -> Markup:
        """Mark the language of a phrase that is part of other words."""
        return element("span", text, lang=self.phrase_language) if self.phrase_language else escape(text)

    def phrase(self, key: str, /, **into: object) -> Markup:
        """Return a phrase with parts of the page, or words, in its places."""
        return fill_phrase(self.words, key, **into)

    def claim_anchor(self, anchor: str) -> str:
        """Return the anchor if it is still free, else an empty string."""
        if self.anchors_in or anchor in self.state.anchors:
            return ""
        self.state.anchors[anchor] = 1
        return anchor

    def claim_author_anchor(self, name: str) -> str:
        """Return the anchor of an author's id if it is still free, else an empty string."""
        return self.claim_anchor(author_anchor(name)) if name else ""

    def unique_anchor(self, stem: str) -> str:
        """Return the stem as an anchor, with a number after it if it is taken."""
        return _claim_unique(stem, self.state.anchors, "-")

    def unique_label(self, label: str) -> str:
        """Return a name for screen readers, with a number after it if it is taken."""
        return _claim_unique(label, self.state.labels, " ")

    def list_citation(self, key: str, stem: str) -> str:
        """Return the anchor of a citation, to which the work's entry links back."""
        return "" if self.anchors_in else self._list_anchor(stem, self.state.citations.setdefault(key, []))

    def list_call(self, number: int) -> str:
        """Return the anchor of a note's call, to which the note links back."""
        return "" if self.anchors_in else self._list_anchor(f"fnref-{number}", self.state.calls.setdefault(number, []))

    def _list_anchor(self, stem: str, anchors: list[str]) -> str:
        anchors.append(self.unique_anchor(stem))
        return anchors[-1]

    def entry_address(self, key: str) -> str:
        """Return the address of a work's entry in the reference list."""
        return f"{self.references_in or f'{self.anchors_in}#'}ref-{key_anchor(key)}"

    def citation_label(self, key: str, text: str) -> str:
        """Return what a screen reader says of a citation of a work that was retracted or is in doubt; '' of others."""
        state = self._work_states.get(key)
        return self.words.say(f"citation-{state}", citation=" ".join(text.split())) if state else ""

    @cached_property
    def _work_states(self) -> dict[str, WorkState]:
        return {entry.key: entry.state for entry in self.references if entry.state}


BlockWriter = Callable[[tuple[Block, ...], ChapterContext], Markup]
"""Function that sets blocks as markup."""


def _claim_unique(wanted: str, claimed: dict[str, int], gap: str) -> str:
    """Return a name that is not taken, with the next number after it if need be."""
    name, number = wanted, claimed.get(wanted, 1)
    while name in claimed:
        number += 1
        name = f"{wanted}{gap}{number}"
    claimed[name] = 1
    claimed[wanted] = number
    return name


def chapter_context(
    publication: Publication,
    accent: str,
    *,
    anchors_in: str = "",
    has_side_column: bool = True,
    with_places: bool = False,
) -> ChapterContext:
    """Return the context of a briefing."""
    identity = publication.identity
    return ChapterContext(
        accent,
        identity.words,
        practice=publication.practice,
        evidence=publication.evidence,
        references=publication.references,
        teaching=publication.briefing.fields.teaching,
        phrase_language=phrase_language(identity.words, identity.language),
        anchors_in=anchors_in,
        references_in=PACK_LIST if publication.listed_in else "",
        language=identity.language,
        titles=(identity.title, identity.short_title),
        has_side_column=has_side_column,
        manual=publication.manual,
        with_places=with_places,
        pictures=assets_by_name(publication.assets),
        descriptions=dict(publication.descriptions),
    )


def series_context(series: SeriesPublication, accent: str, level: int) -> ChapterContext:
    """Return the context of the texts of a series, below a heading of a level."""
    words = series.identity.words
    return ChapterContext(
        accent,
        words,
        references=series.references,
        phrase_language=phrase_language(words, series.identity.language),
        pictures=assets_by_name(series.assets),
        state=ChapterState(level),
    )


def pack_context(pack: PackPublication, accent: str) -> ChapterContext:
    """Return the context of a section that a pack adds to its briefings."""
    words = pack.identity.words
    return ChapterContext(accent, words, phrase_language=phrase_language(words, pack.identity.language))


def assets_by_name(assets: Iterable[Asset]) -> dict[str, Asset]:
    """Return pictures by the names that texts have for them."""
    return {f"{ASSET}{asset.sha256}": asset for asset in assets}


def author_anchor(anchor: str) -> str:
    """Return an author's anchor, changed if the layouts have one of that name."""
    return avoid_composed_anchor(anchor) if anchor in RESERVED_ANCHORS or _MADE_ANCHOR.match(anchor) else anchor


def key_anchor(key: str) -> str:
    """Return a citation key as part of an anchor: letters, digits, hyphens, full stops and underscores stay."""
    return _UNSAFE.sub(lambda m: f"_{ord(m[0]):x}_", key)


def xml_text(text: str) -> str:
    """Return the text without control characters, which XML does not allow."""
    return _ILLEGAL.sub("", text)
