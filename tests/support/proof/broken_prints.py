"""Ways to break a file for the printer, and what is told of each."""

from collections.abc import Callable
from functools import cache
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.bind.print.print_file import make_print_file
from tests.support.bind.colours import DAY
from tests.support.bind.profiles import toy_profile
from tests.support.bind.sheets import bound

Wrong = Callable[[Pdf], None]


@cache
def whole(grey: bool = False) -> bytes:
    """A sound print file of a briefing."""
    return make_print_file(bound(), None if grey else toy_profile(), DAY)


def painted(content: bytes, number: int = 1) -> Wrong:
    """Something more is painted on a page."""

    def wrong(pdf: Pdf) -> None:
        page = pdf.pages[number - 1].obj
        page.Contents = Array([page.Contents, pdf.make_stream(content)])

    return wrong


def put(name: str, value: Any) -> Wrong:
    """The catalog has something more."""

    def wrong(pdf: Pdf) -> None:
        pdf.Root[name] = value

    return wrong


def boxed(name: str, *box: float) -> Wrong:
    """The first page has another box."""

    def wrong(pdf: Pdf) -> None:
        pdf.pages[0].obj[name] = Array(list(box))

    return wrong


def in_form(**entries: Any) -> Wrong:
    """A form on the second page paints in RGB, or has something else about it."""

    def wrong(pdf: Pdf) -> None:
        content = entries.pop("content", b"1 0 0 rg 0 0 5 5 re f")
        made = pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]), **entries)
        resources = pdf.pages[1].obj.Resources
        resources.XObject = Dictionary({**resources.get("/XObject", Dictionary()).as_dict(), "/New": made})

    return wrong


def pictured(space: Any) -> Wrong:
    """A picture in other colours."""

    def wrong(pdf: Pdf) -> None:
        made = pdf.make_stream(b"\0\0\0", Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8, ColorSpace=space)
        in_form(content=b"", Resources=Dictionary(XObject=Dictionary(Im=made)))(pdf)

    return wrong


def shaded(pdf: Pdf) -> None:
    """A gradient in RGB, as a direct object of a form."""
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=Array([0, 0, 1, 1]))
    in_form(content=b"", Resources=Dictionary(Shading=Dictionary(S=shading)))(pdf)


def tiled(pdf: Pdf) -> None:
    """A pattern that paints in RGB."""
    tile = pdf.make_stream(b"0 0 1 RG 0 0 m 5 5 l S", PatternType=1, PaintType=1, BBox=Array([0, 0, 9, 9]))
    in_form(content=b"", Resources=Dictionary(Pattern=Dictionary(P=tile)))(pdf)


def linked(pdf: Pdf) -> None:
    """A link on the second page."""
    pdf.pages[1].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))])


def unembedded(pdf: Pdf) -> None:
    """A font is not in the file."""
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and "/FontFile2" in thing:
            del thing.FontFile2
            return


RGB_INLINE = b"BI /W 1 /H 1 /BPC 8 /CS /RGB ID \xff\x00\x00 EI"
WORDS = b" BT /F 10 Tf (Words) Tj ET"
WRONG: dict[str, tuple[Wrong, str]] = {
    "red words": (painted(b"1 0 0 rg"), "1 proof-print-colour"),
    "a red line on page 2": (painted(b"1 0 0 RG", 2), "2 proof-print-colour"),
    "a colour of a named space": (painted(b"/DeviceRGB cs 1 0 0 sc"), "1 proof-print-colour"),
    "a picture in the line": (painted(RGB_INLINE), "1 proof-print-colour"),
    "a form": (in_form(), "1 proof-print-colour"),
    "a form's group": (
        in_form(content=b"", Group=Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)), "1 proof-print-colour",
    ),
    "a space in the resources": (
        in_form(content=b"", Resources=Dictionary(ColorSpace=Dictionary(C=Array([Name.CalRGB, Dictionary()])))),
        "1 proof-print-colour",
    ),
    "a picture": (pictured(Name.DeviceRGB), "1 proof-print-colour"),
    "a picture of numbers": (pictured(Array([Name.Indexed, Name.DeviceRGB, 0, String("abc")])), "1 proof-print-colour"),
    "a gradient": (shaded, "1 proof-print-colour"),
    "a tile": (tiled, "1 proof-print-colour"),
    "mixed black": (painted(b"0.6 0.5 0.5 0.9 k" + WORDS), "1 proof-print-colour"),
    "bleed too small": (boxed("/BleedBox", -8.5, -8.5, 603.7756, 850.3898), "1 proof-print-claim"),
    "no bleed": (boxed("/BleedBox", 0, 0, 595.275591, 841.889764), "1 proof-print-claim"),
    "another trim": (boxed("/TrimBox", 0, 0, 594, 841.889764), "1 proof-print-claim"),
    "a crop": (boxed("/CropBox", 0, 0, 595, 841), "1 proof-print-claim"),
    "a sheet too small": (boxed("/MediaBox", 0, 0, 595.275591, 841.889764), "1 proof-print-claim"),
    "links": (linked, "2 proof-print-claim"),
    "tags": (put("/StructTreeRoot", Dictionary()), "1 proof-print-claim"),
    "an action": (put("/OpenAction", Dictionary(S=Name.JavaScript, JS=String("x"))), "1 proof-print-claim"),
    "a font from elsewhere": (unembedded, "1 proof-print-claim"),
}  # fmt: skip
