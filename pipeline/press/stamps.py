"""Running lines typeset."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from itertools import chain
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from pikepdf import Array, Dictionary, Name, Object, Pdf
from weasyprint import Document
from weasyprint.formatting_structure import boxes

from pipeline.compose.design.faces import borrowed
from pipeline.compose.language.direction import first_direction, mirrored
from pipeline.core.diagnostics import Diagnostic, TypesettingFailure, failed
from pipeline.core.documents.pdf import Rectangle, save_deterministic
from pipeline.model.formats import SLOTS
from pipeline.model.manuscript import Manuscript, Metadata, StampLayout, StampText
from pipeline.press.engine.engine import ClosedFetcher, broken_off, captured_log, lay_out, parse_style, refusals, remark
from pipeline.press.fast import released

_POINTS = 0.75  # a CSS pixel
_CLOSE = 0.5
"""CSS pixels that words may reach beyond their place: no eye sees it."""


@dataclass(frozen=True, slots=True)
class StampExtent:
    """The box of a stamp's words, and which part of them their place holds."""

    box: Rectangle
    fits: float = 1

    @property
    def cut(self) -> bool:
        """Whether the layout would cut some of them off."""
        return self.fits < 1


def reach_of(page: Any) -> StampExtent:
    """Read off the boxes of one of the engine's pages."""
    fits, words = 1.0, []
    for block in page._page_box.descendants():
        if isinstance(block, boxes.BlockBox) and block.children and isinstance(block.children[0], boxes.LineBox):
            last = block.children[-1]
            used = max(sum(box.width for box in _words(line)) for line in block.children)
            deep = last.position_y + last.height - block.content_box_y()
            rooms = ((used, block.width), (deep, block.height))
            fits = min((fits, *(float(room / needed) for needed, room in rooms if needed > room + _CLOSE)))
            words += _words(block)
    left, top = min((box.position_x for box in words), default=0), min((box.position_y for box in words), default=0)
    right = max((box.position_x + box.width for box in words), default=0)
    bottom = max((box.position_y + box.height for box in words), default=0)
    bottom, top = page.height - bottom, page.height - top
    return StampExtent((_points(left), _points(bottom), _points(right), _points(top)), fits)


def _words(box: Any) -> list[Any]:
    return [inner for inner in box.descendants() if isinstance(inner, boxes.TextBox)]


def _points(pixels: float) -> float:
    return round(pixels * _POINTS, 2)


# Stamps: one line each, typeset on a transparent page of its own, to be laid over finished pages. Every stamp is
# pressed by itself, so that its bytes do not depend on the other stamps of the request. Its font is the same for all
# stamps of a layout (every character of `SPECIMEN`, alone and joined), so that the bindery can share it; only a line
# with a rarer character carries a font of its own.

_Pressed = tuple[bytes, StampExtent]
"""A stamp as the engine prints it, and how far its words reach."""

_SMALL = "abcdefghijklmnopqrstuvwxyz"
SPECIMEN = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "£©·–—‘’“”…àâçèéêëîïôöùûüŵŷÀÂÇÈÉÊËÎÏÔÖÙÛÜŴŶáíóúñÁÍÓÚÑ"
    + " a-b A-B 1-2 a–b A–B 1–2 a·b A·B 1/2 a/b 1:2 ffi ffl fft "
    + " ".join(first + second for first in _SMALL for second in _SMALL)
)

_USUAL = frozenset(SPECIMEN)
"""Letters for which no other font is looked for."""


def press_stamps(layout: StampLayout, texts: tuple[StampText, ...]) -> tuple[bytes, ...]:
    """A one-page PDF for each text, in order."""
    if not layout.fonts:
        raise TypesettingFailure("The stamp layout names no fonts.")
    with released():
        house: Mapping[str, HouseFont] = _house_fonts(layout) if texts else {}
        sides = {False: layout, True: replace(layout, style=mirrored(layout.style))}
        dressed = {text: _dressed(sides[text.rtl], text.text) for text in texts}
        together: dict[StampText, _Pressed] = {}
        for side in sides.values():
            together |= _together(side, tuple(text for text in texts if dressed[text] is side))
        return tuple(_stamp(dressed[text], text, house, together.get(text)) for text in texts)


def press_batch(batch: tuple[StampLayout, tuple[StampText, ...]]) -> tuple[bytes, ...]:
    """The same of a layout and its texts as one job."""
    return press_stamps(*batch)


def _dressed(layout: StampLayout, said: str) -> StampLayout:
    """The layout with the fonts that a line falls back on, where it has letters that the layout's own lack."""
    rare = set(said) - _USUAL
    families = borrowed(rare, layout.fonts, layout.scripts) if rare else ()
    return replace(layout, fonts=(*layout.fonts, *chain(*families))) if families else layout


def _together(layout: StampLayout, texts: tuple[StampText, ...]) -> Mapping[StampText, _Pressed]:
    """Stamps laid out together, a page each, and printed one by one; none where anything is to be said of one."""
    if len(texts) < 3:
        return {}
    trial = texts[:1] * 2  # where a first, left or right page is no other, these and the third say the same
    document, remarks = _lay_out(layout, (*trial, *texts), pages=True)
    if remarks or len(document.pages) != len(texts) + len(trial):
        return {}
    with captured_log() as said:
        printed = [_printed(document.copy([page])) for page in document.pages]
    if said or len(set(printed[:3])) > 1:
        return {}
    reaches = map(reach_of, document.pages[2:])
    return dict(zip(texts, zip(printed[2:], reaches, strict=True), strict=True))


def _stamp(layout: StampLayout, text: StampText, house: Mapping[str, HouseFont], pressed: _Pressed | None) -> bytes:
    """One stamp, in as many of its words as its place holds: the estimate by which they were cut may be too low."""
    pdf, reach = pressed or _press(layout, (text,))
    said = text.text
    if reach.cut and SLOTS[text.slot].never_cut:
        raise TypesettingFailure(f"The stamp '{said}' has no room where 'layouts/stamp' sets '{text.slot}'.")
    while reach.cut and len(said) > 1:
        said = f"{said[: min(len(said) - 2, int(len(said) * reach.fits))].rstrip(' ,;:–-')}…"
        pdf, reach = _press(layout, (replace(text, text=said),))
    return _with_house_fonts(pdf, house, reach.box)


def _press(layout: StampLayout, texts: tuple[StampText, ...]) -> _Pressed:
    with captured_log() as said:
        document, remarks = _lay_out(layout, texts)
        pdf = _printed(document)
    remarks = (*remarks, *remark(said, "layouts/stamp"))
    if failed(remarks):
        raise TypesettingFailure(
            f"The stamp '{texts[0].text[:60]}' cannot be set. {remarks[0].sentence} {remarks[0].hint}"
        )
    if len(document.pages) != 1 and len(texts) == 1:
        raise TypesettingFailure(f"The stamp '{texts[0].text[:60]}' does not fit its page.")
    return pdf, reach_of(document.pages[0])


def _printed(document: Document) -> bytes:
    """Pages as the engine prints them, but not packed: that is done when they are saved."""
    return bytes(document.write_pdf(pdf_tags=False, uncompressed_pdf=True))


def _lay_out(
    layout: StampLayout, texts: tuple[StampText, ...], pages: bool = False
) -> tuple[Document, tuple[Diagnostic, ...]]:
    """Stamps one below the other, or on pages of their own, and what is to be said of them."""
    root = Element("html", {"dir": "rtl"} if texts[0].rtl else {})
    SubElement(SubElement(root, "head"), "title")
    body = SubElement(root, "body")
    for number, text in enumerate(texts):
        apart = {"style": "break-before: page"} if pages and number else {}
        runs = {"dir": first_direction(text.text, "rtl")} if text.rtl else {}
        SubElement(body, "p", {"class": text.slot, **apart, **runs}).text = text.text
    stylesheet = parse_style(layout.style, layout.fonts)
    fetcher = ClosedFetcher(Manuscript("stamp", (), Metadata("", "", "", ""), "", "", "", fonts=layout.fonts))
    with captured_log() as said, broken_off("layouts/stamp"):
        document = lay_out(root, stylesheet, fetcher)
    return document, (
        *remark((*stylesheet.said, *said), "layouts/stamp"),
        *refusals((*stylesheet.refused, *fetcher.refused), "layouts/stamp"),
    )


@dataclass(frozen=True)
class HouseFont:
    """A face as all stamps share it: its font file, the widths of its glyphs, and what they mean."""

    file: bytes
    length: int
    widths: bytes
    glyphs: Mapping[int, int]
    meanings: bytes


@lru_cache(maxsize=4)
def _house_fonts(layout: StampLayout) -> Mapping[str, HouseFont]:
    """The fonts that all stamps of a layout share, by name."""
    specimen, _ = _press(layout, tuple(StampText(slot, SPECIMEN) for slot in SLOTS))
    with Pdf.open(BytesIO(specimen)) as pdf:
        return {
            str(font.BaseFont): HouseFont(
                file=zlib.compress(_below(font).FontDescriptor.FontFile2.read_bytes()),
                length=int(_below(font).FontDescriptor.FontFile2.Length1),
                widths=_below(font).W.unparse(),
                glyphs=_glyphs(_below(font)),
                meanings=zlib.compress(font.ToUnicode.read_bytes()),
            )
            for font in _fonts(pdf)
        }


def _fonts(pdf: Pdf) -> list[Any]:
    """The fonts of a pressed document that hold a TrueType file."""
    fonts = pdf.pages[0].obj.Resources.get("/Font", Dictionary()).as_dict().values()
    return [font for font in fonts if "/FontFile2" in _below(font).FontDescriptor]


def _below(font: Any) -> Any:
    return font.DescendantFonts[0]


def _glyphs(font: Any) -> Mapping[int, int]:
    """The width of every glyph that a font names: `first [width …]` in turn."""
    widths = list(font.W)
    return {
        int(widths[i]) + offset: int(width)
        for i in range(0, len(widths), 2)
        for offset, width in enumerate(widths[i + 1])
    }


def _with_house_fonts(stamp: bytes, house: Mapping[str, HouseFont], box: Rectangle) -> bytes:
    """The stamp with the shared fonts in place of its own, where they hold all its glyphs.

    Its art box is that of its words (ISO 32000-1, 14.11.2).
    """
    with Pdf.open(BytesIO(stamp)) as pdf:
        page = pdf.pages[0].obj
        for font in _fonts(pdf):
            shared = house.get(str(font.BaseFont))
            if shared and _fits(_glyphs(_below(font)), shared.glyphs):
                _stamps_share(pdf, font, shared)
        if b"/lab-" not in page.Contents.read_bytes() and "/ColorSpace" in page.Resources:
            del page.Resources.ColorSpace
        for key in ("/Annots", "/BleedBox", "/TrimBox"):
            if key in page:
                del page[key]
        page.ArtBox = Array(list(box))
        for key in set(pdf.Root.keys()) - {"/Type", "/Pages"}:
            del pdf.Root[key]
        return save_deterministic(pdf)


def _fits(own: Mapping[int, int], shared: Mapping[int, int]) -> bool:
    """Whether the glyphs are all there, as wide to one thousandth: the engine rounds widths by the size of type."""
    return all(glyph in shared and abs(shared[glyph] - width) <= 1 for glyph, width in own.items())


def _stamps_share(pdf: Pdf, font: Any, shared: HouseFont) -> None:
    below = _below(font)
    file = pdf.make_stream(b"", Length1=shared.length)
    file.write(shared.file, filter=Name.FlateDecode)
    below.FontDescriptor.FontFile2 = file
    meanings = pdf.make_stream(b"")
    meanings.write(shared.meanings, filter=Name.FlateDecode)
    font.ToUnicode = meanings
    below.W = Object.parse(shared.widths)
    box = below.FontDescriptor.FontBBox
    below.FontDescriptor.FontBBox = Array([box[0], box[1], max(shared.glyphs.values()), box[3]])
