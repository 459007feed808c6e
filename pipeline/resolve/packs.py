"""Packs as publications, and their rules."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import chain

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.digests import digest
from pipeline.core.messages import catalogue, message
from pipeline.core.processes import blamed_on
from pipeline.core.sentences import suggestion
from pipeline.core.text.typography import typeset
from pipeline.model.bibliography import Reference
from pipeline.model.publication import (
    GoneTitle,
    InsertedPages,
    PackChanges,
    PackPart,
    PackPublication,
    Publication,
    ReferenceEntry,
    SeriesPublication,
    TitleChanges,
)
from pipeline.model.sheets import Identity
from pipeline.model.source.briefing import RETIRED, Amendment, BriefingFields, Marking, Status
from pipeline.model.source.library_file import Series
from pipeline.model.source.pack import Insert
from pipeline.model.source.versions import correction_of, numbers, version_ref
from pipeline.model.words import format_date
from pipeline.resolve import environment as inherit
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument
from pipeline.resolve.citations.fill import entry_of
from pipeline.resolve.citations.pooled import is_lettered, pooled_documents
from pipeline.resolve.citations.style import numbers_works
from pipeline.resolve.environment import Environment, language_of
from pipeline.resolve.evidence import areas_with_columns, finding_areas
from pipeline.resolve.markings import (
    highest,
    level,
    marked_parts,
    may_be_made,
    parts_marked,
    rank,
    series_is_refused,
    shown,
    too_high,
)
from pipeline.resolve.names import known_briefings
from pipeline.resolve.publications import PublicationDraft, RenderContext, in_order, shown_entries
from pipeline.resolve.reading import Member, PackView
from pipeline.resolve.status import is_retired, pack_statuses


def changes_of(binding: PackView, members: tuple[Publication, ...]) -> PackChanges | None:
    """Changes of each briefing of a pack since a day, or else since its last edition.

    Nothing where it is not asked, where nothing was kept by that day, or where there is no edition.
    """
    fields = binding.pack.fields
    before = binding.environment.issued.get(binding.pack.id)
    since = fields.since or (before.on if before else None)
    if "changes" not in fields.back or since is None:
        return None
    by_record = fields.since is None and before is not None
    held = dict(before.versions) if by_record and before else None
    found = [_of(member, since, binding.environment, held) for member in members]
    gone = tuple(_gone(binding, {member.id for member in members}))
    if not gone and not any(one.was for one in found):
        return None
    return PackChanges(
        since,
        new=tuple(one for one in found if not one.was),
        changed=tuple(one for one in found if one.was and one.was != one.now),
        unchanged=tuple(one for one in found if one.was and one.was == one.now),
        gone=gone,
        edition=before.edition if by_record and before else "",
    )


def names_gone(binding: PackView, held: Collection[str]) -> tuple[str, ...]:
    """Texts that the pack held in the edition of then and does not hold now, by name."""
    before = binding.environment.issued.get(binding.pack.id)
    return tuple(name for name, _ in before.versions if name not in held) if before else ()


def _gone(binding: PackView, held: Collection[str]) -> Iterator[GoneTitle]:
    """Texts that the pack held in the edition of then, by its record, and does not hold now."""
    environment = binding.environment
    before = environment.issued.get(binding.pack.id)
    titles = dict(before.titles) if before else {}
    for name in names_gone(binding, held):
        if name not in environment.briefings:
            yield GoneTitle(typeset(titles[name], environment.imprint.fields.language))
            continue
        briefing = environment.briefings[name]
        fields, language = briefing.fields, language_of(briefing, environment.imprint)
        newer = environment.briefings.get(fields.superseded_by or "")
        yield GoneTitle(
            typeset(fields.title, language),
            withdrawn=fields.status is Status.WITHDRAWN,
            reason=typeset(fields.withdrawn_reason or "", language),
            superseded=fields.status is Status.SUPERSEDED,
            newer=typeset(newer.fields.title, language_of(newer, environment.imprint)) if newer else "",
        )


def _of(member: Publication, since: date, environment: Environment, held: Mapping[str, str] | None) -> TitleChanges:
    """Changes of a briefing since the version that an edition held, or else since the one in force on a day."""
    now, fields = member.identity.version, member.briefing.fields
    if held is None:
        was = _in_force(member.id, since, environment.kept_numbers, environment.kept_on)
    else:
        was = held.get(member.id, "")
    entries = tuple(amendments(fields, was, now)) if was else ()
    older = bool(was) and numbers(now) < numbers(was)
    reviews = [one.date for one in fields.history if one.kind == "review-no-change" and one.date > since]
    return TitleChanges(member.id, member.identity.title, was, now, entries, older, max(reviews, default=None))


def _in_force(briefing: str, day: date, kept: Mapping[str, tuple[str, ...]], published: Mapping[str, date]) -> str:
    """The last version that was published by a day, or nothing."""
    by_then = [v for v in kept.get(briefing, ()) if published.get(version_ref(briefing, v), date.max) <= day]
    return by_then[-1] if by_then else ""


def amendments(fields: BriefingFields, was: str, now: str) -> list[Amendment]:
    """Entries of the history on the versions after one, up to another."""
    return [
        entry
        for entry in fields.history
        if numbers(was) < numbers(entry.version) <= numbers(now) and entry.kind != "review-no-change"
    ]


# Rules


def packs_are_not_empty(binding: PackView) -> Iterator[Diagnostic]:
    """A pack lists something to bind."""
    if not binding.members:
        yield message("pack-empty", binding.pack.marks.at("briefings"))


def members_exist(binding: PackView) -> Iterator[Diagnostic]:
    """A pack binds briefings of this library, that of the handbook its pages."""
    environment, manual = binding.environment, binding.pack.manual
    pages = {page.removeprefix("handbook-") for page, briefing in environment.briefings.items() if briefing.manual}
    for member in binding.members:
        known = environment.kept_numbers.get(member.id, ())
        if member.id in environment.briefings or member.id in environment.broken or (member.version and known):
            continue
        place = binding.pack.marks.at(*member.way)
        if manual:
            name = member.id.removeprefix("handbook-")
            hint = suggestion(name, pages, "Pages live in source/handbook/.")
            yield message("pack-page-unknown", place, hint=hint, name=name)
        else:
            hint = suggestion(member.id, known_briefings(environment), "Briefings live in source/briefings/.")
            hint = f"It is gone; what was published of it is '{version_ref(member.id, known[-1])}'." if known else hint
            yield message("briefing-unknown", place, hint=hint, name=member.id)


def members_can_be_built(binding: PackView) -> Iterator[Diagnostic]:
    """A pack is bound only when all its briefings can be, and the series they belong to."""
    environment = binding.environment
    told = set()
    for member in binding.members:
        unread = member.id in environment.broken and member.key not in binding.readings
        reading = binding.readings.get(member.key)
        refused = reading is not None and not may_be_made(reading.environment, reading.briefing)
        if member.id in environment.withheld or unread or refused:
            advice = []
            if fault := environment.faults.get(member.id):
                advice.append(f"Correct it first, at {fault.place}: {fault.sentence}")
            elif refused:
                advice.append("Its marking, or one that it inherits, cannot be read or is too high.")
            known = environment.kept_numbers.get(member.id, ())
            if unread and known and member.id not in environment.withheld:
                advice.append(
                    f"Or bind what was published of it: write '{version_ref(member.id, known[-1])}' in its place."
                )
            place, name = binding.pack.marks.at(*member.way), f"the briefing '{member.id}'"
            yield message("pack-member-broken", place, " ".join(advice) or None, name=name)
            told.add(_series_id(binding, member))
    for member in binding.members:
        series = _series_id(binding, member)
        if series not in told and member.key in binding.readings and series_is_refused(environment, series):
            told.add(series)
            name, hint = f"the series '{series}'", "Its marking cannot be read or is too high: correct that first."
            yield message("pack-member-broken", binding.pack.marks.at(*member.way), hint, name=name)


def _series_id(binding: PackView, member: Member) -> str:
    series = binding.environment.series_of(member.id)
    return series.id if series else ""


def pinned_members_are_still_looked_after(binding: PackView) -> Iterator[Diagnostic]:
    """Of a kept version only the present briefing can say that it no longer holds."""
    environment = binding.environment
    for member in binding.members:
        if member.version and member.key in binding.readings and member.id not in environment.briefings:
            place = binding.pack.marks.at(*member.way)
            fate = "cannot be read" if member.id in environment.broken else "is gone"
            yield message("pack-member-gone", place, version=member.version, name=member.id, fate=fate)


def pins_are_not_behind_a_correction(binding: PackView) -> Iterator[Diagnostic]:
    """A pack does not bind a mistake again that was corrected in a version published since."""
    for member, later in corrected_pins(binding):
        hint = f"Write '{version_ref(member.id, later)}', or '{member.id}' alone to take the text as it is now."
        kept = later in binding.environment.kept_numbers.get(member.id, ())
        yield message(
            "pin-corrected",
            binding.pack.marks.at(*member.way),
            hint=hint if kept else None,
            version=member.version,
            name=member.id,
            later=later,
        )


def corrected_pins(binding: PackView) -> Iterator[tuple[Member, str]]:
    """The lines of a pack that take a version which a later one corrects, each with that later one."""
    environment = binding.environment
    for member in binding.members:
        if not member.version or member.key not in binding.readings:
            continue
        published = list(environment.kept_numbers.get(member.id, ()))
        kept = environment.kept.get(version_ref(member.id, published[-1])) if published else None
        told = [kept.briefing.fields.history] if kept else []
        present = environment.briefings.get(member.id)
        if present:
            told.append(present.fields.history)
            published += [present.fields.version] if present.fields.status is Status.PUBLISHED else []
        if later := correction_of(member.version, chain.from_iterable(told), published):
            yield member, later


def members_stand_once(binding: PackView) -> Iterator[Diagnostic]:
    """A briefing is in a pack once."""
    seen: set[str] = set()
    for member in binding.members:
        if member.id in seen:
            yield message("member-twice", binding.pack.marks.at(*member.way), name=member.id)
        seen.add(member.id)


def pinned_versions_are_kept(binding: PackView) -> Iterator[Diagnostic]:
    """A version that a pack asks for is one that was published."""
    for member in missing_versions(binding):
        place = binding.pack.marks.at(*member.way)
        known = binding.environment.kept_numbers.get(member.id, ())
        if member.version in known:  # it is damaged, and that is told there
            continue
        hint = f"Kept are {', '.join(known)}." if known else catalogue()["pack-version"].do.format(name=member.id)
        yield message("pack-version", place, hint=hint, asked=member.version, name=member.id)


def missing_versions(binding: PackView) -> Iterator[Member]:
    """The lines of a pack that ask for a version which is not kept."""
    for member in binding.members:
        known = member.id in binding.environment.briefings or member.id in binding.environment.kept_numbers
        if known and member.version and member.key not in binding.readings:
            yield member


def members_are_in_force(binding: PackView) -> Iterator[Diagnostic]:
    """A pack holds no briefing that is superseded or withdrawn."""
    for member in binding.members:
        briefing = binding.environment.briefings.get(member.id)
        if briefing and briefing.fields.status in RETIRED:
            place = binding.pack.marks.at(*member.way)
            yield message("pack-member-retired", place, name=member.id, status=briefing.fields.status)


def packs_are_marked_as_high_as_their_parts(binding: PackView) -> Iterator[Diagnostic]:
    """The cover's marking covers everything inside."""
    own = binding.pack.fields.marking
    if own is None:
        return
    for part in parts_marked(binding, lambda marking: rank(marking) > rank(own) and not too_high(marking)):
        place = binding.pack.marks.at("marking")
        yield message("pack-marking-low", place, marking=level(own), name=part.name, part=level(part.marking))


def public_packs_are_not_sensitive(binding: PackView) -> Iterator[Diagnostic]:
    """Sensitive material goes to named recipients only."""
    if not is_public(binding):
        return
    own = binding.pack.fields.marking
    if own and own.sensitive:
        yield message("pack-public-sensitive", binding.pack.marks.at("marking"), name="it")
    for part in parts_marked(binding, lambda marking: marking.sensitive):
        yield message("pack-public-sensitive", binding.pack.marks.at(*part.way), name=f"{part.name} in it")


def is_public(binding: PackView) -> bool:
    """Whether anybody may have the pack."""
    return not binding.pack.fields.recipients and not binding.pack.manual


def changes_can_be_told(binding: PackView) -> Iterator[Diagnostic]:
    """The section of changes compares with versions kept by its day, or with the last edition that was issued."""
    fields, marks = binding.pack.fields, binding.pack.marks
    if "changes" not in fields.back:
        return
    place = marks.at("back", fields.back.index("changes"))
    if fields.since is None:
        if binding.pack.id not in binding.environment.issued:
            yield message("pack-since-missing", place)
        return
    names = {reading.briefing.id for reading in binding.present}
    kept_on, kept_numbers = binding.environment.kept_on, binding.environment.kept_numbers
    days = (kept_on.get(version_ref(name, version)) for name in names for version in kept_numbers.get(name, ()))
    gone = names_gone(binding, names)
    if not gone and not any(day and day <= fields.since for day in days):
        yield message("pack-since", marks.at("since"), day=format_date(fields.since))


def abbreviations_agree(binding: PackView) -> Iterator[Diagnostic]:
    """One short form stands for one thing in a pack."""
    first: dict[str, tuple[str, str]] = {}
    for briefing in (reading.briefing for reading in binding.present):
        for short, record in briefing.fields.abbreviations.items():
            said, one = first.setdefault(short, (record.full, briefing.id))
            if said.casefold() != record.full.casefold():
                place = briefing.marks.key_at("abbreviations", short)
                yield message(
                    "pack-abbreviation-differs",
                    place,
                    short=short,
                    first=said,
                    one=one,
                    second=record.full,
                    other=briefing.id,
                )


# Packs as publications

_MARKUP = re.compile(r"<[^>]*>")


def may_be_bound(binding: PackView) -> bool:
    """Whether a pack can be made: it has briefings, all can be made as asked for, and none goes to the wrong people."""
    environment = binding.environment
    broken = any(m.id in environment.broken and m.key not in binding.readings for m in binding.members)
    refused = (
        binding.pack.id in environment.withheld
        or not all(may_be_made(reading.environment, reading.briefing) for reading in binding.present)
        or any(series_is_refused(environment, part.series) for part in marked_parts(binding))
    )
    other = any(True for _ in missing_versions(binding))
    gap = any(path_of(insert) not in environment.inserts for insert, _ in binding.inserts)
    return bool(binding.present) and not (broken or refused or is_exposed(binding) or other or gap)


def is_exposed(binding: PackView) -> bool:
    """Whether a pack, or a part of it, is marked too high to be made, or is sensitive and would go to anybody."""
    own, parts = binding.pack.fields.marking, marked_parts(binding)
    markings = (*((own,) if own else ()), *(part.marking for part in parts))
    return any(too_high(one) or (one.sensitive and is_public(binding)) for one in markings)


def path_of(insert: Insert) -> str:
    """Path of an insert's file in the project."""
    return f"source/packs/{insert.insert}"


def series_in(binding: PackView) -> tuple[Series, ...]:
    """The series of a pack's briefings as they are now, in order of the pack, if it has a section for them."""
    fields = binding.pack.fields
    if "series" not in (*fields.front, *fields.back):
        return ()
    found = (binding.environment.series_of(reading.briefing.id) for reading in binding.present)
    return tuple({one.id: one for one in found if one}.values())


# The merged list


def merged_documents(
    bindings: tuple[PackView, ...], drafts: Mapping[str, PublicationDraft], house: RenderContext
) -> Iterator[CitedDocument]:
    """Requests of packs to the citation engine: all works together, beside kept versions each by itself too."""
    language = house.words.spoken(house.environment.imprint.fields.language)
    everything: dict[str, Reference] = {}
    for binding in bindings:
        with blamed_on(binding.pack.path):
            works = _works(binding, drafts)
            if not is_lettered(binding, house):
                everything |= {_name(work): work for work in works.values()}
            pooled = tuple(pooled_documents(binding, drafts, works, house))
        yield from pooled
        if works:
            keys = tuple(works)
            yield CitedDocument(f"pack/{binding.pack.id}", house.style, language, (), tuple(works.values()), keys)
    for name, work in sorted(everything.items()):
        yield CitedDocument(name, house.style, language, (), (work,), (work.key,))


def _name(work: Reference) -> str:
    """Key of a work by itself: a kept version may know it in other words than the present bibliography."""
    return f"work/{work.key}/{digest(work.csl)[:16]}"


def _works(binding: PackView, drafts: Mapping[str, PublicationDraft]) -> dict[str, Reference]:
    """Every work listed in a pack, by key in order; where texts know it in two ways, as the present text has it."""
    listed: dict[str, Reference] = {}
    for reading in sorted(binding.present, key=lambda reading: bool(reading.kept)):
        for reference in drafts[reading.key].document.references:
            listed.setdefault(reference.key, reference)
    return dict(sorted(listed.items()))


def merged_references(
    binding: PackView,
    drafts: Mapping[str, PublicationDraft],
    formatted: Mapping[str, FormattedDocument],
    house: RenderContext,
) -> tuple[ReferenceEntry, ...]:
    """Every work of a pack once, in full, in the order of the style, with the briefings that list it."""
    citing: dict[str, tuple[str, ...]] = {}
    for reading in binding.present:
        for reference in drafts[reading.key].document.references:
            citing[reference.key] = (*citing.get(reference.key, ()), reading.briefing.id)
    if not citing:
        return ()
    works = _works(binding, drafts)
    together = formatted[f"pack/{binding.pack.id}"]
    as_listed = numbers_works(house.style, in_list=True) or is_lettered(binding, house)
    entries = []
    for key, words in together.entries:
        given = together if as_listed else formatted[_name(works[key])]
        entry = entry_of(works[key], key, dict(given.entries).get(key, words), dict(given.shorts).get(key, key))
        work = works[key]
        title = str(work.csl.get("title-short", "")) or work.title.partition(": ")[0]
        entries.append(replace(entry, cited_by=citing[key], title=_MARKUP.sub("", title)))
    return shown_entries(tuple(entries), house)


# The pack


def pack_marking(binding: PackView) -> Marking:
    """The marking of a pack: never lower than its highest part, or a series that has a part in it."""
    environment = binding.environment
    parts = tuple(part.marking for part in marked_parts(binding))
    own = binding.pack.fields.marking
    top = highest(parts, environment.imprint.fields.marking)
    return own if own and rank(own) >= rank(top) else highest((own, top), top) if own else top


def is_numbered(binding: PackView) -> bool:
    """Whether a pack goes out in numbered copies only: where it says so, and always where it is OFFICIAL-SENSITIVE."""
    return binding.pack.fields.numbered or pack_marking(binding).sensitive


def _parts(binding: PackView) -> tuple[PackPart, ...]:
    """The parts of a pack with the briefings that are there, each briefing once; a plain list is one without title."""
    fields = binding.pack.fields
    there = {reading.briefing.id for reading in binding.present}
    seen: set[str] = set()
    inserts = iter(_inserts(binding))

    def fresh(lines: tuple[str | Insert, ...]) -> Iterator[str]:
        for line in lines:
            if isinstance(line, Insert):
                yield next(inserts).name
                continue
            name = line.partition("@")[0]
            if name in there and name not in seen:
                seen.add(name)
                yield name

    plain = [PackPart("", tuple(fresh(fields.briefings)))] if fields.briefings else []
    made = [*plain, *(PackPart(part.title, tuple(fresh(part.briefings))) for part in fields.parts)]
    return tuple(part for part in made if part.briefings)


def _inserts(binding: PackView) -> tuple[InsertedPages, ...]:
    """The inserts of a pack in order, each under a name that no briefing has."""
    language = binding.environment.imprint.fields.language
    return tuple(
        InsertedPages(
            f"pack-insert-{number}", typeset(insert.title, language), binding.environment.inserts[path_of(insert)]
        )
        for number, (insert, _) in enumerate(binding.inserts, 1)
    )


def bind_publication(
    binding: PackView,
    members: tuple[Publication, ...],
    references: tuple[ReferenceEntry, ...],
    house: RenderContext,
    faulty: bool,
    series: tuple[SeriesPublication, ...] = (),
) -> PackPublication:
    """A pack with everything filled in."""
    environment, pack = house.environment, binding.pack
    imprint, language = environment.imprint, environment.imprint.fields.language
    marking = pack_marking(binding)
    fields = pack.fields
    words = house.words.of(language)
    draft = faulty or any(is_retired(member.briefing) or member.identity.has("draft") for member in members)
    due = any(member.identity.has("due-for-review") for member in members)
    identity = Identity(
        words=words,
        id=pack.id,
        title=typeset(fields.title, language),
        short_title=typeset(fields.title, language),
        version="",
        edition=typeset(fields.edition or "", language),
        publisher=inherit.publisher_name(environment, None, None),
        language=language,
        statuses=pack_statuses(imprint.fields.notice, draft, due, words),
        marking=shown(marking, imprint),
        address="" if pack.manual else inherit.address_under(imprint, pack.id),
        copy=words.say("unnumbered") if is_numbered(binding) else "",
    )
    oldest_first = sorted(members, key=lambda member: not member.kept)
    terms = {name: term for member in oldest_first for name, term in member.glossary}
    columns = areas_with_columns(binding.environment.areas)
    shown_areas = {area.id for area in columns}
    return PackPublication(
        identity,
        pack,
        imprint,
        _parts(binding),
        members,
        references,
        marking,
        fields.formats,
        sum(member.read_minutes for member in members),
        in_order(terms),
        series,
        changes_of(binding, members),
        _inserts(binding),
        tuple(area.model_copy(update={"label": typeset(area.label, language)}) for area in columns),
        {
            f"{reading.briefing.id}#{finding}": area
            for reading in binding.present
            for finding, area in finding_areas(reading, binding.environment).items()
            if area in shown_areas
        },
    )
