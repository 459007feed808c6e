"""The room around a printed page: bleed, crop marks and the boxes that say which is which (ISO 32000-1, 14.11.2)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf

from pipeline.bind.print.inks import Grey

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
