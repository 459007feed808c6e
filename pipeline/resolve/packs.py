"""Packs: their rules, their changes since the last edition, and binding them as publications."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import chain

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import catalogue, message
from pipeline.core.text.typography import typeset
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
from pipeline.model.source.briefing import Amendment, BriefingFields, Marking, Status
from pipeline.model.source.library_file import Series
from pipeline.model.source.pack import Insert
from pipeline.model.source.versions import correction_of, numbers, version_ref
from pipeline.model.words import format_date
from pipeline.resolve.environment import Environment, language_of
from pipeline.resolve.evidence import areas_with_columns, finding_areas
from pipeline.resolve.names import known_briefings, repeated, unknown_briefing
from pipeline.resolve.protective_markings import (
    classification,
    highest_marking,
    is_above_official,
    marked_parts,
    marking_rank,
    may_be_published,
    parts_marked,
    series_is_refused,
)
from pipeline.resolve.publications import RenderContext, collection_identity, sorted_terms
from pipeline.resolve.reading import COMPOSED_ANCHORS, Member, PackView
from pipeline.resolve.status import newer_briefing


def changes_since_last_edition(pack_view: PackView, members: tuple[Publication, ...]) -> PackChanges | None:
    """Return the changes in a pack since the day that it sets, or its last edition.

    None if the pack has no section for them, if no version was kept by that day, or if there is no edition.
    """
    fields = pack_view.pack.fields
    last_edition = pack_view.environment.issued.get(pack_view.pack.id)
    since = fields.since or (last_edition.on if last_edition else None)
    if "changes" not in fields.back or since is None:
        return None
    compared = last_edition if fields.since is None else None
    versions = dict(compared.versions) if compared else None
    titles = [_title_changes(member, since, pack_view.environment, versions) for member in members]
    gone = tuple(_gone_titles(pack_view, {member.id for member in members}))
    if not gone and not any(title.was for title in titles):
        return None
    return PackChanges(
        since,
        new=tuple(title for title in titles if not title.was),
        changed=tuple(title for title in titles if title.was and title.was != title.now),
        unchanged=tuple(title for title in titles if title.was and title.was == title.now),
        gone=gone,
        edition=compared.edition if compared else "",
    )


def texts_gone_from_pack(pack_view: PackView, present: Collection[str]) -> tuple[str, ...]:
    """Return the ids of texts of the last edition that are not present."""
    edition = pack_view.environment.issued.get(pack_view.pack.id)
    return tuple(name for name, _ in edition.versions if name not in present) if edition else ()


def _gone_titles(pack_view: PackView, present: Collection[str]) -> Iterator[GoneTitle]:
    """Yield the texts of the last edition that are not present, with the reason."""
    environment = pack_view.environment
    edition = environment.issued.get(pack_view.pack.id)
    titles = dict(edition.titles) if edition else {}
    for name in texts_gone_from_pack(pack_view, present):
        if name not in environment.briefings:
            yield GoneTitle(typeset(titles[name], environment.imprint.fields.language))
            continue
        briefing = environment.briefings[name]
        fields, language = briefing.fields, language_of(briefing, environment.imprint)
        newer = newer_briefing(briefing, environment.briefings)
        yield GoneTitle(
            typeset(fields.title, language),
            withdrawn=fields.status is Status.WITHDRAWN,
            reason=typeset(fields.withdrawn_reason or "", language),
            superseded=fields.status is Status.SUPERSEDED,
            newer=typeset(newer.fields.title, language_of(newer, environment.imprint)) if newer else "",
        )


def _title_changes(
    member: Publication, since: date, environment: Environment, versions: Mapping[str, str] | None
) -> TitleChanges:
    """Return the changes since a version of an edition, or without versions since a day."""
    now, fields = member.identity.version, member.briefing.fields
    was = _version_on(member.id, since, environment) if versions is None else versions.get(member.id, "")
    entries = tuple(amendments_between(fields, was, now)) if was else ()
    older = bool(was) and numbers(now) < numbers(was)
    reviews = [entry.date for entry in fields.history if entry.kind == "review-no-change" and entry.date > since]
    return TitleChanges(member.id, member.identity.title, was, now, entries, older, max(reviews, default=None))


def _version_on(briefing: str, day: date, environment: Environment) -> str:
    """Return the last version that was published by a day, or ''."""
    versions, published = environment.kept_numbers.get(briefing, ()), environment.kept_on
    return next((v for v in reversed(versions) if published.get(version_ref(briefing, v), date.max) <= day), "")


def amendments_between(fields: BriefingFields, was: str, now: str) -> list[Amendment]:
    """Entries of the history on the versions after `was`, up to `now`."""
    return [
        entry
        for entry in fields.history
        if numbers(was) < numbers(entry.version) <= numbers(now) and entry.kind != "review-no-change"
    ]


# Rules


def packs_are_not_empty(pack_view: PackView) -> Iterator[Diagnostic]:
    """A pack lists a briefing."""
    if not pack_view.members:
        yield message("pack-empty", pack_view.pack.marks.at("briefings"))


def members_exist(pack_view: PackView) -> Iterator[Diagnostic]:
    """The briefings that a pack lists exist; the pack of the handbook lists its pages."""
    environment = pack_view.environment
    pages = {page.removeprefix("handbook-") for page, briefing in environment.briefings.items() if briefing.manual}
    for member in pack_view.members:
        known = environment.kept_numbers.get(member.id, ())
        if member.id in environment.briefings or member.id in environment.broken or (member.version and known):
            continue
        place = pack_view.place_of(member)
        if pack_view.pack.manual:
            yield unknown_briefing(member.id.removeprefix("handbook-"), pages, place, "Pages live in source/handbook/.")
        elif known:
            hint = f"The briefing is missing; its last published version is '{version_ref(member.id, known[-1])}'."
            yield message("briefing-unknown", place, hint=hint, name=member.id)
        else:
            yield unknown_briefing(member.id, known_briefings(environment), place)


def index_places_exist(pack_view: PackView) -> Iterator[Diagnostic]:
    """The places in the handbook's index are its pages, and headings of them."""
    environment, pack = pack_view.environment, pack_view.pack
    pages = {member.id for member in pack_view.members}
    for word, places in pack.index:
        location = pack.marks.at("index", word)
        for page, _, anchor in (place.partition("#") for place in places):
            name = page.removeprefix("handbook-")
            if page not in pages:
                names = {known.removeprefix("handbook-") for known in pages}
                yield unknown_briefing(name, names, location, "Pages live in source/handbook/.")
            elif anchor and anchor not in environment.anchors.get(page, frozenset()) - COMPOSED_ANCHORS:
                yield message("link-unknown-anchor", location, where=f"'{name}'", anchor=anchor)


def members_can_be_built(pack_view: PackView) -> Iterator[Diagnostic]:
    """All briefings of a pack can be built, and the series that they belong to."""
    environment = pack_view.environment
    reported_series = set()
    for member in pack_view.members:
        view = pack_view.readings.get(member.key)
        unread, withheld = view is None and member.id in environment.broken, member.id in environment.withheld
        refused = view is not None and not may_be_published(view.environment, view.briefing)
        if not (withheld or unread or refused):
            continue
        advice = []
        if fault := environment.faults.get(member.id):
            advice.append(f"Correct it first, at {fault.place}: {fault.sentence}")
        elif refused:
            advice.append("Its marking, or one that it inherits, cannot be read or is too high.")
        known = environment.kept_numbers.get(member.id, ())
        if unread and known and not withheld:
            kept = version_ref(member.id, known[-1])
            advice.append(f"Or use its published version: write '{kept}' instead.")
        place, name = pack_view.place_of(member), f"the briefing '{member.id}'"
        yield message("pack-member-broken", place, " ".join(advice) or None, name=name)
        reported_series.add(_series_id(pack_view, member))
    for member in pack_view.members:
        series = _series_id(pack_view, member)
        is_new = series not in reported_series and member.key in pack_view.readings
        if is_new and series_is_refused(environment, series):
            reported_series.add(series)
            name, hint = f"the series '{series}'", "Its marking cannot be read or is too high: correct that first."
            yield message("pack-member-broken", pack_view.place_of(member), hint, name=name)


def _series_id(pack_view: PackView, member: Member) -> str:
    series = pack_view.environment.series_of(member.id)
    return series.id if series else ""


def pinned_members_have_a_present_briefing(pack_view: PackView) -> Iterator[Diagnostic]:
    """A kept version in a pack has a present briefing, which states its status."""
    environment = pack_view.environment
    for member in pack_view.members:
        if member.version and member.key in pack_view.readings and member.id not in environment.briefings:
            place = pack_view.place_of(member)
            fate = "cannot be read" if member.id in environment.broken else "is gone"
            yield message("pack-member-gone", place, version=member.version, name=member.id, fate=fate)


def pins_are_not_behind_a_correction(pack_view: PackView) -> Iterator[Diagnostic]:
    """A pack does not ask for a version that a later one corrects."""
    for member, later in corrected_pins(pack_view):
        hint = f"Write '{version_ref(member.id, later)}', or '{member.id}' to use the text as it is now."
        is_kept = later in pack_view.environment.kept_numbers.get(member.id, ())
        fields = {"version": member.version, "name": member.id, "later": later}
        yield message("pin-corrected", pack_view.place_of(member), hint if is_kept else None, **fields)


def corrected_pins(pack_view: PackView) -> Iterator[tuple[Member, str]]:
    """Yield lines of a pack whose version is corrected by a later one, with that version."""
    environment = pack_view.environment
    for member in pack_view.members:
        if not member.version or member.key not in pack_view.readings:
            continue
        published = list(environment.kept_numbers.get(member.id, ()))
        kept = environment.kept.get(version_ref(member.id, published[-1])) if published else None
        histories = [kept.briefing.fields.history] if kept else []
        present = environment.briefings.get(member.id)
        if present:
            histories.append(present.fields.history)
            published += [present.fields.version] if present.fields.status is Status.PUBLISHED else []
        if later := correction_of(member.version, chain.from_iterable(histories), published):
            yield member, later


def members_are_listed_once(pack_view: PackView) -> Iterator[Diagnostic]:
    """A pack lists each briefing once."""
    for member in repeated(pack_view.members, key=lambda member: member.id):
        yield message("member-twice", pack_view.place_of(member), name=member.id)


def pinned_versions_are_kept(pack_view: PackView) -> Iterator[Diagnostic]:
    """The versions that a pack asks for were published."""
    for member in missing_versions(pack_view):
        place = pack_view.place_of(member)
        known = pack_view.environment.kept_numbers.get(member.id, ())
        if member.version in known:  # it is damaged, which is reported there
            continue
        hint = (
            f"Published versions: {', '.join(known)}."
            if known
            else catalogue()["pack-version"].do.format(name=member.id)
        )
        yield message("pack-version", place, hint=hint, asked=member.version, name=member.id)


def missing_versions(pack_view: PackView) -> Iterator[Member]:
    """The lines of a pack that ask for a version which is not kept."""
    for member in pack_view.members:
        known = member.id in pack_view.environment.briefings or member.id in pack_view.environment.kept_numbers
        if known and member.version and member.key not in pack_view.readings:
            yield member


def members_are_in_force(pack_view: PackView) -> Iterator[Diagnostic]:
    """A pack holds no briefing that is superseded or withdrawn."""
    for member in pack_view.members:
        briefing = pack_view.environment.briefings.get(member.id)
        if briefing and briefing.fields.status.is_retired:
            place = pack_view.place_of(member)
            yield message("pack-member-retired", place, name=member.id, status=briefing.fields.status)


def packs_are_marked_as_high_as_their_parts(pack_view: PackView) -> Iterator[Diagnostic]:
    """The marking of a pack is not below the marking of its parts."""
    own, place = pack_view.pack.fields.marking, pack_view.pack.marks.at("marking")
    if own is None:
        return
    for part in parts_marked(
        pack_view, lambda marking: marking_rank(marking) > marking_rank(own) and not is_above_official(marking)
    ):
        marking = classification(part.marking)
        yield message("pack-marking-low", place, marking=classification(own), name=part.name, part=marking)


def public_packs_are_not_sensitive(pack_view: PackView) -> Iterator[Diagnostic]:
    """A pack with sensitive parts names its recipients."""
    if not is_public(pack_view):
        return
    own_marking = pack_view.pack.fields.marking
    if own_marking and own_marking.sensitive:
        yield message("pack-public-sensitive", pack_view.pack.marks.at("marking"), name="it")
    for part in parts_marked(pack_view, lambda marking: marking.sensitive):
        yield message("pack-public-sensitive", pack_view.pack.marks.at(*part.path), name=f"{part.name} in it")


def is_public(pack_view: PackView) -> bool:
    """True if a pack names no recipients; false for the pack of the handbook."""
    return not pack_view.pack.fields.recipients and not pack_view.pack.manual


def changes_have_an_earlier_version(pack_view: PackView) -> Iterator[Diagnostic]:
    """A pack with a section of changes has earlier versions to compare with."""
    fields, marks = pack_view.pack.fields, pack_view.pack.marks
    if "changes" not in fields.back:
        return
    place = marks.at("back", fields.back.index("changes"))
    if fields.since is None:
        if pack_view.pack.id not in pack_view.environment.issued:
            yield message("pack-since", place, problem="does not say since when")
        return
    names = {view.briefing.id for view in pack_view.present}
    kept_on, kept_numbers = pack_view.environment.kept_on, pack_view.environment.kept_numbers
    days = (kept_on.get(version_ref(name, version)) for name in names for version in kept_numbers.get(name, ()))
    gone = texts_gone_from_pack(pack_view, names)
    if not gone and not any(day and day <= fields.since for day in days):
        problem = f"no version of its briefings was published by {format_date(fields.since)}"
        hint = "Publish the versions in the pack, choose a later day, or remove 'changes'."
        yield message("pack-since", marks.at("since"), hint, problem=problem)


def abbreviations_agree(pack_view: PackView) -> Iterator[Diagnostic]:
    """A short form has one meaning in a pack."""
    first: dict[str, tuple[str, str]] = {}
    for briefing in (view.briefing for view in pack_view.present):
        for short, record in briefing.fields.abbreviations.items():
            full, name = first.setdefault(short, (record.full, briefing.id))
            if full.casefold() != record.full.casefold():
                place = briefing.marks.key_at("abbreviations", short)
                fields = {"first": full, "one": name, "second": record.full, "other": briefing.id}
                yield message("pack-abbreviation-differs", place, None, short=short, **fields)


# Packs as publications


def may_be_bound(pack_view: PackView) -> bool:
    """True if all parts of a pack exist and their markings allow it."""
    environment = pack_view.environment
    return bool(pack_view.present) and not (
        any(member.id in environment.broken and member.key not in pack_view.readings for member in pack_view.members)
        or pack_view.pack.id in environment.withheld
        or not all(may_be_published(view.environment, view.briefing) for view in pack_view.present)
        or any(series_is_refused(environment, part.series) for part in marked_parts(pack_view))
        or has_forbidden_marking(pack_view)
        or any(True for _ in missing_versions(pack_view))
        or any(insert_path(insert) not in environment.inserts for insert, _ in pack_view.inserts)
    )


def has_forbidden_marking(pack_view: PackView) -> bool:
    """True if a part is marked above OFFICIAL, or is sensitive in a public pack."""
    markings = filter(None, (pack_view.pack.fields.marking, *(part.marking for part in marked_parts(pack_view))))
    return any(is_above_official(marking) or (marking.sensitive and is_public(pack_view)) for marking in markings)


def insert_path(insert: Insert) -> str:
    """Path of an insert's file in the project."""
    return f"source/packs/{insert.insert}"


def series_in(pack_view: PackView) -> tuple[Series, ...]:
    """Return the series of a pack's briefings, if it has a section for them."""
    fields = pack_view.pack.fields
    if "series" not in (*fields.front, *fields.back):
        return ()
    series = (pack_view.environment.series_of(view.briefing.id) for view in pack_view.present)
    return tuple({each.id: each for each in series if each}.values())


def pack_marking(pack_view: PackView) -> Marking:
    """The marking of a pack: its own, raised to the highest marking of its parts and series."""
    own_marking = pack_view.pack.fields.marking
    parts = (part.marking for part in marked_parts(pack_view))
    top = highest_marking(parts, pack_view.environment.imprint.fields.marking)
    if own_marking and marking_rank(own_marking) >= marking_rank(top):
        return own_marking
    return highest_marking((own_marking, top), top) if own_marking else top


def has_numbered_copies(pack_view: PackView) -> bool:
    """True if copies are numbered: by choice, or because the pack is OFFICIAL-SENSITIVE."""
    return pack_view.pack.fields.numbered or pack_marking(pack_view).sensitive


def _parts(pack_view: PackView, inserts: tuple[InsertedPages, ...]) -> tuple[PackPart, ...]:
    """Return the parts of a pack with their present briefings; a plain list is one part."""
    fields = pack_view.pack.fields
    unseen = {view.briefing.id for view in pack_view.present}
    insert_names = (insert.name for insert in inserts)

    def names_of(lines: tuple[str | Insert, ...]) -> Iterator[str]:
        for line in lines:
            name = next(insert_names) if isinstance(line, Insert) else line.partition("@")[0]
            if isinstance(line, Insert) or name in unseen:
                unseen.discard(name)
                yield name

    lists = (("", fields.briefings), *((part.title, part.briefings) for part in fields.parts))
    parts = [PackPart(title, tuple(names_of(lines))) for title, lines in lists]
    return tuple(part for part in parts if part.briefings)


def _inserts(pack_view: PackView) -> tuple[InsertedPages, ...]:
    """Return the inserts of a pack in order, each with a name that no briefing has."""
    environment = pack_view.environment
    language, files = environment.imprint.fields.language, environment.inserts
    return tuple(
        InsertedPages(f"pack-insert-{number}", typeset(insert.title, language), files[insert_path(insert)])
        for number, (insert, _) in enumerate(pack_view.inserts, 1)
    )


def bind_publication(
    pack_view: PackView,
    members: tuple[Publication, ...],
    references: tuple[ReferenceEntry, ...],
    context: RenderContext,
    series: tuple[SeriesPublication, ...] = (),
) -> PackPublication:
    """Return a pack with its members, references and everything that it inherits."""
    environment, pack = context.environment, pack_view.pack
    imprint, language = environment.imprint, environment.imprint.fields.language
    marking = pack_marking(pack_view)
    fields = pack.fields
    draft = pack.id in context.faulty or any(
        member.briefing.fields.status.is_retired or member.identity.has("draft") for member in members
    )
    due = any(member.identity.has("due-for-review") for member in members)
    identity = collection_identity(pack, context, marking, draft=draft, due=due)
    identity = replace(
        identity,
        edition=typeset(fields.edition or "", language),
        address="" if pack.manual else identity.address,
        copy=identity.words.say("unnumbered") if has_numbered_copies(pack_view) else "",
    )
    oldest_first = sorted(members, key=lambda member: not member.kept)
    terms = {name: term for member in oldest_first for name, term in member.glossary}
    inserts, columns = _inserts(pack_view), areas_with_columns(pack_view.environment.areas)
    shown_areas = {area.id for area in columns}
    return PackPublication(
        identity,
        pack,
        imprint,
        _parts(pack_view, inserts),
        members,
        references,
        marking,
        fields.formats,
        sum(member.read_minutes for member in members),
        sorted_terms(terms),
        series,
        changes_since_last_edition(pack_view, members),
        inserts,
        tuple(area.model_copy(update={"label": typeset(area.label, language)}) for area in columns),
        {
            f"{view.briefing.id}#{finding}": area
            for view in pack_view.present
            for finding, area in finding_areas(view, pack_view.environment).items()
            if area in shown_areas
        },
    )
