"""Answers of colleges to deliveries: find the delivery and copies, refuse impossible answers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.core.diagnostics import UsageError
from pipeline.core.printed_code import read_code
from pipeline.core.sentences import count_noun, describe_numbers, suggest_names
from pipeline.model.source.versions import EditionRecord
from pipeline.model.words import format_date
from pipeline.services.colleges.holdings import (
    HELD,
    MAY_HAVE_ARRIVED,
    CopyLine,
    Delivery,
    Holding,
    compute_holdings,
    drop_withdrawn,
    find_delivery,
    is_on_paper,
    list_answerable_copies,
    list_deliveries,
    list_receipts,
    select_copies,
)
from pipeline.services.colleges.ledger_events import Event, EventKind
from pipeline.services.colleges.recalls import count_copies
from pipeline.services.editions.record_chain import edition_code


def describe_copies(lines: Iterable[Sequence[Any]]) -> str:
    """Describe the copies that an event names: 'print: copies 3 and 5; text: 2 copies'.

    If two have the same number, as copies of two editions may, give how many there are.
    """
    by_format: dict[str, Counter[int]] = {}
    for _, format_, number, quantity, *_leaves in lines:
        by_format.setdefault(format_, Counter())[number] += quantity
    return "; ".join(f"{format_}: {_describe_numbers(copies)}" for format_, copies in by_format.items())


def _describe_numbers(copies: Counter[int]) -> str:
    """Describe copies counted by their numbers; copies without one have 0."""
    numbers = sorted(number for number in copies if number)
    if any(copies[number] > 1 for number in numbers):
        return count_noun(copies.total(), "copy", "copies")
    parts = [describe_numbers(numbers)] if numbers else []
    parts += [count_noun(copies[0], "copy", "copies")] if copies[0] else []
    return " and ".join(parts)


@dataclass(frozen=True, slots=True)
class CollegeAnswer:
    """An answer to a delivery, about the copies that it names, or about all."""

    delivery: Delivery
    kind: str
    """One of `RECEIPTS`."""
    on: date
    copies: tuple[int, ...] = ()
    quantity: int | None = None
    edition: str | None = None
    """The edition of the copies, if a college has several editions from one delivery."""

    def facts(self, lines: Iterable[CopyLine], scan: str = "") -> Mapping[str, Any]:
        """Return its facts for the ledger; `scan` is the SHA-256 of a slip in the archive.

        The lines name the copies for good, so that a later entry does not change what this one is about.
        """
        facts = {"on": self.on.isoformat(), "of": [list(line) for line in lines], "scan": scan}
        return {name: value for name, value in facts.items() if value or name == "of"}

    def holdings_of_pack(self, events: Sequence[Event]) -> list[Holding]:
        """Return all copies of the delivered pack that the college has or had."""
        owner = (self.delivery.college, self.delivery.title[0])
        return [holding for holding in compute_holdings(events) if (holding.college, holding.pack) == owner]


def find_answered_delivery(
    name: str, events: Sequence[Event], records: Iterable[EditionRecord]
) -> tuple[Delivery, tuple[int, ...]]:
    """Find the delivery with an id, its first letters or a printed code, and the copy of the code.

    Raises `UsageError`.
    """
    known = list_deliveries(events)
    if name and any(id_.startswith(name.casefold()) for id_ in known):
        return find_delivery(name, known), ()
    try:
        code = read_code(name)
    except UsageError:
        raise UsageError(f"There is no delivery '{name}'. {suggest_names(name, known, '')}".rstrip()) from None
    edition = next((record for record in records if edition_code(record).text == code.text), None)
    if edition is None:
        raise UsageError(f"The code {code} is of no edition that was issued.")
    matches = _find_deliveries_of(known.values(), edition, code.copy)
    if not matches:
        raise UsageError(f"{code} is of '{edition.edition}' of '{edition.pack}', and no delivery of it is on record.")
    if len(matches) > 1:
        names = ", ".join(f"{delivery.id} to {delivery.college}" for delivery in matches)
        if code.copy:
            twice = f"Copy {code.copy} of '{edition.edition}' stands in {len(matches)} deliveries."
            raise UsageError(f"{twice} Name the one that is meant: {names}.")
        raise UsageError(f"This code is that of all copies of '{edition.edition}'. Name the delivery: {names}.")
    return matches[0], (code.copy,) if code.copy else ()


def _find_deliveries_of(known: Iterable[Delivery], edition: EditionRecord, copy: int | None) -> list[Delivery]:
    """Return the deliveries of an edition, or of a copy of it: those that may have arrived, if there are any."""
    title = (edition.pack, edition.edition)
    matches = [delivery for delivery in known if delivery.title == title]
    if copy:
        matches = [delivery for delivery in matches if any(number == copy for _, number, _ in delivery.copies())]
    return [delivery for delivery in matches if delivery.state in MAY_HAVE_ARRIVED] or matches


class AlreadyEntered(UsageError):
    """An answer that is in the ledger already."""


def require_new_answer(answer: CollegeAnswer, events: Sequence[Event]) -> None:
    """Raise `AlreadyEntered` if an answer about the same copies, or as many on the same day, is on record."""
    delivery, kind = answer.delivery, answer.kind
    entries = [receipt for receipt in list_receipts(events) if (receipt.subject, receipt.kind) == (delivery.id, kind)]
    if entries and not answer.copies and not answer.quantity:
        entries = [] if list_answerable_copies(answer.holdings_of_pack(events), delivery, kind) else entries
    else:
        entries = [entry for entry in entries if entry.day == answer.on and _is_about_same_copies(entry, answer)]
    for entry in entries[:1]:
        again = f"To add to it: 'briefings acknowledge {delivery.id} --undo {entry.number}', then enter the total."
        raise AlreadyEntered(
            f"{delivery.id}: '{kind}' of {format_date(entry.day)} is on record already, as entry {entry.number}."
            + (f" {again}" if answer.quantity else "")
        )


def _is_about_same_copies(entry: Event, answer: CollegeAnswer) -> bool:
    """Return True if an entry and an answer have the same numbered copies, or as many copies."""
    delivery = answer.delivery
    lines = [line for line in entry.facts.get("of") or () if not delivery.into or line[0] == delivery.id]
    if answer.copies:
        return {line[2] for line in lines} == {*answer.copies}
    quantity: int = sum(line[3] for line in lines)
    return answer.quantity == quantity


def find_answered_copies(answer: CollegeAnswer, events: Sequence[Event]) -> tuple[CopyLine, ...]:
    """Return the copies that an answer is about. Raises `UsageError` for copies not sent by then, or too many."""
    delivery = answer.delivery
    _require_sent(answer, events)
    if answer.copies and answer.quantity:
        raise UsageError("Name the copies by --copies, or say how many by --quantity, not both.")
    holdings = answer.holdings_of_pack(events)
    possible = list_answerable_copies(holdings, delivery, answer.kind)
    among = _select_edition(answer, possible)
    if answer.kind == EventKind.REPLACED:
        _require_replaceable(answer, holdings, among, events)
    else:
        delivered = [holding for holding in holdings if holding.delivery == delivery.id]
        _require_in_delivery(answer, [holding for holding in delivered if holding in among or holding not in possible])
    _require_one_edition(answer, among)
    return select_copies(holdings, delivery, answer.kind, answer.copies, answer.quantity, among)


def _select_edition(answer: CollegeAnswer, possible: Sequence[Holding]) -> tuple[Holding, ...]:
    """Return the possible copies of the edition that an answer names, or all. Raises `UsageError` if none is left."""
    among = tuple(holding for holding in possible if answer.edition in (None, holding.edition))
    if answer.edition and not among:
        others = _describe_by_edition(possible) or "none that this answer can be about"
        raise UsageError(f"{answer.delivery.college} holds no such copy of '{answer.edition}', but {others}.")
    return among


def _require_one_edition(answer: CollegeAnswer, possible: Sequence[Holding]) -> None:
    """Raise `UsageError` if a quantity could be of several editions."""
    if answer.quantity is None or answer.kind == EventKind.RECEIVED:
        return
    countable = [holding for holding in possible if answer.kind == EventKind.REPLACED or not holding.copy]
    if answer.quantity < count_copies(countable) and len({holding.edition for holding in countable}) > 1:
        raise UsageError(
            f"{answer.delivery.college} holds {_describe_by_edition(countable)}: say which are meant by "
            f'--edition "{countable[0].edition}".'
        )


def _describe_by_edition(holdings: Sequence[Holding]) -> str:
    """Describe the copies of each edition: "2 copies of 'Spring' and 2 copies of 'Summer'"."""
    quantities = Counter[str]()
    for holding in holdings:
        quantities[holding.edition] += holding.quantity
    return " and ".join(f"{count_noun(number, 'copy', 'copies')} of '{name}'" for name, number in quantities.items())


def _require_sent(answer: CollegeAnswer, events: Sequence[Event]) -> None:
    """Raise `UsageError` if the delivery was not sent by the day of the answer."""
    delivery = answer.delivery
    valid = (event for event in drop_withdrawn(events) if event.subject == delivery.id)
    sent = next((event.day for event in valid if event.kind == EventKind.SENT), None)
    if sent is None:
        if delivery.state in MAY_HAVE_ARRIVED:
            raise UsageError(f"{delivery.id} is uncertain: 'briefings settle {delivery.id} --sent' first.")
        if delivery.state == EventKind.PLANNED and any(is_on_paper(format_) for format_, _, _ in delivery.copies()):
            raise UsageError(f"{delivery.id} is not known to be sent: 'briefings settle {delivery.id} --sent' first.")
        raise UsageError(f"{delivery.id} is not sent: it is {delivery.state} since {format_date(delivery.since)}.")
    if answer.on < sent:
        raise UsageError(f"{delivery.id} was sent on {format_date(sent)}, after {format_date(answer.on)}.")


def _require_in_delivery(answer: CollegeAnswer, delivered: Sequence[Holding]) -> None:
    """Raise `UsageError` for a number of numbered copies, and for copies that the college cannot answer for."""
    if answer.quantity and delivered and all(holding.copy for holding in delivered):
        numbers = describe_numbers([holding.copy for holding in delivered])
        copies = f"The copies of {answer.delivery.id} are numbered ({numbers})"
        raise UsageError(f"{copies}: name those that are meant by --copies 1,4-6.")
    if answer.kind == EventKind.RECEIVED:
        _require_received(answer, delivered)
    else:
        _require_held(answer, [holding for holding in delivered if holding.state == HELD])


def _require_received(answer: CollegeAnswer, delivered: Sequence[Holding]) -> None:
    """Raise `UsageError` for copies that are not in the delivery, and for more than the unconfirmed ones."""
    name = answer.delivery.id
    if unknown := sorted({*answer.copies} - {holding.copy for holding in delivered if holding.copy}):
        raise UsageError(f"Copy {unknown[0]} is not in {name}.")
    unnumbered = [holding for holding in delivered if not holding.copy]
    total, confirmed = count_copies(unnumbered), count_copies(holding for holding in unnumbered if holding.confirmed)
    if answer.quantity and answer.quantity > total - confirmed:
        copies = count_noun(total, "copy", "copies")
        earlier = f", and {confirmed} are confirmed already" if confirmed else ""
        raise UsageError(f"{name} has {copies} without numbers{earlier}: {answer.quantity} cannot have been received.")


def _require_held(answer: CollegeAnswer, held: Sequence[Holding]) -> None:
    """Raise `UsageError` for copies that the college does not hold."""
    name, college = answer.delivery.id, answer.delivery.college
    if unknown := sorted({*answer.copies} - {holding.copy for holding in held if holding.copy}):
        raise UsageError(f"{college} does not hold copy {unknown[0]} of {name}.")
    available = count_copies(holding for holding in held if not (answer.quantity and holding.copy))
    if not available or (answer.quantity or 0) > available:
        copies = count_noun(available, "copy", "copies")
        raise UsageError(f"{college} holds {copies} of {name}, not {answer.quantity or 'one'}.")


def _require_replaceable(
    answer: CollegeAnswer, holdings: Sequence[Holding], old: Sequence[Holding], events: Sequence[Event]
) -> None:
    """Raise `UsageError` if a delivery cannot replace what an answer says: newer copies, too many, or numbered ones.

    Raises `AlreadyEntered` if it has replaced all of them.
    """
    delivery = answer.delivery
    name, college = delivery.id, delivery.college
    before = [entry for entry in list_receipts(events) if (entry.subject, entry.kind) == (name, answer.kind)]
    if before and not old:
        entry = f"entry {before[-1].number}, on {format_date(before[-1].day)}"
        raise AlreadyEntered(f"Nothing is left to answer: 'replaced' of {name} is on record as {entry}.")
    if answer.copies:
        raise UsageError(
            f"'replaced' is said of delivery {name}, not of copies of it: say how many of the old copies it has "
            "replaced by --quantity, or name those as destroyed or returned, in the delivery that they are of."
        )
    newer = [
        holding
        for holding in holdings
        if holding.state == HELD
        and holding.edition != delivery.title[1]
        and holding.delivery != name
        and delivery.has_medium_of(holding.format)
    ]
    if newer and not old:
        raise UsageError(
            f"{name} is older than every other edition that {college} holds: this answer belongs to the newer "
            f"delivery {newer[-1].leaves or newer[-1].delivery}."
        )
    limit = count_copies(old)
    if answer.quantity and answer.quantity > limit:
        raise UsageError(
            f"{college} holds {count_noun(limit, 'copy', 'copies')} that {name} can replace, not {answer.quantity}."
        )
    numbers = [holding.copy for holding in old if holding.copy]
    if numbers and answer.quantity and answer.quantity < limit:
        raise UsageError(
            f"Which of {describe_numbers(numbers)} {name} has replaced, its number cannot say: name those as "
            f"destroyed or returned by --copies, in delivery {old[0].delivery}."
        )


def find_receipt_to_withdraw(delivery: Delivery, number: int, events: Sequence[Event]) -> Event:
    """Find the receipt of a delivery by its number in the ledger. Raises `UsageError` with the valid ones."""
    receipts = [receipt for receipt in list_receipts(events) if receipt.subject == delivery.id]
    for receipt in receipts:
        if receipt.number == number:
            return receipt
    entries = ", ".join(f"{receipt.number} ({receipt.kind} on {format_date(receipt.day)})" for receipt in receipts)
    hint = f"Those are {entries}." if receipts else "It has none."
    raise UsageError(f"{number} is not the number of a current answer to {delivery.id}. {hint}")
