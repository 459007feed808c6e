"""The verb deliver: an issued edition goes to its colleges, each by its channel, and never twice."""

from datetime import datetime

import click

from pipeline.build.project import Project
from pipeline.cli.colleges.delivering import Delivered, Wanted, deliver_pack
from pipeline.cli.colleges.ledger_access import ledger_to_write, past_day
from pipeline.cli.editions.handing_out import chosen_pack
from pipeline.cli.options import DAY, overriding
from pipeline.cli.outcome import Exit, Outcome, Table, rendered
from pipeline.colleges.deliveries.paper import LABELS, copies_in_words
from pipeline.colleges.deliveries.plan import PlannedDelivery
from pipeline.colleges.deliveries.states import ENDED
from pipeline.colleges.ledger.events import reason_in_words
from pipeline.core.sentences import as_columns, count, tally

HEADS = ("delivery", "college", "edition", "channel", "to", "files", "state")


@click.command("deliver")
@click.argument("name", metavar="PACK")
@click.option("--edition", metavar="NAME", help="The edition that is meant (default: the one that the pack names).")
@click.option("--to", "to", multiple=True, metavar="COLLEGE", help="Only this college; may be given several times.")
@click.option("--again", metavar="REASON", help="Send once more what was sent; the reason is kept in the ledger.")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The day of the delivery (default: today).")
@overriding("NAME=REASON", "Deliver despite an objection to a briefing; the reason is kept in the ledger.")
@click.option("--dry-run", is_flag=True, help="Show the plan and what stands against it; write and send nothing.")
@rendered("text", "json", "csv")
def verb(
    project: Project,
    name: str,
    edition: str | None,
    to: tuple[str, ...],
    again: str | None,
    produced: datetime | None,
    reasons: dict[str, str],
    dry_run: bool,
) -> Outcome:
    """Deliver an issued edition to the colleges that take it, each by its channel, and never twice.

    Each college gets what 'copies' puts into its parcel, out of the archive, once: run it again after whatever
    happened, and it goes on where it was. That printed copies were sent you say: 'briefings settle ID --sent'. It ends
    with 5 where a delivery failed, or where nobody knows whether it arrived.
    """
    pack = chosen_pack(project.loaded[0], name, "delivered")
    if again is not None and not to:
        raise click.UsageError("--again takes --to COLLEGE: name the colleges that are to get it once more.")
    if again is not None and not (again := reason_in_words(again)):
        raise click.UsageError("--again takes the reason for sending it once more.")
    kept = ledger_to_write(project, dry_run)
    wanted = Wanted(past_day(produced, project), edition, to, reasons, again or "", dry_run)
    done = deliver_pack(project, kept, pack, wanted)
    rows = [_row(one) for one in done.planned]
    text = (*([as_columns(HEADS, rows)] if rows else ()), *_newer(done), *_lines(done, dry_run))
    code = Exit.FAULTS if done.against else Exit.UNDELIVERED if done.failed else Exit.OK
    remarks = (*done.against, *done.failed, *done.beside)
    return Outcome(remarks, text, code, Table(HEADS, rows))


def _row(one: PlannedDelivery) -> tuple[str, ...]:
    formats = ", ".join(dict.fromkeys(file.format for file in one.files))
    files = f"{formats}: {copies_in_words(one)}" if one.on_paper or one.files[0].copies else formats
    files = f"job: {copies_in_words(one)}" if one.job else files
    return one.id, one.college, one.edition, one.channel, one.to, files, one.state


def _newer(done: Delivered) -> list[str]:
    """The line that says that the edition is superseded, where it is."""
    one = next((one for one in done.planned if one.newer), None)
    return [f"'{one.edition}' is superseded: '{one.newer[-1]}' is newer, and copies of that stay."] if one else []


def _lines(done: Delivered, dry_run: bool) -> list[str]:
    """The lines that say what came of it."""
    if done.against:
        return [f"Nothing was delivered: {tally(done.against)}."]
    if dry_run:
        new = sum(one.state not in ENDED and not (one.on_paper and one.state == "planned") for one in done.planned)
        return [f"{count(new, 'delivery', 'deliveries')} would be made; nothing was."]
    sent = [one for one in done.planned if one.state == "sent"]
    lines = [f"{count(len(sent), 'delivery', 'deliveries')} of {len(done.planned)} sent."]
    if paper := [one for one in done.planned if one.waits]:
        lines.append("When printed copies are on their way, say so; one command takes several:")
        lines += [f"  briefings settle {one.id} --sent   # {one.college}, {copies_in_words(one)}" for one in paper]
    if done.post:
        lines.append(f"Letters for what you post, and {LABELS} for the labels: {done.post}")
    if any(one.state != "uncertain" for one in done.planned if one.state not in ("sent", "planned")):
        lines.append("Some were not: run the same command again when that is mended; nothing is sent twice.")
    return lines
