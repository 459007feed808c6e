"""The verb copies: prepare parcels for colleges, the print job and the ledger entries of an issued edition."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import click

from pipeline.bind.print.print_file import read_print_facts
from pipeline.build.output import output_lock
from pipeline.build.project import Project
from pipeline.build.summary import BuildResult
from pipeline.cli.options import DAY, all_option, now_utc, override_option, production_day
from pipeline.cli.outcome import Outcome, verb_with_outcome
from pipeline.core.diagnostics import Diagnostic, Location, UsageError, errors, ordered
from pipeline.core.files import StagedPaths, remove_path
from pipeline.core.messages import message
from pipeline.core.printed_code import read_code
from pipeline.core.sentences import count_noun, name_files
from pipeline.load.folders import LEDGER_FILE
from pipeline.load.register import CopyEntry
from pipeline.load.words import phrase_table
from pipeline.model.formats import PRINTED, Format, any_printed, kind_of
from pipeline.model.library import Library
from pipeline.model.source.college import College
from pipeline.model.source.pack import Pack
from pipeline.model.words import Phrases, format_date
from pipeline.resolve.citations.works import works_that_forbid_pack
from pipeline.resolve.wording import status_page_of
from pipeline.services.colleges.ledger import create_copy_events, list_copy_entries, open_ledger_to_write
from pipeline.services.colleges.ledger_events import format_instant
from pipeline.services.colleges.ledger_stores import Ledger
from pipeline.services.colleges.letters import ParcelContents, compose_changes_for, find_letter_words
from pipeline.services.colleges.numbered_copies import NumberedCopyJob, make_numbered_copies
from pipeline.services.colleges.parcels import ParcelSeal, build_parcel, create_project_seal, is_manifest_of
from pipeline.services.colleges.print_job import (
    PrintJob,
    check_print_order,
    find_added_copies,
    format_numbered_job,
    format_plain_job,
)
from pipeline.services.colleges.recalls import edition_is_not_recalled, list_recalls
from pipeline.services.colleges.recipients import (
    NumberedCopy,
    PreparedEdition,
    access_needs_are_met,
    assign_copy_numbers,
    colleges_get_their_formats,
    find_recipients,
    list_wanted_formats,
    numbered_pack_has_no_spare,
    parcels_have_a_recipient,
    printed_copies_have_an_address,
    select_print_takers,
)
from pipeline.services.colleges.signing_keys import signing_key_is_set
from pipeline.services.editions.audit import check_pack_chain
from pipeline.services.editions.edition import FinishedFile, name_in_parcel, pack_status_of, read_pack_with_texts
from pipeline.services.editions.issue_checks import obstacles, report_obstacle
from pipeline.services.editions.record_chain import SavedRecord, edition_code, find_edition, read_records
from pipeline.services.editions.record_verb import archived_files, library_as_issued, require_edition, require_pack

_SINCE_ISSUE = ("retired", "overdue", "gone", "corrected")
"""Obstacles that can appear after the issue."""


def check_obstacles(
    library: Library, pack: Pack, recipients: Mapping[str, College], reasons: Mapping[str, str], today: date
) -> Iterator[Diagnostic]:
    """Yield the obstacles to copies on a day, without those that `reasons` override, by the name of a briefing."""
    if not recipients:
        yield message("copies-nobody", pack.marks.at("recipients"))
    binding = read_pack_with_texts(library, pack, today)
    found = [
        (obstacle.name, report_obstacle(obstacle, override=obstacle.name))
        for obstacle in obstacles(library, binding, today)
        if obstacle.kind in _SINCE_ISSUE
    ]
    for name, remark in works_that_forbid_pack(binding):
        path = next((member.path for member in binding.members if member.id == name), ())
        found.append((name, message("copies-work", pack.marks.at(*path), name=name, sentence=remark.sentence)))
    for name in reasons.keys() - dict(found).keys():
        raise UsageError(
            f"'{name}' needs no reason: it is there, in force, not overdue and not corrected, its works "
            "hold, or the pack does not hold it."
        )
    yield from (diagnostic for name, diagnostic in found if name not in reasons)


@dataclass(frozen=True, slots=True)
class IssuedEdition:
    """An issued edition with the library and the files that copies are made from."""

    library: Library
    """The library with the pack as it was bound."""
    prepared: PreparedEdition
    saved: SavedRecord
    files: tuple[FinishedFile, ...]
    faults: tuple[Diagnostic, ...] = ()
    """Files that differ from the issued ones."""


def read_issued_edition(project: Project, pack: Pack, edition: str | None) -> IssuedEdition | tuple[Diagnostic, ...]:
    """Read an edition from its record and the archive, by default the one that the pack names; or return why not."""
    if broken := tuple(check_pack_chain(project, project.files, pack.id)):
        return ordered(broken)
    chain = read_records(project.files).chains.get(pack.id, ())
    saved = require_edition(chain, pack.id, edition) if edition else find_edition(chain, pack.fields.edition or "")
    if saved is None:
        name = f" as {pack.fields.edition}" if chain else ""
        return (message("deliver-unissued", pack.marks.at("edition"), pack=pack.id, edition=name),)
    record = saved.record
    library, bound = library_as_issued(project, saved, pack)
    words = phrase_table(project.layouts).of(library.imprint.fields.language)
    prepared = PreparedEdition(
        bound,
        record.title,
        record.edition,
        tuple((briefing.id, briefing.version, briefing.title) for briefing in record.briefings),
        record.issued,
        library.imprint,
        state=replace(pack_status_of(library, bound, record.issued, words), statuses=record.statuses),
        record=saved.sha256,
        last_record=chain[-1].sha256,
        code=record.code,
        status_page=status_page_of(library.imprint.fields.status_pages, edition_code(record)),
        phrases=record.copy_phrases,
    )
    contents, faults = archived_files(project, saved)
    files = tuple(
        FinishedFile(file.format, file.file, contents[file.file], file.pages)
        for file in record.files
        if file.file in contents
    )
    return IssuedEdition(library, prepared, saved, files, faults)


def remove_stale_copies(
    output: Path, prepared: PreparedEdition, recipients: Collection[str], printed: bool
) -> Iterator[Diagnostic]:
    """Remove parcels of this edition for colleges that no longer get it, and a print job that is not needed.

    Yields what the system refuses to remove, such as files of another user: by now the copies are on record.
    """
    for manifest in sorted(output.glob(f"colleges/*/{prepared.folder}/manifest.json")):
        folder = manifest.parent
        if folder.parent.name in recipients or folder.parent.is_symlink():
            continue
        try:
            if is_manifest_of(manifest.read_bytes(), prepared.pack.id, prepared.edition):
                remove_path(folder.with_name(f"{prepared.folder}.zip"), whole=True)
                remove_path(folder, whole=True)
                if not any(folder.parent.iterdir()):
                    folder.parent.rmdir()
        except OSError as refusal:
            yield _report_refusal(output, folder, refusal)
    job = output / "printer" / prepared.folder
    try:
        if not printed and (job / "job-ticket.txt").is_file():
            remove_path(job, whole=True)
    except OSError as refusal:
        yield _report_refusal(output, job, refusal)


def _report_refusal(output: Path, folder: Path, refusal: OSError) -> Diagnostic:
    place = Location(f"output/{folder.relative_to(output).as_posix()}")
    return message("copies-left", place, reason=(refusal.strerror or "it is in use").lower())


@dataclass(frozen=True, slots=True)
class CopiesOutcome:
    """The result of the command."""

    remarks: tuple[Diagnostic, ...] = ()
    colleges: tuple[str, ...] = ()
    printed: int = 0
    """Number of copies in the print job."""
    entries: int = 0
    """Number of entries added to the ledger."""
    folder: str = ""
    """The name of the edition's folders."""

    @property
    def refused(self) -> bool:
        """Whether nothing was prepared."""
        return not self.colleges


@dataclass(frozen=True, slots=True)
class CopyJob:
    """An edition, its recipients and files, and the copies that were prepared before."""

    library: Library
    prepared: PreparedEdition
    recipients: Mapping[str, College]
    words: Mapping[str, Phrases]
    """The words of each college's language."""
    files: tuple[FinishedFile, ...]
    entries: tuple[CopyEntry, ...]
    """The prepared copies of all editions on record."""
    earlier: tuple[CopyEntry, ...]
    """Those of this edition."""
    copies: tuple[NumberedCopy, ...]
    """The numbered copies, if copies are numbered."""
    today: date
    seal: ParcelSeal

    def prepared_for(self, name: str) -> PreparedEdition:
        """Return the edition with the override reasons that are on record for a college."""
        first = next((entry for entry in self.earlier if entry.college == name), None)
        return replace(self.prepared, overridden=first.overridden) if first else self.prepared

    def entry(self, college: str, format: Format, quantity: int, number: int, digest: str) -> CopyEntry:
        """Return the entry of new copies for the ledger."""
        issue = (self.prepared.pack.id, self.prepared.edition, self.prepared.pins)
        return CopyEntry(college, *issue, format, quantity, number, digest, self.today, self.prepared.overridden)

    def new_entries(self) -> Iterator[CopyEntry]:
        """Yield entries for new copies without numbers; if a college gets more than before, for the difference."""
        for name, college in self.recipients.items():
            formats = list_wanted_formats(college, self.prepared.pack)
            for file in (file for file in self.files if file.format in formats):
                wanted = college.copies if file.format in PRINTED else 1
                entries = (entry for entry in self.earlier if (entry.college, entry.format) == (name, file.format))
                before = sum(entry.quantity for entry in entries)
                if wanted > before:
                    yield self.entry(name, file.format, wanted - before, 0, file.sha256)

    def print_job(self) -> PrintJob | None:
        """Return the job for the printer, if anything is to be printed."""
        pack = self.prepared.pack
        takers = select_print_takers(self.recipients, pack)
        master = next((file for file in self.files if file.format in PRINTED), None)
        if master is None or not (takers or pack.fields.print.spare):
            return None
        printed = [copy for copy in self.copies if copy.format in PRINTED]
        numbers: dict[str, list[int]] = {}
        for copy in printed:
            numbers.setdefault(copy.college, []).append(copy.number)
        new = [self.entry(copy.college, copy.format, 1, copy.number, "") for copy in printed if not copy.sha256]
        entries = (*self.earlier, *(new if self.copies else self.new_entries()))
        added = find_added_copies(entries, {name: college.copies for name, college in takers.items()})
        return PrintJob(self.prepared, master, read_print_facts(master.content), takers, numbers, added=added)


@click.command("copies")
@click.argument("name", metavar="PACK")
@click.option("--edition", metavar="NAME", help="The edition (default: that of the pack's file).")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The date in the ledger (default: today).")
@click.option("--jobs", type=click.IntRange(1), help="Number of processes (default: one per processor).")
@override_option("NAME=REASON", "Override an objection to a briefing; the ledger keeps the reason.")
@all_option
@verb_with_outcome("text", "json", "sarif", jobs=None)
def verb(
    project: Project, name: str, edition: str | None, produced: datetime | None, reasons: dict[str, str], whole: bool
) -> Outcome:
    """Prepare the copies of an edition for colleges and printer.

    Copies are made from the archived files. Run it again at any time: the result is the same, and only new copies
    are added to the ledger.
    """
    issued = read_issued_edition(project, require_pack(project.loaded[0], name, "copied"), edition)
    if isinstance(issued, IssuedEdition):
        ledger = open_ledger_to_write(project)
        outcome = prepare_copies(project, ledger, issued, production_day(produced, project), reasons)
    else:
        outcome = CopiesOutcome(issued)
    text = ["No copies were prepared."] if outcome.refused else _describe_outcome(outcome, project.output_name)
    code = BuildResult(outcome.remarks, (), ()).exit_code
    return Outcome(outcome.remarks, text, code, may_be_quiet=not outcome.refused, whole=whole)


def _describe_outcome(outcome: CopiesOutcome, output: str) -> Iterator[str]:
    yield f"{count_noun(len(outcome.colleges), 'parcel')} in {output}/colleges/…/{outcome.folder}."
    if outcome.printed:
        copies = f"{outcome.printed:,} {'copy' if outcome.printed == 1 else 'copies'}"
        yield f"{copies} for the printer in {output}/printer/{outcome.folder}."
    yield f"Their entries were added to {LEDGER_FILE}; commit it." if outcome.entries else "The ledger has them all."


def prepare_copies(
    project: Project, ledger: Ledger, issued: IssuedEdition, produced: date, reasons: Mapping[str, str]
) -> CopiesOutcome:
    """Prepare copies of an issued edition from its archived files, unless obstacles are found."""
    with output_lock(project):
        prepared = issued.prepared
        today = max(prepared.produced, produced)
        allowed = copies_are_allowed(issued, reasons, today)
        recalled = edition_is_not_recalled(list_recalls(ledger.events()).values(), prepared)
        if found := (*issued.faults, *recalled, *allowed):
            return CopiesOutcome(ordered(found))
        overridden = replace(prepared, overridden=tuple(sorted(reasons.items())))
        return _write_copies(project, ledger, replace(issued, prepared=overridden), today)


def copies_are_allowed(issued: IssuedEdition, reasons: Mapping[str, str], today: date) -> Iterator[Diagnostic]:
    """No obstacle stops copies of an issued edition."""
    library, pack = issued.library, issued.prepared.pack
    yield from check_obstacles(library, pack, find_recipients(library, pack, today), reasons, today)
    yield from numbered_pack_has_no_spare(pack, issued.saved.record.numbered)
    yield from signing_key_is_set(library)


def _create_copy_job(project: Project, issued: IssuedEdition, entries: tuple[CopyEntry, ...], today: date) -> CopyJob:
    library, prepared, pack = issued.library, issued.prepared, issued.prepared.pack
    recipients = find_recipients(library, pack, today)
    files = tuple(replace(file, name=name_in_parcel(file.name, pack.id, prepared.edition)) for file in issued.files)
    earlier = tuple(entry for entry in entries if entry.issue == (pack.id, prepared.edition))
    formats = [file.format for file in files] if issued.saved.record.numbered else []
    return CopyJob(
        library,
        prepared,
        recipients,
        find_letter_words(project, library, recipients),
        files,
        entries,
        earlier,
        assign_copy_numbers(recipients, pack, formats, earlier),
        today,
        create_project_seal(project),
    )


def _write_copies(project: Project, ledger: Ledger, issued: IssuedEdition, today: date) -> CopiesOutcome:
    """Write parcels and print job, and add their entries to the ledger."""
    job = _create_copy_job(project, issued, list_copy_entries(ledger.events()), today)
    print_job, staged = job.print_job(), StagedPaths(project.output)
    try:
        if issued.saved.record.numbered:
            new, faults = _stage_numbered(project, job, print_job, staged)
        else:
            new, faults = _stage_plain(job, print_job, staged), ()
        if any(errors(faults)):
            return CopiesOutcome(ordered(faults))
        if new:
            ledger.add_all(format_instant(now_utc()), create_copy_events(new, job.earlier))
        staged.put()
    finally:
        staged.clear()
    stale = remove_stale_copies(project.output, job.prepared, job.recipients, print_job is not None)
    printed = print_job.asked + print_job.order.spare if print_job else 0
    remarks = ordered((*faults, *stale, *_check_copies(job, print_job)))
    return CopiesOutcome(remarks, tuple(job.recipients), printed, len(new), job.prepared.folder)


def _check_copies(job: CopyJob, print_job: PrintJob | None) -> Iterator[Diagnostic]:
    """Yield the gaps for recipients, and the questions of the printer."""
    library, pack, recipients = job.library, job.prepared.pack, job.recipients
    yield from colleges_get_their_formats(pack, recipients)
    yield from parcels_have_a_recipient(library, pack, recipients)
    yield from access_needs_are_met(library, pack, recipients)
    if print_job:
        yield from printed_copies_have_an_address(library, print_job.takers)
        yield from check_print_order(print_job, job.today)


def _stage_plain(job: CopyJob, print_job: PrintJob | None, staged: StagedPaths) -> tuple[CopyEntry, ...]:
    """Stage the parcels and the print job without numbered copies; return the new entries."""
    files = [file for file in job.files if file.format not in PRINTED]
    for name, college in job.recipients.items():
        formats = list_wanted_formats(college, job.prepared.pack)
        _stage_parcel(staged, job, name, [file for file in files if file.format in formats], ())
    if print_job:
        for path, content in format_plain_job(print_job).items():
            staged.write(f"printer/{job.prepared.folder}", path, content)
    return tuple(job.new_entries())


def _stage_numbered(
    project: Project, job: CopyJob, print_job: PrintJob | None, staged: StagedPaths
) -> tuple[tuple[CopyEntry, ...], tuple[Diagnostic, ...]]:
    """Stage the parcels and the print job with numbered copies; return the new entries, and faults of the copies."""
    prepared = job.prepared
    printer = f"printer/{prepared.folder}"
    files: dict[NumberedCopy, FinishedFile] = {}
    runs: list[FinishedFile] = []
    changed: list[str] = []

    def write_copy(copy: NumberedCopy, file: FinishedFile) -> None:
        if copy.sha256 not in ("", file.sha256):
            changed.append(file.name)
        folder = printer if copy.format in PRINTED else f"colleges/{copy.college}/{prepared.folder}"
        staged.write(folder, file.name, file.content)
        files[copy] = replace(file, content=b"", digest=file.sha256)

    def write_run(file: FinishedFile) -> None:
        staged.write(printer, file.name, file.content)
        runs.append(replace(file, content=b"", digest=file.sha256))

    words = phrase_table(project.layouts).of(job.library.imprint.fields.language)
    if prepared.phrases:  # the words on copies that the pages of the edition have
        phrases = {"unnumbered": (prepared.phrases.unnumbered,), "copy": (prepared.phrases.numbered,)}
        words = replace(words, phrases={**words.phrases, **phrases})
    code = read_code(prepared.code)
    pack, day = prepared.pack.id, prepared.produced
    numbered = NumberedCopyJob(job.library, pack, day, job.files, job.copies, job.recipients, words, code)
    faults = make_numbered_copies(project, numbered, write_copy, write_run)
    if changed:  # one message for all files that differ from earlier copies: mostly they have one cause
        values = {"day": format_date(prepared.produced), "files": name_files(changed)}
        place = prepared.pack.marks.at("edition")
        faults = (message("copies-changed", place, edition=f"'{prepared.edition}'", **values), *faults)
    if any(errors(faults)):
        return (), faults
    for name in job.recipients:
        folder = f"colleges/{name}/{prepared.folder}"
        copies = [copy for copy in job.copies if copy.college == name]
        sent = (files[copy] for copy in copies if copy.format not in PRINTED)
        sent_files = [replace(file, content=staged.read(folder, file.name)) for file in sent]
        _stage_parcel(staged, job, name, sent_files, [copy.number for copy in copies if copy.format in PRINTED])
    if print_job:
        printed = [(copy.college, files[copy]) for copy in job.copies if copy.format in PRINTED]
        for path, content in format_numbered_job(replace(print_job, runs=tuple(runs)), printed).items():
            staged.write(printer, path, content)
    new = (copy for copy in job.copies if not copy.sha256)
    return tuple(job.entry(copy.college, copy.format, 1, copy.number, files[copy].sha256) for copy in new), faults


def _stage_parcel(
    staged: StagedPaths, job: CopyJob, name: str, files: Sequence[FinishedFile], numbers: Sequence[int]
) -> None:
    """Stage a parcel as a folder and as an archive. `numbers` are those of the college's printed copies."""
    college, words, prepared = job.recipients[name], job.words[name], job.prepared
    printed = numbers if any_printed(list_wanted_formats(college, prepared.pack)) else None
    changes = compose_changes_for(job.library, prepared, job.entries, name, words)
    parcel = build_parcel(
        job.prepared_for(name), ParcelContents(name, college, files, words, printed, changes), job.seal
    )
    folder = f"colleges/{name}/{prepared.folder}"
    for path, content in parcel.items():
        staged.write(folder, path, content)
    staged.write(f"{folder}.zip", "", _zip_files(prepared.folder, parcel))


def _zip_files(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Return an archive of files in a folder: the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            kind = kind_of(name)
            entry.compress_type = zipfile.ZIP_STORED if kind and kind.packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return out.getvalue()
