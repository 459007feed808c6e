"""The booklet: two pages on a side, in the order in which the folded stack is read."""

import re
from io import BytesIO

import pytest
from pikepdf import Pdf

from pipeline.bind.print.print_file import impose_booklet, imposition_order
from pipeline.press.press import press
from tests.support.bind.sheets import bound
from tests.support.press.manuscripts import manuscript, page_texts

A5 = "@page { size: 148mm 210mm; margin: 10mm }"


def folded(pages: int) -> list[int | None]:
    """The pages as somebody reads them who has printed, folded and stapled the sheets."""
    sides = imposition_order(pages)
    ordered: list[tuple[int | None, int | None]] = []
    for front, back in reversed(list(zip(sides[::2], sides[1::2], strict=True))):
        ordered = [(front[1], back[0]), *ordered, (back[1], front[0])]
    return [page for leaf in ordered for page in leaf]


@pytest.mark.parametrize("pages", range(1, 41))
def test_the_folded_stack_reads_in_order(pages: int) -> None:
    read = folded(pages)
    assert read[:pages] == list(range(pages))
    assert read[pages:] == [None] * (-pages % 4)


def test_the_order_of_eight_pages() -> None:
    assert imposition_order(8) == ((7, 0), (1, 6), (5, 2), (3, 4))


def booklet_of(count: int) -> tuple[bytes, bytes]:
    """A text of so many A5 pages, and its booklet."""
    body = "".join(f'<p id="p{n}" style="break-after:page">Leaf {n}.</p>' for n in range(1, count + 1))
    pdf = press(manuscript(body, A5)).pdf
    return pdf, impose_booklet(pdf)


def test_pages_stand_against_the_fold() -> None:
    with Pdf.open(BytesIO(booklet_of(4)[1])) as pdf:
        page = pdf.pages[0].obj
        assert [float(part) for part in page.MediaBox] == pytest.approx([0, 0, 841.890, 595.276], abs=0.001)
        content = page.Contents.read_bytes().decode()
    assert content == "q 1 0 0 1 1.417323 0 cm /Left Do Q\nq 1 0 0 1 420.944882 0 cm /Right Do Q\n"


def test_each_side_shows_its_two_pages() -> None:
    source, booklet = booklet_of(6)
    sides = [text.replace("\r\n", " ").split() for text in page_texts(booklet)]
    numbers = [[word for word in side if word[0].isdigit()] for side in sides]
    assert numbers == [["1."], ["2."], ["6.", "3."], ["4.", "5."]]
    with Pdf.open(BytesIO(booklet)) as pdf:
        forms = [form for page in pdf.pages for form in page.obj.Resources.XObject.as_dict().values()]
        assert {str(form.Subtype) for form in forms} == {"/Form"}
        fonts = {font.objgen for form in forms for font in form.Resources.Font.as_dict().values()}
    assert len(fonts) == 1
    assert len(booklet) < len(source) + 6000


def test_a_book_that_runs_from_right_to_left_is_folded_the_other_way() -> None:
    with Pdf.open(BytesIO(booklet_of(4)[0])) as pdf, BytesIO() as out:
        pdf.Root.Lang = "ar"
        pdf.save(out)
        front, back = page_texts(impose_booklet(out.getvalue()))
    assert [re.findall(r"\d", side) for side in (front, back)] == [["1", "4"], ["3", "2"]]


def test_links_tags_and_claims_go() -> None:
    booklet = impose_booklet(bound())
    with Pdf.open(BytesIO(booklet)) as pdf:
        assert not {"/StructTreeRoot", "/Names", "/Outlines", "/MarkInfo", "/OutputIntents"} & set(pdf.Root.keys())
        assert all("/Annots" not in page.obj for page in pdf.pages)
        packet = pdf.Root.Metadata.read_bytes()
    assert b"pdfuaid:part" not in packet
    assert b"pdfaid:part" not in packet
    assert b"<dc:title>" in packet
