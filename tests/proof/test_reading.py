"""Our reader of PDF pages gives the same text as the libraries."""

from io import BytesIO

from pikepdf import Dictionary, Name, Page, Pdf

from pipeline.proof.pdf_reader import ContentMark, ObjectReference, TaggedElement, read_structure_tree
from pipeline.proof.pdf_text import PageTextReader, TextRun
from tests.support.bind.sheets import lighting

PLAIN = b"""q 0.75 0 0 0.75 0 842 cm
/Artifact BMC q 0.5 w 83.1 566.4 m 217 566.4 l S Q EMC
/Span <</MCID 3>> BDC 0.1 0.2 0.3 rg
BT 1 0 0 -1 72 300 Tm /F 12 Tf [<48>1.5<6f>(t)] TJ ET EMC
/Artifact <</Type /Pagination /Subtype /Header>> BDC BT /F 9 Tf 10 20 Td <3132> Tj 12 TL T* (34) Tj ET EMC Q
"""


def runs(content: bytes) -> list[TextRun]:
    """The letters of a page with this content."""
    with Pdf.new() as pdf:
        page: Page = pdf.add_blank_page()
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources = Dictionary(Font=Dictionary(F=font))
        page.obj.Contents = pdf.make_stream(content)
        return PageTextReader().runs(page, 1)


def test_letters_are_read_with_their_marks() -> None:
    page_runs = runs(PLAIN)
    assert [(run.mark, run.artifact, run.text) for run in page_runs] == [
        (3, None, "Hot"),
        (None, "Pagination", "12"),
        (None, "Pagination", "34"),
    ]


def lines_of(tag: TaggedElement | ContentMark | ObjectReference) -> list[str]:
    """A tag with all below it, a line each."""
    if not isinstance(tag, TaggedElement):
        return [str(tag)]
    return [f"{tag.kind} {tag.key} {tag.alt} {tag.id}", *(line for kid in tag.kids for line in lines_of(kid))]


def test_kids_that_stand_in_an_array_of_their_own_are_read() -> None:
    """`/K` may lead to one (ISO 32000-1, 14.7.2)."""
    with Pdf.open(BytesIO(lighting().pdf)) as pdf:
        before = read_structure_tree(pdf, {})
        top = pdf.Root.StructTreeRoot.K[0]
        top.K = pdf.make_indirect(top.K)
        after = read_structure_tree(pdf, {})
        assert before
        assert after
        assert len(lines_of(before)) > 9
        assert lines_of(after) == lines_of(before)
