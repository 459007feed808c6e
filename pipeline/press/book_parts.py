"""Covers drawn and fonts subset for e-books."""

from functools import lru_cache
from io import BytesIO
from typing import Any

import pypdfium2
import uharfbuzz as hb
from fontTools.ttLib import TTFont
from PIL import Image

from pipeline.core.diagnostics import Diagnostics, TypesettingFailure
from pipeline.core.text.fonts import REPERTOIRE, font_file
from pipeline.model.manuscript import DrawnCover, FontFace, Manuscript, SubsetFont
from pipeline.press.engine.engine import ClosedFetcher, broken_off, captured_log, lay_out, refusals, remark, style_of
from pipeline.press.fast import released
from pipeline.press.press import build_document

LONGEST = 1620
"""Dots of the picture's longer side: enough for a tablet, and in no shape more than four million, which is as many as
every reading system shows."""
QUALITY = 75
"""Of the JPEG: at this size no eye finds a trace of it beside the letters."""


def draw_cover(manuscript: Manuscript) -> DrawnCover:
    """The first page as a JPEG, and what the engine remarked."""
    stylesheet = style_of(manuscript)
    fetcher = ClosedFetcher(manuscript)
    name = manuscript.metadata.id
    with released(), captured_log() as said, broken_off(name):
        tree = build_document(manuscript)
        pdf = bytes(lay_out(tree, stylesheet, fetcher).write_pdf(pdf_tags=False, uncompressed_pdf=True))
    diagnostics = Diagnostics()
    path = f"output/{name}/epub"
    diagnostics.extend(remark((*stylesheet.said, *said), path))
    diagnostics.extend(refusals((*stylesheet.refused, *fetcher.refused), path))
    return DrawnCover(_picture(pdf), diagnostics.remarks)


def _picture(pdf: bytes) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        scale = LONGEST / max(page.get_size())
        dots = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
        size = dots.width, dots.height
        image = Image.frombuffer("RGBX", size, dots.buffer, "raw", "RGBX", dots.stride, 1)  # held once, not twice
        drawn = BytesIO()
        image.save(drawn, "JPEG", quality=QUALITY, subsampling="4:2:0")  # optimized, a book of it is larger
        return drawn.getvalue()
    finally:
        document.close()


# A subset font has a name of its own, because a licence may reserve the name of the font for the whole font (SIL Open
# Font License, clause 3); copyright and licence stay in it.

FEATURES = ("ccmp", "kern", "lnum", "locl", "mark", "mkmk", "tnum")
"""OpenType features kept in a subset font."""
SMALL_CAPS = ("c2sc", "smcp")
_JOINERS = "\u200c\u200d"
"""Signs that join letters of some scripts, and emoji, or keep them apart. The features of such a font all stay: without
them its letters would be wrong, not only less fine."""

_KEPT_NAMES = (0, 5, 7, 13, 14)
"""Ids of the kept names: copyright, version, trademark, licence and its address."""
_WINDOWS = (3, 1, 0x409)
_DROPPED = ("BASE", "DSIG", "FFTM", "meta", "STAT")


@lru_cache(maxsize=16)
def subset_font(wanted: SubsetFont) -> bytes:
    """The font file of a subset font."""
    try:
        glyphs = hb.subset(hb.Face(hb.Blob(font_file(wanted.face.package, wanted.face.file))), _request(wanted))
    except RuntimeError as refused:
        raise TypesettingFailure(f"The font file '{wanted.face.file}' cannot be cut for books.") from refused
    font = TTFont(BytesIO(glyphs.blob.data), lazy=True, recalcTimestamp=False)
    style = style_name(wanted.face)
    whole, plain = f"{wanted.family} {style}", f"{wanted.family}-{style}".replace(" ", "")
    for number, name in ((1, wanted.family), (2, style), (3, plain), (4, whole), (6, plain)):
        font["name"].setName(name, number, *_WINDOWS)
    if "CFF " in font:
        outlines = font["CFF "].cff
        outlines.fontNames = [plain]
        outlines.topDictIndex[0].FullName, outlines.topDictIndex[0].FamilyName = whole, wanted.family
    font.flavor = None
    content = BytesIO()
    font.save(content, reorderTables=True)
    return content.getvalue()


def style_name(face: FontFace) -> str:
    """'Regular', 'Bold Italic', '600'."""
    weight = {400: "", 700: "Bold"}.get(face.weight, str(face.weight))
    return " ".join(filter(None, (weight, "Italic" if face.italic else ""))) or "Regular"


def _request(wanted: SubsetFont) -> Any:
    """Subset request for a font: characters, features and names to keep."""
    request = hb.SubsetInput()
    request.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    letters = set(_JOINERS if wanted.alone else REPERTOIRE) | set(wanted.extra)
    request.sets(hb.SubsetInputSets.UNICODE).set(set(map(ord, letters)))
    features = (*FEATURES, *(SMALL_CAPS if wanted.small_caps else ()))
    kept_features = [] if wanted.alone else [(hb.SubsetInputSets.LAYOUT_FEATURE_TAG, map(_tag, features))]
    for kind, kept in (*kept_features, (hb.SubsetInputSets.NAME_ID, _KEPT_NAMES)):
        request.sets(kind).clear()
        request.sets(kind).set(set(kept))
    request.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update(set(map(_tag, _DROPPED)))
    return request


def _tag(name: str) -> int:
    """A name of four letters as a font writes it."""
    return int.from_bytes(name.ljust(4).encode(), "big")
