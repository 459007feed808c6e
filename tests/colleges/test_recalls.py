"""Recalls: each copy with a text is asked for once, until it is accounted for."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest

from pipeline.colleges.holdings import WITHDRAWN, Holding
from pipeline.colleges.notices import NoticeTerms, notice
from pipeline.colleges.recall_progress import answers_in_words, progress
from pipeline.colleges.recalls import (
    RECALLED,
    REMINDED,
    asked_otherwise,
    begun,
    copies_out,
    copies_under_way,
    number_of,
    recalled_in,
    recalls,
    recalls_asking,
    still_open,
)
from tests.support.colleges.histories import EDITIONS, FIRST_DAY, Written, file, planned
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


def test_a_copy_that_was_sent_after_the_recall_is_open_too() -> None:
    """Whoever sent it, and whoever holds it; not one in which leaves have replaced the text."""
    ledger = Written()
    ledger.add("planned", "a", planned("fellbrook", "Autumn 2026", [file("print", 2)]))
    ledger.add("sent", "a", {"on": "2026-03-03"})
    ledger.add(RECALLED, NAME, begun("lamps@1.0", "A mistake.", FIRST_DAY, copies_out(ledger.events, "lamps@1.0")))
    ledger.add("planned", "b", planned("estmere", "Autumn 2026", [file("print", 2)]))
    ledger.add("sent", "b", {"on": "2026-03-04"})
    (recall,) = recalls(ledger.events).values()
    assert [one.delivery for one in still_open(ledger.events, recall)] == ["a", "b"]
    ledger.add("planned", "c", planned("fellbrook", "Spring 2027", [file("print", 2)], before="Autumn 2026"))
    ledger.add("sent", "c", {"on": "2026-05-01"})
    ledger.add("replaced", "c", {"on": "2026-05-20"})
    ledger.add("destroyed", "b", {"on": "2026-05-21"})
    assert still_open(ledger.events, recall) == ()
    asked = {one.college: one for one in progress(ledger.events, recall)}
    assert {name: answers_in_words(one) for name, one in asked.items()} == {
        "estmere": "2 destroyed",
        "fellbrook": "2 replaced",
    }


@pytest.mark.parametrize("of", ["lamps", "nights"])
def test_a_recall_by_name_is_of_what_there_was_then(of: str) -> None:
    """An edition that was issued and not sent is among it; one that is issued later is not."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("print", 2)]), "2026-03-03")
    issued = [("nights", edition, (f"lamps@{number}.0",)) for number, edition in enumerate(EDITIONS[:2], 1)]
    ledger.add(RECALLED, NAME, begun(of, "A mistake.", FIRST_DAY, copies_out(ledger.events, of), issued))
    (recall,) = recalls(ledger.events).values()
    for number, edition in enumerate(EDITIONS, 1):
        assert bool(recalled_in((recall,), "nights", edition, (f"lamps@{number}.0",))) == (number < 3)


def test_a_ledger_of_before_tells_its_recalls_by_what_was_planned() -> None:
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("print", 2)]), "2026-03-03")
    facts = dict(begun("lamps", "A mistake.", FIRST_DAY, copies_out(ledger.events, "lamps")))
    del facts["words"]
    ledger.add(RECALLED, NAME, facts)
    ledger.send("b", planned("estmere", "Spring 2027", [file("print", 2)]), "2026-03-03")
    (recall,) = recalls(ledger.events).values()
    assert recall.words == ("lamps@1.0",)
    assert [one.college for one in still_open(ledger.events, recall)] == ["fellbrook"]


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


def test_what_went_before_the_recall_on_its_day_is_no_answer_and_what_went_after_is() -> None:
    """Copies without numbers: five were destroyed in the morning, the other fifteen when the recall was read."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("print", 20)]), "2026-03-03")
    ledger.add("destroyed", "a", {"on": "2026-06-02", "quantity": 5})
    out = copies_out(ledger.events, "lamps@1.0")
    ledger.add(RECALLED, NAME, begun("lamps@1.0", "A mistake.", date(2026, 6, 2), out))
    ledger.add("destroyed", "a", {"on": "2026-06-02", "quantity": 15})
    (recall,) = recalls(ledger.events).values()
    (asked,) = progress(ledger.events, recall)
    assert (answers_in_words(asked), asked.open) == ("15 destroyed", ())


def test_leaves_that_were_put_in_before_the_recall_are_no_answer() -> None:
    """Half of the copies have them; the other half is asked for."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("print", 20)]), "2026-03-03")
    leaves = planned("fellbrook", "Spring 2027", [file("leaves", 10)], before="Autumn 2026")
    ledger.send("b", leaves, "2026-05-01")
    ledger.add("replaced", "b", {"on": "2026-05-20"})
    out = copies_out(ledger.events, "lamps@1.0")
    assert number_of(out) == 10
    ledger.add(RECALLED, NAME, begun("lamps@1.0", "A mistake.", date(2026, 6, 2), out))
    (recall,) = recalls(ledger.events).values()
    (asked,) = progress(ledger.events, recall)
    assert (number_of(asked.open), answers_in_words(asked)) == (10, "")


def test_that_a_recall_was_lifted_is_no_answer() -> None:
    """What was answered before is one; the rest is held on."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("print", 3, (1, 2, 3))]), "2026-03-03")
    ledger.add(RECALLED, NAME, begun("lamps@1.0", "A mistake.", FIRST_DAY, copies_out(ledger.events, "lamps@1.0")))
    ledger.add("destroyed", "a", {"on": "2026-06-01", "copies": [2]})
    ledger.add(WITHDRAWN, NAME, {"event": 3, "reason": "It is right."})
    (recall,) = recalls(ledger.events).values()
    (asked,) = progress(ledger.events, recall)
    assert (recall.lifted, answers_in_words(asked), asked.open) == ("It is right.", "1 destroyed", ())
    assert (asked.copies, [one.copy for one in asked.let_go]) == (3, [1, 3])


def test_a_recall_that_was_lifted_keeps_its_history() -> None:
    """Which colleges were asked for how many copies, whatever became of those later; and the day."""
    ledger = Written()
    for name, college in (("a", "fellbrook"), ("b", "dale")):
        ledger.send(name, planned(college, "Autumn 2026", [file("print", 3)]), "2026-03-03")
    ledger.add(RECALLED, NAME, begun("lamps@1.0", "A mistake.", FIRST_DAY, copies_out(ledger.events, "lamps@1.0")))
    ledger.add(WITHDRAWN, NAME, {"event": 5, "reason": "It is right."})
    ledger.add("destroyed", "a", {"on": "2027-06-01"})
    (recall,) = recalls(ledger.events).values()
    assert recall.lifted_on == date(2027, 1, 1)
    asked = progress(ledger.events, recall)
    assert [(one.college, one.copies, one.open) for one in asked] == [("dale", 3, ()), ("fellbrook", 3, ())]


def test_a_recall_asks_those_colleges_that_have_not_answered() -> None:
    ledger = delivered()
    ledger.add(RECALLED, NAME, begun("lamps@1.0", "A slip.", FIRST_DAY, copies_out(ledger.events, "lamps@1.0")))
    assert recalls_asking(ledger.events, "college-3", "nights") == (NAME,)
    assert recalls_asking(ledger.events, "college-3", "days") == ()
    assert recalls_asking(ledger.events, "nobody", "nights") == ()


def test_the_last_day_to_answer_stays() -> None:
    """So do the last words on what comes instead; what is the same is no event."""
    ledger = Written()
    facts = begun("lamps", "A mistake.", FIRST_DAY, (), (), date(2026, 2, 1), "A new one comes.", ["lamps@1.0"])
    ledger.add(RECALLED, NAME, facts)
    (recall,) = recalls(ledger.events).values()
    assert asked_otherwise(recall, FIRST_DAY, date(2026, 2, 1), "A new one comes.") == {}
    assert asked_otherwise(recall, FIRST_DAY, None, "") == {}
    ledger.add(REMINDED, NAME, asked_otherwise(recall, FIRST_DAY, date(2026, 3, 1), ""))
    ledger.add(REMINDED, NAME, asked_otherwise(recall, FIRST_DAY, None, "It has come."))
    (recall,) = recalls(ledger.events).values()
    assert (recall.answer_by, recall.instead) == (date(2026, 3, 1), "It has come.")


def test_a_notice_says_what_is_held_and_what_to_do() -> None:
    ledger = delivered()
    out = copies_out(ledger.events, "lamps@1.0")
    facts = begun("lamps@1.0", "It names a wrong dose.", FIRST_DAY, out, (), date(2026, 2, 1), "A new one comes.")
    ledger.add(RECALLED, NAME, {**facts, "by": "Head of evidence"})
    ledger.send("files", planned("college-3", "Autumn 2026", [file("epub")]), "2026-03-03")
    (recall,) = recalls(ledger.events).values()
    mine = [one for one in still_open(ledger.events, recall) if one.college == "college-3"]
    terms = NoticeTerms(
        "Lamps, version 1.0",
        {("nights", "Edition 1"): "Nights", ("nights", "Autumn 2026"): "Nights by day"},
        "editions@northmoor.example",
        others=True,
        to="learning@fellbrook.example",
        publisher="Northmoor Institute",
        return_to="1 Hill Road, Northmoor",
    )
    letter = notice(recall, "Fellbrook Police learning unit", [mine[0], mine[1], mine[-1]], terms, ENGLISH)
    assert letter == (
        "Please stop using: Lamps, version 1.0\n\n"
        "From Northmoor Institute\n\n"
        "To Fellbrook Police learning unit, 1 January 2026\nlearning@fellbrook.example\n\n"
        "Reason: It names a wrong dose.\n\n"
        "By our records you hold:\n"
        "- Nights, Edition 1: printed, copies 7 to 8\n"
        "- Nights by day, Autumn 2026: EPUB for e-readers and phones, 1 copy\n\n"
        "A new one comes.\n\n"
        "Please take every copy out of use, and destroy or return it; delete files.\n"
        "The other texts in these copies still hold, and you may go on teaching from them. Only the copies themselves "
        "must go.\n"
        "Please answer by 1 February 2026.\n\n"
        "Signed for Northmoor Institute: Head of evidence\n\n"
        "Then answer, delivery by delivery:\n\n"
        "Delivery Edition 1-college-3\n"
        "  Nights, Edition 1: printed, copies 7 to 8\n"
        "  copy 7:   destroyed [ ]   returned [ ]   not found [ ]\n"
        "  copy 8:   destroyed [ ]   returned [ ]   not found [ ]\n\n"
        "Delivery files\n"
        "  Nights by day, Autumn 2026: EPUB for e-readers and phones, 1 copy\n"
        "  destroyed: ____ copies   returned: ____ copies   not found: ____ copies\n\n"
        "Day: ______________   Role, signed: ______________________________\n\n"
        "recall-1. Send it to editions@northmoor.example.\n"
        "What you return goes to 1 Hill Road, Northmoor.\n"
    )
    twice = notice(recall, "Fellbrook", mine[:1], replace(terms, gone=("Beats, version 2.0",)), ENGLISH)
    assert "still hold" not in twice
    assert "\nDo not use these other texts in them either, as they no longer hold: Beats, version 2.0.\n" in twice


def test_without_an_address_copies_are_only_destroyed() -> None:
    """Neither the request nor the slip speaks of copies that go back."""
    ledger = delivered()
    ledger.add(RECALLED, NAME, begun("lamps@1.0", "A slip.", FIRST_DAY, copies_out(ledger.events, "lamps@1.0")))
    (recall,) = recalls(ledger.events).values()
    (numbered, *_) = still_open(ledger.events, recall)
    letter = notice(recall, "F", [numbered, replace(numbered, copy=0)], NoticeTerms("Lamps", {}), ENGLISH)
    assert "\nPlease take every copy out of use, and destroy it; delete files.\n" in letter
    assert f"\n  copy {numbered.copy}:   destroyed [ ]   not found [ ]\n" in letter
    assert "\n  destroyed: ____ copies   not found: ____ copies\n" in letter
    assert "return" not in letter


def test_a_delivery_whose_copies_have_two_editions_is_asked_for_edition_by_edition() -> None:
    """Leaves were put into half of them; an answer on the others names their edition, which the slip says."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("print", 20)]), "2026-03-03")
    ledger.send("b", planned("fellbrook", "Spring 2027", [file("leaves", 8)], before="Autumn 2026"), "2026-05-01")
    ledger.add("replaced", "b", {"on": "2026-05-20"})
    ledger.add(RECALLED, NAME, begun("lamps", "A mistake.", date(2026, 6, 2), copies_out(ledger.events, "lamps")))
    (recall,) = recalls(ledger.events).values()
    letter = notice(recall, "Fellbrook", still_open(ledger.events, recall), NoticeTerms("Lamps", {}), ENGLISH)
    assert "Delivery a\n  nights, Spring 2027: printed, 8 copies\n  nights, Autumn 2026: printed, 12 copies\n" in letter
