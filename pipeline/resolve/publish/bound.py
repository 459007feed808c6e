"""Packs as publications: their briefings in order, the marking that covers them, and the merged list of works."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.cite.citeproc import CitedDocument, FormattedDocument
from pipeline.cite.style import numbers_works
from pipeline.core.digest import digest
from pipeline.core.faults import blamed_on
from pipeline.model.bibliography import Reference
from pipeline.model.identity import Identity
from pipeline.model.publication import (
    InsertedPages,
    PackPart,
    PackPublication,
    Publication,
    ReferenceEntry,
    SeriesPublication,
)
from pipeline.model.source.briefing import Marking
from pipeline.model.source.imprint import Area, Series
from pipeline.model.source.pack import Insert
from pipeline.resolve import inherit
from pipeline.resolve.publish.changes import changes_of
from pipeline.resolve.publish.citations import entry_of
from pipeline.resolve.publish.drafts import House, PublicationDraft
from pipeline.resolve.publish.pooled import is_lettered, pooled_documents
from pipeline.resolve.publish.publications import in_order, shown_entries
from pipeline.resolve.reading import PackReading
from pipeline.resolve.rules.findings import areas_with_columns, finding_areas
from pipeline.resolve.rules.marking import highest, marked_parts, may_be_made, rank, series_is_refused, shown, too_high
from pipeline.resolve.rules.packs import is_public, missing_versions
from pipeline.resolve.rules.states import is_retired, pack_statuses
from pipeline.text.typography import typeset

_MARKUP = re.compile(r"<[^>]*>")


def may_be_bound(binding: PackReading) -> bool:
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


def is_exposed(binding: PackReading) -> bool:
    """Whether a pack, or a part of it, is marked too high to be made, or is sensitive and would go to anybody."""
    own, parts = binding.pack.fields.marking, marked_parts(binding)
    markings = (*((own,) if own else ()), *(part.marking for part in parts))
    return any(too_high(one) or (one.sensitive and is_public(binding)) for one in markings)


def path_of(insert: Insert) -> str:
    """Path of an insert's file in the project."""
    return f"source/packs/{insert.insert}"


def series_in(binding: PackReading) -> tuple[Series, ...]:
    """The series of a pack's briefings as they are now, in order of the pack, if it has a section for them."""
    fields = binding.pack.fields
    if "series" not in (*fields.front, *fields.back):
        return ()
    found = (binding.environment.series_of(reading.briefing.id) for reading in binding.present)
    return tuple({one.id: one for one in found if one}.values())


# The merged list


def merged_documents(
    bindings: tuple[PackReading, ...], drafts: Mapping[str, PublicationDraft], house: House
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


def _short_title(work: Reference) -> str:
    """The short title of a work, else its title up to a colon, without markup."""
    said = str(work.csl.get("title-short", "")) or work.title.partition(": ")[0]
    return _MARKUP.sub("", said)


def _name(work: Reference) -> str:
    """Key of a work by itself: a kept version may know it in other words than the present bibliography."""
    return f"work/{work.key}/{digest(work.csl)[:16]}"


def _works(binding: PackReading, drafts: Mapping[str, PublicationDraft]) -> dict[str, Reference]:
    """Every work listed in a pack, by key in order; where texts know it in two ways, as the present text has it."""
    listed: dict[str, Reference] = {}
    for reading in sorted(binding.present, key=lambda reading: bool(reading.kept)):
        for reference in drafts[reading.key].document.references:
            listed.setdefault(reference.key, reference)
    return dict(sorted(listed.items()))


def _citing(binding: PackReading, drafts: Mapping[str, PublicationDraft]) -> dict[str, tuple[str, ...]]:
    """Every work listed in a pack, with the briefings that list it, in order of the pack."""
    citing: dict[str, tuple[str, ...]] = {}
    for reading in binding.present:
        for reference in drafts[reading.key].document.references:
            citing[reference.key] = (*citing.get(reference.key, ()), reading.briefing.id)
    return citing


def merged_references(
    binding: PackReading,
    drafts: Mapping[str, PublicationDraft],
    formatted: Mapping[str, FormattedDocument],
    house: House,
) -> tuple[ReferenceEntry, ...]:
    """Every work of a pack once, in full, in the order of the style, with the briefings that list it."""
    citing = _citing(binding, drafts)
    if not citing:
        return ()
    works = _works(binding, drafts)
    together = formatted[f"pack/{binding.pack.id}"]
    as_listed = numbers_works(house.style, in_list=True) or is_lettered(binding, house)
    entries = []
    for key, words in together.entries:
        given = together if as_listed else formatted[_name(works[key])]
        entry = entry_of(works[key], key, dict(given.entries).get(key, words), dict(given.shorts).get(key, key))
        entries.append(replace(entry, cited_by=citing[key], title=_short_title(works[key])))
    return shown_entries(tuple(entries), house)


# The pack


def pack_marking(binding: PackReading) -> Marking:
    """The marking of a pack: never lower than its highest part, or a series that has a part in it."""
    environment = binding.environment
    parts = tuple(part.marking for part in marked_parts(binding))
    own = binding.pack.fields.marking
    top = highest(parts, environment.imprint.fields.marking)
    return own if own and rank(own) >= rank(top) else highest((own, top), top) if own else top


def is_numbered(binding: PackReading) -> bool:
    """Whether a pack goes out in numbered copies only: where it says so, and always where it is OFFICIAL-SENSITIVE."""
    return binding.pack.fields.numbered or pack_marking(binding).sensitive


def _parts(binding: PackReading) -> tuple[PackPart, ...]:
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


def _inserts(binding: PackReading) -> tuple[InsertedPages, ...]:
    """The inserts of a pack in order, each under a name that no briefing has."""
    language = binding.environment.imprint.fields.language
    return tuple(
        InsertedPages(
            f"pack-insert-{number}", typeset(insert.title, language), binding.environment.inserts[path_of(insert)]
        )
        for number, (insert, _) in enumerate(binding.inserts, 1)
    )


def bind_publication(
    binding: PackReading,
    members: tuple[Publication, ...],
    references: tuple[ReferenceEntry, ...],
    house: House,
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
        tuple(area.model_copy(update={"label": typeset(area.label, language)}) for area in _columns(binding)),
        _area_of(binding),
    )


def _columns(binding: PackReading) -> tuple[Area, ...]:
    return areas_with_columns(binding.environment.areas)


def _area_of(binding: PackReading) -> dict[str, str]:
    """The area of each finding in a pack that belongs to one with a column."""
    columns = {area.id for area in _columns(binding)}
    return {
        f"{reading.briefing.id}#{finding}": area
        for reading in binding.present
        for finding, area in finding_areas(reading, binding.environment).items()
        if area in columns
    }
