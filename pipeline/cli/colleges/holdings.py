"""The verb holdings: who holds what, on any day."""

import sys
from collections.abc import Sequence
from datetime import date, datetime

import click

from pipeline.cli.colleges.opening import project_events
from pipeline.cli.options import DAY, Shared, colour, open_project, shared, show_table
from pipeline.cli.reports import report
from pipeline.codes import colleges as codes
from pipeline.colleges.holdings import Holding, deliveries, holdings
from pipeline.colleges.ledger.events import Event
from pipeline.colleges.recalls import number_of, recalls, still_open
from pipeline.core.diagnostics import Place
from pipeline.core.errors import UsageError
from pipeline.core.tables import count
from pipeline.load.library.folders import LEDGER
from pipeline.model.day import in_words
from pipeline.resolve.nearest import did_you_mean

HEADS = (
    "college",
    "pack",
    "edition",
    "format",
    "copy",
    "quantity",
    "state",
    "since",
    "confirmed",
    "delivery",
    "briefings",
)
BRIEF = len(HEADS) - 1


@click.command("holdings")
@click.option("--college", metavar="ID", help="One college.")
@click.option("--pack", metavar="ID", help="One pack.")
@click.option("--briefing", metavar="ID|ID@1.0", help="Packs with a briefing, or with a version of it.")
@click.option("--edition", metavar="NAME", help="One edition.")
@click.option("--on", "day", type=DAY, metavar="YYYY-MM-DD", help="As it was at the end of a day (default: now).")
@click.option("--recall", metavar="NAME", help="What is still out of a recall, such as recall-3.")
@click.option("--all", "whole", is_flag=True, help="What was replaced, returned, destroyed or lost too.")
@shared
@click.pass_context
def verb(
    context: click.Context,
    college: str | None,
    pack: str | None,
    briefing: str | None,
    edition: str | None,
    recall: str | None,
    day: datetime | None,
    whole: bool,
) -> int:
    """List who holds which edition, in which format and in how many copies, by the ledger of what left the house.

    What was sent counts as held from that day on, until the college answers otherwise.
    """
    options = Shared(context)
    form = options.form("text", "json", "csv")
    if recall and day:
        raise click.UsageError("--recall lists what is out now: leave --on away.")
    project = open_project(options, 1)
    events, faults = project_events(project)
    click.echo(report.as_text(faults, colour(sys.stderr)), nl=False, err=True)
    on = day.date() if day else None
    every = _of_recall(events, recall) if recall else holdings(events, on)
    _require_on_record(events, college, pack, briefing, edition)
    found = [one for one in every if _meant(one, college, pack, briefing, edition)]
    if not (whole or recall):
        found = [one for one in found if one.state == "held"]
    rows = [_row(one) for one in sorted(found, key=_order)]
    if form == "text":
        if rows:
            show_table(form, HEADS[:BRIEF], [row[:BRIEF] for row in rows])
        elif recall:
            click.echo(_nothing_out(recall, number_of(every)))
        else:
            click.echo(f"Nothing is held{f' on {in_words(on)}' if on else ''}, as far as the ledger knows.")
    else:
        show_table(form, HEADS, rows)
    return 1 if faults or (recall and rows) else 0


def _nothing_out(recall: str, elsewhere: int) -> str:
    """Words for a recall of which nothing is out, or nothing that was asked about."""
    if not elsewhere:
        return f"All copies of {recall} are accounted for."
    return f"Nothing of {recall} is out there, but {count(elsewhere, 'copy', 'copies')} elsewhere."


def _of_recall(events: Sequence[Event], name: str) -> tuple[Holding, ...]:
    """Copies that are still out of a recall; tells how many were asked for."""
    known = recalls(events)
    _require_known("recall", name, set(known))
    found = still_open(events, known[name])
    asked = max(number_of(found), sum(copy[-1] for copy in known[name].copies))
    if found:
        remark = codes.RECALL_OPEN.at(Place(LEDGER), open=number_of(found), asked=asked, name=name)
        click.echo(report.as_text((remark,), colour(sys.stderr)), nl=False, err=True)
    return found


def _require_on_record(
    events: Sequence[Event], college: str | None, pack: str | None, briefing: str | None, edition: str | None
) -> None:
    """Stop at a name that no delivery has, whatever has become of it. Of briefings any version may be asked about."""
    known = deliveries(events).values()
    texts = {text.partition("@")[0] for one in known for text in one.facts["briefings"]}
    _require_known("college", college, {one.college for one in known})
    _require_known("pack", pack, {one.title[0] for one in known})
    _require_known("edition", edition, {one.title[1] for one in known})
    _require_known("briefing", briefing and briefing.partition("@")[0], texts)


def _require_known(kind: str, named: str | None, known: set[str]) -> None:
    if named and named not in known:
        meant = did_you_mean(named, sorted(known), "")
        raise UsageError(f"Nothing of the {kind} '{named}' is on record in the ledger. {meant}".rstrip())


def _meant(one: Holding, college: str | None, pack: str | None, briefing: str | None, edition: str | None) -> bool:
    if college not in (None, one.college) or pack not in (None, one.pack) or edition not in (None, one.edition):
        return False
    return briefing is None or any(briefing in (text, text.partition("@")[0]) for text in one.briefings)


def _order(one: Holding) -> tuple[str, str, date, str, str, int]:
    return one.college, one.pack, one.since, one.edition, one.format, one.copy


def _row(one: Holding) -> tuple[str, ...]:
    copy = str(one.copy) if one.copy else ""
    confirmed = "yes" if one.confirmed else "no"
    said = (one.college, one.pack, one.edition, one.format, copy, str(one.quantity), one.state, one.since.isoformat())
    return (*said, confirmed, one.delivery, " ".join(one.briefings))
