"""Texts made ready for the citation engine: everything filled in but the citations."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pipeline.cite.citeproc import CitedDocument
from pipeline.model import body as tree
from pipeline.model.asset import Asset
from pipeline.model.body import rebuild
from pipeline.model.source.imprint import Series
from pipeline.model.words import Wordbook, Words
from pipeline.resolve.environment import Environment
from pipeline.resolve.inherit import language_of
from pipeline.resolve.publish import citations
from pipeline.resolve.publish.cross_references import referred
from pipeline.resolve.publish.links import (
    Anchors,
    checked_link,
    filled_number,
    filled_reference,
    number_figures,
    numbers_of,
    targets,
)
from pipeline.resolve.publish.parts import BODY, NOTES, PublicationState, TextPart, set_out
from pipeline.resolve.reading import MADE_ANCHORS, Reading
from pipeline.resolve.rules.abbreviations import ShortForms, mark_abbreviations, short_forms
from pipeline.resolve.rules.characters import Coverage, mark_missing, shown


@dataclass(frozen=True, slots=True)
class PublicationDraft:
    """The texts of a publication in printed order, what they ask of the citation engine, and what they use."""

    parts: tuple[TextPart, ...]
    document: CitedDocument
    assets: tuple[Asset, ...]
    short_forms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class House:
    """Things that all texts of a run are made with: citation style, letters of the fonts, anchors and fixed words."""

    environment: Environment
    style: str
    coverage: frozenset[int]
    anchors: Anchors
    words: Wordbook


def draft_briefing(reading: Reading, house: House) -> PublicationDraft:
    """A briefing's texts, ready for the citation engine."""
    environment, briefing = house.environment, reading.briefing
    parts, assets = set_out(briefing, reading.series, environment.imprint, environment.assets, reading.body_anchors)
    used: set[str] = set()
    language = language_of(briefing, environment.imprint)
    forms = short_forms(briefing.fields.abbreviations)
    made = reading.passage.anchors & MADE_ANCHORS
    filled = _filled(parts, house, house.words.of(language), forms, used, made)
    spoken = house.words.spoken(language)
    document = citations.cited_document(
        f"briefing/{reading.key}", filled, citations.listed(briefing), environment.bibliography, house.style, spoken
    )
    return PublicationDraft(filled, document, assets, frozenset(used))


def draft_series(series: Series, house: House) -> PublicationDraft:
    """A series' landing text, ready for the citation engine."""
    setting = PublicationState(house.environment.assets)
    landing = setting.part(BODY, series.landing, series.path)
    note = setting.part("method-note", series.method_note, series.path)
    caveat = setting.part("practice-caveat", series.practice_caveat, series.path)
    language = house.environment.imprint.fields.language
    whole = (landing, note, caveat, TextPart(NOTES, tuple(setting.notes)))
    parts = _filled(whole, house, house.words.of(language), None, set())
    spoken = house.words.spoken(language)
    document = citations.cited_document(
        f"series/{series.id}", parts, (), house.environment.bibliography, house.style, spoken
    )
    return PublicationDraft(parts, document, tuple(setting.used.values()))


def _filled(
    parts: tuple[TextPart, ...],
    house: House,
    fixed: Words,
    forms: ShortForms | None,
    used: set[str],
    made: frozenset[str] = MADE_ANCHORS,
) -> tuple[TextPart, ...]:
    words = targets(numbered := number_figures(parts), fixed, made)
    numbers = numbers_of(numbered)

    def text(node: tree.Text) -> tuple[Any, ...] | None:
        seen = mark_missing(node, house.coverage)
        if forms is None:
            return seen
        marked: list[Any] = []
        for piece in seen or (node,):
            found = mark_abbreviations(piece, forms, used) if isinstance(piece, tree.Text) else None
            marked.extend(found or (piece,))
        return tuple(marked)

    def code(node: tree.Code | tree.CodeBlock) -> tuple[Any, ...] | None:
        printed = shown(node.text, house.coverage)
        return None if printed == node.text else (replace(node, text=printed),)

    changes: dict[type, Callable[[Any], tuple[Any, ...] | None]] = {
        tree.Text: text,
        tree.Code: code,
        tree.CodeBlock: code,
        tree.CitationGroup: lambda node: referred(node, words, house.environment.bibliography),
        tree.CrossReference: lambda node: filled_reference(node, words),
        tree.NumberReference: lambda node: filled_number(node, words, numbers),
        tree.Link: lambda node: checked_link(node, words, house.anchors, change),
        tree.Marked: lambda node: as_signs(node, house.coverage) or long_form(node, house.coverage),
    }

    def change(node: Any) -> tuple[Any, ...] | None:
        known = changes.get(type(node))
        return known(node) if known else None

    return rebuild(numbered, change)


_PLAIN = "0123456789+-=()"
_DASHES = str.maketrans("–−", "--")
_SIGNS = {
    tree.TextRole.SUPERSCRIPT: str.maketrans(_PLAIN, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"),
    tree.TextRole.SUBSCRIPT: str.maketrans(_PLAIN, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}


def as_signs(node: tree.Marked, coverage: Coverage) -> tuple[tree.Text, ...] | None:
    """Raised or lowered figures as the signs that Unicode has for them, where the fonts have these.

    So 10 to the sixth is copied, searched and heard as that in every format, and not as 106.
    """
    signs = _SIGNS.get(node.role)
    if signs is None or node.title or not all(isinstance(child, tree.Text) for child in node.children):
        return None
    words = "".join(child.text for child in node.children if isinstance(child, tree.Text)).translate(_DASHES)
    made = words.translate(signs)
    if not words or not set(words) <= set(_PLAIN) or not coverage.issuperset(map(ord, made)):
        return None
    return (tree.Text(made, node.children[0].place),) if isinstance(node.children[0], tree.Text) else None


def long_form(node: tree.Marked, coverage: Coverage) -> tuple[tree.Marked, ...] | None:
    """A short form that says itself what it is short for: the list of abbreviations adds nothing to it."""
    if node.role is not tree.TextRole.SHORT_FORM or not node.title:
        return None
    words = rebuild(
        node.children, lambda child: mark_missing(child, coverage) if isinstance(child, tree.Text) else None
    )
    return (tree.Marked(node.role, words, node.title, node.language),)
