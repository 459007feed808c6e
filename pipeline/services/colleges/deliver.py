"""The verb deliver: an issued edition goes to its colleges, each by its channel, and never twice."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import click

from pipeline.build.project import Project
from pipeline.cli.options import DAY, now_utc, overriding
from pipeline.cli.outcome import Exit, Outcome, Table, rendered
from pipeline.core.diagnostics import Diagnostic, Location, UsageError, ordered
from pipeline.core.digests import sha256
from pipeline.core.files import write_whole
from pipeline.core.messages import message
from pipeline.core.sentences import as_columns, count, suggestion, tally
from pipeline.load.folders import COLLEGES
from pipeline.model.library import Library
from pipeline.model.source.college import College, DeliverySettings, colleges_of
from pipeline.model.source.pack import Pack
from pipeline.model.source.posting import Postage
from pipeline.model.words import format_date
from pipeline.services.colleges.copies import IssuedEdition, copies_are_allowed, prepare_copies, read_issued_edition
from pipeline.services.colleges.events import Event, clean_reason, format_instant
from pipeline.services.colleges.gates import (
    colleges_can_receive,
    find_channel_place,
    is_sent_as_links,
    mail_can_be_sent,
    sftp_secrets_are_set,
)
from pipeline.services.colleges.holdings import DELIVERY_STATES, FINAL_STATES, compute_holdings, deliveries
from pipeline.services.colleges.ledger import list_copy_entries, open_ledger_to_write, require_past_day
from pipeline.services.colleges.letters import (
    COVER_NOTE,
    LABELS,
    compose_closing,
    compose_link_list,
    compose_posted_letter,
    compute_answer_day,
    describe_delivered_copies,
    find_letter_words,
    format_as_text,
    format_labels,
)
from pipeline.services.colleges.manifest import ABOUT, CHECK_PAGE, MANIFEST, ParcelSeal, resealed
from pipeline.services.colleges.parcels import create_project_seal
from pipeline.services.colleges.plan import PRINTER, PlannedDelivery, PlannedFile, Shipment, plan, plan_print_job
from pipeline.services.colleges.recalls import edition_is_not_recalled, list_recalls
from pipeline.services.colleges.stores import Ledger
from pipeline.services.colleges.takers import assign_copy_numbers, find_recipients
from pipeline.services.colleges.transport import (
    DeliveryFailed,
    FailureKind,
    OutcomeUnknown,
    Parcel,
    ServerUnavailable,
    Transport,
    make_links,
    make_receipt,
)
from pipeline.services.colleges.transports import build_job_parcel, create_transport, missing_secrets
from pipeline.services.editions.edition import read_with_texts
from pipeline.services.editions.record import chosen_pack
from pipeline.services.editions.records import read_records

# Acting on a plan of deliveries: what is on record decides what is done next, so that it may be killed anywhere.
# Killed before the one moment of a delivery, it is done again; killed within it, the transport is asked; and what
# nobody can answer is left to a person, and never sent again by itself. Each delivery has a thread of its own, so
# that a server that hangs holds up none but its own colleges. The threads are not waited for where the command is
# stopped: they go with the process, as if it had been killed.

RETRY_PAUSES = (2.0, 10.0)
"""Seconds before the second try and the third."""
MAX_PER_SERVER = 4
"""Deliveries that one server is given at once; servers take only so many from one machine."""
MAX_PARCELS = 32
"""Deliveries that are under way at once, over all servers: each has its parcel in memory."""


@dataclass(frozen=True, slots=True)
class Task:
    """A delivery that a machine makes: the transport, and the parcel, put together when its turn comes."""

    delivery: PlannedDelivery
    transport: Transport
    parcel: Callable[[], Parcel]


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """Result of a delivery: its state, or `elsewhere` where another process works on it."""

    state: str
    trouble: FailureKind | None = None
    reason: str = ""
    again: bool = False
    """Whether another try may go better."""
    tries: int = 1


@dataclass(frozen=True, slots=True)
class DeliveryRunner:
    """The means to act: the ledger, the clock, the day that events tell of, and how to wait."""

    ledger: Ledger
    clock: Callable[[], datetime]
    day: str
    wait: Callable[[float], None]

    def note(self, kind: str, delivery: str, facts: Mapping[str, Any]) -> None:
        """Put an event on record, on the disk."""
        self.ledger.add(format_instant(self.clock()), kind, delivery, facts, unless=FINAL_STATES)


def record_plan(runner: DeliveryRunner, planned: Iterable[PlannedDelivery]) -> None:
    """Put what is planned on record, each delivery once, whoever else plans it at the same time."""
    for one in planned:
        if not runner.ledger.events_of(one.id):
            runner.ledger.add(
                format_instant(runner.clock()),
                "planned",
                one.id,
                {**one.facts(), "on": runner.day},
                unless=DELIVERY_STATES,
            )


def run_deliveries(
    runner: DeliveryRunner, tasks: Sequence[Task], tell: Callable[[Task, DeliveryOutcome], None]
) -> Mapping[str, DeliveryOutcome]:
    """Bring every delivery to an end, each in a thread of its own. Each end is told, by this thread."""
    ended: SimpleQueue[tuple[Task, DeliveryOutcome | BaseException]] = SimpleQueue()
    lanes = {task.transport.where: threading.Semaphore(MAX_PER_SERVER) for task in tasks}
    room = threading.Semaphore(MAX_PARCELS)

    def work(task: Task) -> None:
        try:
            outcome = DeliveryOutcome("planned")
            for number, pause in enumerate((0, *RETRY_PAUSES), 1):
                if pause:
                    runner.wait(pause)
                with lanes[task.transport.where], room:
                    outcome = replace(_advanced(runner, task, number), tries=number)
                if not outcome.again:
                    break
            ended.put((task, outcome))
        except BaseException as fault:
            ended.put((task, fault))

    for task in tasks:
        threading.Thread(target=partial(work, task), name=task.delivery.id, daemon=True).start()
    outcomes, faults = dict[str, DeliveryOutcome](), list[BaseException]()
    for _ in tasks:
        task, end = ended.get()
        if isinstance(end, BaseException):
            faults.append(end)
            continue
        outcomes[task.delivery.id] = end
        tell(task, end)
    if faults:  # of ours: the others have come to their ends
        raise faults[0]
    return outcomes


def _advanced(runner: DeliveryRunner, task: Task, number: int) -> DeliveryOutcome:
    """A delivery, from wherever it stands, as far as one try brings it; nobody else works on it meanwhile."""
    id_ = task.delivery.id
    with runner.ledger.lock_subject(id_) as ours:
        if not ours:
            return DeliveryOutcome("elsewhere")
        events = runner.ledger.events_of(id_)
        known = deliveries(events)[id_]
        if known.state in FINAL_STATES:
            return DeliveryOutcome(known.state)
        try:
            receipt = None
            if known.state == "committing":
                last = [event for event in events if event.kind == "committing"][-1]
                moment, digest = datetime.fromisoformat(last.at), str(last.facts.get("receipt", ""))
                receipt = task.transport.find(id_, task.delivery.to, moment, digest)
            if receipt is None:
                parcel = task.parcel()
                runner.note("begun", id_, {"try": number})
                commit = task.transport.prepare(parcel)
                runner.note("committing", id_, {"receipt": sha256(make_receipt(parcel))})
                receipt = commit()
        except DeliveryFailed as failure:
            runner.note("failed", id_, {"reason": failure.reason, "try": number})
            return DeliveryOutcome("failed", failure.trouble, failure.reason, failure.passing)
        except OutcomeUnknown as doubt:
            runner.note("uncertain", id_, {"reason": str(doubt)})
            return DeliveryOutcome("uncertain", reason=str(doubt))
        except ServerUnavailable as closed:
            return DeliveryOutcome("committing", "late" if closed.late else None, closed.reason)
        runner.note("sent", id_, {"by": "channel", "on": runner.day, "receipt": receipt})
        return DeliveryOutcome("sent")


_CODES: Mapping[FailureKind, str] = {
    "refused": "deliver-refused",
    "hangs": "deliver-refused",
    "full": "deliver-full",
    "host": "deliver-host",
    "late": "deliver-ask",
}


@dataclass(frozen=True, slots=True)
class DeliveryRequest:
    """A delivery as it is asked for: the edition by its name, colleges, reasons, and why it is sent once more."""

    today: date
    edition: str | None = None
    to: tuple[str, ...] = ()
    reasons: Mapping[str, str] | None = None
    again: str = ""
    only_planned: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """Result of the command: the deliveries with their states, what stands against them, and what failed."""

    planned: tuple[PlannedDelivery, ...] = ()
    against: tuple[Diagnostic, ...] = ()
    """Remarks that stand against the whole: nothing was sent."""
    failed: tuple[Diagnostic, ...] = ()
    beside: tuple[Diagnostic, ...] = ()
    post: Path | None = None
    """The folder of letters and labels for what is to be posted."""


def deliver_pack(project: Project, kept: Ledger, pack: Pack, wanted: DeliveryRequest) -> DeliveryReport:
    """Deliver an edition of a pack to the colleges that take it, as far as it has not been delivered."""
    issued = read_issued_edition(project, pack, wanted.edition)
    if not isinstance(issued, IssuedEdition):
        return DeliveryReport(against=issued)
    one = issued.one
    if wanted.today < one.record.issued:
        raise UsageError(
            f"'{one.record.edition}' was issued on {format_date(one.record.issued)}: it cannot go out before."
        )
    shipment = Shipment(one, issued.issue.pack)
    every = find_recipients(issued.library, shipment.pack, wanted.today)
    takers = _chosen(issued.library, every, wanted, pack.id)
    planned = _of(_planned(project, kept, issued, shipment, wanted), takers)
    against = (*issued.faults, *_recalled(kept, issued), *_against(project, issued, shipment, takers, planned, wanted))
    if against or wanted.only_planned:
        return DeliveryReport(planned, ordered(dict.fromkeys(against)))
    if all(one.state in FINAL_STATES for one in planned):
        return DeliveryReport(planned, failed=_uncertain(issued, planned))
    prepared = prepare_copies(project, kept, issued, wanted.today, wanted.reasons or {})
    if prepared.refused:
        return DeliveryReport(planned, prepared.remarks)
    if recalled := _recalled(kept, issued):  # while the copies were prepared
        return DeliveryReport(planned, recalled)
    planned = _of(_planned(project, kept, issued, shipment, wanted), takers)
    done = _acted(project, kept, issued, planned, wanted.today)
    return replace(done, beside=prepared.remarks)


def _of(planned: Iterable[PlannedDelivery], takers: Mapping[str, College]) -> tuple[PlannedDelivery, ...]:
    """The deliveries to the colleges that are meant, and the printer's job."""
    return tuple(one for one in planned if one.college in takers or one.job)


def _recalled(kept: Ledger, issued: IssuedEdition) -> tuple[Diagnostic, ...]:
    """Recalls that stand against the edition, by the ledger as it is now."""
    return tuple(edition_is_not_recalled(list_recalls(kept.events()).values(), issued.issue))


def _chosen(
    library: Library, takers: Mapping[str, College], wanted: DeliveryRequest, pack: str
) -> Mapping[str, College]:
    """The colleges that are meant; all, where none is named. The printer may be named beside them."""
    known = (*takers, PRINTER) if library.imprint.fields.of(DeliverySettings).printer else tuple(takers)
    for name in wanted.to:
        closed = colleges_of(library.others)[name].until if name in colleges_of(library.others) else None
        if closed and closed < wanted.today:
            raise UsageError(f"'{name}' takes no deliveries after {format_date(closed)} ('until' in {COLLEGES}).")
        if name not in known:
            hint = suggestion(name, known, f"'{pack}' goes to {', '.join(takers) or 'nobody'}.")
            raise UsageError(f"'{name}' is no recipient of '{pack}'. {hint}")
    return {name: college for name, college in takers.items() if not wanted.to or name in wanted.to}


def _planned(
    project: Project, kept: Ledger, issued: IssuedEdition, shipment: Shipment, wanted: DeliveryRequest
) -> tuple[PlannedDelivery, ...]:
    """The plan for every college, by the ledger as it is now."""
    every = find_recipients(issued.library, shipment.pack, wanted.today)
    if issued.numbered:
        record = shipment.one.record
        entries = [one for one in list_copy_entries(kept.events()) if one.issue == (record.pack, record.edition)]
        kinds = [file.format for file in shipment.one.record.files]
        shipment = replace(shipment, copies=assign_copy_numbers(every, shipment.pack, kinds, entries))
    known = tuple(deliveries(kept.events()).values())
    planned = plan(shipment, every, known, wanted.again)
    printer = issued.library.imprint.fields.of(DeliverySettings).printer
    if printer and (not wanted.to or PRINTER in wanted.to):
        spare = issued.issue.pack.fields.print.over(issued.library.imprint.fields.print).spare
        again = wanted.again if PRINTER in wanted.to else ""
        planned += plan_print_job(shipment, printer, every, spare, known, again)
    chain, number = read_records(project.files).chains.get(shipment.pack.id, ()), shipment.one.record.number
    newer = tuple(one.record.edition for one in chain if one.record.number > number)
    return tuple(replace(one, newer=newer) for one in planned)


def _against(
    project: Project,
    issued: IssuedEdition,
    shipment: Shipment,
    takers: Mapping[str, College],
    planned: Sequence[PlannedDelivery],
    wanted: DeliveryRequest,
) -> Iterator[Diagnostic]:
    """All that stands against deliveries, in the library and in the environment."""
    library, pack = issued.library, issued.issue.pack
    today = max(issued.issue.produced, wanted.today)
    yield from copies_are_allowed(library, pack, issued.numbered, wanted.reasons or {}, today)
    yield from colleges_can_receive(library, read_with_texts(library, pack, today), shipment, takers)
    open_ones = [one for one in planned if one.state not in FINAL_STATES]
    yield from sftp_secrets_are_set(library, open_ones, os.environ)
    mail = [one for one in open_ones if one.channel == "mail"]
    yield from mail_can_be_sent(library, read_with_texts(library, pack, today), mail)
    server = library.imprint.fields.of(DeliverySettings).mail
    for key, variable in missing_secrets(server) if mail and server else ():
        yield message("secret-missing", library.imprint.marks.at("mail", key), variable=variable)


def _acted(
    project: Project, kept: Ledger, issued: IssuedEdition, planned: tuple[PlannedDelivery, ...], today: date
) -> DeliveryReport:
    """Put the plan on record, and carry it out as far as a machine can."""
    seal = create_project_seal(project)  # as the parcels were prepared: before this plan is on record
    runner = DeliveryRunner(kept, now_utc, today.isoformat(), time.sleep)
    planned = tuple(_sized(project, issued, one) for one in planned)
    record_plan(runner, planned)
    title = f"{issued.issue.title}, {issued.issue.edition}"
    events = kept.events()
    post = _write_post(project, events, issued, planned, today)

    def made(one: PlannedDelivery) -> Parcel:
        if one.job:
            return build_job_parcel(project, issued, title, one, seal)
        return _parcel(project, issued, title, one, seal, events, today)

    tasks = [
        Task(one, create_transport(project.folder, issued, one), partial(made, one))
        for one in planned
        if not one.on_paper and one.state not in FINAL_STATES
    ]

    def tell(task: Task, outcome: DeliveryOutcome) -> None:
        project.progress.say(f"{task.delivery.college}, by {task.delivery.channel}: {outcome.state}.")

    outcomes = run_deliveries(runner, tasks, tell)
    now = deliveries(kept.events())
    states = tuple(replace(one, state=now[one.id].state) for one in planned)
    failed = [
        _remark(one, outcomes[one.id], find_channel_place(issued.library, one))
        for one in planned
        if one.id in outcomes and outcomes[one.id].state not in ("sent", "elsewhere")
    ]
    failed += _uncertain(issued, planned)
    return DeliveryReport(states, failed=ordered(failed), post=post)


def _write_post(
    project: Project, events: Sequence[Event], issued: IssuedEdition, planned: Sequence[PlannedDelivery], today: date
) -> Path | None:
    """Write a letter for each parcel that waits to be posted, and the labels; gives their folder."""
    posted = [one for one in planned if one.waits and one.channel == "post"]
    if not posted:
        return None
    library, held, folder = (
        issued.library,
        compute_holdings(events),
        project.output / "deliveries" / issued.issue.folder,
    )
    theirs = find_letter_words(project, library, [one.college for one in posted])
    by = compute_answer_day(library.imprint.fields.of(DeliverySettings).post or Postage(), today)
    for one in posted:
        letter = compose_posted_letter(library, issued.issue, one, held, theirs[one.college], by)
        write_whole(folder / f"letter-{one.id}.txt", format_as_text(letter).encode())
    write_whole(folder / LABELS, format_labels(posted, colleges_of(library.others)))
    return folder


def _uncertain(issued: IssuedEdition, planned: Sequence[PlannedDelivery]) -> tuple[Diagnostic, ...]:
    """Remarks on what an earlier run left uncertain: told until somebody settles it."""
    doubt = DeliveryOutcome("uncertain", reason="It is on record as uncertain")
    return tuple(
        _remark(one, doubt, find_channel_place(issued.library, one)) for one in planned if one.state == "uncertain"
    )


def _sized(project: Project, issued: IssuedEdition, one: PlannedDelivery) -> PlannedDelivery:
    """A delivery with the sizes of the numbered copies that were made for it."""
    if one.job:
        return one
    place = "printer" if one.on_paper else f"colleges/{one.college}"
    made = [project.output / place / issued.issue.folder / file.name for file in one.files]
    sized = (
        replace(file, bytes=path.stat().st_size) if file.copies and path.is_file() else file
        for file, path in zip(one.files, made, strict=True)
    )
    return replace(one, files=tuple(sized))


def _parcel(
    project: Project,
    issued: IssuedEdition,
    title: str,
    one: PlannedDelivery,
    seal: ParcelSeal,
    events: Sequence[Event],
    today: date,
) -> Parcel:
    """The parcel that was prepared for a college, with the files that were planned, sealed as it goes out."""
    files = read_prepared_files(project.output / "colleges" / one.college / issued.issue.folder, one.files)
    meant = {file.name for file in one.files}
    letter = files.pop(COVER_NOTE).decode()
    words = find_letter_words(project, issued.library, (one.college,))[one.college]
    if files.keys() - meant - {*ABOUT, CHECK_PAGE}:
        rest = words.say("letter-rest", files=", ".join(file.name for file in one.files))
        letter = f"{rest}\n\n{letter}"
    by = compute_answer_day(issued.library.imprint.fields.of(DeliverySettings).post or Postage(), today)
    letter += (
        f"\n{format_as_text(compose_closing(issued.library, issued.issue, one, compute_holdings(events), words, by))}"
    )
    sent = {name: content for name, content in files.items() if name in meant or name == MANIFEST}
    if one.channel != "mail":
        parts = resealed(sent | {COVER_NOTE: letter.encode()}, seal)
        return Parcel(one.id, one.to, title, parts, letter, words.language)
    parts = resealed(sent, seal)
    links = _links(issued, one, {name: sha256(parts[name]) for name in sorted(meant)}, today)
    letter = f"{format_as_text(compose_link_list(links, words))}\n{letter}" if links else letter
    parts |= {COVER_NOTE: letter.encode()}  # a mail's own words
    return Parcel(one.id, one.to, title, parts, letter, words.language, links)


def _links(issued: IssuedEdition, one: PlannedDelivery, files: Mapping[str, str], today: date) -> Mapping[str, str]:
    """The links by which the files of a message go, of which the SHA-256 is given; none where they go with it."""
    server, pack = issued.library.imprint.fields.of(DeliverySettings).mail, issued.issue.pack
    binding = read_with_texts(issued.library, pack, max(issued.issue.produced, today))
    if server is None or server.links is None or not is_sent_as_links(issued.library, binding, one):
        return {}
    return make_links(server.links.address, files)


def read_prepared_files(place: Path, planned: Iterable[PlannedFile]) -> dict[str, bytes]:
    """The files of a folder that was prepared; `DeliveryFailed` where one is not the file that was planned."""
    files = {path.name: path.read_bytes() for path in sorted(place.iterdir())} if place.is_dir() else {}
    for file in planned:
        if sha256(files.get(file.name, b"")) != file.sha256:
            raise DeliveryFailed("refused", f"{place / file.name} is not the file that was planned")
    return files


def _remark(one: PlannedDelivery, outcome: DeliveryOutcome, place: Location) -> Diagnostic:
    """The remark on a delivery that did not come to its end."""
    said = {"reason": outcome.reason, "college": one.college, "to": one.to, "delivery": one.id}
    said["when"] = "after a quarter of an hour" if outcome.trouble == "late" else "once that is back"
    if outcome.trouble == "hangs":
        said["reason"] += f"; tried {outcome.tries} times"
    if outcome.trouble:
        return message(_CODES[outcome.trouble], place, **said)
    code = "deliver-ask" if outcome.state == "committing" else "deliver-uncertain"
    return message(code, place, **said)


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
    if again is not None and not (again := clean_reason(again)):
        raise click.UsageError("--again takes the reason for sending it once more.")
    kept = open_ledger_to_write(project, dry_run)
    wanted = DeliveryRequest(require_past_day(produced, project), edition, to, reasons, again or "", dry_run)
    done = deliver_pack(project, kept, pack, wanted)
    rows = [_row(one) for one in done.planned]
    text = [as_columns(HEADS, rows)] if rows else []
    if older := next((one for one in done.planned if one.newer), None):
        text.append(f"'{older.edition}' is superseded: '{older.newer[-1]}' is newer, and copies of that stay.")
    text += _lines(done, dry_run)
    code = Exit.FAULTS if done.against else Exit.UNDELIVERED if done.failed else Exit.OK
    remarks = (*done.against, *done.failed, *done.beside)
    return Outcome(remarks, text, code, Table(HEADS, rows))


def _row(one: PlannedDelivery) -> tuple[str, ...]:
    formats = ", ".join(dict.fromkeys(file.format for file in one.files))
    files = f"{formats}: {describe_delivered_copies(one)}" if one.on_paper or one.files[0].copies else formats
    files = f"job: {describe_delivered_copies(one)}" if one.job else files
    return one.id, one.college, one.edition, one.channel, one.to, files, one.state


def _lines(done: DeliveryReport, dry_run: bool) -> list[str]:
    """The lines that say what came of it."""
    if done.against:
        return [f"Nothing was delivered: {tally(done.against)}."]
    if dry_run:
        new = sum(
            one.state not in FINAL_STATES and not (one.on_paper and one.state == "planned") for one in done.planned
        )
        return [f"{count(new, 'delivery', 'deliveries')} would be made; nothing was."]
    sent = [one for one in done.planned if one.state == "sent"]
    lines = [f"{count(len(sent), 'delivery', 'deliveries')} of {len(done.planned)} sent."]
    if paper := [one for one in done.planned if one.waits]:
        lines.append("When printed copies are on their way, say so; one command takes several:")
        lines += [
            f"  briefings settle {one.id} --sent   # {one.college}, {describe_delivered_copies(one)}" for one in paper
        ]
    if done.post:
        lines.append(f"Letters for what you post, and {LABELS} for the labels: {done.post}")
    if any(one.state != "uncertain" for one in done.planned if one.state not in ("sent", "planned")):
        lines.append("Some were not: run the same command again when that is mended; nothing is sent twice.")
    return lines
