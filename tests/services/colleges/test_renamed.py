"""A college that is renamed, closed or lost from the list while it holds copies."""

from pathlib import Path

import pytest

from pipeline.core.diagnostics import Diagnostics
from pipeline.load.records import read_list
from tests.support import libraries
from tests.support.colleges.doing import delivery, done, on
from tests.support.editions.issued_library import HOUSE, PACK, issue, library, next_edition

UNIT = "{}:\n  name: North Unit\n  type: agency\n  licence_basis: licensed\n  channels: {{folder: ../in}}\n"
GONE = "source/colleges.yaml:1:1: warning college-gone: 'north' has 1 copy, but is not in source/colleges.yaml."


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library whose pack was delivered to 'north'."""
    (tmp_path / "in").mkdir()
    files = {"library.yaml": HOUSE.replace("CC-BY-4.0", "NCCL"), "colleges.yaml": UNIT.format("north")}
    project = library(tmp_path / "library", **files, **{"packs/nights.yaml": PACK})
    assert issue(project, "2024-10-01").code == 0
    on(monkeypatch, "2024-10-02")
    done(project, "deliver", "nights")
    return project


def renamed(project: Path, name: str, more: str = "") -> None:
    """Give the college another id."""
    (project / "source/colleges.yaml").write_text(UNIT.format(name) + more, encoding="utf-8")


def test_check_reports_a_college_that_left_the_list_with_copies(own: Path) -> None:
    assert GONE not in done(own, "check").out
    renamed(own, "north-tor")
    assert GONE in done(own, "check").out


@pytest.mark.proof
def test_a_renamed_college_has_the_copies_that_it_had_before(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed(own, "north-tor", "  formerly: [north]\n")
    assert "college-gone" not in done(own, "check").out
    assert "north-tor  nights  Autumn 2024" in done(own, "holdings").out
    assert done(own, "deliver", "nights", "--dry-run").out.count("sent") == 1
    next_edition(own, "Autumn 2024", "Spring 2025")
    assert issue(own, "2025-03-01").code == 0
    on(monkeypatch, "2025-03-02")
    done(own, "deliver", "nights")
    (letter,) = (own.parent / "in").glob("*spring*/cover-note.txt")
    assert "Autumn 2024" in letter.read_text(encoding="utf-8")  # the old files that it is to delete
    replaced = done(own, "acknowledge", delivery(own, "north-tor"), "--how", "replaced")
    assert "1 copy that it held before gave way to it." in replaced.out


@pytest.mark.proof
def test_the_notice_of_a_recall_reaches_a_renamed_college(own: Path) -> None:
    renamed(own, "north-tor", "  formerly: [north]\n")
    assert "  north-tor: 1 copy" in done(own, "recall", "nights", "--reason", "Table 2 is wrong.").out
    assert (own / "output/recalls/recall-1/north-tor.txt").exists()
    done(own, "acknowledge", "recall-1", "--college", "north-tor", "--how", "told")


def test_a_closed_college_gets_no_deliveries_and_is_still_known(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed(own, "north", f"  until: 2025-01-31\n{UNIT.format('south')}")
    for day, planned in (("2025-01-31", True), ("2025-02-01", False)):
        on(monkeypatch, day)
        plan = done(own, "deliver", "nights", "--dry-run").out
        assert ("  north  " in plan, "  south  " in plan) == (planned, True)
    assert "college-gone" not in done(own, "check").out
    closed = "briefings: 'north' takes no deliveries after 31 January 2025 ('until' in source/colleges.yaml).\n"
    assert libraries.here(own, "deliver", "nights", "--to", "north").err == closed


@pytest.mark.parametrize("former", ["north", "west"])
def test_a_former_id_that_is_another_colleges_is_refused(former: str) -> None:
    diagnostics = Diagnostics()
    content = UNIT.format("east") + "  formerly: [west]\n" + UNIT.format("north") + UNIT.format("south")
    read_list("colleges", "source/colleges.yaml", f"{content}  formerly: [{former}]\n".encode(), diagnostics)
    (remark,) = diagnostics.remarks
    assert str(remark).startswith(f"source/colleges.yaml:17:14: error value-wrong: '{former}' is the id of another")


def test_check_reports_gits_marks_in_the_ledger(own: Path) -> None:
    table = own / "source/ledger.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join((*lines[:2], "<<<<<<< HEAD\n", *lines[2:], "=======\n", ">>>>>>> b\n")), encoding="utf-8")
    found = libraries.here(own, "check")
    assert found.code == 1
    assert "source/ledger.csv:3:1: error ledger-broken: The ledger's table cannot be read here: " in found.out
    assert "here: it has conflict marks of git." in found.out
