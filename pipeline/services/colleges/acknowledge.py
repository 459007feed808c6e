"""The verbs acknowledge and settle: enter the answers of colleges, and what only a person knows of a delivery."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

import click

from pipeline.build.project import Project
from pipeline.cli.options import DAY, now_utc
from pipeline.cli.outcome import Outcome, verb_with_outcome
from pipeline.core.diagnostics import UsageError
from pipeline.core.digests import sha256
from pipeline.core.files import write_atomically
from pipeline.core.sentences import count_noun, suggest_names
from pipeline.model.source.college import FOR_PAPER
from pipeline.model.words import format_date
from pipeline.services.colleges.college_answers import (
    AlreadyEntered,
    CollegeAnswer,
    describe_copies,
    find_answered_copies,
    find_answered_delivery,
    find_receipt_to_withdraw,
    find_settlement_to_withdraw,
    require_new_answer,
)
from pipeline.services.colleges.holdings import (
    RECEIPTS,
    WITHDRAWN,
    Delivery,
    Receipt,
    compute_holdings,
    find_delivery,
    list_deliveries,
    list_receipts,
)
from pipeline.services.colleges.ledger import open_ledger_to_write, require_past_day
from pipeline.services.colleges.ledger_events import Event, create_event, format_instant
from pipeline.services.colleges.ledger_stores import EventFactory, Ledger
from pipeline.services.colleges.recalls import (
    TOLD,
    count_copies,
    find_open_copies,
    find_recalls_of,
    find_told_days,
    list_recalls,
    list_told_events,
)
from pipeline.services.editions.archive import Archive, open_archive
from pipeline.services.editions.records import read_records

MOST_COPIES = 100_000
"""Copies in one run of numbers; a longer run is a typing error."""
COLUMNS = ("delivery", "how", "on", "copies", "quantity", "edition")
"""The columns of a table of answers; those after `how` may be missing."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer as typed, or as a row of a table."""

    name: str
    """The delivery, printed code or recall."""
    how: str
    on: date
    copies: tuple[int, ...] = ()
    quantity: int | None = None
    edition: str | None = None
    place: str = ""
    """The file and line of a row."""


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
@verb_with_outcome()
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
    _require_one_act(how, undo, slips, table, bool(colleges or day or copies or quantity or edition or slip))
    for_all = bool(how or day or edition)
    for_one = bool(copies or quantity or slip or colleges or slips or undo is not None)
    _require_names(whats, table, for_all, for_one)
    ledger, on = open_ledger_to_write(project), require_past_day(day, project)
    if table:
        return Outcome(text=_enter_all(project, ledger, _read_answers(table, project)))
    row = AnswerRow(whats[0], str(how), on, _parse_numbers(copies), quantity, edition)
    if row.name in list_recalls(ledger.events()):
        if undo is None and (how != TOLD or copies or quantity or edition or slip or whats[1:]):
            raise UsageError(f"Of {row.name} say only --how {TOLD}. Of copies say what became of their delivery.")
        lines = _enter_told(ledger, row, colleges) if undo is None else _withdraw_told(ledger, row.name, undo)
    elif how == TOLD or colleges:
        raise UsageError(f"'{TOLD}' and --college go with a recall, such as recall-1: '{row.name}' is none.")
    elif len(whats) > 1:
        lines = _enter_all(project, ledger, [replace(row, name=name) for name in whats])
    elif slips:
        delivery, _ = _find_delivery(project, ledger.events(), row.name)
        lines = [export_slips(project, ledger, delivery.id, slips)]
    elif how is None:
        lines = _withdraw_answer(project, ledger, row.name, undo or 0)
    else:
        lines = _enter_answer(project, ledger, _parse_answer(project, ledger.events(), row), slip)
    return Outcome(text=lines)


def _require_one_act(how: str | None, undo: int | None, slips: Path | None, table: Path | None, more: bool) -> None:
    """Raise `click.UsageError` unless exactly one of answer, undo, slips and table was asked for."""
    if undo is not None and (how or more):
        raise click.UsageError("--undo NUMBER takes an answer back as it was entered: leave the other options away.")
    if slips is not None and (how or undo is not None or more):
        raise click.UsageError("--slips FOLDER writes slips to be answered: leave the other options away.")
    if undo is None and how is None and slips is None and not table:
        raise click.UsageError("Say the answer of the college by --how, or take one back by --undo NUMBER.")


def _require_names(names: Sequence[str], table: Path | None, for_all: bool, for_one: bool) -> None:
    """Raise `click.UsageError` for a table with options, no delivery, and options of one delivery given for several."""
    if table and (names or for_all or for_one):
        raise click.UsageError("--from FILE.csv has the whole answers: leave all else away.")
    if not table and not names:
        raise click.UsageError("Name the delivery, or a table of answers: --from FILE.csv.")
    if len(names) > 1 and for_one:
        raise click.UsageError("Of several deliveries say --how, --on and --edition: enter the others alone.")


def _enter_told(ledger: Ledger, row: AnswerRow, colleges: Sequence[str]) -> list[str]:
    """Enter that colleges were told of a recall: the named ones, else all holders that were not told yet."""
    events, name = ledger.events(), row.name
    recall = list_recalls(events)[name]
    if recall.lifted:
        raise UsageError(f"{name} was lifted: nobody is to be told of it.")
    holders = {holding.college for holding in find_open_copies(events, recall)}
    for college in colleges:
        if college not in holders:
            raise UsageError(f"{name} asks nothing of '{college}'. {suggest_names(college, holders, '')}".rstrip())
    entries = [
        _fixed_event(TOLD, name, {"college": college, "on": row.on.isoformat()})
        for college in colleges or sorted(holders - {*find_told_days(events, name)})
    ]
    added = ledger.add_all(format_instant(now_utc()), entries)
    lines = [f"{event.facts['college']}, {name}: told on {format_date(row.on)}. {_undo_hint(event)}" for event in added]
    return lines or [f"Every college that {name} asks for copies was told."]


def _fixed_event(kind: str, subject: str, facts: Mapping[str, Any]) -> EventFactory:
    """Make an event that does not depend on those before it."""
    return lambda known: (kind, subject, facts)


def _undo_hint(event: Event) -> str:
    return f"If that is wrong: 'briefings acknowledge {event.subject} --undo {event.number}'."


def _withdraw_told(ledger: Ledger, name: str, number: int) -> list[str]:
    """Take back that a college was told; the ledger keeps both events."""
    if not any(event.number == number for event in list_told_events(ledger.events(), name)):
        raise UsageError(f"{number} is not the number of an entry of {name} that stands.")
    ledger.add(format_instant(now_utc()), WITHDRAWN, name, {"event": number})
    return [f"{name}: the entry {number} is taken back."]


def _read_answers(path: Path, project: Project) -> list[AnswerRow]:
    """Read a table of answers, with commas or, from a spreadsheet, semicolons. Raises `UsageError`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        first_line = text.partition("\n")[0]
        table = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in first_line else ",")
        heads, rows = Counter(table.fieldnames or ()), [(table.line_num, row) for row in table if any(row.values())]
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} cannot be read as a table in UTF-8: {error}.") from error
    if wrong := {*COLUMNS[:2]} - {*heads} or {head for head in heads if head not in COLUMNS or heads[head] > 1}:
        raise UsageError(f"{path}:1: '{min(wrong)}' is missing, unknown or twice. Columns: {', '.join(COLUMNS)}.")
    if long := next((line for line, row in rows if None in row), None):
        raise UsageError(f"{path}:{long}: the row has more cells than the table has columns.")
    if not rows:
        raise UsageError(f"{path} has no answers below its heads.")
    return [_parse_row(row, f"{path}:{line}", project) for line, row in rows]


def _parse_row(row: Mapping[str | Any, Any], place: str, project: Project) -> AnswerRow:
    cells: dict[str, Any] = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    try:
        how = click.Choice(RECEIPTS).convert(cells["how"], None, None)
        on = require_past_day(DAY.convert(cells["on"], None, None) if cells["on"] else None, project)
        quantity = click.IntRange(1).convert(cells["quantity"], None, None) if cells["quantity"] else None
        copies = _parse_numbers(cells["copies"])
    except (UsageError, click.UsageError) as error:
        raise UsageError(f"{place}: {error}") from error
    return AnswerRow(cells["delivery"], how, on, copies, quantity, cells["edition"] or None, place)


def _enter_all(project: Project, ledger: Ledger, rows: Sequence[AnswerRow]) -> list[str]:
    """Enter answers that are not on record, each after those before it; if one is refused, enter none."""
    known, at = list(ledger.events()), format_instant(now_utc())
    new, repeated, refused = list[CollegeAnswer](), list[str](), list[str]()
    for row in rows:
        try:
            answer = _parse_answer(project, known, row)
            known.append(create_event(known[-1] if known else None, at, *_create_receipt(known, answer)))
            new.append(answer)
        except AlreadyEntered as entry:
            repeated.append(": ".join(filter(None, (row.place, str(entry)))))
        except (UsageError, click.UsageError) as refusal:
            refused.append(": ".join(filter(None, (row.place, str(refusal)))))
    if refused:
        raise UsageError("\n".join((*refused, "Nothing was entered.")))
    added = ledger.add_all(at, [partial(_create_receipt, answer=answer) for answer in new])
    pairs = zip(new, added, strict=True)
    return [*repeated, *(line for pair in pairs for line in (*_describe_entry(*pair), f"  {_undo_hint(pair[1])}"))]


def _create_receipt(
    known: Sequence[Event], answer: CollegeAnswer, scan: str = ""
) -> tuple[str, str, Mapping[str, Any]]:
    """Make the kind, subject and facts of an answer's event. Raises `UsageError` if it is not possible."""
    require_new_answer(answer, known)
    return answer.kind, answer.delivery.id, answer.facts(find_answered_copies(answer, known), scan)


def _parse_answer(project: Project, known: Sequence[Event], row: AnswerRow) -> CollegeAnswer:
    delivery, copies = _find_delivery(project, known, row.name)
    kind: Receipt = row.how  # type: ignore[assignment]  # checked against RECEIPTS before
    return CollegeAnswer(delivery, kind, row.on, row.copies or copies, row.quantity, row.edition)


def _find_delivery(project: Project, known: Sequence[Event], name: str) -> tuple[Delivery, tuple[int, ...]]:
    """Find a delivery by its id or a printed code, and the copy of the code."""
    records = (saved.record for saved in read_records(project.files).every())
    return find_answered_delivery(name, known, records)


def _enter_answer(project: Project, ledger: Ledger, answer: CollegeAnswer, slip: Path | None) -> list[str]:
    """Enter one answer, with its slip; return lines on what it changed."""
    _create_receipt(ledger.events(), answer)  # before the slip is archived
    scan = archive_slip(project, slip) if slip else ""
    event = ledger.add_after(format_instant(now_utc()), partial(_create_receipt, answer=answer, scan=scan))
    return [*_describe_entry(answer, event, scan), _describe_held(ledger, event.subject), _undo_hint(event)]


def _describe_held(ledger: Ledger, delivery: str) -> str:
    held = [
        holding
        for holding in compute_holdings(ledger.events())
        if (holding.delivery, holding.state) == (delivery, "held")
    ]
    return f"Of this delivery it holds {count_noun(count_copies(held), 'copy', 'copies')}."


def _describe_entry(answer: CollegeAnswer, event: Event, scan: str = "") -> Iterator[str]:
    delivery, lines = answer.delivery, event.facts["of"]
    pack, edition = delivery.title
    copies = _describe_answered(answer)
    yield f"{delivery.college}, '{edition}' of '{pack}': {copies}{answer.kind} on {format_date(answer.on)}."
    if scan:
        yield f"The slip is in the archive, as {scan[:8]}…: 'briefings acknowledge {delivery.id} --slips FOLDER'."
    if answer.kind == "replaced":
        replaced = sum(line[3] for line in lines if line[0] != delivery.id)
        yield f"{count_noun(replaced, 'copy', 'copies')} that it held before gave way to it."


def _describe_answered(answer: CollegeAnswer) -> str:
    """Describe the copies that an answer is about, such as '20 copies '; nothing for the whole delivery."""
    if answer.kind == "replaced":
        return ""
    if answer.copies:
        noun = "copies" if len(answer.copies) > 1 else "copy"
        return f"{noun} {', '.join(map(str, answer.copies))} "
    return f"{count_noun(answer.quantity, 'copy', 'copies')} " if answer.quantity else ""


def _withdraw_answer(project: Project, ledger: Ledger, name: str, number: int) -> list[str]:
    """Take an answer back; the ledger keeps both events."""
    delivery, _ = _find_delivery(project, ledger.events(), name)
    event = find_receipt_to_withdraw(delivery, number, ledger.events())
    ledger.add_after(
        format_instant(now_utc()),
        lambda known: (WITHDRAWN, delivery.id, {"event": find_receipt_to_withdraw(delivery, number, known).number}),
    )
    pack, edition = delivery.title
    copies = describe_copies(event.facts.get("of", ()))
    answer = f"{event.kind} on {format_date(event.day)}{copies and f' ({copies})'}"
    withdrawn = f"{delivery.college}, '{edition}' of '{pack}': the answer {answer} is taken back."
    return [withdrawn, _describe_held(ledger, delivery.id)]


def _parse_numbers(text: str | None) -> tuple[int, ...]:
    """Parse numbers of copies as typed: '7, 9-12'. Raises `click.UsageError`."""
    parts = [part.strip() for part in text.split(",")] if text else []
    numbers: list[int] = []
    for part in parts:
        run = re.fullmatch(r"([0-9]{1,9})(?:\s*[-\u2013]\s*([0-9]{1,9}))?", part)
        first, last = (int(run[1]), int(run[2] or run[1])) if run else (1, 0)
        if not first <= last < first + MOST_COPIES:
            raise click.UsageError(f"'{part}' is no copy number. Write --copies 7,8 or 7-12.")
        numbers += range(first, last + 1)
    return tuple(dict.fromkeys(numbers))


_SUFFIXES = {b"%PDF": ".pdf", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"II*\x00": ".tif", b"MM\x00*": ".tif"}
"""The suffix of a scan, by the first bytes of the file."""


def _open_archive(project: Project) -> Archive:
    archive = open_archive(project.loaded[0].imprint.fields.archive, project.folder)
    if archive is None:
        raise UsageError("Nobody keeps the slip: name an 'archive:' in library.yaml.")
    return archive


def archive_slip(project: Project, slip: Path) -> str:
    """Put a slip into the archive; return its SHA-256."""
    archive = _open_archive(project)
    if not slip.is_file():
        raise UsageError(f"There is no file '{slip}'.")
    content = slip.read_bytes()
    if not archive.keep(content):
        raise UsageError(f"The archive does not hold {slip} as it was written.")
    return sha256(content)


def export_slips(project: Project, ledger: Ledger, delivery: str, folder: Path) -> str:
    """Write the slips of the answers to a delivery into a folder; return a sentence on that."""
    receipts = [receipt for receipt in list_receipts(ledger.events()) if receipt.subject == delivery]
    scans = {f"{event.number}-{event.kind}": str(event.facts["scan"]) for event in receipts if event.facts.get("scan")}
    if not scans:
        raise UsageError(f"No answer to {delivery} has a slip in the archive.")
    for name, digest in scans.items():
        content = _open_archive(project).file(digest)
        if content is None or sha256(content) != digest:
            raise UsageError(f"The archive does not hold the slip {digest[:8]}… of the answer {name}.")
        suffix = next((suffix for start, suffix in _SUFFIXES.items() if content.startswith(start)), "")
        write_atomically(folder / f"{delivery}-{name}{suffix}", content)
    return f"{count_noun(len(scans), 'slip')} in {folder}."


# Settling: a person says whether a delivery was sent, where the program cannot know.


@click.command("settle")
@click.argument("whats", metavar="DELIVERY...", nargs=-1, required=True)
@click.option("--sent/--not-sent", "sent", default=None, help="Whether it was sent, or has arrived.")
@click.option("--on", "day", type=DAY, metavar="YYYY-MM-DD", help="The day on which it was sent (default: today).")
@click.option("--undo", is_flag=True, help="Take back what was said of it before.")
@verb_with_outcome()
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


def settle_deliveries(project: Project, ledger: Ledger, names: Sequence[str], sent: bool | None, on: date) -> list[str]:
    """Enter that deliveries were sent or not, or for None withdraw such entries; return lines on their state."""
    known = list_deliveries(ledger.events())
    ids = dict.fromkeys(find_delivery(name, known).id for name in names)
    with ExitStack() as locks:
        for id_ in ids:
            if not locks.enter_context(ledger.lock_subject(id_)):
                raise UsageError(f"Delivery {id_} is being made at this moment: ask again when that command has ended.")
        events = ledger.events()
        known = list_deliveries(events)
        for id_ in ids:
            if sent is None:
                find_settlement_to_withdraw(id_, events)
            else:
                _require_settleable(project, known[id_], on)
        facts = {"by": "person", "on": on.isoformat()} | ({} if sent else {"reason": "a person says it was not sent"})
        kind = "sent" if sent else "failed"
        ledger.add_all(
            format_instant(now_utc()),
            [_withdraw_settlement(id_) if sent is None else _fixed_event(kind, id_, facts) for id_ in ids],
        )
    events = ledger.events()
    known = list_deliveries(events)
    return [line for id_ in ids for line in _describe_settlement(events, known[id_], sent)]


def _withdraw_settlement(delivery: str) -> EventFactory:
    return lambda known: (WITHDRAWN, delivery, {"event": find_settlement_to_withdraw(delivery, known).number})


def _describe_settlement(events: Sequence[Event], delivery: Delivery, sent: bool | None) -> Iterator[str]:
    """Yield a line on the state of a delivery, and one on each recall of what is in it."""
    pack, edition = delivery.title
    state = f"{delivery.state}, as before" if sent is None else f"{'sent' if sent else 'not sent'}, as you say"
    yield f"{delivery.college}, '{edition}' of '{pack}': {state}."
    recalls = list_recalls(events).values() if sent else ()
    for recall in find_recalls_of(recalls, pack, edition, delivery.facts["briefings"]):
        again = f"'briefings recall {recall.name}' writes a notice to {delivery.college}"
        yield f"It holds what {recall.name} takes back: {again}."


def _require_settleable(project: Project, delivery: Delivery, on: date) -> None:
    """Raise `UsageError` if a delivery is settled, is still the program's, or cannot have been sent on a day."""
    if delivery.state == "sent":
        raise UsageError(
            f"Delivery {delivery.id} was sent on {format_date(delivery.since)}: to send it once more, '--again REASON'."
            f" If it was settled by mistake: 'briefings settle {delivery.id} --undo'."
        )
    on_paper = delivery.facts["channel"] in FOR_PAPER
    settleable = ("uncertain", "committing", *(("planned", "failed") if on_paper else ()))
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
