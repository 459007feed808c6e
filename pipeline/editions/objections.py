"""Objections to preparing a pack's copies, raised before anything is written. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from pipeline.codes import copies as codes
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.errors import UsageError
from pipeline.core.tables import runs_in_a_spreadsheet
from pipeline.editions.bindings import read_with_texts
from pipeline.editions.copies import formats_lacking, slug, wanted
from pipeline.load.library.register import ANOTHER, Entry
from pipeline.model.day import in_words
from pipeline.model.formats import PRINTED, Format, Need, meeting
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing, Status
from pipeline.model.source.imprint import College
from pipeline.model.source.kept import pin
from pipeline.model.source.pack import Pack
from pipeline.resolve.environment import Environment
from pipeline.resolve.publish.differences import own_differences
from pipeline.resolve.publish.taken import inherited_differences
from pipeline.resolve.reading import PackReading, lines_with_ways
from pipeline.resolve.rules.dates import is_overdue, review_by
from pipeline.resolve.rules.packs import corrected_pins
from pipeline.resolve.rules.states import is_retired


def refuse_two_in_one(reasons: Mapping[str, str]) -> None:
    """Refuse a reason that the register would give back as 2."""
    for name, reason in reasons.items():
        if found := ANOTHER.search(reason):
            end = reason[found.end() :].partition("=")[0]
            raise UsageError(
                f"The reason for '{name}' holds '; {end}=', which the register would take for the next reason: "
                "write it without the semicolon; a reason for another briefing takes an --override of its own."
            )


def objections(
    library: Library,
    pack: Pack,
    takers: Mapping[str, College],
    reasons: Mapping[str, str],
    today: date,
) -> Iterator[Diagnostic]:
    """All that stands against copies on a day. `reasons` override, by name."""
    marks = pack.marks
    if not pack.fields.edition:
        yield codes.COPIES_EDITION.at(marks.at())
    elif runs_in_a_spreadsheet(pack.fields.edition):
        yield codes.COPIES_FORMULA.at(marks.at("edition"), edition=pack.fields.edition)
    if not takers:
        yield codes.COPIES_NOBODY.at(marks.at("recipients"))
    binding = read_with_texts(library, pack, today)
    found = [
        *_retired(library, pack),
        *_unpublished(library, binding),
        *_overdue(binding, today),
        *_gone(library, pack),
        *_corrected(binding),
    ]
    for name in reasons:
        if name not in {one for one, _ in found}:
            raise UsageError(
                f"'{name}' needs no reason: it is there, in force, published, not overdue and not corrected, "
                "or the pack does not hold it."
            )
    yield from (remark for name, remark in found if name not in reasons)


def _retired(library: Library, pack: Pack) -> Iterator[tuple[str, Diagnostic]]:
    """The briefings of a pack that no longer hold."""
    for line in pack.lines:
        name, _, version = line.partition("@")
        briefing = library.briefings.get(name)
        if briefing and is_retired(briefing):
            fields = briefing.fields
            newer = library.briefings.get(fields.superseded_by or "")
            hint = f"{_instead(pack, newer)}; {_or_a_reason(name)}" if newer else None
            said = {"name": name, "version": version or fields.version, "status": fields.status}
            yield name, codes.COPIES_RETIRED.at(_line(pack, name), hint=hint, **said)


def _instead(pack: Pack, newer: Briefing) -> str:
    """Advice on a briefing of a pack that a newer one has superseded."""
    if is_retired(newer):
        return f"Take it out of the pack: '{newer.id}', which took its place, is itself {newer.fields.status}"
    if newer.id in {line.partition("@")[0] for line in pack.lines}:
        return f"Take it out of the pack, which holds '{newer.id}' in its place already"
    return f"Put '{newer.id}' in its place"


def _or_a_reason(name: str) -> str:
    return f"or give a reason, which is recorded: --override {name}=REASON."


def _unpublished(library: Library, binding: PackReading) -> Iterator[tuple[str, Diagnostic]]:
    """The briefings of a pack that it would print otherwise than they are kept."""
    for line in binding.pack.lines:
        briefing = library.briefings.get(line)
        if briefing and not is_retired(briefing) and not _is_kept(binding.environment, briefing):
            said = {"name": line, "version": briefing.fields.version}
            yield line, codes.COPIES_UNPUBLISHED.at(_line(binding.pack, line), **said)


def _is_kept(environment: Environment, briefing: Briefing) -> bool:
    """Whether a text is published, and kept word for word."""
    if briefing.fields.status is not Status.PUBLISHED:
        return False
    kept = environment.kept.get(pin(briefing.id, briefing.fields.version))
    return kept is not None and not (
        own_differences(briefing, environment.assets, kept)
        or any(True for _ in inherited_differences(environment, briefing, kept))
    )


def _overdue(binding: PackReading, today: date) -> Iterator[tuple[str, Diagnostic]]:
    """The briefings of a pack whose review is overdue."""
    for reading in binding.present:
        name, fields, house = reading.briefing.id, reading.briefing.fields, reading.environment.imprint.fields
        last = review_by(fields, house)
        if last and is_overdue(fields, house, today):
            yield name, codes.COPIES_OVERDUE.at(_line(binding.pack, name), name=name, review_by=in_words(last))


def _gone(library: Library, pack: Pack) -> Iterator[tuple[str, Diagnostic]]:
    """The briefings of a pack of which a version is kept and nothing else is left."""
    for line in pack.lines:
        name, _, version = line.partition("@")
        if version and line in library.kept and name not in library.briefings and name not in library.broken:
            yield name, codes.COPIES_GONE.at(_line(pack, name), name=name, version=version)


def _corrected(binding: PackReading) -> Iterator[tuple[str, Diagnostic]]:
    """The kept versions that a pack takes although a later one corrects them."""
    for member, later in corrected_pins(binding):
        name, line = member.id, pin(member.id, later)
        kept = later in binding.environment.kept_numbers.get(name, ())
        hint = f"Write '{line}'" if kept else f"Publish {later} and write '{line}'"
        said = {"name": name, "version": member.version, "later": later}
        yield (
            name,
            codes.COPIES_CORRECTED.at(binding.pack.marks.at(*member.way), hint=f"{hint}; {_or_a_reason(name)}", **said),
        )


def _line(pack: Pack, name: str) -> Place:
    """Place of a briefing in the list of a pack."""
    ways = (way for line, way in lines_with_ways(pack) if isinstance(line, str) and line.partition("@")[0] == name)
    return pack.marks.at(*next(ways, ()))


def clashes(pack: Pack, entries: Iterable[Entry]) -> Iterator[Diagnostic]:
    """Another edition, of this pack or of another, whose parcels have a folder of the same name."""
    edition = pack.fields.edition or ""
    folder = f"{pack.id}-{slug(edition)}"
    for other, said in sorted({entry.issue for entry in entries} - {(pack.id, edition)}):
        if f"{other}-{slug(said)}" == folder:
            place = pack.marks.at("edition")
            yield codes.COPIES_FOLDER.at(place, folder=folder, edition=said, other=other)


def lacking(pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The formats that colleges want and the pack does not have."""
    for name, college in takers.items():
        for kind in formats_lacking(college, pack):
            yield codes.COPIES_FORMAT.at(pack.marks.at("formats"), college=name, format=kind)


def without_delivery(library: Library, printing: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The colleges that the printer sends copies to, nobody has said where."""
    marks = library.list_marks["colleges"]
    for name, college in printing.items():
        if not college.delivery:
            copies = "1 printed copy" if college.copies == 1 else f"{college.copies} printed copies"
            yield codes.COPIES_NO_DELIVERY.at(marks.key_at(name), college=name, copies=copies)


def without_contact(library: Library, pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The colleges that a parcel is made for, nobody has said to whom it goes."""
    marks = library.list_marks["colleges"]
    for name, college in takers.items():
        files = [kind for kind in wanted(college, pack) if kind not in PRINTED]
        if files and not (college.contact or college.delivery):
            yield codes.COPIES_NO_CONTACT.at(marks.key_at(name), college=name)


def _words(words: str) -> re.Pattern[str]:
    """Whole words, in small letters or capitals: a telephone is no phone, a microphone neither."""
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


_NEEDS: tuple[tuple[re.Pattern[str], Need | None], ...] = (
    (_words(r"braille|audio(?:books?|tapes?)?(?! loop)|recordings?|easy[ -]read|sign language|bsl"), None),
    (_words(r"(?:large|big|larger|bigger)[ -]?(?:print|type|letters)"), "large letters"),
    (
        _words(r"epubs?|e-?readers?|kindles?|(?:smart|i)?phones?|ipads?|tablets?|reflow(?:able|s|ing)?"),
        "reflow",
    ),
    (
        _words(
            r"screen[ -]?readers?|reads? aloud|reading aloud|text[ -]to[ -]speech|magnif(?:y|ying|ied|iers?|ication)"
        ),
        "speech",
    ),
)
"""Needs that formats meet, by words of them; of all that its words name each will do, but for what 'and' adds. Braille
and speech are made elsewhere. An audio loop is part of a room."""
_ADDED = re.compile(r";|\band\b|&")


def unmet_needs(library: Library, pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The needs of readers that nothing which their college gets would meet, as far as their words say what would."""
    marks = library.list_marks["colleges"]
    for name, college in takers.items():
        gets = set(wanted(college, pack))
        for number, need in enumerate(college.access_needs):
            would = next((formats for formats in _asked_for(need) if not gets.intersection(formats)), None)
            if would is not None:
                hint = None if would else ELSEWHERE
                said = " or ".join(would)
                place = marks.at(name, "access_needs", number)
                yield codes.COPIES_ACCESS.at(place, hint=hint, college=name, need=need, formats=said)


def _asked_for(need: str) -> Iterator[tuple[Format, ...]]:
    """The formats that would do, of each part of a need whose words say some."""
    for part in _ADDED.split(need):
        if named := [need for words, need in _NEEDS if words.search(part)]:
            yield tuple(dict.fromkeys(one for need in named if need for one in meeting(need)))


ELSEWHERE = "None of our formats would do: have it made elsewhere, and send it beside the parcel."
