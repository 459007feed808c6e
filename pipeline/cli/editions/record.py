"""The verb record: show the record of an edition, or hand out its files."""

from collections.abc import Iterator
from pathlib import Path

import click

from pipeline.build.project import Project
from pipeline.cli.editions.handing_out import archived_files, hand_out, record_named
from pipeline.cli.options import withdrawn
from pipeline.cli.outcome import Exit, Outcome, rendered, told_before_errors
from pipeline.core.diagnostics import ordered
from pipeline.core.sentences import count
from pipeline.editions.issued.records import Chain, RecordFile, read_records
from pipeline.model.words import in_words


@click.command("record")
@click.argument("name", metavar="PACK")
@click.option("--edition", metavar="NAME", help="The edition that is meant (default: the last).")
@withdrawn("--as", "'briefings record PACK --to FOLDER' hands out the files, '--report json' the record.")
@click.option("--to", "place", type=click.Path(path_type=Path), help="A new folder for the files.")
@rendered("text", "json")
def verb(project: Project, name: str, edition: str | None, place: Path | None) -> Outcome:
    """Show the record of an edition, or hand out its files.

    Files come from the archive, and each is what the record says: otherwise none is handed out. It ends with 1 if the
    records of the pack do not hold.
    """
    records = read_records(project.files)
    broken = ordered(records.remarks_on(name))
    with told_before_errors(broken):
        chain, one = record_named(project, records, name, edition)
    if place is None:
        written = {"json": one.content.decode}
        return Outcome(broken, _lines(chain, one), bool(broken), forms=written)
    files, faults = archived_files(project, one)
    if faults:
        return Outcome((*broken, *faults), ["Nothing was handed out."], Exit.FAULTS)
    hand_out(files, place)
    said = f"{count(len(files), 'file')} of '{one.record.edition}' of '{name}' in {place}, as they were issued."
    return Outcome(broken, [said], bool(broken))


def _lines(chain: Chain, one: RecordFile) -> Iterator[str]:
    """The record in words."""
    record = one.record
    number = f"edition {record.number} of {chain[-1].record.number}"
    yield f"{record.title}, {record.edition}: {number}, issued on {in_words(record.issued)}"
    for label, said in (
        ("approved by", record.approved_by),
        ("corrects", record.corrects),
        ("supersedes", record.supersedes),
        ("code", record.code),
        ("commit", record.commit),
        ("record", f"{one.path}, SHA-256 {one.sha256}"),
    ):
        if said:
            yield f"  {label}: {said}"
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
        found = f"{count(judge.errors, 'error')}, {count(judge.warnings, 'warning')}"
        yield f"  {judge.name}{release}: {count(judge.files, 'file')}, {found}"
    if record.overridden:
        yield "Overridden:"
        yield from (f"  {taken.code}: {taken.reason}" for taken in record.overridden)
