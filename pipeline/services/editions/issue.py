"""The verb issue: make a pack an edition, once and for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import metadata
from pathlib import Path

import click

from pipeline import __version__
from pipeline.build.api import build
from pipeline.build.checks import PROOFED_KINDS, ProofResult, proof_files
from pipeline.build.output import output_lock
from pipeline.build.project import Project
from pipeline.build.summary import BuildResult
from pipeline.cli.options import DAY, CommonOptions, override_option, production_day
from pipeline.cli.outcome import Outcome, verb_with_outcome
from pipeline.core import sentences as tables
from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location, Severity, UsageError, errors, ordered
from pipeline.core.digests import sha256, tool_versions
from pipeline.core.files import write_atomically
from pipeline.core.git import UnreadableGit, checked_out_commit, committed_objects, uncommitted_paths
from pipeline.core.messages import message
from pipeline.core.printed_code import code_in_register
from pipeline.core.sentences import count_noun, join_names
from pipeline.load.folders import EDITIONS_FOLDER, LEDGER_FILE, REGISTER_FILE, read_folder
from pipeline.load.library import sort_source_files
from pipeline.load.versions import write_gitattributes
from pipeline.load.words import phrase_table
from pipeline.model.formats import EPUB, FORMATS, PDF, Order, format_row, kind_of
from pipeline.model.source.pack import Pack
from pipeline.model.source.versions import (
    FIRST,
    RECORD,
    CopyPhrases,
    EditionRecord,
    IssuedBriefing,
    IssuedFile,
    IssuedInsert,
    Judged,
    JudgedFile,
    Overridden,
    folder_of,
)
from pipeline.model.words import format_date
from pipeline.proof.validators import EPUBCHECK
from pipeline.resolve.packs import has_numbered_copies, insert_path
from pipeline.resolve.reading import PackView
from pipeline.resolve.wording import text_digest
from pipeline.services.editions.archive import open_archive
from pipeline.services.editions.audit import check_pack_chain
from pipeline.services.editions.edition import FinishedFile, pack_status_of, read_pack_with_texts
from pipeline.services.editions.issue_checks import FINAL, IssueRequest, issue_faults, stopping_warnings
from pipeline.services.editions.publish import override_faults
from pipeline.services.editions.record_chain import (
    PackChain,
    SavedRecord,
    find_edition,
    issued_digest,
    read_records,
    serialize_record,
)
from pipeline.services.editions.record_verb import require_pack

SHOWN = 3
"""Files that a message names."""


def uncommitted_faults(project: Project) -> Iterator[Diagnostic]:
    """Yield a fault on files that differ from the last commit, or on git; registers and records are left out."""
    try:
        folders = {"source": project.files, "layouts": read_folder(project.folder, "layouts")}
        diagnostics = Diagnostics()
        sort_source_files(project.files, diagnostics)
        unreadable = {remark.place.path for remark in diagnostics.remarks}
        paths = []
        for folder, files in folders.items():
            contents = {path.removeprefix(f"{folder}/"): content for path, content in files.items()}
            skipped = {path.removeprefix(f"{folder}/") for path in unreadable if path.startswith(f"{folder}/")}
            paths += [f"{folder}/{path}" for path in uncommitted_paths(project.folder / folder, contents, skipped)]
        paths = [
            path
            for path in paths
            if path not in (REGISTER_FILE, LEDGER_FILE) and not path.startswith(f"{EDITIONS_FOLDER}/")
        ]
    except UnreadableGit as reason:
        yield message("issue-uncommitted", Location(), what=str(reason))
        return
    if paths:
        subject, pronoun = (count_noun(len(paths), "file") + " are", "them") if paths[1:] else ("1 file is", "it")
        more = [f"{len(paths) - SHOWN} more"] if len(paths) > SHOWN else []
        what = f"{subject} not as the last commit has {pronoun}: {join_names([*paths[:SHOWN], *more])}."
        yield message("issue-uncommitted", Location(paths[0]), what=what)


OWN_CHECKS = "our own checks"
_RELEASES = {"page-validation": "page-validation", "outloud": "outloud", EPUBCHECK: "epubcheck"}
"""The packages of judges that are packages."""


@dataclass(frozen=True, slots=True)
class IssueOptions:
    """The options of the command."""

    asked: IssueRequest
    by: str | None
    day: date
    reasons: Mapping[str, str]
    strict: bool = False
    """True if every warning stops it."""


@dataclass(frozen=True, slots=True)
class Issued:
    """The result of issuing: the record, or the faults that stopped it; and other warnings."""

    record: SavedRecord | None = None
    faults: tuple[Diagnostic, ...] = ()
    is_final: bool = False
    """True if the faults cannot be overridden."""
    overridden: tuple[Overridden, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class _BuiltPack:
    """The files of a pack as they were built, the faults of them, and the verdicts on them."""

    files: tuple[FinishedFile, ...]
    faults: tuple[Diagnostic, ...]
    judges: tuple[Judged, ...]
    warnings: tuple[Diagnostic, ...] = ()


def issue(project: Project, name: str, order: IssueOptions, only_asked: bool = False) -> Issued:
    """Issue a pack, unless faults stop it. With `only_asked` it is built and proofed, but nothing is written.

    Raises `UsageError` if another edition of the pack is issued meanwhile.
    """
    library, day = project.loaded[0], order.day
    pack = require_pack(library, name, "issued")
    if not only_asked and (archive := open_archive(library.imprint.fields.archive, project.folder)):
        archive.storage.tidy()  # even if the edition is issued already
    chain, view = read_records(project.files).chains.get(name, ()), read_pack_with_texts(library, pack, day)
    early = (*_record_faults(project, name, chain), *uncommitted_faults(project))
    early = (*early, *issue_faults(library, view, chain, order.asked, day, project.files))
    if not only_asked and _is_final(early):
        faults = ordered(remark for remark in early if remark.code in FINAL or remark.code not in order.reasons)
        return Issued(faults=faults, is_final=True)
    built = _build_pack(project, pack, day)
    remarks = ordered((*early, *built.faults, *(built.warnings if order.strict else ())))
    overridden_faults = override_faults(remarks, order.reasons, FINAL, "the issue")
    if faults := tuple(remark for remark in remarks if remark.code not in order.reasons):
        return Issued(faults=faults, is_final=_is_final(faults), warnings=built.warnings)
    record = _record(project, view, chain, order, built, overridden_faults)
    if not only_asked and (faults := _write_record(project, record, chain, built.files)):
        return Issued(faults=faults, is_final=True)
    return Issued(record, overridden=overridden_faults, warnings=built.warnings)


def _is_final(remarks: Sequence[Diagnostic]) -> bool:
    """Return True if some of the remarks cannot be overridden."""
    return any(remark.code in FINAL for remark in remarks)


def _record_faults(project: Project, name: str, chain: PackChain) -> tuple[Diagnostic, ...]:
    """Return the faults of the current records of a pack, as no record is added to a broken chain."""
    imprint = project.loaded[0].imprint
    archive, place = open_archive(imprint.fields.archive, project.folder), imprint.marks.at("archive")
    copies = [(saved, archive.record(name, saved.name)) for saved in chain] if archive else []
    differing = [_differing_record(saved, place) for saved, copy in copies if copy not in (None, saved.content)]
    faults = tuple(check_pack_chain(project, read_folder(project.folder, EDITIONS_FOLDER), name))
    if read_records(read_folder(project.folder, EDITIONS_FOLDER)).chains.get(name, ()) != chain:
        raise UsageError(f"Another edition of '{name}' was issued meanwhile: nothing was written.")
    return (*faults, *differing)


def _build_pack(project: Project, pack: Pack, day: date) -> _BuiltPack:
    """Build the files of a pack, and have all judges check them."""
    result = build(Order((pack.id,), (), day), project)
    files, altered = read_built_files(project, result, pack)
    faults = [*errors(result.remarks), *stopping_warnings(result.remarks), *altered]
    warnings = [remark for remark in result.remarks if remark not in faults]
    missing = [kind for kind in pack.fields.formats if kind not in {file.format for file in files}]
    if missing or not files:
        words = missing and f" as {', '.join(FORMATS[kind].words for kind in missing)}"
        faults.append(message("not-built", pack.marks.at("formats"), name=pack.id, formats=words or ""))
        return _BuiltPack(files, tuple(faults), ())
    paths = [project.output / "packs" / pack.id / file.name for file in files if kind_of(file.name) in PROOFED_KINDS]
    proofed = proof_files(project, paths) if paths else ProofResult((), (), (OWN_CHECKS,))
    verdicts = (count_verdict(name, files, proofed.remarks) for name in proofed.judges)
    judges = tuple(verdict for verdict in verdicts if verdict.files)
    faults += _proof_faults(result, pack, proofed.remarks)
    proof_warnings = (remark for remark in proofed.remarks if remark.severity is Severity.WARNING)
    warnings += [remark for remark in proof_warnings if not _is_missing(remark)]
    return _BuiltPack(files, tuple(faults), judges, ordered(warnings))


def read_built_files(
    project: Project, result: BuildResult, pack: Pack
) -> tuple[tuple[FinishedFile, ...], tuple[Diagnostic, ...]]:
    """Return the files of a pack from the output folder, and a fault on each that was changed since the build."""
    files, altered = [], []
    for output in (output for output in result.outputs if output.owner == f"packs/{pack.id}"):
        path = project.output / output.path
        content = path.read_bytes() if path.is_file() else b""
        if sha256(content) != output.sha256:
            altered.append(message("copies-altered", Location(f"output/{output.path}")))
        files.append(FinishedFile(output.format, path.name, content, output.pages))  # type: ignore[arg-type]  # text there
    return tuple(sorted(files, key=lambda file: pack.fields.formats.index(file.format))), tuple(altered)


def _is_missing(remark: Diagnostic) -> bool:
    return remark.code == "proof-validator-missing"


def _proof_faults(result: BuildResult, pack: Pack, remarks: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield a fault on each judge that is not installed, and on each file that did not pass."""
    for remark in (remark for remark in remarks if _is_missing(remark)):
        what = f"{remark.validator} did not run: install it with 'briefings doctor --get-validators'."
        yield message("issue-proof", pack.marks.at("formats"), what=what)
    drafts = {f"output/{output.path}" for output in result.faulty}
    failed: dict[str, list[Diagnostic]] = {path: [] for path in sorted(drafts)}
    for remark in errors(remark for remark in remarks if not _is_missing(remark)):
        failed.setdefault(remark.place.path, []).append(remark)
    for path, faults in failed.items():
        place = faults[0].place if faults else Location(path)
        number = count_noun(len(faults), "fault")
        reason = f"{number}, the first: {faults[0].sentence}" if faults else "it is marked as a draft."
        yield message("issue-proof", place, what=f"{Path(path).name} did not pass its proofs: {reason}")


def count_verdict(name: str, files: Sequence[FinishedFile], remarks: Sequence[Diagnostic]) -> Judged:
    """Count the faults that a judge found: a validator, or our own checks."""
    judged = [file for file in files if _looks_at(name, file)]
    its_remarks = [remark for remark in remarks if not _is_missing(remark) and (remark.validator or OWN_CHECKS) == name]
    counts = Counter(remark.severity for remark in its_remarks)
    counts_by_file = Counter((Path(remark.place.path).name, remark.severity) for remark in its_remarks)
    by_file = tuple(
        JudgedFile(
            file=file.name,
            errors=counts_by_file[file.name, Severity.ERROR],
            warnings=counts_by_file[file.name, Severity.WARNING],
        )
        for file in judged
    )
    release = __version__ if name == OWN_CHECKS else metadata.version(_RELEASES[name]) if name in _RELEASES else None
    return Judged(
        name=name,
        release=release,
        files=len(judged),
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        by_file=by_file,
    )


def _looks_at(name: str, file: FinishedFile) -> bool:
    row = format_row(file.format)
    if name == OWN_CHECKS:
        return True
    return row.kind is EPUB if name == EPUBCHECK else row.kind is PDF and row.heard


def _record(
    project: Project,
    view: PackView,
    chain: PackChain,
    order: IssueOptions,
    built: _BuiltPack,
    overridden_faults: tuple[Overridden, ...],
) -> SavedRecord:
    """Make the record of the issue, which follows the last of its chain."""
    library, pack, day = project.loaded[0], view.pack, order.day
    words = phrase_table(project.layouts).of(library.imprint.fields.language)
    last, corrected_name = (chain[-1] if chain else None), order.asked.corrects
    corrects = find_edition(chain, corrected_name) if corrected_name else None
    phrases = CopyPhrases(unnumbered=words.phrases["unnumbered"][0], numbered=words.phrases["copy"][0])
    numbered = has_numbered_copies(view)
    edition = pack.fields.edition or ""
    briefings = tuple(_issued_briefings(view, project.files))
    inserts = tuple(
        IssuedInsert(file=insert.insert, title=insert.title, sha256=sha256(project.files.get(insert_path(insert), b"")))
        for insert, _ in view.inserts
    )
    digest = issued_digest(pack.id, edition, briefings, inserts)
    record = EditionRecord(
        pack=pack.id,
        title=pack.fields.title,
        edition=edition,
        number=last.record.number + 1 if last else 1,
        previous=last.sha256 if last else FIRST,
        supersedes=last.record.edition if last else None,
        corrects=corrects.record.edition if corrects else None,
        issued=day,
        approved_by=order.by,
        commit=_commit_of_words(project),
        words=digest,
        code=str(code_in_register(digest, library.codes)),
        statuses=pack_status_of(library, pack, day, words).statuses,
        numbered=numbered,
        copy_phrases=phrases if numbered else None,
        briefings=briefings,
        inserts=inserts,
        files=tuple(
            IssuedFile(
                file=file.name, format=file.format, bytes=len(file.content), pages=file.pages, sha256=file.sha256
            )
            for file in built.files
        ),
        judges=built.judges,
        overridden=overridden_faults,
        tools=dict(sorted(tool_versions())),
    )
    return serialize_record(record)


def _issued_briefings(view: PackView, files: Mapping[str, bytes]) -> Iterator[IssuedBriefing]:
    """Yield the briefings of a pack with the digests of their words; `files` is `source/` by path."""
    for reading in view.present:
        fields = reading.briefing.fields
        record = files.get(f"{folder_of(reading.briefing.id, fields.version)}/{RECORD}")
        digest = text_digest(view.environment, reading)
        yield IssuedBriefing(
            id=reading.briefing.id,
            version=fields.version,
            title=fields.title,
            digest=digest,
            kept=sha256(record) if record and (reading.kept or digest.encode() in record) else None,
        )


def _commit_of_words(project: Project) -> str | None:
    """Return the commit for a record; None if git does not track the sources, or cannot be read."""
    try:
        return checked_out_commit(project.folder) if committed_objects(project.folder / "source") else None
    except UnreadableGit:
        return None


def _write_record(
    project: Project, record: SavedRecord, chain: PackChain, files: Sequence[FinishedFile]
) -> tuple[Diagnostic, ...]:
    """Archive the files, read them back, and write the record last; return a fault if the archive differs."""
    archive = open_archive(project.loaded[0].imprint.fields.archive, project.folder)
    if archive is None:
        return (message("archive-missing", project.loaded[0].imprint.marks.at()),)
    with output_lock(project):
        if broken := _record_faults(project, record.record.pack, chain):
            return ordered(broken)
        if (project.folder / record.path).exists():
            raise UsageError(f"{record.path} is there already: nothing was written.")
        place = project.loaded[0].imprint.marks.at("archive")
        differing = [file for file in files if not archive.keep(file.content)]
        if differing:
            what = "The archive holds other bytes than '{}' under its SHA-256, {}."
            return tuple(
                message("archive-differs", place, what=what.format(file.name, file.sha256)) for file in differing
            )
        write_gitattributes(project.folder / EDITIONS_FOLDER / ".gitattributes")
        write_atomically(project.folder / record.path, record.content, durable=True)
        for saved in (*chain, record):
            if not archive.keep_record(saved.record.pack, saved.name, saved.content):
                return (_differing_record(saved, place),)
    return ()


def _differing_record(saved: SavedRecord, place: Location) -> Diagnostic:
    """Return the fault that the archive has another record of an edition."""
    what = f"The archive's copy of {saved.name} of '{saved.record.pack}' is another than the record here."
    return message("archive-differs", place, what=what)


@click.command("issue")
@click.argument("name", metavar="PACK")
@click.option("--edition", metavar="NAME", help="The edition; refused if the pack's file has another.")
@click.option("--corrects", metavar="NAME", help="The previous edition, if this one corrects a mistake in it.")
@click.option("--by", metavar="ROLE", help="Who approves the issue, such as 'Head of evidence'.")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The day of the issue (default: today).")
@override_option("CODE=REASON", "Override a message; the record keeps the reason.")
@click.option("--dry-run", is_flag=True, help="Show objections and the files that would be written; write nothing.")
@click.option("--jobs", type=click.IntRange(1), help="Number of processes (default: one per processor).")
@verb_with_outcome("text", "json", "sarif", jobs=None)
def verb(
    project: Project,
    name: str,
    edition: str | None,
    corrects: str | None,
    by: str | None,
    produced: datetime | None,
    reasons: dict[str, str],
    dry_run: bool,
) -> Outcome:
    """Issue a pack as an edition, and archive its files.

    Every briefing must be published, in force and not overdue. Every recipient must be allowed to have it, and
    every validator must have run. The record is written last, so an edition is complete or does not exist.
    """
    by = " ".join(by.split()) if by is not None else None
    if by is not None and not (by and by.isprintable()):
        raise click.UsageError("--by takes the role that approves the issue, such as 'Head of evidence'.")
    strict = CommonOptions(click.get_current_context()).strict
    order = IssueOptions(IssueRequest(edition, corrects), by, production_day(produced, project), reasons, strict)
    result = issue(project, name, order, only_asked=dry_run)
    text, code = _lines(result, dry_run), bool(result.faults)
    saved = result.record
    return Outcome(
        result.faults,
        text,
        code,
        data={"record": {"edition": saved.record.edition, "path": saved.path, "sha256": saved.sha256}} if saved else {},
        beside=result.warnings,
    )


def _lines(result: Issued, dry_run: bool) -> list[str]:
    if result.record is None:
        codes = [*dict.fromkeys(fault.code for fault in result.faults)]
        code = codes[0] if len(codes) == 1 else "CODE"
        hint = "" if result.is_final else f" --override {code}=REASON issues it all the same."
        return [f"Not issued: {tables.count_diagnostics(result.faults)} ({', '.join(codes)}).{hint}"]
    record = result.record.record
    files = tables.count_noun(len(record.files), "file")
    lines = [f"Issued despite {fault.code}: {fault.reason}" for fault in result.overridden] if not dry_run else []
    if dry_run:
        lines.append(f"'{record.edition}' of '{record.pack}' would be issued; nothing was. These would be written:")
        return [*lines, f"  {result.record.path}", f"  {files} into the archive"]
    day = format_date(record.issued)
    lines.append(f"'{record.edition}' of '{record.pack}' is issued on {day}: {files} in the archive.")
    lines.append(f"Its record is {result.record.path}, SHA-256 {result.record.sha256[:8]}…; commit source/editions.")
    return lines
