"""State of composing one chapter: anchors used, notes called, current place."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from markupsafe import Markup, escape

from pipeline.compose.language.words import lang_attribute, put
from pipeline.model.bibliography import WorkState
from pipeline.model.body import Block, Body
from pipeline.model.formats import ASSET, Asset
from pipeline.model.publication import EvidenceBase, PracticeExample, Publication, ReferenceEntry, SeriesPublication
from pipeline.model.source.briefing import Teaching
from pipeline.model.words import Phrases
from pipeline.resolve.reading import out_of_the_way

RESERVED = frozenset(
    {
        "briefing", "title", "series", "summary", "status", "stamp", "key-finding", "recommendation", "evidence",
        "evidence-table", "practice", "notes", "tags", "related", "method", "references", "references-heading",
        "abbreviations", "glossary", "about", "about-heading", "history", "history-heading", "current",
        "evidence-heading", "evidence-table-caption", "withdrawn", "successor", "logo", "descriptions",
        "descriptions-heading", "key-finding-heading", "glossary-heading", "marks-note",
    }
)  # fmt: skip
"""Anchors that the layout sets itself: an author's heading of the same name makes way."""

PACK_LIST = "briefing:-back#pack-references."
"""Before the anchor of an entry in the one list of a pack."""

_OURS = re.compile(r"(?:(?:ref|cites?|fn|fnref|slot|term|practice|description)-.*|b\d+)$", re.DOTALL)
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Described:
    """Anchor and name of a figure's long description, and the figure's own anchor if it has one."""

    anchor: str
    figure: str
    name: str


@dataclass
class ChapterContext:
    """The state of one chapter in composition."""

    accent: str
    words: Phrases
    """The fixed words of the house around the text."""
    practice: tuple[PracticeExample, ...] = ()
    evidence: EvidenceBase | None = None
    references: tuple[ReferenceEntry, ...] = ()
    teaching: Teaching | None = None
    house: Markup = Markup()
    """The attributes of an element that holds words of the house, where the text is not in their language."""
    elsewhere: str = ""
    """Chapter that holds the anchors of these words, as `briefing:ID`, if not this one: then no anchor is set here."""
    list_at: str = ""
    """Chapter that holds the list of references, as `briefing:-back#SECTION.`, if not the one with these anchors."""
    language: str = "en-GB"
    """The language of the text: formulas are told in its words."""
    titles: tuple[str, ...] = ()
    """The title of the text, and the short one."""
    across: bool = True
    """Whether the page has a side column: what hangs there has room, and the direction of each finding beside it."""
    manual: bool = False
    """Whether the page is one of the handbook, whose tables divide it in two ways only."""
    with_places: bool = False
    """Whether words carry the lines of the sources that they stand in: only where they are shown live."""
    level: int = 1
    """Level of the last heading."""
    anchors: dict[str, int] = field(default_factory=dict)
    spoken: dict[str, int] = field(default_factory=dict)
    """Names that are heard and not seen."""
    evidence_set: bool = False
    verdict_set: bool = False
    practice_set: set[str] = field(default_factory=set)
    session_set: bool = False
    pictures: dict[str, Asset] = field(default_factory=dict)
    """The pictures of the text, by the name that it has for each."""
    descriptions: dict[str, Body] = field(default_factory=dict)
    """Long descriptions of figures, by the id of the figure's record."""
    described: dict[str, Described] = field(default_factory=dict)
    """Those whose figure has been set, by the same id."""
    cited: dict[str, list[str]] = field(default_factory=dict)
    """The anchors of the citations of each work, by its key, in the order in which they are set."""
    called: dict[int, list[str]] = field(default_factory=dict)
    """The anchors of the calls of each note, by its number, in the order in which they are set."""

    def said(self, words: str) -> Markup:
        """Words of the house within other words."""
        return Markup("<span{}>{}</span>").format(self.house, words) if self.house else escape(words)

    def put(self, key: str, /, **into: object) -> Markup:
        """A phrase of the house with parts of the page, or words, in its places."""
        return put(self.words, key, **into)

    def claim(self, anchor: str) -> str:
        """The anchor, if it is still free; else nothing."""
        if self.elsewhere or anchor in self.anchors:
            return ""
        self.anchors.setdefault(anchor, 1)
        return anchor

    def free(self, stem: str) -> str:
        """The stem as an anchor, with a number behind it if it is taken."""
        return _unlike(stem, self.anchors, "-")

    def name(self, words: str) -> str:
        """The words as a name that is heard, with a number behind it if another thing of the chapter has it."""
        return _unlike(words, self.spoken, " ")

    def cite(self, key: str, stem: str) -> Markup:
        """The `id` attribute of a citation, to which the work's entry leads back."""
        if self.elsewhere:
            return Markup("")
        return self._listed(stem, self.cited.setdefault(key, []))

    def entry(self, key: str) -> str:
        """The address of a work's entry."""
        return f"{self.list_at or f'{self.elsewhere}#'}ref-{key_anchor(key)}"

    def heard(self, key: str, seen: str) -> Markup:
        """The attribute that says to the ear, with a citation, that the work was retracted or is in doubt."""
        state = self.states.get(key)
        if state is None:
            return Markup("")
        return Markup(' aria-label="{}"').format(self.words.say(f"citation-{state}", citation=" ".join(seen.split())))

    @cached_property
    def states(self) -> dict[str, WorkState]:
        """The works of the list that were retracted or are in doubt, with their states, by key."""
        return {entry.key: entry.state for entry in self.references if entry.state}

    def call(self, number: int) -> Markup:
        """The `id` attribute of a note's call, to which the note leads back."""
        return Markup("") if self.elsewhere else self._listed(f"fnref-{number}", self.called.setdefault(number, []))

    def _listed(self, stem: str, anchors: list[str]) -> Markup:
        anchors.append(self.free(stem))
        return Markup(' id="{}"').format(anchors[-1])


BlockWriter = Callable[[tuple[Block, ...], ChapterContext], Markup]
"""Function that sets blocks as markup."""


def _unlike(wish: str, taken: dict[str, int], gap: str) -> str:
    """A name that is not taken. `taken` says of each name up to which number it was asked for again."""
    found, again = wish, taken.get(wish, 1)
    while found in taken:
        again += 1
        found = f"{wish}{gap}{again}"
    taken[found] = 1
    taken[wish] = again
    return found


def chapter_context(publication: Publication, accent: str, elsewhere: str = "") -> ChapterContext:
    """The state in which composing a briefing begins."""
    teaching, words = publication.briefing.fields.teaching, publication.identity.words
    return ChapterContext(
        accent,
        words,
        publication.practice,
        publication.evidence,
        publication.references,
        teaching,
        lang_attribute(words, publication.identity.language),
        elsewhere,
        PACK_LIST if publication.listed_in else "",
        publication.identity.language,
        (publication.identity.title, publication.identity.short_title),
        pictures=by_name(publication.assets),
        descriptions=dict(publication.descriptions),
    )


def series_context(series: SeriesPublication, accent: str, level: int) -> ChapterContext:
    """The state in which composing the texts of a series begins, below a heading of a level."""
    words = series.identity.words
    house, pictures = lang_attribute(words, series.identity.language), by_name(series.assets)
    return ChapterContext(accent, words, references=series.references, house=house, level=level, pictures=pictures)


def by_name(assets: Iterable[Asset]) -> dict[str, Asset]:
    """Pictures by the names that texts have for them."""
    return {f"{ASSET}{asset.sha256}": asset for asset in assets}


def anchor(author: str) -> str:
    """An author's anchor, out of the way of the layout's own."""
    return out_of_the_way(author) if author in RESERVED or _OURS.match(author) else author


def key_anchor(key: str) -> str:
    """A citation key as part of an anchor: letters, digits, hyphen, full stop and underscore stay."""
    return _UNSAFE.sub(lambda m: f"_{ord(m[0]):x}_", key)


def xml_text(text: str) -> str:
    """The text without the control characters that XML has no place for."""
    return _ILLEGAL.sub("", text)
