"""Briefings and series as publications: every meaning filled in."""

from collections.abc import Mapping
from dataclasses import replace
from math import ceil
from typing import Any

from pipeline.cite.citeproc import FormattedDocument
from pipeline.model import body as tree
from pipeline.model.asset import Asset
from pipeline.model.body import branches, plain_text, rebuild, walk
from pipeline.model.identity import Identity
from pipeline.model.publication import Publication, ReferenceEntry, RelatedTitle, SeriesPublication
from pipeline.model.source.briefing import BriefingHead
from pipeline.model.source.imprint import Series, Term
from pipeline.resolve import inherit
from pipeline.resolve.environment import Environment
from pipeline.resolve.publish import parts
from pipeline.resolve.publish.citations import Legible, fill_citations, reference_list
from pipeline.resolve.publish.credits import credits_of
from pipeline.resolve.publish.drafts import House, PublicationDraft
from pipeline.resolve.reading import Reading
from pipeline.resolve.rules.characters import mark_missing, shown
from pipeline.resolve.rules.dates import dated, review_by, stamp_dates
from pipeline.resolve.rules.findings import evidence_of
from pipeline.resolve.rules.marking import marking_of
from pipeline.resolve.rules.marking import shown as shown_marking
from pipeline.resolve.rules.names import subjects_of
from pipeline.resolve.rules.practice import examples
from pipeline.resolve.rules.states import is_retired, statuses
from pipeline.text.typography import typeset


def publish(
    reading: Reading, draft: PublicationDraft, formatted: FormattedDocument, house: House, faulty: bool
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
        successor=_successor(environment, briefing),
        licence=inherit.licence_of(briefing, series, environment.imprint),
        copyright=inherit.copyright_of(briefing, environment.imprint),
        marking=marking_of(environment, briefing),
        assets=draft.assets if briefing.manual else _with_logo(draft.assets, environment.logo),
        formats=() if briefing.manual else environment.imprint.fields.formats,
        kept=reading.kept,
    )


def _identity(briefing: BriefingHead, reading: Reading, house: House, faulty: bool) -> Identity:
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


def _legible(house: House) -> Legible:
    """Shows the missing letters of citations as those of the list are shown."""
    return lambda text: mark_missing(text, house.coverage)


def shown_entries(entries: tuple[ReferenceEntry, ...], house: House) -> tuple[ReferenceEntry, ...]:
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


def _successor(environment: Environment, briefing: BriefingHead) -> RelatedTitle | None:
    """The briefing that has taken the place of one which is no longer in force, if it names one that is there."""
    newer = environment.briefings.get(briefing.fields.superseded_by or "")
    return _titled(newer, environment) if newer and is_retired(briefing) else None


def _titled(other: BriefingHead, environment: Environment) -> RelatedTitle:
    title = typeset(other.fields.title, inherit.language_of(other, environment.imprint))
    return RelatedTitle(other.id, title, inherit.address_of(other, environment.imprint))


def publish_series(
    series: Series,
    draft: PublicationDraft,
    formatted: FormattedDocument,
    house: House,
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
        series,
        landing=texts[parts.BODY],
        method_note=texts["method-note"],
        practice_caveat=texts["practice-caveat"],
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
        elif not isinstance(node, _UNREAD):
            total += _below(node)
    return total


def _words_in_line(children: tuple[Any, ...]) -> int:
    """The words of a line; a formula is one."""
    more = sum(count_words(node.words) - 1 for node in walk(children) if isinstance(node, tree.Formula))
    return count_words(plain_text(children)) - more


def _below(node: Any) -> int:
    if hasattr(node, "term"):
        return _words_in_line(node.term) + words_of(node.meanings)
    return sum(words_of(getattr(node, name)) for name in branches(type(node)))


def minutes(words: int, rate: int) -> int:
    """The minutes it takes to read so many words, rounded up, at least one."""
    return max(1, ceil(words / rate))
