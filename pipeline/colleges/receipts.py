"""Answers of colleges to deliveries: which one is meant, and whether the answer can be. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from pipeline.colleges.holdings import Delivery, Receipt, deliveries, holdings
from pipeline.colleges.ledger.events import Event
from pipeline.core.errors import UsageError
from pipeline.core.printed_code import PrintedCode, read_code
from pipeline.core.tables import count
from pipeline.editions.issued.records import edition_code
from pipeline.model.day import in_words
from pipeline.model.source.edition import EditionRecord


@dataclass(frozen=True, slots=True)
class CollegeAnswer:
    """An answer to a delivery: what it says, of which day, and of which copies: of all, where it names none."""

    delivery: Delivery
    kind: Receipt
    on: date
    copies: tuple[int, ...] = ()
    quantity: int | None = None

    def facts(self, scan: str = "") -> Mapping[str, Any]:
        """The facts that the ledger tells of it; `scan` is the SHA-256 of a slip in the archive."""
        said = {"on": self.on.isoformat(), "copies": list(self.copies), "quantity": self.quantity, "scan": scan}
        return {name: value for name, value in said.items() if value}


def delivery_of(
    what: str, events: Sequence[Event], records: Iterable[EditionRecord]
) -> tuple[Delivery, tuple[int, ...]]:
    """The delivery that an id or a printed code names, and the copy that the code is of.

    Raises:
        UsageError: where there is none, or where several went out with the code.
    """
    known = deliveries(events)
    if what in known:
        return known[what], ()
    code = _code(what)
    if code is None:
        near = get_close_matches(what, known, 1)
        meant = f": did you mean {near[0]}?" if near else "."
        raise UsageError(f"There is no delivery '{what}'{meant}")
    edition = next((one for one in records if edition_code(one).text == code.text), None)
    if edition is None:
        raise UsageError(f"The code {code} is of no edition that was issued.")
    title = (edition.pack, edition.edition)
    found = [one for one in known.values() if one.title == title and one.state != "planned"]
    if code.copy:
        found = [one for one in found if code.copy in {number for _, number, _ in one.copies()}]
    if not found:
        raise UsageError(f"{code} is of '{edition.edition}' of '{edition.pack}', and no delivery of it is on record.")
    if len(found) > 1:
        each = ", ".join(f"{one.id} to {one.college}" for one in found)
        raise UsageError(f"This code is that of all copies of '{edition.edition}'. Name the delivery: {each}.")
    return found[0], (code.copy,) if code.copy else ()


def _code(what: str) -> PrintedCode | None:
    try:
        return read_code(what)
    except UsageError:
        return None


def require_possible(answer: CollegeAnswer, events: Sequence[Event]) -> None:
    """Stop where an answer cannot be: to what was not sent, of a day before that, of more than was held.

    Raises:
        UsageError: with what is on record.
    """
    delivery = answer.delivery
    sent = next((event.day for event in events if event.subject == delivery.id and event.kind == "sent"), None)
    if sent is None:
        raise UsageError(f"{delivery.id} is not sent: it is {delivery.state} since {in_words(delivery.since)}.")
    if answer.on < sent:
        raise UsageError(f"{delivery.id} was sent on {in_words(sent)}, after {in_words(answer.on)}.")
    if answer.kind in ("received", "replaced"):
        return
    held = [one for one in holdings(events) if one.delivery == delivery.id and one.state == "held"]
    if strange := sorted(set(answer.copies) - {one.copy for one in held}):
        raise UsageError(f"{delivery.college} does not hold copy {strange[0]} of {delivery.id}.")
    there = sum(one.quantity for one in held if not (answer.quantity and one.copy))
    asked = answer.quantity or (len(answer.copies) if answer.copies else there)
    if not there or asked > there:
        raise UsageError(
            f"{delivery.college} holds {count(there, 'copy', 'copies')} of {delivery.id}, not {asked or 'one'}."
        )
