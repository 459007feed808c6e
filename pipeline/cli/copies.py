"""The verb copies: parcels for colleges, a job for the printer, and entries in the ledger, of an issued edition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import click

from pipeline.bind.print.print_file import print_facts
from pipeline.build.numbered_copies import Numbered, make_copies
from pipeline.build.output import turn
from pipeline.build.project import Project
from pipeline.build.summary import Build
from pipeline.cli.colleges.ledger_access import ledger_to_write
from pipeline.cli.colleges.letter_words import words_of_letters
from pipeline.cli.editions.handing_out import chosen_pack
from pipeline.cli.editions.issued_copies import PackToCopy, edition_to_copy
from pipeline.cli.editions.left_parcels import tidied
from pipeline.cli.options import DAY, day_of, every_remark, moment, overriding
from pipeline.cli.outcome import Outcome, rendered
from pipeline.cli.sealing.seal import project_seal, seal_faults
from pipeline.colleges.ledger.events import instant
from pipeline.colleges.ledger.kept import Ledger
from pipeline.colleges.prepared import entries_of, next_events
from pipeline.colleges.recalls import recalled_faults, recalls
from pipeline.compose.posting.parts import LetterPart
from pipeline.core.diagnostics import Diagnostic, errors, ordered
from pipeline.core.files import LaidOut
from pipeline.core.messages import message
from pipeline.core.printed_code import read_code
from pipeline.core.sentences import count, files_in_words
from pipeline.editions.added import added
from pipeline.editions.copies import Issue, recipients, wanted, words_of_copies, zipped
from pipeline.editions.numbers import Copy, numbered_copies, spare_faults
from pipeline.editions.objections import (
    lacking,
    objections,
    unmet_needs,
    without_contact,
    without_delivery,
)
from pipeline.editions.parcels import parcel
from pipeline.editions.printer import numbered_list, one_file
from pipeline.editions.sealing.manifest import UNSEALED, ParcelSeal
from pipeline.editions.since import changes_for
from pipeline.editions.states import FinishedFile, name_in_parcel
from pipeline.editions.ticket import PrintJob, order_remarks
from pipeline.load.folders import LEDGER
from pipeline.load.register import Entry
from pipeline.load.words import wordbook
from pipeline.model.formats import PRINTED, any_printed
from pipeline.model.library import Library
from pipeline.model.source.college import College
from pipeline.model.source.pack import Pack
from pipeline.model.words import Words, in_words


@dataclass(frozen=True, slots=True)
class PreparedCopies:
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

    issue: Issue
    takers: Mapping[str, College]
    files: tuple[FinishedFile, ...]
    earlier: tuple[Entry, ...]
    today: date
    copies: tuple[Copy, ...] = ()
    """The numbered copies, where they are numbered."""
    order: PrintJob | None = None
    """Order to the printer, if there is one."""
    words: Mapping[str, Words] = field(default_factory=dict)
    changes: Mapping[str, LetterPart] = field(default_factory=dict)
    """Changes for each college, in its words."""
    seal: ParcelSeal = UNSEALED

    def issue_for(self, name: str) -> Issue:
        """The edition as a college has it: with the reasons on record when it was first prepared for it."""
        first = next((entry for entry in self.earlier if entry.college == name), None)
        return replace(self.issue, overridden=first.overridden) if first else self.issue

    def printing(self) -> dict[str, College]:
        """The colleges that the printer sends copies to."""
        pack = self.issue.pack
        return {n: c for n, c in self.takers.items() if c.copies and any_printed(wanted(c, pack))}

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
        return replace(self, order=replace(order, added=added((*self.earlier, *self._printed_now()), asked)))

    def _printed_now(self) -> tuple[Entry, ...]:
        """The printed copies that no entry stands for yet."""
        if not self.copies:
            return tuple(_rows(self))
        new = (copy for copy in self.copies if copy.format in PRINTED and not copy.sha256)
        return tuple(_row(self, copy, "") for copy in new)


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
    issued = edition_to_copy(project, chosen_pack(project.loaded[0], name, "copied"), edition)
    if isinstance(issued, PackToCopy):
        done = prepare(project, ledger_to_write(project), issued, day_of(produced, project), reasons)
    else:
        done = PreparedCopies(issued)
    text = ["No copies were prepared."] if done.refused else _lines(done, project.output_name)
    code = Build(done.remarks, (), ()).exit_code
    return Outcome(done.remarks, text, code, may_be_quiet=not done.refused, whole=whole)


def _lines(done: PreparedCopies, output: str) -> Iterator[str]:
    """The lines that say what was prepared."""
    yield f"{count(len(done.colleges), 'parcel')} in {output}/colleges/…/{done.folder}."
    if done.printed:
        copies = f"{done.printed:,} {'copy' if done.printed == 1 else 'copies'}"
        yield f"{copies} for the printer in {output}/printer/{done.folder}."
    yield f"Their entries were added to {LEDGER}; commit it." if done.rows else "The ledger has them all."


def prepare(
    project: Project, kept: Ledger, issued: PackToCopy, produced: date, reasons: Mapping[str, str]
) -> PreparedCopies:
    """Prepare copies of an issued edition out of its archived files."""
    with turn(project):
        today = max(issued.issue.produced, produced)
        against = against_copies(issued.library, issued.issue.pack, issued.numbered, reasons, today)
        recalled = recalled_faults(recalls(kept.events()).values(), issued.issue)
        if found := (*issued.faults, *recalled, *against):
            return PreparedCopies(ordered(found))
        whole = replace(issued, issue=replace(issued.issue, overridden=tuple(sorted(reasons.items()))))
        return _prepared(project, kept, whole, today)


def against_copies(
    library: Library, pack: Pack, numbered: bool, reasons: Mapping[str, str], today: date
) -> Iterator[Diagnostic]:
    """Reasons against copies of an issued edition, whatever its files are."""
    yield from objections(library, pack, recipients(library, pack, today), reasons, today)
    yield from spare_faults(pack, numbered)
    yield from seal_faults(library)


def _prepared(project: Project, kept: Ledger, whole: PackToCopy, today: date) -> PreparedCopies:
    """Prepare what nothing stands against, and put it on record."""
    library, issue, entries = whole.library, whole.issue, entries_of(kept.events())
    files = tuple(replace(one, name=name_in_parcel(one.name, issue.pack.id, issue.edition)) for one in whole.files)
    pack, takers = issue.pack, recipients(library, issue.pack, today)
    earlier = tuple(entry for entry in entries if entry.issue == (pack.id, issue.edition))
    words = words_of_letters(project, library, takers)
    changes = {n: changes_for(library, issue, entries, n, words[n]) for n in takers}
    job = CopyJob(issue, takers, files, earlier, today, words=words, changes=changes)
    job = replace(job, seal=project_seal(project))
    if whole.numbered:
        job = replace(job, copies=numbered_copies(takers, pack, [file.format for file in files], earlier))
    job = job.with_order()
    laid = LaidOut(project.output)
    try:
        rows, faults = _lay_out_numbered(project, job, library, laid) if whole.numbered else (_lay_out(job, laid), ())
        if any(errors(faults)):
            return PreparedCopies(ordered(faults))
        if rows:
            kept.add_all(instant(moment()), next_events(rows, earlier))
        laid.put()
    finally:
        laid.clear()
    order = job.order
    left = tuple(tidied(project.output, issue, takers, order is not None))
    told = (*faults, *left, *lacking(pack, takers), *(without_delivery(library, order.takers) if order else ()))
    told = (*told, *without_contact(library, pack, takers), *unmet_needs(library, pack, takers))
    told = (*told, *(order_remarks(order, today) if order else ()))
    printed = order.asked + order.order.spare if order else 0
    return PreparedCopies(ordered(told), tuple(takers), printed, len(rows), issue.folder)


def _other_bytes(issue: Issue, files: Sequence[str]) -> Iterator[Diagnostic]:
    """One remark on all files that are not what was prepared before: mostly they have one cause."""
    if files:
        place, day = issue.pack.marks.at("edition"), in_words(issue.produced)
        said = files_in_words(files)
        yield message("copies-changed", place, edition=f"'{issue.edition}'", day=day, files=said)


def _rows(job: CopyJob) -> Iterator[Entry]:
    """An entry for all that is new; where a college takes more copies than before, for those it lacks."""
    issue = job.issue
    for name, college in job.takers.items():
        kinds = wanted(college, issue.pack)
        for file in (file for file in job.files if file.format in kinds):
            asked = college.copies if file.format in PRINTED else 1
            had = sum(e.quantity for e in job.earlier if (e.college, e.format) == (name, file.format))
            if asked > had:
                what = (name, issue.pack.id, issue.edition, issue.pins, file.format)
                yield Entry(*what, asked - had, 0, file.sha256, job.today, issue.overridden)


def _lay_out(job: CopyJob, laid: LaidOut) -> tuple[Entry, ...]:
    """Lay the parcels and the printer's job out beside their places; gives what is new for the ledger."""
    files = [file for file in job.files if file.format not in PRINTED]
    for name, college in job.takers.items():
        kinds = wanted(college, job.issue.pack)
        sent = [file for file in files if file.format in kinds]
        printed = () if any_printed(kinds) else None
        _lay_out_parcel(laid, job, name, sent, printed)
    if job.order:
        for path, content in one_file(job.order).items():
            laid.write(f"printer/{job.issue.folder}", path, content)
    return tuple(_rows(job))


def _lay_out_numbered(
    project: Project, job: CopyJob, library: Library, laid: LaidOut
) -> tuple[tuple[Entry, ...], tuple[Diagnostic, ...]]:
    """The same of numbered copies; and what is wrong with them, if anything is."""
    issue = job.issue
    made: dict[Copy, FinishedFile] = {}
    runs: list[FinishedFile] = []
    changed: list[str] = []

    def lay(copy: Copy, file: FinishedFile) -> None:
        if copy.sha256 not in ("", file.sha256):
            changed.append(file.name)
        laid.write(f"{_folder_of(copy)}/{issue.folder}", file.name, file.content)
        made[copy] = replace(file, content=b"", digest=file.sha256)

    def lay_run(file: FinishedFile) -> None:
        laid.write(f"printer/{issue.folder}", file.name, file.content)
        runs.append(replace(file, content=b"", digest=file.sha256))

    words = words_of_copies(wordbook(project.layouts).of(library.imprint.fields.language), issue)
    numbered = Numbered(library, issue.pack.id, issue.produced, job.files, job.takers, words, read_code(issue.code))
    faults = make_copies(project, numbered, job.copies, lay, lay_run=lay_run)
    if any(errors(against := (*_other_bytes(issue, changed), *faults))):
        return (), against
    for name, college in job.takers.items():
        own = [copy for copy in job.copies if copy.college == name]
        place = f"colleges/{name}/{issue.folder}"
        here = (made[copy] for copy in own if copy.format not in PRINTED)
        sent = [replace(file, content=laid.read(place, file.name)) for file in here]
        numbers = [copy.number for copy in own if copy.format in PRINTED]
        printed = numbers if any_printed(wanted(college, issue.pack)) else None
        _lay_out_parcel(laid, job, name, sent, printed)
    if job.order:
        printing = [(copy.college, made[copy]) for copy in job.copies if copy.format in PRINTED]
        for path, content in numbered_list(replace(job.order, runs=tuple(runs)), printing).items():
            laid.write(f"printer/{issue.folder}", path, content)
    return tuple(_numbered_rows(job, made)), faults


def _folder_of(copy: Copy) -> str:
    return "printer" if copy.format in PRINTED else f"colleges/{copy.college}"


def _numbered_rows(job: CopyJob, made: Mapping[Copy, FinishedFile]) -> Iterator[Entry]:
    """An entry for every copy that has none."""
    for copy in (copy for copy in job.copies if not copy.sha256):
        yield _row(job, copy, made[copy].sha256)


def _row(job: CopyJob, copy: Copy, digest: str) -> Entry:
    what = (copy.college, job.issue.pack.id, job.issue.edition, job.issue.pins, copy.format)
    return Entry(*what, 1, copy.number, digest, job.today, job.issue.overridden)


def _lay_out_parcel(
    laid: LaidOut, job: CopyJob, name: str, sent: Sequence[FinishedFile], printed: Sequence[int] | None
) -> None:
    """A parcel as a folder, and the same as an archive."""
    said = (job.words[name], printed, job.changes[name], job.seal)
    held = parcel(job.issue_for(name), name, job.takers[name], sent, *said)
    place = f"colleges/{name}/{job.issue.folder}"
    for path, content in held.items():
        laid.write(place, path, content)
    laid.write(f"{place}.zip", "", zipped(job.issue.folder, held))
