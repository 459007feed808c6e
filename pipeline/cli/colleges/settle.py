"""The verb settle: what a person knows of a delivery, and no machine does."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime

import click

from pipeline.build.project import Project
from pipeline.cli.colleges.ledger_access import ledger_to_write, past_day
from pipeline.cli.options import DAY, moment
from pipeline.cli.outcome import Outcome, rendered
from pipeline.colleges.deliveries.plan import FOR_PAPER
from pipeline.colleges.deliveries.states import delivery_named
from pipeline.colleges.holdings import WITHDRAWN, Delivery, deliveries
from pipeline.colleges.ledger.events import Event, instant
from pipeline.colleges.ledger.kept import Ledger
from pipeline.colleges.recalls import recalled_in, recalls
from pipeline.colleges.receipts import settlement_to_withdraw
from pipeline.core.diagnostics import UsageError
from pipeline.editions.issued.records import read_records
from pipeline.model.words import in_words


@click.command("settle")
@click.argument("whats", metavar="DELIVERY...", nargs=-1, required=True)
@click.option("--sent/--not-sent", "sent", default=None, help="Whether it was sent, or has arrived.")
@click.option("--on", "day", type=DAY, metavar="YYYY-MM-DD", help="The day on which it was sent (default: today).")
@click.option("--undo", is_flag=True, help="Take back what was said of it before.")
@rendered()
def verb(project: Project, whats: tuple[str, ...], sent: bool | None, day: datetime | None, undo: bool) -> Outcome:
    """Say that deliveries were sent, or were not: printed copies, and those whose outcome is unknown.

    What was not sent is delivered by the next 'briefings deliver'. Of several deliveries all are settled, or none.
    """
    if undo and (day or sent is not None):
        raise click.UsageError("--undo takes back what was said: leave the other options away.")
    if sent is None and not undo:
        raise click.UsageError("Say --sent, --not-sent or --undo.")
    return Outcome(text=settle(project, ledger_to_write(project), whats, sent, past_day(day, project)))


def settle(project: Project, kept: Ledger, whats: Sequence[str], sent: bool | None, on: date) -> list[str]:
    """Enter that deliveries were sent or not, or by None take back what was said; gives what is on record now."""
    known = deliveries(kept.events())
    names = dict.fromkeys(delivery_named(what, known).id for what in whats)
    with ExitStack() as held:
        for name in names:
            if not held.enter_context(kept.holding(name)):
                raise UsageError(
                    f"Delivery {name} is being made at this moment: ask again when that command has ended."
                )
        events = kept.events()
        known = deliveries(events)
        for name in names:
            _refuse(project, known[name], on) if sent is not None else settlement_to_withdraw(name, events)
        facts = {"by": "person", "on": on.isoformat()} | ({} if sent else {"reason": "a person says it was not sent"})
        kept.add_all(
            instant(moment()),
            [
                lambda known, name=name: (  # type: ignore[misc]  # mypy infers no default of a lambda
                    (WITHDRAWN, name, {"event": settlement_to_withdraw(name, known).number})
                    if sent is None
                    else ("sent" if sent else "failed", name, facts)
                )
                for name in names
            ],
        )
    events = kept.events()
    known = deliveries(events)
    return [line for name in names for line in _lines(events, known[name], sent)]


def _lines(events: Sequence[Event], one: Delivery, sent: bool | None) -> Iterator[str]:
    """What is on record of a delivery now, and the recalls of what is in it."""
    pack, edition = one.title
    state = f"{one.state}, as before" if sent is None else f"{'sent' if sent else 'not sent'}, as you say"
    yield f"{one.college}, '{edition}' of '{pack}': {state}."
    for recall in recalled_in(recalls(events).values(), pack, edition, one.facts["briefings"]) if sent else ():
        again = f"'briefings recall {recall.name}' writes a notice to {one.college}"
        yield f"It holds what {recall.name} takes back: {again}."


def _refuse(project: Project, one: Delivery, on: date) -> None:
    """Refuse what is settled already, and a day on which it cannot have been sent."""
    _refuse_settled(one)
    _refuse_before_issue(project, one, on)
    _refuse_before_plan(one, on)


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
            f"Delivery {one.id} was sent on {in_words(one.since)}: to send it once more, '--again REASON'. "
            f"If it was settled by mistake: 'briefings settle {one.id} --undo'."
        )
    open_ones = ("uncertain", "committing", *(("planned", "failed") if one.facts["channel"] in FOR_PAPER else ()))
    if one.state not in open_ones:
        pack = one.title[0]
        raise UsageError(f"Delivery {one.id} has not been made yet: 'briefings deliver {pack}' makes it.")
