"""Typeset running lines as stamps: one line on a transparent page, drawn over finished pages later.

Each stamp is typeset by itself, so that its bytes do not depend on other stamps. All stamps of a layout have the same
subset fonts, with every character of `_SPECIMEN`, alone and in ligatures, so that a PDF needs each font only once. Only
a stamp with a rarer character has fonts of its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from itertools import chain
from math import inf
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from pikepdf import Array, Dictionary, Name, Object, Pdf
from weasyprint import Document
from weasyprint.formatting_structure import boxes

from pipeline.compose.design.faces import fallback_families
from pipeline.compose.language.direction import first_direction, mirror_style
from pipeline.core.diagnostics import Diagnostic, TypesettingFailure, failed
from pipeline.core.documents.pdf import Rectangle, save_deterministic
from pipeline.model.formats import SLOTS
from pipeline.model.manuscript import Manuscript, Metadata, StampLayout, StampText
from pipeline.press.box_tree import POINTS_PER_PIXEL
from pipeline.press.engine.engine import Typesetter, as_typesetting_failure, captured_log, log_diagnostics
from pipeline.press.fast import free_documents

_TOLERANCE = 0.5
"""CSS pixels that words may exceed their box without anybody seeing it."""


@dataclass(frozen=True, slots=True)
class StampExtent:
    """The box of a stamp's words in points, and the share of them that fits its place."""

    box: Rectangle
    fits: float = 1

    @property
    def cut(self) -> bool:
        """True if the layout would cut words off."""
        return self.fits < 1


def _measure_extent(page: Any) -> StampExtent:
    """Measure the words of a laid-out page."""
    fits, words = 1.0, list[Any]()
    for block in page._page_box.descendants():
        if isinstance(block, boxes.BlockBox) and block.children and isinstance(block.children[0], boxes.LineBox):
            last_line = block.children[-1]
            text_width = max(sum(box.width for box in _words(line)) for line in block.children)
            text_height = last_line.position_y + last_line.height - block.content_box_y()
            sizes = ((text_width, block.width), (text_height, block.height))
            fits = min(fits, *(room / needed if needed > room + _TOLERANCE else 1.0 for needed, room in sizes))
            words += _words(block)
    edges = (
        min((box.position_x for box in words), default=0),
        page.height - max((box.position_y + box.height for box in words), default=0),
        max((box.position_x + box.width for box in words), default=0),
        page.height - min((box.position_y for box in words), default=0),
    )
    left, bottom, right, top = (round(edge * POINTS_PER_PIXEL, 2) for edge in edges)
    return StampExtent((left, bottom, right, top), float(fits))


def _words(box: Any) -> list[Any]:
    return [inner for inner in box.descendants() if isinstance(inner, boxes.TextBox)]


_PrintedStamp = tuple[bytes, StampExtent]
"""A stamp as WeasyPrint prints it, and its extent."""

_LOWERCASE = "abcdefghijklmnopqrstuvwxyz"
_SPECIMEN = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "£©·–—‘’“”…àâçèéêëîïôöùûüŵŷÀÂÇÈÉÊËÎÏÔÖÙÛÜŴŶáíóúñÁÍÓÚÑ"
    + " a-b A-B 1-2 a–b A–B 1–2 a·b A·B 1/2 a/b 1:2 ffi ffl fft "
    + " ".join(first + second for first in _LOWERCASE for second in _LOWERCASE)
)

_COMMON_CHARACTERS = frozenset(_SPECIMEN)
"""Characters that need no fallback font."""


def press_stamps(layout: StampLayout, texts: tuple[StampText, ...]) -> tuple[bytes, ...]:
    """Return a one-page PDF for each text, in order."""
    if not layout.fonts:
        raise TypesettingFailure("The stamp layout names no fonts.")
    with free_documents():
        shared_fonts: Mapping[str, SharedFont] = _shared_fonts(layout) if texts else {}
        layout_by_direction = {False: layout, True: replace(layout, style=mirror_style(layout.style))}
        layouts = {text: _with_fallback_fonts(layout_by_direction[text.rtl], text.text) for text in texts}
        printed: dict[StampText, _PrintedStamp] = {}
        for directed in layout_by_direction.values():
            printed |= _print_together(directed, tuple(text for text in texts if layouts[text] is directed))
        return tuple(_fit_stamp(layouts[text], text, shared_fonts, printed.get(text)) for text in texts)


def press_batch(batch: tuple[StampLayout, tuple[StampText, ...]]) -> tuple[bytes, ...]:
    """Do the same for one job."""
    return press_stamps(*batch)


def _with_fallback_fonts(layout: StampLayout, text: str) -> StampLayout:
    """Return the layout with fallback fonts for characters that its own fonts lack."""
    rare = set(text) - _COMMON_CHARACTERS
    families = fallback_families(rare, layout.fonts, layout.scripts) if rare else ()
    return replace(layout, fonts=(*layout.fonts, *chain(*families))) if families else layout


def _print_together(layout: StampLayout, texts: tuple[StampText, ...]) -> Mapping[StampText, _PrintedStamp]:
    """Lay out stamps in one document, a page each, and print them separately.

    Returns no stamps if there is anything to report about one of them.
    """
    if len(texts) < 3:
        return {}
    repeated = texts[:1] * 2  # as first, left and right pages: they must equal the third
    document, remarks = _lay_out(layout, (*repeated, *texts), pages=True)
    if remarks or len(document.pages) != len(texts) + len(repeated):
        return {}
    with captured_log() as log:
        pdfs = [_write_pdf(document.copy([page])) for page in document.pages]
    if log or len(set(pdfs[:3])) > 1:
        return {}
    extents = map(_measure_extent, document.pages[2:])
    return dict(zip(texts, zip(pdfs[2:], extents, strict=True), strict=True))


def _fit_stamp(
    layout: StampLayout, text: StampText, shared_fonts: Mapping[str, SharedFont], printed: _PrintedStamp | None
) -> bytes:
    """Return one stamp, with as many of its words as fit: the estimate that shortened them may be too low."""
    pdf, extent = printed or _print_stamps(layout, (text,))
    words = text.text
    if extent.cut and SLOTS[text.slot].never_cut:
        raise TypesettingFailure(f"The stamp '{words}' has no room where 'layouts/stamp' sets '{text.slot}'.")
    while extent.cut and len(words) > 1:
        words = f"{words[: min(len(words) - 2, int(len(words) * extent.fits))].rstrip(' ,;:–-')}…"
        pdf, extent = _print_stamps(layout, (replace(text, text=words),))
    return _use_shared_fonts(pdf, shared_fonts, extent.box)


def _print_stamps(layout: StampLayout, texts: tuple[StampText, ...]) -> _PrintedStamp:
    with captured_log() as log:
        document, remarks = _lay_out(layout, texts)
        pdf = _write_pdf(document)
    remarks = (*remarks, *log_diagnostics(log, "layouts/stamp"))
    if failed(remarks):
        raise TypesettingFailure(
            f"The stamp '{texts[0].text[:60]}' cannot be set. {remarks[0].sentence} {remarks[0].hint}"
        )
    if len(document.pages) != 1 and len(texts) == 1:
        raise TypesettingFailure(f"The stamp '{texts[0].text[:60]}' does not fit its page.")
    return pdf, _measure_extent(document.pages[0])


def _write_pdf(document: Document) -> bytes:
    """Return pages as WeasyPrint writes them, uncompressed, because they are compressed when bound."""
    return bytes(document.write_pdf(pdf_tags=False, uncompressed_pdf=True))


def _lay_out(
    layout: StampLayout, texts: tuple[StampText, ...], pages: bool = False
) -> tuple[Document, tuple[Diagnostic, ...]]:
    """Lay out stamps one below the other, or on a page each, and return what is to be reported."""
    root = Element("html", {"dir": "rtl"} if texts[0].rtl else {})
    SubElement(SubElement(root, "head"), "title")
    body = SubElement(root, "body")
    for number, text in enumerate(texts):
        page_break = {"style": "break-before: page"} if pages and number else {}
        direction = {"dir": first_direction(text.text, "rtl")} if text.rtl else {}
        SubElement(body, "p", {"class": text.slot, **page_break, **direction}).text = text.text
    metadata = Metadata("", "", "", "")
    typesetter = Typesetter(Manuscript("stamp", (), metadata, layout.style, "", "", fonts=layout.fonts))
    with captured_log() as log, as_typesetting_failure("layouts/stamp"):
        document = typesetter.lay_out(root)
    return document, tuple(typesetter.diagnostics(log, "layouts/stamp"))


@dataclass(frozen=True)
class SharedFont:
    """A font that all stamps of a layout share: its file, glyph widths and ToUnicode map."""

    file: bytes
    length: int
    widths: bytes
    widths_by_glyph: Mapping[int, int]
    to_unicode: bytes


@lru_cache(maxsize=4)
def _shared_fonts(layout: StampLayout) -> Mapping[str, SharedFont]:
    """Return the fonts that all stamps of a layout share, by name."""
    specimen, _ = _print_stamps(layout, tuple(StampText(slot, _SPECIMEN) for slot in SLOTS))
    with Pdf.open(BytesIO(specimen)) as pdf:
        return {
            str(font.BaseFont): SharedFont(
                file=zlib.compress(_descendant(font).FontDescriptor.FontFile2.read_bytes()),
                length=int(_descendant(font).FontDescriptor.FontFile2.Length1),
                widths=_descendant(font).W.unparse(),
                widths_by_glyph=_glyph_widths(_descendant(font)),
                to_unicode=zlib.compress(font.ToUnicode.read_bytes()),
            )
            for font in _fonts(pdf)
        }


def _fonts(pdf: Pdf) -> list[Any]:
    """Return the fonts of a typeset document that have a TrueType file."""
    fonts = pdf.pages[0].obj.Resources.get("/Font", Dictionary()).as_dict().values()
    return [font for font in fonts if "/FontFile2" in _descendant(font).FontDescriptor]


def _descendant(font: Any) -> Any:
    return font.DescendantFonts[0]


def _glyph_widths(font: Any) -> Mapping[int, int]:
    """Return the width of each glyph in a font's /W array: `first [width …]` in turn."""
    parts = list(font.W)
    runs = zip(parts[::2], parts[1::2], strict=True)
    return {int(first) + offset: int(width) for first, widths in runs for offset, width in enumerate(widths)}


def _use_shared_fonts(stamp: bytes, shared_fonts: Mapping[str, SharedFont], box: Rectangle) -> bytes:
    """Replace a stamp's fonts by shared ones that have all its glyphs, and save the stamp.

    The art box is the box of its words (ISO 32000-1, 14.11.2).
    """
    with Pdf.open(BytesIO(stamp)) as pdf:
        page = pdf.pages[0].obj
        for font in _fonts(pdf):
            shared, widths = shared_fonts.get(str(font.BaseFont)), _glyph_widths(_descendant(font))
            # to one thousandth: WeasyPrint rounds widths by font size
            if shared and all(
                abs(shared.widths_by_glyph.get(glyph, inf) - width) <= 1 for glyph, width in widths.items()
            ):
                _share_font(pdf, font, shared)
        if b"/lab-" not in page.Contents.read_bytes() and "/ColorSpace" in page.Resources:
            del page.Resources.ColorSpace
        for key in ("/Annots", "/BleedBox", "/TrimBox"):
            if key in page:
                del page[key]
        page.ArtBox = Array(list(box))
        for key in set(pdf.Root.keys()) - {"/Type", "/Pages"}:
            del pdf.Root[key]
        return save_deterministic(pdf)


def _share_font(pdf: Pdf, font: Any, shared: SharedFont) -> None:
    descendant = _descendant(font)
    file = pdf.make_stream(b"", Length1=shared.length)
    file.write(shared.file, filter=Name.FlateDecode)
    descendant.FontDescriptor.FontFile2 = file
    to_unicode = pdf.make_stream(b"")
    to_unicode.write(shared.to_unicode, filter=Name.FlateDecode)
    font.ToUnicode = to_unicode
    descendant.W = Object.parse(shared.widths)
    box = descendant.FontDescriptor.FontBBox
    descendant.FontDescriptor.FontBBox = Array([box[0], box[1], max(shared.widths_by_glyph.values()), box[3]])
