"""The verbs deliver and settle: an edition goes to its colleges by their channels, once."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.core.digests import sha256
from pipeline.services.colleges.ledger import open_file_ledger
from tests.support import libraries
from tests.support.colleges.mail_server import Box
from tests.support.editions.issued_library import HOUSE, PACK, issue, library, next_edition
from tests.support.project import Said
from tests.support.publishing import rewrite

COLLEGES = """\
east:
  name: East Agency
  type: agency
  licence_basis: licensed
  channels: {mail: library@east.example}
north:
  name: North Unit
  type: force-learning-unit
  licence_basis: licensed
  delivery: Quarry Lane, Northmoor
  formats: [text]
  copies: 24
  channels: {folder: ../in, printer: orders@printer.example}
south:
  name: South Tor
  type: university
  licence_basis: licensed
  formats: [text]
  copies: 2
  channels: {folder: ../in, post: 'School of Policing, Hill Road, South Tor'}
"""
MAIL = "mail: {server: localhost, port: 2525, sender: evidence@northmoor.example, user: briefings}\n"
OF_PAPER = PACK.replace("formats: [text]", "formats: [text, html, print]")
LATER = "2024-12-02"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack was issued, to be printed too."""
    files = {
        "library.yaml": HOUSE.replace("CC-BY-4.0", "NCCL") + MAIL,
        "colleges.yaml": COLLEGES,
        "packs/nights.yaml": OF_PAPER,
    }
    project = library(tmp_path_factory.mktemp("deliver") / "library", **files)
    said = issue(project, "2024-10-01")
    assert said.code == 0, said
    shutil.rmtree(project / "output")
    return project


@pytest.fixture
def own(own: Path, tmp_path: Path) -> Path:
    """The library and its archive again, with a folder for deliveries."""
    (tmp_path / "in").mkdir()
    return own


def deliver(project: Path, *more: str) -> Said:
    """Deliver the pack, on a later day."""
    return libraries.here(project, "deliver", "nights", "--date", LATER, *more)


def settle(project: Path, *more: str) -> Said:
    """Settle a delivery."""
    return libraries.here(project, "settle", *more)


def rows(said: Said) -> list[tuple[str, str, str]]:
    """College, channel and state of each delivery that is listed."""
    lines = [line.split() for line in said.out.splitlines()]
    channels = {"mail", "folder", "post", "printer"}
    return [(line[1], next(word for word in line if word in channels), line[-1]) for line in lines if _listed(line)]


def _listed(line: Sequence[str]) -> bool:
    return len(line) > 4 and len(line[0]) == 8 and line[1] in ("east", "north", "south")


def ids(said: Said) -> dict[tuple[str, str], str]:
    """The ids of the deliveries, by college and channel."""
    lines = [line.split() for line in said.out.splitlines() if _listed(line.split())]
    return {(college, channel): line[0] for line, (college, channel, _) in zip(lines, rows(said), strict=True)}


@pytest.mark.proof
def test_a_plan_is_shown_and_nothing_written(own: Path, box: Box) -> None:
    said = deliver(own, "--dry-run")
    assert said.code == 0, said
    assert rows(said) == [
        ("east", "mail", "new"),
        ("north", "folder", "new"),
        ("north", "printer", "new"),
        ("south", "folder", "new"),
        ("south", "post", "new"),
    ]
    assert "print: 24 copies" in said.out
    assert said.out.endswith("5 deliveries would be made; nothing was.\n")
    assert not (own / "output/colleges").exists()
    assert not (own / "source/ledger.csv").exists()
    assert (box.taken, list((own.parent / "in").iterdir())) == ([], [])


def test_every_college_gets_its_parcel_once(own: Path, box: Box) -> None:
    """Files by mail and folder; printed copies wait for a person; a second run sends nothing."""
    said = deliver(own)
    assert said.code == 0, said
    sent = [("east", "mail", "sent"), ("north", "folder", "sent"), ("south", "folder", "sent")]
    assert [one for one in rows(said) if one[1] in ("mail", "folder")] == sent
    assert f"briefings settle {ids(said)['north', 'printer']} --sent   # north, 24 copies" in said.out
    assert rows(deliver(own)) == rows(said)
    assert len(box.taken) == 1
    one, other = sorted((own.parent / "in").iterdir())
    assert sorted(path.name for path in one.iterdir()) == sorted(path.name for path in other.iterdir())
    parcel = own / "output/colleges/south/nights-autumn-2024"
    place = next(place for place in (one, other) if place.name.endswith(ids(said)["south", "folder"]))
    note, sealing = "cover-note.txt", ("manifest.json", "SHA256SUMS")  # which tell of the note and of the last event
    for path in (path for path in parcel.iterdir() if path.name not in (note, *sealing)):
        assert sha256((place / path.name).read_bytes()) == sha256(path.read_bytes())
    said_there = (place / note).read_text(encoding="utf-8")
    assert said_there.startswith((parcel / note).read_text(encoding="utf-8"))
    assert f"- Delivery {ids(said)['south', 'folder']}\n" in said_there
    assert not (own / "output/packs").exists()


def test_a_letter_and_a_row_for_the_labels_are_written_for_what_you_post(own: Path, box: Box) -> None:
    said = deliver(own)
    place, id_ = own / "output/deliveries/nights-autumn-2024", ids(said)["south", "post"]
    assert f"Letters for what you post, and labels.csv for the labels: {place}" in said.out
    letter = (place / f"letter-{id_}.txt").read_text(encoding="utf-8")
    assert "You receive:\n- 2 printed copies\n" in letter
    assert f"- Delivery {id_}\n" in letter
    assert (place / "labels.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "delivery,college,name,address 1,address 2,address 3,edition,copies",
        f"{id_},south,South Tor,School of Policing,Hill Road,South Tor,Autumn 2024,2 copies",
    ]
    settle(own, id_, "--sent")
    assert "Letters for what you post" not in deliver(own).out


def test_printed_copies_are_sent_when_a_person_says_so(own: Path, box: Box) -> None:
    """Once; the first letters of the id are enough."""
    id_ = ids(deliver(own))["north", "printer"]
    assert settle(own, id_[:5], "--sent", "--on", "2024-12-03").code == 0
    again = settle(own, id_, "--sent")
    assert (again.code, again.err) == (
        2,
        f"briefings: Delivery {id_} was sent on 3 December 2024: to send it once more, '--again REASON'. "
        f"If it was settled by mistake: 'briefings settle {id_} --undo'.\n",
    )
    held = libraries.here(own, "holdings", "--college", "north", "--on", "2024-12-03")
    assert "print" in held.out
    assert "24" in held.out
    assert ("north", "printer", "sent") in rows(deliver(own))


def test_more_copies_are_a_delivery_of_their_own(own: Path, box: Box) -> None:
    settle(own, ids(deliver(own))["north", "printer"], "--sent")
    rewrite(own, "colleges.yaml", ("copies: 24", "copies: 30"))
    said = deliver(own)
    assert [one for one in rows(said) if one[:2] == ("north", "printer")] == [
        ("north", "printer", "sent"),
        ("north", "printer", "planned"),
    ]
    assert "print: 6 copies" in said.out


def test_one_college_alone_can_be_meant(own: Path) -> None:
    """Others need no channel then; whoever takes nothing is no recipient."""
    said = deliver(own, "--to", "south")
    assert said.code == 0, said
    assert {college for college, _, _ in rows(said)} == {"south"}
    assert deliver(own, "--to", "suoth").err == (
        "briefings: 'suoth' is no recipient of 'nights'. Did you mean 'south' or 'north'? "
        "'nights' goes to east, north, south.\n"
    )


def test_again_sends_once_more_and_says_why(own: Path) -> None:
    first = deliver(own, "--to", "north")
    settle(own, ids(first)["north", "printer"], "--sent")
    said = deliver(own, "--to", "north", "--again", "Lost on their side")
    assert [one for one in rows(said) if one[1] == "folder"] == [("north", "folder", "sent")] * 2
    assert len(list((own.parent / "in").iterdir())) == 2
    assert "Lost on their side" in (own / "source/ledger.csv").read_text(encoding="utf-8")
    assert rows(deliver(own, "--to", "north")) == rows(said)


def test_nothing_leaves_before_it_was_issued(own: Path) -> None:
    early = libraries.here(own, "deliver", "nights", "--date", "2024-09-30", "--to", "south")
    assert (early.code, early.err) == (
        2,
        "briefings: 'Autumn 2024' was issued on 1 October 2024: it cannot go out before.\n",
    )
    late = libraries.here(own, "deliver", "nights", "--date", "2999-01-01", "--to", "south")
    assert (late.code, late.err) == (2, "briefings: 1 January 2999 is still to come.\n")
    id_ = ids(deliver(own, "--to", "south"))["south", "post"]
    settled = settle(own, id_, "--sent", "--on", "1950-01-01")
    assert "was issued on 1 October 2024, after 1 January 1950." in settled.err
    settled = settle(own, id_, "--sent", "--on", "2024-10-02")
    assert f"Delivery {id_} was planned on 2 December 2024, after 2 October 2024." in settled.err


def test_one_reason_sends_once_more_only_once(own: Path) -> None:
    """However often the command is run; and printed copies that nobody has sent yet are not repeated."""
    deliver(own, "--to", "north")
    first = deliver(own, "--to", "north", "--again", "Lost on their side")
    assert [one for one in rows(first) if one[1] == "printer"] == [("north", "printer", "planned")]
    assert rows(deliver(own, "--to", "north", "--again", "Lost on their side")) == rows(first)
    assert len(list((own.parent / "in").iterdir())) == 2
    deliver(own, "--to", "north", "--again", "Lost a second time")
    assert len(list((own.parent / "in").iterdir())) == 3
    assert "--again takes --to COLLEGE" in deliver(own, "--again", "Lost").err


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("library.yaml", "mail:", "ledger: postgres://team@db.example/ledger\nmail:", "source/library.yaml:"),
        ("colleges.yaml", "type: agency", "type: agencie", "source/colleges.yaml:3:9"),
        ("colleges.yaml", "copies: 24", "copies: 2o4", "source/colleges.yaml:12:11"),
    ],
)
def test_what_cannot_be_read_stops_every_verb(own: Path, file: str, old: str, new: str, place: str) -> None:
    """A college would be left out without a word, or another ledger written to."""
    rewrite(own, file, (old, new))
    for words in (("deliver", "nights"), ("holdings",), ("ledger", "check"), ("settle", "abcd2345", "--sent")):
        said = libraries.here(own, *words)
        assert said.code == 1, said
        assert "nothing was read or written, because of this:" in said.err
        assert place in said.err
    assert not (own / ".ledger").exists()


def test_a_new_format_alone_is_brought(own: Path) -> None:
    """Files that a college has already are not put there again, and the note says so."""
    deliver(own, "--to", "south")
    rewrite(own, "colleges.yaml", ("  formats: [text]\n  copies: 2\n", "  formats: [text, html]\n  copies: 2\n"))
    before = set((own.parent / "in").iterdir())
    said = deliver(own, "--to", "south")
    assert said.code == 0, said
    (new,) = set((own.parent / "in").iterdir()) - before
    about = {"manifest.json", "SHA256SUMS", "verify.html", "receipt.json"}
    assert {path.name for path in new.iterdir()} == {"nights-autumn-2024.html", "cover-note.txt"} | about
    manifest = json.loads((new / "manifest.json").read_text(encoding="utf-8"))
    assert [one["file"] for one in manifest["files"]] == ["cover-note.txt", "nights-autumn-2024.html", "verify.html"]
    note = (new / "cover-note.txt").read_text(encoding="utf-8")
    assert note.startswith("This delivery contains nights-autumn-2024.html; you already have the rest.\n\n")


def test_a_folder_that_is_gone_holds_up_no_other(own: Path, box: Box) -> None:
    """It ends with 5, and the next run goes on."""
    (own.parent / "in").rmdir()
    said = deliver(own)
    assert said.code == 5
    assert said.err.count("error deliver-refused: The folder") == 2
    assert "source/colleges.yaml:13:22: error deliver-refused" in said.err
    assert len(box.taken) == 1
    (own.parent / "in").mkdir()
    assert deliver(own).code == 0
    assert len(list((own.parent / "in").iterdir())) == 2


def test_what_is_uncertain_is_settled_by_a_person(own: Path, box: Box) -> None:
    """Not sent, it goes out with the next run; sent, it stays so."""
    box.answer = None
    said = deliver(own, "--to", "east")
    id_ = ids(said)["east", "mail"]
    assert said.code == 5
    assert "error deliver-uncertain: The connection ended as the message to library@east.example was handed" in said.err
    assert f"hint: Ask library@east.example, then run 'briefings settle {id_} --sent' or '--not-sent'." in said.err
    box.answer = "250 OK"
    for _ in range(2):
        told = deliver(own, "--to", "east")
        assert (told.code, rows(told)) == (5, [("east", "mail", "uncertain")])
        assert f"'briefings settle {id_} --sent' or '--not-sent'." in told.err
    assert deliver(own, "--to", "east", "--dry-run").out.endswith("0 deliveries would be made; nothing was.\n")
    assert settle(own, id_, "--not-sent").code == 0
    assert rows(deliver(own, "--to", "east")) == [("east", "mail", "sent")]
    assert len(box.taken) == 2


def test_what_is_not_issued_is_not_delivered(own: Path) -> None:
    """Neither a pack without an edition of this name, nor an edition that there is not."""
    next_edition(own, "Autumn 2024", "Spring 2025")
    said = deliver(own, "--to", "south")
    assert said.code == 1
    assert "source/packs/nights.yaml:2:10: error deliver-unissued: 'nights' is not issued as Spring 2025." in said.err
    assert deliver(own, "--to", "south", "--edition", "1").code == 0
    assert deliver(own, "--edition", "Winter").code == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("folder: ../in, printer", "printer"), "9:1: error deliver-channel: 'north' takes files (text) but has no"),
        (("  delivery: Quarry Lane, Northmoor\n", ""), "5:1: error deliver-channel: 'north' has 24 printed copies"),
        (
            ("folder: ../in, printer: orders@printer.example", "folder: ../in"),
            "5:1: error deliver-channel: 'north' has",
        ),
    ],
)
def test_a_college_needs_a_way_for_what_it_takes(own: Path, changed: tuple[str, str], said: str) -> None:
    rewrite(own, "colleges.yaml", changed)
    done = deliver(own, "--to", "north")
    assert done.code == 1
    assert said.partition(" ")[2] in done.err
    assert done.out.endswith("Nothing was delivered: 1 error.\n")


def test_who_may_not_have_it_gets_nothing(own: Path) -> None:
    """A college that came after the issue is asked too."""
    changed = ("force-learning-unit\n  licence_basis: licensed", "force-learning-unit\n  licence_basis: none")
    rewrite(own, "colleges.yaml", changed)
    assert deliver(own, "--to", "south", "--dry-run").code == 0
    said = deliver(own, "--to", "north", "--dry-run")
    assert said.code == 1
    assert "source/colleges.yaml:9:18: error issue-licence: 'north' has no licence basis for" in said.err


def test_mail_needs_a_server_room_and_a_password(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BRIEFINGS_SMTP_PASSWORD", raising=False)
    said = deliver(own, "--to", "east", "--dry-run")
    assert (
        said.code,
        "error secret-missing: The environment variable BRIEFINGS_SMTP_PASSWORD is not set." in said.err,
    ) == (1, True)
    rewrite(own, "library.yaml", (MAIL, ""))
    assert "source/colleges.yaml:5:20: error deliver-channel: 'east' gets" in deliver(own, "--to", "east").err


def test_texts_under_terms_go_by_no_link(own: Path, box: Box, tmp_path: Path) -> None:
    """Whoever has a link has the file: what not anybody may pass on goes in the message, however large."""
    links = f"links: {{above: 0, place: 'file://{tmp_path}/web', address: 'https://files.northmoor.example'}}"
    rewrite(own, "library.yaml", ("user: briefings", f"user: briefings, {links}"))
    assert deliver(own, "--to", "east").code == 0
    assert b'filename="nights-autumn-2024.html"' in (box.taken[0].original_content or b"")
    assert not (tmp_path / "web").exists()


def test_a_team_shares_one_ledger(own: Path, postgresql: str) -> None:
    """All verbs go by the database that the library names, and no file is made beside it."""
    address = f"ledger: {postgresql.replace('+psycopg', '')}\n"
    rewrite(own, "library.yaml", (MAIL, MAIL + address))
    assert deliver(own, "--to", "south").code == 0
    assert not (own / ".ledger").exists()
    assert "south" in libraries.here(own, "holdings").out
    assert libraries.here(own, "ledger", "check").code == 0
    (own / "source/ledger.csv").unlink()
    assert rows(deliver(own, "--to", "south"))[0] == ("south", "folder", "sent")
    assert len(list((own.parent / "in").iterdir())) == 1


def test_settle_refuses_what_it_cannot_know(own: Path) -> None:
    """No such delivery, a day to come, and what a machine still has to do."""
    (own.parent / "in").rmdir()
    id_ = ids(deliver(own, "--to", "north"))["north", "folder"]
    assert settle(own, "zzzz", "--sent").code == 2
    assert settle(own, id_).code == 2
    assert settle(own, id_, "--sent", "--on", "2999-01-01").err == "briefings: 1 January 2999 is still to come.\n"
    assert settle(own, id_, "--sent").err == (
        f"briefings: Delivery {id_} has not been made yet: 'briefings deliver nights' makes it.\n"
    )


def test_check_knows_the_ledger(own: Path) -> None:
    """The table beside the sources is no stray file."""
    deliver(own, "--to", "south")
    assert "ledger.csv" not in libraries.here(own, "check").out


@pytest.mark.proof
def test_numbered_copies_are_delivered_by_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    numbered = OF_PAPER.replace("formats: [text", "numbered: true\nformats: [screen").replace("[contents]", "[cover]")
    colleges = COLLEGES.replace("[text]", "[screen]").partition("south:")[0].partition("north:")
    files = {"colleges.yaml": f"{colleges[1]}{colleges[2]}", "packs/nights.yaml": numbered}
    project = library(tmp_path / "library", **files)
    assert issue(project, "2024-10-01", pdf=True).code == 0
    assert "copies 2 to 25" in deliver(project, "--dry-run").out
    said = deliver(project)
    assert said.code == 0, said
    (place,) = (tmp_path / "in").iterdir()
    planned = {event.subject: event.facts for event in open_file_ledger(project).events() if event.kind == "planned"}
    (file,) = planned[ids(said)["north", "folder"]]["files"]
    content = (place / file["name"]).read_bytes()
    assert (file["copies"], file["bytes"], file["sha256"]) == ([1], len(content), sha256(content))
    printed = planned[ids(said)["north", "printer"]]["files"]
    assert [one["copies"] for one in printed] == [[number] for number in range(2, 26)]
    assert all(one["bytes"] for one in printed)
