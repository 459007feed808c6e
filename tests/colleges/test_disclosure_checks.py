"""Bags that somebody changed and packed again: the chains do not bear them out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.colleges.disclosure.checking import disclosure_faults
from pipeline.colleges.disclosure.expected import Witnessed
from pipeline.colleges.ledger.events import event_after
from pipeline.colleges.ledger.kept import file_ledger
from pipeline.editions.issued.records import read_records
from pipeline.load.library.folders import read_files
from tests.support import libraries
from tests.support.colleges.disclosed_library import done, files_in, packed_again

Bag = dict[str, bytes]
Change = Callable[[Bag], Bag]
ABOUT, LEDGER, EVENTS = "data/disclosure.json", "data/ledger.csv", "data/events.csv"
RECORD = "data/editions/nights/002-spring-2025.json"
REDACTED, TEXT = "data/editions/nights/001-autumn-2024.redacted.json", "data/editions/nights/002-spring-2025/nights.txt"
FIRST_TEXT = "data/editions/nights/001-autumn-2024/nights.txt"
KEPT, WORDS = (f"data/versions/foot-patrol/1.0/{name}" for name in ("kept.redacted.json", "words.json"))


@pytest.fixture(scope="module")
def bag(disclosed: Path, tmp_path_factory: pytest.TempPathFactory) -> Bag:
    """All that concerns one college, without a name that somebody typed."""
    place = tmp_path_factory.mktemp("north") / "bag"
    done(disclosed, "disclose", "--college", "north", "--withhold", "Pat Moor", str(place))
    return files_in(place)


@pytest.fixture(scope="module")
def witnessed(disclosed: Path) -> Witnessed:
    """The library as a bag is held to it."""
    files = read_files(disclosed)
    return Witnessed(files, read_records(files), file_ledger(disclosed).events())


def faults(bag: Mapping[str, bytes], witnessed: Witnessed) -> list[tuple[str, str]]:
    """The faults of a bag."""
    return list(disclosure_faults(bag, witnessed))


def changed(bag: Bag, name: str, old: str, new: str) -> Bag:
    """A bag in which a file reads otherwise."""
    assert old in bag[name].decode()
    return {**bag, name: bag[name].replace(old.encode(), new.encode())}


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        (LEDGER, '""on"":""2024-10-09""', '""on"":""2024-10-10""', "does not follow from those before"),
        (LEDGER, "[name withheld] asked", "[name withheld] did not ask", "something else in the ledger here"),
        (RECORD, '"edition": "Spring 2025"', '"edition": "Spring 2026"', "is not the one here"),
        (REDACTED, '"edition": "Autumn 2024"', '"edition": "Autumn 2025"', "says something else than the one here"),
        (TEXT, "Foot patrol", "Car patrol", "is not the file that was issued"),
        (KEPT, '"title": "Foot patrol"', '"title": "[name withheld]", "more": ""', "something else"),
        (KEPT, '"version": "1.0"', '"version": "[name withheld]"', "something else"),
        (WORDS, "market", "fish market", "is not the one here"),
        (KEPT, "Foot patrol", "Car patrol", "something else"),
    ],
)
def test_what_was_changed_and_packed_again_is_found(
    bag: Bag, witnessed: Witnessed, name: str, old: str, new: str, what: str
) -> None:
    """Manifests are made by anybody; the chains are not."""
    found = faults(packed_again(changed(bag, name, old, new)), witnessed)
    assert [one for one, _ in found] == [name]
    assert what in found[0][1]


def about(change: Callable[[Any], object]) -> Change:
    """A change of what a bag says of itself."""

    def made(bag: Bag) -> Bag:
        said = json.loads(bag[ABOUT])
        change(said)
        return {**bag, ABOUT: json.dumps(said).encode()}

    return made


def ledger(change: Callable[[list[list[str]]], object], name: str = LEDGER) -> Change:
    """A change of the rows of the ledger, or of another table, the heads among them."""

    def made(bag: Bag) -> Bag:
        rows, out = [*csv.reader(io.StringIO(bag[name].decode("utf-8-sig"), newline=""))], io.StringIO()
        change(rows)
        csv.writer(out, lineterminator="\n").writerows(rows)
        return {**bag, name: out.getvalue().encode()}

    return made


def hidden(kind: str, *facts: str) -> Change:
    """A change by which the events of a kind are given by their hash alone; or are said to be, and tell other facts."""

    def change(rows: list[list[str]]) -> None:
        for row in rows[1:]:
            if row[3] == kind:
                row[0], row[2:6] = "hash-only", [*facts] or [""] * 4

    return ledger(change)


def cut(rows: list[list[str]]) -> None:
    """Leave the last five events out."""
    del rows[-5:]


def ended_earlier(bag: Bag) -> Bag:
    """Leave the last five events out, and say that the one before them was the last."""
    shorter = ledger(cut)(bag)
    last = shorter[LEDGER].decode().splitlines()[-1].split(",")
    return about(lambda said: said.update(last_event={"number": int(last[1]), "sha256": last[-1]}))(shorter)


def swapped(said: Any) -> None:
    """Exchange the paths of two files."""
    first, second = said["files"]
    first["path"], second["path"] = second["path"], first["path"]


def without_all(said: Any) -> None:
    """Say of nothing that it is in the bag."""
    for name in ("records", "versions", "files", "left_out"):
        said[name].clear()


def blanked(bag: Bag) -> Bag:
    """Take every text out of a record, as if each were a name."""
    record = {name: "[name withheld]" if isinstance(one, str) else one for name, one in json.loads(bag[RECORD]).items()}
    place = RECORD.replace(".json", ".redacted.json")
    whole = {name: content for name, content in bag.items() if name != RECORD}
    given = {"given": "without-names", "path": place.removeprefix("data/")}
    return about(lambda said: said["records"][1].update(given))({**whole, place: json.dumps(record).encode()})


CHANGES: dict[str, tuple[Change, str]] = {
    "the last events cut": (ledger(cut), "does not end with event 20"),
    "all events cut": (ledger(lambda rows: rows.__delitem__(slice(1, None))), "does not end with event 20"),
    "cut, and the end forged": (ended_earlier, "tells something else"),
    "an event hidden": (hidden("received"), "event 9 is of the choice"),
    "an event rewritten": (
        hidden("received", "2024-11-30T12:00:00Z", "lost", "x", "{}"),
        "event 9 says something else",
    ),
    "another word for given": (ledger(lambda rows: rows[1].__setitem__(0, "true")), "event 1 does not follow"),
    "another college": (about(lambda said: said.update(asked={"college": "south"})), "event 1 is outside"),
    "another question": (about(lambda said: said.update(asked={"force": "north"})), "does not say what it should"),
    "an earlier day": (about(lambda said: said.update(date="1999-01-01")), "is of a day before"),
    "another last event": (
        about(lambda said: said.update(last_event={"number": 20, "sha256": "f" * 64})),
        "does not end with event 20",
    ),
    "texts exchanged": (
        lambda bag: about(swapped)({**bag, TEXT: bag[FIRST_TEXT], FIRST_TEXT: bag[TEXT]}),
        "is no file of its edition, by the record",
    ),
    "a page more": (lambda bag: {**bag, "data/more.html": b"hi"}, "is not in disclosure.json"),
    "a version more": (
        lambda bag: {**bag, "data/versions/foot-patrol/9.0/words.json": b"hi"},
        "is not in disclosure.json",
    ),
    "a version less": (about(lambda said: said["versions"].clear()), "does not have the version foot-patrol@1.0"),
    "everything less": (about(without_all), "has not all records of 'nights'"),
    "a file not told": (about(lambda said: said["left_out"].clear()), "is neither given nor left out"),
    "a record blanked": (blanked, "says something else than the one here"),
    "an event less in the list": (ledger(list.pop, EVENTS), "tells something else"),
    "a copy more in the list": (
        ledger(lambda rows: rows[-2].__setitem__(5, "text: 9 copies"), EVENTS),
        "tells something else",
    ),
    "a preparation less": (
        ledger(lambda rows: rows.remove(next(row for row in rows if row[1] == "prepared")), EVENTS),
        "tells something else",
    ),
    "files to fetch": (
        lambda bag: {**bag, "fetch.txt": b"http://a.example/x 5 data/y\n"},
        "is no file of a disclosure",
    ),
    "another form of bag": (lambda bag: {**bag, "bagit.txt": b"x"}, "does not say what it should"),
    "no page": (lambda bag: {one: bag[one] for one in bag if one != "data/index.html"}, "is missing"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whoever_packs_again_is_found(bag: Bag, witnessed: Witnessed, what: str) -> None:
    """Contents, omissions and places are worked out anew from the records and the ledger here."""
    change, said = CHANGES[what]
    found = faults(packed_again(change(bag)), witnessed)
    assert any(said in fault for _, fault in found), found


def test_a_bag_with_another_sum_of_bytes_is_found(bag: Bag, witnessed: Witnessed) -> None:
    """Whoever gets it sees by that line whether all has come."""
    info = bag["bag-info.txt"].replace(b"Payload-Oxum: ", b"Payload-Oxum: 1")
    from hashlib import sha256

    tags = bag["tagmanifest-sha256.txt"].replace(
        sha256(bag["bag-info.txt"]).hexdigest().encode(), sha256(info).hexdigest().encode()
    )
    found = faults({**bag, "bag-info.txt": info, "tagmanifest-sha256.txt": tags}, witnessed)
    assert found == [("bag-info.txt", "has another sum of bytes and files")]


def test_what_came_on_record_later_is_no_fault(bag: Bag, witnessed: Witnessed) -> None:
    """A bag tells of the day on which it was made."""
    more = kept_events_after(witnessed)
    assert faults(bag, Witnessed(witnessed.files, witnessed.records, more)) == []


def kept_events_after(witnessed: Witnessed) -> tuple[Any, ...]:
    """The events, and one more of a delivery that is disclosed."""
    last = witnessed.events[-1]
    subject = next(one.subject for one in witnessed.events if one.kind == "received")
    return (*witnessed.events, event_after(last, "2026-03-01T12:00:00Z", "lost", subject, {"of": []}))


@pytest.mark.parametrize("college", ["north", "south"])
def test_a_recall_gives_no_college_the_deliveries_of_another(
    disclosed: Path, witnessed: Witnessed, tmp_path: Path, college: str
) -> None:
    """Copies of others are taken out of it, which is said, and verify allows it there alone."""
    copies = [[one.subject, "text", 0, 1] for one in witnessed.events if one.kind == "planned"]
    facts = {"of": "nights", "reason": "Wrong.", "on": "2026-02-02", "copies": copies}
    libraries.copied(disclosed.parent / "archive", tmp_path / "archive")
    project = libraries.copied(disclosed, tmp_path / "library")
    file_ledger(project).add("2026-02-02T12:00:00Z", "recalled", "recall-2", facts)
    done(project, "disclose", "--college", college, str(tmp_path / "bag"))
    found = files_in(tmp_path / "bag")
    row = [*csv.reader(io.StringIO(found[LEDGER].decode("utf-8-sig"), newline=""))][-1]
    own = {one.subject for one in witnessed.events if one.kind == "planned" and one.facts["college"] == college}
    assert (row[0], {line[0] for line in json.loads(row[5])["copies"]}) == ("without-names", own)
    assert "Copies in event 21" in [one["what"] for one in json.loads(found[ABOUT])["left_out"]]
    assert done(project, "verify", str(tmp_path / "bag"))


def test_a_bag_of_another_library_is_told(bag: Bag, witnessed: Witnessed) -> None:
    """What its chains hold is on record nowhere here."""
    found = faults(bag, Witnessed(witnessed.files, read_records({}), ()))
    assert ("data/ledger.csv", "does not agree: event 1 is not in the ledger here") in found
    assert (RECORD, "is not on record here") in found


def test_no_bag_of_strangers_is_a_fault_of_ours(bag: Bag, witnessed: Witnessed) -> None:
    """What has our form and says something else is told, and nothing breaks."""
    for said in (b"{}", b"[]", b'{"schema": "disclosure/1"}'):
        assert faults(packed_again({**bag, "data/disclosure.json": said}), witnessed)
    odd = json.loads(bag["data/disclosure.json"]) | {"records": [1], "files": ["x"]}
    found = faults(packed_again({**bag, "data/disclosure.json": json.dumps(odd).encode()}), witnessed)
    assert found == [(ABOUT, "does not say what it should")]


@pytest.mark.parametrize("name", [ABOUT, RECORD, REDACTED, KEPT, WORDS])
def test_files_that_nest_without_end_are_told(bag: Bag, witnessed: Witnessed, name: str) -> None:
    """A list in a list, a hundred thousand times."""
    assert faults(packed_again({**bag, name: b"[" * 100_000 + b"]" * 100_000}), witnessed)


def test_a_row_without_end_is_told(bag: Bag, witnessed: Witnessed) -> None:
    """Longer than readers of tables take by themselves; it is read as any other."""
    row = b'whole,21,"' + b"x" * 200_000 + b'",a,b,{},c,d\n'
    found = faults(packed_again({**bag, LEDGER: bag[LEDGER] + row}), witnessed)
    assert found == [("data/ledger.csv", "does not hold: event 21 does not follow from those before")]
