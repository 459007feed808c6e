"""Who holds what: what the ledger tells, against a plain model that moves each sheet of paper by itself."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core.diagnostics import UsageError
from pipeline.services.colleges.college_answers import CollegeAnswer, find_answered_copies, find_receipt_to_withdraw
from pipeline.services.colleges.holdings import LEAVES, Holding, compute_holdings, list_deliveries
from pipeline.services.colleges.ledger_events import RECEIPTS, EventKind
from tests.support.colleges.histories import EDITIONS, FIRST_DAY, Written, file, planned


def day(number: int) -> str:
    """A day of the year as events tell it."""
    return (FIRST_DAY + timedelta(number)).isoformat()


def said(found: tuple[Holding, ...]) -> list[str]:
    """Holdings in words."""
    return [f"{h.quantity} {h.format} of {h.edition}{f' no. {h.copy}' if h.copy else ''}: {h.state}" for h in found]


def test_a_college_holds_what_was_sent_from_that_day_on() -> None:
    """The day before, nothing; what is only planned, never."""
    ledger = Written()
    ledger.add("planned", "a", planned("fellbrook", "Autumn 2026", [file("print", 24), file("epub")]))
    ledger.add("planned", "b", planned("estmere", "Autumn 2026", [file("epub")]))
    ledger.add("sent", "a", {"on": "2026-03-03"})
    assert compute_holdings(ledger.events, date(2026, 3, 2)) == ()
    assert said(compute_holdings(ledger.events, date(2026, 3, 3))) == [
        "24 print of Autumn 2026: held",
        "1 epub of Autumn 2026: held",
    ]
    assert {name: one.state for name, one in list_deliveries(ledger.events).items()} == {"a": "sent", "b": "planned"}


def test_an_event_that_is_no_state_leaves_the_state_of_a_delivery() -> None:
    """Otherwise the next run would send it a second time."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("epub")]), "2026-03-03")
    noted = replace(ledger.events[-1], kind="noted", number=ledger.events[-1].number + 1)
    assert list_deliveries([*ledger.events, noted])["a"].state == "sent"


def test_what_came_back_is_counted_off() -> None:
    """Some of the copies without numbers; and numbered ones by their number."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("print", 24)]), "2026-03-03")
    ledger.add("destroyed", "a", {"on": "2026-04-01", "quantity": 4})
    ledger.send("b", planned("estmere", "Autumn 2026", [file("print", 3, (7, 8, 9))]), "2026-03-03")
    ledger.add("lost", "b", {"on": "2026-04-02", "copies": [8]})
    assert said(compute_holdings(ledger.events)) == [
        "4 print of Autumn 2026: destroyed",
        "20 print of Autumn 2026: held",
        "1 print of Autumn 2026 no. 7: held",
        "1 print of Autumn 2026 no. 8: lost",
        "1 print of Autumn 2026 no. 9: held",
    ]


@pytest.mark.parametrize("order", [("received", "lost"), ("lost", "received")])
def test_a_lost_copy_is_one_of_those_that_were_not_confirmed(order: tuple[str, str]) -> None:
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("print", 24)]), "2026-03-03")
    for kind in order:
        ledger.add(kind, "a", {"on": "2026-03-05", "quantity": 23 if kind == "received" else 1})
    found = {(one.state, one.confirmed): one.quantity for one in compute_holdings(ledger.events)}
    assert found == {("held", True): 23, ("lost", False): 1}


def test_leaves_that_were_put_in_make_the_new_edition_of_the_old() -> None:
    """Until then the college has both, apart."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("print", 2, (1, 2)), file("epub")]), "2026-03-03")
    ledger.send("b", planned("fellbrook", "Spring 2027", [file("print", 2)], before="Autumn 2026"), "2026-05-01")
    ledger.add("replaced", "b", {"on": "2026-05-20"})
    before, after = (
        compute_holdings(ledger.events, date(2026, 5, 19)),
        compute_holdings(ledger.events, date(2026, 5, 20)),
    )
    assert said(before)[0] == "1 print of Autumn 2026 no. 1: held"
    assert said(before)[3] == "2 leaves of Spring 2027: held"
    assert said(after) == [
        "1 print of Spring 2027 no. 1: held",
        "1 print of Spring 2027 no. 2: held",
        "1 epub of Autumn 2026: held",
        "2 leaves of Spring 2027: replaced",
    ]
    assert after[0].briefings == ("lamps@2.0",)


def test_a_new_edition_in_place_of_the_old_one_ends_that() -> None:
    """Files give way to files and paper to paper, of the same pack and of no other college."""
    ledger = Written()
    for college in ("fellbrook", "estmere"):
        ledger.send(college, planned(college, "Autumn 2026", [file("print", 2), file("epub")]), "2026-03-03")
    ledger.send("b", planned("fellbrook", "Spring 2027", [file("print", 3)]), "2026-05-01")
    ledger.add("replaced", "b", {"on": "2026-05-20"})
    held = [
        f"{one.college}: {words}"
        for one in compute_holdings(ledger.events)
        for words in said((one,))
        if one.state == "held"
    ]
    assert held == [
        "fellbrook: 1 epub of Autumn 2026: held",
        "fellbrook: 3 print of Spring 2027: held",
        "estmere: 2 print of Autumn 2026: held",
        "estmere: 1 epub of Autumn 2026: held",
    ]


def two_editions(*files: dict[str, object]) -> Written:
    """Two editions at a college: a of autumn, of the given files or 3 printed copies, and b of spring, 3 printed."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", list(files) or [file("print", 3)]), "2026-03-03")
    ledger.send("b", planned("fellbrook", "Spring 2027", [file("print", 3)]), "2026-05-01")
    return ledger


def answer(
    ledger: Written,
    delivery: str,
    kind: str,
    on: str,
    quantity: int | None = None,
    copies: tuple[int, ...] = (),
    edition: str | None = None,
) -> None:
    """An answer, entered as the verb does it."""
    one = list_deliveries(ledger.events)[delivery]
    given = CollegeAnswer(one, kind, date.fromisoformat(on), copies, quantity, edition)
    ledger.add(kind, delivery, given.facts(find_answered_copies(given, ledger.events)))


def test_an_older_edition_takes_the_place_of_no_newer_one() -> None:
    ledger = two_editions()
    with pytest.raises(UsageError, match="this answer belongs to the newer delivery b"):
        answer(ledger, "a", "replaced", "2026-05-20")
    ledger.add("replaced", "a", {"on": "2026-05-20"})
    assert said(compute_holdings(ledger.events)) == ["3 print of Autumn 2026: held", "3 print of Spring 2027: held"]


def test_so_many_of_the_old_copies_are_replaced() -> None:
    """No more than there are; which of numbered ones, a number of others cannot say."""
    ledger = two_editions()
    answer(ledger, "b", "replaced", "2026-05-20", quantity=2)
    assert said(compute_holdings(ledger.events)) == [
        "2 print of Autumn 2026: replaced",
        "1 print of Autumn 2026: held",
        "3 print of Spring 2027: held",
    ]
    with pytest.raises(UsageError, match="fellbrook holds 1 copy that b can replace, not 2"):
        answer(ledger, "b", "replaced", "2026-05-21", quantity=2)
    with pytest.raises(UsageError, match="'replaced' is said of delivery b"):
        answer(ledger, "b", "replaced", "2026-05-21", copies=(1,))
    numbered = two_editions(file("print", 3, (7, 8, 9)))
    with pytest.raises(UsageError, match="Which of copies 7 to 9 b has replaced"):
        answer(numbered, "b", "replaced", "2026-05-20", quantity=2)


def test_what_cannot_have_been_received_is_refused() -> None:
    """More than was delivered, twice over too, and copies that are in no parcel."""
    ledger = two_editions()
    answer(ledger, "a", "received", "2026-03-05", quantity=2)
    assert [one.confirmed for one in compute_holdings(ledger.events)] == [True, False, False]
    with pytest.raises(UsageError, match="a has 3 copies without numbers, and 2 are confirmed already"):
        answer(ledger, "a", "received", "2026-03-06", quantity=2)
    with pytest.raises(UsageError, match="b has 3 copies without numbers: 4 cannot"):
        answer(ledger, "b", "received", "2026-05-06", quantity=4)
    with pytest.raises(UsageError, match="Copy 7 is not in a"):
        answer(ledger, "a", "received", "2026-03-06", copies=(7,))


def test_a_slip_that_is_entered_later_changes_no_answer() -> None:
    """All that is left is so many, once it is written down."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("print", 24)]), "2026-03-03")
    answer(ledger, "a", "destroyed", "2026-03-20", quantity=4)
    answer(ledger, "a", "lost", "2026-03-10")
    assert said(compute_holdings(ledger.events)) == [
        "20 print of Autumn 2026: lost",
        "4 print of Autumn 2026: destroyed",
    ]
    assert said(compute_holdings(ledger.events, date(2026, 3, 19)))[1] == "4 print of Autumn 2026: held"


def test_a_wrong_entry_is_taken_back() -> None:
    """On each of its days; the ledger keeps both, and what was sent is sent."""
    ledger = two_editions()
    answer(ledger, "a", "destroyed", "2026-03-20")
    wrong = find_receipt_to_withdraw(list_deliveries(ledger.events)["a"], 5, ledger.events)
    ledger.add(EventKind.WITHDRAWN, "a", {"event": wrong.number})
    assert said(compute_holdings(ledger.events, date(2026, 3, 20))) == ["3 print of Autumn 2026: held"]
    assert (len(ledger.events), list_deliveries(ledger.events)["a"].state) == (6, "sent")
    answer(ledger, "a", "destroyed", "2026-03-21", quantity=3)
    for number in (2, 5):
        with pytest.raises(UsageError, match=r"Those are 7 \(destroyed on 21 March 2026\)\."):
            find_receipt_to_withdraw(list_deliveries(ledger.events)["a"], number, ledger.events)


def test_an_edition_that_is_sent_once_more_replaces_no_newer_one() -> None:
    """The delivery says which were newer when it was planned."""
    ledger = two_editions()
    ledger.send("c", planned("fellbrook", "Autumn 2026", [file("print", 1)]) | {"newer": ["Spring 2027"]}, "2026-06-01")
    answer(ledger, "c", "received", "2026-06-02")
    with pytest.raises(UsageError, match="older than every other edition"):
        answer(ledger, "c", "replaced", "2026-06-03")


def leaves_put_into_two_of_four() -> Written:
    """Four printed copies of spring, into two of which leaves of summer are put, of four that were sent."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Spring 2027", [file("print", 4)]), "2026-03-03")
    ledger.send("b", planned("fellbrook", "Summer 2027", [file("print", 4)], before="Spring 2027"), "2026-05-01")
    answer(ledger, "b", "replaced", "2026-05-20", quantity=2)
    return ledger


def test_leaves_that_are_put_in_later_go_into_the_copies_that_have_none() -> None:
    """Also by a ledger that was written before copies were named with their leaves; then nothing is left to say."""
    ledger, older = leaves_put_into_two_of_four(), leaves_put_into_two_of_four()
    answer(ledger, "b", "replaced", "2026-05-21", quantity=2)
    older.add("replaced", "b", {"on": "2026-05-21", "of": [["b", LEAVES, 0, 2], ["a", "print", 0, 2]]})
    held = [one for one in said(compute_holdings(ledger.events)) if one.endswith("held")]
    assert held == [one for one in said(compute_holdings(older.events)) if one.endswith("held")]
    assert held == ["2 print of Summer 2027: held", "2 print of Summer 2027: held"]
    with pytest.raises(UsageError, match="Nothing is left to answer: 'replaced' of b is on record as entry 6"):
        answer(ledger, "b", "replaced", "2026-05-22")


def test_an_answer_that_could_be_about_two_editions_has_to_name_one() -> None:
    """Nothing says whether copies with new leaves are meant, or those without; all are all."""
    ledger = leaves_put_into_two_of_four()
    with pytest.raises(UsageError, match=r"2 copies of 'Summer 2027' and 2 copies of 'Spring 2027': say which .* --ed"):
        answer(ledger, "a", "lost", "2026-05-22", quantity=1)
    with pytest.raises(UsageError, match="no such copy of 'Autumn 2026', but 2 copies of 'Summer 2027' and"):
        answer(ledger, "a", "lost", "2026-05-22", quantity=1, edition="Autumn 2026")
    answer(ledger, "a", "lost", "2026-05-22", quantity=1, edition="Spring 2027")
    assert "1 print of Spring 2027: lost" in said(compute_holdings(ledger.events))
    answer(ledger, "a", "destroyed", "2026-05-23")
    assert not any(one.format == "print" and one.state == "held" for one in compute_holdings(ledger.events))


# --- a plain model -------------------------------------------------------------------------------------------------

Step = tuple[str, int, int, int, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("deliver", "deliver", "replaced", *RECEIPTS, "correct", "recall")),
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(1, 4),
        st.integers(0, 3),
        st.integers(0, 4),
    ),
    max_size=14,
)


@dataclass
class Thing:
    """One copy, by itself."""

    college: str
    edition: str
    format: str
    copy: int
    delivery: str
    sent: int
    """The number of the event by which it was sent."""
    state: str = "held"
    confirmed: bool = False

    @property
    def key(self) -> tuple[str, str, int]:
        """What an answer names it by."""
        return self.delivery, self.format, self.copy

    @property
    def words(self) -> tuple[str, ...]:
        """All that holdings tell of it."""
        named = (self.college, self.edition, self.format, str(self.copy), self.delivery, self.state)
        return (*named, str(self.confirmed))

    @property
    def paper(self) -> bool:
        """Whether it is on paper."""
        return self.format == "print"


@dataclass(frozen=True)
class Sent:
    """A delivery that was sent."""

    day: int
    number: int
    name: str
    college: str
    edition: str
    things: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Said:
    """An answer that was entered."""

    day: int
    number: int
    kind: str
    sent: Sent
    about: tuple[tuple[str, str, int], ...]
    """The delivery, format and number of each thing that it is about."""


class Model:
    """Colleges with shelves: what happened is done to each thing on them, in the order of its days."""

    def __init__(self) -> None:
        self.ledger, self.sent, self.answers = Written(), list[Sent](), list[Said]()
        self.next_copy, self.recalled = 1, set[str]()

    def step(self, today: int, step: Step) -> None:
        """One step, told to the ledger on a day of its own; an answer may be of an earlier day."""
        kind, college, edition, count, which, back = step
        if kind == "deliver":
            self._send(today, f"college-{college}", EDITIONS[edition], count, which)
        elif kind == "correct" and self.answers:
            wrong = self.answers.pop(which % len(self.answers))
            self.ledger.add(EventKind.WITHDRAWN, wrong.sent.name, {"event": wrong.number, "on": day(today)})
        elif kind == "recall":
            self.recalled.add(EDITIONS[edition])
            of = f"nights@{EDITIONS[edition]}"
            self.ledger.add("recalled", f"recall-{today}", {"of": of, "words": [of], "on": day(today)})
        elif kind != "correct" and self.sent:
            sent = self.sent[which % len(self.sent)]
            of_edition = EDITIONS[edition] if college == 1 else None
            self._answer(max(sent.day, today - back), kind, sent, count if which % 2 else None, of_edition)

    def _send(self, today: int, college: str, edition: str, count: int, which: int) -> None:
        name = f"d{today}"
        copies = tuple(range(self.next_copy, self.next_copy + count)) if which == 3 else ()
        self.next_copy += len(copies)
        files = [file("print", count, copies)] if which != 2 else []
        files += [file("epub")] if which != 1 else []
        self.ledger.send(name, planned(college, edition, files), day(today))
        things = [(one["format"], copy) for one in files for copy in one["copies"] or [0] * one["quantity"]]
        number = self.ledger.events[-1].number
        self.sent.append(Sent(today, number, name, college, edition, tuple(things)))

    def _answer(self, on: int, kind: str, sent: Sent, quantity: int | None, edition: str | None) -> None:
        about = self._about(on, kind, sent, quantity, edition)
        number = self.ledger.events[-1].number + 1
        entered = Said(on, number, kind, sent, tuple(t.key for t in about or ()))  # type: ignore[arg-type]
        possible = about is not None and self.things(10**6, (*self.answers, entered)) is not None
        try:
            answer(self.ledger, sent.name, entered.kind, day(on), quantity, edition=edition)
        except UsageError:
            assert not possible
        else:
            assert possible
            self.answers.append(entered)

    def _about(self, on: int, kind: str, sent: Sent, quantity: int | None, edition: str | None) -> list[Thing] | None:
        """The things that an answer is about; None where it cannot be."""
        things = self.things(10**6, self.answers) or []
        if kind == "replaced":
            return self._replaced(things, sent, quantity, edition)
        own = [one for one in things if one.delivery == sent.name]
        own = [one for one in own if (not one.confirmed if kind == "received" else one.state == "held")]
        if edition and not (own := [one for one in own if one.edition == edition]):
            return None
        own = [one for one in own if not (quantity and one.copy)]
        if (quantity or 0) > len(own) or not (own or kind == "received"):
            return None
        return own[:quantity] if kind == "received" else self._first(own, quantity)

    def _replaced(
        self, things: list[Thing], sent: Sent, quantity: int | None, edition: str | None
    ) -> list[Thing] | None:
        kinds = {form == "print" for form, _ in sent.things}
        held = [one for one in things if one.college == sent.college and one.state == "held"]
        others = [o for o in held if o.paper in kinds and o.edition != sent.edition and o.delivery != sent.name]
        old = [one for one in others if one.sent < sent.number and edition in (None, one.edition)]
        said = any((one.sent, one.kind) == (sent, "replaced") for one in self.answers)
        limit = len(old)
        asked = quantity or limit
        numbered = any(one.copy for one in old) and asked < len(old)
        if ((others or edition) and not old) or asked > limit or numbered or (said and not limit):
            return None
        return self._first(old, quantity)

    def _first(self, able: list[Thing], quantity: int | None) -> list[Thing] | None:
        """So many of some things, recalled ones first; None where nothing says of which edition they are."""
        if quantity is None:
            return able
        groups: tuple[list[Thing], ...] = ([], [])
        for one in able:
            groups[0 if one.edition in self.recalled else 1].append(one)
        left = quantity
        for group in groups:
            if 0 < left < len(group) and len({one.edition for one in group}) > 1:
                return None
            left -= len(group)
        return [one for group in groups for one in group][:quantity]

    def things(self, until: int, answers: Iterable[Said]) -> list[Thing] | None:
        """The things at the end of a day; None where an answer is about more than there was."""
        found: list[Thing] = []
        every: list[Sent | Said] = [*self.sent, *answers]
        for event in sorted(every, key=lambda one: (one.day, one.number)):
            if event.day > until:
                break
            if isinstance(event, Sent):
                given = (event.college, event.edition)
                found += [Thing(*given, form, copy, event.name, event.number) for form, copy in event.things]
            elif not done(found, event):
                return None
        return found


def done(things: list[Thing], event: Said) -> bool:
    """An answer, done to each thing that it is about; whether all of them were there."""
    name, enough = event.sent.name, True
    for key in event.about:
        if possible := [one for one in things if one.key == key and can_be(one, event)]:
            change(min(possible, key=lambda one: is_unlikely(one, event)), event)
        else:
            enough = enough and event.kind == "received"
    for one in things:
        one.confirmed |= event.kind == "replaced" and one.delivery == name
    return enough


def can_be(one: Thing, event: Said) -> bool:
    """Whether an answer can be about a thing, as it is now."""
    if event.kind == "received":
        return not one.confirmed
    return one.state == "held"


def is_unlikely(one: Thing, event: Said) -> bool:
    """Whether another copy is likelier: a lost copy was hardly received, nor a received one lost."""
    return one.confirmed if event.kind == "lost" else event.kind == "received" and one.state == "lost"


def change(one: Thing, event: Said) -> None:
    """A thing, as it is after an answer about it."""
    if event.kind == "received":
        one.confirmed = True
    else:
        one.state = event.kind


def counted(found: tuple[Holding, ...]) -> Counter[tuple[str, ...]]:
    """Holdings as a count of things."""
    count: Counter[tuple[str, ...]] = Counter()
    for one in found:
        thing = Thing(one.college, one.edition, one.format, one.copy, one.delivery, 0, one.state, one.confirmed)
        count[thing.words] += one.quantity
    return count


@pytest.mark.proof
@settings(
    max_examples=1000, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(STEPS)
def test_the_ledger_tells_of_each_day_what_a_plain_model_holds(steps: list[Step]) -> None:
    """A thousand histories with answers of earlier days and mistakes put right, looked at on each of their days."""
    model = Model()
    for number, step in enumerate(steps):
        model.step(number, step)
    for number in range(len(steps)):
        things = model.things(number, model.answers)
        assert things is not None
        assert counted(compute_holdings(model.ledger.events, FIRST_DAY + timedelta(number))) == Counter(
            t.words for t in things
        )
