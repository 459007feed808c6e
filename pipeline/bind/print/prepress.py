"""The print file: a finished PDF in the printer's inks, with bleed, crop marks and nothing that is not ink.

A page that bleeds is pressed with `@page { bleed: 3mm }`: the engine then paints through the bleed, and keeps the
corner of the trimmed page where it was, so that stamps stand where they stand on screen. With a profile the file is
PDF/X-4 (ISO 15930-7); without one everything is a tint of black, and the file claims nothing.
"""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from pikepdf import Dictionary, Pdf

from pipeline.bind.print.inks import inks_of
from pipeline.bind.print.marks import boxes_of, clip_to_bleed, crop_marks, moved, registration, set_boxes
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
