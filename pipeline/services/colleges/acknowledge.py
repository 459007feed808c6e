"""The verb acknowledge: enter the answers of colleges to deliveries and recalls, with their slips."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from pipeline.build.project import Project
from pipeline.cli.options import DAY, now_utc
from pipeline.cli.outcome import Outcome, verb_with_outcome
from pipeline.core.diagnostics import UsageError
from pipeline.core.digests import sha256
from pipeline.core.files import write_atomically
from pipeline.core.sentences import count_noun, suggest_names
from pipeline.model.words import format_date
from pipeline.services.colleges.college_answers import (
    AlreadyEntered,
    CollegeAnswer,
    describe_copies,
    find_answered_copies,
    find_answered_delivery,
    find_receipt_to_withdraw,
    require_new_answer,
)
from pipeline.services.colleges.holdings import HELD, Delivery, compute_holdings, list_receipts
from pipeline.services.colleges.ledger import open_ledger_to_write, require_past_day
from pipeline.services.colleges.ledger_events import RECEIPTS, Event, EventKind, create_event, format_instant
from pipeline.services.colleges.ledger_stores import Ledger, fixed_event, withdrawal
from pipeline.services.colleges.recalls import (
    count_copies,
    find_notice_days,
    find_open_copies,
    list_recalls,
    list_told_events,
)
from pipeline.services.editions.archive import Archive, open_archive
from pipeline.services.editions.record_chain import read_records

MAX_COPIES_IN_RUN = 100_000
"""Copies in one run of numbers; a longer run is a typing error."""
ANSWER_COLUMNS = ("delivery", "how", "on", "copies", "quantity", "edition")
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
@click.option(
    "--how", type=click.Choice([kind.value for kind in (*RECEIPTS, EventKind.TOLD)]), help="The answer of the college."
)
@click.option(
    "--college", "colleges", metavar="ID", multiple=True, help="With a recall: a college that has its notice."
)
@click.option("--on", "day", type=DAY, metavar="YYYY-MM-DD", help="The day of the answer (default: today).")
@click.option("--copies", metavar="7,9-12", help="The numbers of the copies (default: all).")
@click.option("--quantity", type=click.IntRange(1), help="How many copies, if they have no numbers or were replaced.")
@click.option("--edition", metavar="NAME", help="The edition of the copies, if the delivery has several.")
@click.option("--file", "slip", type=click.Path(path_type=Path), help="A scan of the answer, for the archive.")
@click.option("--slips", type=click.Path(path_type=Path), help="Write answer slips for a delivery into this folder.")
@click.option("--undo", type=int, metavar="NUMBER", help="Take back the answer with this number in the ledger.")
@click.option("--from", "table", type=click.Path(path_type=Path), metavar="FILE.csv", help="Read answers from a table.")
@verb_with_outcome()
def verb(
    project: Project,
    whats: tuple[str, ...],
    how: str | None,
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
    """Record a college's answer to a delivery or recall.

    `replaced` means that this delivery replaces the copies held before. --undo takes back a wrong entry; the ledger
    keeps both. `recall-1 --how told` records that you sent the notices of a recall: to all colleges with copies, or
    to those of --college.

    --from FILE.csv has one row for each answer, with the columns delivery, how, on, copies, quantity and edition.
    Either all answers are recorded, or none.
    """
    of_one = bool(copies or quantity or slip or colleges)
    _require_one_act(how, undo, slips, table, of_one or bool(day or edition))
    _require_names(whats, table, bool(how or day or edition), of_one or bool(slips) or undo is not None)
    ledger, on = open_ledger_to_write(project), require_past_day(day, project)
    if table:
        return Outcome(text=_enter_all(project, ledger, _read_answers(table, project)))
    row = AnswerRow(whats[0], str(how), on, _parse_numbers(copies), quantity, edition)
    if row.name in list_recalls(ledger.events()):
        if undo is None and (how != EventKind.TOLD or copies or quantity or edition or slip or whats[1:]):
            raise UsageError(f"Of {row.name} say only --how told. Of copies say what became of their delivery.")
        lines = _record_notices(ledger, row, colleges) if undo is None else _withdraw_notice(ledger, row.name, undo)
    elif how == EventKind.TOLD or colleges:
        raise UsageError(f"'told' and --college go with a recall, such as recall-1: '{row.name}' is none.")
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


def _record_notices(ledger: Ledger, row: AnswerRow, colleges: Sequence[str]) -> list[str]:
    """Record the recall notices sent to the named colleges, else to every holder without one."""
    events, name = ledger.events(), row.name
    recall = list_recalls(events)[name]
    if recall.lifted:
        raise UsageError(f"{name} was lifted: its colleges need no notice.")
    holders = {holding.college for holding in find_open_copies(events, recall)}
    for college in colleges:
        if college not in holders:
            raise UsageError(f"{name} asks nothing of '{college}'. {suggest_names(college, holders, '')}".rstrip())
    entries = [
        fixed_event(EventKind.TOLD, name, {"college": college, "on": row.on.isoformat()})
        for college in colleges or sorted(holders - {*find_notice_days(events, name)})
    ]
    added = ledger.add_all(format_instant(now_utc()), entries)
    lines = [f"{event.facts['college']}, {name}: told on {format_date(row.on)}. {_undo_hint(event)}" for event in added]
    return lines or [f"Every college that {name} asks for copies was told."]


def _undo_hint(event: Event) -> str:
    return f"If that is wrong: 'briefings acknowledge {event.subject} --undo {event.number}'."


def _withdraw_notice(ledger: Ledger, name: str, number: int) -> list[str]:
    """Withdraw the record of a notice; the ledger keeps both events."""
    if not any(event.number == number for event in list_told_events(ledger.events(), name)):
        raise UsageError(f"{number} is not the number of a current entry of {name}.")
    ledger.add(format_instant(now_utc()), EventKind.WITHDRAWN, name, {"event": number})
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
    if wrong := {*ANSWER_COLUMNS[:2]} - {*heads} or {
        head for head in heads if head not in ANSWER_COLUMNS or heads[head] > 1
    }:
        raise UsageError(
            f"{path}:1: '{min(wrong)}' is missing, unknown or twice. Columns: {', '.join(ANSWER_COLUMNS)}."
        )
    if long := next((line for line, row in rows if None in row), None):
        raise UsageError(f"{path}:{long}: the row has more cells than the table has columns.")
    if not rows:
        raise UsageError(f"{path} has no answers below its heads.")
    return [_parse_row(row, f"{path}:{line}", project) for line, row in rows]


def _parse_row(row: Mapping[str | Any, Any], place: str, project: Project) -> AnswerRow:
    cells: dict[str, Any] = {name: str(row.get(name) or "").strip() for name in ANSWER_COLUMNS}
    try:
        how = click.Choice([*map(str, RECEIPTS)]).convert(cells["how"], None, None)
        on = require_past_day(DAY.convert(cells["on"], None, None) if cells["on"] else None, project)
        quantity = click.IntRange(1).convert(cells["quantity"], None, None) if cells["quantity"] else None
        copies = _parse_numbers(cells["copies"])
    except (UsageError, click.UsageError) as error:
        raise UsageError(f"{place}: {error}") from error
    return AnswerRow(cells["delivery"], how, on, copies, quantity, cells["edition"] or None, place)


def _enter_all(project: Project, ledger: Ledger, rows: Sequence[AnswerRow]) -> list[str]:
    """Enter the new answers in order; if one is refused, enter none."""
    known, at = list(ledger.events()), format_instant(now_utc())
    new, repeated, refused = list[CollegeAnswer](), list[str](), list[str]()
    for row in rows:
        try:
            answer = _parse_answer(project, known, row)
            known.append(create_event(known[-1] if known else None, at, *_create_receipt(known, answer)))
            new.append(answer)
        except (UsageError, click.UsageError) as refusal:
            lines = repeated if isinstance(refusal, AlreadyEntered) else refused
            lines.append(": ".join(filter(None, (row.place, str(refusal)))))
    if refused:
        raise UsageError("\n".join((*refused, "Nothing was entered.")))
    added = ledger.add_all(at, [partial(_create_receipt, answer=answer) for answer in new])
    pairs = zip(new, added, strict=True)
    return [*repeated, *(line for pair in pairs for line in (*_describe_entry(*pair), f"  {_undo_hint(pair[1])}"))]


def _create_receipt(
    known: Sequence[Event], answer: CollegeAnswer, scan: str = ""
) -> tuple[str, str, Mapping[str, Any]]:
    """Make the kind, subject and facts of an answer's event. Raises `UsageError`."""
    require_new_answer(answer, known)
    return answer.kind, answer.delivery.id, answer.facts(find_answered_copies(answer, known), scan)


def _parse_answer(project: Project, known: Sequence[Event], row: AnswerRow) -> CollegeAnswer:
    delivery, copies = _find_delivery(project, known, row.name)
    return CollegeAnswer(delivery, row.how, row.on, row.copies or copies, row.quantity, row.edition)


def _find_delivery(project: Project, known: Sequence[Event], name: str) -> tuple[Delivery, tuple[int, ...]]:
    """Find a delivery by its id or a printed code, and the copy of the code."""
    records = (saved.record for saved in read_records(project.files).every())
    return find_answered_delivery(name, known, records)


def _enter_answer(project: Project, ledger: Ledger, answer: CollegeAnswer, slip: Path | None) -> list[str]:
    """Enter one answer, with its slip; return lines on the changes."""
    _create_receipt(ledger.events(), answer)  # before the slip is archived
    scan = archive_slip(project, slip) if slip else ""
    event = ledger.add_after(format_instant(now_utc()), partial(_create_receipt, answer=answer, scan=scan))
    return [*_describe_entry(answer, event, scan), _describe_held(ledger, event.subject), _undo_hint(event)]


def _describe_held(ledger: Ledger, delivery: str) -> str:
    holdings = compute_holdings(ledger.events())
    held = count_copies(holding for holding in holdings if (holding.delivery, holding.state) == (delivery, HELD))
    return f"Of this delivery it holds {count_noun(held, 'copy', 'copies')}."


def _describe_entry(answer: CollegeAnswer, event: Event, scan: str = "") -> Iterator[str]:
    delivery, lines = answer.delivery, event.facts["of"]
    pack, edition = delivery.title
    copies = _describe_answered(answer)
    yield f"{delivery.college}, '{edition}' of '{pack}': {copies}{answer.kind} on {format_date(answer.on)}."
    if scan:
        yield f"The slip is in the archive, as {scan[:8]}…: 'briefings acknowledge {delivery.id} --slips FOLDER'."
    if answer.kind == EventKind.REPLACED:
        replaced = sum(line[3] for line in lines if line[0] != delivery.id)
        yield f"{count_noun(replaced, 'copy', 'copies')} that it held before gave way to it."


def _describe_answered(answer: CollegeAnswer) -> str:
    """Describe the copies of an answer, such as '20 copies '; nothing for the whole delivery."""
    if answer.kind == EventKind.REPLACED:
        return ""
    if answer.copies:
        noun = "copies" if len(answer.copies) > 1 else "copy"
        return f"{noun} {', '.join(map(str, answer.copies))} "
    return f"{count_noun(answer.quantity, 'copy', 'copies')} " if answer.quantity else ""


def _withdraw_answer(project: Project, ledger: Ledger, name: str, number: int) -> list[str]:
    """Take an answer back; the ledger keeps both events."""
    delivery, _ = _find_delivery(project, ledger.events(), name)
    event = find_receipt_to_withdraw(delivery, number, ledger.events())
    find = partial(find_receipt_to_withdraw, delivery, number)
    ledger.add_after(format_instant(now_utc()), withdrawal(delivery.id, find))
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
        if not first <= last < first + MAX_COPIES_IN_RUN:
            raise click.UsageError(f"'{part}' is no copy number. Write --copies 7,8 or 7-12.")
        numbers += range(first, last + 1)
    return tuple(dict.fromkeys(numbers))


_SUFFIXES = {b"%PDF": ".pdf", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"II*\x00": ".tif", b"MM\x00*": ".tif"}
"""The suffix of a scan, by the first bytes of the file."""


def _open_archive(project: Project) -> Archive:
    archive = open_archive(project.loaded[0].imprint.fields.archive, project.folder)
    if archive is None:
        raise UsageError("No archive is set. Add 'archive:' to library.yaml.")
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
    """Write the slips of a delivery into a folder; return a sentence on the result."""
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
