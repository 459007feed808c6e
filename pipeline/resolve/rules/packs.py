"""Rules of packs: of briefings that are there, once each, at the versions asked for, and marked high enough."""

from collections.abc import Iterator
from itertools import chain

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import catalogue, message
from pipeline.model.day import in_words
from pipeline.model.source.briefing import RETIRED, Status
from pipeline.model.source.kept import correction_of, pin
from pipeline.resolve.environment import Environment
from pipeline.resolve.nearest import did_you_mean
from pipeline.resolve.publish.changes import names_gone
from pipeline.resolve.reading import Member, PackReading, Reading
from pipeline.resolve.rules.marking import level, may_be_made, parts_marked, rank, series_is_refused, too_high
from pipeline.resolve.rules.names import is_refused, known_briefings


def packs_are_not_empty(binding: PackReading) -> Iterator[Diagnostic]:
    """A pack lists something to bind."""
    if not binding.members:
        yield message("pack-empty", binding.pack.marks.at("briefings"))


def members_exist(binding: PackReading) -> Iterator[Diagnostic]:
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
            hint = did_you_mean(name, pages, "Pages live in source/handbook/.")
            yield message("pack-page-unknown", place, hint=hint, name=name)
        else:
            hint = did_you_mean(member.id, known_briefings(environment), "Briefings live in source/briefings/.")
            hint = f"It is gone; what was published of it is '{pin(member.id, known[-1])}'." if known else hint
            yield message("briefing-unknown", place, hint=hint, name=member.id)


def members_can_be_built(binding: PackReading) -> Iterator[Diagnostic]:
    """A pack is bound only when all its briefings can be, and the series they belong to."""
    environment = binding.environment
    told = set()
    for member in binding.members:
        unread = member.id in environment.broken and member.key not in binding.readings
        reading = binding.readings.get(member.key)
        refused = reading is not None and not may_be_made(reading.environment, reading.briefing)
        if member.id in environment.withheld or unread or refused:
            name = f"the briefing '{member.id}'"
            hint = " ".join(
                (*_first_fault(environment, member, refused), *(_or_pinned(environment, member) if unread else ()))
            )
            yield message("pack-member-broken", binding.pack.marks.at(*member.way), hint or None, name=name)
            told.add(_series_id(binding, member))
    for member in binding.members:
        series = _series_id(binding, member)
        if series not in told and member.key in binding.readings and series_is_refused(environment, series):
            told.add(series)
            name, hint = f"the series '{series}'", "Its marking cannot be read or is too high: correct that first."
            yield message("pack-member-broken", binding.pack.marks.at(*member.way), hint, name=name)


def _first_fault(environment: Environment, member: Member, refused: bool) -> Iterator[str]:
    """Place of the first mistake that keeps a briefing from being built."""
    if fault := environment.faults.get(member.id):
        yield f"Correct it first, at {fault.place}: {fault.sentence}"
    elif refused:
        yield "Its marking, or one that it inherits, cannot be read or is too high."


def _or_pinned(environment: Environment, member: Member) -> Iterator[str]:
    """That a kept version could be bound instead, where one is kept."""
    known = environment.kept_numbers.get(member.id, ())
    if known and member.id not in environment.withheld:
        yield f"Or bind what was published of it: write '{pin(member.id, known[-1])}' in its place."


def _series_id(binding: PackReading, member: Member) -> str:
    series = binding.environment.series_of(member.id)
    return series.id if series else ""


def pinned_members_are_still_looked_after(binding: PackReading) -> Iterator[Diagnostic]:
    """Of a kept version only the present briefing can say that it no longer holds."""
    environment = binding.environment
    for member in binding.members:
        if member.version and member.key in binding.readings and member.id not in environment.briefings:
            place = binding.pack.marks.at(*member.way)
            fate = "cannot be read" if member.id in environment.broken else "is gone"
            yield message("pack-member-gone", place, version=member.version, name=member.id, fate=fate)


def pins_are_not_behind_a_correction(binding: PackReading) -> Iterator[Diagnostic]:
    """A pack does not bind a mistake again that was corrected in a version published since."""
    for member, later in corrected_pins(binding):
        hint = f"Write '{pin(member.id, later)}', or '{member.id}' alone to take the text as it is now."
        kept = later in binding.environment.kept_numbers.get(member.id, ())
        yield message(
            "pin-corrected",
            binding.pack.marks.at(*member.way),
            hint=hint if kept else None,
            version=member.version,
            name=member.id,
            later=later,
        )


def corrected_pins(binding: PackReading) -> Iterator[tuple[Member, str]]:
    """The lines of a pack that take a version which a later one corrects, each with that later one."""
    for member in binding.members:
        later = _corrected(binding.environment, member) if member.version and member.key in binding.readings else ""
        if later:
            yield member, later


def _corrected(environment: Environment, member: Member) -> str:
    """The last correction of a text that was published after the version that a pack takes, by its number."""
    published = list(environment.kept_numbers.get(member.id, ()))
    kept = environment.kept.get(pin(member.id, published[-1])) if published else None
    told = [kept.briefing.fields.history] if kept else []
    present = environment.briefings.get(member.id)
    if present:
        told.append(present.fields.history)
        published += [present.fields.version] if present.fields.status is Status.PUBLISHED else []
    return correction_of(member.version, chain.from_iterable(told), published)


def members_stand_once(binding: PackReading) -> Iterator[Diagnostic]:
    """A briefing is in a pack once."""
    seen: set[str] = set()
    for member in binding.members:
        if member.id in seen:
            yield message("member-twice", binding.pack.marks.at(*member.way), name=member.id)
        seen.add(member.id)


def pinned_versions_are_kept(binding: PackReading) -> Iterator[Diagnostic]:
    """A version that a pack asks for is one that was published."""
    for member in missing_versions(binding):
        place = binding.pack.marks.at(*member.way)
        known = binding.environment.kept_numbers.get(member.id, ())
        if member.version in known:  # it is damaged, and that is told there
            continue
        hint = f"Kept are {', '.join(known)}." if known else catalogue()["pack-version"].do.format(name=member.id)
        yield message("pack-version", place, hint=hint, asked=member.version, name=member.id)


def missing_versions(binding: PackReading) -> Iterator[Member]:
    """The lines of a pack that ask for a version which is not kept."""
    for member in binding.members:
        known = member.id in binding.environment.briefings or member.id in binding.environment.kept_numbers
        if known and member.version and member.key not in binding.readings:
            yield member


def members_are_in_force(binding: PackReading) -> Iterator[Diagnostic]:
    """A pack holds no briefing that is superseded or withdrawn."""
    for member in binding.members:
        briefing = binding.environment.briefings.get(member.id)
        if briefing and briefing.fields.status in RETIRED:
            place = binding.pack.marks.at(*member.way)
            yield message("pack-member-retired", place, name=member.id, status=briefing.fields.status)


def packs_are_marked_as_high_as_their_parts(binding: PackReading) -> Iterator[Diagnostic]:
    """The cover's marking covers everything inside."""
    own = binding.pack.fields.marking
    if own is None:
        return
    for part in parts_marked(binding, lambda marking: rank(marking) > rank(own) and not too_high(marking)):
        place = binding.pack.marks.at("marking")
        yield message("pack-marking-low", place, marking=level(own), name=part.name, part=level(part.marking))


def public_packs_are_not_sensitive(binding: PackReading) -> Iterator[Diagnostic]:
    """Sensitive material goes to named recipients only."""
    if not is_public(binding):
        return
    own = binding.pack.fields.marking
    if own and own.sensitive:
        yield message("pack-public-sensitive", binding.pack.marks.at("marking"), name="it")
    for part in parts_marked(binding, lambda marking: marking.sensitive):
        yield message("pack-public-sensitive", binding.pack.marks.at(*part.way), name=f"{part.name} in it")


def is_public(binding: PackReading) -> bool:
    """Whether anybody may have the pack."""
    return not binding.pack.fields.recipients and not binding.pack.manual


def changes_can_be_told(binding: PackReading) -> Iterator[Diagnostic]:
    """The section of changes compares with versions kept by its day, or with the last edition that was issued."""
    fields, marks = binding.pack.fields, binding.pack.marks
    if "changes" not in fields.back:
        return
    place = marks.at("back", fields.back.index("changes"))
    if fields.since is None:
        if binding.pack.id not in binding.environment.issued:
            yield message("pack-since-missing", place)
        return
    days = (binding.environment.kept_on.get(pin(r.briefing.id, v)) for r in binding.present for v in _kept(binding, r))
    gone = names_gone(binding, {reading.briefing.id for reading in binding.present})
    if not gone and not any(day and day <= fields.since for day in days):
        yield message("pack-since", marks.at("since"), day=in_words(fields.since))


def _kept(binding: PackReading, reading: Reading) -> tuple[str, ...]:
    return binding.environment.kept_numbers.get(reading.briefing.id, ())


def recipients_are_colleges(binding: PackReading) -> Iterator[Diagnostic]:
    """A pack goes to colleges of the list."""
    known = binding.environment.colleges
    if "source/colleges.yaml" in binding.environment.unread:
        return
    for index, name in enumerate(binding.pack.fields.recipients):
        if name not in known and not is_refused(binding.environment, "colleges", name):
            place = binding.pack.marks.at("recipients", index)
            hint = did_you_mean(name, known, "Colleges live in source/colleges.yaml.")
            yield message("entry-unknown", place, hint=hint, file="colleges", kind="college", name=name)


def abbreviations_agree(binding: PackReading) -> Iterator[Diagnostic]:
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
