"""The verb holdings: list the copies that colleges hold, on any day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import click

from pipeline.build.project import Project
from pipeline.cli.options import DAY, production_day
from pipeline.cli.outcome import Outcome, OutcomeTable, render_before_errors, verb_with_outcome
from pipeline.core.diagnostics import Location, UsageError
from pipeline.core.messages import message
from pipeline.core.sentences import count_noun, format_columns, suggest_names
from pipeline.load.folders import LEDGER_FILE
from pipeline.model.words import format_date
from pipeline.services.colleges.holdings import HELD, Holding, compute_holdings, list_deliveries
from pipeline.services.colleges.ledger import open_project_ledger
from pipeline.services.colleges.ledger_events import Event
from pipeline.services.colleges.recalls import (
    Recall,
    count_copies,
    find_notice_days,
    find_open_copies,
    is_recalled,
    list_issued_editions,
    list_planned_editions,
    list_published_versions,
    list_recalls,
)
from pipeline.services.editions.record_chain import read_records

HOLDING_HEADS = (
    *("college", "pack", "edition", "format", "copy", "quantity", "state", "since", "confirmed", "delivery"),
    *("briefings", "recalled"),
)
COLUMNS_ON_TERMINAL = 10
"""Number of columns that fit on a terminal."""
RECALL_HEADS = ("recall", "of", "recalled", "colleges", "told", "open", "lifted", "reason")
OPEN_COPY_HEADS = ("college", "told", "pack", "edition", "format", "copy", "quantity", "state", "since", "delivery")


@click.command("holdings")
@click.option("--college", metavar="ID", help="One college.")
@click.option("--pack", metavar="ID", help="One pack.")
@click.option("--briefing", metavar="ID|ID@1.0", help="Packs with a briefing, or with a version of it.")
@click.option("--edition", metavar="NAME", help="One edition.")
@click.option("--on", "day", type=DAY, metavar="YYYY-MM-DD", help="The state at the end of this day (default: now).")
@click.option("--recall", metavar="NAME", help="A recall, such as recall-3: its notices and open copies.")
@click.option("--recalls", "listed", is_flag=True, help="All recalls, each with its open copies.")
@click.option("--all", "whole", is_flag=True, help="Include copies replaced, returned, destroyed or lost.")
@verb_with_outcome("text", "json", "csv")
def verb(
    project: Project,
    college: str | None,
    pack: str | None,
    briefing: str | None,
    edition: str | None,
    recall: str | None,
    listed: bool,
    day: datetime | None,
    whole: bool,
) -> Outcome:
    """List which college holds which edition.

    A copy counts as held from the day it was sent, until the college's answer. For a recall, exits with 1 until
    every copy is accounted for.
    """
    if (recall or listed) and (college or pack or briefing or edition or whole or day):
        raise click.UsageError("--recall and --recalls list what is out now: leave the other options away.")
    ledger = open_project_ledger(project)
    events, faults = ledger.events(), ledger.faults()
    query, on = HoldingsQuery(college, pack, briefing, edition), day.date() if day else None
    with render_before_errors(faults):
        _require_on_record(project, events, query)
        if recall:
            _require_known("recall", recall, set(list_recalls(events)))
    if listed:
        outcome = _report_recalls(events)
    elif recall:
        outcome = _report_open_copies(events, list_recalls(events)[recall])
    else:
        outcome = _report_holdings(events, query, on, whole)
    today = production_day(None, project)
    early = (
        on and on > today and f"{format_date(on)} is still to come: this is what is known up to {format_date(today)}."
    )
    remarks = (*faults, *outcome.diagnostics)
    return replace(outcome, diagnostics=remarks, exit=bool(remarks), warnings=[early] if early else ())


@dataclass(frozen=True, slots=True)
class HoldingsQuery:
    """The college, pack, briefing and edition that holdings are asked for; any where it is None."""

    college: str | None = None
    pack: str | None = None
    briefing: str | None = None
    edition: str | None = None

    def matches(self, holding: Holding) -> bool:
        """Return whether copies are asked for."""
        asked = ((self.college, holding.college), (self.pack, holding.pack), (self.edition, holding.edition))
        if any(name not in (None, value) for name, value in asked):
            return False
        return self.briefing is None or any(
            self.briefing in (text, text.partition("@")[0]) for text in holding.briefings
        )


def _report_holdings(events: Sequence[Event], query: HoldingsQuery, on: date | None, whole: bool) -> Outcome:
    """List the copies that are held, or with `whole` all copies ever held."""
    holdings = [
        holding
        for holding in compute_holdings(events, on)
        if query.matches(holding) and (whole or holding.state == HELD)
    ]
    begun = [recall for recall in list_recalls(events).values() if on is None or recall.on <= on]
    rows = [_row(holding, begun) for holding in sorted(holdings, key=_order)]
    columns = [*range(COLUMNS_ON_TERMINAL), *((len(HOLDING_HEADS) - 1,) if any(row[-1] for row in rows) else ())]
    text = format_columns(
        [HOLDING_HEADS[index] for index in columns], [[row[index] for index in columns] for row in rows]
    )
    none = f"Nothing is held{f' on {format_date(on)}' if on else ''}, as far as the ledger knows."
    return Outcome(text=[text if rows else none], table=OutcomeTable(HOLDING_HEADS, rows))


def _require_on_record(project: Project, events: Sequence[Event], query: HoldingsQuery) -> None:
    """Raise `UsageError` for a name of something that was never delivered, issued or published."""
    _require_known("college", query.college, {delivery.college for delivery in list_deliveries(events).values()})
    if not (query.pack or query.edition or query.briefing):
        return
    editions = (*list_planned_editions(events), *list_issued_editions(read_records(project.files).every()))
    _require_known("pack", query.pack, {pack for pack, _, _ in editions})
    _require_known("edition", query.edition, {name for pack, name, _ in editions if query.pack in (None, pack)})
    if query.briefing:
        texts = {text for _, _, briefings in editions for text in briefings}
        texts |= {*list_published_versions(project.loaded[0])}
        _require_known("briefing", query.briefing, texts | {text.partition("@")[0] for text in texts})


def _require_known(kind: str, name: str | None, known: set[str]) -> None:
    if name and name not in known:
        hint = suggest_names(name, sorted(known), "")
        raise UsageError(f"Nothing of the {kind} '{name}' is on record. {hint}".rstrip())


def _order(holding: Holding) -> tuple[str, str, date, str, str, int]:
    return holding.college, holding.pack, holding.since, holding.edition, holding.format, holding.copy


def _row(holding: Holding, recalls: Iterable[Recall]) -> tuple[str, ...]:
    confirmed = "yes" if holding.confirmed else "no"
    recalled_by = [recall.name for recall in recalls if holding.state == HELD and is_recalled(holding, recall)]
    columns = (*_copy_columns(holding), confirmed, holding.delivery)
    return (holding.college, *columns, " ".join(holding.briefings), " ".join(recalled_by))


def _copy_columns(holding: Holding) -> tuple[str, ...]:
    copy, quantity = str(holding.copy or ""), str(holding.quantity)
    identity = (holding.pack, holding.edition, holding.format, copy, quantity)
    return (*identity, holding.state, holding.since.isoformat())


def _report_recalls(events: Sequence[Event]) -> Outcome:
    """List every recall with the number of copies that are open."""
    rows = []
    for recall in list_recalls(events).values():
        holdings, notified = find_open_copies(events, recall), len(find_notice_days(events, recall.name))
        sums = len({holding.college for holding in holdings}), notified, count_copies(holdings)
        rows.append((recall.name, recall.of, recall.on.isoformat(), *map(str, sums), recall.lifted, recall.reason))
    none = () if rows else ("Nothing was recalled, as far as the ledger knows.",)
    return Outcome(text=none, table=OutcomeTable(RECALL_HEADS, rows))


def _report_open_copies(events: Sequence[Event], recall: Recall) -> Outcome:
    """List the open copies of a recall, with the day of each college's notice."""
    holdings, notice_days = find_open_copies(events, recall), find_notice_days(events, recall.name)
    rows = []
    for holding in sorted(holdings, key=_order):
        day = notice_days[holding.college].isoformat() if holding.college in notice_days else "no"
        rows.append((holding.college, day, *_copy_columns(holding), holding.delivery))
    text = [f"{recall.name}: {recall.of}, recalled on {format_date(recall.on)}: {recall.reason}"]
    if recall.lifted:
        text.append(f"It was lifted: {recall.lifted}")
    elif not rows:
        text.append(f"All copies of {recall.name} are accounted for.")
    text += [format_columns(OPEN_COPY_HEADS, rows)] if rows else []
    copies = count_noun(count_copies(holdings), "copy is", "copies are")
    remarks = (message("recall-open", Location(LEDGER_FILE), copies=copies, name=recall.name),) if holdings else ()
    return Outcome(remarks, text, table=OutcomeTable(OPEN_COPY_HEADS, rows))
