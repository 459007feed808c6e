"""Leaves that are not made, and what their sheets are marked: of an edition as its record and its pack have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.build.project import Project
from pipeline.cli.editions.replacing import pack_identity
from pipeline.cli.options import SHIPPED
from pipeline.core.progress import Voice
from pipeline.editions.issued.records import read_records
from tests.support import libraries
from tests.support.editions.issued_library import DAYS, issue, library, next_edition
from tests.support.project import Said
from tests.support.publishing import rewrite


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack was issued twice, as plain text. Only to be copied."""
    project = library(tmp_path_factory.mktemp("no-leaves") / "library")
    assert issue(project, DAYS["Autumn 2024"]).code == 0
    next_edition(project, "Autumn 2024", "Spring 2025")
    assert issue(project, DAYS["Spring 2025"]).code == 0
    return project


@pytest.fixture
def own(issued: Path, tmp_path: Path) -> Path:
    """The library with its archive, to change as a test likes."""
    libraries.copied(issued.parent / "archive", tmp_path / "archive")
    return libraries.copied(issued, tmp_path / "library")


def replace(project: Path, name: str = "nights") -> Said:
    """The words of the verb."""
    return libraries.here(project, "replace", name, "--from", "Autumn 2024", "--date", "2025-07-01")


def marking(path: Path) -> str:
    """The marking on the sheets of the last edition."""
    project = Project(path, SHIPPED, Voice())
    return pack_identity(project, read_records(project.files).chains["nights"][-1]).marking


def test_sheets_bear_the_marking_of_the_pack(own: Path) -> None:
    assert marking(own) == ""
    rewrite(own, "packs/nights.yaml", ("front:", "marking: {sensitive: true, instruction: Recipients only}\nfront:"))
    assert marking(own) == "OFFICIAL-SENSITIVE – RECIPIENTS ONLY"


def test_leaves_of_a_briefing_are_refused(own: Path) -> None:
    """It is no pack, so no edition of it is ever issued."""
    said = replace(own, "foot-patrol")
    assert (said.code, "'foot-patrol' is no pack: editions are issued of packs" in said.err) == (2, True), said


@pytest.mark.parametrize("content", [b"{", None])
@pytest.mark.parametrize("number", ["001-autumn-2024", "002-spring-2025"])
def test_no_leaves_are_made_over_records_that_do_not_hold(own: Path, number: str, content: bytes | None) -> None:
    """The last one too, of which the archive alone knows."""
    record = own / f"source/editions/nights/{number}.json"
    record.unlink()
    if content:
        record.write_bytes(content)
    said = replace(own)
    assert (said.code, said.out) == (1, "No leaves were made.\n")
    assert ("error record-broken: " if content else "error record-lost: ") in said.err


def test_no_leaves_are_made_of_a_text_whose_record_is_torn(own: Path) -> None:
    """Nobody can say how it was marked."""
    (own / "source/versions/foot-patrol/1.0/kept.json").write_text('{"schema": "kept/1", "id"', encoding="utf-8")
    said = replace(own)
    assert (said.code, "error kept-broken: The file 'kept.json' has changed" in said.err) == (1, True), said


def test_no_leaves_are_made_for_numbered_copies(own: Path) -> None:
    """The archived pages say that they are not for issue."""
    record = own / "source/editions/nights/002-spring-2025.json"
    said = record.read_text(encoding="utf-8")
    record.write_text(said.replace('"numbered": false', '"numbered": true'), encoding="utf-8")
    told = replace(own)
    assert (told.code, "goes out in numbered copies only" in told.err) == (2, True), told
    assert "'briefings build nights --copies'" in told.err
