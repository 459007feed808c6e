"""Print files with one thing wrong: each is told, and the whole file is not."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from pipeline.bind.print.prepress import prepress
from pipeline.proof.pdf.prints import print_faults
from tests.bind.inks import toy_profile
from tests.bind.pressed import bound
from tests.bind.printed import DAY, colours

Wrong = Callable[[Pdf], None]


@cache
def whole(grey: bool = False) -> bytes:
    """A sound print file of a briefing."""
    return prepress(bound(), None if grey else toy_profile(), DAY)


def told(wrong: Wrong, source: bytes) -> list[str]:
    """What is told of a file after something has been done to it."""
    with Pdf.open(BytesIO(source)) as pdf:
        wrong(pdf)
        out = BytesIO()
        pdf.save(out, fix_metadata_version=False)
    return [f"{fault.place.line} {fault.code}" for fault in print_faults(out.getvalue(), "print.pdf")]


def test_a_sound_file_is_sound() -> None:
    """In inks and in grey."""
    assert print_faults(whole(), "print.pdf") == ()
    assert print_faults(whole(grey=True), "print.pdf") == ()


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


def without(name: str) -> Wrong:
    """The catalog lacks something."""

    def wrong(pdf: Pdf) -> None:
        del pdf.Root[name]

    return wrong


def other_profile(pdf: Pdf) -> None:
    """The printing condition is a screen."""
    pdf.Root.OutputIntents[0].DestOutputProfile = pdf.make_stream(toy_profile(kind=b"mntr"), N=4)


def trapped(pdf: Pdf) -> None:
    """Somebody says that it is trapped."""
    pdf.trailer.Info.Trapped = Name("/True")


def renamed(old: bytes, new: bytes) -> Wrong:
    """The record says something else."""

    def wrong(pdf: Pdf) -> None:
        packet: Stream = pdf.Root.Metadata
        packet.write(packet.read_bytes().replace(old, new))

    return wrong


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
    "mixed black": (painted(b"0.6 0.5 0.5 0.9 k" + WORDS), "1 proof-print-black"),
    "bleed too small": (boxed("/BleedBox", -8.5, -8.5, 603.7756, 850.3898), "1 proof-print-box"),
    "no bleed": (boxed("/BleedBox", 0, 0, 595.275591, 841.889764), "1 proof-print-box"),
    "another trim": (boxed("/TrimBox", 0, 0, 594, 841.889764), "1 proof-print-box"),
    "a crop": (boxed("/CropBox", 0, 0, 595, 841), "1 proof-print-box"),
    "a sheet too small": (boxed("/MediaBox", 0, 0, 595.275591, 841.889764), "1 proof-print-box"),
    "no condition": (without("/OutputIntents"), "1 proof-print-claim"),
    "no record": (without("/Metadata"), "1 proof-print-claim"),
    "a screen as condition": (other_profile, "1 proof-print-claim"),
    "trapped": (trapped, "1 proof-print-claim"),
    "no id": (renamed(b"xmpMM:DocumentID", b"xmpMM:InstanceID"), "1 proof-print-claim"),
    "a claim of another standard": (renamed(b"xmpMM:RenditionClass", b"pdfuaid:part"), "1 proof-print-claim"),
    "links": (linked, "2 proof-print-extra"),
    "tags": (put("/StructTreeRoot", Dictionary()), "1 proof-print-extra"),
    "an action": (put("/OpenAction", Dictionary(S=Name.JavaScript, JS=String("x"))), "1 proof-print-extra"),
    "a font from elsewhere": (unembedded, "1 proof-print-font"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_each_wrong_is_told(what: str) -> None:
    """By its kind, at its page where it is on one."""
    wrong, expected = WRONG[what]
    assert expected in told(wrong, whole())


def test_inks_have_no_place_in_a_grey_file() -> None:
    """Nobody has said which inks they are."""
    assert told(painted(b"0 1 0 0 k"), whole(grey=True)) == ["1 proof-print-colour"]
    assert told(painted(b"0 1 0 0 k"), whole()) == []


def test_colours_of_type_may_be_dark() -> None:
    """A dark blue is no mixed black."""
    assert told(painted(b"0.9 0.6 0.5 0.3 k" + WORDS), whole()) == []


def test_a_file_for_the_screen_is_no_print_file() -> None:
    """It has nearly every fault there is."""
    found = {fault.code for fault in print_faults(colours(), "screen.pdf")}
    assert found >= {"proof-print-colour", "proof-print-claim"}
    found = {fault.code for fault in print_faults(bound(), "screen.pdf")}
    assert found >= {"proof-print-colour", "proof-print-claim", "proof-print-box", "proof-print-extra"}
