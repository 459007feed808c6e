"""The verb settle: a person says whether a delivery was sent, where the program cannot know."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from functools import partial

import click

from pipeline.build.project import Project
from pipeline.cli.options import DAY, now_utc
from pipeline.cli.outcome import Outcome, verb_with_outcome
from pipeline.core.diagnostics import UsageError
from pipeline.model.source.college import FOR_PAPER
from pipeline.model.words import format_date
from pipeline.services.colleges.holdings import Delivery, drop_withdrawn, find_delivery, list_deliveries, list_receipts
from pipeline.services.colleges.ledger import open_ledger_to_write, require_past_day
from pipeline.services.colleges.ledger_events import Event, EventKind, format_instant
from pipeline.services.colleges.ledger_stores import Ledger, fixed_event, withdrawal
from pipeline.services.colleges.recalls import find_recalls_of, list_recalls
from pipeline.services.editions.record_chain import read_records


@click.command("settle")
@click.argument("whats", metavar="DELIVERY...", nargs=-1, required=True)
@click.option("--sent/--not-sent", "sent", default=None, help="Whether it was sent.")
@click.option("--on", "day", type=DAY, metavar="YYYY-MM-DD", help="The day it was sent (default: today).")
@click.option("--undo", is_flag=True, help="Take back the earlier entry.")
@verb_with_outcome()
def verb(project: Project, whats: tuple[str, ...], sent: bool | None, day: datetime | None, undo: bool) -> Outcome:
    """Record that deliveries were sent, or were not.

    The next 'briefings deliver' sends again what was not sent. Either all deliveries are settled, or none.
    """
    if undo and (day or sent is not None):
        raise click.UsageError("--undo takes back what was said: leave the other options away.")
    if sent is None and not undo:
        raise click.UsageError("Say --sent, --not-sent or --undo.")
    ledger, on = open_ledger_to_write(project), require_past_day(day, project)
    return Outcome(text=settle_deliveries(project, ledger, whats, sent, on))


def settle_deliveries(project: Project, ledger: Ledger, names: Sequence[str], sent: bool | None, on: date) -> list[str]:
    """Enter that deliveries were sent or not, or for None withdraw such entries; return lines on their state."""
    known = list_deliveries(ledger.events())
    ids = dict.fromkeys(find_delivery(name, known).id for name in names)
    with ExitStack() as locks:
        for id_ in ids:
            if not locks.enter_context(ledger.lock_subject(id_)):
                raise UsageError(f"Delivery {id_} is being made at this moment: ask again when that command has ended.")
        if sent is None:
            entries = [withdrawal(id_, partial(_find_settlement_to_withdraw, id_)) for id_ in ids]
        else:
            known = list_deliveries(ledger.events())
            for id_ in ids:
                _require_settleable(project, known[id_], on)
            kind, reason = EventKind.SENT if sent else EventKind.FAILED, {"reason": "a person says it was not sent"}
            facts = {"by": "person", "on": on.isoformat()} | ({} if sent else reason)
            entries = [fixed_event(kind, id_, facts) for id_ in ids]
        ledger.add_all(format_instant(now_utc()), entries)
    events = ledger.events()
    known = list_deliveries(events)
    return [line for id_ in ids for line in _describe_settlement(events, known[id_], sent)]


def _find_settlement_to_withdraw(delivery: str, events: Sequence[Event]) -> Event:
    """Find the last event by which a person settled a delivery.

    Raises `UsageError` if there is none, or if an answer depends on it.
    """
    for receipt in list_receipts(events):
        if delivery in (receipt.subject, *(line[0] for line in receipt.facts.get("of", ()))):
            raise UsageError(
                f"Entry {receipt.number} is an answer about {delivery}. Take it back first: 'briefings acknowledge "
                f"{receipt.subject} --undo {receipt.number}'."
            )
    valid = [event for event in drop_withdrawn(events) if event.subject == delivery]
    if not valid or valid[-1].facts.get("by") != "person":
        raise UsageError(f"No entry of 'settle' is the last one on {delivery}: there is nothing to take back.")
    return valid[-1]


def _describe_settlement(events: Sequence[Event], delivery: Delivery, sent: bool | None) -> Iterator[str]:
    """Yield a line on the state of a delivery, and one on each recall of its contents."""
    pack, edition = delivery.title
    state = f"{delivery.state}, as before" if sent is None else f"{'sent' if sent else 'not sent'}, as you say"
    yield f"{delivery.college}, '{edition}' of '{pack}': {state}."
    recalls = list_recalls(events).values() if sent else ()
    for recall in find_recalls_of(recalls, pack, edition, delivery.facts["briefings"]):
        again = f"'briefings recall {recall.name}' writes a notice to {delivery.college}"
        yield f"It holds what {recall.name} takes back: {again}."


def _require_settleable(project: Project, delivery: Delivery, on: date) -> None:
    """Raise `UsageError` if a delivery is settled, is still the program's, or cannot have been sent on a day."""
    if delivery.state == EventKind.SENT:
        raise UsageError(
            f"Delivery {delivery.id} was sent on {format_date(delivery.since)}: to send it once more, '--again REASON'."
            f" If it was settled by mistake: 'briefings settle {delivery.id} --undo'."
        )
    on_paper = delivery.facts["channel"] in FOR_PAPER
    settleable = (
        EventKind.UNCERTAIN,
        EventKind.COMMITTING,
        *((EventKind.PLANNED, EventKind.FAILED) if on_paper else ()),
    )
    if delivery.state not in settleable:
        raise UsageError(
            f"Delivery {delivery.id} has not been made yet: 'briefings deliver {delivery.title[0]}' makes it."
        )
    saved = (saved for saved in read_records(project.files).every() if saved.sha256 == delivery.facts["record"])
    record = next((match.record for match in saved), None)
    if record and on < record.issued:
        raise UsageError(f"'{record.edition}' was issued on {format_date(record.issued)}, after {format_date(on)}.")
    planned = delivery.facts.get("on")  # older ledgers only have the day on which it was written
    if planned and on < date.fromisoformat(planned):
        day = format_date(date.fromisoformat(planned))
        raise UsageError(f"Delivery {delivery.id} was planned on {day}, after {format_date(on)}.")
