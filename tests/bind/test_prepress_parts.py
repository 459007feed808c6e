"""What a page may hold that the engine seldom writes, built by hand: each kind in inks, or refused with a sentence."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from pipeline.bind.print.print_file import make_print_file
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.proof.print_checks import check_print_pdf
from tests.support.bind.colours import DAY, operators, spaces
from tests.support.bind.profiles import toy_profile

Make = Callable[[Pdf], dict[str, dict[str, Object]]]
RED = (0.0118, 0.9961, 1.0, 0.0157)
"""sRGB red in the inks of the toy press."""


def file(content: bytes, make: Make = lambda pdf: {}) -> bytes:
    """A page of 100 points with the content, and the resources that `make` makes."""
    with Pdf.new() as pdf:
        pdf.add_blank_page(page_size=(100, 100))
        page = pdf.pages[0].obj
        page.Contents = pdf.make_stream(content)
        page.Resources = Dictionary({kind: Dictionary(resources) for kind, resources in make(pdf).items()})
        out = BytesIO()
        pdf.save(out)
        return out.getvalue()


def in_inks(content: bytes, make: Make = lambda pdf: {}) -> tuple[list[str], Any, Pdf]:
    """The lines of the page's content in inks, its resources, and the file, which must be held open."""
    converted = make_print_file(file(content, make), toy_profile(), DAY)
    assert check_print_pdf(converted, "print.pdf") == ()
    assert not {"rg", "RG"} & operators(converted)
    assert spaces(converted) <= {"DeviceCMYK", "DeviceGray", "Indexed"}
    opened = Pdf.open(BytesIO(converted))
    page = opened.pages[0].obj
    lines = page.Contents.read_bytes().decode("latin-1").split("\n")
    return lines[2 : lines.index("/PressAll CS 1 SCN 0.25 w 0 J [] 0 d") - 2], page.Resources, opened


def line(operator: str, inks: tuple[float, ...] = RED) -> str:
    """A colour as a content stream has it."""
    return " ".join(f"{part:g}" for part in inks) + f" {operator}"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"1 0 0 rg", [line("k")]),
        (b"1 0 0 RG", [line("K")]),
        (b"0 g", ["0 0 0 1 k"]),
        (b"1 G", ["0 0 0 0 K"]),
        (b"0 1 0 0 k", ["0 1 0 0 k"]),
        (b"/DeviceRGB cs 1 0 0 sc", ["0 0 0 1 k", line("k")]),
        (b"/Cal CS 1 0 0 SCN", ["0 0 0 1 K", line("K")]),
        (b"/Icc cs 1 0 0 scn", ["0 0 0 1 k", line("k")]),
        (b"/DeviceCMYK cs 0 1 0 0 scn", ["0 0 0 1 k", "0 1 0 0 k"]),
        (b"/Span <</MCID 0>> BDC 0 g EMC", ["0 0 0 1 k"]),
        (b"/DeviceRGB cs q 1 0 0 scn Q 0 0 0 scn", ["0 0 0 1 k", "q", line("k"), "Q", "0 0 0 1 k"]),
    ],
)
def test_every_operator_of_colour(content: bytes, expected: list[str]) -> None:
    def make(pdf: Pdf) -> dict[str, dict[str, Object]]:
        calibrated = Array([Name.CalRGB, Dictionary(WhitePoint=Array([0.9505, 1, 1.089]))])
        icc = Array([Name.ICCBased, pdf.make_stream(b"", N=3)])
        return {"/ColorSpace": {"/Cal": calibrated, "/Icc": icc}}

    operators, _, _pdf = in_inks(content, make)
    assert [
        " ".join(f"{float(p):g}" if p[0].isdigit() else p for p in instruction.split()) for instruction in operators
    ] == expected


def test_an_inline_picture() -> None:
    lines, resources, _pdf = in_inks(b"q BI /W 4 /H 3 /BPC 8 /CS /RGB ID " + b"\xff\x00\x00" * 12 + b" EI Q")
    assert lines == ["q", "/PressInline0 Do", "Q"]
    picture = resources.XObject.PressInline0
    assert picture.ColorSpace == Name.DeviceCMYK
    assert tuple(round(part / 255, 4) for part in picture.read_bytes()) == RED * 12


@pytest.mark.parametrize("table", [b"\xff\x00\x00\x00\x00\x00", "stream"])
def test_a_picture_of_numbered_colours(table: Any) -> None:
    def make(pdf: Pdf) -> dict[str, dict[str, Object]]:
        colours = pdf.make_stream(b"\xff\x00\x00\x00\x00\x00") if table == "stream" else table
        picture = pdf.make_stream(b"\x80", Subtype=Name.Image, Width=2, Height=1, BitsPerComponent=1)
        picture.ColorSpace = Array([Name.Indexed, Name.DeviceRGB, 1, colours])
        return {"/XObject": {"/Im": picture}}

    _, resources, _pdf = in_inks(b"/Im Do", make)
    picture = resources.XObject.Im
    assert picture.read_bytes() == b"\x80"
    assert picture.ColorSpace[1] == Name.DeviceCMYK
    mixed = [part / 255 for part in picture.ColorSpace[3].read_bytes()]
    assert mixed == pytest.approx([*RED, 0, 0, 0, 1], abs=0.001)


@pytest.mark.parametrize("bits", [1, 2, 4, 16])
def test_a_grey_picture_of_any_depth(bits: int) -> None:
    def make(pdf: Pdf) -> dict[str, dict[str, Object]]:
        data = {1: b"\x80", 2: b"\xc0", 4: b"\xf0", 16: b"\xff\xff\x00\x00"}[bits]
        return {"/XObject": {"/Im": picture(pdf, data, Width=2, BitsPerComponent=bits, ColorSpace=Name.DeviceGray)}}

    _, resources, _pdf = in_inks(b"/Im Do", make)
    assert resources.XObject.Im.read_bytes() == b"\xff\x00"


def picture(pdf: Pdf, data: bytes, **entries: Any) -> Stream:
    """A picture one dot high."""
    return pdf.make_stream(data, Type=Name.XObject, Subtype=Name.Image, Height=1, **entries)


def test_a_tile_takes_the_colour_it_is_given() -> None:
    def make(pdf: Pdf) -> dict[str, dict[str, Object]]:
        tile = pdf.make_stream(b"0 0 5 5 re f", PatternType=1, PaintType=2, TilingType=1, XStep=10, YStep=10)
        tile.BBox, tile.Resources = Array([0, 0, 10, 10]), Dictionary()
        return {"/ColorSpace": {"/Of": Array([Name.Pattern, Name.DeviceRGB])}, "/Pattern": {"/T": tile}}

    lines, resources, _pdf = in_inks(b"/Of cs 1 0 0 /T scn 0 0 50 50 re f", make)
    assert lines[0] == "/PressTileInks cs"
    assert lines[1].split()[:4] == [f"{part:g}" if part != 1 else lines[1].split()[2] for part in RED]
    assert resources.ColorSpace.PressTileInks[1] == Name.DeviceCMYK


def gradient(pdf: Pdf, kind: int = 2, **entries: Any) -> Object:
    """A gradient from red to blue."""
    function = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1, 0, 0]), C1=Array([0, 0, 1]), N=1)
    entries_of_gradient = {"Function": function, "Coords": Array([0, 0, 100, 0]), **entries}
    return pdf.make_indirect(Dictionary(ShadingType=kind, ColorSpace=Name.DeviceRGB, **entries_of_gradient))


def test_a_gradient_as_pattern_and_as_paint() -> None:
    def make(pdf: Pdf) -> dict[str, dict[str, Object]]:
        shading = gradient(pdf)
        return {"/Shading": {"/S": shading}, "/Pattern": {"/P": Dictionary(PatternType=2, Shading=shading)}}

    _, resources, _pdf = in_inks(b"/S sh /Pattern cs /P scn 0 0 9 9 re f", make)
    assert resources.Shading.S.objgen == resources.Pattern.P.Shading.objgen
    function = resources.Shading.S.Function
    assert (int(function.FunctionType), len(function.Range)) == (0, 8)
    first = [part / 255 for part in function.read_bytes()[:4]]
    assert first == pytest.approx(RED, abs=0.001)


def test_letters_that_are_drawn() -> None:
    def make(pdf: Pdf) -> dict[str, dict[str, Object]]:
        glyph = pdf.make_stream(b"500 0 d0 1 0 0 rg 0 0 500 500 re f")
        font = Dictionary(Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 500, 500]), FirstChar=65)
        font.FontMatrix, font.LastChar, font.Widths = Array([0.001, 0, 0, 0.001, 0, 0]), 65, Array([500])
        font.Encoding = Dictionary(Type=Name.Encoding, Differences=Array([65, Name.a]))
        font.CharProcs = Dictionary(a=glyph)
        return {"/Font": {"/F": pdf.make_indirect(font)}}

    _, resources, _pdf = in_inks(b"BT /F 10 Tf (A) Tj ET", make)
    assert b" k" in resources.Font.F.CharProcs.a.read_bytes()


REFUSED: dict[str, tuple[bytes, Make]] = {
    "a mesh": (b"/S sh", lambda pdf: {"/Shading": {"/S": gradient(pdf, 6)}}),
    "a formula": (
        b"/S sh",
        lambda pdf: {"/Shading": {"/S": gradient(pdf, Function=pdf.make_stream(b"{}", FunctionType=4))}},
    ),
    "a spot colour": (
        b"/Spot cs 1 scn",
        lambda pdf: {"/ColorSpace": {"/Spot": Array([Name.Separation, Name.Gold, Name.DeviceRGB, Dictionary()])}},
    ),
    "a colour key": (
        b"/Im Do",
        lambda pdf: {
            "/XObject": {
                "/Im": picture(
                    pdf, b"\0\0\0", Width=1, BitsPerComponent=8, ColorSpace=Name.DeviceRGB, Mask=Array([0, 1] * 3)
                )
            }
        },
    ),
    "a strange picture": (
        b"/Im Do",
        lambda pdf: {
            "/XObject": {"/Im": picture(pdf, b"no JPEG", Filter=Name.DCTDecode, ColorSpace=Name.DeviceRGB, Width=1)}
        },
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_printed_is_refused_in_words(what: str) -> None:
    content, make = REFUSED[what]
    with pytest.raises(TypesettingFailure, match=r"cannot be printed"):
        make_print_file(file(content, make), toy_profile(), DAY)
