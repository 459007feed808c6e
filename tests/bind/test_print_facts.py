"""What a printer asks about a print file, read from the file."""

import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from pipeline.bind.pdf.written_file import save_exact_version
from pipeline.bind.print.print_file import PrintFacts, make_print_file, read_print_facts
from pipeline.press.press import press
from tests.support.bind.colours import BLEED, DAY, colours
from tests.support.bind.profiles import toy_profile
from tests.support.press.manuscripts import manuscript


def file(content: bytes, resources: Dictionary | None = None) -> bytes:
    """A print file of a grey page and a page with a content."""
    pdf = Pdf.new()
    for operators in (b"0.5 g 0 0 50 50 re f", content):
        page = pdf.add_blank_page(page_size=(420, 595)).obj
        page.Contents = pdf.make_stream(operators)
        page.Resources = resources or Dictionary()
        page.TrimBox, page.BleedBox = Array([0, 0, 419.53, 595.28]), Array([-8.5, -8.5, 428, 603.8])
    return save_exact_version(pdf)


PICTURE = b"q 50 0 0 50 0 0 cm BI /W 1 /H 1 /BPC 8 /CS %s ID %s EI Q"


@pytest.mark.parametrize(
    ("content", "pages"),
    [
        (b"0 0 0 1 k 0 0 9 9 re f", ()),
        (b"0 0 0.2 1 k 0 0 9 9 re f", (2,)),
        (b"0.1 0 0 0 K 0 0 m 9 9 l S", (2,)),
        (b"/DeviceCMYK cs 0 1 0 0 scn 0 0 9 9 re f", (2,)),
        (PICTURE % (b"/CMYK", b"abcd"), (2,)),
        (PICTURE % (b"/G", b"a"), ()),
    ],
)
def test_pages_that_need_more_than_black_are_named(content: bytes, pages: tuple[int, ...]) -> None:
    assert read_print_facts(file(content)) == PrintFacts(148, 210, 3, "", pages)


def test_colour_is_found_wherever_it_lies() -> None:
    pdf = Pdf.new()
    for content in (b"0 g 0 0 9 9 re f", b"1 0 0 0 k 0 0 9 9 re f"):
        inner = pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
        outer = pdf.make_stream(b"/In Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
        outer.Resources = Dictionary(XObject=Dictionary(In=inner))
        page = pdf.add_blank_page(page_size=(595.28, 841.89)).obj
        page.Contents = pdf.make_stream(b"/Marks cs 1 scn 0 0 9 9 re f /Out Do")
        page.Resources = Dictionary(XObject=Dictionary(Out=outer))
    assert read_print_facts(save_exact_version(pdf)) == PrintFacts(210, 297, 0, "", (2,))


def test_a_file_made_for_a_press_names_its_printing_condition() -> None:
    coloured, grey = (read_print_facts(make_print_file(colours(), profile, DAY)) for profile in (toy_profile(), None))
    assert (coloured.condition, coloured.coloured, coloured.bleed) == ("Toy press", (1, 2), 3)
    assert (grey.condition, grey.coloured, grey.bleed) == ("", (), 3)


def shape(fill: str) -> str:
    """A drawing of one square."""
    more = '<linearGradient id="a"><stop stop-color="%s"/><stop offset="1" stop-color="#fff"/></linearGradient>'
    inner = (
        '<pattern id="b" width="9" height="9" patternUnits="userSpaceOnUse"><path d="M0 0h9v9" fill="red"/></pattern>'
    )
    square = f'<rect width="50" height="50" fill="{fill}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60">{more % "blue"}{inner}{square}</svg>'


@pytest.mark.parametrize(
    ("text", "coloured"),
    [
        ('<p style="color:#444">Grey words.</p>', False),
        ('<p style="color:#c00000">Red words.</p>', True),
        ('<p style="height:20pt;background:linear-gradient(90deg,red,blue)"></p>', True),
        (shape("url(#a)"), True),
        (shape("url(#b)"), True),
        (shape("#777"), False),
    ],
)
def test_colour_is_told_however_it_is_painted(text: str, coloured: bool) -> None:
    sheets = press(manuscript(f'<h1 id="title">Colours</h1>{text}', BLEED))
    assert bool(read_print_facts(make_print_file(sheets.pdf, toy_profile(), DAY)).coloured) is coloured
