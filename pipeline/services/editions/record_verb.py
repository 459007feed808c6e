"""The verb record: show the record of an edition, or copy its files out of the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import click

from pipeline.build.plan import refuse_unknown_owners
from pipeline.build.project import Project
from pipeline.cli.options import withdrawn_option
from pipeline.cli.outcome import Exit, Outcome, render_before_errors, verb_with_outcome
from pipeline.core.diagnostics import Diagnostic, Diagnostics, EnvironmentFailure, UsageError, ordered
from pipeline.core.files import remove_path, temporary_path, write_atomically
from pipeline.core.messages import message
from pipeline.core.sentences import count_noun, suggest_names
from pipeline.load.references.retractions import add_work_states
from pipeline.model.library import Library
from pipeline.model.source.pack import Pack
from pipeline.model.words import format_date
from pipeline.services.editions.archive import open_archive
from pipeline.services.editions.audit import archived_otherwise
from pipeline.services.editions.record_chain import EditionRecords, PackChain, SavedRecord, find_edition, read_records


def record_named(
    project: Project, records: EditionRecords, pack: str, edition: str | None
) -> tuple[PackChain, SavedRecord]:
    """Return the chain of a pack, and the record of an edition or the last. Raises `UsageError`."""
    chains = records.chains
    if pack not in chains and records.remarks_on(pack):
        raise UsageError(f"No record of '{pack}' can be read.")
    if pack not in chains:
        refuse_unknown_owners(project.loaded[0], (pack,))
        if pack not in project.loaded[0].packs:
            raise UsageError(f"'{pack}' is no pack: editions are issued of packs, the files of source/packs/.")
        raise UsageError(f"No edition of '{pack}' was issued yet: 'briefings issue {pack}' issues one.")
    chain = chains[pack]
    return chain, require_edition(chain, pack, edition) if edition else chain[-1]


def require_edition(chain: PackChain, pack: str, edition: str) -> SavedRecord:
    """Return the record of an edition by its name or number. Raises `UsageError`."""
    by_number = (saved for saved in chain if str(saved.record.number) == edition)
    saved = find_edition(chain, edition) or next(by_number, None)
    if saved is None:
        names = [other.record.edition for other in chain]
        issued = f"Issued were {', '.join(map(repr, names))}." if names else "None was issued."
        raise UsageError(f"There is no edition '{edition}' of '{pack}'. {suggest_names(edition, names, issued)}")
    return saved


def archived_files(project: Project, saved: SavedRecord) -> tuple[Mapping[str, bytes], tuple[Diagnostic, ...]]:
    """Return the files of an edition from the archive by name, and a remark on each that is missing or differs."""
    imprint = project.loaded[0].imprint
    archive = open_archive(imprint.fields.archive, project.folder)
    if archive is None:
        return {}, (message("archive-missing", imprint.marks.at()),)
    contents = {file: archive.file(file.sha256) for file in saved.record.files}
    place = imprint.marks.at("archive")
    faults = tuple(
        fault for file, content in contents.items() for fault in archived_otherwise(saved, file, content, place)
    )
    return {file.file: content for file, content in contents.items() if content is not None}, faults


def copy_out_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files into a new or empty folder, all of them or none."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} already exists and is not empty: choose a new folder.")
    temporary = Path(temporary_path(folder.absolute().parent))
    for name, content in files.items():
        write_atomically(temporary / name, content)
    try:
        temporary.replace(folder)
    except OSError as refusal:
        remove_path(temporary)
        raise EnvironmentFailure(f"{folder} cannot be written: {refusal.strerror}.") from refusal


def require_pack(library: Library, name: str, deed: str) -> Pack:
    """Return the pack of a name; `deed` is the action, for the message of `UsageError`."""
    refuse_unknown_owners(library, (name,))
    if name not in library.packs or library.packs[name].manual:
        raise UsageError(f"'{name}' is no pack: packs are {deed}, the files of source/packs/.")
    return library.packs[name]


def library_as_issued(project: Project, saved: SavedRecord, pack: Pack) -> tuple[Library, Pack]:
    """Return the library as it was for an issued edition, with the pack as issued, and that pack.

    Works have their current states, which are true of that edition too.
    """
    library = replace(project.loaded[0], kept=project.kept_versions(saved.record.kept_texts))
    library = add_work_states(library, project.files, project.notices, Diagnostics())
    fields = {
        "title": saved.record.title,
        "edition": saved.record.edition,
        "briefings": tuple(line if line in library.kept else line.partition("@")[0] for line in saved.record.texts),
        "parts": (),
        "formats": tuple(file.format for file in saved.record.files),
    }
    pack_then = replace(pack, fields=pack.fields.model_copy(update=fields))
    return replace(library, packs={**library.packs, pack.id: pack_then}), pack_then


@click.command("record")
@click.argument("name", metavar="PACK")
@click.option("--edition", metavar="NAME", help="The edition (default: the last).")
@withdrawn_option("--as", "'briefings record PACK --to FOLDER' hands out the files, '--report json' the record.")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="A new folder for the files.")
@verb_with_outcome("text", "json")
def verb(project: Project, name: str, edition: str | None, folder: Path | None) -> Outcome:
    """Show the record of an edition, or copy out its files.

    Files come from the archive, and are checked against the record. Exits with 1 if the records of the pack are
    damaged.
    """
    records = read_records(project.files)
    broken = ordered(records.remarks_on(name))
    with render_before_errors(broken):
        chain, saved = record_named(project, records, name, edition)
    if folder is None:
        forms = {"json": saved.content.decode}
        return Outcome(broken, _lines(chain, saved), bool(broken), forms=forms)
    files, faults = archived_files(project, saved)
    if faults:
        return Outcome((*broken, *faults), ["Nothing was handed out."], Exit.FAULTS)
    copy_out_files(files, folder)
    line = f"{count_noun(len(files), 'file')} of '{saved.record.edition}' of '{name}' in {folder}, as they were issued."
    return Outcome(broken, [line], bool(broken))


def _lines(chain: PackChain, saved: SavedRecord) -> Iterator[str]:
    """Yield the record in words."""
    record = saved.record
    number = f"edition {record.number} of {chain[-1].record.number}"
    yield f"{record.title}, {record.edition}: {number}, issued on {format_date(record.issued)}"
    facts = {"approved by": record.approved_by, "corrects": record.corrects, "supersedes": record.supersedes}
    facts |= {"code": record.code, "commit": record.commit, "record": f"{saved.path}, SHA-256 {saved.sha256}"}
    yield from (f"  {label}: {fact}" for label, fact in facts.items() if fact)
    yield "Briefings:"
    numbers = record.folio_numbers or {}
    for briefing in record.briefings:
        pages = f", pages {numbers[briefing.id]}-1 on" if briefing.id in numbers else ""
        yield f"  {briefing.id}@{briefing.version}: {briefing.title}{pages}"
    yield "Files:"
    yield from (f"  {file.sha256}  {file.file}" for file in record.files)
    yield "Judges:"
    for judge in record.judges:
        release = f" {judge.release}" if judge.release else ""
        faults = f"{count_noun(judge.errors, 'error')}, {count_noun(judge.warnings, 'warning')}"
        yield f"  {judge.name}{release}: {count_noun(judge.files, 'file')}, {faults}"
    if record.overridden:
        yield "Overridden:"
        yield from (f"  {fault.code}: {fault.reason}" for fault in record.overridden)
