"""Deliveries as the command makes them: what stands against them, the plan, and what came of each."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from pipeline.build.project import Project
from pipeline.cli.colleges.letter_words import words_of_letters
from pipeline.cli.colleges.printing import job_parcel
from pipeline.cli.colleges.transports import missing_secrets, transport_for
from pipeline.cli.copies import against_copies, prepare
from pipeline.cli.editions.issued_copies import PackToCopy, edition_to_copy
from pipeline.cli.options import moment
from pipeline.cli.sealing.seal import project_seal
from pipeline.colleges.deliveries.acting import Clerk, Outcome, Task, deliver, put_on_record
from pipeline.colleges.deliveries.closing import closing, fetching, posted_letter
from pipeline.colleges.deliveries.gates import (
    by_links,
    delivery_faults,
    mail_faults,
    place_of,
    secret_faults,
)
from pipeline.colleges.deliveries.jobs import PRINTER, plan_job
from pipeline.colleges.deliveries.links import links_to
from pipeline.colleges.deliveries.paper import LABELS, answer_by, labels
from pipeline.colleges.deliveries.plan import PlannedDelivery, PlannedFile, Shipment, plan
from pipeline.colleges.deliveries.states import ENDED
from pipeline.colleges.deliveries.transport import NotDelivered, Parcel, Trouble
from pipeline.colleges.holdings import Delivery, deliveries, holdings
from pipeline.colleges.ledger.events import Event
from pipeline.colleges.ledger.kept import Ledger
from pipeline.colleges.prepared import entries_of
from pipeline.colleges.recalls import recalled_faults, recalls
from pipeline.core.diagnostics import Diagnostic, Place, UsageError, ordered
from pipeline.core.digests import sha256
from pipeline.core.files import write_whole
from pipeline.core.messages import message
from pipeline.core.sentences import did_you_mean
from pipeline.editions.bindings import read_with_texts
from pipeline.editions.copies import recipients
from pipeline.editions.issued.records import read_records
from pipeline.editions.letters import COVER_NOTE, as_text
from pipeline.editions.numbers import numbered_copies
from pipeline.editions.sealing.manifest import (
    ABOUT,
    CHECK_PAGE,
    MANIFEST,
    ParcelSeal,
    resealed,
)
from pipeline.load.folders import COLLEGES
from pipeline.model.library import Library
from pipeline.model.source.college import College, DeliverySettings, colleges_of
from pipeline.model.source.pack import Pack
from pipeline.model.source.posting import Postage
from pipeline.model.words import in_words

_CODES: Mapping[Trouble, str] = {
    "refused": "deliver-refused",
    "hangs": "deliver-refused",
    "full": "deliver-full",
    "host": "deliver-host",
    "late": "deliver-ask",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A delivery as it is asked for: the edition by its name, colleges, reasons, and why it is sent once more."""

    today: date
    edition: str | None = None
    to: tuple[str, ...] = ()
    reasons: Mapping[str, str] | None = None
    again: str = ""
    only_planned: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """Result of the command: the deliveries with their states, what stands against them, and what failed."""

    planned: tuple[PlannedDelivery, ...] = ()
    against: tuple[Diagnostic, ...] = ()
    """Remarks that stand against the whole: nothing was sent."""
    failed: tuple[Diagnostic, ...] = ()
    beside: tuple[Diagnostic, ...] = ()
    post: Path | None = None
    """The folder of letters and labels for what is to be posted."""


def deliver_pack(project: Project, kept: Ledger, pack: Pack, wanted: Wanted) -> Delivered:
    """Deliver an edition of a pack to the colleges that take it, as far as it has not been delivered."""
    issued = edition_to_copy(project, pack, wanted.edition)
    if not isinstance(issued, PackToCopy):
        return Delivered(against=issued)
    one = issued.one
    if wanted.today < one.record.issued:
        raise UsageError(
            f"'{one.record.edition}' was issued on {in_words(one.record.issued)}: it cannot go out before."
        )
    shipment = Shipment(one, issued.issue.pack)
    every = recipients(issued.library, shipment.pack, wanted.today)
    takers = _chosen(issued.library, every, wanted, pack.id)
    planned = _of(_planned(project, kept, issued, shipment, wanted), takers)
    against = (*issued.faults, *_recalled(kept, issued), *_against(project, issued, shipment, takers, planned, wanted))
    if against or wanted.only_planned:
        return Delivered(planned, ordered(dict.fromkeys(against)))
    if all(one.state in ENDED for one in planned):
        return Delivered(planned, failed=_uncertain(issued, planned))
    prepared = prepare(project, kept, issued, wanted.today, wanted.reasons or {})
    if prepared.refused:
        return Delivered(planned, prepared.remarks)
    if recalled := _recalled(kept, issued):  # while the copies were prepared
        return Delivered(planned, recalled)
    planned = _of(_planned(project, kept, issued, shipment, wanted), takers)
    done = _acted(project, kept, issued, planned, wanted.today)
    return replace(done, beside=prepared.remarks)


def _of(planned: Iterable[PlannedDelivery], takers: Mapping[str, College]) -> tuple[PlannedDelivery, ...]:
    """The deliveries to the colleges that are meant, and the printer's job."""
    return tuple(one for one in planned if one.college in takers or one.job)


def _recalled(kept: Ledger, issued: PackToCopy) -> tuple[Diagnostic, ...]:
    """Recalls that stand against the edition, by the ledger as it is now."""
    return tuple(recalled_faults(recalls(kept.events()).values(), issued.issue))


def _chosen(library: Library, takers: Mapping[str, College], wanted: Wanted, pack: str) -> Mapping[str, College]:
    """The colleges that are meant; all, where none is named. The printer may be named beside them."""
    known = (*takers, PRINTER) if library.imprint.fields.of(DeliverySettings).printer else tuple(takers)
    for name in wanted.to:
        closed = colleges_of(library.others)[name].until if name in colleges_of(library.others) else None
        if closed and closed < wanted.today:
            raise UsageError(f"'{name}' takes no deliveries after {in_words(closed)} ('until' in {COLLEGES}).")
        if name not in known:
            hint = did_you_mean(name, known, f"'{pack}' goes to {', '.join(takers) or 'nobody'}.")
            raise UsageError(f"'{name}' is no recipient of '{pack}'. {hint}")
    return {name: college for name, college in takers.items() if not wanted.to or name in wanted.to}


def _planned(
    project: Project,
    kept: Ledger,
    issued: PackToCopy,
    shipment: Shipment,
    wanted: Wanted,
) -> tuple[PlannedDelivery, ...]:
    """The plan for every college, by the ledger as it is now."""
    every = recipients(issued.library, shipment.pack, wanted.today)
    if issued.numbered:
        entries = [one for one in entries_of(kept.events()) if one.issue == _issue(shipment)]
        kinds = [file.format for file in shipment.one.record.files]
        shipment = replace(shipment, copies=numbered_copies(every, shipment.pack, kinds, entries))
    known = tuple(deliveries(kept.events()).values())
    planned = plan(shipment, every, known, wanted.again)
    chain, number = read_records(project.files).chains.get(shipment.pack.id, ()), shipment.one.record.number
    newer = tuple(one.record.edition for one in chain if one.record.number > number)
    every_one = (*planned, *_job(issued, shipment, known, wanted))
    return tuple(replace(one, newer=newer) for one in every_one)


def _job(
    issued: PackToCopy,
    shipment: Shipment,
    known: Sequence[Delivery],
    wanted: Wanted,
) -> tuple[PlannedDelivery, ...]:
    """The printer's job, where the library names a printer and no college alone is meant: for all whole copies."""
    printer = issued.library.imprint.fields.of(DeliverySettings).printer
    if printer is None or (wanted.to and PRINTER not in wanted.to):
        return ()
    spare = issued.issue.pack.fields.print.over(issued.library.imprint.fields.print).spare
    every = recipients(issued.library, shipment.pack, wanted.today)
    again = wanted.again if PRINTER in wanted.to else ""
    return plan_job(shipment, printer, every, spare, known, again)


def _issue(shipment: Shipment) -> tuple[str, str]:
    return shipment.one.record.pack, shipment.one.record.edition


def _against(
    project: Project,
    issued: PackToCopy,
    shipment: Shipment,
    takers: Mapping[str, College],
    planned: Sequence[PlannedDelivery],
    wanted: Wanted,
) -> Iterator[Diagnostic]:
    """All that stands against deliveries, in the library and in the environment."""
    library, pack = issued.library, issued.issue.pack
    today = max(issued.issue.produced, wanted.today)
    yield from against_copies(library, pack, issued.numbered, wanted.reasons or {}, today)
    yield from delivery_faults(library, read_with_texts(library, pack, today), shipment, takers)
    open_ones = [one for one in planned if one.state not in ENDED]
    yield from secret_faults(library, open_ones, os.environ)
    mail = [one for one in open_ones if one.channel == "mail"]
    yield from mail_faults(library, read_with_texts(library, pack, today), mail)
    server = library.imprint.fields.of(DeliverySettings).mail
    for key, variable in missing_secrets(server) if mail and server else ():
        yield message("secret-missing", library.imprint.marks.at("mail", key), variable=variable)


# Acting


def _acted(
    project: Project,
    kept: Ledger,
    issued: PackToCopy,
    planned: tuple[PlannedDelivery, ...],
    today: date,
) -> Delivered:
    """Put the plan on record, and carry it out as far as a machine can."""
    seal = project_seal(project)  # as the parcels were prepared: before this plan is on record
    clerk = Clerk(kept, moment, today.isoformat(), time.sleep)
    planned = tuple(_sized(project, issued, one) for one in planned)
    put_on_record(clerk, planned)
    title = f"{issued.issue.title}, {issued.issue.edition}"
    events = kept.events()
    post = _write_post(project, events, issued, planned, today)

    def made(one: PlannedDelivery) -> Parcel:
        if one.job:
            return job_parcel(project, issued, title, one, seal)
        return _parcel(project, issued, title, one, seal, events, today)

    tasks = [
        Task(one, transport_for(project.folder, issued, one), partial(made, one))
        for one in planned
        if not one.on_paper and one.state not in ENDED
    ]

    def tell(task: Task, outcome: Outcome) -> None:
        project.voice.say(f"{task.delivery.college}, by {task.delivery.channel}: {outcome.state}.")

    outcomes = deliver(clerk, tasks, tell)
    now = deliveries(kept.events())
    states = tuple(replace(one, state=now[one.id].state) for one in planned)
    failed = [
        _remark(one, outcomes[one.id], place_of(issued.library, one))
        for one in planned
        if one.id in outcomes and outcomes[one.id].state not in ("sent", "elsewhere")
    ]
    failed += _uncertain(issued, planned)
    return Delivered(states, failed=ordered(failed), post=post)


def _write_post(
    project: Project, events: Sequence[Event], issued: PackToCopy, planned: Sequence[PlannedDelivery], today: date
) -> Path | None:
    """Write a letter for each parcel that waits to be posted, and the labels; gives their folder."""
    posted = [one for one in planned if one.waits and one.channel == "post"]
    if not posted:
        return None
    library, held, folder = issued.library, holdings(events), project.output / "deliveries" / issued.issue.folder
    theirs = words_of_letters(project, library, [one.college for one in posted])
    by = answer_by(library.imprint.fields.of(DeliverySettings).post or Postage(), today)
    for one in posted:
        letter = posted_letter(library, issued.issue, one, held, theirs[one.college], by)
        write_whole(folder / f"letter-{one.id}.txt", as_text(letter).encode())
    write_whole(folder / LABELS, labels(posted, colleges_of(library.others)))
    return folder


def _uncertain(issued: PackToCopy, planned: Sequence[PlannedDelivery]) -> tuple[Diagnostic, ...]:
    """Remarks on what an earlier run left uncertain: told until somebody settles it."""
    doubt = Outcome("uncertain", reason="It is on record as uncertain")
    return tuple(_remark(one, doubt, place_of(issued.library, one)) for one in planned if one.state == "uncertain")


def _sized(project: Project, issued: PackToCopy, one: PlannedDelivery) -> PlannedDelivery:
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
    issued: PackToCopy,
    title: str,
    one: PlannedDelivery,
    seal: ParcelSeal,
    events: Sequence[Event],
    today: date,
) -> Parcel:
    """The parcel that was prepared for a college, with the files that were planned, sealed as it goes out."""
    files = prepared_files(project.output / "colleges" / one.college / issued.issue.folder, one.files)
    meant = {file.name for file in one.files}
    letter = files.pop(COVER_NOTE).decode()
    words = words_of_letters(project, issued.library, (one.college,))[one.college]
    if files.keys() - meant - {*ABOUT, CHECK_PAGE}:
        rest = words.say("letter-rest", files=", ".join(file.name for file in one.files))
        letter = f"{rest}\n\n{letter}"
    by = answer_by(issued.library.imprint.fields.of(DeliverySettings).post or Postage(), today)
    letter += f"\n{as_text(closing(issued.library, issued.issue, one, holdings(events), words, by))}"
    sent = {name: content for name, content in files.items() if name in meant or name == MANIFEST}
    if one.channel != "mail":
        parts = resealed(sent | {COVER_NOTE: letter.encode()}, seal)
        return Parcel(one.id, one.to, title, parts, letter, words.language)
    parts = resealed(sent, seal)
    links = _links(issued, one, {name: sha256(parts[name]) for name in sorted(meant)}, today)
    letter = f"{as_text(fetching(links, words))}\n{letter}" if links else letter
    parts |= {COVER_NOTE: letter.encode()}  # a mail's own words
    return Parcel(one.id, one.to, title, parts, letter, words.language, links)


def _links(issued: PackToCopy, one: PlannedDelivery, files: Mapping[str, str], today: date) -> Mapping[str, str]:
    """The links by which the files of a message go, of which the SHA-256 is given; none where they go with it."""
    server, pack = issued.library.imprint.fields.of(DeliverySettings).mail, issued.issue.pack
    binding = read_with_texts(issued.library, pack, max(issued.issue.produced, today))
    if server is None or server.links is None or not by_links(issued.library, binding, one):
        return {}
    return links_to(server.links.address, files)


def prepared_files(place: Path, planned: Iterable[PlannedFile]) -> dict[str, bytes]:
    """The files of a folder that was prepared; `NotDelivered` where one is not the file that was planned."""
    files = {path.name: path.read_bytes() for path in sorted(place.iterdir())} if place.is_dir() else {}
    for file in planned:
        if sha256(files.get(file.name, b"")) != file.sha256:
            raise NotDelivered("refused", f"{place / file.name} is not the file that was planned")
    return files


def _remark(one: PlannedDelivery, outcome: Outcome, place: Place) -> Diagnostic:
    """The remark on a delivery that did not come to its end."""
    said = {"reason": outcome.reason, "college": one.college, "to": one.to, "delivery": one.id}
    said["when"] = "after a quarter of an hour" if outcome.trouble == "late" else "once that is back"
    if outcome.trouble == "hangs":
        said["reason"] += f"; tried {outcome.tries} times"
    if outcome.trouble:
        return message(_CODES[outcome.trouble], place, **said)
    code = "deliver-ask" if outcome.state == "committing" else "deliver-uncertain"
    return message(code, place, **said)
