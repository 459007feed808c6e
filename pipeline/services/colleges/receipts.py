"""Answers of colleges to deliveries: which one is meant, and whether the answer can be."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.core.diagnostics import UsageError
from pipeline.core.printed_code import read_code
from pipeline.core.sentences import count, numbers_in_words, suggestion
from pipeline.model.source.versions import EditionRecord
from pipeline.model.words import format_date
from pipeline.services.colleges.events import Event
from pipeline.services.colleges.holdings import (
    MAY_HAVE_ARRIVED,
    CopyLine,
    Delivery,
    Holding,
    Receipt,
    compute_holdings,
    deliveries,
    drop_withdrawn,
    find_delivery,
    is_on_paper,
    list_answerable_copies,
    list_receipts,
    select_copies,
)
from pipeline.services.colleges.recalls import count_copies
from pipeline.services.editions.records import edition_code


def describe_copies(lines: Iterable[Sequence[Any]]) -> str:
    """The copies that an event names, by their numbers: 'print: copies 3 and 5; text: 2 copies'.

    Where two have the same number, as those of two editions may, it is told how many there are.
    """
    kinds: dict[str, Counter[int]] = {}
    for _, kind, number, quantity, *_leaves in lines:
        kinds.setdefault(kind, Counter())[number] += quantity
    return "; ".join(f"{kind}: {_counted(found)}" for kind, found in kinds.items())


def _counted(found: Counter[int]) -> str:
    """Copies in words, by how many there are of a number; those without one have 0."""
    numbers = sorted(number for number in found if number)
    if any(found[number] > 1 for number in numbers):
        return count(found.total(), "copy", "copies")
    said = [numbers_in_words(numbers)] if numbers else []
    return " and ".join([*said, *([count(found[0], "copy", "copies")] if found[0] else [])])


@dataclass(frozen=True, slots=True)
class CollegeAnswer:
    """An answer to a delivery: what it says, of which day, and of which copies: of all, where it names none."""

    delivery: Delivery
    kind: Receipt
    on: date
    copies: tuple[int, ...] = ()
    quantity: int | None = None
    edition: str | None = None
    """The edition of the copies that are meant, where a college has several of one delivery."""

    def facts(self, of: Iterable[CopyLine], scan: str = "") -> Mapping[str, Any]:
        """The facts that the ledger tells of it; `scan` is the SHA-256 of a slip in the archive.

        `of` names the copies for good, so that no slip that is entered later changes what this one was about.
        """
        said = {"on": self.on.isoformat(), "of": [list(line) for line in of], "scan": scan}
        return {name: value for name, value in said.items() if value or name == "of"}


def find_answered_delivery(
    what: str, events: Sequence[Event], records: Iterable[EditionRecord]
) -> tuple[Delivery, tuple[int, ...]]:
    """The delivery that an id, its first letters or a printed code name, and the copy. Raises `UsageError`."""
    known = deliveries(events)
    if what and any(name.startswith(what.casefold()) for name in known):
        return find_delivery(what, known), ()
    try:
        code = read_code(what)
    except UsageError:
        raise UsageError(f"There is no delivery '{what}'. {suggestion(what, known, '')}".rstrip()) from None
    edition = next((one for one in records if edition_code(one).text == code.text), None)
    if edition is None:
        raise UsageError(f"The code {code} is of no edition that was issued.")
    found = _with_copy(known.values(), edition, code.copy)
    if not found:
        raise UsageError(f"{code} is of '{edition.edition}' of '{edition.pack}', and no delivery of it is on record.")
    if len(found) > 1:
        each = ", ".join(f"{one.id} to {one.college}" for one in found)
        if code.copy:
            twice = f"Copy {code.copy} of '{edition.edition}' stands in {len(found)} deliveries."
            raise UsageError(f"{twice} Name the one that is meant: {each}.")
        raise UsageError(f"This code is that of all copies of '{edition.edition}'. Name the delivery: {each}.")
    return found[0], (code.copy,) if code.copy else ()


def _with_copy(known: Iterable[Delivery], edition: EditionRecord, copy: int | None) -> list[Delivery]:
    """The deliveries of an edition, or of one of its copies: those that may have arrived, if there are any."""
    title = (edition.pack, edition.edition)
    found = [one for one in known if one.title == title]
    if copy:
        found = [one for one in found if copy in {number for _, number, _ in one.copies()}]
    return [one for one in found if one.state in MAY_HAVE_ARRIVED] or found


class AlreadyEntered(UsageError):
    """An answer that the ledger has already."""


def require_new_answer(answer: CollegeAnswer, events: Sequence[Event]) -> None:
    """Raise `AlreadyEntered` if an answer of the same copies, or of as many on the same day, is on record."""
    delivery, kind = answer.delivery, answer.kind
    entries = [one for one in list_receipts(events) if (one.subject, one.kind) == (delivery.id, kind)]
    if entries and not answer.copies and not answer.quantity:
        there = [
            one for one in compute_holdings(events) if (one.college, one.pack) == (delivery.college, delivery.title[0])
        ]
        entries = [] if list_answerable_copies(there, delivery, kind) else entries
    else:
        entries = [one for one in entries if one.day == answer.on and _is_about(one, answer)]
    for entry in entries[:1]:
        again = f"To add to it: 'briefings acknowledge {delivery.id} --undo {entry.number}', then enter the total."
        raise AlreadyEntered(
            f"{delivery.id}: '{kind}' of {format_date(entry.day)} is on record already, as entry {entry.number}."
            + (f" {again}" if answer.quantity else "")
        )


def _is_about(entry: Event, answer: CollegeAnswer) -> bool:
    """Whether an entry names the copies of an answer, or as many."""
    lines = [line for line in entry.facts.get("of") or () if not answer.delivery.into or line[0] == answer.delivery.id]
    if answer.copies:
        return {line[2] for line in lines} == {*answer.copies}
    quantity: int = sum(line[3] for line in lines)
    return answer.quantity == quantity


def find_answered_copies(answer: CollegeAnswer, events: Sequence[Event]) -> tuple[CopyLine, ...]:
    """The copies that an answer is about. Raises `UsageError` for what was not sent by then, or was not so much."""
    delivery = answer.delivery
    _require_sent(answer, events)
    if answer.copies and answer.quantity:
        raise UsageError("Name the copies by --copies, or say how many by --quantity, not both.")
    there = [
        one for one in compute_holdings(events) if (one.college, one.pack) == (delivery.college, delivery.title[0])
    ]
    able = list_answerable_copies(there, delivery, answer.kind)
    among = _of_edition(answer, able)
    if answer.kind == "replaced":
        _require_something(answer, among, events)
        _require_replaceable(answer, there, among)
    else:
        own = [one for one in there if one.delivery == delivery.id and (one in among or one not in able)]
        _require_there(answer, own)
    _require_one_edition(answer, among)
    return select_copies(there, delivery, answer.kind, answer.copies, answer.quantity, among)


def _of_edition(answer: CollegeAnswer, able: Sequence[Holding]) -> tuple[Holding, ...]:
    """The copies of the edition that an answer names, of those that it can be about; of all where it names none."""
    among = tuple(one for one in able if answer.edition in (None, one.edition))
    if answer.edition and not among:
        there = _by_edition(able) or "none that this answer can be about"
        raise UsageError(f"{answer.delivery.college} holds no such copy of '{answer.edition}', but {there}.")
    return among


def _require_one_edition(answer: CollegeAnswer, able: Sequence[Holding]) -> None:
    """Stop an answer about so many copies where they are of several editions, and nothing says which are meant."""
    if answer.quantity is None or answer.kind == "received":
        return
    countable = [one for one in able if answer.kind == "replaced" or not one.copy]
    if answer.quantity < count_copies(countable) and len({one.edition for one in countable}) > 1:
        raise UsageError(
            f"{answer.delivery.college} holds {_by_edition(countable)}: say which are meant by "
            f'--edition "{countable[0].edition}".'
        )


def _by_edition(found: Sequence[Holding]) -> str:
    """The copies of each edition in words: "2 copies of 'Spring' and 2 copies of 'Summer'"."""
    each = dict.fromkeys(one.edition for one in found)
    said = [(name, count_copies(one for one in found if one.edition == name)) for name in each]
    return " and ".join(f"{count(many, 'copy', 'copies')} of '{name}'" for name, many in said)


def _require_sent(answer: CollegeAnswer, events: Sequence[Event]) -> None:
    """Stop an answer to what was not sent, or of a day before that."""
    delivery = answer.delivery
    own = (event for event in drop_withdrawn(events) if event.subject == delivery.id)
    sent = next((event.day for event in own if event.kind == "sent"), None)
    if sent is None:
        if delivery.state in MAY_HAVE_ARRIVED:
            raise UsageError(f"{delivery.id} is uncertain: 'briefings settle {delivery.id} --sent' first.")
        if delivery.state == "planned" and True in delivery.media:
            raise UsageError(f"{delivery.id} is not known to be sent: 'briefings settle {delivery.id} --sent' first.")
        raise UsageError(f"{delivery.id} is not sent: it is {delivery.state} since {format_date(delivery.since)}.")
    if answer.on < sent:
        raise UsageError(f"{delivery.id} was sent on {format_date(sent)}, after {format_date(answer.on)}.")


def _require_there(answer: CollegeAnswer, own: Sequence[Holding]) -> None:
    """Stop an answer about copies that are not in a delivery, or of which the college has answered already."""
    name, college = answer.delivery.id, answer.delivery.college
    received = answer.kind == "received"
    if answer.quantity and own and all(one.copy for one in own):
        numbers = numbers_in_words([one.copy for one in own])
        raise UsageError(f"The copies of {name} are numbered ({numbers}): name those that are meant by --copies 1,4-6.")
    left = [one for one in own if (not one.confirmed if received else one.state == "held")]
    if strange := sorted(set(answer.copies) - {one.copy for one in (own if received else left) if one.copy}):
        not_there = f"Copy {strange[0]} is not in {name}." if received else ""
        raise UsageError(not_there or f"{college} does not hold copy {strange[0]} of {name}.")
    there = sum(one.quantity for one in left if not (answer.quantity and one.copy))
    asked = answer.quantity or (len(answer.copies) if answer.copies else there)
    if received:
        if answer.quantity and asked > there:
            of = sum(one.quantity for one in own if not one.copy)
            told = f", and {of - there} are confirmed already" if there < of else ""
            raise UsageError(
                f"{name} has {count(of, 'copy', 'copies')} without numbers{told}: {asked} cannot have been received."
            )
    elif not there or asked > there:
        raise UsageError(f"{college} holds {count(there, 'copy', 'copies')} of {name}, not {asked or 'one'}.")


def _require_something(answer: CollegeAnswer, old: Sequence[Holding], events: Sequence[Event]) -> None:
    """Stop a second `replaced` of a delivery where nothing is left that it could be about."""
    delivery = answer.delivery
    before = [one for one in list_receipts(events) if (one.subject, one.kind) == (delivery.id, answer.kind)]
    if before and not old:
        raise AlreadyEntered(
            f"Nothing is left to answer: 'replaced' of {delivery.id} is on record as entry {before[-1].number}, on "
            f"{format_date(before[-1].day)}."
        )


def _require_replaceable(answer: CollegeAnswer, there: Sequence[Holding], old: Sequence[Holding]) -> None:
    """Stop an answer by which a delivery takes the place of newer ones, or of more or other copies than it can."""
    delivery = answer.delivery
    name, college = delivery.id, delivery.college
    if answer.copies:
        raise UsageError(
            f"'replaced' is said of delivery {name}, not of copies of it: say how many of the old copies it has "
            "replaced by --quantity, or name those as destroyed or returned, in the delivery that they are of."
        )
    edition = delivery.title[1]
    others = [
        one
        for one in there
        if one.state == "held" and one.edition != edition and is_on_paper(one.format) in delivery.media
    ]
    newer = [one for one in others if one not in old and one.delivery != name]
    if newer and not old:
        raise UsageError(
            f"{name} is older than every other edition that {college} holds: this answer belongs to the newer "
            f"delivery {newer[-1].leaves or newer[-1].delivery}."
        )
    limit = sum(one.quantity for one in old)
    if answer.quantity and answer.quantity > limit:
        raise UsageError(
            f"{college} holds {count(limit, 'copy', 'copies')} that {name} can replace, not {answer.quantity}."
        )
    numbers = [one.copy for one in old if one.copy]
    if numbers and answer.quantity and answer.quantity < limit:
        raise UsageError(
            f"Which of {numbers_in_words(numbers)} {name} has replaced, its number cannot say: name those as "
            f"destroyed or returned by --copies, in delivery {old[0].delivery}."
        )


def find_receipt_to_withdraw(delivery: Delivery, number: int, events: Sequence[Event]) -> Event:
    """The receipt of a delivery that has a number in the ledger. Raises `UsageError` with those that there are."""
    own = [event for event in list_receipts(events) if event.subject == delivery.id]
    for event in own:
        if event.number == number:
            return event
    each = ", ".join(f"{event.number} ({event.kind} on {format_date(event.day)})" for event in own)
    entries = f"Those are {each}." if own else "It has none."
    raise UsageError(f"{number} is not the number of an answer to {delivery.id} that stands. {entries}")


def find_settlement_to_withdraw(delivery: str, events: Sequence[Event]) -> Event:
    """The last word of a person on whether a delivery was sent. Raises `UsageError` if an answer rests on it."""
    for event in list_receipts(events):
        if delivery in (event.subject, *(line[0] for line in event.facts.get("of", ()))):
            raise UsageError(
                f"Entry {event.number} is an answer about {delivery}. Take it back first: 'briefings acknowledge "
                f"{event.subject} --undo {event.number}'."
            )
    own = [one for one in drop_withdrawn(events) if one.subject == delivery]
    if not own or own[-1].facts.get("by") != "person":
        raise UsageError(f"No entry of 'settle' is the last one on {delivery}: there is nothing to take back.")
    return own[-1]
