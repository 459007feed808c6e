"""Some pages of a tagged PDF: what stands on them keeps its tags, and nothing else is left."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from pikepdf import Pdf

from pipeline.bind.pdf.leaves import print_leaves, tagged_leaves
from pipeline.bind.pdf.some_pages import some_pages
from pipeline.model.claim import Claim
from pipeline.model.manuscript import Metadata
from pipeline.pdf.tree import walk, wrong_mappings
from pipeline.proof.job import ProofJob
from pipeline.proof.pdf.copied import copied
from pipeline.proof.pdf.inspection import own_proof
from pipeline.proof.validators.others import others_proof

LUCK = random.Random(22)
CHOICES = [sorted(LUCK.sample(range(1, 21), many)) for many in (1, 1, 2, 3, 5, 8)]


@pytest.fixture(scope="module")
def pack(built: Path) -> bytes:
    """The sample pack."""
    return (built / "output/packs/drug-crimes/drug-crimes.pdf").read_bytes()


@pytest.fixture(scope="module")
def sheet(built: Path) -> bytes:
    """A finished file, to stand before them."""
    return (built / "output/briefings/hot-spots-policing/hot-spots-policing.pdf").read_bytes()


@pytest.mark.parametrize("pages", CHOICES, ids=str)
def test_every_mark_of_a_page_keeps_its_tag(pack: bytes, pages: list[int]) -> None:
    with Pdf.open(io.BytesIO(some_pages(pack, pages))) as file:
        checked, wrong = wrong_mappings(file)
        assert checked
        assert not wrong
        there = {page.obj.objgen for page in file.pages}
        assert all(one.Pg.objgen in there for one in walk(file.Root.StructTreeRoot.K[0]) if "/Pg" in one)
        assert "/Outlines" not in file.Root


@pytest.mark.proof
@pytest.mark.parametrize("pages", CHOICES, ids=str)
def test_pages_behind_a_sheet_are_clean_for_every_judge(pack: bytes, sheet: bytes, pages: list[int]) -> None:
    """Whatever pages they are; and they say what they said."""
    about = Metadata("drug-crimes", "Replacement leaves", "en-GB", "Northmoor Institute")
    made = tagged_leaves(sheet, pack, [str(one) for one in pages], about, Claim(), "Autumn 2026")
    job = ProofJob("x.pdf", made)
    told = [one for one in (*own_proof(job), *others_proof(job)) if one.severity == "error"]
    assert not told
    whole, first = copied(pack), len(copied(sheet))
    assert copied(made)[first:] == [whole[one - 1] for one in pages]


def test_a_link_to_a_page_that_is_left_out_is_plain_words(pack: bytes) -> None:
    with Pdf.open(io.BytesIO(some_pages(pack, [2]))) as file:
        assert not [one for page in file.pages for one in page.obj.get("/Annots", ()) if "/Dest" in one]
    with Pdf.open(io.BytesIO(some_pages(pack, [2, 3, 7]))) as file:
        led = [str(one.Dest) for one in file.pages[0].obj.Annots if "/Dest" in one]
        assert led
        assert not [one for one in led if one.startswith("problem-oriented-policing")]


def test_the_print_file_has_the_leaves_behind_whole_sheets(built: Path) -> None:
    """A blank back stays a blank page; each leaf begins on a right-hand page."""
    issued = (built / "output/packs/drug-crimes/drug-crimes-print.pdf").read_bytes()
    with Pdf.open(io.BytesIO(issued)) as file:
        del file.pages[3:]
        out = io.BytesIO()
        file.save(out)
    with Pdf.open(io.BytesIO(print_leaves(out.getvalue(), issued, [5, 6, 19, 0]))) as made:
        assert [page.label for page in made.pages] == ["R-1", "R-2", "R-3", "", "5", "6", "19", ""]
        assert len({tuple(map(float, page.trimbox)) for page in made.pages}) <= 2
