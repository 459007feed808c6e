"""The choice of a college: leaves for the printed copies that it holds, or whole copies."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.colleges.leaves import with_fewer
from pipeline.colleges.deliveries.plan import PlannedDelivery, PlannedFile, PlannedLeaves, plan
from pipeline.colleges.deliveries.updates import WantedLeaves, WholeInstead, wanted_leaves
from pipeline.colleges.holdings import Delivery, Holding
from pipeline.editions.issued.page_words import page_texts
from pipeline.model.source.college import Channels, College
from tests.support import libraries
from tests.support.colleges.shipments import LIBRARY, shipment
from tests.support.editions.issued_library import HOUSE
from tests.support.editions.leaves_library import issue, library, named, renewed
from tests.support.project import Said

SOUTH = College(
    name="South Tor",
    type="university",
    formats=("text",),
    copies=5,
    updates="leaves",
    channels={"folder": "in", "post": "Hill Road"},  # type: ignore[arg-type]
)
LEAVES_OF_THREE = PlannedLeaves("south", "First", PlannedFile("print", "leaves.pdf", "", 0, 3))
FIRST = Holding("south", "nights", "First", "print", 0, 3, ("patrol@1.0",), "d1", "held", date(2024, 10, 1))


def asked(
    college: College, held: Sequence[Holding] = (), known: Sequence[Delivery] = (), numbered: bool = False
) -> list[WantedLeaves | WholeInstead]:
    """What is to be planned for the college."""
    return list(wanted_leaves(shipment(numbered), {"south": college}, known, held))


def delivered(what: str, quantity: int, state: str = "sent", again: str = "") -> Delivery:
    """A delivery of the second edition on record."""
    files = [{"format": "print", "name": "n", "sha256": "", "bytes": 0, "quantity": quantity, "copies": []}]
    facts: dict[str, Any] = {"college": "south", "pack": "nights", "edition": "Second", "code": "C", "briefings": []}
    facts |= {"record": shipment().one.sha256, "channel": "post", "to": "Hill Road", "files": files, "what": what}
    facts |= {"from": "First"} if what == "leaves" else {}
    facts |= {"again": again} if again else {}
    return Delivery("d3" if again else "d2", facts, state, date(2024, 12, 1))


def posted(college: College, *known: Delivery, again: str = "") -> list[tuple[str, str, int, str]]:
    """What is planned of paper, by what is held: of leaves the old edition, the address, how many, and the state."""
    there = [replace(FIRST, format="leaves", edition="Second", delivery="d2")] if known[:1] and known[0].into else []
    asked_for = [one for one in asked(college, [FIRST, *there], known) if isinstance(one, WantedLeaves)]
    file = PlannedFile("print", "leaves.pdf", "", 0, 0)
    leaves = [PlannedLeaves(one.college, one.was, replace(file, quantity=one.quantity)) for one in asked_for]
    planned = plan(shipment(), {"south": college}, known, again, leaves)
    return [(one.was, one.to, one.files[0].quantity, one.state) for one in planned if one.on_paper]


def test_whoever_holds_copies_gets_leaves_for_them_and_the_rest_whole() -> None:
    """Three of five: the plan has leaves for three copies and two whole ones, and the printer prints two."""
    assert asked(SOUTH, [FIRST]) == [WantedLeaves("south", "First", 3)]
    planned = plan(shipment(), {"south": SOUTH}, (), leaves=(LEAVES_OF_THREE,))
    assert [(one.channel, one.was, one.files[0].format, one.files[0].quantity) for one in planned] == [
        ("folder", "", "text", 1),
        ("post", "", "print", 2),
        ("post", "First", "print", 3),
    ]
    assert len({one.id for one in planned}) == 3
    assert (planned[2].facts()["what"], planned[2].facts()["from"]) == ("leaves", "First")
    assert with_fewer(replace(LIBRARY, colleges={"south": SOUTH}), planned).colleges["south"].copies == 2


def test_leaves_that_are_on_record_stand_for_as_many_copies() -> None:
    """Also once they are put in, and the copies are of the new edition: none is planned again."""
    known = (delivered("leaves", 3),)
    assert asked(SOUTH.model_copy(update={"copies": 3}), [FIRST], known) == []
    planned: tuple[PlannedDelivery, ...] = plan(shipment(), {"south": SOUTH}, known)
    assert [(one.was, one.files[0].quantity, one.state) for one in planned if one.channel == "post"] == [
        ("", 2, "new"),
        ("First", 3, "sent"),
    ]


def test_copies_with_leaves_on_their_way_get_no_second_ones() -> None:
    """Who then takes more copies gets those whole."""
    for state in ("planned", "sent"):
        assert posted(SOUTH, delivered("leaves", 3, state)) == [
            ("", "Hill Road", 2, "new"),
            ("First", "Hill Road", 3, state),
        ]


def test_leaves_that_were_not_sent_go_to_the_new_address() -> None:
    """As whole copies do; to the same address they go on under their id."""
    failed, three = delivered("leaves", 3, "failed"), SOUTH.model_copy(update={"copies": 3})
    moved = three.model_copy(update={"channels": Channels(post="Quarry Lane")})
    assert posted(three, failed) == [("First", "Hill Road", 3, "failed")]
    assert posted(moved, failed) == [("First", "Quarry Lane", 3, "new")]
    ids = [one.id for one in plan(shipment(), {"south": moved}, (failed,), leaves=(LEAVES_OF_THREE,))]
    assert len({*ids, failed.id}) == len(ids) + 1


def test_leaves_are_sent_once_more_for_a_reason() -> None:
    """Once; they stand for no whole copies, and what was not sent is not sent again."""
    sent, three = delivered("leaves", 3), SOUTH.model_copy(update={"copies": 3})
    once_more = [("First", "Hill Road", 3, "sent"), ("First", "Hill Road", 3, "new")]
    assert posted(three, sent, again="Lost") == once_more
    repeated = delivered("leaves", 3, "planned", "Lost")
    on_its_way = [once_more[0], ("First", "Hill Road", 3, "planned")]
    assert posted(three, sent, repeated) == posted(three, sent, repeated, again="Lost") == on_its_way
    assert posted(three, delivered("leaves", 3, "planned"), again="Lost") == [("First", "Hill Road", 3, "planned")]


def test_several_editions_are_turned_each_by_its_own_leaves() -> None:
    """The newest first, and no more than the college takes."""
    older = replace(FIRST, edition="Zero", quantity=9, since=date(2023, 1, 1))
    assert asked(SOUTH, [older, FIRST]) == [WantedLeaves("south", "First", 3), WantedLeaves("south", "Zero", 2)]


@pytest.mark.parametrize(
    ("college", "held", "numbered", "why"),
    [
        ({}, [], False, "holds no older edition on paper"),
        ({"copies": 0}, [FIRST], False, "takes no printed copies, and files cannot be replaced by leaves"),
        ({}, [FIRST], True, "gets numbered copies of this edition, and leaves would bear no number"),
    ],
)
def test_where_there_can_be_no_leaves_it_is_said(
    college: dict[str, Any], held: list[Holding], numbered: bool, why: str
) -> None:
    """And whole copies, or files, go out."""
    assert asked(SOUTH.model_copy(update=college), held, numbered=numbered) == [WholeInstead("south", why)]


def test_whole_copies_are_what_a_college_gets_without_a_choice() -> None:
    """Nothing is said of it."""
    assert asked(SOUTH.model_copy(update={"updates": "whole"}), [FIRST]) == []


COLLEGES = """\
south:
  name: South Tor
  type: university
  licence_basis: licensed
  formats: [print]
  copies: 2
  updates: leaves
  channels: {post: 'School of Policing, Hill Road, South Tor'}
"""
POST = "post: {sheet: 5, wrapping: 40, steps: [{up_to: 750, pence: 290}]}\n"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack was issued twice, for print alone; of the second edition one text is another."""
    texts = {"foot-patrol": 20, "lamps": 30, "dogs": 16, "horses": 40}
    files = {"colleges.yaml": COLLEGES, "library.yaml": HOUSE + POST}
    project = library(tmp_path_factory.mktemp("updates") / "library", texts, **files)
    issue(project, "First", "2024-10-01")
    renewed(project, "dogs", ("Dogs 15 was", "Dogs 15 was often"))
    named(project, "First", "Second")
    issue(project, "Second", "2024-11-01")
    shutil.rmtree(project / "output/packs")
    return project


def deliver(project: Path, edition: str, *more: str) -> Said:
    """Deliver an edition."""
    return libraries.here(project, "deliver", "nights", "--edition", edition, "--date", "2024-12-02", *more)


@pytest.mark.proof
def test_a_college_gets_the_leaves_and_then_holds_the_new_edition(issued: Path) -> None:
    """Planned, made, posted, put in: the plan shows which; of whole copies there are none."""
    first = deliver(issued, "First")
    assert "source/colleges.yaml:7:12: warning deliver-whole: 'south' gets no leaves: it holds no older" in first.err
    whole = next(line.split()[0] for line in first.out.splitlines() if " south " in line)
    assert libraries.here(issued, "settle", whole, "--sent", "--on", "2024-12-02").code == 0
    dry = deliver(issued, "Second", "--dry-run")
    assert dry.code == 0, dry
    assert "leaves for 2 copies of First" in dry.out
    assert "at least 6 sheets, 70 g, £2.90" in dry.out
    assert "By post: at least 1 parcel, 70 g, £2.90 in all." in dry.out
    copies = libraries.here(issued, "copies", "nights", "--date", "2024-12-02")
    assert (copies.code, "for the printer" in copies.out) == (0, False)
    assert "Second" not in (issued / "source/copies.csv").read_text(encoding="utf-8")
    said = deliver(issued, "Second")
    assert said.code == 0, said
    assert "By post: 1 parcel" in said.out
    folder = issued / "output/deliveries/nights-second"
    assert (folder / "nights-replace-1-2-print.pdf").is_file()
    letter = " ".join(page_texts((folder / "post.pdf").read_bytes())[0].split())
    assert "Leaves for 2 printed copies." in letter
    assert "Put the leaves into these copies" in letter
    assert "Dogs: version 1.0 became 1.1" in letter
    id_ = next(line.split()[0] for line in said.out.splitlines() if "leaves for" in line and " south " in line)
    before = (folder / "nights-replace-1-2-print.pdf").read_bytes()
    shutil.rmtree(folder)
    assert deliver(issued, "Second").code == 0
    assert (folder / "nights-replace-1-2-print.pdf").read_bytes() == before
    assert libraries.here(issued, "settle", id_, "--sent", "--on", "2024-12-03").code == 0
    assert libraries.here(issued, "acknowledge", id_, "--how", "replaced", "--on", "2024-12-05").code == 0
    held = libraries.here(issued, "holdings", "--college", "south", "--on", "2024-12-06").out
    assert "Second" in held
    assert "0 deliveries would be made" in deliver(issued, "Second", "--dry-run").out
