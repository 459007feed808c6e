"""The catalogue of a library: what of it is shown, and what is told of each text, pack and series."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.core.services import hooked
from pipeline.core.text.typography import typeset
from pipeline.model.body import Link
from pipeline.model.library import Library
from pipeline.model.source.briefing import RETIRED, BriefingFields, Marking, Status
from pipeline.model.source.library_file import LibrarySettings, Series
from pipeline.model.source.pack import Pack
from pipeline.model.words import Phrases, PhraseTable
from pipeline.resolve import environment as inherit
from pipeline.resolve.environment import Environment
from pipeline.resolve.filing import filed_title
from pipeline.resolve.markings import marked_parts, marking_of, may_be_made, rank
from pipeline.resolve.markings import shown as as_shown
from pipeline.resolve.packs import is_numbered, names_gone, pack_marking
from pipeline.resolve.reading import BriefingView, PackView, read_library, read_pack
from pipeline.resolve.status import (
    dated,
    is_retired,
    pack_statuses,
    review_by,
    reviewed_on,
    stamp_dates,
    statuses,
    withdrawal_reason,
)
from pipeline.resolve.versions import pinned_readings
from pipeline.services.editions.gates import is_open_to_all
from pipeline.services.editions.records import alike
from pipeline.services.site.search_index import PageWords
from pipeline.services.site.settings import SiteSettings
from pipeline.services.site.values import (
    Catalogue,
    CataloguedGroup,
    CataloguedText,
    Download,
    GroupMember,
    IssuedName,
    News,
    SitePlace,
)

# Texts and packs that may be shown: nothing that is marked higher than the catalogue, and no draft

_ON_THE_WEB = ("http:", "https:", "mailto:", "tel:")


def covers(highest: Marking, marking: Marking) -> bool:
    """Whether a site of a marking may show what has another: it is no higher, and handled in no way of its own."""
    further = ((marking.instruction, highest.instruction), (marking.descriptor, highest.descriptor))
    return rank(marking) <= rank(highest) and all(own in (None, allowed) for own, allowed in further)


@dataclass(frozen=True, slots=True)
class ShownTexts:
    """The ids of the texts that the catalogue shows, of those that it must not name, and of those that it may tell of.

    What is told of an edition or of changes names the successors of its texts; of a text that has left the library
    nobody knows how it was marked.
    """

    texts: frozenset[str]
    hidden: frozenset[str]
    told: frozenset[str]
    unpublished: frozenset[str]


def shown_texts(environment: Environment, readings: Iterable[BriefingView], highest: Marking) -> ShownTexts:
    """The texts to show: published ones and those that were, unless they are marked too high, or name one that is.

    Nor is one shown whose successor is not published yet: its title would stand across the pages.
    """
    every = tuple(one for one in readings if not one.briefing.manual)
    hidden = {one.briefing.id for one in every if not _may_be_named(environment, one, highest)} | environment.broken
    unpublished = {one.briefing.id for one in every if not _is_published(one)}
    told = {one.briefing.id for one in every if hidden.isdisjoint(_named(one)) and not _heirs(one) & unpublished}
    texts = {one.briefing.id for one in every if one.briefing.id in told and one.briefing.id not in unpublished}
    return ShownTexts(*map(frozenset, (texts, hidden, told, unpublished)))


def _is_published(reading: BriefingView) -> bool:
    return reading.briefing.fields.status in (Status.PUBLISHED, *RETIRED)


def _may_be_named(environment: Environment, reading: BriefingView, highest: Marking) -> bool:
    series = environment.series_of(reading.briefing.id)
    own = marking_of(environment, reading.briefing)
    group = series.fields.marking if series else None
    return (
        may_be_made(environment, reading.briefing)
        and covers(highest, own)
        and (group is None or covers(highest, group))
        and (series is None or series.id not in environment.withheld)
    )


def _heirs(reading: BriefingView) -> set[str]:
    """The id of the text that takes its place, if one does."""
    return set(filter(None, (reading.briefing.fields.superseded_by,)))


def _named(reading: BriefingView) -> set[str]:
    """The ids of the texts whose titles stand on its pages."""
    fields = reading.briefing.fields
    links = (one.href for one in reading.passage.every(Link) if not one.href.startswith(_ON_THE_WEB))
    led = {
        part for href in links for part in re.split(r"[^a-z0-9-]+", href)
    }  # 'briefing:ID#anchor', or a path to a text
    return {reading.briefing.id, *fields.related, *_heirs(reading), *led}


def pack_is_shown(binding: PackView, pack: Pack, shown: ShownTexts, highest: Marking) -> bool:
    """Whether the catalogue may show a pack: all in it was published and can be read, and nothing is marked too high.

    Where it tells what has changed, that holds of the texts that left it, too.
    """
    own, present = pack.fields.marking, binding.present
    whole = all(member.key in binding.readings for member in binding.members)
    named = set[str]().union(*(_named(one) for one in present))
    heirs = set[str]().union(*(_heirs(one) for one in present))
    marked = all(covers(highest, part.marking) for part in marked_parts(binding))
    readable = pack.id not in binding.environment.withheld and shown.hidden.isdisjoint(named)
    published = all(map(_is_published, present)) and shown.unpublished.isdisjoint(heirs)
    left = names_gone(binding, {one.briefing.id for one in present}) if "changes" in pack.fields.back else ()
    sound = whole and marked and readable and published and shown.told.issuperset(left)
    return not pack.manual and sound and (own is None or covers(highest, own))


def catalogue_address(imprint: LibrarySettings) -> str:
    """The web address of the catalogue, without `/` at its end; nothing where `site:` names none."""
    return (imprint.fields.of(SiteSettings).site.address or "").rstrip("/")


# The catalogue


@dataclass(frozen=True, slots=True)
class Built:
    """Facts of the library beside its source: built files, the words of web pages, minutes, what was issued."""

    files: Mapping[str, tuple[Download, ...]] = field(default_factory=dict)
    """By owner, such as 'briefings/street-lighting'."""
    words: Mapping[str, PageWords] = field(default_factory=dict)
    """Of web pages, by owner."""
    minutes: Mapping[str, int] = field(default_factory=dict)
    """The minutes that it takes to read each briefing, by id."""
    issued: Mapping[str, tuple[IssuedName, ...]] = field(default_factory=dict)
    """The published versions of a briefing and the issued editions of a pack, by owner, the last one first."""


def catalogue_of(library: Library, built: Built, wordbook: PhraseTable, day: date) -> Catalogue:
    """The catalogue on a day."""
    fields, settings = library.imprint.fields, library.imprint.fields.of(SiteSettings).site
    environment, readings = read_library(library, day)
    shown = shown_texts(environment, readings.values(), settings.marking)
    words = wordbook.of(fields.language)
    packs = []
    for name, pack in library.packs.items():
        pinned = pinned_readings(environment, (name,), day)
        binding = read_pack(environment, pack, {**readings, **pinned}, day)
        if pack_is_shown(binding, pack, shown, settings.marking):
            packs.append(_pack(binding, shown, built, words))
    series = [
        _series(one, readings, shown, words)
        for one in library.series.values()
        if one.id not in environment.withheld
        and (one.fields.marking is None or covers(settings.marking, one.fields.marking))
    ]
    groups = [*packs, *series]
    texts = sorted(
        (_text(readings[name], shown, groups, built, wordbook) for name in shown.texts),
        key=lambda one: (one.sorted_as.casefold(), one.id),
    )
    subjects = {subject.id: subject for text in texts for subject in text.subjects}
    news = [News(text, entry) for text in texts for entry in text.history]
    return Catalogue(
        title=typeset(fields.title),
        subtitle=typeset(fields.subtitle or ""),
        publisher=fields.publisher,
        language=fields.language,
        words=words,
        day=day,
        address=(settings.address or fields.address or "").rstrip("/"),
        notice=typeset(fields.notice or ""),
        marking=as_shown(settings.marking, library.imprint),
        contact=fields.contact or "",
        accessible_formats=fields.accessible_formats or "",
        known_limits=settings.known_limits,
        keys=tuple(key for _, keys_of in hooked("public_keys") for key in keys_of(library.imprint)),
        texts=tuple(texts),
        packs=tuple(sorted((one for one in packs if one.members), key=lambda one: (one.title.casefold(), one.id))),
        series=tuple(sorted((one for one in series if one.members), key=lambda one: (one.title.casefold(), one.id))),
        subjects=tuple(sorted(subjects.values(), key=lambda one: (one.title.casefold(), one.id))),
        news=tuple(sorted(news, key=lambda one: (-one.entry.date.toordinal(), one.text.sorted_as.casefold()))),
        by_id={text.id: text for text in texts},
        addresses={
            address: name
            for name, one in environment.briefings.items()
            if (address := inherit.address_of(one, environment.imprint))
        },
    )


def _pack(binding: PackView, shown: ShownTexts, built: Built, words: Phrases) -> CataloguedGroup:
    pack, fields = binding.pack, binding.pack.fields
    numbered = is_numbered(binding)
    said = [statuses(one.environment, one.briefing, binding.produced, False, words) for one in binding.present]
    draft = any(is_retired(one.briefing) for one in binding.present) or _any(said, words.say("draft"))
    return CataloguedGroup(
        id=pack.id,
        title=typeset(fields.title),
        summary=typeset(fields.subtitle or ""),
        is_pack=True,
        folder=pack.id,
        members=tuple(_members(binding.present, shown, words)),
        edition=fields.edition or "",
        statuses=pack_statuses(None, draft, _any(said, words.say("due-for-review")), words),
        numbered=numbered,
        marking=as_shown(pack_marking(binding), binding.environment.imprint),
        editions=_issued(built, f"packs/{pack.id}", shown),
        files=() if numbered else _pack_files(binding, built, shown),
    )


def _pack_files(binding: PackView, built: Built, shown: ShownTexts) -> tuple[Download, ...]:
    """The files of a pack, if anybody may have them; of an issued edition that must not be used there are none."""
    pack = binding.pack
    owner, edition = f"packs/{pack.id}", pack.fields.edition or ""
    on_record = (one for one in built.issued.get(owner, ()) if alike(one.name, edition))
    sound = all(one.texts <= shown.told and one.state not in ("withdrawn", "recalled") for one in on_record)
    return built.files.get(owner, ()) if sound and all(map(is_open_to_all, binding.present)) else ()


def _any(said: Iterable[tuple[str, ...]], status: str) -> bool:
    return any(status in those for those in said)


def _members(present: Iterable[BriefingView], shown: ShownTexts, words: Phrases) -> Iterator[GroupMember]:
    """The members: of a kept version what it says, and not what the present text does."""
    for one in present:
        fields, language = one.briefing.fields, inherit.language_of(one.briefing, one.environment.imprint)
        yield GroupMember(
            title=typeset(fields.title, language),
            id=one.briefing.id if one.briefing.id in shown.texts else "",
            version=fields.version,
            summary=typeset(fields.summary, language),
            verdict=_verdict(fields, words),
            statuses=_statuses(one, words),
            language=language,
        )


def _statuses(reading: BriefingView, words: Phrases) -> tuple[str, ...]:
    """The words across the pages of a text, without the notice of the house."""
    notice = typeset(reading.environment.imprint.fields.notice or "")
    said = statuses(reading.environment, reading.briefing, reading.produced, False, words)
    return tuple(one for one in said if one != notice)


def _series(series: Series, readings: Mapping[str, BriefingView], shown: ShownTexts, words: Phrases) -> CataloguedGroup:
    present = (readings[name] for name in series.fields.briefings if name in shown.texts)
    return CataloguedGroup(
        id=series.id,
        title=typeset(series.fields.title),
        summary=typeset(series.fields.summary or ""),
        is_pack=False,
        folder=f"series--{series.id}",  # no id has two hyphens
        members=tuple(_members(present, shown, words)),
    )


def _text(
    reading: BriefingView, shown: ShownTexts, groups: Iterable[CataloguedGroup], built: Built, wordbook: PhraseTable
) -> CataloguedText:
    environment, briefing, fields = reading.environment, reading.briefing, reading.briefing.fields
    language = inherit.language_of(briefing, environment.imprint)
    words, owner = wordbook.of(environment.imprint.fields.language), f"briefings/{briefing.id}"
    last = None if is_retired(briefing) else review_by(fields, environment.imprint.fields)
    days = (fields.first_published, fields.updated, reviewed_on(fields), *(entry.date for entry in fields.history))
    licence = inherit.licence_of(briefing, reading.series, environment.imprint)
    read = built.words.get(owner, PageWords())
    newer = environment.briefings.get(fields.superseded_by or "")
    holding = [one for one in groups if any(member.id == briefing.id for member in one.members)]
    return CataloguedText(
        id=briefing.id,
        title=typeset(fields.title, language),
        sorted_as=filed_title(fields.title, language),
        summary=typeset(fields.summary, language),
        version=fields.version,
        status=str(fields.status),
        statuses=_statuses(reading, words),
        language=language,
        publisher=inherit.publisher_name(environment, briefing, reading.series),
        address=inherit.address_of(briefing, environment.imprint),
        verdict=_verdict(fields, words),
        minutes=built.minutes.get(briefing.id, 0),
        dates=stamp_dates(fields, words),
        review=dated(words.say("next-review"), last, words) if last else None,
        published=fields.first_published,
        modified=max(filter(None, days), default=None),
        subjects=tuple(SitePlace(tag, environment.tags[tag].label) for tag in fields.tags if tag in environment.tags),
        packs=tuple(SitePlace(one.folder, one.title) for one in holding if one.is_pack),
        series=tuple(SitePlace(one.folder, one.title) for one in holding if not one.is_pack),
        related=tuple(_places(environment, fields.related, shown)),
        successor=next(_places(environment, (newer.id,), shown), None) if newer else None,
        reason=withdrawal_reason(briefing),
        history=tuple(reversed(fields.history)),
        versions=_issued(built, owner, shown),
        files=built.files.get(owner, ()) if is_open_to_all(reading) else (),
        marking=as_shown(marking_of(environment, briefing), environment.imprint),
        licence=(licence.url or "") if licence else "",
        key_finding=read.key_finding,
        words=read.words,
    )


def _issued(built: Built, owner: str, shown: ShownTexts) -> tuple[IssuedName, ...]:
    """Versions or editions of an owner, but for those that hold a text whose state is not to be told."""
    return tuple(one for one in built.issued.get(owner, ()) if one.texts <= shown.told)


def _places(environment: Environment, names: Iterable[str], shown: ShownTexts) -> Iterator[SitePlace]:
    for briefing in (environment.briefings[name] for name in names if name in shown.texts):
        language = inherit.language_of(briefing, environment.imprint)
        yield SitePlace(briefing.id, typeset(briefing.fields.title, language), language)


def _verdict(fields: BriefingFields, words: Phrases) -> str:
    """'Mixed overall, evidence limited' as pages say it; nothing where nobody has judged the whole."""
    evidence = fields.evidence
    if evidence.overall is None:
        return ""
    said = words.say(f"result-{evidence.overall}")
    if evidence.strength is None:
        return f"{said} {words.say('overall')}"
    return f"{said} {words.say('overall-strength', strength=words.say(f'strength-{evidence.strength}'))}"
