"""The catalogue of a library: which texts, packs and series it shows, and what it says of each."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from pipeline.core.services import Hook
from pipeline.core.text.typography import typeset
from pipeline.model.body import Link
from pipeline.model.library import Library
from pipeline.model.source.briefing import BriefingFields, Marking, Status
from pipeline.model.source.library_file import LibrarySettings, Series
from pipeline.model.source.pack import Pack
from pipeline.model.words import Phrases, PhraseTable
from pipeline.resolve import environment as inherit
from pipeline.resolve.environment import Environment
from pipeline.resolve.packs import has_numbered_copies, pack_marking, texts_gone_from_pack
from pipeline.resolve.protective_markings import (
    marked_parts,
    marking_of,
    marking_on_pages,
    marking_rank,
    may_be_published,
)
from pipeline.resolve.reading import BriefingView, PackView, view_library, view_pack
from pipeline.resolve.sort_keys import sortable_title
from pipeline.resolve.status import (
    briefing_statuses,
    dates_under_title,
    label_date,
    last_review_of,
    next_review_of,
    pack_statuses,
    withdrawal_reason,
)
from pipeline.resolve.versions import view_pinned_versions
from pipeline.services.editions.issue_checks import has_open_licence
from pipeline.services.editions.record_chain import are_same_edition
from pipeline.services.site.settings import SiteSettings
from pipeline.services.site.values import (
    Catalogue,
    CataloguedGroup,
    CataloguedText,
    Download,
    GroupMember,
    IssuedName,
    News,
    PageWords,
    SitePlace,
)

PUBLIC_KEYS: Hook[Callable[[LibrarySettings], tuple[str, ...]]] = Hook("public_keys")

# The catalogue shows nothing with a higher marking than its own, and no draft

_WEB_SCHEMES = ("http:", "https:", "mailto:", "tel:")


def marking_allows(highest: Marking, marking: Marking) -> bool:
    """True if a site with a highest marking may show another: no higher, and without other handling instructions."""
    pairs = ((marking.instruction, highest.instruction), (marking.descriptor, highest.descriptor))
    return marking_rank(marking) <= marking_rank(highest) and all(own in (None, allowed) for own, allowed in pairs)


@dataclass(frozen=True, slots=True)
class ShownTexts:
    """Ids of texts by what the catalogue may say of them.

    Statements on an edition or on changes name the successors of its texts; the marking of a text that has left the
    library is unknown.
    """

    texts: frozenset[str]
    """Texts that it shows."""
    hidden: frozenset[str]
    """Texts that it must not name."""
    with_status: frozenset[str]
    """Texts with a status that it may show."""
    unpublished: frozenset[str]


def shown_texts(environment: Environment, views: Iterable[BriefingView], highest: Marking) -> ShownTexts:
    """Return the texts to show: published now or once, unless their marking, or that of a text they name, is too high.

    A text whose successor is not published yet is not shown: the title of the successor would be across its pages.
    """
    views = tuple(view for view in views if not view.briefing.manual)
    hidden = {view.briefing.id for view in views if not _may_be_named(environment, view, highest)} | environment.broken
    unpublished = {view.briefing.id for view in views if not _is_published(view)}
    with_status = {
        view.briefing.id
        for view in views
        if hidden.isdisjoint(_named_texts(view)) and unpublished.isdisjoint(_successors(view))
    }
    texts = {view.briefing.id for view in views if view.briefing.id in with_status - unpublished}
    return ShownTexts(*map(frozenset, (texts, hidden, with_status, unpublished)))


def _is_published(view: BriefingView) -> bool:
    status = view.briefing.fields.status
    return status is Status.PUBLISHED or status.is_retired


def _may_be_named(environment: Environment, view: BriefingView, highest: Marking) -> bool:
    series = environment.series_of(view.briefing.id)
    series_marking = series.fields.marking if series else None
    return (
        may_be_published(environment, view.briefing)
        and marking_allows(highest, marking_of(environment, view.briefing))
        and (series_marking is None or marking_allows(highest, series_marking))
        and (series is None or series.id not in environment.withheld)
    )


def _successors(view: BriefingView) -> set[str]:
    """Return the id of the text that replaces it, if there is one."""
    return set(filter(None, (view.briefing.fields.superseded_by,)))


def _named_texts(view: BriefingView) -> set[str]:
    """Return the ids of the texts that its pages name."""
    fields = view.briefing.fields
    hrefs = (link.href for link in view.passage.every(Link) if not link.href.startswith(_WEB_SCHEMES))
    # 'briefing:ID#anchor', or a path to a text
    linked = {part for href in hrefs for part in re.split(r"[^a-z0-9-]+", href)}
    return {view.briefing.id, *fields.related, *_successors(view), *linked}


def pack_is_shown(view: PackView, pack: Pack, shown: ShownTexts, highest: Marking) -> bool:
    """True if the catalogue may show a pack: all its texts are published and readable, and no marking is too high.

    If the pack lists changes, this is also true of the texts that have left it.
    """
    own, present = pack.fields.marking, view.present
    is_complete = all(member.key in view.readings for member in view.members)
    named = set[str]().union(*map(_named_texts, present))
    successors = set[str]().union(*map(_successors, present))
    is_covered = all(marking_allows(highest, part.marking) for part in marked_parts(view))
    is_readable = pack.id not in view.environment.withheld and shown.hidden.isdisjoint(named)
    is_published = all(map(_is_published, present)) and shown.unpublished.isdisjoint(successors)
    ids = {member.briefing.id for member in present}
    gone = texts_gone_from_pack(view, ids) if "changes" in pack.fields.back else ()
    may_show_texts = is_complete and is_covered and is_readable and is_published and shown.with_status.issuperset(gone)
    return not pack.manual and may_show_texts and (own is None or marking_allows(highest, own))


def catalogue_address(imprint: LibrarySettings) -> str:
    """Return the web address of the catalogue without `/` at its end, or nothing if `site:` has none."""
    return (imprint.fields.of(SiteSettings).site.address or "").rstrip("/")


# The catalogue


@dataclass(frozen=True, slots=True)
class BuiltFacts:
    """What the catalogue needs besides the source: built files, words of web pages, minutes, issued editions."""

    files: Mapping[str, tuple[Download, ...]] = field(default_factory=dict)
    """By owner, such as 'briefings/street-lighting'."""
    words: Mapping[str, PageWords] = field(default_factory=dict)
    """Words of web pages, by owner."""
    minutes: Mapping[str, int] = field(default_factory=dict)
    """Minutes that it takes to read each briefing, by id."""
    issued: Mapping[str, tuple[IssuedName, ...]] = field(default_factory=dict)
    """Published versions of a briefing and issued editions of a pack, by owner, the last one first."""


def make_catalogue(library: Library, built: BuiltFacts, phrases: PhraseTable, day: date) -> Catalogue:
    """Return the catalogue on a day."""
    fields, settings = library.imprint.fields, library.imprint.fields.of(SiteSettings).site
    environment, views = view_library(library, day)
    shown = shown_texts(environment, views.values(), settings.marking)
    words = phrases.of(fields.language)
    packs = []
    for name, pack in library.packs.items():
        pack_view = view_pack(environment, pack, {**views, **view_pinned_versions(environment, (name,), day)}, day)
        if pack_is_shown(pack_view, pack, shown, settings.marking):
            packs.append(_pack(pack_view, shown, built, words))
    series = [
        _series(each, views, shown, words)
        for each in library.series.values()
        if each.id not in environment.withheld
        and (each.fields.marking is None or marking_allows(settings.marking, each.fields.marking))
    ]
    groups = [*packs, *series]
    texts = sorted(
        (_text(views[name], shown, groups, built, phrases) for name in shown.texts),
        key=lambda text: (text.sorted_as.casefold(), text.id),
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
        marking=marking_on_pages(settings.marking, library.imprint),
        contact=fields.contact or "",
        accessible_formats=fields.accessible_formats or "",
        known_limits=settings.known_limits,
        keys=tuple(key for keys_of in PUBLIC_KEYS for key in keys_of(library.imprint)),
        texts=tuple(texts),
        packs=_by_title(pack for pack in packs if pack.members),
        series=_by_title(group for group in series if group.members),
        subjects=_by_title(subjects.values()),
        news=tuple(sorted(news, key=lambda row: (-row.entry.date.toordinal(), row.text.sorted_as.casefold()))),
        by_id={text.id: text for text in texts},
        addresses={
            address: name
            for name, briefing in environment.briefings.items()
            if (address := inherit.address_of(briefing, environment.imprint))
        },
    )


Titled = TypeVar("Titled", CataloguedGroup, SitePlace)


def _by_title(things: Iterable[Titled]) -> tuple[Titled, ...]:
    return tuple(sorted(things, key=lambda thing: (thing.title.casefold(), thing.id)))


def _pack(view: PackView, shown: ShownTexts, built: BuiltFacts, words: Phrases) -> CataloguedGroup:
    pack, fields = view.pack, view.pack.fields
    numbered = has_numbered_copies(view)
    member_statuses = {
        status
        for member in view.present
        for status in briefing_statuses(member.environment, member.briefing, view.produced, False, words)
    }
    is_draft = (
        any(member.briefing.fields.status.is_retired for member in view.present)
        or words.say("draft") in member_statuses
    )
    return CataloguedGroup(
        id=pack.id,
        title=typeset(fields.title),
        summary=typeset(fields.subtitle or ""),
        is_pack=True,
        folder=pack.id,
        members=tuple(_members(view.present, shown, words)),
        edition=fields.edition or "",
        statuses=pack_statuses(None, is_draft, words.say("due-for-review") in member_statuses, words),
        numbered=numbered,
        marking=marking_on_pages(pack_marking(view), view.environment.imprint),
        editions=_issued(built, f"packs/{pack.id}", shown),
        files=() if numbered else _pack_files(view, built, shown),
    )


def _pack_files(view: PackView, built: BuiltFacts, shown: ShownTexts) -> tuple[Download, ...]:
    """Return the files of a pack, if it is open to all and its edition was not withdrawn or recalled."""
    owner, edition = f"packs/{view.pack.id}", view.pack.fields.edition or ""
    issued = (each for each in built.issued.get(owner, ()) if are_same_edition(each.name, edition))
    is_valid = all(each.texts <= shown.with_status and each.state not in ("withdrawn", "recalled") for each in issued)
    return built.files.get(owner, ()) if is_valid and all(map(has_open_licence, view.present)) else ()


def _members(views: Iterable[BriefingView], shown: ShownTexts, words: Phrases) -> Iterator[GroupMember]:
    """Yield the members; a kept version has its own title and summary, not those of the present text."""
    for view in views:
        fields, language = view.briefing.fields, inherit.language_of(view.briefing, view.environment.imprint)
        yield GroupMember(
            title=typeset(fields.title, language),
            id=view.briefing.id if view.briefing.id in shown.texts else "",
            version=fields.version,
            summary=typeset(fields.summary, language),
            verdict=_verdict(fields, words),
            statuses=_statuses(view, words),
            language=language,
        )


def _statuses(view: BriefingView, words: Phrases) -> tuple[str, ...]:
    """Return the words across the pages of a text, without the library's notice."""
    notice = typeset(view.environment.imprint.fields.notice or "")
    every = briefing_statuses(view.environment, view.briefing, view.produced, False, words)
    return tuple(status for status in every if status != notice)


def _series(series: Series, views: Mapping[str, BriefingView], shown: ShownTexts, words: Phrases) -> CataloguedGroup:
    present = (views[name] for name in series.fields.briefings if name in shown.texts)
    return CataloguedGroup(
        id=series.id,
        title=typeset(series.fields.title),
        summary=typeset(series.fields.summary or ""),
        is_pack=False,
        folder=f"series--{series.id}",  # no id has two hyphens
        members=tuple(_members(present, shown, words)),
    )


def _text(
    view: BriefingView, shown: ShownTexts, groups: Iterable[CataloguedGroup], built: BuiltFacts, phrases: PhraseTable
) -> CataloguedText:
    environment, briefing, fields = view.environment, view.briefing, view.briefing.fields
    language = inherit.language_of(briefing, environment.imprint)
    words, owner = phrases.of(environment.imprint.fields.language), f"briefings/{briefing.id}"
    review_day = None if briefing.fields.status.is_retired else next_review_of(fields, environment.imprint.fields)
    days = (fields.first_published, fields.updated, last_review_of(fields), *(entry.date for entry in fields.history))
    licence = inherit.licence_of(briefing, view.series, environment.imprint)
    page = built.words.get(owner, PageWords())
    successor = environment.briefings.get(fields.superseded_by or "")
    own_groups = [group for group in groups if any(member.id == briefing.id for member in group.members)]
    return CataloguedText(
        id=briefing.id,
        title=typeset(fields.title, language),
        sorted_as=sortable_title(fields.title, language),
        summary=typeset(fields.summary, language),
        version=fields.version,
        status=str(fields.status),
        statuses=_statuses(view, words),
        language=language,
        publisher=inherit.publisher_name_of(environment, briefing, view.series),
        address=inherit.address_of(briefing, environment.imprint),
        verdict=_verdict(fields, words),
        minutes=built.minutes.get(briefing.id, 0),
        dates=dates_under_title(fields, words),
        review=label_date(words.say("next-review"), review_day, words) if review_day else None,
        published=fields.first_published,
        modified=max(filter(None, days), default=None),
        subjects=tuple(SitePlace(tag, environment.tags[tag].label) for tag in fields.tags if tag in environment.tags),
        packs=tuple(SitePlace(group.folder, group.title) for group in own_groups if group.is_pack),
        series=tuple(SitePlace(group.folder, group.title) for group in own_groups if not group.is_pack),
        related=tuple(_places(environment, fields.related, shown)),
        successor=next(_places(environment, (successor.id,), shown), None) if successor else None,
        reason=withdrawal_reason(briefing),
        history=tuple(reversed(fields.history)),
        versions=_issued(built, owner, shown),
        files=built.files.get(owner, ()) if has_open_licence(view) else (),
        marking=marking_on_pages(marking_of(environment, briefing), environment.imprint),
        licence=(licence.url or "") if licence else "",
        key_finding=page.key_finding,
        words=page.words,
    )


def _issued(built: BuiltFacts, owner: str, shown: ShownTexts) -> tuple[IssuedName, ...]:
    """Return versions or editions of an owner, without those with a text whose status the catalogue may not show."""
    return tuple(each for each in built.issued.get(owner, ()) if each.texts <= shown.with_status)


def _places(environment: Environment, names: Iterable[str], shown: ShownTexts) -> Iterator[SitePlace]:
    for briefing in (environment.briefings[name] for name in names if name in shown.texts):
        language = inherit.language_of(briefing, environment.imprint)
        yield SitePlace(briefing.id, typeset(briefing.fields.title, language), language)


def _verdict(fields: BriefingFields, words: Phrases) -> str:
    """Return 'Mixed overall, evidence limited'; nothing if the whole was not judged."""
    evidence = fields.evidence
    if evidence.overall is None:
        return ""
    result = words.say(f"result-{evidence.overall}")
    if evidence.strength is None:
        return f"{result} {words.say('overall')}"
    return f"{result} {words.say('overall-strength', strength=words.say(f'strength-{evidence.strength}'))}"
