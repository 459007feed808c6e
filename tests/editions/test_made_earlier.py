"""Records, ledger, register and approval as release 1.0 wrote them: every later program reads them."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.colleges.ledger.kept import USUAL, kept_ledger, known_events
from pipeline.editions.issued.records import read_records
from pipeline.load.library.folders import REGISTER, read_folder
from pipeline.load.library.register import read_register
from tests.support import libraries

MADE = Path(__file__).parent / "fixtures" / "made-by-1.0"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The library, as a fresh clone of git has it: without a database."""
    shutil.copytree(MADE / "source", tmp_path / "library" / "source")
    return tmp_path / "library"


def test_records_are_read_with_their_judges(project: Path) -> None:
    found = read_records(read_folder(project, "source"))
    last = found.chains["nights"][-1].record
    assert (found.remarks, last.number, last.edition) == ((), 3, "Summer 2025")
    assert [judge.name for judge in last.judges] == ["our own checks", "page-validation", "outloud"]


def test_the_table_of_the_ledger_is_read(project: Path) -> None:
    events, faults = known_events(project)
    assert (len(events), faults) == (15, ())
    assert libraries.here(project, "ledger", "check").code == 0


def test_the_database_of_the_ledger_is_read_and_agrees_with_the_table(project: Path) -> None:
    (project / USUAL).parent.mkdir()
    with closing(sqlite3.connect(project / USUAL)) as made:
        made.executescript((MADE / "ledger.sql").read_text(encoding="utf-8"))
    assert kept_ledger(project).check() == ()
    assert "nights  Autumn 2024  text    –     1         held   2024-10-02" in libraries.here(project, "holdings").out


def test_the_register_is_read(project: Path) -> None:
    entries, remarks = read_register((project / REGISTER).read_bytes())
    assert ([one.college for one in entries], remarks) == (["north", "south", "north", "south"], ())


def test_copies_that_were_not_issued_stay_in_the_register(project: Path) -> None:
    """As `build --copies` put them there: they are verified as copies that somebody holds."""
    shutil.copy(MADE / "copies-not-issued.csv", project / REGISTER)
    entries, remarks = read_register((project / REGISTER).read_bytes())
    assert ([one.edition for one in entries[4:]], remarks) == (["Autumn 2025"] * 2, ())


def test_an_approval_by_code_alone_holds(project: Path) -> None:
    said = libraries.here(project, "ready", "foot-patrol", "--date", "2025-07-01")
    assert said.code == 0, said
