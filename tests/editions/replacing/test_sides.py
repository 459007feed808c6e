"""Sides of printed pages: what counts as printed on them, and what stands in running lines alone."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.editions.replacing.instructions import effective_pages, pages_that_went, told_steps
from pipeline.editions.replacing.leaves import leaves_of, put_in, steps
from pipeline.editions.replacing.sides import read_sides
from tests.support.words import ENGLISH

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def pack(built: Path) -> bytes:
    """The print file of the sample pack."""
    return (built / "output/packs/drug-crimes/drug-crimes-print.pdf").read_bytes()


def saved(file: Pdf) -> bytes:
    """The bytes of a file."""
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def test_each_side_has_its_folio_and_the_text_it_belongs_to(pack: bytes) -> None:
    """A cover bears no folio."""
    found = read_sides(pack)
    assert [side.folio for side in found] == ["", *(str(n) for n in range(2, len(found) + 1))]
    assert found[0].text == found[-1].text == "drug-crimes"
    assert found[2].text == "police-led-interventions"
    assert len({side.digest for side in found}) == len(found)


def test_running_lines_are_no_words_of_a_side(pack: bytes) -> None:
    """Neither the day nor the edition, whatever the page is called."""
    with Pdf.open(io.BytesIO(pack)) as file:
        for page in file.pages:
            page.obj.Contents = file.make_stream(
                pikepdf.unparse_content_stream(
                    [one for one in pikepdf.parse_content_stream(page) if "/Stamp" not in str(one.operands[:1])]
                )
            )
        bare = read_sides(saved(file))
    assert [side.digest for side in bare] == [side.digest for side in read_sides(pack)]
    assert not any(side.folio for side in bare)


@pytest.mark.parametrize(
    "drawn", [b"1 0 0 rg 100 200 30 4 re f", b"0 G 100 300 m 120 380 l S"], ids=["a bar", "a line"]
)
def test_what_is_drawn_counts_wherever_it_stands(pack: bytes, drawn: bytes) -> None:
    """A shape more is another side; the same one moved is the same."""
    whole = read_sides(pack)

    def with_shape(at: bytes) -> str:
        with Pdf.open(io.BytesIO(pack)) as file:
            page = file.pages[4]
            page.contents_add(
                b"q " + drawn.replace(b"100 ", at, 1) + b" Q" if b"re" in drawn else b"q " + drawn + b" Q"
            )
            return read_sides(saved(file))[4].digest

    assert with_shape(b"100 ") != whole[4].digest
    assert with_shape(b"100 ") == with_shape(b"150 ")


def test_labels_with_a_prefix_are_folios(pack: bytes) -> None:
    """As packs have them whose pages are numbered by briefing, where they are printed so."""
    with Pdf.open(io.BytesIO(pack)) as file:
        file.Root.PageLabels = Dictionary(
            Nums=Array([0, Dictionary(S=Name.D, P=String("A-")), 2, Dictionary(S=Name.D, P=String("7-"))])
        )
        found = read_sides(saved(file))
    assert [side.label for side in found[:4]] == ["A-1", "A-2", "7-1", "7-2"]
    assert not any(side.folio for side in found)


def test_leaves_are_told_by_what_is_printed_on_them(pack: bytes) -> None:
    """And pages in force by the day at their head."""
    old = list(read_sides(pack))
    new = [*old[:6], replace(old[6], digest="another"), *old[7:]]
    found = steps(leaves_of(old), leaves_of(new))
    assert len(put_in(found)) == 1
    (told,) = told_steps(found, ENGLISH)
    assert (told.where, told.out) == ("The leaf with page 6; behind it", "pages 7 to 8 (1 leaf)")
    titles, why = {"hot-spots-policing": ("Hot spots policing", "1.1")}, {"hot-spots-policing": "new in this pack"}
    pages = effective_pages(leaves_of(new), found, titles, why, ENGLISH)
    own = next(one for one in pages if one.title == "Hot spots policing")
    assert (own.version, own.fresh, own.kept, own.why) == ("1.1", "7, 8", "9, 10", "new in this pack")
    assert pages_that_went(leaves_of(old), "hot-spots-policing", ENGLISH) == "pages 7 to 10"
