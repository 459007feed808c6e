"""The record of an edition as the command shows it and writes it for others."""

import json
from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.editions.issued_library import FILES
from tests.support.editions.records import chain, placed

CHAIN = chain()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A library with the records of three editions."""
    root = libraries.written(tmp_path / "library", FILES)
    for path, content in placed(CHAIN).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def test_the_last_record_is_shown_in_words(project: Path) -> None:
    said = libraries.here(project, "record", "nights")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[0] == "Nights, Summer 2024: edition 3 of 3, issued on 1 March 2024"


@pytest.mark.parametrize("more", [(), ("--report", "json")])
def test_a_chain_that_does_not_hold_is_told_beside_the_record(project: Path, more: tuple[str, ...]) -> None:
    """It ends with 1, and the record is shown all the same."""
    (project / CHAIN[1].path).unlink()
    said = libraries.here(project, "record", "nights", *more)
    assert said.code == 1
    assert "error record-broken: Record 002 of 'nights' is missing: 003-summer-2024.json follows it." in said.err
    if not more:
        assert said.out.startswith("Nights, Summer 2024: edition 3 of 3,")
    else:
        assert json.loads(said.out)


def test_the_way_of_others_was_withdrawn(project: Path) -> None:
    said = libraries.here(project, "record", "nights", "--as", "bagit", "--to", str(project / "bag"))
    assert said.code == 2
    assert "'--as' was withdrawn in release 2. 'briefings record PACK --to FOLDER' hands out the files" in said.err


def test_why_no_record_can_be_read_is_told_before_the_error(project: Path) -> None:
    for one in CHAIN:
        (project / one.path).write_bytes(b"{}")
    said = libraries.here(project, "record", "nights")
    assert (said.code, said.err.count("error record-broken: ")) == (2, len(CHAIN))
    assert said.err.endswith("briefings: No record of 'nights' can be read.\n")
