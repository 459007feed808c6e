"""Recalls: each copy with a text is asked for once, until it is accounted for."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from pipeline.services.colleges.ledger_events import EventKind, read_valid_events
from pipeline.services.colleges.recall import (
    NoticeTerms,
    compose_notice,
    compose_notice_mail,
    compose_notice_title,
    find_notice_address,
    map_titles,
)
from pipeline.services.colleges.recalls import (
    Recall,
    count_copies,
    find_covered_names,
    find_notice_days,
    find_open_copies,
    find_recalls_of,
    list_recalls,
)
from tests.support.colleges.histories import EDITIONS, FIRST_DAY, Written, file, planned
from tests.support.editions.records import holding
from tests.support.resolve.kept_versions import loaded
from tests.support.words import ENGLISH

NAME = "recall-1"
COLLEGES = [f"college-{number}" for number in range(10)]
TWELVE = [f"Edition {number}" for number in range(1, 13)]
LAMPS = Recall(NAME, "lamps@1.0", "A mistake.", FIRST_DAY, ("lamps@1.0",))


def begun(*words: str) -> Mapping[str, Any]:
    """The facts of a recall."""
    return {"of": words[0], "reason": "A mistake.", "on": "2026-01-01", "words": list(words)}


def delivered() -> Written:
    """Twelve editions with the text that is recalled, of which ten colleges hold two numbered copies each."""
    ledger, copy = Written(), 1
    for edition in TWELVE:
        for college in COLLEGES:
            name = f"{edition}-{college}"
            facts = planned(college, "Autumn 2026", [file("print", 2, (copy, copy + 1))])
            facts |= {"edition": edition, "briefings": ["lamps@1.0", "beats@2.0"]}
            ledger.send(name, facts, "2026-03-03")
            copy += 2
    ledger.send(
        "other", planned("college-0", "Autumn 2026", [file("epub")]) | {"briefings": ["lamps@1.1"]}, "2026-03-03"
    )
    return ledger


def recalled(*words: str) -> Written:
    """A ledger with a recall."""
    ledger = Written()
    ledger.add(EventKind.RECALLED, NAME, begun(*words))
    return ledger


def test_every_holder_is_found_once_in_whatever_edition() -> None:
    """Twelve editions, 240 numbered copies; the corrected version is another."""
    events = delivered().events
    found = find_open_copies(events, LAMPS)
    assert count_copies(found) == len({(one.delivery, one.copy) for one in found}) == 240
    assert {one.college for one in found} == set(COLLEGES)
    assert count_copies(find_open_copies(events, replace(LAMPS, covered=("lamps@1.0", "lamps@1.1")))) == 241
    assert count_copies(find_open_copies(events, replace(LAMPS, covered=("nights@Edition 3",)))) == 20


@pytest.mark.parametrize(
    ("of", "words"),
    [
        ("lamps@1.0", ("lamps@1.0",)),
        ("lamps", ("lamps@2.0", "lamps@1.0")),
        ("nights", ("nights@Autumn 2026", "nights@Spring 2027")),
        ("nights@Spring 2027", ("nights@Spring 2027",)),
        ("lamp", ()),
    ],
)
def test_a_name_means_the_versions_and_editions_that_there_are(of: str, words: tuple[str, ...]) -> None:
    editions = [("nights", edition, ("lamps@1.0",)) for edition in ("Autumn 2026", "Spring 2027")]
    assert find_covered_names(of, editions, ["lamps@2.0"]) == words


def test_after_the_slips_exactly_the_open_copies_are_left() -> None:
    """Of 240 copies, those answered for by chance are off the list."""
    ledger, dice = delivered(), random.Random(5)
    left = {(one.delivery, one.copy) for one in find_open_copies(ledger.events, LAMPS)}
    for delivery, copy in sorted(left):
        if dice.random() < 0.6:
            ledger.add(dice.choice(("destroyed", "returned", "lost")), delivery, {"on": "2026-06-01", "copies": [copy]})
            left.remove((delivery, copy))
    assert {(one.delivery, one.copy) for one in find_open_copies(ledger.events, LAMPS)} == left
    assert 0 < len(left) < 240


def test_a_copy_that_was_sent_after_the_recall_is_open_too() -> None:
    """Whoever holds it; not one that has given way to another edition."""
    ledger = recalled("lamps@1.0")
    ledger.send("b", planned("estmere", "Autumn 2026", [file("print", 2)]), "2026-03-04")
    assert [one.delivery for one in find_open_copies(ledger.events, LAMPS)] == ["b"]
    ledger.send("c", planned("estmere", "Spring 2027", [file("print", 2)], before="Autumn 2026"), "2026-05-01")
    ledger.add("replaced", "c", {"on": "2026-05-20"})
    assert find_open_copies(ledger.events, LAMPS) == ()


def test_a_recall_is_of_what_there_was_then() -> None:
    """An edition that is issued later is not among it."""
    (recall,) = list_recalls(recalled("lamps@1.0", "lamps@2.0").events).values()
    for number, edition in enumerate(EDITIONS, 1):
        assert bool(find_recalls_of((recall,), "nights", edition, (f"lamps@{number}.0",))) == (number < 3)


def test_a_recall_that_names_no_words_has_those_that_were_planned_before() -> None:
    """Ledgers of the first release."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("print", 2)]), "2026-03-03")
    ledger.add(EventKind.RECALLED, NAME, {"of": "lamps", "reason": "A mistake.", "on": "2026-03-04", "copies": []})
    ledger.send("b", planned("estmere", "Spring 2027", [file("print", 2)]), "2026-03-03")
    (recall,) = list_recalls(ledger.events).values()
    assert recall.covered == ("lamps@1.0",)
    assert [one.college for one in find_open_copies(ledger.events, recall)] == ["fellbrook"]


def test_recalls_of_release_1_read_as_before() -> None:
    """The holders were asked again by another day, one wrote that it knew, and the second recall was lifted."""
    events = read_valid_events((Path(__file__).parent / "fixtures/recalls-of-1.csv").read_bytes())
    first, second = list_recalls(events).values()
    assert (first.covered, first.answer_by) == (("nights@Autumn 2024",), date(2025, 4, 1))
    assert (first.reason, first.instead, first.by) == ("Table 2 has a wrong figure.", "A new one comes.", "Editor")
    assert [(one.college, one.delivery) for one in find_open_copies(events, first)] == [("south", "cmy4f3yt")]
    assert find_notice_days(events, "recall-1") == {"south": date(2025, 3, 7)}
    assert (second.covered, second.lifted) == (("foot-patrol@1.0",), "It is right.")
    assert find_open_copies(events, second) == ()


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
    found = find_open_copies(ledger.events, LAMPS)
    assert [(one.delivery, one.state) for one in found] == [("f", "held"), *((name, "may be out") for name in "acd")]
    ledger.add("failed", "c", {"on": "2026-04-01"})
    ledger.add("sent", "a", {"on": "2026-04-01"})
    ledger.add("destroyed", "f", {"on": "2026-04-01"})
    found = find_open_copies(ledger.events, LAMPS)
    assert [(one.delivery, one.state) for one in found] == [("a", "held"), ("d", "may be out")]


def test_a_copy_that_is_not_gone_after_all_is_open() -> None:
    """The answer by which it was gone was taken back."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("print", 2, (1, 2))]), "2026-03-03")
    ledger.add("lost", "a", {"on": "2026-03-04", "copies": [2]})
    ledger.add(EventKind.WITHDRAWN, "a", {"event": 3})
    assert [one.copy for one in find_open_copies(ledger.events, LAMPS)] == [1, 2]


def test_copies_into_which_leaves_were_put_are_not_asked_for() -> None:
    """Half of the copies have them; the other half is asked for."""
    ledger = Written()
    ledger.send("a", planned("fellbrook", "Autumn 2026", [file("print", 20)]), "2026-03-03")
    leaves = planned("fellbrook", "Spring 2027", [file("leaves", 10)], before="Autumn 2026")
    ledger.send("b", leaves, "2026-05-01")
    ledger.add("replaced", "b", {"on": "2026-05-20"})
    assert count_copies(find_open_copies(ledger.events, LAMPS)) == 10


def test_a_recall_that_was_lifted_asks_for_nothing() -> None:
    ledger = delivered()
    ledger.add(EventKind.RECALLED, NAME, begun("lamps@1.0"))
    ledger.add(EventKind.WITHDRAWN, NAME, {"event": len(ledger.events), "reason": "It is right."})
    (recall,) = list_recalls(ledger.events).values()
    assert (recall.lifted, find_open_copies(ledger.events, recall)) == ("It is right.", ())


def test_a_telling_that_was_taken_back_is_none() -> None:
    ledger = recalled("lamps@1.0")
    for college in ("dale", "fellbrook"):
        ledger.add("told", NAME, {"college": college, "on": "2026-03-04"})
    ledger.add(EventKind.WITHDRAWN, NAME, {"event": 2})
    assert find_notice_days(ledger.events, NAME) == {"fellbrook": date(2026, 3, 4)}


TERMS = NoticeTerms(
    {"lamps@1.0": "Lamps", "nights@Edition 1": "Nights", "nights@Autumn 2026": "Nights by day"},
    "Northmoor Institute",
    "editions@northmoor.example",
    "1 Hill Road, Northmoor",
)


def test_a_notice_says_what_is_held_and_what_to_do() -> None:
    ledger = delivered()
    ledger.send("files", planned("college-3", "Autumn 2026", [file("epub")]), "2026-03-03")
    recall = replace(LAMPS, answer_by=date(2026, 2, 1), instead="A new one comes.", by="Head of evidence")
    mine = [one for one in find_open_copies(ledger.events, recall) if one.college == "college-3"]
    copies = [mine[0], mine[1], mine[-1]]
    letter = compose_notice(recall, "Fellbrook Police", "learning@fellbrook.example", copies, TERMS, ENGLISH)
    assert letter == (
        "From Northmoor Institute\n\n"
        "To Fellbrook Police, 1 January 2026\nlearning@fellbrook.example\n\n"
        "Reason: A mistake.\n\n"
        "Our records show that you have:\n"
        "- Nights, Edition 1: printed, copies 7 to 8\n"
        "- Nights by day, Autumn 2026: EPUB for e-readers and phones, 1 copy\n\n"
        "A new one comes.\n\n"
        "Please take every copy out of use. Destroy or return printed copies, and delete files.\n"
        "Please answer by 1 February 2026.\n\n"
        "Signed for Northmoor Institute: Head of evidence\n\n"
        "Then answer for each delivery:\n\n"
        "Delivery Edition 1-college-3\n"
        "  Nights, Edition 1: printed, copies 7 to 8\n"
        "  copy 7:   destroyed [ ]   returned [ ]   not found [ ]\n"
        "  copy 8:   destroyed [ ]   returned [ ]   not found [ ]\n\n"
        "Delivery files\n"
        "  Nights by day, Autumn 2026: EPUB for e-readers and phones, 1 copy\n"
        "  destroyed: ____ copies   returned: ____ copies   not found: ____ copies\n\n"
        "Date: ______________   Signature and role: ______________________________\n\n"
        "recall-1. Send it to editions@northmoor.example.\n"
        "Return copies to 1 Hill Road, Northmoor.\n"
    )


def test_without_an_address_copies_are_only_destroyed() -> None:
    """Neither the request nor the lines to answer by speak of copies that go back."""
    (numbered, *_) = find_open_copies(delivered().events, LAMPS)
    letter = compose_notice(
        LAMPS, "F", "", [numbered, replace(numbered, copy=0)], replace(TERMS, return_to=""), ENGLISH
    )
    assert "\nPlease take every copy out of use. Destroy printed copies and delete files.\n" in letter
    assert f"\n  copy {numbered.copy}:   destroyed [ ]   not found [ ]\n" in letter
    assert "\n  destroyed: ____ copies   not found: ____ copies\n" in letter
    assert "return" not in letter


def test_a_notice_is_a_draft_of_a_mail_in_two_forms() -> None:
    """The same bytes each time, and a sender even where the library names no mailbox."""
    terms = NoticeTerms({}, "Northmoor", style="p {}")
    arguments = (LAMPS, "learning@fellbrook.example", "Stop using it", "To you\n", "en-GB", terms)
    mail = message_from_bytes(compose_notice_mail(*arguments), policy=policy.default)
    assert [mail[name] for name in ("From", "To", "X-Unsent")] == ["Northmoor:;", "learning@fellbrook.example", "1"]
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert compose_notice_mail(*arguments) == compose_notice_mail(*arguments)


@pytest.mark.parametrize(
    ("of", "title"),
    [
        ("lamps@1.0", "Please stop using: Lamps, version 1.0"),
        ("lamps", "Please stop using: Lamps renamed"),
        ("beats", "Please stop using: Beats"),
        ("nights", "Please stop using: Nights renamed"),
        ("nights@Autumn 2026", "Please stop using: Nights, Autumn 2026"),
    ],
)
def test_titles_of_editions_are_those_that_stand_in_the_copies(of: str, title: str) -> None:
    """A text that the library has no more keeps its last one."""
    text = "---\ntitle: Lamps renamed\nsummary: All.\nstatus: draft\n---\n\nText.\n"
    pack = "title: Nights renamed\nbriefings: [lamps]\n"
    library = loaded({"briefings/lamps.md": text, "packs/nights.yaml": pack})
    record = holding("nights", 1, "Autumn 2026", {"lamps": "1.0", "beats": "2.0"})
    terms = NoticeTerms(map_titles([record], library))
    found = find_open_copies(delivered().events, LAMPS)
    assert compose_notice_title(replace(LAMPS, of=of), found, terms, ENGLISH) == title


def test_a_college_that_has_left_is_written_to_where_its_copies_went() -> None:
    """By the ledger; a folder of this machine is no such place."""
    ledger = Written()
    for name, channel, to in (("a", "mail", "learn@south.example"), ("b", "post", "Hill 3"), ("c", "folder", "../in")):
        way = {"channel": channel, "to": to}
        ledger.add("planned", name, planned("south", "Autumn 2026", [file("print", 2)]) | way)
    assert find_notice_address(loaded({}), "south", ledger.events) == "Hill 3"
    assert find_notice_address(loaded({}), "north", ledger.events) == ""
