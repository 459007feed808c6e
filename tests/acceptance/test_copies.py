"""Copies for colleges: what each gets, what the printer is told, and the register that remembers it."""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.editions import issued_library
from tests.support.editions.issued_library import issue
from tests.support.project import Said
from tests.support.publishing import files_of, on_record, publish, rewrite, text

LATER = pytest.mark.proof

COLLEGES = """north:
  {name: Northmoor Unit, type: force-learning-unit, formats: [print, screen], copies: 24, delivery: Quarry Lane}
south: {name: South Tor, type: university, formats: [screen, epub, large-print], access_needs: [Braille for 1 reader]}
"""
PACK = "title: Nights\nedition: Spring 2027\nbriefings: [foot-patrol]\nformats: [screen, print, epub]\n"


def prepare(project: Path, day: str, *more: str) -> Said:
    """Prepare the copies of the pack."""
    return libraries.here(project, "copies", "nights", "--jobs", "1", "--date", day, *more)


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack was issued; its copies prepared on the same day for two colleges."""
    root = tmp_path_factory.mktemp("copies") / "library"
    files = {
        "briefings/foot-patrol.md": text(review_by="2026-12-24"),
        "packs/nights.yaml": PACK,
        "colleges.yaml": COLLEGES,
    }
    issued_library.library(root, **files)
    said = issue(root, "2026-11-25", pdf=True)
    assert said.code == 0, said
    done = prepare(root, "2026-11-25")
    assert done.code == 0, done.err
    assert done.out.splitlines() == [
        f"2 parcels in {root}/output/colleges/…/nights-spring-2027.",
        f"24 copies for the printer in {root}/output/printer/nights-spring-2027.",
        "Their entries were added to source/ledger.csv; commit it.",
    ]
    return root


@pytest.mark.proof
def test_a_college_gets_what_it_wants_and_can_check_it(issued: Path) -> None:
    """A folder and the same in one archive: the files, a manifest with their digests, a note in plain words."""
    folder = issued / "output/colleges/south/nights-spring-2027"
    assert {path.name for path in folder.iterdir()} == {
        *("SHA256SUMS", "cover-note.txt", "manifest.json", "verify.html"),
        *("nights-spring-2027.epub", "nights-spring-2027.pdf"),
    }
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["briefings"] == [{"id": "foot-patrol", "version": "1.0", "title": "Foot patrol"}]
    for said in manifest["files"]:
        assert hashlib.sha256((folder / said["file"]).read_bytes()).hexdigest() == said["sha256"]
    note = (folder / "cover-note.txt").read_text(encoding="utf-8")
    assert "- nights-spring-2027.epub: EPUB for e-readers and phones" in note
    assert "- Braille for 1 reader" in note
    with zipfile.ZipFile(folder.with_suffix(".zip")) as archive:
        held = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert held == {path.name: path.read_bytes() for path in folder.iterdir()}


@LATER
def test_the_printer_gets_one_file_and_a_list(issued: Path) -> None:
    folder = issued / "output/printer/nights-spring-2027"
    assert sorted(path.name for path in folder.iterdir()) == [
        "job-ticket.txt",
        "nights-spring-2027-print.pdf",
        "quantities.csv",
    ]
    ticket = (folder / "job-ticket.txt").read_text(encoding="utf-8")
    assert "Copies:        24\n" in ticket
    assert "Trimmed size:  A4, 210 × 297 mm\nBleed:         3 mm on every side" in ticket
    assert "- 24 to Northmoor Unit: Quarry Lane" in ticket
    assert not (issued / "output/colleges/north/nights-spring-2027/nights-spring-2027-print.pdf").exists()


@LATER
def test_the_ledger_alone_says_what_each_was_prepared(issued: Path) -> None:
    made = {
        path.name: hashlib.sha256(content).hexdigest() for path, content in files_of(issued / "output/packs").items()
    }
    assert [(row.college, row.format, row.quantity, row.sha256) for row in on_record(issued)] == [
        ("north", "screen", 1, made["nights.pdf"]),
        ("north", "print", 24, made["nights-print.pdf"]),
        ("south", "screen", 1, made["nights.pdf"]),
        ("south", "epub", 1, made["nights.epub"]),
    ]
    assert {(row.edition, row.versions, str(row.prepared)) for row in on_record(issued)} == {
        ("Spring 2027", "foot-patrol@1.0", "2026-11-25")
    }


@LATER
def test_an_edition_prepared_again_keeps_its_day_and_its_bytes(own_issue: Path) -> None:
    """Another day, a college more, some copies more, the output deleted: no row doubles, no text changes."""
    before, rows = files_of(own_issue / "output/colleges"), on_record(own_issue)
    shutil.rmtree(own_issue / "output")
    more = "east: {name: East Agency, type: agency, formats: [epub]}\n"
    rewrite(own_issue, "colleges.yaml", ("copies: 24", "copies: 30"), ("south:", f"{more}south:"))
    assert prepare(own_issue, "2026-12-01").code == 0
    after = files_of(own_issue / "output/colleges")
    books = {path: content for path, content in before.items() if path.suffix in (".pdf", ".epub")}
    assert len(books) == 3
    assert books.items() <= after.items(), "the note alone says how many copies there are"
    assert on_record(own_issue)[: len(rows)] == rows
    assert [(r.college, r.format, r.quantity, str(r.prepared)) for r in on_record(own_issue)[len(rows) :]] == [
        ("east", "epub", 1, "2026-12-01"),
        ("north", "print", 6, "2026-12-01"),
    ]
    folder = own_issue / "output/printer/nights-spring-2027"
    order = files_of(folder)
    assert (
        b"New:           6 of them, since 25 November 2026: 6 for Northmoor Unit\n" in order[folder / "job-ticket.txt"]
    )
    assert "The ledger has them all." in prepare(own_issue, "2026-12-02").out
    assert files_of(folder) == order


@LATER
def test_an_order_may_change_and_the_copies_do_not(own_issue: Path) -> None:
    """What the printer is asked for stands on no page; what the ticket cannot say and where nothing goes is told."""
    said = prepare(own_issue, "2026-12-01")
    assert "source/packs/nights.yaml:1:1: warning copies-order: The print order does not name" in said.err
    order = "print: {paper: 90 gsm uncoated, binding: wire-bound, spare: 6, spare_to: Fell Road}\n"
    rewrite(own_issue, "packs/nights.yaml", ("edition:", f"{order}edition:"))
    rewrite(own_issue, "colleges.yaml", (", delivery: Quarry Lane", ""))
    said = prepare(own_issue, "2026-12-02")
    assert "The ledger has them all." in said.out
    assert "30 copies for the printer in" in said.out
    assert "copies-order" not in said.err
    assert "source/colleges.yaml:1:1: warning copies-no-delivery: 'north' takes 24 printed copies" in said.err
    ticket = (own_issue / "output/printer/nights-spring-2027/job-ticket.txt").read_text(encoding="utf-8")
    assert "Binding:       wire-bound on the long edge\n" in ticket
    assert "- 6 spare to Fell Road\n" in ticket


@LATER
def test_spare_copies_are_printed_though_no_college_takes_any(own_issue: Path) -> None:
    """They are asked for, so they are not forgotten."""
    rewrite(own_issue, "packs/nights.yaml", ("edition:", "print: {spare: 6}\nrecipients: [south]\nedition:"))
    assert "6 copies for the printer in" in prepare(own_issue, "2026-12-01").out
    assert "Copies:        6: 0 for colleges and 6 spare\n" in (
        own_issue / "output/printer/nights-spring-2027/job-ticket.txt"
    ).read_text(encoding="utf-8")


@LATER
def test_the_next_edition_says_what_has_changed(own_issue: Path) -> None:
    entry = "{version: 1.1, date: 2026-12-01, kind: correction, summary: A number was put right., approved_by: Ann}"
    rewrite(
        own_issue,
        "briefings/foot-patrol.md",
        ("version: 1.0\n", "version: 1.1\n"),
        ("[@hughes2018].", "[@hughes2018]!"),
    )
    rewrite(own_issue, "briefings/foot-patrol.md", ("Ann Bell}]\n", f"Ann Bell}}, {entry}]\n"))
    assert publish(own_issue, date="2026-12-01").code == 0
    more = "east: {name: East Agency, type: agency, formats: [epub]}\n"
    rewrite(own_issue, "colleges.yaml", ("south:", f"{more}south:"))
    rewrite(own_issue, "packs/nights.yaml", ("Spring 2027", "Summer 2027"))
    assert issue(own_issue, "2026-12-01", pdf=True).code == 0
    said = prepare(own_issue, "2026-12-01")
    assert (said.code, "warning copies-format: 'south' wants large-print" in said.err) == (0, True)
    notes = {
        name: (own_issue / f"output/colleges/{name}/nights-summer-2027/cover-note.txt").read_text(encoding="utf-8")
        for name in ("south", "east")
    }
    assert (
        "Changes since Spring 2027, which we sent you before:\n- Foot patrol: version 1.0 became 1.1\n"
        "  1.1, 1 December 2026: A number was put right.\n"
    ) in notes["south"]
    assert "What has changed" not in notes["east"]


@LATER
def test_an_overdue_text_is_refused_or_overridden_by_name(own_issue: Path) -> None:
    """Its college would take it for a text in force. What was prepared keeps the reasons that it had first: none."""
    manifest = own_issue / "output/colleges/north/nights-spring-2027/manifest.json"
    before, ledger_before = manifest.read_bytes(), (own_issue / "source/ledger.csv").read_bytes()
    refused = prepare(own_issue, "2026-12-25")
    assert (refused.code, refused.out) == (1, "No copies were prepared.\n")
    assert "issue-overdue: 'foot-patrol' was due for review by 24 December 2026." in refused.err
    assert prepare(own_issue, "2026-12-25", "--override", "foot-patrol=In review").code == 0
    assert (manifest.read_bytes(), (own_issue / "source/ledger.csv").read_bytes()) == (before, ledger_before)


@LATER
def test_copies_that_a_college_takes_are_printed(own_issue: Path) -> None:
    """Also where it names no formats."""
    more = "east: {name: East Agency, type: agency, copies: 3}\n"
    rewrite(own_issue, "colleges.yaml", ("south:", f"{more}south:"))
    assert prepare(own_issue, "2026-12-01").code == 0
    assert [(r.format, r.quantity) for r in on_record(own_issue) if r.college == "east"] == [
        *(("screen", 1), ("print", 3), ("epub", 1))
    ]


@LATER
def test_parcels_of_colleges_that_take_the_pack_no_longer_go(own_issue: Path) -> None:
    """Those that we made of this edition, and nothing else; the ledger keeps what was prepared."""
    rows = on_record(own_issue)
    kept = own_issue / "output/colleges/north/letters/manifest.json"
    kept.parent.mkdir()
    kept.write_text("{}", encoding="utf-8")
    rewrite(own_issue, "packs/nights.yaml", ("briefings:", "recipients: [south]\nbriefings:"))
    assert prepare(own_issue, "2026-12-01").code == 0
    folders = sorted(
        path.relative_to(own_issue / "output").as_posix() for path in (own_issue / "output/colleges").glob("*/*")
    )
    assert folders == [
        *("colleges/north/letters", "colleges/south/nights-spring-2027", "colleges/south/nights-spring-2027.zip")
    ]
    assert not (own_issue / "output/printer/nights-spring-2027").exists()
    assert on_record(own_issue) == rows
