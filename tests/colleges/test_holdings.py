"""Who holds what: what the ledger tells, against a plain model that moves each sheet of paper by itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.colleges.holdings import LEAVES, Holding, deliveries, holdings
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
    assert holdings(ledger.events, date(2026, 3, 2)) == ()
    assert said(holdings(ledger.events, date(2026, 3, 3))) == [
        "24 print of Autumn 2026: held",
        "1 epub of Autumn 2026: held",
    ]
    assert {name: one.state for name, one in deliveries(ledger.events).items()} == {"a": "sent", "b": "planned"}


def test_what_came_back_is_counted_off() -> None:
    """Some of the copies without numbers; and numbered ones by their number."""
    ledger = Written()
    ledger.add("planned", "a", planned("fellbrook", "Autumn 2026", [file("print", 24)]))
    ledger.add("sent", "a", {"on": "2026-03-03"})
    ledger.add("destroyed", "a", {"on": "2026-04-01", "quantity": 4})
    ledger.add("planned", "b", planned("estmere", "Autumn 2026", [file("print", 3, (7, 8, 9))]))
    ledger.add("sent", "b", {"on": "2026-03-03"})
    ledger.add("lost", "b", {"on": "2026-04-02", "copies": [8]})
    assert said(holdings(ledger.events)) == [
        "4 print of Autumn 2026: destroyed",
        "20 print of Autumn 2026: held",
        "1 print of Autumn 2026 no. 7: held",
        "1 print of Autumn 2026 no. 8: lost",
        "1 print of Autumn 2026 no. 9: held",
    ]


def test_leaves_that_were_put_in_make_the_new_edition_of_the_old() -> None:
    """Until then the college has both, apart."""
    ledger = Written()
    ledger.add("planned", "a", planned("fellbrook", "Autumn 2026", [file("print", 2, (1, 2)), file("epub")]))
    ledger.add("sent", "a", {"on": "2026-03-03"})
    ledger.add("planned", "b", planned("fellbrook", "Spring 2027", [file("print", 2)], before="Autumn 2026"))
    ledger.add("sent", "b", {"on": "2026-05-01"})
    ledger.add("replaced", "b", {"on": "2026-05-20"})
    before, after = holdings(ledger.events, date(2026, 5, 19)), holdings(ledger.events, date(2026, 5, 20))
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
    """All formats of the same pack, and of no other college."""
    ledger = Written()
    for college in ("fellbrook", "estmere"):
        ledger.add("planned", college, planned(college, "Autumn 2026", [file("print", 2), file("epub")]))
        ledger.add("sent", college, {"on": "2026-03-03"})
    ledger.add("planned", "b", planned("fellbrook", "Spring 2027", [file("print", 3)]))
    ledger.add("sent", "b", {"on": "2026-05-01"})
    ledger.add("replaced", "b", {"on": "2026-05-20"})
    held = [
        f"{one.college}: {words}" for one in holdings(ledger.events) for words in said((one,)) if one.state == "held"
    ]
    assert held == [
        "fellbrook: 3 print of Spring 2027: held",
        "estmere: 2 print of Autumn 2026: held",
        "estmere: 1 epub of Autumn 2026: held",
    ]


# --- a plain model -------------------------------------------------------------------------------------------------


@dataclass
class Thing:
    """One copy, by itself."""

    college: str
    edition: str
    format: str
    copy: int
    delivery: str
    state: str = "held"


Step = tuple[str, int, int, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("deliver", "deliver", "leaves", "replaced", "returned", "destroyed", "lost", "received")),
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(1, 4),
        st.integers(0, 3),
    ),
    max_size=14,
)


class Model:
    """Colleges with shelves; what happens is done to each thing on them, and told to the ledger."""

    def __init__(self) -> None:
        self.ledger, self.things = Written(), list[Thing]()
        self.sent: list[tuple[str, str, str, str]] = []
        """Id, college, edition, and of leaves the edition before."""
        self.next_copy = 1

    def step(self, number: int, step: Step) -> None:
        """One step, on a day of its own."""
        kind, college, edition, count, which = step
        if kind in ("deliver", "leaves"):
            self._send(number, f"college-{college}", EDITIONS[edition], count, which, leaves=kind == "leaves")
        elif self.sent:
            self._answer(number, kind, self.sent[which % len(self.sent)], count if which % 2 else None)

    def _send(self, number: int, college: str, edition: str, count: int, which: int, leaves: bool) -> None:
        name, before = f"d{number}", EDITIONS[which % 3] if leaves else ""
        if before == edition:
            return
        numbered = not leaves and which == 3
        copies = tuple(range(self.next_copy, self.next_copy + count)) if numbered else ()
        self.next_copy += len(copies)
        self.ledger.add(
            "planned", name, planned(college, edition, [file("print", count, copies), file("epub")], before)
        )
        self.ledger.add("sent", name, {"on": day(number)})
        self.sent.append((name, college, edition, before))
        if leaves:
            self.things += [Thing(college, edition, LEAVES, 0, name) for _ in range(count)]
            return
        self.things += [Thing(college, edition, "print", one, name) for one in copies or [0] * count]
        self.things.append(Thing(college, edition, "epub", 0, name))

    def _answer(self, number: int, kind: str, sent: tuple[str, str, str, str], quantity: int | None) -> None:
        name, college, edition, before = sent
        facts = {"on": day(number)} | ({"quantity": quantity} if quantity and kind != "replaced" else {})
        self.ledger.add(kind, name, facts)
        if kind == "received":
            return
        if kind == "replaced":
            for thing in self.things:
                if thing.college != college or thing.state != "held":
                    continue
                mine = thing.delivery == name
                if before and not mine and (thing.edition, thing.format) == (before, "print"):
                    thing.edition = edition
                elif mine if before else not mine and thing.edition != edition:
                    thing.state = "replaced"
            return
        left = quantity if quantity else 10**6
        for thing in self.things:
            if thing.delivery == name and thing.state == "held" and left and not (quantity and thing.copy):
                thing.state, left = kind, left - 1


def counted(found: tuple[Holding, ...]) -> Counter[tuple[str, ...]]:
    """Holdings as a count of things."""
    count: Counter[tuple[str, ...]] = Counter()
    for one in found:
        count[one.college, one.edition, one.format, str(one.copy), one.delivery, one.state] += one.quantity
    return count


@settings(max_examples=1000, deadline=None, derandomize=True, database=None)
@given(STEPS)
def test_the_ledger_tells_of_each_day_what_a_plain_model_holds(steps: list[Step]) -> None:
    """A thousand histories, looked at after each of their days."""
    model, seen = Model(), []
    for number, step in enumerate(steps):
        model.step(number, step)
        things = ((t.college, t.edition, t.format, str(t.copy), t.delivery, t.state) for t in model.things)
        seen.append(Counter(things))
    for number, expected in enumerate(seen):
        assert counted(holdings(model.ledger.events, FIRST_DAY + timedelta(number))) == expected
