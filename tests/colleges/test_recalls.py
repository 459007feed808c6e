"""Recalls: each copy with a text is asked for once, until it is accounted for."""

from __future__ import annotations

import random

from pipeline.colleges.holdings import WITHDRAWN, Holding
from pipeline.colleges.recalls import (
    RECALLED,
    begun,
    copies_out,
    copies_under_way,
    notice,
    number_of,
    recalls,
    still_open,
)
from tests.support.colleges.histories import FIRST_DAY, Written, file, planned
from tests.support.words import ENGLISH

NAME = "recall-1"
COLLEGES = [f"college-{number}" for number in range(10)]
TWELVE = [f"Edition {number}" for number in range(1, 13)]


def found(ledger: Written) -> tuple[Holding, ...]:
    """The copies with the text that is recalled."""
    return copies_out(ledger.events, "lamps@1.0")


def delivered() -> Written:
    """Twelve editions with the text that is recalled, of which ten colleges hold two numbered copies each."""
    ledger, copy = Written(), 1
    for edition in TWELVE:
        for college in COLLEGES:
            name = f"{edition}-{college}"
            facts = planned(college, "Autumn 2026", [file("print", 2, (copy, copy + 1))])
            ledger.add("planned", name, facts | {"edition": edition, "briefings": ["lamps@1.0", "beats@2.0"]})
            ledger.add("sent", name, {"on": "2026-03-03"})
            copy += 2
    ledger.add("planned", "other", planned("college-0", "Autumn 2026", [file("epub")]) | {"briefings": ["lamps@1.1"]})
    ledger.add("sent", "other", {"on": "2026-03-03"})
    return ledger


def test_every_holder_is_found_once_in_whatever_edition() -> None:
    """Twelve editions, 240 numbered copies; the corrected version is another."""
    events = delivered().events
    out = copies_out(events, "lamps@1.0")
    assert number_of(out) == 240
    assert len({(one.delivery, one.copy) for one in out}) == 240
    assert {one.college for one in out} == set(COLLEGES)
    assert number_of(copies_out(events, "lamps")) == 241
    assert number_of(copies_out(events, "nights")) == 241
    assert number_of(copies_out(events, "nights@Edition 3")) == 20
    assert copies_out(events, "lamp") == ()


def test_after_the_slips_exactly_the_open_copies_are_left() -> None:
    """Of 240 copies, those answered for by chance are off the list."""
    ledger, dice = delivered(), random.Random(5)
    ledger.add(RECALLED, NAME, begun("lamps@1.0", "A mistake.", FIRST_DAY, copies_out(ledger.events, "lamps@1.0")))
    (recall,) = recalls(ledger.events).values()
    left = {(one.delivery, one.copy) for one in copies_out(ledger.events, "lamps@1.0")}
    for delivery, copy in sorted(left):
        if dice.random() < 0.6:
            ledger.add(dice.choice(("destroyed", "returned", "lost")), delivery, {"on": "2026-06-01", "copies": [copy]})
            left.remove((delivery, copy))
    assert {(one.delivery, one.copy) for one in still_open(ledger.events, recall)} == left
    assert 0 < len(left) < 240


def test_a_copy_that_was_sent_after_the_recall_is_not_asked_for() -> None:
    """Nor is one in which leaves have replaced the text."""
    ledger = Written()
    ledger.add("planned", "a", planned("fellbrook", "Autumn 2026", [file("print", 2)]))
    ledger.add("sent", "a", {"on": "2026-03-03"})
    ledger.add(RECALLED, NAME, begun("lamps@1.0", "A mistake.", FIRST_DAY, copies_out(ledger.events, "lamps@1.0")))
    ledger.add("planned", "b", planned("estmere", "Autumn 2026", [file("print", 2)]))
    ledger.add("sent", "b", {"on": "2026-03-04"})
    (recall,) = recalls(ledger.events).values()
    assert [one.delivery for one in still_open(ledger.events, recall)] == ["a"]
    ledger.add("planned", "c", planned("fellbrook", "Spring 2027", [file("print", 2)], before="Autumn 2026"))
    ledger.add("sent", "c", {"on": "2026-05-01"})
    ledger.add("replaced", "c", {"on": "2026-05-20"})
    assert still_open(ledger.events, recall) == ()


def test_what_may_be_out_is_asked_for_until_it_is_settled() -> None:
    """Printed copies that are planned, and what nobody can say of; files that are planned have not left."""
    ledger = Written()
    for name, kind, state in (
        ("a", "print", "planned"),
        ("b", "epub", "planned"),
        ("c", "epub", "committing"),
        ("d", "epub", "uncertain"),
        ("e", "print", "failed"),
        ("f", "print", "sent"),
    ):
        ledger.add("planned", name, planned("fellbrook", "Autumn 2026", [file(kind, 2)]))
        if state != "planned":
            ledger.add(state, name, {"on": "2026-03-03"})
    ledger.add("planned", "g", planned("fellbrook", "Spring 2027", [file("print", 2)]))
    out, perhaps = copies_out(ledger.events, "lamps@1.0"), copies_under_way(ledger.events, "lamps@1.0")
    assert [(one.delivery, one.state) for one in perhaps] == [(name, "may be out") for name in "acd"]
    ledger.add(RECALLED, NAME, begun("lamps@1.0", "A mistake.", FIRST_DAY, (*out, *perhaps)))
    ledger.add("failed", "c", {"on": "2026-04-01"})
    ledger.add("sent", "a", {"on": "2026-04-01"})
    ledger.add("destroyed", "f", {"on": "2026-04-01"})
    (recall,) = recalls(ledger.events).values()
    assert [(one.delivery, one.state) for one in still_open(ledger.events, recall)] == [
        ("a", "held"),
        ("d", "may be out"),
    ]


def test_a_copy_that_is_not_gone_after_all_is_open() -> None:
    """The answer by which it was gone when the recall began was taken back."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("print", 2, (1, 2))]), "2026-03-03")
    ledger.add("lost", "a", {"on": "2026-03-04", "copies": [2]})
    ledger.add(RECALLED, NAME, begun("lamps@1.0", "A mistake.", FIRST_DAY, copies_out(ledger.events, "lamps@1.0")))
    ledger.add(WITHDRAWN, "a", {"event": 3})
    (recall,) = recalls(ledger.events).values()
    assert [one.copy for one in still_open(ledger.events, recall)] == [1, 2]


def test_a_notice_says_what_is_held_and_what_to_do() -> None:
    """One letter a college, with a line for each delivery."""
    ledger = delivered()
    ledger.add(
        RECALLED,
        "recall-1",
        begun("lamps@1.0", "It names a wrong dose.", FIRST_DAY, copies_out(ledger.events, "lamps@1.0")),
    )
    (recall,) = recalls(ledger.events).values()
    mine = [one for one in still_open(ledger.events, recall) if one.college == "college-3"][:4]
    titles = {"nights": "Nights", NAME: "Lamps, version 1.0"}
    letter = notice(recall, "Fellbrook Police learning unit", mine, titles, "editions@northmoor.example", ENGLISH)
    assert letter == (
        "Please stop using: Lamps, version 1.0\n\n"
        "To Fellbrook Police learning unit, 1 January 2026\n\n"
        "Reason: It names a wrong dose.\n\n"
        "By our records you hold:\n"
        "- Nights, Edition 1: printed, copies 7 to 8\n"
        "- Nights, Edition 2: printed, copies 27 to 28\n\n"
        "Please take every copy out of use, and destroy or return it; delete files.\n"
        "Then answer, a line for each delivery:\n\n"
        "Delivery Edition 1-college-3\n"
        "  destroyed: ____ copies   returned: ____ copies   not found: ____ copies\n\n"
        "Delivery Edition 2-college-3\n"
        "  destroyed: ____ copies   returned: ____ copies   not found: ____ copies\n\n"
        "Day: ______________   Role, signed: ______________________________\n\n"
        "recall-1. Send it to editions@northmoor.example.\n"
    )
