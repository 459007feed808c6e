"""Numbered copies: who holds which copy is on every page, in the record and in the register, and never changes."""

import csv
import io
import re
import shutil
from pathlib import Path

import pikepdf
import pytest

from tests.acceptance.numbered_copies import COLLEGES, PACK, prepare
from tests.support import libraries
from tests.support.editions import issued_library
from tests.support.editions.issued_library import ARCHIVED, issue
from tests.support.outputs import page_texts
from tests.support.publishing import files_of, on_record, rewrite

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a pack that is sensitive, in six copies and more, prepared on a first day."""
    root = tmp_path_factory.mktemp("numbered") / "library"
    files = {"library.yaml": ARCHIVED, "packs/nights.yaml": PACK, "colleges.yaml": COLLEGES}
    issued = issue(issued_library.library(root, **files), "2026-11-25", pdf=True)
    assert issued.code == 0, issued
    done = prepare(root, "2026-11-25")
    assert done.code == 0, done.err
    return root


@pytest.fixture
def own_issue(library: Path, tmp_path: Path) -> Path:
    """The library again, to change as a test likes."""
    return libraries.copied(library, tmp_path / "own")


def test_numbers_are_given_in_order_and_each_file_bears_its_own(library: Path) -> None:
    """A college gets one copy of each format for screens, and as many printed ones as it takes."""
    rows = [(row.college, row.format, row.quantity, row.copy_number) for row in on_record(library)]
    assert rows == [
        *(("north", "screen", 1, 1), ("north", "print", 1, 2), ("north", "print", 1, 3)),
        *(("south", "screen", 1, 4), ("south", "booklet", 1, 5)),
        *(("south", "epub", 1, 6), ("south", "html", 1, 7)),
    ]
    names = sorted(path.name for path in (library / "output").glob("*/**/nights-spring-2027/*-copy-*"))
    ends = [
        *("booklet-copy-005.pdf", "copy-001.pdf", "copy-004.pdf", "copy-006.epub", "copy-007.html"),
        *("print-copy-002.pdf", "print-copy-003.pdf"),
    ]
    assert names == [f"nights-spring-2027-{end}" for end in ends]
    job = (library / "output/printer/nights-spring-2027/quantities.csv").read_text(encoding="utf-8-sig")
    assert [row["copy number"] for row in csv.DictReader(io.StringIO(job, newline=""))] == ["2", "3"]
    note = (library / "output/colleges/north/nights-spring-2027/cover-note.txt").read_text(encoding="utf-8")
    assert "- 2 printed copies, sent by the printer, copies 2 to 3" in note


def test_number_and_holder_stand_on_every_page_and_in_the_record(library: Path) -> None:
    """On the cover as a paragraph that is read aloud, elsewhere in the running head; and no file is the same."""
    identifiers = set()
    for path in sorted((library / "output").glob("*/**/nights-spring-2027/*-copy-*.pdf")):
        number = int(re.search(r"copy-(\d+)", path.name)[1])  # type: ignore[index]  # all have one
        said = f"Copy {number}, held by {'Northmoor' if number < 4 else 'South'}"
        pages = [" ".join(page.split()) for page in page_texts(path)]
        printed = [page for page in pages if page]
        assert said in printed[0].replace(". Copy", " . Copy")
        assert "produced 25 November 2026" in printed[0]
        assert [page for page in printed if said not in page] == []
        with pikepdf.open(path) as pdf:
            assert f"<xmp:Label>{said}".encode() in pdf.Root.Metadata.read_bytes()
            assert "Unnumbered" not in " ".join(pages)
            identifiers.add(bytes(pdf.trailer.ID[1]))
    assert len(identifiers) == 5


def test_no_number_moves_and_none_is_given_again(own_issue: Path) -> None:
    """Another day, a college in the middle, one that goes, more copies, the output deleted."""
    before, rows = files_of(own_issue / "output"), on_record(own_issue)
    shutil.rmtree(own_issue / "output")
    more = "middle: {name: Middle Agency, type: agency, formats: [screen]}\n"
    rewrite(own_issue, "colleges.yaml", ("copies: 2", "copies: 3"), ("south:", f"{more}south:"))
    rewrite(own_issue, "packs/nights.yaml", ("[north, south]", "[middle, north]"))
    assert prepare(own_issue, "2026-12-01").code == 0
    assert on_record(own_issue)[: len(rows)] == rows
    assert [(r.college, r.format, r.copy_number, str(r.prepared)) for r in on_record(own_issue)[len(rows) :]] == [
        *(("middle", "screen", 8, "2026-12-01"), ("north", "print", 9, "2026-12-01"))
    ]
    ticket = (own_issue / "output/printer/nights-spring-2027/job-ticket.txt").read_text(encoding="utf-8")
    assert "New:           1 of them, since 25 November 2026: copy 9 for Northmoor Learning Unit\n" in ticket
    assert "Cover:         pages 1 and 2 of each copy" in ticket
    after = files_of(own_issue / "output")
    same = [path for path in after if "-copy-" in path.name and path.name[-7:-4] in ("001", "002", "003")]
    assert len(same) == 3
    assert [path for path in same if after[path] != before[path]] == []
    assert not (own_issue / "output/colleges/south").exists()
    rewrite(own_issue, "packs/nights.yaml", ("[middle, north]", "[middle, north, south]"))
    assert "The ledger has them all." in prepare(own_issue, "2026-12-02").out
    assert files_of(own_issue / "output/colleges/south").keys() >= {
        own_issue / "output/colleges/south/nights-spring-2027/nights-spring-2027-copy-004.pdf"
    }


def test_a_holder_of_another_name_is_another_copy(own_issue: Path) -> None:
    """The copy that is out says the old one. Nothing is prepared and nothing is registered."""
    before = (own_issue / "source/ledger.csv").read_bytes()
    rewrite(own_issue, "colleges.yaml", ("Northmoor Learning Unit", "Northmoor Training Unit"))
    said = prepare(own_issue, "2026-12-01")
    assert (said.code, said.out) == (1, "No copies were prepared.\n")
    ends = ("copy-001", "print-copy-002", "print-copy-003")
    files = "'{}', '{}' and '{}'".format(*(f"nights-spring-2027-{end}.pdf" for end in ends))
    assert f"with different content in 3 files: {files}.\n" in said.err
    assert said.err.count("copies-changed") == 1
    assert (own_issue / "source/ledger.csv").read_bytes() == before
