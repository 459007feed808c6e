"""Stamps: one line each, typeset on a transparent page of its own, to be laid over finished pages.

Every stamp is pressed by itself, so that its bytes do not depend on the others it was asked for with. Its
font file is the same for all stamps of a layout (every character of `SPECIMEN`, joined and alone), so that the bindery can
share it; only a line with a rarer character carries a font of its own.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from pikepdf import Name, Pdf

from pipeline.diagnostics import failed
from pipeline.errors import PressFailure
from pipeline.model.manuscript import Manuscript, Metadata, StampLayout, StampText
from pipeline.press.engine import dress, lay_out, listening, without_collection
from pipeline.press.fetcher import ClosedFetcher
from pipeline.press.finish import save
from pipeline.press.remarks import refusals, remark

SLOTS = ("head-date", "head-title", "status", "marking-top", "marking-bottom", "foot-id", "folio", "produced")
"""The places a stamp layout knows. What is set for `produced` starts at the top left corner of its page."""

_SMALL = "abcdefghijklmnopqrstuvwxyz"
SPECIMEN = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "£©·–—‘’“”…àâçèéêëîïôöùûüŵŷÀÂÇÈÉÊËÎÏÔÖÙÛÜŴŶáíóúñÁÍÓÚÑ"
    + " a-b A-B 1-2 a–b A–B 1–2 a·b A·B 1/2 a/b 1:2 ffi ffl fft "
    + " ".join(first + second for first in _SMALL for second in _SMALL)
)


def press_stamps(layout: StampLayout, texts: tuple[StampText, ...]) -> tuple[bytes, ...]:
    """A one-page PDF for each text, in order."""
    if not layout.fonts:
        raise PressFailure("The stamp layout names no fonts.")
    house = _house_fonts(layout) if texts else {}
    with without_collection():
        return tuple(_with_house_fonts(_press(layout, (text,)), house) for text in texts)


def _press(layout: StampLayout, texts: tuple[StampText, ...]) -> bytes:
    root = Element("html")
    SubElement(SubElement(root, "head"), "title")
    body = SubElement(root, "body")
    for text in texts:
        SubElement(body, "p", {"class": text.slot}).text = text.text
    worn = dress(layout.style, layout.fonts)
    door = ClosedFetcher(Manuscript("stamp", (), Metadata("", "", "", ""), "", "", "", fonts=layout.fonts))
    with listening() as said:
        document = lay_out(root, worn, door)
        pdf = bytes(document.write_pdf(pdf_tags=False))
    remarks = (*remark((*worn.said, *said), "layouts/stamp"), *refusals((*worn.refused, *door.refused), "layouts/stamp"))
    if failed(remarks):
        raise PressFailure(f"The stamp '{texts[0].text[:60]}' cannot be set. {remarks[0].sentence}")
    if len(document.pages) != 1:
        raise PressFailure(f"The stamp '{texts[0].text[:60]}' does not fit its page.")
    return pdf


HouseFontFiles = dict[str, tuple[bytes, int, frozenset[int]]]
"""By name of the face: the compressed file, its length, and the glyphs it holds."""


@lru_cache(maxsize=4)
def _house_fonts(layout: StampLayout) -> HouseFontFiles:
    """The font files that all stamps of a layout share."""
    specimen = _press(layout, tuple(StampText(slot, SPECIMEN) for slot in SLOTS))
    with Pdf.open(BytesIO(specimen)) as pdf:
        return {
            str(font.BaseFont): (file.read_raw_bytes(), int(file.Length1), _glyphs(font))
            for font, file in _fonts(pdf)
        }


def _fonts(pdf: Pdf) -> list[tuple[Any, Any]]:
    """Each font of a pressed page with its TrueType file."""
    fonts = [font.DescendantFonts[0] for font in pdf.pages[0].obj.Resources.Font.as_dict().values()]
    return [(font, font.FontDescriptor.FontFile2) for font in fonts if "/FontFile2" in font.FontDescriptor]


def _glyphs(font: Any) -> frozenset[int]:
    """The glyphs that a font's widths name: `first [width …]` in turn."""
    widths = list(font.W)
    return frozenset(
        int(widths[i]) + offset for i in range(0, len(widths), 2) for offset in range(len(widths[i + 1]))
    )


def _with_house_fonts(stamp: bytes, house: HouseFontFiles) -> bytes:
    """The stamp with the shared font files in place of its own, where they hold all its glyphs."""
    with Pdf.open(BytesIO(stamp)) as pdf:
        page = pdf.pages[0].obj
        for font, _ in _fonts(pdf):
            shared = house.get(str(font.BaseFont))
            if shared and _glyphs(font) <= shared[2]:
                file = pdf.make_stream(b"", Length1=shared[1])
                file.write(shared[0], filter=Name.FlateDecode)
                font.FontDescriptor.FontFile2 = file
        for key in ("/Annots", "/BleedBox", "/TrimBox"):
            if key in page:
                del page[key]
        for key in set(pdf.Root.keys()) - {"/Type", "/Pages"}:
            del pdf.Root[key]
        return save(pdf)
