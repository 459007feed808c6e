"""The verb holdings: who holds what, on any day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import click

from pipeline.build.project import Project
from pipeline.cli.options import DAY, day_of
from pipeline.cli.outcome import Outcome, Table, rendered, told_before_errors
from pipeline.core.diagnostics import Location, UsageError
from pipeline.core.messages import message
from pipeline.core.sentences import as_columns, count, suggestion
from pipeline.load.folders import LEDGER
from pipeline.model.words import format_date
from pipeline.services.colleges.events import Event
from pipeline.services.colleges.holdings import Holding, compute_holdings, deliveries
from pipeline.services.colleges.ledger import open_project_ledger
from pipeline.services.colleges.recalls import (
    Recall,
    count_copies,
    find_open_copies,
    find_told_days,
    is_recalled,
    list_issued_editions,
    list_planned_editions,
    list_published_versions,
    list_recalls,
)
from pipeline.services.editions.records import read_records

HEADS = (
    *("college", "pack", "edition", "format", "copy", "quantity", "state", "since", "confirmed", "delivery"),
    *("briefings", "recalled"),
)
BRIEF = 10
"""The columns that a terminal has room for."""
RECALLS = ("recall", "of", "recalled", "colleges", "told", "open", "lifted", "reason")
OPEN = ("college", "told", "pack", "edition", "format", "copy", "quantity", "state", "since", "delivery")


@click.command("holdings")
@click.option("--college", metavar="ID", help="One college.")
@click.option("--pack", metavar="ID", help="One pack.")
@click.option("--briefing", metavar="ID|ID@1.0", help="Packs with a briefing, or with a version of it.")
@click.option("--edition", metavar="NAME", help="One edition.")
@click.option("--on", "day", type=DAY, metavar="YYYY-MM-DD", help="As it was at the end of a day (default: now).")
@click.option("--recall", metavar="NAME", help="A recall, such as recall-3: who was told, and what is still open.")
@click.option("--recalls", "listed", is_flag=True, help="All recalls, each with what is still open.")
@click.option("--all", "whole", is_flag=True, help="What was replaced, returned, destroyed or lost too.")
@rendered("text", "json", "csv")
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
    """List who holds which edition, in which format and in how many copies, by the ledger of what left the house.

    What was sent counts as held from that day on, until the college answers otherwise. Of a recall it ends with 1 until
    every copy is accounted for.
    """
    if (recall or listed) and (college or pack or briefing or edition or whole or day):
        raise click.UsageError("--recall and --recalls list what is out now: leave the other options away.")
    ledger = open_project_ledger(project)
    events, faults = ledger.events(), ledger.faults()
    sought, on = HoldingsQuery(college, pack, briefing, edition), day.date() if day else None
    with told_before_errors(faults):
        _require_on_record(project, events, sought)
        if recall:
            _require_known("recall", recall, set(list_recalls(events)))
    if listed:
        found = _every_recall(events)
    elif recall:
        found = _open_copies(events, list_recalls(events)[recall])
    else:
        found = _copies(events, sought, on, whole)
    today = day_of(None, project)
    early = (
        on and on > today and f"{format_date(on)} is still to come: this is what is known up to {format_date(today)}."
    )
    remarks = (*faults, *found.diagnostics)
    return replace(found, diagnostics=remarks, exit=bool(remarks), warnings=[early] if early else ())


@dataclass(frozen=True, slots=True)
class HoldingsQuery:
    """The copies that are asked about: those of a college, a pack, a briefing, an edition; all, where none is named."""

    college: str | None = None
    pack: str | None = None
    briefing: str | None = None
    edition: str | None = None

    def means(self, one: Holding) -> bool:
        """Whether copies are among them."""
        if self.college not in (None, one.college) or self.pack not in (None, one.pack):
            return False
        if self.edition not in (None, one.edition):
            return False
        return self.briefing is None or any(self.briefing in (text, text.partition("@")[0]) for text in one.briefings)


def _copies(events: Sequence[Event], sought: HoldingsQuery, on: date | None, whole: bool) -> Outcome:
    """The copies that are held, or `whole` all that ever were."""
    found = [one for one in compute_holdings(events, on) if sought.means(one) and (whole or one.state == "held")]
    begun = [one for one in list_recalls(events).values() if on is None or one.on <= on]
    rows = [_row(one, begun) for one in sorted(found, key=_order)]
    columns = [*range(BRIEF), *((len(HEADS) - 1,) if any(row[-1] for row in rows) else ())]
    text = as_columns([HEADS[at] for at in columns], [[row[at] for at in columns] for row in rows])
    none = f"Nothing is held{f' on {format_date(on)}' if on else ''}, as far as the ledger knows."
    return Outcome(text=[text if rows else none], table=Table(HEADS, rows))


def _require_on_record(project: Project, events: Sequence[Event], sought: HoldingsQuery) -> None:
    """Stop at a name of what was never delivered, issued or published, whatever has become of it."""
    _require_known("college", sought.college, {one.college for one in deliveries(events).values()})
    if not (sought.pack or sought.edition or sought.briefing):
        return
    editions = (*list_planned_editions(events), *list_issued_editions(read_records(project.files).every()))
    _require_known("pack", sought.pack, {pack for pack, _, _ in editions})
    _require_known("edition", sought.edition, {name for pack, name, _ in editions if sought.pack in (None, pack)})
    if sought.briefing:
        texts = {text for _, _, those in editions for text in those} | {*list_published_versions(project.loaded[0])}
        _require_known("briefing", sought.briefing, texts | {text.partition("@")[0] for text in texts})


def _require_known(kind: str, named: str | None, known: set[str]) -> None:
    """Stop at a name that is not known."""
    if named and named not in known:
        meant = suggestion(named, sorted(known), "")
        raise UsageError(f"Nothing of the {kind} '{named}' is on record. {meant}".rstrip())


def _order(one: Holding) -> tuple[str, str, date, str, str, int]:
    return one.college, one.pack, one.since, one.edition, one.format, one.copy


def _row(one: Holding, known: Iterable[Recall]) -> tuple[str, ...]:
    copy = str(one.copy) if one.copy else ""
    confirmed = "yes" if one.confirmed else "no"
    said = (one.college, one.pack, one.edition, one.format, copy, str(one.quantity), one.state, one.since.isoformat())
    by = " ".join(each.name for each in known if one.state == "held" and is_recalled(one, each))
    return (*said, confirmed, one.delivery, " ".join(one.briefings), by)


def _every_recall(events: Sequence[Event]) -> Outcome:
    """Every recall, with the number of copies that are open."""
    rows = []
    for one in list_recalls(events).values():
        found, told = find_open_copies(events, one), len(find_told_days(events, one.name))
        sums = len({copy.college for copy in found}), told, count_copies(found)
        rows.append((one.name, one.of, one.on.isoformat(), *map(str, sums), one.lifted, one.reason))
    none = () if rows else ("Nothing was recalled, as far as the ledger knows.",)
    return Outcome(text=none, table=Table(RECALLS, rows))


def _open_copies(events: Sequence[Event], recall: Recall) -> Outcome:
    """The copies of a recall that are open, and when their holders were told."""
    found, told = find_open_copies(events, recall), find_told_days(events, recall.name)
    rows = []
    for one in sorted(found, key=_order):
        day = told[one.college].isoformat() if one.college in told else "no"
        said = (one.pack, one.edition, one.format, str(one.copy or ""), str(one.quantity), one.state)
        rows.append((one.college, day, *said, one.since.isoformat(), one.delivery))
    text = [f"{recall.name}: {recall.of}, recalled on {format_date(recall.on)}: {recall.reason}"]
    if recall.lifted:
        text.append(f"It was lifted: {recall.lifted}")
    elif not rows:
        text.append(f"All copies of {recall.name} are accounted for.")
    text += [as_columns(OPEN, rows)] if rows else []
    copies = count(count_copies(found), "copy is", "copies are")
    remarks = (message("recall-open", Location(LEDGER), copies=copies, name=recall.name),) if found else ()
    return Outcome(remarks, text, table=Table(OPEN, rows))
