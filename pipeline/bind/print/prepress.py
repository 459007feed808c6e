"""The print file: a finished PDF in the printer's inks, with bleed, crop marks and nothing that is not ink.

A page that bleeds is pressed with `@page { bleed: 3mm }`: the engine then paints through the bleed, and keeps the
corner of the trimmed page where it was, so that stamps stand where they stand on screen. With a profile the file is
PDF/X-4 (ISO 15930-7); without one everything is a tint of black, and the file claims nothing.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf

from pipeline.bind.print.inks import Grey, inks_of
from pipeline.bind.print.paint import Painter
from pipeline.bind.print.record import (
    describe,
    intents,
    is_bound_right,
    plain_catalog,
    save_plain,
    set_information,
    without_change_before,
    x4_properties,
)

_PAGE = ("/Type", "/Parent", "/MediaBox", "/Rotate", "/UserUnit")


def prepress(pdf: bytes, profile: bytes | None, produced: date, undated: bytes = b"", gutter: int = 0) -> bytes:
    """The print file of a finished PDF at trim size.

    `profile` is a CMYK output profile as `library.yaml` names it. `produced` stands for dates that the record of the
    file lacks. `gutter` is how far, in millimetres, each page moves away from where it is bound: right-hand pages to
    the right, the others to the left; the first is a right-hand one. A book that runs from
    right to left is bound the other way.

    Raises:
        PressFailure: for what the engine never writes: mesh gradients, spot colours, colour keys.
    """
    inks = inks_of(profile)
    with Pdf.open(BytesIO(pdf)) as file:
        painter, marks = Painter(file), registration(file, inks)
        outwards = -gutter if is_bound_right(file) else gutter
        for number, page in enumerate(file.pages):
            boxes = moved(boxes_of(page.obj), Decimal(-outwards if number % 2 else outwards))
            data, resources = painter.stream(page, page.obj.get("/Resources", Dictionary()), inks, inks.black)
            spaces = resources.get("/ColorSpace", Dictionary())
            spaces.PressAll = marks
            resources.ColorSpace = spaces
            set_boxes(page.obj, boxes)
            strip_page(page.obj)
            page.obj.Resources = resources
            page.obj.Contents = file.make_stream(b"q\n" + clip_to_bleed(boxes) + data + b"\nQ\n" + crop_marks(boxes))
        packet = file.Root.Metadata.read_bytes() if "/Metadata" in file.Root else b"<none/>"
        packet = without_change_before(packet)
        plain_catalog(file)
        if profile:
            describe(file, packet, x4_properties(packet, produced, (undated or pdf) + profile))
            intents(file, profile)
        else:
            describe(file, packet, iter(()))
        set_information(file, produced)
        return save_plain(file)


def strip_page(page: Any) -> None:
    """Leave of a page what is drawn and where; take out links, tags and all else."""
    for key in set(page.keys()) - {*_PAGE, "/TrimBox", "/BleedBox"}:
        del page[key]


PageBox = tuple[Decimal, Decimal, Decimal, Decimal]

_MM = Decimal(72) / Decimal("25.4")
BLEED, GAP, LENGTH, EDGE = 3, 3, 5, 1
"""Millimetres: bleed around the trimmed page, from there to a mark, the mark, from there to the sheet's edge."""
LINE = Decimal("0.25")
"""Points: how thick a mark is."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes of a page, in points."""

    trim: PageBox
    bleed: PageBox
    media: PageBox


def boxes_of(page: Any) -> Boxes:
    """The boxes for a page: its own size is where it is trimmed."""
    own = page.get("/TrimBox", page.get("/CropBox", page.MediaBox))
    left, bottom, right, top = (Decimal(str(x)) for x in own)
    trim = (min(left, right), min(bottom, top), max(left, right), max(bottom, top))
    return Boxes(trim, _grown(trim, BLEED), _grown(trim, BLEED + GAP + LENGTH + EDGE))


def moved(boxes: Boxes, by: Decimal) -> Boxes:
    """The boxes moved to the left by so many millimetres, so that all that stands on the page moves to the right."""

    def to_left(box: PageBox) -> PageBox:
        left, bottom, right, top = box
        return left - by * _MM, bottom, right - by * _MM, top

    return Boxes(to_left(boxes.trim), to_left(boxes.bleed), to_left(boxes.media))


def set_boxes(page: Any, boxes: Boxes) -> None:
    """Write the boxes; the crop box is the media box."""
    for name, box in (("/MediaBox", boxes.media), ("/BleedBox", boxes.bleed), ("/TrimBox", boxes.trim)):
        page[name] = Array(list(box))
    for name in ("/CropBox", "/ArtBox"):
        if name in page:
            del page[name]


def clip_to_bleed(boxes: Boxes) -> bytes:
    """Operators after which nothing is drawn outside the bleed."""
    left, bottom, right, top = boxes.bleed
    return b"%s re W n\n" % _numbers(left, bottom, right - left, top - bottom)


def crop_marks(boxes: Boxes) -> bytes:
    """Two lines at each corner, in the colour that prints on every plate."""
    left, bottom, right, top = boxes.trim
    near, far = (BLEED + GAP) * _MM, (BLEED + GAP + LENGTH) * _MM
    lines = []
    for x, outwards in ((left, -1), (right, 1)):
        lines += [(x + outwards * near, y, x + outwards * far, y) for y in (bottom, top)]
    for y, outwards in ((bottom, -1), (top, 1)):
        lines += [(x, y + outwards * near, x, y + outwards * far) for x in (left, right)]
    drawn = b"".join(b"%s m %s l\n" % (_numbers(*line[:2]), _numbers(*line[2:])) for line in lines)
    return b"q\n/PressAll CS 1 SCN %s w 0 J [] 0 d\n%sS\nQ\n" % (_numbers(LINE), drawn)


def registration(pdf: Pdf, inks: Grey) -> Object:
    """The colour space of marks: the same tint on every plate (ISO 32000-1, 8.6.6.4)."""
    blank, full = ([0, 0, 0, 0], [1, 1, 1, 1]) if inks.space == Name.DeviceCMYK else ([1], [0])
    tint = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array(blank), C1=Array(full), N=1)
    return pdf.make_indirect(Array([Name.Separation, Name.All, inks.space, tint]))


def _grown(box: PageBox, millimetres: int) -> PageBox:
    by = _exact(millimetres * _MM)
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _exact(length: Decimal) -> Decimal:
    return length.quantize(Decimal("0.000001"))


def _numbers(*lengths: Decimal) -> bytes:
    return b" ".join(f"{_exact(length):f}".rstrip("0").rstrip(".").encode() or b"0" for length in lengths)
