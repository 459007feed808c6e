"""The verb copies: parcels for colleges, a job for the printer, and entries in the ledger, of an issued edition."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import click

from pipeline.bind.print.print_file import print_facts
from pipeline.build.output import output_lock
from pipeline.build.project import Project
from pipeline.build.summary import Build
from pipeline.cli.options import DAY, day_of, every_remark, now_utc, overriding
from pipeline.cli.outcome import Outcome, rendered
from pipeline.core.diagnostics import Diagnostic, Location, UsageError, errors, ordered
from pipeline.core.files import LaidOut, remove
from pipeline.core.messages import message
from pipeline.core.printed_code import read_code
from pipeline.core.sentences import count, files_in_words
from pipeline.load.folders import LEDGER
from pipeline.load.register import CopyEntry
from pipeline.load.words import wordbook
from pipeline.model.formats import PRINTED, Format, Need, any_printed, meeting
from pipeline.model.library import Library
from pipeline.model.source.college import College
from pipeline.model.source.pack import Pack
from pipeline.model.words import Phrases, format_date
from pipeline.resolve.citations.works import works_against_pack
from pipeline.resolve.reading import PackView
from pipeline.resolve.wording import status_page
from pipeline.services.colleges.events import format_instant
from pipeline.services.colleges.ledger import create_copy_events, list_copy_entries, open_ledger_to_write
from pipeline.services.colleges.letters import find_letter_words
from pipeline.services.colleges.manifest import UNSEALED, ParcelSeal, is_manifest_of
from pipeline.services.colleges.numbered_copies import Numbered, make_copies
from pipeline.services.colleges.parcels import create_project_seal, parcel, signing_key_is_set
from pipeline.services.colleges.print_job import (
    PrintJob,
    find_added_copies,
    format_numbered_job,
    format_plain_job,
    order_remarks,
)
from pipeline.services.colleges.recalls import edition_is_not_recalled, list_recalls
from pipeline.services.colleges.stores import Ledger
from pipeline.services.colleges.takers import (
    Copy,
    LetterPart,
    PreparedEdition,
    add_copy_phrases,
    assign_copy_numbers,
    compose_changes_for,
    find_recipients,
    list_missing_formats,
    list_wanted_formats,
    numbered_pack_has_no_spare,
    zip_files,
)
from pipeline.services.editions.audit import pack_chain_faults
from pipeline.services.editions.edition import FinishedFile, name_in_parcel, read_with_texts, state_of
from pipeline.services.editions.gates import Obstacle, ObstacleKind, obstacles
from pipeline.services.editions.record import archived_files, chosen_pack, edition_by, library_then
from pipeline.services.editions.records import SavedRecord, edition_code, edition_of, read_records


def objections(
    library: Library, pack: Pack, takers: Mapping[str, College], reasons: Mapping[str, str], today: date
) -> Iterator[Diagnostic]:
    """All that stands against copies on a day. `reasons` override, by name."""
    marks = pack.marks
    if not takers:
        yield message("copies-nobody", marks.at("recipients"))
    binding = read_with_texts(library, pack, today)
    against = obstacles(library, binding, today)
    found = [(one.name, _objection(one)) for one in against if one.kind in _CODES]
    found += [(name, _of_work(binding, name, told)) for name, told in works_against_pack(binding)]
    for name in reasons:
        if name not in {one for one, _ in found}:
            raise UsageError(
                f"'{name}' needs no reason: it is there, in force, not overdue and not corrected, its works "
                "hold, or the pack does not hold it."
            )
    yield from (objection for name, objection in found if name not in reasons)


_CODES: Mapping[ObstacleKind, str] = {
    "retired": "issue-status",
    "overdue": "issue-overdue",
    "gone": "copies-gone",
    "corrected": "issue-corrected",
}
"""What may have come about since the issue."""


def _objection(one: Obstacle) -> Diagnostic:
    """An obstacle as it stands against copies."""
    text = f"'{one.name}' {one.version}"
    said = {"name": one.name, "version": one.version, "text": text, "status": one.status, "review_by": one.review_by}
    reason = f"or give a reason, which is recorded: --override {one.name}=REASON."
    hint = f"{one.advice}; {reason}" if one.advice else None
    return message(_CODES[one.kind], one.place, hint=hint, later=one.later, override=one.name, **said)


def _of_work(binding: PackView, name: str, told: Diagnostic) -> Diagnostic:
    """A remark on a work as it stands against copies, at the line of the briefing that rests on it."""
    way = next((member.way for member in binding.members if member.id == name), ())
    return message("copies-work", binding.pack.marks.at(*way), name=name, sentence=told.sentence)


def lacking(pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The formats that colleges want and the pack does not have."""
    for name, college in takers.items():
        for kind in list_missing_formats(college, pack):
            yield message("copies-format", pack.marks.at("formats"), college=name, format=kind)


def without_delivery(library: Library, printing: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The colleges that the printer sends copies to, nobody has said where."""
    marks = library.list_marks["colleges"]
    for name, college in printing.items():
        if not (college.delivery or college.channels.to("post")):
            copies = "1 printed copy" if college.copies == 1 else f"{college.copies} printed copies"
            said = {"what": f"'{name}' takes {copies}", "where": "where they go"}
            line = "'delivery: Learning unit, Quarry Lane, Fellbrook'"
            yield message("copies-no-delivery", marks.key_at(name), line=line, **said)


def without_contact(library: Library, pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The colleges that a parcel is made for, nobody has said to whom it goes."""
    marks = library.list_marks["colleges"]
    for name, college in takers.items():
        files = [kind for kind in list_wanted_formats(college, pack) if kind not in PRINTED]
        if files and not (college.contact or college.delivery):
            said = {"what": f"A parcel is made for '{name}'", "where": "to whom it goes"}
            line = "'contact: learning@fellbrook.example', the mailbox of a role"
            yield message("copies-no-delivery", marks.key_at(name), line=line, **said)


def _words(words: str) -> re.Pattern[str]:
    """Whole words, in small letters or capitals: a telephone is no phone, a microphone neither."""
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


_NEEDS: tuple[tuple[re.Pattern[str], Need | None], ...] = (
    (_words(r"braille|audio(?:books?|tapes?)?(?! loop)|recordings?|easy[ -]read|sign language|bsl"), None),
    (_words(r"(?:large|big|larger|bigger)[ -]?(?:print|type|letters)"), "large letters"),
    (_words(r"epubs?|e-?readers?|kindles?|(?:smart|i)?phones?|ipads?|tablets?|reflow(?:able|s|ing)?"), "reflow"),
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
        gets = set(list_wanted_formats(college, pack))
        for number, need in enumerate(college.access_needs):
            would = next((formats for formats in _asked_for(need) if not gets.intersection(formats)), None)
            if would is not None:
                hint = None if would else ELSEWHERE
                said = " or ".join(would)
                place = marks.at(name, "access_needs", number)
                yield message("copies-access", place, hint=hint, college=name, need=need, formats=said)


def _asked_for(need: str) -> Iterator[tuple[Format, ...]]:
    """The formats that would do, of each part of a need whose words say some."""
    for part in _ADDED.split(need):
        if named := [need for words, need in _NEEDS if words.search(part)]:
            yield tuple(dict.fromkeys(one for need in named if need for one in meeting(need)))


ELSEWHERE = "None of our formats would do: have it made elsewhere, and send it beside the parcel."


@dataclass(frozen=True, slots=True)
class IssuedEdition:
    """An edition of a pack that copies are made of: the library with the pack as it is bound, and the files."""

    library: Library
    issue: PreparedEdition
    one: SavedRecord
    files: tuple[FinishedFile, ...]
    numbered: bool
    faults: tuple[Diagnostic, ...] = ()
    """Files that are not as they were issued, and what of it is recalled."""


def read_issued_edition(project: Project, pack: Pack, edition: str | None) -> IssuedEdition | tuple[Diagnostic, ...]:
    """An edition as it was issued, the one that the pack names unless it is named; or what stands against it."""
    if broken := tuple(pack_chain_faults(project, project.files, pack.id)):
        return ordered(broken)
    chain = read_records(project.files).chains.get(pack.id, ())
    one = edition_by(chain, pack.id, edition) if edition else edition_of(chain, pack.fields.edition or "")
    if one is None:
        named = f" as {pack.fields.edition}" if chain else ""
        return (message("deliver-unissued", pack.marks.at("edition"), pack=pack.id, edition=named),)
    record = one.record
    library, bound = library_then(project, one, pack)
    words = wordbook(project.layouts).of(library.imprint.fields.language)
    versions = tuple((briefing.id, briefing.version, briefing.title) for briefing in record.briefings)
    issue = PreparedEdition(
        bound,
        record.title,
        record.edition,
        versions,
        record.issued,
        library.imprint,
        state=replace(state_of(library, bound, record.issued, words), statuses=record.statuses),
        record=one.sha256,
        last_record=chain[-1].sha256,
        code=record.code,
        status_page=status_page(library.imprint.fields.status_pages, edition_code(record)),
        phrases=record.copy_phrases,
    )
    contents, faults = archived_files(project, one)
    files = tuple(
        FinishedFile(file.format, file.file, contents[file.file], file.pages)
        for file in record.files
        if file.file in contents
    )
    return IssuedEdition(library, issue, one, files, record.numbered, faults)


def remove_stale_copies(
    output: Path, issue: PreparedEdition, takers: Collection[str], printed: bool
) -> Iterator[Diagnostic]:
    """Take away what was prepared of this edition for colleges that no longer take the pack, and for no printer.

    Tells of what the system does not let go, as where it is somebody else's: copies are on record by now.
    """
    for manifest in sorted(output.glob(f"colleges/*/{issue.folder}/manifest.json")):
        folder = manifest.parent
        if folder.parent.name in takers or folder.parent.is_symlink():
            continue
        try:
            if is_manifest_of(manifest.read_bytes(), issue.pack.id, issue.edition):
                remove(folder.with_name(f"{issue.folder}.zip"), whole=True)
                remove(folder, whole=True)
                if not any(folder.parent.iterdir()):
                    folder.parent.rmdir()
        except OSError as refusal:
            yield _left(output, folder, refusal)
    printing = output / "printer" / issue.folder
    try:
        if not printed and (printing / "job-ticket.txt").is_file():
            remove(printing, whole=True)
    except OSError as refusal:
        yield _left(output, printing, refusal)


def _left(output: Path, folder: Path, refusal: OSError) -> Diagnostic:
    place = Location(f"output/{folder.relative_to(output).as_posix()}")
    return message("copies-left", place, reason=(refusal.strerror or "it is in use").lower())


@dataclass(frozen=True, slots=True)
class CopiesOutcome:
    """Result of the command: remarks, and copies with their places."""

    remarks: tuple[Diagnostic, ...] = ()
    colleges: tuple[str, ...] = ()
    printed: int = 0
    """Copies that the printer is asked for."""
    rows: int = 0
    """Entries added to the ledger."""
    folder: str = ""
    """Name of the edition's folders."""

    @property
    def refused(self) -> bool:
        """Whether nothing was prepared."""
        return not self.colleges


@dataclass(frozen=True, slots=True)
class CopyJob:
    """Work of the command: an edition, for whom, out of which files, and copies of it prepared before."""

    issue: PreparedEdition
    takers: Mapping[str, College]
    files: tuple[FinishedFile, ...]
    earlier: tuple[CopyEntry, ...]
    today: date
    copies: tuple[Copy, ...] = ()
    """The numbered copies, where they are numbered."""
    order: PrintJob | None = None
    """Order to the printer, if there is one."""
    words: Mapping[str, Phrases] = field(default_factory=dict)
    changes: Mapping[str, LetterPart] = field(default_factory=dict)
    """Changes for each college, in its words."""
    seal: ParcelSeal = UNSEALED

    def issue_for(self, name: str) -> PreparedEdition:
        """The edition as a college has it: with the reasons on record when it was first prepared for it."""
        first = next((entry for entry in self.earlier if entry.college == name), None)
        return replace(self.issue, overridden=first.overridden) if first else self.issue

    def printing(self) -> dict[str, College]:
        """The colleges that the printer sends copies to."""
        pack = self.issue.pack
        return {n: c for n, c in self.takers.items() if c.copies and any_printed(list_wanted_formats(c, pack))}

    def with_order(self) -> CopyJob:
        """The job with what the printer is asked for."""
        master = next((file for file in self.files if file.format in PRINTED), None)
        if master is None or not (self.printing() or self.issue.pack.fields.print.spare):
            return self
        numbers: dict[str, list[int]] = {}
        for copy in (copy for copy in self.copies if copy.format in PRINTED):
            numbers.setdefault(copy.college, []).append(copy.number)
        order = PrintJob(self.issue, master, print_facts(master.content), self.printing(), numbers)
        asked = {name: college.copies for name, college in order.takers.items()}
        new = [copy for copy in self.copies if copy.format in PRINTED and not copy.sha256]
        rows = [_row(self, copy, "") for copy in new] if self.copies else _rows(self)
        return replace(self, order=replace(order, added=find_added_copies((*self.earlier, *rows), asked)))


@click.command("copies")
@click.argument("name", metavar="PACK")
@click.option("--edition", metavar="NAME", help="The edition that is meant (default: the one that the pack names).")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The day of the entries (default: today).")
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@overriding("NAME=REASON", "Prepare copies despite an objection to a briefing; the reason is kept in the ledger.")
@every_remark
@rendered("text", "json", "sarif", jobs=None)
def verb(
    project: Project, name: str, edition: str | None, produced: datetime | None, reasons: dict[str, str], whole: bool
) -> Outcome:
    """Prepare the copies of an issued edition: parcels, a job for the printer, and the ledger.

    They are made of the archived files. Prepared again, they are the same; only what is new gets an entry.
    """
    issued = read_issued_edition(project, chosen_pack(project.loaded[0], name, "copied"), edition)
    if isinstance(issued, IssuedEdition):
        done = prepare_copies(project, open_ledger_to_write(project), issued, day_of(produced, project), reasons)
    else:
        done = CopiesOutcome(issued)
    text = ["No copies were prepared."] if done.refused else _lines(done, project.output_name)
    code = Build(done.remarks, (), ()).exit_code
    return Outcome(done.remarks, text, code, may_be_quiet=not done.refused, whole=whole)


def _lines(done: CopiesOutcome, output: str) -> Iterator[str]:
    """The lines that say what was prepared."""
    yield f"{count(len(done.colleges), 'parcel')} in {output}/colleges/…/{done.folder}."
    if done.printed:
        copies = f"{done.printed:,} {'copy' if done.printed == 1 else 'copies'}"
        yield f"{copies} for the printer in {output}/printer/{done.folder}."
    yield f"Their entries were added to {LEDGER}; commit it." if done.rows else "The ledger has them all."


def prepare_copies(
    project: Project, kept: Ledger, issued: IssuedEdition, produced: date, reasons: Mapping[str, str]
) -> CopiesOutcome:
    """Prepare copies of an issued edition out of its archived files."""
    with output_lock(project):
        today = max(issued.issue.produced, produced)
        against = copies_are_allowed(issued.library, issued.issue.pack, issued.numbered, reasons, today)
        recalled = edition_is_not_recalled(list_recalls(kept.events()).values(), issued.issue)
        if found := (*issued.faults, *recalled, *against):
            return CopiesOutcome(ordered(found))
        whole = replace(issued, issue=replace(issued.issue, overridden=tuple(sorted(reasons.items()))))
        return _prepared(project, kept, whole, today)


def copies_are_allowed(
    library: Library, pack: Pack, numbered: bool, reasons: Mapping[str, str], today: date
) -> Iterator[Diagnostic]:
    """Reasons against copies of an issued edition, whatever its files are."""
    yield from objections(library, pack, find_recipients(library, pack, today), reasons, today)
    yield from numbered_pack_has_no_spare(pack, numbered)
    yield from signing_key_is_set(library)


def _prepared(project: Project, kept: Ledger, whole: IssuedEdition, today: date) -> CopiesOutcome:
    """Prepare what nothing stands against, and put it on record."""
    library, issue, entries = whole.library, whole.issue, list_copy_entries(kept.events())
    files = tuple(replace(one, name=name_in_parcel(one.name, issue.pack.id, issue.edition)) for one in whole.files)
    pack, takers = issue.pack, find_recipients(library, issue.pack, today)
    earlier = tuple(entry for entry in entries if entry.issue == (pack.id, issue.edition))
    words = find_letter_words(project, library, takers)
    changes = {n: compose_changes_for(library, issue, entries, n, words[n]) for n in takers}
    job = CopyJob(issue, takers, files, earlier, today, words=words, changes=changes)
    job = replace(job, seal=create_project_seal(project))
    if whole.numbered:
        job = replace(job, copies=assign_copy_numbers(takers, pack, [file.format for file in files], earlier))
    job = job.with_order()
    laid = LaidOut(project.output)
    try:
        rows, faults = _lay_out_numbered(project, job, library, laid) if whole.numbered else (_lay_out(job, laid), ())
        if any(errors(faults)):
            return CopiesOutcome(ordered(faults))
        if rows:
            kept.add_all(format_instant(now_utc()), create_copy_events(rows, earlier))
        laid.put()
    finally:
        laid.clear()
    order = job.order
    left = tuple(remove_stale_copies(project.output, issue, takers, order is not None))
    told = (*faults, *left, *lacking(pack, takers), *(without_delivery(library, order.takers) if order else ()))
    told = (*told, *without_contact(library, pack, takers), *unmet_needs(library, pack, takers))
    told = (*told, *(order_remarks(order, today) if order else ()))
    printed = order.asked + order.order.spare if order else 0
    return CopiesOutcome(ordered(told), tuple(takers), printed, len(rows), issue.folder)


def _rows(job: CopyJob) -> Iterator[CopyEntry]:
    """An entry for all that is new; where a college takes more copies than before, for those it lacks."""
    issue = job.issue
    for name, college in job.takers.items():
        kinds = list_wanted_formats(college, issue.pack)
        for file in (file for file in job.files if file.format in kinds):
            asked = college.copies if file.format in PRINTED else 1
            had = sum(e.quantity for e in job.earlier if (e.college, e.format) == (name, file.format))
            if asked > had:
                what = (name, issue.pack.id, issue.edition, issue.pins, file.format)
                yield CopyEntry(*what, asked - had, 0, file.sha256, job.today, issue.overridden)


def _lay_out(job: CopyJob, laid: LaidOut) -> tuple[CopyEntry, ...]:
    """Lay the parcels and the printer's job out beside their places; gives what is new for the ledger."""
    files = [file for file in job.files if file.format not in PRINTED]
    for name, college in job.takers.items():
        kinds = list_wanted_formats(college, job.issue.pack)
        sent = [file for file in files if file.format in kinds]
        printed = () if any_printed(kinds) else None
        _lay_out_parcel(laid, job, name, sent, printed)
    if job.order:
        for path, content in format_plain_job(job.order).items():
            laid.write(f"printer/{job.issue.folder}", path, content)
    return tuple(_rows(job))


def _lay_out_numbered(
    project: Project, job: CopyJob, library: Library, laid: LaidOut
) -> tuple[tuple[CopyEntry, ...], tuple[Diagnostic, ...]]:
    """The same of numbered copies; and what is wrong with them, if anything is."""
    issue = job.issue
    made: dict[Copy, FinishedFile] = {}
    runs: list[FinishedFile] = []
    changed: list[str] = []

    def lay(copy: Copy, file: FinishedFile) -> None:
        if copy.sha256 not in ("", file.sha256):
            changed.append(file.name)
        folder = "printer" if copy.format in PRINTED else f"colleges/{copy.college}"
        laid.write(f"{folder}/{issue.folder}", file.name, file.content)
        made[copy] = replace(file, content=b"", digest=file.sha256)

    def lay_run(file: FinishedFile) -> None:
        laid.write(f"printer/{issue.folder}", file.name, file.content)
        runs.append(replace(file, content=b"", digest=file.sha256))

    words = add_copy_phrases(wordbook(project.layouts).of(library.imprint.fields.language), issue)
    numbered = Numbered(library, issue.pack.id, issue.produced, job.files, job.takers, words, read_code(issue.code))
    faults = make_copies(project, numbered, job.copies, lay, lay_run=lay_run)
    if changed:  # one remark on all files that are not what was prepared before: mostly they have one cause
        said = {"edition": f"'{issue.edition}'", "day": format_date(issue.produced), "files": files_in_words(changed)}
        other = message("copies-changed", issue.pack.marks.at("edition"), **said)
        faults = (other, *faults)
    if any(errors(faults)):
        return (), faults
    for name, college in job.takers.items():
        own = [copy for copy in job.copies if copy.college == name]
        place = f"colleges/{name}/{issue.folder}"
        here = (made[copy] for copy in own if copy.format not in PRINTED)
        sent = [replace(file, content=laid.read(place, file.name)) for file in here]
        numbers = [copy.number for copy in own if copy.format in PRINTED]
        printed = numbers if any_printed(list_wanted_formats(college, issue.pack)) else None
        _lay_out_parcel(laid, job, name, sent, printed)
    if job.order:
        printing = [(copy.college, made[copy]) for copy in job.copies if copy.format in PRINTED]
        for path, content in format_numbered_job(replace(job.order, runs=tuple(runs)), printing).items():
            laid.write(f"printer/{issue.folder}", path, content)
    return tuple(_row(job, copy, made[copy].sha256) for copy in job.copies if not copy.sha256), faults


def _row(job: CopyJob, copy: Copy, digest: str) -> CopyEntry:
    what = (copy.college, job.issue.pack.id, job.issue.edition, job.issue.pins, copy.format)
    return CopyEntry(*what, 1, copy.number, digest, job.today, job.issue.overridden)


def _lay_out_parcel(
    laid: LaidOut, job: CopyJob, name: str, sent: Sequence[FinishedFile], printed: Sequence[int] | None
) -> None:
    """A parcel as a folder, and the same as an archive."""
    said = (job.words[name], printed, job.changes[name], job.seal)
    held = parcel(job.issue_for(name), name, job.takers[name], sent, *said)
    place = f"colleges/{name}/{job.issue.folder}"
    for path, content in held.items():
        laid.write(place, path, content)
    laid.write(f"{place}.zip", "", zip_files(job.issue.folder, held))
