"""Briefings and series as publications."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from pipeline.core.text.typography import typeset
from pipeline.model import body as tree
from pipeline.model.body import branches, plain_text, rebuild, walk
from pipeline.model.formats import Asset
from pipeline.model.manuscript import Credit, Role
from pipeline.model.publication import Publication, ReferenceEntry, RelatedTitle, SeriesPublication
from pipeline.model.sheets import Identity
from pipeline.model.source.briefing import Briefing, BriefingHead, Contributor
from pipeline.model.source.library_file import Series, Term
from pipeline.model.words import Phrases, PhraseTable
from pipeline.resolve import environment as inherit
from pipeline.resolve import parts
from pipeline.resolve.characters import Coverage, mark_missing, shown
from pipeline.resolve.citations import fill as citations
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument
from pipeline.resolve.citations.fill import Legible, fill_citations, reference_list
from pipeline.resolve.environment import Environment, language_of
from pipeline.resolve.evidence import evidence_of, examples
from pipeline.resolve.filing import filed_name
from pipeline.resolve.links import (
    Anchors,
    checked_link,
    filled_number,
    filled_reference,
    number_figures,
    numbers_of,
    referred,
    targets,
)
from pipeline.resolve.markings import marking_of
from pipeline.resolve.markings import shown as shown_marking
from pipeline.resolve.names import ShortForms, mark_abbreviations, short_forms, subjects_of
from pipeline.resolve.parts import BODY, NOTES, PublicationState, TextPart, set_out
from pipeline.resolve.reading import MADE_ANCHORS, BriefingView
from pipeline.resolve.status import dated, is_retired, review_by, stamp_dates, statuses


def credits_of(environment: Environment, briefing: Briefing) -> tuple[Credit, ...]:
    """Authors and reviewers of a briefing with their place in an alphabet, if the imprint names them to readers."""
    if not environment.imprint.fields.show_authors:
        return ()
    fields = environment.imprint.fields
    listed = (name for body in environment.organisations.values() for name in (body.name, body.short_name) if name)
    bodies = frozenset(name.casefold() for name in (fields.publisher, *listed))
    roles: dict[Role, tuple[Contributor, ...]] = {
        "author": briefing.fields.authors,
        "reviewer": briefing.fields.reviewers,
    }
    return tuple(
        Credit(person.name, person.file_as or filed_name(person.name, bodies), role)
        for role, people in roles.items()
        for person in people
    )


# Texts for the citation engine, with everything else filled in


@dataclass(frozen=True, slots=True)
class PublicationDraft:
    """The texts of a publication in printed order, what they ask of the citation engine, and what they use."""

    parts: tuple[TextPart, ...]
    document: CitedDocument
    assets: tuple[Asset, ...]
    short_forms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RenderContext:
    """Things that all texts of a run are made with: citation style, letters of the fonts, anchors and fixed words."""

    environment: Environment
    style: str
    coverage: frozenset[int]
    anchors: Anchors
    words: PhraseTable


def draft_briefing(reading: BriefingView, house: RenderContext) -> PublicationDraft:
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


def draft_series(series: Series, house: RenderContext) -> PublicationDraft:
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
    house: RenderContext,
    fixed: Phrases,
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


# Publications


def publish(
    reading: BriefingView, draft: PublicationDraft, formatted: FormattedDocument, house: RenderContext, faulty: bool
) -> Publication:
    """A briefing with its citations in place and everything it inherits."""
    environment, series = house.environment, reading.series
    briefing = reading.briefing
    filled = fill_citations(draft.parts, formatted, environment.bibliography, _legible(house))
    texts = parts.taken_apart(filled.parts)
    references = shown_entries(reference_list(formatted, environment.bibliography), house)
    words = words_of(texts[parts.BODY].blocks)
    last = review_by(briefing.fields, environment.imprint.fields)
    caveats = {name.removeprefix(parts.CAVEAT): body for name, body in texts.items() if name.startswith(parts.CAVEAT)}
    described = {name: body for name, _ in briefing.texts.descriptions if (body := texts.get(parts.DESCRIPTION + name))}
    flawed = faulty or filled.has_placeholder
    fixed = house.words.of(inherit.language_of(briefing, environment.imprint))
    newer = environment.briefings.get(briefing.fields.superseded_by or "")
    return Publication(
        identity=_identity(briefing, reading, house, flawed),
        briefing=briefing,
        imprint=environment.imprint,
        series=series,
        body=texts[parts.BODY],
        key_finding=texts.get(parts.KEY_FINDING, tree.Body()),
        recommendation=texts.get(parts.RECOMMENDATION, tree.Body()),
        method_note=texts.get(parts.METHOD_NOTE, tree.Body()),
        evidence=evidence_of(briefing, {entry.key: entry.short for entry in references}),
        practice=examples(briefing, caveats, environment.organisations),
        references=references,
        dates=stamp_dates(briefing.fields, fixed),
        review_by=dated(fixed.say("next-review"), last, fixed) if last and not is_retired(briefing) else None,
        words=words,
        read_minutes=minutes(words, environment.imprint.fields.words_per_minute),
        subjects=subjects_of(briefing.fields.tags, environment.tags),
        credits=credits_of(environment, briefing),
        audience=tuple(subject.label for subject in subjects_of(briefing.fields.audience, environment.tags)),
        descriptions=tuple(described.items()),
        abbreviations=tuple(sorted((short, briefing.fields.abbreviations[short].full) for short in draft.short_forms)),
        glossary=glossary_of(briefing.fields.glossary, environment.glossary),
        related=related_titles(environment, briefing),
        successor=_titled(newer, environment) if newer and is_retired(briefing) else None,
        licence=inherit.licence_of(briefing, series, environment.imprint),
        copyright=inherit.copyright_of(briefing, environment.imprint),
        marking=marking_of(environment, briefing),
        assets=draft.assets if briefing.manual else _with_logo(draft.assets, environment.logo),
        formats=() if briefing.manual else environment.imprint.fields.formats,
        kept=reading.kept,
    )


def _identity(briefing: BriefingHead, reading: BriefingView, house: RenderContext, faulty: bool) -> Identity:
    environment, fields = house.environment, briefing.fields
    language = inherit.language_of(briefing, environment.imprint)
    words = house.words.of(language)
    return Identity(
        words=words,
        id=briefing.id,
        title=typeset(fields.title, language),
        short_title=typeset(fields.short_title or fields.title, language),
        version="" if briefing.manual else fields.version,
        publisher=inherit.publisher_name(environment, briefing, reading.series),
        language=language,
        statuses=statuses(environment, briefing, reading.produced, faulty, words),
        marking=shown_marking(marking_of(environment, briefing), environment.imprint),
        address=inherit.address_of(briefing, environment.imprint),
    )


def _legible(house: RenderContext) -> Legible:
    """Shows the missing letters of citations as those of the list are shown."""
    return lambda text: mark_missing(text, house.coverage)


def shown_entries(entries: tuple[ReferenceEntry, ...], house: RenderContext) -> tuple[ReferenceEntry, ...]:
    """Works as they are listed: each missing letter of their words, short forms and titles by its number."""
    legible = _legible(house)

    def change(node: Any) -> tuple[Any, ...] | None:
        return legible(node) if isinstance(node, tree.Text) else None

    return tuple(
        replace(
            entry,
            children=rebuild(entry.children, change),
            short=shown(entry.short, house.coverage),
            title=shown(entry.title, house.coverage),
        )
        for entry in entries
    )


def glossary_of(names: tuple[str, ...], known: Mapping[str, Term]) -> tuple[tuple[str, Term], ...]:
    """The terms of these names, in alphabetical order of the terms."""
    return in_order({name: known[name] for name in names if name in known})


def in_order(terms: Mapping[str, Term]) -> tuple[tuple[str, Term], ...]:
    """Terms in alphabetical order."""
    return tuple(sorted(terms.items(), key=lambda entry: (entry[1].term.casefold(), entry[0])))


def related_titles(environment: Environment, briefing: BriefingHead) -> tuple[RelatedTitle, ...]:
    """The other briefings that a briefing leads on to, each once."""
    others = dict.fromkeys(name for name in briefing.fields.related if name != briefing.id)
    found = (environment.briefings[name] for name in others if name in environment.briefings)
    return tuple(_titled(other, environment) for other in found)


def _titled(other: BriefingHead, environment: Environment) -> RelatedTitle:
    title = typeset(other.fields.title, inherit.language_of(other, environment.imprint))
    return RelatedTitle(other.id, title, inherit.address_of(other, environment.imprint))


def publish_series(
    series: Series,
    draft: PublicationDraft,
    formatted: FormattedDocument,
    house: RenderContext,
    members: Mapping[str, Publication],
    faulty: bool,
) -> SeriesPublication:
    """A series' landing page with its citations in place and its briefings in order."""
    environment = house.environment
    imprint, language = environment.imprint, environment.imprint.fields.language
    filled = fill_citations(draft.parts, formatted, environment.bibliography, _legible(house))
    texts = parts.taken_apart(filled.parts)
    fields = series.fields
    notice = imprint.fields.notice
    flawed = faulty or filled.has_placeholder
    marking = fields.marking or imprint.fields.marking
    words = house.words.of(language)
    identity = Identity(
        words=words,
        id=series.id,
        title=typeset(fields.title, language),
        short_title=typeset(fields.title, language),
        version="",
        publisher=inherit.publisher_name(environment, None, series),
        language=language,
        statuses=tuple(filter(None, (typeset(notice or ""), words.say("draft") if flawed else ""))),
        marking=shown_marking(marking, imprint),
        address=inherit.address_under(imprint, series.id),
    )
    resolved = replace(
        series, landing=texts[parts.BODY], method_note=texts["method-note"], practice_caveat=texts["practice-caveat"]
    )
    there = tuple(members[name] for name in dict.fromkeys(fields.briefings) if name in members)
    references = shown_entries(reference_list(formatted, environment.bibliography), house)
    assets = _with_logo(draft.assets, environment.logo)
    return SeriesPublication(identity, resolved, imprint, there, references, assets)


def _with_logo(assets: tuple[Asset, ...], logo: Asset | None) -> tuple[Asset, ...]:
    """The pictures of a text and the publisher's logo, each once."""
    return tuple({asset.sha256: asset for asset in (*assets, *filter(None, (logo,)))}.values())


_UNREAD = (tree.Table, tree.Figure, tree.CodeBlock, tree.EvidenceMark, tree.PlaceholderBlock)


def count_words(text: str) -> int:
    """The words of a text: what stands between white space and has a letter or a digit."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def words_of(blocks: tuple[Any, ...]) -> int:
    """The words of prose, headings and lists, a formula as one; not of tables, captions, figures or code."""
    total = 0
    for node in blocks:
        if isinstance(node, tuple):
            total += words_of(node)
        elif isinstance(node, tree.Paragraph | tree.Heading):
            total += _words_in_line(node.children)
        elif isinstance(node, tree.Formula):
            total += 1
        elif hasattr(node, "term"):
            total += _words_in_line(node.term) + words_of(node.meanings)
        elif not isinstance(node, _UNREAD):
            total += sum(words_of(getattr(node, name)) for name in branches(type(node)))
    return total


def _words_in_line(children: tuple[Any, ...]) -> int:
    """The words of a line; a formula is one."""
    more = sum(count_words(node.words) - 1 for node in walk(children) if isinstance(node, tree.Formula))
    return count_words(plain_text(children)) - more


def minutes(words: int, rate: int) -> int:
    """The minutes it takes to read so many words, rounded up, at least one."""
    return max(1, ceil(words / rate))
