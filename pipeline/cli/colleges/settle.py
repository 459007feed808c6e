"""The verb settle: what a person knows of a delivery, and no machine does."""

from datetime import date, datetime

import click

from pipeline.build.project import Project
from pipeline.cli.colleges.ledger_access import ledger_to_write, past_day
from pipeline.cli.options import DAY, Shared, moment, open_project, shared
from pipeline.colleges.deliveries.plan import FOR_PAPER
from pipeline.colleges.deliveries.states import delivery_named
from pipeline.colleges.holdings import Delivery, deliveries
from pipeline.colleges.ledger.events import instant
from pipeline.colleges.recalls import recalled_in, recalls
from pipeline.core.errors import UsageError
from pipeline.editions.issued.records import read_records
from pipeline.model.day import in_words


@click.command("settle")
@click.argument("what", metavar="DELIVERY")
@click.option("--sent/--not-sent", "sent", default=None, help="Whether it was sent, or has arrived.")
@click.option("--on", "day", type=DAY, metavar="YYYY-MM-DD", help="The day on which it was sent (default: today).")
@shared
@click.pass_context
def verb(context: click.Context, what: str, sent: bool | None, day: datetime | None) -> int:
    """Say of a delivery that it was sent, or was not: of printed copies, and where no machine can know.

    What was not sent is delivered by the next 'briefings deliver'.
    """
    if sent is None:
        raise click.UsageError("Say --sent or --not-sent.")
    project = open_project(Shared(context), 1)
    if (kept := ledger_to_write(project)) is None:
        return 1
    on = past_day(day, project)
    id_ = delivery_named(what, deliveries(kept.events())).id
    with kept.ledger.holding(id_) as ours:
        if not ours:
            raise UsageError(f"Delivery {id_} is being made at this moment: ask again when that command has ended.")
        one = deliveries(kept.events())[id_]
        _refuse_settled(one)
        _refuse_before_issue(project, one, on)
        _refuse_before_plan(one, on)
        facts = {"by": "person", "on": on.isoformat()}
        kind = "sent" if sent else "failed"
        kept.add(instant(moment()), kind, id_, facts if sent else {**facts, "reason": "a person says it was not sent"})
    pack, edition = one.title
    click.echo(f"{one.college}, '{edition}' of '{pack}': {'sent' if sent else 'not sent'}, as you say.")
    known = recalls(kept.events()).values()
    for recall in recalled_in(known, pack, edition, one.facts["briefings"]) if sent else ():
        again = f"'briefings recall {recall.name}' writes a notice to {one.college}"
        click.echo(f"It holds what {recall.name} takes back: {again}.")
    return 0


def _refuse_before_issue(project: Project, one: Delivery, on: date) -> None:
    """Refuse a day on which the edition was not issued yet."""
    record = next(
        (each.record for each in read_records(project.files).every() if each.sha256 == one.facts["record"]), None
    )
    if record and on < record.issued:
        raise UsageError(f"'{record.edition}' was issued on {in_words(record.issued)}, after {in_words(on)}.")


def _refuse_before_plan(one: Delivery, on: date) -> None:
    """Refuse a day before that of its plan, where that is on record: older ledgers only have when it was written."""
    planned = one.facts.get("on")
    if planned and on < date.fromisoformat(planned):
        day = in_words(date.fromisoformat(planned))
        raise UsageError(f"Delivery {one.id} was planned on {day}, after {in_words(on)}.")


def _refuse_settled(one: Delivery) -> None:
    """Refuse what is known already, and what a machine still has to do."""
    if one.state == "sent":
        raise UsageError(
            f"Delivery {one.id} was sent on {in_words(one.since)}: to send it once more, '--again REASON'."
        )
    open_ones = ("uncertain", "committing", *(("planned", "failed") if one.facts["channel"] in FOR_PAPER else ()))
    if one.state not in open_ones:
        pack = one.title[0]
        raise UsageError(f"Delivery {one.id} has not been made yet: 'briefings deliver {pack}' makes it.")
