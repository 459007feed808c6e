"""The verb issue: a pack becomes an edition, once and for good."""

from datetime import datetime

import click

from pipeline.build.project import Project
from pipeline.cli.editions.issuing import Issued, Ordered, issue
from pipeline.cli.options import DAY, Shared, day_of, overriding
from pipeline.cli.outcome import Outcome, rendered
from pipeline.core import sentences as tables
from pipeline.editions.issued.gates import Asked
from pipeline.model.words import in_words


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
    strict = Shared(click.get_current_context()).strict
    order = Ordered(Asked(edition, corrects), by, day_of(produced, project), reasons, strict)
    done = issue(project, name, order, only_asked=dry_run)
    text, code = _lines(done, dry_run), bool(done.against)
    return Outcome(done.against, text, code, data=_named(done), beside=done.beside)


def _named(done: Issued) -> dict[str, object]:
    """The record for a program; nothing where there is none."""
    one = done.record
    return {"record": {"edition": one.record.edition, "path": one.path, "sha256": one.sha256}} if one else {}


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
    day = in_words(record.issued)
    lines.append(f"'{record.edition}' of '{record.pack}' is issued on {day}: {files} in the archive.")
    lines.append(f"Its record is {done.record.path}, SHA-256 {done.record.sha256[:8]}…; commit source/editions.")
    return lines
