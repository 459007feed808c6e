"""The verb pages: a status page for every code that was ever issued."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click

from pipeline.build.output import turn
from pipeline.build.project import Project
from pipeline.cli.options import DAY, day_of
from pipeline.cli.outcome import Exit, Outcome, rendered
from pipeline.core.files import write_whole
from pipeline.core.sentences import count
from pipeline.editions.issued.now import edition_now, notices, version_now
from pipeline.editions.issued.records import edition_code, read_records
from pipeline.editions.issued.status_pages import PLACE, Coded, status_pages
from pipeline.load.versions import coded_versions


def coded(project: Project) -> Iterator[tuple[str, Coded, frozenset[str]]]:
    """Everything that has a code, by owner, the first one first, with its briefings.

    That is each edition, and each kept version whose wording is on record.
    """
    library = project.loaded[0]
    records = read_records(project.files)
    told = notices(project.files)
    for one in records.every():
        record, state = one.record, edition_now(library, records.chains[one.record.pack], one, told)
        edition = Coded(edition_code(record).text, record.title, record.edition, record.issued, state)
        yield f"packs/{record.pack}", edition, frozenset(text.id for text in record.briefings)
    for kept in reversed(tuple(coded_versions(project.files))):
        state = version_now(library, kept.id, kept.version, kept.title, told)
        version = Coded(kept.code.text, kept.title, f"Version {kept.version}", kept.published, state)
        yield f"briefings/{kept.id}", version, frozenset({kept.id})


def write_pages(project: Project, folder: Path, day: date) -> tuple[int, int]:
    """Write the pages below a folder; gives the number of things that they are of, and of codes."""
    things = tuple(one for _, one, _ in coded(project))
    fields = project.loaded[0].imprint.fields
    with turn(project):
        for path, page in status_pages(things, fields.publisher, fields.contact or "", day):
            write_whole(folder / path, page)
    return len(things), len({one.code for one in things})


def _address(project: Project) -> str:
    """The address that the pages are printed with; where none is, one below the library's."""
    fields = project.loaded[0].imprint.fields
    below = f"{fields.address.rstrip('/')}/{PLACE}" if fields.address else ""
    return fields.status_pages or below


@click.command("pages")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), help="The folder to write to (default: output/verify)."
)
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day that the pages bear (default: today).")
@rendered("text")
def verb(project: Project, folder: Path | None, on: datetime | None) -> Outcome:
    """Write a status page for every code that was ever issued.

    Each says what the code is of and whether that is current, and names nobody who holds it. Put the folder 'v' on your
    host, where 'status_pages' of library.yaml says, after each issue and whenever a text is published or withdrawn.
    """
    if remarks := read_records(project.files).remarks:
        none = "No page was written: what the records say must hold before others read it."
        return Outcome(remarks, [none], Exit.FAULTS)
    place = folder or project.output / "verify"
    things, codes = write_pages(project, place, day_of(on, project))
    where = f" Put it on your host as {_address(project)}." if _address(project) else ""
    said = f"{count(codes, 'status page')} in {place / PLACE}.{where}"
    none = "No code was issued yet: there is no edition and no kept version."
    return Outcome(text=[said if things else none], may_be_quiet=True)
