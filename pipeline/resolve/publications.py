"""Briefings and series as publications."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from typing import Any

from pipeline.core.text.typography import typeset
from pipeline.model import body as tree
from pipeline.model.body import node_fields, plain_text, rebuild_nodes, walk_nodes
from pipeline.model.formats import Asset
from pipeline.model.manuscript import Credit, Role
from pipeline.model.publication import Publication, ReferenceEntry, RelatedTitle, SeriesPublication
from pipeline.model.sheets import Identity
from pipeline.model.source.briefing import Briefing, BriefingHead, Contributor, Marking
from pipeline.model.source.library_file import Series, Term
from pipeline.model.source.pack import Pack
from pipeline.model.words import Phrases, PhraseTable
from pipeline.resolve import environment as inherit
from pipeline.resolve import parts
from pipeline.resolve.characters import Coverage, mark_missing, replace_missing_characters
from pipeline.resolve.citations import fill as citations
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument
from pipeline.resolve.citations.fill import fill_citations, reference_list
from pipeline.resolve.environment import Environment, language_of
from pipeline.resolve.evidence import evidence_of, practice_examples
from pipeline.resolve.links import (
    Anchors,
    fill_number,
    fill_reference,
    fill_references,
    number_figures_and_tables,
    reference_numbers,
    reference_words,
    resolve_link,
)
from pipeline.resolve.names import ShortForms, mark_abbreviations, short_forms, subjects_from_tags
from pipeline.resolve.parts import BODY, NOTES, PublicationState, TextPart, arrange_texts
from pipeline.resolve.protective_markings import marking_of, marking_on_pages
from pipeline.resolve.reading import COMPOSED_ANCHORS, BriefingView
from pipeline.resolve.sort_keys import sortable_name
from pipeline.resolve.status import (
    briefing_statuses,
    dates_under_title,
    label_date,
    newer_briefing,
    next_review_of,
    pack_statuses,
)


def credits_of(environment: Environment, briefing: Briefing) -> tuple[Credit, ...]:
    """Return authors and reviewers with the form to sort by, if readers may see them."""
    fields = environment.imprint.fields
    if not fields.show_authors:
        return ()
    names = (name for each in environment.organisations.values() for name in (each.name, each.short_name) if name)
    organisations = frozenset(name.casefold() for name in (fields.publisher, *names))
    authors: list[tuple[Contributor, Role]] = [(person, "author") for person in briefing.fields.authors]
    reviewers: list[tuple[Contributor, Role]] = [(person, "reviewer") for person in briefing.fields.reviewers]
    return tuple(
        Credit(person.name, person.file_as or sortable_name(person.name, organisations), role)
        for person, role in authors + reviewers
    )


# Texts for the citation engine, with everything else filled in


@dataclass(frozen=True, slots=True)
class PublicationDraft:
    """The texts of a publication before its citations are formatted, in printed order."""

    parts: tuple[TextPart, ...]
    document: CitedDocument
    """Its request to the citation engine."""
    assets: tuple[Asset, ...]
    short_forms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RenderContext:
    """What all publications of a run share."""

    environment: Environment
    style: str
    """The text of the citation style."""
    coverage: frozenset[int]
    """Code points that the fonts have."""
    anchors: Anchors
    words: PhraseTable
    faulty: frozenset[str] = frozenset()
    """Ids of everything that is stamped DRAFT because its source has an error."""


@dataclass(frozen=True, slots=True)
class FormattedDrafts:
    """Drafts of a run with the answers of the citation engine."""

    drafts: dict[str, PublicationDraft]
    """Drafts of briefings, by key."""
    formatted: Mapping[str, FormattedDocument]
    """Answers by the id of the document."""

    def citations_of(self, draft: PublicationDraft) -> FormattedDocument:
        """The answer for a draft; an empty one if it cites nothing."""
        return self.formatted.get(draft.document.id, citations.NO_CITATIONS)


def draft_briefing(view: BriefingView, context: RenderContext) -> PublicationDraft:
    """Draft the texts of a briefing."""
    environment, briefing = context.environment, view.briefing
    texts, assets = arrange_texts(briefing, view.series, environment.imprint, environment.assets, view.body_anchors)
    used: set[str] = set()
    language = language_of(briefing, environment.imprint)
    forms = short_forms(briefing.fields.abbreviations)
    composed_anchors = view.passage.anchors & COMPOSED_ANCHORS
    parts = _fill_in(texts, context, context.words.of(language), forms, used, composed_anchors)
    document = _document(f"briefing/{view.key}", parts, citations.works_to_list(briefing), language, context)
    return PublicationDraft(parts, document, assets, frozenset(used))


def draft_series(series: Series, context: RenderContext) -> PublicationDraft:
    """Draft the landing text and the notes of a series."""
    state = PublicationState(context.environment.assets)
    landing = state.part(BODY, series.landing, series.path)
    note = state.part("method-note", series.method_note, series.path)
    caveat = state.part("practice-caveat", series.practice_caveat, series.path)
    language = context.environment.imprint.fields.language
    texts = (landing, note, caveat, TextPart(NOTES, tuple(state.notes)))
    parts = _fill_in(texts, context, context.words.of(language), None, set())
    document = _document(f"series/{series.id}", parts, (), language, context)
    return PublicationDraft(parts, document, tuple(state.used.values()))


def _document(
    name: str, parts: tuple[TextPart, ...], listed: tuple[str, ...], language: str, context: RenderContext
) -> CitedDocument:
    works, spoken = context.environment.bibliography, context.words.spoken(language)
    return citations.request_citations(name, parts, listed, works, context.style, spoken)


def _fill_in(
    parts: tuple[TextPart, ...],
    context: RenderContext,
    phrases: Phrases,
    forms: ShortForms | None,
    used: set[str],
    composed_anchors: frozenset[str] = COMPOSED_ANCHORS,
) -> tuple[TextPart, ...]:
    words = reference_words(numbered := number_figures_and_tables(parts), phrases, composed_anchors)
    numbers = reference_numbers(numbered)

    def text(node: tree.Text) -> tuple[Any, ...] | None:
        legible = mark_missing(node, context.coverage)
        if forms is None:
            return legible
        pieces: list[Any] = []
        for piece in legible or (node,):
            marked = mark_abbreviations(piece, forms, used) if isinstance(piece, tree.Text) else None
            pieces.extend(marked or (piece,))
        return tuple(pieces)

    def code(node: tree.Code | tree.CodeBlock) -> tuple[Any, ...] | None:
        printed = replace_missing_characters(node.text, context.coverage)
        return None if printed == node.text else (replace(node, text=printed),)

    changes: dict[type, Callable[[Any], tuple[Any, ...] | None]] = {
        tree.Text: text,
        tree.Code: code,
        tree.CodeBlock: code,
        tree.CitationGroup: lambda node: fill_references(node, words, context.environment.bibliography),
        tree.CrossReference: lambda node: fill_reference(node, words),
        tree.NumberReference: lambda node: fill_number(node, words, numbers),
        tree.Link: lambda node: resolve_link(node, words, context.anchors, change),
        tree.Marked: lambda node: as_unicode_signs(node, context.coverage) or keep_long_form(node, context.coverage),
    }

    def change(node: Any) -> tuple[Any, ...] | None:
        known = changes.get(type(node))
        return known(node) if known else None

    return rebuild_nodes(numbered, change)


_PLAIN = "0123456789+-=()"
_DASHES = str.maketrans("–−", "--")
_SIGNS = {
    tree.TextRole.SUPERSCRIPT: str.maketrans(_PLAIN, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"),
    tree.TextRole.SUBSCRIPT: str.maketrans(_PLAIN, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}


def as_unicode_signs(node: tree.Marked, coverage: Coverage) -> tuple[tree.Text, ...] | None:
    """Replace superscript or subscript figures by Unicode's own characters, if the fonts have them.

    Then 10 to the sixth power is copied, searched and read aloud as such in every format, and not as 106.
    """
    signs = _SIGNS.get(node.role)
    if signs is None or node.title or not all(isinstance(child, tree.Text) for child in node.children):
        return None
    words = "".join(child.text for child in node.children if isinstance(child, tree.Text)).translate(_DASHES)
    replaced = words.translate(signs)
    if not words or not set(words) <= set(_PLAIN) or not coverage.issuperset(map(ord, replaced)):
        return None
    return (tree.Text(replaced, node.children[0].place),) if isinstance(node.children[0], tree.Text) else None


def keep_long_form(node: tree.Marked, coverage: Coverage) -> tuple[tree.Marked, ...] | None:
    """Keep a short form that has a long form of its own."""
    if node.role is not tree.TextRole.SHORT_FORM or not node.title:
        return None
    return (tree.Marked(node.role, _mark_missing_in(node.children, coverage), node.title, node.language),)


# Publications


def publish(
    view: BriefingView, draft: PublicationDraft, formatted: FormattedDocument, context: RenderContext
) -> Publication:
    """Return a briefing with its citations and everything that it inherits."""
    environment, series = context.environment, view.series
    briefing = view.briefing
    legible = partial(mark_missing, coverage=context.coverage)
    filled, is_incomplete = fill_citations(draft.parts, formatted, environment.bibliography, legible)
    texts = parts.split_texts(filled)
    references = shown_entries(reference_list(formatted, environment.bibliography), context)
    words = count_prose_words(texts[parts.BODY].blocks)
    last = next_review_of(briefing.fields, environment.imprint.fields)
    caveats = {name.removeprefix(parts.CAVEAT): body for name, body in texts.items() if name.startswith(parts.CAVEAT)}
    described = {name: body for name, _ in briefing.texts.descriptions if (body := texts.get(parts.DESCRIPTION + name))}
    faulty = view.key in context.faulty or is_incomplete
    phrases = context.words.of(inherit.language_of(briefing, environment.imprint))
    newer = newer_briefing(briefing, environment.briefings)
    known = environment.glossary
    return Publication(
        identity=_identity(view, context, faulty),
        briefing=briefing,
        imprint=environment.imprint,
        series=series,
        body=texts[parts.BODY],
        key_finding=texts.get(parts.KEY_FINDING, tree.Body()),
        recommendation=texts.get(parts.RECOMMENDATION, tree.Body()),
        method_note=texts.get(parts.METHOD_NOTE, tree.Body()),
        evidence=evidence_of(briefing, {entry.key: entry.short for entry in references}),
        practice=practice_examples(briefing, caveats, environment.organisations),
        references=references,
        dates=dates_under_title(briefing.fields, phrases),
        review_by=label_date(phrases.say("next-review"), last, phrases)
        if last and not briefing.fields.status.is_retired
        else None,
        words=words,
        read_minutes=reading_minutes(words, environment.imprint.fields.words_per_minute),
        subjects=subjects_from_tags(briefing.fields.tags, environment.tags),
        credits=credits_of(environment, briefing),
        audience=tuple(subject.label for subject in subjects_from_tags(briefing.fields.audience, environment.tags)),
        descriptions=tuple(described.items()),
        abbreviations=tuple(sorted((short, briefing.fields.abbreviations[short].full) for short in draft.short_forms)),
        glossary=sorted_terms({name: known[name] for name in briefing.fields.glossary if name in known}),
        related=related_titles(environment, briefing),
        successor=_related_title(newer, environment) if newer and briefing.fields.status.is_retired else None,
        licence=inherit.licence_of(briefing, series, environment.imprint),
        copyright=inherit.copyright_of(briefing, environment.imprint),
        marking=marking_of(environment, briefing),
        assets=draft.assets if briefing.manual else _with_logo(draft.assets, environment.logo),
        formats=() if briefing.manual else environment.imprint.fields.formats,
        kept=view.kept,
    )


def _identity(view: BriefingView, context: RenderContext, faulty: bool) -> Identity:
    environment, briefing = context.environment, view.briefing
    language = inherit.language_of(briefing, environment.imprint)
    words = context.words.of(language)
    return Identity(
        words=words,
        id=briefing.id,
        title=typeset(briefing.fields.title, language),
        short_title=typeset(briefing.fields.short_title or briefing.fields.title, language),
        version="" if briefing.manual else briefing.fields.version,
        publisher=inherit.publisher_name_of(environment, briefing, view.series),
        language=language,
        statuses=briefing_statuses(environment, briefing, view.produced, faulty, words),
        marking=marking_on_pages(marking_of(environment, briefing), environment.imprint),
        address=inherit.address_of(briefing, environment.imprint),
    )


def collection_identity(
    source: Series | Pack, context: RenderContext, marking: Marking, *, draft: bool, due: bool = False
) -> Identity:
    """Return the identity of a series or pack, in the language of the library."""
    environment, imprint = context.environment, context.environment.imprint
    language = imprint.fields.language
    words, title = context.words.of(language), typeset(source.fields.title, language)
    return Identity(
        words=words,
        id=source.id,
        title=title,
        short_title=title,
        version="",
        publisher=inherit.publisher_name_of(environment, None, source if isinstance(source, Series) else None),
        language=language,
        statuses=pack_statuses(imprint.fields.notice, draft, due, words),
        marking=marking_on_pages(marking, imprint),
        address=inherit.address_in_library(imprint, source.id),
    )


def shown_entries(entries: tuple[ReferenceEntry, ...], context: RenderContext) -> tuple[ReferenceEntry, ...]:
    """Show missing letters in the entries of a reference list."""
    coverage = context.coverage
    return tuple(
        replace(
            entry,
            children=_mark_missing_in(entry.children, coverage),
            short=replace_missing_characters(entry.short, coverage),
            title=replace_missing_characters(entry.title, coverage),
        )
        for entry in entries
    )


def _mark_missing_in(nodes: tuple[Any, ...], coverage: Coverage) -> tuple[Any, ...]:
    return rebuild_nodes(nodes, lambda node: mark_missing(node, coverage) if isinstance(node, tree.Text) else None)


def sorted_terms(terms: Mapping[str, Term]) -> tuple[tuple[str, Term], ...]:
    """Sort terms with their ids in alphabetical order of the terms."""
    return tuple(sorted(terms.items(), key=lambda entry: (entry[1].term.casefold(), entry[0])))


def related_titles(environment: Environment, briefing: BriefingHead) -> tuple[RelatedTitle, ...]:
    """The other briefings that a briefing names as related, each once."""
    names = dict.fromkeys(name for name in briefing.fields.related if name != briefing.id)
    return tuple(
        _related_title(environment.briefings[name], environment) for name in names if name in environment.briefings
    )


def _related_title(briefing: BriefingHead, environment: Environment) -> RelatedTitle:
    title = typeset(briefing.fields.title, inherit.language_of(briefing, environment.imprint))
    return RelatedTitle(briefing.id, title, inherit.address_of(briefing, environment.imprint))


def publish_series(
    series: Series,
    draft: PublicationDraft,
    formatted: FormattedDocument,
    context: RenderContext,
    briefings: Mapping[str, Publication],
) -> SeriesPublication:
    """Return the landing page of a series with its citations and its briefings in order."""
    environment = context.environment
    imprint, fields = environment.imprint, series.fields
    legible = partial(mark_missing, coverage=context.coverage)
    filled, is_incomplete = fill_citations(draft.parts, formatted, environment.bibliography, legible)
    texts = parts.split_texts(filled)
    faulty = series.id in context.faulty or is_incomplete
    identity = collection_identity(series, context, fields.marking or imprint.fields.marking, draft=faulty)
    resolved = replace(
        series, landing=texts[parts.BODY], method_note=texts["method-note"], practice_caveat=texts["practice-caveat"]
    )
    members = tuple(briefings[name] for name in dict.fromkeys(fields.briefings) if name in briefings)
    references = shown_entries(reference_list(formatted, environment.bibliography), context)
    assets = _with_logo(draft.assets, environment.logo)
    return SeriesPublication(identity, resolved, imprint, members, references, assets)


def _with_logo(assets: tuple[Asset, ...], logo: Asset | None) -> tuple[Asset, ...]:
    """The pictures of a text and the publisher's logo, each once."""
    return tuple({asset.sha256: asset for asset in (*assets, *filter(None, (logo,)))}.values())


_UNREAD = (tree.Table, tree.Figure, tree.CodeBlock, tree.EvidenceMark, tree.PlaceholderBlock)


def count_words(text: str) -> int:
    """Count the pieces between white space that have a letter or a digit."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def count_prose_words(blocks: tuple[Any, ...]) -> int:
    """Count the words of prose, headings and lists; a formula is one word."""
    total = 0
    for node in blocks:
        if isinstance(node, tuple):
            total += count_prose_words(node)
        elif isinstance(node, tree.Paragraph | tree.Heading):
            total += _words_in_line(node.children)
        elif isinstance(node, tree.Formula):
            total += 1
        elif hasattr(node, "term"):
            total += _words_in_line(node.term) + count_prose_words(node.meanings)
        elif not isinstance(node, _UNREAD):
            total += sum(count_prose_words(getattr(node, name)) for name in node_fields(type(node)))
    return total


def _words_in_line(children: tuple[Any, ...]) -> int:
    in_formulas = sum(count_words(node.words) - 1 for node in walk_nodes(children) if isinstance(node, tree.Formula))
    return count_words(plain_text(children)) - in_formulas


def reading_minutes(words: int, rate: int) -> int:
    """Minutes of reading at so many words a minute, rounded up, at least one."""
    return max(1, ceil(words / rate))
