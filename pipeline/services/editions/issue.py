"""The verb issue: a pack becomes an edition, once and for good."""

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
from pipeline.build.checks import PROOFED, Proofed, inspected
from pipeline.build.output import output_lock
from pipeline.build.project import Project
from pipeline.build.summary import Build
from pipeline.cli.options import DAY, CommonOptions, day_of, overriding
from pipeline.cli.outcome import Outcome, rendered
from pipeline.core import sentences as tables
from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location, Severity, UsageError, errors, ordered
from pipeline.core.digests import sha256, tools
from pipeline.core.files import write_whole
from pipeline.core.git import UnreadableGit, commit_of, committed_in, uncommitted
from pipeline.core.messages import message
from pipeline.core.printed_code import code_among
from pipeline.core.sentences import count, enumerated
from pipeline.load.folders import EDITIONS, LEDGER, REGISTER, read_folder
from pipeline.load.library import sort_files
from pipeline.load.versions import write_gitattributes
from pipeline.load.words import wordbook
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
from pipeline.resolve.packs import is_numbered, path_of
from pipeline.resolve.reading import PackView
from pipeline.resolve.wording import text_digest
from pipeline.services.editions.archive import archive_of
from pipeline.services.editions.audit import pack_chain_faults
from pipeline.services.editions.edition import FinishedFile, read_with_texts, state_of
from pipeline.services.editions.gates import FINAL, Asked, issue_faults, stopping_warnings
from pipeline.services.editions.publish import overridden
from pipeline.services.editions.record import chosen_pack
from pipeline.services.editions.records import Chain, SavedRecord, as_file, edition_of, issued_digest, read_records

SHOWN = 3
"""The number of files that a message names."""


def uncommitted_faults(project: Project) -> Iterator[Diagnostic]:
    """The files that the commit does not hold as they are, or why git cannot be read; records of deeds are left out."""
    try:
        read = {"source": project.files, "layouts": read_folder(project.folder, "layouts")}
        diagnostics = Diagnostics()
        sort_files(project.files, diagnostics)
        unread = {remark.place.path for remark in diagnostics.remarks}
        found = []
        for folder, files in read.items():
            inside = {path.removeprefix(f"{folder}/"): content for path, content in files.items()}
            beside = {path.removeprefix(f"{folder}/") for path in unread if path.startswith(f"{folder}/")}
            found += [f"{folder}/{path}" for path in uncommitted(project.folder / folder, inside, beside)]
        found = [path for path in found if path not in (REGISTER, LEDGER) and not path.startswith(f"{EDITIONS}/")]
    except UnreadableGit as reason:
        yield message("issue-uncommitted", Location(), what=str(reason))
        return
    if found:
        many, them = (count(len(found), "file") + " are", "them") if found[1:] else ("1 file is", "it")
        more = [f"{len(found) - SHOWN} more"] if len(found) > SHOWN else []
        what = f"{many} not as the last commit has {them}: {enumerated([*found[:SHOWN], *more])}."
        yield message("issue-uncommitted", Location(found[0]), what=what)


OURS = "our own checks"
_RELEASES = {"page-validation": "page-validation", "outloud": "outloud", EPUBCHECK: "epubcheck"}
"""The packages of judges that are packages."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """An issue as the command was asked for it."""

    asked: Asked
    by: str | None
    day: date
    reasons: Mapping[str, str]
    strict: bool = False
    """Whether every warning stands against it."""


@dataclass(frozen=True, slots=True)
class Issued:
    """Result of the command: the record, or the remarks that stand against it; and those that stop nothing."""

    record: SavedRecord | None = None
    against: tuple[Diagnostic, ...] = ()
    final: bool = False
    """Whether no reason overrides what stands against it."""
    overridden: tuple[Overridden, ...] = ()
    beside: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """Files of a pack as they were built, and the remarks and verdicts on them."""

    files: tuple[FinishedFile, ...]
    remarks: tuple[Diagnostic, ...]
    judges: tuple[Judged, ...]
    beside: tuple[Diagnostic, ...] = ()


def issue(project: Project, name: str, ordered_as: Ordered, only_asked: bool = False) -> Issued:
    """Issue a pack, unless something stands against it. If it is only asked, all is judged and nothing is written.

    Raises `UsageError` if another edition of it is issued meanwhile.
    """
    library, day = project.loaded[0], ordered_as.day
    pack = chosen_pack(library, name, "issued")
    if not only_asked and (archive := archive_of(library.imprint.fields.archive, project.folder)):
        archive.shelf.tidy()  # also where the edition is issued already
    chain, binding = read_records(project.files).chains.get(name, ()), read_with_texts(library, pack, day)
    first = (*_broken(project, name, chain), *uncommitted_faults(project))
    first = (*first, *issue_faults(library, binding, chain, ordered_as.asked, day, project.files))
    if not only_asked and _is_final(first):
        left = (remark for remark in first if remark.code in FINAL or remark.code not in ordered_as.reasons)
        return Issued(against=ordered(left), final=True)
    found = _made(project, pack, day)
    remarks = ordered((*first, *found.remarks, *(found.beside if ordered_as.strict else ())))
    taken = overridden(remarks, ordered_as.reasons, FINAL, "the issue")
    if against := tuple(remark for remark in remarks if remark.code not in ordered_as.reasons):
        return Issued(against=against, final=_is_final(against), beside=found.beside)
    record = _record(project, binding, chain, ordered_as, found, taken)
    if not only_asked and (faults := _written(project, record, chain, found.files)):
        return Issued(against=faults, final=True)
    return Issued(record, overridden=taken, beside=found.beside)


def _is_final(remarks: Sequence[Diagnostic]) -> bool:
    """Whether no reason overrides some of the remarks."""
    return any(remark.code in FINAL for remark in remarks)


def _broken(project: Project, name: str, chain: Chain) -> tuple[Diagnostic, ...]:
    """Faults of the records of a pack as they are now: nothing is written behind a chain that does not hold."""
    imprint = project.loaded[0].imprint
    archive, place = archive_of(imprint.fields.archive, project.folder), imprint.marks.at("archive")
    copies = [(one, archive.record(name, one.name)) for one in chain] if archive else []
    other = [_differing_record(one, place) for one, copy in copies if copy not in (None, one.content)]
    faults = tuple(pack_chain_faults(project, read_folder(project.folder, EDITIONS), name))
    if read_records(read_folder(project.folder, EDITIONS)).chains.get(name, ()) != chain:
        raise UsageError(f"Another edition of '{name}' was issued meanwhile: nothing was written.")
    return (*faults, *other)


def _made(project: Project, pack: Pack, day: date) -> _Found:
    """The files of a pack, built, and judged by all judges; and what is wrong with them."""
    built = build(Order((pack.id,), (), day), project)
    files, altered = files_as_built(project, built, pack)
    faults = [*errors(built.remarks), *stopping_warnings(built.remarks), *altered]
    beside = [remark for remark in built.remarks if remark not in faults]
    lacking = [kind for kind in pack.fields.formats if kind not in {one.format for one in files}]
    if lacking or not files:
        words = ", ".join(FORMATS[kind].words for kind in lacking) or "files"
        faults.append(message("issue-unmade", pack.marks.at("formats"), name=pack.id, formats=words))
        return _Found(files, tuple(faults), ())
    paths = [project.output / "packs" / pack.id / one.name for one in files if kind_of(one.name) in PROOFED]
    proofed = inspected(project, paths) if paths else Proofed((), (), (OURS,))
    verdicts = (verdict_of(name, files, proofed.remarks) for name in proofed.judges)
    judges = tuple(verdict for verdict in verdicts if verdict.files)
    faults += _proofs(built, pack, proofed.remarks)
    beside += [remark for remark in proofed.remarks if remark.severity is Severity.WARNING and not _is_missing(remark)]
    return _Found(files, tuple(faults), judges, ordered(beside))


def files_as_built(
    project: Project, built: Build, pack: Pack
) -> tuple[tuple[FinishedFile, ...], tuple[Diagnostic, ...]]:
    """The files of the pack as the build has left them, and which of them something else has touched since."""
    made, altered = [], []
    for output in (output for output in built.outputs if output.owner == f"packs/{pack.id}"):
        path = project.output / output.path
        content = path.read_bytes() if path.is_file() else b""
        if sha256(content) != output.sha256:
            altered.append(message("copies-altered", Location(f"output/{output.path}")))
        made.append(FinishedFile(output.format, path.name, content, output.pages))  # type: ignore[arg-type]  # text there
    return tuple(sorted(made, key=lambda file: pack.fields.formats.index(file.format))), tuple(altered)


def _is_missing(remark: Diagnostic) -> bool:
    return remark.code == "proof-validator-missing"


def _proofs(built: Build, pack: Pack, remarks: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """The judges that were not asked, and the files that did not pass."""
    for missing in (remark for remark in remarks if _is_missing(remark)):
        what = f"{missing.validator} was not asked: 'briefings doctor --get-validators' installs it."
        yield message("issue-proof", pack.marks.at("formats"), what=what)
    faulty = {f"output/{output.path}" for output in built.faulty}
    failed: dict[str, list[Diagnostic]] = {path: [] for path in sorted(faulty)}
    for remark in errors(remark for remark in remarks if not _is_missing(remark)):
        failed.setdefault(remark.place.path, []).append(remark)
    for path, found in failed.items():
        place = found[0].place if found else Location(path)
        said = f"{count(len(found), 'fault')}, the first: {found[0].sentence}" if found else "it is marked as a draft."
        yield message("issue-proof", place, what=f"{Path(path).name} did not pass its proofs: {said}")


def verdict_of(name: str, files: Sequence[FinishedFile], remarks: Sequence[Diagnostic]) -> Judged:
    """The verdict of a judge: a validator, or our own checks."""
    seen = [file for file in files if _looks_at(name, file)]
    own = [remark for remark in remarks if not _is_missing(remark) and (remark.validator or OURS) == name]
    all_of = Counter(remark.severity for remark in own)
    of_file = Counter((Path(remark.place.path).name, remark.severity) for remark in own)
    by_file = tuple(
        JudgedFile(
            file=file.name, errors=of_file[file.name, Severity.ERROR], warnings=of_file[file.name, Severity.WARNING]
        )
        for file in seen
    )
    release = __version__ if name == OURS else metadata.version(_RELEASES[name]) if name in _RELEASES else None
    return Judged(
        name=name,
        release=release,
        files=len(seen),
        errors=all_of[Severity.ERROR],
        warnings=all_of[Severity.WARNING],
        by_file=by_file,
    )


def _looks_at(name: str, file: FinishedFile) -> bool:
    row = format_row(file.format)
    if name == OURS:
        return True
    return row.kind is EPUB if name == EPUBCHECK else row.kind is PDF and row.heard


def _record(
    project: Project,
    binding: PackView,
    chain: Chain,
    ordered_as: Ordered,
    found: _Found,
    taken: tuple[Overridden, ...],
) -> SavedRecord:
    """The record of the issue, as it is written behind the last of its chain."""
    library, pack, day = project.loaded[0], binding.pack, ordered_as.day
    words = wordbook(project.layouts).of(library.imprint.fields.language)
    last, corrected = (chain[-1] if chain else None), ordered_as.asked.corrects
    corrects = edition_of(chain, corrected) if corrected else None
    phrases = CopyPhrases(unnumbered=words.phrases["unnumbered"][0], numbered=words.phrases["copy"][0])
    numbered = is_numbered(binding)
    edition = pack.fields.edition or ""
    briefings = tuple(_issued_briefings(binding, project.files))
    inserts = tuple(
        IssuedInsert(file=insert.insert, title=insert.title, sha256=sha256(project.files.get(path_of(insert), b"")))
        for insert, _ in binding.inserts
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
        approved_by=ordered_as.by,
        commit=_commit_of_words(project),
        words=digest,
        code=str(code_among(digest, library.codes)),
        statuses=state_of(library, pack, day, words).statuses,
        numbered=numbered,
        copy_phrases=phrases if numbered else None,
        briefings=briefings,
        inserts=inserts,
        files=tuple(
            IssuedFile(file=one.name, format=one.format, bytes=len(one.content), pages=one.pages, sha256=one.sha256)
            for one in found.files
        ),
        judges=found.judges,
        overridden=taken,
        tools=dict(sorted(tools())),
    )
    return as_file(record)


def _issued_briefings(binding: PackView, files: Mapping[str, bytes]) -> Iterator[IssuedBriefing]:
    """The briefings of a pack with the digests of their words; `files` are those of `source/`, by path."""
    for reading in binding.present:
        fields = reading.briefing.fields
        record = files.get(f"{folder_of(reading.briefing.id, fields.version)}/{RECORD}")
        digest = text_digest(binding.environment, reading)
        yield IssuedBriefing(
            id=reading.briefing.id,
            version=fields.version,
            title=fields.title,
            digest=digest,
            kept=sha256(record) if record and (reading.kept or digest.encode() in record) else None,
        )


def _commit_of_words(project: Project) -> str | None:
    """The commit for a record; none where git does not keep the sources, or cannot be read."""
    try:
        return commit_of(project.folder) if committed_in(project.folder / "source") else None
    except UnreadableGit:
        return None


def _written(
    project: Project, record: SavedRecord, chain: Chain, files: Sequence[FinishedFile]
) -> tuple[Diagnostic, ...]:
    """Archive the files and read them back, and write the record last; gives what the archive does not hold."""
    archive = archive_of(project.loaded[0].imprint.fields.archive, project.folder)
    if archive is None:
        return (message("archive-missing", project.loaded[0].imprint.marks.at()),)
    with output_lock(project):
        if broken := _broken(project, record.record.pack, chain):
            return ordered(broken)
        if (project.folder / record.path).exists():
            raise UsageError(f"{record.path} is there already: nothing was written.")
        place = project.loaded[0].imprint.marks.at("archive")
        lost = [file for file in files if not archive.keep(file.content)]
        if lost:
            what = "The archive holds other bytes than '{}' under its SHA-256, {}."
            return tuple(message("archive-differs", place, what=what.format(one.name, one.sha256)) for one in lost)
        write_gitattributes(project.folder / EDITIONS / ".gitattributes")
        write_whole(project.folder / record.path, record.content, durable=True)
        for one in (*chain, record):
            if not archive.keep_record(one.record.pack, one.name, one.content):
                return (_differing_record(one, place),)
    return ()


def _differing_record(one: SavedRecord, place: Location) -> Diagnostic:
    """The remark that the archive has another record of an edition."""
    what = f"The archive's copy of {one.name} of '{one.record.pack}' is another than the record here."
    return message("archive-differs", place, what=what)


@click.command("issue")
@click.argument("name", metavar="PACK")
@click.option("--edition", metavar="NAME", help="The edition that is meant; refused where the pack has another.")
@click.option("--corrects", metavar="NAME", help="The last edition, in which this one puts a mistake right.")
@click.option("--by", metavar="ROLE", help="Who approves the issue, such as 'Head of evidence'.")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The day of the issue (default: today).")
@overriding("CODE=REASON", "Issue despite a remark; the reason is kept in the record.")
@click.option("--dry-run", is_flag=True, help="Say what stands against it, or what would be written; write nothing.")
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@rendered("text", "json", "sarif", jobs=None)
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
    """Issue a pack as an edition: judged, recorded for good, and its files kept in the archive.

    Every briefing must be published, in force and not overdue, every recipient allowed to have it, and every judge
    asked. The record is written last: there is no edition, or a whole one.
    """
    by = " ".join(by.split()) if by is not None else None
    if by is not None and not (by and by.isprintable()):
        raise click.UsageError("--by takes the role that approves the issue, such as 'Head of evidence'.")
    strict = CommonOptions(click.get_current_context()).strict
    order = Ordered(Asked(edition, corrects), by, day_of(produced, project), reasons, strict)
    done = issue(project, name, order, only_asked=dry_run)
    text, code = _lines(done, dry_run), bool(done.against)
    one = done.record
    return Outcome(
        done.against,
        text,
        code,
        data={"record": {"edition": one.record.edition, "path": one.path, "sha256": one.sha256}} if one else {},
        beside=done.beside,
    )


def _lines(done: Issued, dry_run: bool) -> list[str]:
    """The lines that say what came of it."""
    if done.record is None:
        names = [*dict.fromkeys(one.code for one in done.against)]
        code = names[0] if len(names) == 1 else "CODE"
        hint = "" if done.final else f" --override {code}=REASON issues it all the same."
        return [f"Not issued: {tables.tally(done.against)} ({', '.join(names)}).{hint}"]
    record = done.record.record
    files = tables.count(len(record.files), "file")
    lines = [f"Issued despite {one.code}: {one.reason}" for one in done.overridden] if not dry_run else []
    if dry_run:
        lines.append(f"'{record.edition}' of '{record.pack}' would be issued; nothing was. These would be written:")
        return [*lines, f"  {done.record.path}", f"  {files} into the archive"]
    day = format_date(record.issued)
    lines.append(f"'{record.edition}' of '{record.pack}' is issued on {day}: {files} in the archive.")
    lines.append(f"Its record is {done.record.path}, SHA-256 {done.record.sha256[:8]}…; commit source/editions.")
    return lines
