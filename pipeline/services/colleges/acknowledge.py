"""The verbs acknowledge and settle: what a college says of a delivery, and what only a person knows."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import click

from pipeline.build.project import Project
from pipeline.cli.options import DAY, now_utc
from pipeline.cli.outcome import Outcome, rendered
from pipeline.core.diagnostics import UsageError
from pipeline.core.digests import sha256
from pipeline.core.files import write_whole
from pipeline.core.sentences import count, suggestion
from pipeline.model.source.college import FOR_PAPER
from pipeline.model.words import format_date
from pipeline.services.colleges.events import Event, create_event, format_instant
from pipeline.services.colleges.holdings import (
    RECEIPTS,
    WITHDRAWN,
    Delivery,
    Receipt,
    compute_holdings,
    deliveries,
    find_delivery,
    list_receipts,
)
from pipeline.services.colleges.ledger import open_ledger_to_write, require_past_day
from pipeline.services.colleges.recalls import (
    TOLD,
    find_open_copies,
    find_recalls_of,
    find_told_days,
    list_recalls,
    list_told_events,
)
from pipeline.services.colleges.receipts import (
    AlreadyEntered,
    CollegeAnswer,
    describe_copies,
    find_answered_copies,
    find_answered_delivery,
    find_receipt_to_withdraw,
    find_settlement_to_withdraw,
    require_new_answer,
)
from pipeline.services.colleges.stores import Ledger
from pipeline.services.editions.archive import Archive, archive_of
from pipeline.services.editions.records import read_records

MOST_COPIES = 100_000
"""Copies in one run of numbers: a longer one is a slip of the hand."""
COLUMNS = ("delivery", "how", "on", "copies", "quantity", "edition")
"""The columns of a file of answers; those behind `how` may be missing."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer as it is typed, or as a row of a file has it."""

    what: str
    how: str
    on: date
    copies: tuple[int, ...] = ()
    quantity: int | None = None
    edition: str | None = None
    place: str = ""
    """The file and the line, where it is a row."""


@click.command("acknowledge")
@click.argument("whats", metavar="[CODE|DELIVERY|RECALL]...", nargs=-1)
@click.option("--how", type=click.Choice((*RECEIPTS, TOLD)), help="The answer of the college.")
@click.option(
    "--college", "colleges", metavar="ID", multiple=True, help="With a recall: a college that was told of it."
)
@click.option("--on", "day", type=DAY, metavar="YYYY-MM-DD", help="The day on the slip (default: today).")
@click.option("--copies", metavar="7,9-12", help="The numbered copies that it is about (default: all).")
@click.option("--quantity", type=click.IntRange(1), help="Of copies without numbers, or of those replaced, how many.")
@click.option("--edition", metavar="NAME", help="The edition of the copies that are meant, where it has several.")
@click.option("--file", "slip", type=click.Path(path_type=Path), help="The slip as a scan, for the archive.")
@click.option("--slips", type=click.Path(path_type=Path), help="Write the slips of a delivery into this folder.")
@click.option("--undo", type=int, metavar="NUMBER", help="Take back the answer that has this number in the ledger.")
@click.option(
    "--from", "table", type=click.Path(path_type=Path), metavar="FILE.csv", help="Take in answers from a table."
)
@rendered()
def verb(
    project: Project,
    whats: tuple[str, ...],
    how: Literal["received", "replaced", "returned", "destroyed", "lost", "told"] | None,
    colleges: tuple[str, ...],
    day: datetime | None,
    copies: str | None,
    quantity: int | None,
    edition: str | None,
    slip: Path | None,
    slips: Path | None,
    undo: int | None,
    table: Path | None,
) -> Outcome:
    """Take in what a college says of a delivery: received, replaced, returned, destroyed or lost.

    `replaced` says that what it held before has given way to this delivery. A slip is kept in the archive, by its
    hash. What was entered by mistake is taken back by `--undo`; the ledger keeps both. `recall-1 --how told` says that
    you sent the notices of a recall: to all colleges with copies, or to those of `--college`.

    `--from FILE.csv` has a row for each answer, with the columns delivery, how, on, copies, quantity and edition. Of
    several answers all are entered, or none.
    """
    _require_one_thing(how, undo, slips, table, bool(colleges or day or copies or quantity or edition or slip))
    asks = bool(how or day or edition)
    _require_names(whats, table, asks, bool(copies or quantity or slip or colleges or slips or undo is not None))
    kept, on = open_ledger_to_write(project), require_past_day(day, project)
    if table:
        return Outcome(text=_enter_all(project, kept, _rows(table, project)))
    asked = AnswerRow(whats[0], str(how), on, _numbers(copies), quantity, edition)
    if asked.what in list_recalls(kept.events()):
        if undo is None and (how != TOLD or copies or quantity or edition or slip or whats[1:]):
            raise UsageError(f"Of {asked.what} say only --how {TOLD}. Of copies say what became of their delivery.")
        told = _told(kept, asked, colleges) if undo is None else _untold(kept, asked.what, undo)
    elif how == TOLD or colleges:
        raise UsageError(f"'{TOLD}' and --college go with a recall, such as recall-1: '{asked.what}' is none.")
    elif len(whats) > 1:
        told = _enter_all(project, kept, [replace(asked, what=name) for name in whats])
    elif slips:
        told = [export_slips(project, kept, _delivery(project, kept.events(), asked.what)[0].id, slips)]
    elif how is None:
        told = _withdraw(project, kept, asked.what, undo or 0)
    else:
        told = _enter(project, kept, _answer(project, kept.events(), asked), slip)
    return Outcome(text=told)


def _told(kept: Ledger, asked: AnswerRow, colleges: Sequence[str]) -> list[str]:
    """Enter that colleges were told of a recall: those that are named, or all with copies that were not told yet."""
    events, name = kept.events(), asked.what
    recall = list_recalls(events)[name]
    if recall.lifted:
        raise UsageError(f"{name} was lifted: nobody is to be told of it.")
    holders = {one.college for one in find_open_copies(events, recall)}
    for college in colleges:
        if college not in holders:
            raise UsageError(f"{name} asks nothing of '{college}'. {suggestion(college, holders, '')}".rstrip())
    rest = colleges or sorted(holders - {*find_told_days(events, name)})
    facts = [{"college": one, "on": asked.on.isoformat()} for one in rest]
    entered = kept.add_all(
        format_instant(now_utc()),
        [lambda _, said=said: (TOLD, name, said) for said in facts],  # type: ignore[misc]
    )
    told = [f"{one.facts['college']}, {name}: told on {format_date(asked.on)}. {_undo(one)}" for one in entered]
    return told or [f"Every college that {name} asks for copies was told."]


def _undo(event: Event) -> str:
    """The sentence on how an entry is taken back."""
    return f"If that is wrong: 'briefings acknowledge {event.subject} --undo {event.number}'."


def _untold(kept: Ledger, name: str, number: int) -> list[str]:
    """Take back that a college was told; the ledger keeps both."""
    if not any(event.number == number for event in list_told_events(kept.events(), name)):
        raise UsageError(f"{number} is not the number of an entry of {name} that stands.")
    kept.add(format_instant(now_utc()), WITHDRAWN, name, {"event": number})
    return [f"{name}: the entry {number} is taken back."]


def _require_names(whats: Sequence[str], table: Path | None, asks: bool, one: bool) -> None:
    """Refuse a file with other options, a call without a delivery, and facts of one delivery given for several."""
    if table and (whats or asks or one):
        raise click.UsageError("--from FILE.csv has the whole answers: leave all else away.")
    if not table and not whats:
        raise click.UsageError("Name the delivery, or a table of answers: --from FILE.csv.")
    if len(whats) > 1 and one:
        raise click.UsageError("Of several deliveries say --how, --on and --edition: enter the others alone.")


def _rows(path: Path, project: Project) -> list[AnswerRow]:
    """The answers of a file, which may be one of a spreadsheet with semicolons. Raises `UsageError`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        head = text.partition("\n")[0]
        table = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in head else ",")
        heads, rows = Counter(table.fieldnames or ()), [(table.line_num, row) for row in table if any(row.values())]
    except OSError as wrong:
        raise UsageError(f"{path} cannot be read: {wrong.strerror}.") from wrong
    except (UnicodeDecodeError, csv.Error) as wrong:
        raise UsageError(f"{path} cannot be read as a table in UTF-8: {wrong}.") from wrong
    if strange := {*COLUMNS[:2]} - {*heads} or {one for one in heads if one not in COLUMNS or heads[one] > 1}:
        raise UsageError(f"{path}:1: '{min(strange)}' is missing, unknown or twice. Columns: {', '.join(COLUMNS)}.")
    if long := next((line for line, row in rows if None in row), None):
        raise UsageError(f"{path}:{long}: the row has more cells than the table has columns.")
    if not rows:
        raise UsageError(f"{path} has no answers below its heads.")
    return [_row(row, f"{path}:{line}", project) for line, row in rows]


def _row(row: Mapping[str | Any, Any], place: str, project: Project) -> AnswerRow:
    said: dict[str, Any] = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    try:
        how = click.Choice(RECEIPTS).convert(said["how"], None, None)
        on = require_past_day(DAY.convert(said["on"], None, None) if said["on"] else None, project)
        quantity = click.IntRange(1).convert(said["quantity"], None, None) if said["quantity"] else None
        copies = _numbers(said["copies"])
    except (UsageError, click.UsageError) as wrong:
        raise UsageError(f"{place}: {wrong}") from wrong
    return AnswerRow(said["delivery"], how, on, copies, quantity, said["edition"] or None, place)


def _enter_all(project: Project, kept: Ledger, answers: Sequence[AnswerRow]) -> list[str]:
    """Enter answers, each on top of those before it, but those that are on record; if one cannot be, none."""
    known, at = list(kept.events()), format_instant(now_utc())
    new, repeated, refused = list[CollegeAnswer](), list[str](), list[str]()
    for one in answers:
        try:
            answer = _answer(project, known, one)
            known.append(create_event(known[-1] if known else None, at, *_entry(known, answer)))
            new.append(answer)
        except AlreadyEntered as entry:
            repeated.append(": ".join(filter(None, (one.place, str(entry)))))
        except (UsageError, click.UsageError) as refusal:
            refused.append(": ".join(filter(None, (one.place, str(refusal)))))
    if refused:
        raise UsageError("\n".join((*refused, "Nothing was entered.")))
    added = kept.add_all(at, [lambda known, answer=answer: _entry(known, answer) for answer in new])  # type: ignore[misc]
    pairs = zip(new, added, strict=True)
    told = (line for answer, entered in pairs for line in (*_lines(answer, entered), f"  {_undo(entered)}"))
    return [*repeated, *told]


def _entry(known: Sequence[Event], answer: CollegeAnswer, scan: str = "") -> tuple[str, str, Mapping[str, Any]]:
    """The kind, the subject and the facts of the event that an answer is. Raises `UsageError` where it cannot be."""
    require_new_answer(answer, known)
    return answer.kind, answer.delivery.id, answer.facts(find_answered_copies(answer, known), scan)


def _answer(project: Project, known: Sequence[Event], one: AnswerRow) -> CollegeAnswer:
    delivery, named = _delivery(project, known, one.what)
    kind: Receipt = one.how  # type: ignore[assignment]  # one of RECEIPTS by now
    return CollegeAnswer(delivery, kind, one.on, one.copies or named, one.quantity, one.edition)


def _require_one_thing(how: str | None, undo: int | None, slips: Path | None, table: Path | None, more: bool) -> None:
    """Refuse an answer, an undoing and a writing of slips in one call, and a call without any of them."""
    if undo is not None and (how or more):
        raise click.UsageError("--undo NUMBER takes an answer back as it was entered: leave the other options away.")
    if slips is not None and (how or undo is not None or more):
        raise click.UsageError("--slips FOLDER writes slips to be answered: leave the other options away.")
    if undo is None and how is None and slips is None and not table:
        raise click.UsageError("Say the answer of the college by --how, or take one back by --undo NUMBER.")


def _delivery(project: Project, known: Sequence[Event], what: str) -> tuple[Delivery, tuple[int, ...]]:
    """The delivery that is meant, and the copy that a code names."""
    records = (one.record for one in read_records(project.files).every())
    return find_answered_delivery(what, known, records)


def _left(kept: Ledger, delivery: str) -> str:
    now = [one for one in compute_holdings(kept.events()) if (one.delivery, one.state) == (delivery, "held")]
    return f"Of this delivery it holds {count(sum(one.quantity for one in now), 'copy', 'copies')}."


def _enter(project: Project, kept: Ledger, answer: CollegeAnswer, slip: Path | None) -> list[str]:
    """Enter an answer; no other is entered between the look at the ledger and its entry. Gives what it did."""
    _entry(kept.events(), answer)  # before a slip is kept
    scan = archive_slip(project, slip) if slip else ""
    event = kept.add_after(format_instant(now_utc()), lambda known: _entry(known, answer, scan))
    return [*_lines(answer, event, scan), _left(kept, event.subject), _undo(event)]


def _lines(answer: CollegeAnswer, event: Event, scan: str = "") -> Iterator[str]:
    """What an answer did to the ledger."""
    delivery, of = answer.delivery, event.facts["of"]
    pack, edition = delivery.title
    yield f"{delivery.college}, '{edition}' of '{pack}': {_what(answer)}{answer.kind} on {format_date(answer.on)}."
    if scan:
        yield f"The slip is in the archive, as {scan[:8]}…: 'briefings acknowledge {delivery.id} --slips FOLDER'."
    if answer.kind == "replaced":
        gone = sum(line[3] for line in of if line[0] != delivery.id)
        yield f"{count(gone, 'copy', 'copies')} that it held before gave way to it."


def _withdraw(project: Project, kept: Ledger, what: str, number: int) -> list[str]:
    """Take an answer back; the ledger keeps both."""
    delivery, _ = _delivery(project, kept.events(), what)
    event = find_receipt_to_withdraw(delivery, number, kept.events())
    kept.add_after(
        format_instant(now_utc()),
        lambda known: (WITHDRAWN, delivery.id, {"event": find_receipt_to_withdraw(delivery, number, known).number}),
    )
    pack, edition = delivery.title
    of = describe_copies(event.facts.get("of", ()))
    said = f"{event.kind} on {format_date(event.day)}{of and f' ({of})'}"
    return [f"{delivery.college}, '{edition}' of '{pack}': the answer {said} is taken back.", _left(kept, delivery.id)]


def _what(answer: CollegeAnswer) -> str:
    """The copies that an answer is about, where that is not the whole delivery: '20 copies '."""
    if answer.kind == "replaced":
        return ""
    if answer.copies:
        several = "copies" if len(answer.copies) > 1 else "copy"
        return f"{several} {', '.join(map(str, answer.copies))} "
    return f"{count(answer.quantity, 'copy', 'copies')} " if answer.quantity else ""


def _numbers(said: str | None) -> tuple[int, ...]:
    """Numbers of copies as they are typed: '7, 9-12'."""
    parts = [part.strip() for part in said.split(",")] if said else []
    numbers: list[int] = []
    for part in parts:
        run = re.fullmatch(r"([0-9]{1,9})(?:\s*[-\u2013]\s*([0-9]{1,9}))?", part)
        first, last = (int(run[1]), int(run[2] or run[1])) if run else (1, 0)
        if not first <= last < first + MOST_COPIES:
            raise click.UsageError(f"'{part}' is no copy number. Write --copies 7,8 or 7-12.")
        numbers += range(first, last + 1)
    return tuple(dict.fromkeys(numbers))


_KINDS = {b"%PDF": ".pdf", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"II*\x00": ".tif", b"MM\x00*": ".tif"}
"""The beginnings of files as scanners make them."""


def _archive(project: Project) -> Archive:
    archive = archive_of(project.loaded[0].imprint.fields.archive, project.folder)
    if archive is None:
        raise UsageError("Nobody keeps the slip: name an 'archive:' in library.yaml.")
    return archive


def archive_slip(project: Project, slip: Path) -> str:
    """The SHA-256 of a slip, which the archive keeps from now on."""
    archive = _archive(project)
    if not slip.is_file():
        raise UsageError(f"There is no file '{slip}'.")
    content = slip.read_bytes()
    if not archive.keep(content):
        raise UsageError(f"The archive does not hold {slip} as it was written.")
    return sha256(content)


def export_slips(project: Project, kept: Ledger, delivery: str, folder: Path) -> str:
    """Write the slips of the answers to a delivery into a folder, each named by its number; gives what was done."""
    events = [one for one in list_receipts(kept.events()) if one.subject == delivery]
    scans = {f"{one.number}-{one.kind}": str(one.facts["scan"]) for one in events if one.facts.get("scan")}
    if not scans:
        raise UsageError(f"No answer to {delivery} has a slip in the archive.")
    for name, digest in scans.items():
        content = _archive(project).file(digest)
        if content is None or sha256(content) != digest:
            raise UsageError(f"The archive does not hold the slip {digest[:8]}… of the answer {name}.")
        ends = next((end for begin, end in _KINDS.items() if content.startswith(begin)), "")
        write_whole(folder / f"{delivery}-{name}{ends}", content)
    return f"{count(len(scans), 'slip')} in {folder}."


# What a person knows of a delivery, and no machine does.


@click.command("settle")
@click.argument("whats", metavar="DELIVERY...", nargs=-1, required=True)
@click.option("--sent/--not-sent", "sent", default=None, help="Whether it was sent, or has arrived.")
@click.option("--on", "day", type=DAY, metavar="YYYY-MM-DD", help="The day on which it was sent (default: today).")
@click.option("--undo", is_flag=True, help="Take back what was said of it before.")
@rendered()
def settle_verb(
    project: Project, whats: tuple[str, ...], sent: bool | None, day: datetime | None, undo: bool
) -> Outcome:
    """Say that deliveries were sent, or were not: printed copies, and those whose outcome is unknown.

    What was not sent is delivered by the next 'briefings deliver'. Of several deliveries all are settled, or none.
    """
    if undo and (day or sent is not None):
        raise click.UsageError("--undo takes back what was said: leave the other options away.")
    if sent is None and not undo:
        raise click.UsageError("Say --sent, --not-sent or --undo.")
    return Outcome(
        text=settle_deliveries(project, open_ledger_to_write(project), whats, sent, require_past_day(day, project))
    )


def settle_deliveries(project: Project, kept: Ledger, whats: Sequence[str], sent: bool | None, on: date) -> list[str]:
    """Enter that deliveries were sent or not, or by None take back what was said; gives what is on record now."""
    known = deliveries(kept.events())
    names = dict.fromkeys(find_delivery(what, known).id for what in whats)
    with ExitStack() as held:
        for name in names:
            if not held.enter_context(kept.lock_subject(name)):
                raise UsageError(
                    f"Delivery {name} is being made at this moment: ask again when that command has ended."
                )
        events = kept.events()
        known = deliveries(events)
        for name in names:
            _refuse(project, known[name], on) if sent is not None else find_settlement_to_withdraw(name, events)
        facts = {"by": "person", "on": on.isoformat()} | ({} if sent else {"reason": "a person says it was not sent"})
        kept.add_all(
            format_instant(now_utc()),
            [
                lambda known, name=name: (  # type: ignore[misc]  # mypy infers no default of a lambda
                    (WITHDRAWN, name, {"event": find_settlement_to_withdraw(name, known).number})
                    if sent is None
                    else ("sent" if sent else "failed", name, facts)
                )
                for name in names
            ],
        )
    events = kept.events()
    known = deliveries(events)
    return [line for name in names for line in _lines_to_settle(events, known[name], sent)]


def _lines_to_settle(events: Sequence[Event], one: Delivery, sent: bool | None) -> Iterator[str]:
    """What is on record of a delivery now, and the recalls of what is in it."""
    pack, edition = one.title
    state = f"{one.state}, as before" if sent is None else f"{'sent' if sent else 'not sent'}, as you say"
    yield f"{one.college}, '{edition}' of '{pack}': {state}."
    for recall in find_recalls_of(list_recalls(events).values(), pack, edition, one.facts["briefings"]) if sent else ():
        again = f"'briefings recall {recall.name}' writes a notice to {one.college}"
        yield f"It holds what {recall.name} takes back: {again}."


def _refuse(project: Project, one: Delivery, on: date) -> None:
    """Refuse what is settled already or still a machine's, and a day on which it cannot have been sent."""
    if one.state == "sent":
        raise UsageError(
            f"Delivery {one.id} was sent on {format_date(one.since)}: to send it once more, '--again REASON'. "
            f"If it was settled by mistake: 'briefings settle {one.id} --undo'."
        )
    open_ones = ("uncertain", "committing", *(("planned", "failed") if one.facts["channel"] in FOR_PAPER else ()))
    if one.state not in open_ones:
        raise UsageError(f"Delivery {one.id} has not been made yet: 'briefings deliver {one.title[0]}' makes it.")
    records = (each.record for each in read_records(project.files).every() if each.sha256 == one.facts["record"])
    record = next(records, None)
    if record and on < record.issued:
        raise UsageError(f"'{record.edition}' was issued on {format_date(record.issued)}, after {format_date(on)}.")
    planned = one.facts.get("on")  # older ledgers only have when it was written
    if planned and on < date.fromisoformat(planned):
        day = format_date(date.fromisoformat(planned))
        raise UsageError(f"Delivery {one.id} was planned on {day}, after {format_date(on)}.")
