"""The verb copies: prepare parcels for colleges, the print job and the ledger entries of an issued edition."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from pipeline.model.formats import PRINTED, Format, Need, any_printed, kind_of, meeting
from pipeline.model.library import Library
from pipeline.model.source.college import College
from pipeline.model.source.pack import Pack
from pipeline.model.words import Phrases, format_date
from pipeline.resolve.citations.works import works_that_forbid_pack
from pipeline.resolve.reading import PackView
from pipeline.resolve.wording import status_page_of
from pipeline.services.colleges.ledger import create_copy_events, list_copy_entries, open_ledger_to_write
from pipeline.services.colleges.ledger_events import format_instant
from pipeline.services.colleges.ledger_stores import Ledger
from pipeline.services.colleges.letters import LetterPart, ParcelContents, compose_changes_for, find_letter_words
from pipeline.services.colleges.manifest import UNSEALED, ParcelSeal, is_manifest_of
from pipeline.services.colleges.numbered_copies import NumberedCopyJob, make_numbered_copies
from pipeline.services.colleges.parcels import build_parcel, create_project_seal
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
    assign_copy_numbers,
    find_recipients,
    list_missing_formats,
    list_wanted_formats,
    numbered_pack_has_no_spare,
)
from pipeline.services.colleges.signing_keys import signing_key_is_set
from pipeline.services.editions.audit import check_pack_chain
from pipeline.services.editions.edition import FinishedFile, name_in_parcel, pack_status_of, read_pack_with_texts
from pipeline.services.editions.gates import Obstacle, ObstacleKind, obstacles
from pipeline.services.editions.record import archived_files, library_as_issued, require_edition, require_pack
from pipeline.services.editions.records import SavedRecord, edition_code, find_edition, read_records


def check_obstacles(
    library: Library, pack: Pack, takers: Mapping[str, College], reasons: Mapping[str, str], today: date
) -> Iterator[Diagnostic]:
    """Yield the obstacles to copies on a day, without those that `reasons` override, by name."""
    if not takers:
        yield message("copies-nobody", pack.marks.at("recipients"))
    binding = read_pack_with_texts(library, pack, today)
    found = [
        (obstacle.name, _report_obstacle(obstacle))
        for obstacle in obstacles(library, binding, today)
        if obstacle.kind in _CODES
    ]
    found += [(name, _report_work(binding, name, remark)) for name, remark in works_that_forbid_pack(binding)]
    for name in reasons:
        if name not in {obstructed for obstructed, _ in found}:
            raise UsageError(
                f"'{name}' needs no reason: it is there, in force, not overdue and not corrected, its works "
                "hold, or the pack does not hold it."
            )
    yield from (diagnostic for name, diagnostic in found if name not in reasons)


_CODES: Mapping[ObstacleKind, str] = {
    "retired": "issue-status",
    "overdue": "issue-overdue",
    "gone": "copies-gone",
    "corrected": "issue-corrected",
}
"""Obstacles that may have come up since the issue."""


def _report_obstacle(obstacle: Obstacle) -> Diagnostic:
    text = f"'{obstacle.name}' {obstacle.version}"
    values = {"name": obstacle.name, "version": obstacle.version, "text": text, "status": obstacle.status}
    values |= {"review_by": obstacle.review_by, "later": obstacle.later, "override": obstacle.name}
    reason = f"or give a reason, which is recorded: --override {obstacle.name}=REASON."
    hint = f"{obstacle.advice}; {reason}" if obstacle.advice else None
    return message(_CODES[obstacle.kind], obstacle.place, hint=hint, **values)


def _report_work(binding: PackView, name: str, remark: Diagnostic) -> Diagnostic:
    """Report a remark on a work as an obstacle to copies, at the pack's line with the briefing that cites it."""
    path = next((member.way for member in binding.members if member.id == name), ())
    return message("copies-work", binding.pack.marks.at(*path), name=name, sentence=remark.sentence)


def colleges_get_their_formats(pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The pack has the formats that colleges ask for."""
    for name, college in takers.items():
        for format_ in list_missing_formats(college, pack):
            yield message("copies-format", pack.marks.at("formats"), college=name, format=format_)


def printed_copies_have_an_address(library: Library, printing: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The colleges that get copies from the printer have an address."""
    marks = library.list_marks["colleges"]
    for name, college in printing.items():
        if not (college.delivery or college.channels.to("post")):
            copies = "1 printed copy" if college.copies == 1 else f"{college.copies} printed copies"
            values = {"what": f"'{name}' takes {copies}", "where": "where they go"}
            line = "'delivery: Learning unit, Quarry Lane, Fellbrook'"
            yield message("copies-no-delivery", marks.key_at(name), line=line, **values)


def without_contact(library: Library, pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The colleges that get a parcel have a contact or an address."""
    marks = library.list_marks["colleges"]
    for name, college in takers.items():
        files = [format_ for format_ in list_wanted_formats(college, pack) if format_ not in PRINTED]
        if files and not (college.contact or college.delivery):
            values = {"what": f"A parcel is made for '{name}'", "where": "to whom it goes"}
            line = "'contact: learning@fellbrook.example', the mailbox of a role"
            yield message("copies-no-delivery", marks.key_at(name), line=line, **values)


def _compile_words(words: str) -> re.Pattern[str]:
    """Match whole words in any case: neither a telephone nor a microphone is a phone."""
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


_NEEDS: tuple[tuple[re.Pattern[str], Need | None], ...] = (
    (_compile_words(r"braille|audio(?:books?|tapes?)?(?! loop)|recordings?|easy[ -]read|sign language|bsl"), None),
    (_compile_words(r"(?:large|big|larger|bigger)[ -]?(?:print|type|letters)"), "large letters"),
    (
        _compile_words(r"epubs?|e-?readers?|kindles?|(?:smart|i)?phones?|ipads?|tablets?|reflow(?:able|s|ing)?"),
        "reflow",
    ),
    (
        _compile_words(
            r"screen[ -]?readers?|reads? aloud|reading aloud|text[ -]to[ -]speech|magnif(?:y|ying|ied|iers?|ication)"
        ),
        "speech",
    ),
)
"""Access needs that formats meet, by their words. Of the formats that one part of a need names, any will do. No format
of ours is Braille or speech. An audio loop is part of a room."""
_PART_SEPARATOR = re.compile(r";|\band\b|&")


def unmet_needs(library: Library, pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The formats that a college gets meet the access needs that it names in known words."""
    marks = library.list_marks["colleges"]
    for name, college in takers.items():
        wanted = set(list_wanted_formats(college, pack))
        for index, need in enumerate(college.access_needs):
            missing = next((formats for formats in _list_formats_for(need) if not wanted.intersection(formats)), None)
            if missing is not None:
                hint, place = None if missing else ELSEWHERE, marks.at(name, "access_needs", index)
                formats = " or ".join(missing)
                yield message("copies-access", place, hint=hint, college=name, need=need, formats=formats)


def _list_formats_for(need: str) -> Iterator[tuple[Format, ...]]:
    """Yield the formats that would meet each part of a need with known words."""
    for part in _PART_SEPARATOR.split(need):
        if needs := [need for pattern, need in _NEEDS if pattern.search(part)]:
            yield tuple(dict.fromkeys(format_ for need in needs if need for format_ in meeting(need)))


ELSEWHERE = "None of our formats would do: have it made elsewhere, and send it beside the parcel."


@dataclass(frozen=True, slots=True)
class IssuedEdition:
    """An issued edition with the library and the files that copies are made from."""

    library: Library
    """The library with the pack as it was bound."""
    prepared: PreparedEdition
    saved: SavedRecord
    files: tuple[FinishedFile, ...]
    numbered: bool
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
    return IssuedEdition(library, prepared, saved, files, record.numbered, faults)


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
    """An edition, its recipients and files, and the copies of it that were prepared before."""

    prepared: PreparedEdition
    recipients: Mapping[str, College]
    files: tuple[FinishedFile, ...]
    earlier: tuple[CopyEntry, ...]
    today: date
    copies: tuple[NumberedCopy, ...] = ()
    """The numbered copies, if copies are numbered."""
    order: PrintJob | None = None
    words: Mapping[str, Phrases] = field(default_factory=dict)
    """The words of each college's language."""
    changes: Mapping[str, LetterPart] = field(default_factory=dict)
    """What has changed for each college."""
    seal: ParcelSeal = UNSEALED

    def prepared_for(self, name: str) -> PreparedEdition:
        """Return the edition with the override reasons that are on record for a college."""
        first = next((entry for entry in self.earlier if entry.college == name), None)
        return replace(self.prepared, overridden=first.overridden) if first else self.prepared

    def printing(self) -> dict[str, College]:
        """Return the colleges that get printed copies."""
        pack = self.prepared.pack
        return {
            name: college
            for name, college in self.recipients.items()
            if college.copies and any_printed(list_wanted_formats(college, pack))
        }

    def with_order(self) -> CopyJob:
        """Add the order for the printer, if anything is to be printed."""
        master = next((file for file in self.files if file.format in PRINTED), None)
        if master is None or not (self.printing() or self.prepared.pack.fields.print.spare):
            return self
        numbers: dict[str, list[int]] = {}
        printed = [copy for copy in self.copies if copy.format in PRINTED]
        for copy in printed:
            numbers.setdefault(copy.college, []).append(copy.number)
        order = PrintJob(self.prepared, master, read_print_facts(master.content), self.printing(), numbers)
        ordered_copies = {name: college.copies for name, college in order.takers.items()}
        new = [_create_entry(self, copy, "") for copy in printed if not copy.sha256]
        entries = new if self.copies else list(_list_new_entries(self))
        return replace(self, order=replace(order, added=find_added_copies((*self.earlier, *entries), ordered_copies)))


@click.command("copies")
@click.argument("name", metavar="PACK")
@click.option("--edition", metavar="NAME", help="The edition that is meant (default: the one that the pack names).")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The day of the entries (default: today).")
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@override_option("NAME=REASON", "Prepare copies despite an objection to a briefing; the reason is kept in the ledger.")
@all_option
@verb_with_outcome("text", "json", "sarif", jobs=None)
def verb(
    project: Project, name: str, edition: str | None, produced: datetime | None, reasons: dict[str, str], whole: bool
) -> Outcome:
    """Prepare the copies of an issued edition: parcels, a job for the printer, and the ledger.

    They are made of the archived files. Prepared again, they are the same; only what is new gets an entry.
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
        allowed = copies_are_allowed(issued.library, prepared.pack, issued.numbered, reasons, today)
        recalled = edition_is_not_recalled(list_recalls(ledger.events()).values(), prepared)
        if found := (*issued.faults, *recalled, *allowed):
            return CopiesOutcome(ordered(found))
        overridden = replace(prepared, overridden=tuple(sorted(reasons.items())))
        return _write_copies(project, ledger, replace(issued, prepared=overridden), today)


def copies_are_allowed(
    library: Library, pack: Pack, numbered: bool, reasons: Mapping[str, str], today: date
) -> Iterator[Diagnostic]:
    """No obstacle stops copies of an issued edition."""
    yield from check_obstacles(library, pack, find_recipients(library, pack, today), reasons, today)
    yield from numbered_pack_has_no_spare(pack, numbered)
    yield from signing_key_is_set(library)


def _write_copies(project: Project, ledger: Ledger, issued: IssuedEdition, today: date) -> CopiesOutcome:
    """Write parcels and print job, and add their entries to the ledger."""
    library, prepared, entries = issued.library, issued.prepared, list_copy_entries(ledger.events())
    pack, recipients = prepared.pack, find_recipients(library, prepared.pack, today)
    files = tuple(replace(file, name=name_in_parcel(file.name, pack.id, prepared.edition)) for file in issued.files)
    earlier = tuple(entry for entry in entries if entry.issue == (pack.id, prepared.edition))
    words = find_letter_words(project, library, recipients)
    changes = {name: compose_changes_for(library, prepared, entries, name, words[name]) for name in recipients}
    job = CopyJob(prepared, recipients, files, earlier, today, words=words, changes=changes)
    job = replace(job, seal=create_project_seal(project))
    if issued.numbered:
        formats = [file.format for file in files]
        job = replace(job, copies=assign_copy_numbers(recipients, pack, formats, earlier))
    job = job.with_order()
    staged = StagedPaths(project.output)
    try:
        if issued.numbered:
            new, faults = _stage_numbered(project, job, library, staged)
        else:
            new, faults = _stage_plain(job, staged), ()
        if any(errors(faults)):
            return CopiesOutcome(ordered(faults))
        if new:
            ledger.add_all(format_instant(now_utc()), create_copy_events(new, earlier))
        staged.put()
    finally:
        staged.clear()
    order = job.order
    remarks = [*faults, *remove_stale_copies(project.output, prepared, recipients, order is not None)]
    remarks += [
        *colleges_get_their_formats(pack, recipients),
        *(printed_copies_have_an_address(library, order.takers) if order else ()),
    ]
    remarks += [*without_contact(library, pack, recipients), *unmet_needs(library, pack, recipients)]
    remarks += check_print_order(order, today) if order else ()
    printed = order.asked + order.order.spare if order else 0
    return CopiesOutcome(ordered(remarks), tuple(recipients), printed, len(new), prepared.folder)


def _list_new_entries(job: CopyJob) -> Iterator[CopyEntry]:
    """Yield entries for all new copies; if a college gets more copies than before, for the difference."""
    prepared = job.prepared
    for name, college in job.recipients.items():
        formats = list_wanted_formats(college, prepared.pack)
        for file in (file for file in job.files if file.format in formats):
            wanted = college.copies if file.format in PRINTED else 1
            entries = (entry for entry in job.earlier if (entry.college, entry.format) == (name, file.format))
            before = sum(entry.quantity for entry in entries)
            if wanted > before:
                columns = (name, prepared.pack.id, prepared.edition, prepared.pins, file.format)
                yield CopyEntry(*columns, wanted - before, 0, file.sha256, job.today, prepared.overridden)


def _stage_plain(job: CopyJob, staged: StagedPaths) -> tuple[CopyEntry, ...]:
    """Stage the parcels and the print job without numbered copies; return the new entries."""
    files = [file for file in job.files if file.format not in PRINTED]
    for name, college in job.recipients.items():
        formats = list_wanted_formats(college, job.prepared.pack)
        sent = [file for file in files if file.format in formats]
        _stage_parcel(staged, job, name, sent, () if any_printed(formats) else None)
    if job.order:
        for path, content in format_plain_job(job.order).items():
            staged.write(f"printer/{job.prepared.folder}", path, content)
    return tuple(_list_new_entries(job))


def _stage_numbered(
    project: Project, job: CopyJob, library: Library, staged: StagedPaths
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

    words = _add_copy_phrases(phrase_table(project.layouts).of(library.imprint.fields.language), prepared)
    code = read_code(prepared.code)
    numbered = NumberedCopyJob(library, prepared.pack.id, prepared.produced, job.files, job.recipients, words, code)
    faults = make_numbered_copies(project, numbered, job.copies, write_copy, lay_run=write_run)
    if changed:  # one message for all files that differ from earlier copies: mostly they have one cause
        values = {"day": format_date(prepared.produced), "files": name_files(changed)}
        place = prepared.pack.marks.at("edition")
        faults = (message("copies-changed", place, edition=f"'{prepared.edition}'", **values), *faults)
    if any(errors(faults)):
        return (), faults
    for name, college in job.recipients.items():
        copies = [copy for copy in job.copies if copy.college == name]
        folder = f"colleges/{name}/{prepared.folder}"
        made = (files[copy] for copy in copies if copy.format not in PRINTED)
        sent = [replace(file, content=staged.read(folder, file.name)) for file in made]
        numbers = [copy.number for copy in copies if copy.format in PRINTED]
        formats = list_wanted_formats(college, prepared.pack)
        _stage_parcel(staged, job, name, sent, numbers if any_printed(formats) else None)
    if job.order:
        printed = [(copy.college, files[copy]) for copy in job.copies if copy.format in PRINTED]
        for path, content in format_numbered_job(replace(job.order, runs=tuple(runs)), printed).items():
            staged.write(printer, path, content)
    return tuple(_create_entry(job, copy, files[copy].sha256) for copy in job.copies if not copy.sha256), faults


def _add_copy_phrases(words: Phrases, prepared: PreparedEdition) -> Phrases:
    """Replace the words on copies by those that the pages of the edition bear."""
    if prepared.phrases is None:
        return words
    phrases = {"unnumbered": (prepared.phrases.unnumbered,), "copy": (prepared.phrases.numbered,)}
    return replace(words, phrases={**words.phrases, **phrases})


def _create_entry(job: CopyJob, copy: NumberedCopy, digest: str) -> CopyEntry:
    columns = (copy.college, job.prepared.pack.id, job.prepared.edition, job.prepared.pins, copy.format)
    return CopyEntry(*columns, 1, copy.number, digest, job.today, job.prepared.overridden)


def _stage_parcel(
    staged: StagedPaths, job: CopyJob, name: str, sent: Sequence[FinishedFile], printed: Sequence[int] | None
) -> None:
    """Stage a parcel as a folder and as an archive."""
    contents = ParcelContents(name, job.recipients[name], sent, job.words[name], printed, job.changes[name])
    files = build_parcel(job.prepared_for(name), contents, job.seal)
    folder = f"colleges/{name}/{job.prepared.folder}"
    for path, content in files.items():
        staged.write(folder, path, content)
    staged.write(f"{folder}.zip", "", _zip_files(job.prepared.folder, files))


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
