"""The catalogue of a library: what of it is shown, and what is told of each text, pack and series. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.core.services import hooked
from pipeline.core.text.typography import typeset
from pipeline.editions.issued.gates import is_open_to_all
from pipeline.editions.issued.records import alike
from pipeline.model.library import Library
from pipeline.model.source.briefing import BriefingFields
from pipeline.model.source.library_file import Series
from pipeline.model.source.pack import Pack
from pipeline.model.words import Wordbook, Words
from pipeline.resolve import environment as inherit
from pipeline.resolve.environment import Environment
from pipeline.resolve.filing import filed_title
from pipeline.resolve.markings import marking_of
from pipeline.resolve.markings import shown as as_shown
from pipeline.resolve.packs import is_numbered, pack_marking
from pipeline.resolve.reading import PackReading, Reading, read_library, read_pack
from pipeline.resolve.status import (
    dated,
    is_retired,
    pack_statuses,
    reason_of_withdrawal,
    review_by,
    reviewed_on,
    stamp_dates,
    statuses,
)
from pipeline.resolve.versions import pinned_readings
from pipeline.site.page_words import PageWords
from pipeline.site.settings import SiteSettings
from pipeline.site.shown import ShownTexts, covers, pack_is_shown, shown_texts
from pipeline.site.values import (
    Catalogue,
    CataloguedGroup,
    CataloguedText,
    Download,
    GroupMember,
    IssuedName,
    News,
    SitePlace,
)


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


def catalogue_of(library: Library, built: Built, wordbook: Wordbook, day: date) -> Catalogue:
    """The catalogue on a day."""
    fields, settings = library.imprint.fields, library.imprint.fields.of(SiteSettings).site
    environment, readings = read_library(library, day)
    shown = shown_texts(environment, readings.values(), settings.marking)
    words = wordbook.of(fields.language)
    bindings = {name: _binding(environment, pack, readings, day) for name, pack in library.packs.items()}
    packs = [
        _pack(bindings[name], shown, built, words)
        for name, pack in library.packs.items()
        if pack_is_shown(bindings[name], pack, shown, settings.marking)
    ]
    series = [
        _series(one, readings, shown, words) for one in library.series.values() if _series_is_shown(environment, one)
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


def _binding(environment: Environment, pack: Pack, readings: Mapping[str, Reading], day: date) -> PackReading:
    pinned = pinned_readings(environment, (pack.id,), day)
    return read_pack(environment, pack, {**readings, **pinned}, day)


def _series_is_shown(environment: Environment, series: Series) -> bool:
    own, site = series.fields.marking, environment.imprint.fields.of(SiteSettings).site
    return series.id not in environment.withheld and (own is None or covers(site.marking, own))


def _pack(binding: PackReading, shown: ShownTexts, built: Built, words: Words) -> CataloguedGroup:
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


def _pack_files(binding: PackReading, built: Built, shown: ShownTexts) -> tuple[Download, ...]:
    """The files of a pack, if anybody may have them; of an issued edition that must not be used there are none."""
    pack = binding.pack
    owner, edition = f"packs/{pack.id}", pack.fields.edition or ""
    on_record = (one for one in built.issued.get(owner, ()) if alike(one.name, edition))
    sound = all(one.texts <= shown.told and one.state not in ("withdrawn", "recalled") for one in on_record)
    return built.files.get(owner, ()) if sound and all(map(is_open_to_all, binding.present)) else ()


def _any(said: Iterable[tuple[str, ...]], status: str) -> bool:
    return any(status in those for those in said)


def _members(present: Iterable[Reading], shown: ShownTexts, words: Words) -> Iterator[GroupMember]:
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


def _statuses(reading: Reading, words: Words) -> tuple[str, ...]:
    """The words across the pages of a text, without the notice of the house."""
    notice = typeset(reading.environment.imprint.fields.notice or "")
    said = statuses(reading.environment, reading.briefing, reading.produced, False, words)
    return tuple(one for one in said if one != notice)


def _series(series: Series, readings: Mapping[str, Reading], shown: ShownTexts, words: Words) -> CataloguedGroup:
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
    reading: Reading, shown: ShownTexts, groups: Iterable[CataloguedGroup], built: Built, wordbook: Wordbook
) -> CataloguedText:
    environment, briefing, fields = reading.environment, reading.briefing, reading.briefing.fields
    language = inherit.language_of(briefing, environment.imprint)
    words, owner = wordbook.of(environment.imprint.fields.language), f"briefings/{briefing.id}"
    last = None if is_retired(briefing) else review_by(fields, environment.imprint.fields)
    licence, read = (
        inherit.licence_of(briefing, reading.series, environment.imprint),
        built.words.get(owner, PageWords()),
    )
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
        modified=max(_days(fields), default=None),
        subjects=tuple(SitePlace(tag, environment.tags[tag].label) for tag in fields.tags if tag in environment.tags),
        packs=tuple(SitePlace(one.folder, one.title) for one in holding if one.is_pack),
        series=tuple(SitePlace(one.folder, one.title) for one in holding if not one.is_pack),
        related=tuple(_places(environment, fields.related, shown)),
        successor=next(_places(environment, (newer.id,), shown), None) if newer else None,
        reason=reason_of_withdrawal(briefing),
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


def _verdict(fields: BriefingFields, words: Words) -> str:
    """'Mixed overall, evidence limited' as pages say it; nothing where nobody has judged the whole."""
    evidence = fields.evidence
    if evidence.overall is None:
        return ""
    said = words.say(f"result-{evidence.overall}")
    if evidence.strength is None:
        return f"{said} {words.say('overall')}"
    return f"{said} {words.say('overall-strength', strength=words.say(f'strength-{evidence.strength}'))}"


def _days(fields: BriefingFields) -> list[date]:
    """The days on which something became of a text."""
    said = (fields.first_published, fields.updated, reviewed_on(fields))
    return [*filter(None, said), *(entry.date for entry in fields.history)]
