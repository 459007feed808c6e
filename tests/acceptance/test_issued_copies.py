"""Copies of an edition that was issued: made of its archived files, byte for byte, without a build."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline.core.digests import sha256
from tests.support import libraries
from tests.support.editions.issued_library import BRIEFING, COLLEGES, PACK, issue, library
from tests.support.outputs import page_texts
from tests.support.project import Said
from tests.support.publishing import files_of, on_record, rewrite

LATER = pytest.mark.proof
NUMBERED = PACK.replace(
    "formats: [text]\nfront: [contents]", "numbered: true\nformats: [screen]\nfront: [cover, contents]"
)


def prepare(project: Path, *more: str) -> Said:
    """Prepare the copies of the pack, on a later day."""
    return libraries.here(project, "copies", "nights", "--jobs", "1", "--date", "2024-12-02", *more)


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack was issued, without its output."""
    project = library(tmp_path_factory.mktemp("copies") / "library")
    assert issue(project, "2024-10-01").code == 0
    shutil.rmtree(project / "output")
    return project


def test_copies_are_the_archived_files(own_issue: Path) -> None:
    """On the day of the issue, whatever today is; nothing is built for them."""
    said = prepare(own_issue)
    assert said.code == 0, said
    record = json.loads((own_issue / "source/editions/nights/001-autumn-2024.json").read_text(encoding="utf-8"))
    parcel = own_issue / "output/colleges/south/nights-autumn-2024"
    (file,) = record["files"]
    assert sha256((parcel / "nights-autumn-2024.txt").read_bytes()) == file["sha256"]
    assert [row.sha256 for row in on_record(own_issue)] == [file["sha256"]]
    assert not (own_issue / "output/packs").exists()


def test_what_was_changed_since_changes_no_copy(own_issue: Path) -> None:
    """The text goes on, and the pack's looks; the edition stays what it is."""
    rewrite(own_issue, BRIEFING, ("\nversion: 1.0\n", "\nversion: 1.1\n"), ("can reduce", "may reduce"))
    rewrite(own_issue, "packs/nights.yaml", ("title: Nights", "title: Other nights"), ("[text]", "[screen, text]"))
    assert prepare(own_issue).code == 0
    parcel = own_issue / "output/colleges/south/nights-autumn-2024"
    assert {path.name for path in files_of(parcel)} == {
        *("nights-autumn-2024.txt", "manifest.json", "SHA256SUMS", "cover-note.txt", "verify.html")
    }
    assert "- Foot patrol, version 1.0\n" in (parcel / "cover-note.txt").read_text(encoding="utf-8")


def test_a_text_that_was_withdrawn_since_stands_against_copies(own_issue: Path) -> None:
    rewrite(own_issue, BRIEFING, ("status: published", "status: withdrawn\nwithdrawn_reason: Wrong."))
    said = prepare(own_issue)
    assert (said.code, said.out) == (1, "No copies were prepared.\n")
    assert "issue-status: 'foot-patrol' 1.0 is withdrawn." in said.err
    assert prepare(own_issue, "--override", "foot-patrol=Shown as an example").code == 0


def test_an_archive_that_lacks_a_file_stands_against_copies(own_issue: Path) -> None:
    """None is built in its place: it would be another."""
    (place,) = (own_issue.parent / "archive/sha256").glob("*/*")
    place.write_bytes(place.read_bytes() + b".")
    said = prepare(own_issue)
    assert (said.code, said.out) == (1, "No copies were prepared.\n")
    assert "archive-differs: The archive has other bytes of 'nights.txt' of Autumn 2024 ('nights')." in said.err
    assert not (own_issue / "source/ledger.csv").exists()


@pytest.mark.parametrize("content", [b"{", None])
def test_a_build_is_never_handed_out_as_an_issued_edition(own_issue: Path, content: bytes | None) -> None:
    """Though its record cannot be read, or is gone."""
    record = own_issue / "source/editions/nights/001-autumn-2024.json"
    record.unlink()
    if content:
        record.write_bytes(content)
    said = prepare(own_issue)
    assert (said.code, said.out) == (1, "No copies were prepared.\n")
    assert "error record-broken: " in said.err
    assert not (own_issue / "source/ledger.csv").exists()


@LATER
def test_numbered_copies_are_made_of_the_archived_file(tmp_path: Path) -> None:
    """Twice the same bytes without a store; each is known by its number afterwards.

    They do not rest on the words that tables have by then.
    """
    more = {"packs/nights.yaml": NUMBERED, "colleges.yaml": COLLEGES.replace("contact", "copies: 2, contact")}
    project = library(tmp_path / "library", **more)
    assert issue(project, "2024-10-01", pdf=True).code == 0
    copies = []
    for _ in range(2):
        shutil.rmtree(project / "output")
        assert prepare(project).code == 0
        copies.append(files_of(project / "output/colleges"))
    assert copies[0] == copies[1]
    (copy,) = (project / "output/colleges/south").glob("*/nights-autumn-2024-copy-001.pdf")
    assert "Copy 1, held by South Tor" in " ".join(page_texts(copy))
    table = project / "layouts/words/en.yaml"
    table.parent.mkdir(parents=True)
    table.write_text("unnumbered: No copy\ncopy: '{holder} has no. {number}'\n", encoding="utf-8")
    assert prepare(project).code == 0
    assert files_of(project / "output/colleges") == copies[0]
    rewrite(project, "colleges.yaml", ("south: {", "south-tor: {formerly: [south], "))
    assert prepare(project).out.endswith("The ledger has them all.\n")
    (copy,) = (project / "output/colleges/south-tor").glob("*/nights-autumn-2024-copy-001.pdf")
    said = libraries.here(project, "verify", str(copy))
    assert (said.code, said.out.splitlines()[1:]) == (
        0,
        [
            "  which: Nights, Autumn 2024 (nights.pdf), copy 1, held by South Tor",
            "  whole: as issued, on 1 October 2024.",
            "  now: current.",
            "  by: the record here and its copy in the archive.",
        ],
    )
