"""The verb deliver: send an issued edition to its colleges, each by its channel, and never twice."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from pipeline.build.project import Project
from pipeline.cli.options import DAY, now_utc, override_option
from pipeline.cli.outcome import Exit, Outcome, OutcomeTable, verb_with_outcome
from pipeline.core.diagnostics import Diagnostic, Location, UsageError, ordered
from pipeline.core.files import write_atomically
from pipeline.core.messages import message
from pipeline.core.sentences import count_diagnostics, count_noun, format_columns, suggest_names
from pipeline.load.folders import COLLEGES_FILE
from pipeline.model.source.college import College, colleges_of
from pipeline.model.source.pack import Pack
from pipeline.model.words import format_date
from pipeline.services.colleges.copies import IssuedEdition, copies_are_allowed, prepare_copies, read_issued_edition
from pipeline.services.colleges.delivery_checks import (
    colleges_have_channels,
    find_channel_place,
    recipients_may_have,
    servers_are_ready,
)
from pipeline.services.colleges.delivery_plan import PRINTER, PlannedDelivery, Shipment, plan_deliveries, plan_print_job
from pipeline.services.colleges.delivery_runner import (
    DeliveryOutcome,
    DeliveryRunner,
    Task,
    record_plan,
    run_deliveries,
)
from pipeline.services.colleges.holdings import FINAL_STATES, Holding, compute_holdings, list_deliveries
from pipeline.services.colleges.ledger import list_copy_entries, open_ledger_to_write, require_past_day
from pipeline.services.colleges.ledger_events import EventKind, clean_reason
from pipeline.services.colleges.ledger_stores import Ledger
from pipeline.services.colleges.letters import (
    LABELS,
    compose_posted_letter,
    describe_delivered_copies,
    format_as_text,
    format_labels,
)
from pipeline.services.colleges.outgoing_parcels import (
    DeliveryContext,
    DeliveryRequest,
    build_college_parcel,
    build_job_parcel,
    create_transport,
)
from pipeline.services.colleges.parcels import create_project_seal
from pipeline.services.colleges.recalls import edition_is_not_recalled, list_recalls
from pipeline.services.colleges.recipients import assign_copy_numbers, find_recipients
from pipeline.services.colleges.transport import FailureKind, Parcel
from pipeline.services.editions.record_chain import read_records
from pipeline.services.editions.record_verb import require_pack

_FAILURE_CODES: Mapping[FailureKind, str] = {
    "refused": "deliver-refused",
    "hangs": "deliver-refused",
    "full": "deliver-full",
    "host": "deliver-host",
    "late": "deliver-ask",
}


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """The result of the command."""

    planned: tuple[PlannedDelivery, ...] = ()
    """The deliveries with their states."""
    obstacles: tuple[Diagnostic, ...] = ()
    """Why nothing was sent."""
    failed: tuple[Diagnostic, ...] = ()
    remarks: tuple[Diagnostic, ...] = ()
    """Remarks on the copies that were prepared."""
    post: Path | None = None
    """The folder with letters and labels for the post."""


def deliver_pack(project: Project, ledger: Ledger, pack: Pack, request: DeliveryRequest) -> DeliveryReport:
    """Deliver an edition of a pack to the colleges that do not have it yet."""
    issued = read_issued_edition(project, pack, request.edition)
    if not isinstance(issued, IssuedEdition):
        return DeliveryReport(obstacles=issued)
    record = issued.saved.record
    if request.today < record.issued:
        raise UsageError(f"'{record.edition}' was issued on {format_date(record.issued)}: it cannot go out before.")
    context = DeliveryContext(project, ledger, issued, request)
    chosen = _choose_recipients(context, pack.id)
    planned = _plan(context, chosen)
    obstacles = (*issued.faults, *_find_recalls(context), *_find_obstacles(context, chosen, planned))
    if obstacles or request.only_planned:
        return DeliveryReport(planned, ordered(dict.fromkeys(obstacles)))
    if all(delivery.state in FINAL_STATES for delivery in planned):
        return DeliveryReport(planned, failed=_report_uncertain(context, planned))
    prepared = prepare_copies(project, ledger, issued, request.today, request.reasons)
    if prepared.refused:
        return DeliveryReport(planned, prepared.remarks)
    if recalled := _find_recalls(context):  # since the copies were prepared
        return DeliveryReport(planned, recalled)
    return replace(_send(context, _plan(context, chosen)), remarks=prepared.remarks)


def _find_recipients(context: DeliveryContext) -> Mapping[str, College]:
    return find_recipients(context.issued.library, context.issued.prepared.pack, context.request.today)


def _choose_recipients(context: DeliveryContext, pack: str) -> Mapping[str, College]:
    """Return the recipients that the request names, or all. Raises `UsageError` for other names."""
    recipients, colleges = _find_recipients(context), colleges_of(context.issued.library.others)
    today, names = context.request.today, context.request.to
    known = (*recipients, PRINTER) if context.settings.printer else tuple(recipients)
    for name in names:
        closed = colleges[name].until if name in colleges else None
        if closed and closed < today:
            raise UsageError(f"'{name}' takes no deliveries after {format_date(closed)} ('until' in {COLLEGES_FILE}).")
        if name not in known:
            hint = suggest_names(name, known, f"'{pack}' goes to {', '.join(recipients) or 'nobody'}.")
            raise UsageError(f"'{name}' is no recipient of '{pack}'. {hint}")
    return {name: college for name, college in recipients.items() if not names or name in names}


def _find_recalls(context: DeliveryContext) -> tuple[Diagnostic, ...]:
    """Return the recalls of the edition in the ledger as it is now."""
    return tuple(edition_is_not_recalled(list_recalls(context.ledger.events()).values(), context.issued.prepared))


def _plan(context: DeliveryContext, chosen: Mapping[str, College]) -> tuple[PlannedDelivery, ...]:
    """Return the deliveries to the chosen colleges, and the print job, by the ledger as it is now."""
    issued, request, recipients = context.issued, context.request, _find_recipients(context)
    record, pack, events = issued.saved.record, issued.prepared.pack, context.ledger.events()
    shipment = Shipment(issued.saved, pack)
    if record.numbered:
        entries = [entry for entry in list_copy_entries(events) if entry.issue == (record.pack, record.edition)]
        formats = [file.format for file in record.files]
        shipment = replace(shipment, copies=assign_copy_numbers(recipients, pack, formats, entries))
    known = tuple(list_deliveries(events).values())
    planned = plan_deliveries(shipment, recipients, known, request.again)
    printer = context.settings.printer
    if printer and (not request.to or PRINTER in request.to):
        spare = pack.fields.print.over(issued.library.imprint.fields.print).spare
        again = request.again if PRINTER in request.to else ""
        planned += plan_print_job(shipment, printer, recipients, spare, known, again)
    chain = read_records(context.project.files).chains.get(pack.id, ())
    newer = tuple(saved.record.edition for saved in chain if saved.record.number > record.number)
    return tuple(replace(delivery, newer=newer) for delivery in planned if delivery.college in chosen or delivery.job)


def _find_obstacles(
    context: DeliveryContext, chosen: Mapping[str, College], planned: Sequence[PlannedDelivery]
) -> Iterator[Diagnostic]:
    """Yield the obstacles to deliveries in the library and the environment."""
    issued, binding = context.issued, context.binding
    library, pack = issued.library, issued.prepared.pack
    today = max(issued.prepared.produced, context.request.today)
    yield from copies_are_allowed(issued, context.request.reasons, today)
    yield from recipients_may_have(library, binding, chosen)
    yield from colleges_have_channels(library, Shipment(issued.saved, pack), chosen)
    unfinished = [delivery for delivery in planned if delivery.state not in FINAL_STATES]
    yield from servers_are_ready(library, binding, unfinished)


def _send(context: DeliveryContext, planned: tuple[PlannedDelivery, ...]) -> DeliveryReport:
    """Record the plan, write the letters that are posted, and make the other deliveries."""
    project, ledger = context.project, context.ledger
    seal = create_project_seal(project)  # before the plan is recorded, as when the copies were prepared
    runner = DeliveryRunner(ledger, now_utc, context.request.today.isoformat(), time.sleep)
    planned = tuple(_add_sizes(context, delivery) for delivery in planned)
    record_plan(runner, planned)
    holdings = compute_holdings(ledger.events())
    post = _write_letters(context, holdings, planned)

    def build_parcel(delivery: PlannedDelivery) -> Parcel:
        if delivery.job:
            return build_job_parcel(context, delivery, seal)
        return build_college_parcel(context, delivery, seal, holdings)

    tasks = [
        Task(delivery, create_transport(context, delivery), partial(build_parcel, delivery))
        for delivery in planned
        if not delivery.on_paper and delivery.state not in FINAL_STATES
    ]

    def report(task: Task, outcome: DeliveryOutcome) -> None:
        project.progress.say(f"{task.delivery.college}, by {task.delivery.channel}: {outcome.state}.")

    outcomes = run_deliveries(runner, tasks, report)
    now = list_deliveries(ledger.events())
    failed = [
        _report_failure(context, delivery, outcomes[delivery.id])
        for delivery in planned
        if delivery.id in outcomes and outcomes[delivery.id].state not in (EventKind.SENT, "elsewhere")
    ]
    failed += _report_uncertain(context, planned)
    ended = tuple(replace(delivery, state=now[delivery.id].state) for delivery in planned)
    return DeliveryReport(ended, failed=ordered(failed), post=post)


def _write_letters(
    context: DeliveryContext, holdings: Sequence[Holding], planned: Iterable[PlannedDelivery]
) -> Path | None:
    """Write a letter for each parcel to be posted, and the labels; return their folder."""
    posted = [delivery for delivery in planned if delivery.waits and delivery.channel == "post"]
    if not posted:
        return None
    folder = context.project.output / "deliveries" / context.issued.prepared.folder
    for id_, letter in context.letters(posted, holdings).items():
        write_atomically(folder / f"letter-{id_}.txt", format_as_text(compose_posted_letter(letter)).encode())
    write_atomically(folder / LABELS, format_labels(posted, colleges_of(context.issued.library.others)))
    return folder


def _add_sizes(context: DeliveryContext, delivery: PlannedDelivery) -> PlannedDelivery:
    """Add the sizes of the numbered copies that were prepared for a delivery."""
    if delivery.job:
        return delivery
    recipient = "printer" if delivery.on_paper else f"colleges/{delivery.college}"
    folder = context.project.output / recipient / context.issued.prepared.folder
    files = (
        replace(file, bytes=path.stat().st_size) if file.copies and path.is_file() else file
        for file, path in ((file, folder / file.name) for file in delivery.files)
    )
    return replace(delivery, files=tuple(files))


def _report_uncertain(context: DeliveryContext, planned: Iterable[PlannedDelivery]) -> tuple[Diagnostic, ...]:
    """Report deliveries that an earlier run left uncertain, until a person settles them."""
    outcome = DeliveryOutcome(EventKind.UNCERTAIN, reason="It is on record as uncertain")
    uncertain = (delivery for delivery in planned if delivery.state == EventKind.UNCERTAIN)
    return tuple(_report_failure(context, delivery, outcome) for delivery in uncertain)


def _report_failure(context: DeliveryContext, delivery: PlannedDelivery, outcome: DeliveryOutcome) -> Diagnostic:
    """Report a delivery that was not sent, at its channel."""
    place: Location = find_channel_place(context.issued.library, delivery)
    when = "after a quarter of an hour" if outcome.failure == "late" else "once that is back"
    reason = f"{outcome.reason}; tried {outcome.tries} times" if outcome.failure == "hangs" else outcome.reason
    if outcome.failure:
        code = _FAILURE_CODES[outcome.failure]
    else:
        code = "deliver-ask" if outcome.state == EventKind.COMMITTING else "deliver-uncertain"
    values = {"reason": reason, "college": delivery.college, "to": delivery.to, "delivery": delivery.id, "when": when}
    return message(code, place, **values)


DELIVERY_HEADS = ("delivery", "college", "edition", "channel", "to", "files", "state")


@click.command("deliver")
@click.argument("name", metavar="PACK")
@click.option("--edition", metavar="NAME", help="The edition (default: that of the pack's file).")
@click.option("--to", "to", multiple=True, metavar="COLLEGE", help="Deliver only to this college; repeatable.")
@click.option("--again", metavar="REASON", help="Send again; the ledger keeps the reason.")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The day of the delivery (default: today).")
@override_option("NAME=REASON", "Override an objection to a briefing; the ledger keeps the reason.")
@click.option("--dry-run", is_flag=True, help="Show the plan and any objections; send nothing.")
@verb_with_outcome("text", "json", "csv")
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
    """Deliver an issued edition to its colleges, each only once.

    Each college gets its parcel once, from the archive. Run it again after any failure: it continues. For printed
    copies, record the posting with 'briefings settle ID --sent'. Exits with 5 if a delivery failed, or if its
    outcome is unknown.
    """
    pack = require_pack(project.loaded[0], name, "delivered")
    if again is not None and not to:
        raise click.UsageError("--again takes --to COLLEGE: name the colleges that are to get it once more.")
    if again is not None and not (again := clean_reason(again)):
        raise click.UsageError("--again takes the reason for sending it once more.")
    ledger = open_ledger_to_write(project, dry_run)
    request = DeliveryRequest(require_past_day(produced, project), edition, to, reasons, again or "", dry_run)
    report = deliver_pack(project, ledger, pack, request)
    rows = [_row(delivery) for delivery in report.planned]
    text = [format_columns(DELIVERY_HEADS, rows)] if rows else []
    if older := next((delivery for delivery in report.planned if delivery.newer), None):
        text.append(f"'{older.edition}' is superseded: '{older.newer[-1]}' is newer, and copies of that stay.")
    text += _describe_report(report, dry_run)
    code = Exit.FAULTS if report.obstacles else Exit.UNDELIVERED if report.failed else Exit.OK
    return Outcome((*report.obstacles, *report.failed, *report.remarks), text, code, OutcomeTable(DELIVERY_HEADS, rows))


def _row(delivery: PlannedDelivery) -> tuple[str, ...]:
    formats = ", ".join(dict.fromkeys(file.format for file in delivery.files))
    copies = describe_delivered_copies(delivery)
    files = f"{formats}: {copies}" if delivery.on_paper or delivery.files[0].copies else formats
    files = f"job: {copies}" if delivery.job else files
    columns = (delivery.id, delivery.college, delivery.edition, delivery.channel, delivery.to)
    return (*columns, files, delivery.state)


def _describe_report(report: DeliveryReport, dry_run: bool) -> list[str]:
    if report.obstacles:
        return [f"Nothing was delivered: {count_diagnostics(report.obstacles)}."]
    if dry_run:
        new = sum(
            delivery.state not in FINAL_STATES and not (delivery.on_paper and delivery.state == EventKind.PLANNED)
            for delivery in report.planned
        )
        return [f"{count_noun(new, 'delivery', 'deliveries')} would be made; nothing was."]
    sent = sum(delivery.state == EventKind.SENT for delivery in report.planned)
    lines = [f"{count_noun(sent, 'delivery', 'deliveries')} of {len(report.planned)} sent."]
    if waiting := [delivery for delivery in report.planned if delivery.waits]:
        lines.append("When printed copies are on their way, say so; one command takes several:")
        for delivery in waiting:
            copies = f"{delivery.college}, {describe_delivered_copies(delivery)}"
            lines.append(f"  briefings settle {delivery.id} --sent   # {copies}")
    if report.post:
        lines.append(f"Letters for what you post, and {LABELS} for the labels: {report.post}")
    if any(delivery.state not in (*FINAL_STATES, EventKind.PLANNED) for delivery in report.planned):
        lines.append("Some were not: run the same command again when that is mended; nothing is sent twice.")
    return lines
