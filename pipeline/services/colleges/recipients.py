"""Recipients of a pack: the colleges that get it, in which formats and with which copy numbers; rules of their list."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import suggest_names
from pipeline.core.text.wrapping import shorten_to_width
from pipeline.load.folders import COLLEGES_FILE
from pipeline.load.register import CopyEntry
from pipeline.model.formats import FORMATS, PRINTED, Format, Need, any_printed, meeting
from pipeline.model.library import Library
from pipeline.model.source.college import HOLDER, College, colleges_of
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.pack import Pack
from pipeline.model.source.record import FieldLocations
from pipeline.model.source.versions import CopyPhrases
from pipeline.model.words import Phrases
from pipeline.resolve.environment import Environment
from pipeline.resolve.names import entry_is_refused, location_in_list
from pipeline.resolve.reading import PackView
from pipeline.services.editions.edition import PackRecipient, PackStatus, name_in_parcel

# Rules of the list of colleges, and of the recipients that packs name.


def college_marks(library: Library) -> FieldLocations:
    """Return the places of the fields in `source/colleges.yaml`."""
    return library.list_marks.get("colleges", FieldLocations(COLLEGES_FILE))


def recipients_are_colleges(binding: PackView) -> Iterator[Diagnostic]:
    """A pack goes to colleges of the list."""
    known = colleges_of(binding.environment.others)
    if "source/colleges.yaml" in binding.environment.unread:
        return
    for index, name in enumerate(binding.pack.fields.recipients):
        if name not in known and not entry_is_refused(binding.environment, "colleges", name):
            place = binding.pack.marks.at("recipients", index)
            hint = suggest_names(name, known, "Colleges live in source/colleges.yaml.")
            yield message("entry-unknown", place, hint=hint, file="colleges", kind="college", name=name)


def organisations_of_colleges_exist(environment: Environment) -> Iterator[Diagnostic]:
    """A college belongs to an organisation of the list."""
    if "source/organisations.yaml" in environment.unread:
        return
    for id_, college in colleges_of(environment.others).items():
        name = college.organisation
        if name and name not in environment.organisations and not entry_is_refused(environment, "organisations", name):
            place = location_in_list(environment, "colleges", id_, "organisation")
            hint = suggest_names(name, environment.organisations, f"The college '{college.name}' names it.")
            yield message("entry-unknown", place, hint=hint, file="organisations", kind="organisation", name=name)


def printed_words(environment: Environment) -> Iterator[tuple[str, Location]]:
    """The name of each college, as printed on numbered copies, with its place."""
    for name, college in colleges_of(environment.others).items():
        yield college.name, location_in_list(environment, "colleges", name, "name")


def languages(library: Library) -> Iterator[tuple[str, Location]]:
    """The language that each college works in, with its place."""
    marks = college_marks(library)
    for name, college in colleges_of(library.others).items():
        yield college.language or "", marks.at(name, "language")


# Recipients of a pack.


@dataclass(frozen=True, slots=True)
class PreparedEdition:
    """An issued edition of which copies are prepared."""

    pack: Pack
    title: str
    edition: str
    versions: tuple[tuple[str, str, str], ...]
    """Id, version and title of each briefing, in order."""
    produced: date
    """The date on its pages."""
    imprint: LibrarySettings
    overridden: tuple[tuple[str, str], ...] = ()
    """The briefings whose obstacles were overridden, with the reasons."""
    state: PackStatus = field(default_factory=PackStatus)
    record: str = ""
    """The SHA-256 of its record."""
    last_record: str = ""
    """The SHA-256 of the last record of the pack. Manifests repeat it as evidence of all records before."""
    code: str = ""
    """The printed code of its words."""
    status_page: str = ""
    """The address of the page that says whether it is current, if there is one."""
    phrases: CopyPhrases | None = None
    """The phrases on its pages that name a copy, if copies are numbered."""

    @property
    def folder(self) -> str:
        """The name of a parcel's folder: the pack's id and its edition."""
        return name_in_parcel(self.pack.id, self.pack.id, self.edition)

    @property
    def pins(self) -> str:
        """Its briefings as the ledger lists them."""
        return " ".join(f"{name}@{version}" for name, version, _ in self.versions)


def find_recipients(library: Library, pack: Pack, day: date) -> dict[str, College]:
    """Return the colleges that get a pack on a day: those it names, or all, without closed ones."""
    colleges = colleges_of(library.others)
    names = sorted({*(pack.fields.recipients or colleges)} & {*colleges})
    return {name: colleges[name] for name in names if day <= (colleges[name].until or date.max)}


def describe_recipients(library: Library, pack: Pack, day: date) -> dict[str, PackRecipient]:
    """Return the recipients with their formats and needs."""
    recipients = find_recipients(library, pack, day).items()
    return {
        name: PackRecipient(college.name, list_wanted_formats(college, pack), college.access_needs)
        for name, college in recipients
    }


def list_wanted_formats(college: College, pack: Pack) -> tuple[Format, ...]:
    """Return the formats of a pack that a college gets."""
    asked = _list_asked_formats(college, pack)
    return tuple(format_ for format_ in pack.fields.formats if format_ in asked)


def select_print_takers(recipients: Mapping[str, College], pack: Pack) -> dict[str, College]:
    """Return the recipients that get printed copies of a pack."""
    return {
        name: college
        for name, college in recipients.items()
        if college.copies and any_printed(list_wanted_formats(college, pack))
    }


def list_missing_formats(college: College, pack: Pack) -> Iterable[Format]:
    """Return the formats that a college asks for and the pack does not have."""
    return (format_ for format_ in _list_asked_formats(college, pack) if format_ not in pack.fields.formats)


def _list_asked_formats(college: College, pack: Pack) -> tuple[Format, ...]:
    """Return the formats that a college names, else all for screens; and print if it gets printed copies."""
    named = college.formats or tuple(format_ for format_ in pack.fields.formats if format_ not in PRINTED)
    return (*named, *(format_ for format_ in PRINTED if format_ not in named)) if college.copies else named


# Copy numbers: unique in an edition of a pack; a number is never given to another copy or college.


@dataclass(frozen=True, slots=True)
class NumberedCopy:
    """A numbered copy."""

    college: str
    format: Format
    number: int
    sha256: str = ""
    """The digest of its bytes, if it was prepared before."""

    def words(self, college: College, fixed: Phrases) -> str:
        """Return the words on its copy line: 'Copy 7, held by Northmoor Learning Unit'."""
        return fixed.say("copy", number=self.number, holder=shorten_to_width(college.name, HOLDER))

    def file(self, name: str) -> str:
        """Return its file name from the pack's: 'nights-copy-007.pdf'."""
        stem, _, end = name.rpartition(".")
        return f"{stem}-copy-{self.number:03}.{end}"


def assign_copy_numbers(
    recipients: Mapping[str, College], pack: Pack, formats: Sequence[Format], earlier: Sequence[CopyEntry]
) -> tuple[NumberedCopy, ...]:
    """Return the copies of each college: one of each format for screens, and its number of printed copies.

    Copies on record keep their numbers. New ones get the numbers after the highest that was ever given.
    """
    free = max((entry.copy_number for entry in earlier), default=0) + 1
    copies: list[NumberedCopy] = []
    for name, college in recipients.items():
        for format_ in (format_ for format_ in list_wanted_formats(college, pack) if format_ in formats):
            wanted = college.copies if FORMATS[format_].printed else 1
            entries = (entry for entry in earlier if (entry.college, entry.format) == (name, format_))
            recorded = sorted((entry.copy_number, entry.sha256) for entry in entries)
            copies += [NumberedCopy(name, format_, number, digest) for number, digest in recorded[:wanted]]
            for _ in range(wanted - len(recorded)):
                copies.append(NumberedCopy(name, format_, free))
                free += 1
    return tuple(copies)


def numbered_pack_has_a_cover(pack: Pack, numbered: bool) -> Iterator[Diagnostic]:
    """A pack with numbered copies begins with a cover, which says which copy it is."""
    if numbered and pack.fields.front[:1] != ("cover",):
        yield message("copies-cover", pack.marks.at("front"))


def numbered_pack_has_no_spare(pack: Pack, numbered: bool) -> Iterator[Diagnostic]:
    """A pack with numbered copies orders no spare ones, which would have no holder."""
    if numbered and pack.fields.print.spare:
        yield message("copies-spare", pack.marks.at("print", "spare"))


# What colleges would miss.


def colleges_get_their_formats(pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The pack has the formats that colleges ask for."""
    for name, college in takers.items():
        for format_ in list_missing_formats(college, pack):
            yield message("copies-format", pack.marks.at("formats"), college=name, format=format_)


def printed_copies_have_an_address(library: Library, printing: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The colleges that get copies from the printer have an address."""
    marks = college_marks(library)
    for name, college in printing.items():
        if not (college.delivery or college.channels.to("post")):
            copies = "1 printed copy" if college.copies == 1 else f"{college.copies} printed copies"
            values = {"what": f"'{name}' takes {copies}", "where": "its address"}
            line = "'delivery: Learning unit, Quarry Lane, Fellbrook'"
            yield message("copies-no-delivery", marks.key_at(name), line=line, **values)


def parcels_have_a_recipient(library: Library, pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The colleges that get a parcel have a contact or an address."""
    marks = college_marks(library)
    for name, college in takers.items():
        files = [format_ for format_ in list_wanted_formats(college, pack) if format_ not in PRINTED]
        if files and not (college.contact or college.delivery):
            values = {"what": f"A parcel is made for '{name}'", "where": "its contact"}
            line = "'contact: learning@fellbrook.example', the mailbox of a role"
            yield message("copies-no-delivery", marks.key_at(name), line=line, **values)


_NEEDS: Mapping[str, Need | None] = {
    r"braille|audio(?:books?|tapes?)?(?! loop)|recordings?|easy[ -]read|sign language|bsl": None,
    r"(?:large|big|larger|bigger)[ -]?(?:print|type|letters)": "large letters",
    r"epubs?|e-?readers?|kindles?|(?:smart|i)?phones?|ipads?|tablets?|reflow(?:able|s|ing)?": "reflow",
    r"screen[ -]?readers?|reads? aloud|reading aloud|text[ -]to[ -]speech|magnif(?:y|ying|ied|iers?|ication)": "speech",
}
"""Access needs that formats meet, by whole words in any case: neither a telephone nor a microphone is a phone. Of the
formats that one part of a need names, any will do. No format of ours is Braille or speech. An audio loop is part of a
room."""
_NEED_PATTERNS = {re.compile(rf"\b(?:{words})\b", re.IGNORECASE): need for words, need in _NEEDS.items()}
_NO_FORMAT = "None of our formats provides it. Have a copy made elsewhere, and send it with the parcel."
_PART_SEPARATOR = re.compile(r";|\band\b|&")


def access_needs_are_met(library: Library, pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The formats that a college gets meet the access needs that it names in known words."""
    marks = college_marks(library)
    for name, college in takers.items():
        wanted = set(list_wanted_formats(college, pack))
        for index, need in enumerate(college.access_needs):
            missing = next((formats for formats in _list_formats_for(need) if not wanted.intersection(formats)), None)
            if missing is not None:
                hint = None if missing else _NO_FORMAT
                place, formats = marks.at(name, "access_needs", index), " or ".join(missing)
                yield message("copies-access", place, hint=hint, college=name, need=need, formats=formats)


def _list_formats_for(need: str) -> Iterator[tuple[Format, ...]]:
    """Yield the formats that would meet each part of a need with known words."""
    for part in _PART_SEPARATOR.split(need):
        if needs := [need for pattern, need in _NEED_PATTERNS.items() if pattern.search(part)]:
            yield tuple(dict.fromkeys(format_ for need in needs if need for format_ in meeting(need)))
