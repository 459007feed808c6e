"""Records, ledger, register, approval and bags as release 1.0 wrote them: every later program reads them."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.load.folders import REGISTER_FILE, read_folder
from pipeline.load.register import read_register
from pipeline.services.colleges.ledger import SQLITE_LEDGER, import_register, list_copy_entries, open_file_ledger
from pipeline.services.editions.record_chain import read_records
from tests.support import libraries

MADE = Path(__file__).parent / "fixtures" / "made-by-1.0"
SIGNED = Path(__file__).parent / "fixtures" / "signed-by-1.0"
"""A library with a key and a certificate, a parcel that was delivered, and bags of two withdrawn commands."""

DIALECT = Path(__file__).parent / "fixtures" / "made-with-old-dialect"
"""Two kept texts: one with lists by letters, which are read as before; one with line blocks and a drawn table."""


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
    ledger = open_file_ledger(project)
    assert (len(ledger.events()), ledger.faults()) == (15, ())
    assert libraries.here(project, "ledger", "check").code == 0


def test_the_database_of_the_ledger_is_read_and_agrees_with_the_table(project: Path) -> None:
    (project / SQLITE_LEDGER).parent.mkdir()
    with closing(sqlite3.connect(project / SQLITE_LEDGER)) as made:
        made.executescript((MADE / "ledger.sql").read_text(encoding="utf-8"))
    assert open_file_ledger(project).faults() == ()
    assert "nights  Autumn 2024  text    –     1         held   2024-10-02" in libraries.here(project, "holdings").out


@pytest.mark.parametrize("name", ["source/copies.csv", "copies-not-issued.csv", "copies-numbered.csv"])
def test_the_register_becomes_events(project: Path, name: str) -> None:
    """Rows that are alike and copies that were not issued too. Entered once, however often it is found."""
    shutil.copy(MADE / name, project / REGISTER_FILE)
    before, ledger = read_register((project / REGISTER_FILE).read_bytes()), open_file_ledger(project)
    for number in (len({(one.issue, one.college, one.format) for one in before}), 0, None):
        entered = import_register(project, ledger, "2026-12-02T09:30:00Z")
        assert entered == number or name == "copies-numbered.csv"
        assert (list_copy_entries(ledger.events()), ledger.faults()) == (before, ())
        if number:
            shutil.copy(MADE / name, project / REGISTER_FILE)
    assert not (project / REGISTER_FILE).exists()
    assert read_register((project / ".ledger/copies.csv.bak").read_bytes()) == before


def test_the_first_command_that_writes_to_the_ledger_says_so(project: Path) -> None:
    said = libraries.here(project, "recall", "foot-patrol", "--reason", "A test.", "--date", "2025-07-01")
    assert "source/copies.csv is now part of source/ledger.csv: 4 events added. Commit both.\n" in said.err


def test_a_register_that_cannot_be_read_is_left_where_it_is(project: Path) -> None:
    (project / REGISTER_FILE).write_text("north\n", encoding="utf-8")
    with pytest.raises(EnvironmentFailure, match="cannot be read at line 1"):
        import_register(project, open_file_ledger(project), "2026-12-02T09:30:00Z")
    assert ((project / REGISTER_FILE).read_text(encoding="utf-8"), len(open_file_ledger(project).events())) == (
        "north\n",
        15,
    )


def test_an_approval_by_code_alone_holds(project: Path) -> None:
    said = libraries.here(project, "ready", "foot-patrol", "--date", "2025-07-01")
    assert said.code == 0, said


@pytest.fixture
def signing(tmp_path: Path) -> Path:
    """The library with the key, as a fresh clone of git has it."""
    shutil.copytree(SIGNED / "source", tmp_path / "library" / "source")
    return tmp_path / "library"


def test_a_parcel_with_older_signatures_is_verified_by_that_of_minisign(signing: Path) -> None:
    said = libraries.here(signing, "verify", str(SIGNED / "parcel"))
    assert (said.code, said.out.splitlines()[2]) == (
        0,
        "  whole: as sent: 4 files, and the manifest is signed by our key. "
        "Signatures not checked by this release: nights-autumn-2024.pdf, manifest.json.sig.",
    )


def test_a_byte_of_a_signed_pdf_that_differs_is_found(signing: Path, tmp_path: Path) -> None:
    shutil.copytree(SIGNED / "parcel", tmp_path / "parcel")
    place = tmp_path / "parcel" / "nights-autumn-2024.pdf"
    place.write_bytes(place.read_bytes() + b"\n")
    said = libraries.here(signing, "verify", str(tmp_path / "parcel"))
    assert (said.code, "verify-file: nights-autumn-2024.pdf was changed." in said.err) == (1, True)


def test_the_signature_in_a_pdf_is_not_checked(signing: Path) -> None:
    """What follows the issued file may show other pages, so it is not as issued."""
    said = libraries.here(signing, "verify", str(SIGNED / "parcel" / "nights-autumn-2024.pdf"))
    assert (said.code, said.out.splitlines()[1:3]) == (
        1,
        [
            "  which: Nights, Autumn 2024 (nights.pdf)",
            "  whole: not as issued: a signature follows the issued file, and is not checked by this release.",
        ],
    )


def test_a_certificate_for_pdfs_is_a_withdrawn_key(signing: Path) -> None:
    said = libraries.here(signing, "check")
    assert "library.yaml:7:74: warning key-withdrawn: These keys are no longer used: 'certificate'" in said.out
    assert "hint: Delete the line. PDFs are no longer signed; the manifest is." in said.out


def test_bags_are_named_and_not_checked(project: Path) -> None:
    said = libraries.here(project, "verify", str(SIGNED / "bag"))
    assert (said.code, said.out.splitlines()[1:]) == (
        1,
        ["  which: a bag (BagIt)", "  whole: not checked by this release: check its manifest with any BagIt tool."],
    )


def test_a_bag_in_an_archive_is_to_be_unpacked(project: Path) -> None:
    said = libraries.here(project, "verify", str(SIGNED / "disclosed.zip"))
    assert (said.code, "it is an archive and no EPUB: unpack it" in said.out) == (1, True)


def test_an_approved_text_that_is_read_otherwise_now_stays_approved(tmp_path: Path) -> None:
    shutil.copytree(DIALECT / "source", tmp_path / "source")
    said = libraries.here(tmp_path, "check")
    assert said.code == 0, said
    assert set(re.findall("(?:error|warning) ([a-z-]+)", said.out)) == {"table-typed"}
    assert [line.split()[3:5] for line in libraries.here(tmp_path, "list").out.splitlines()[1:]] == [["1.0", "no"]] * 2


def test_a_kept_version_that_is_read_otherwise_is_not_bound_unnoticed(tmp_path: Path) -> None:
    shutil.copytree(DIALECT / "source", tmp_path / "source")
    pack = tmp_path / "source/packs/nights.yaml"
    pack.write_text(pack.read_text().replace("beats@1.0", "beats@1.0, lamps@1.0"))
    said = libraries.here(tmp_path, "check")
    assert said.code == 1
    assert re.findall(r"(\S+): error (.*)", said.out) == [
        (
            "source/packs/nights.yaml:3:24",
            "kept-old-dialect: This release reads version 1.0 of 'lamps' differently from the release that "
            "published it.",
        )
    ]
