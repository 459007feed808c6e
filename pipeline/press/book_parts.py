"""Covers and subset fonts for e-books."""

from functools import lru_cache
from io import BytesIO
from typing import Any

import pypdfium2
import uharfbuzz as hb
from fontTools.ttLib import TTFont
from PIL import Image

from pipeline.core.diagnostics import Diagnostics, TypesettingFailure
from pipeline.core.text.fonts import COMMON_CHARACTERS, read_font_file
from pipeline.model.manuscript import DrawnCover, FontFace, Manuscript, SubsetFont
from pipeline.press.engine.engine import Typesetter, as_typesetting_failure, captured_log
from pipeline.press.fast import released
from pipeline.press.press import build_document

_COVER_PIXELS = 1620
"""Pixels of the longer side: enough for a tablet, and never above the four million that every reading system shows."""
_JPEG_QUALITY = 75
"""No artefacts can be seen at this size."""


def draw_cover(manuscript: Manuscript) -> DrawnCover:
    """Return the first page as a JPEG, with WeasyPrint's diagnostics."""
    typesetter = Typesetter(manuscript)
    name = manuscript.metadata.id
    with released(), captured_log() as log, as_typesetting_failure(name):
        tree = build_document(manuscript)
        pdf = bytes(typesetter.lay_out(tree).write_pdf(pdf_tags=False, uncompressed_pdf=True))
    diagnostics = Diagnostics()
    diagnostics.extend(typesetter.diagnostics(log, f"output/{name}/epub"))
    return DrawnCover(_render_jpeg(pdf), diagnostics.remarks)


def _render_jpeg(pdf: bytes) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        scale = _COVER_PIXELS / max(page.get_size())
        bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
        size = bitmap.width, bitmap.height
        image = Image.frombuffer(
            "RGBX", size, bitmap.buffer, "raw", "RGBX", bitmap.stride, 1
        )  # shares the bitmap's memory
        jpeg = BytesIO()
        image.save(jpeg, "JPEG", quality=_JPEG_QUALITY, subsampling="4:2:0")  # optimised, the file is larger
        return jpeg.getvalue()
    finally:
        document.close()


# A subset font gets a name of its own, because a licence may reserve the font's name for the original font (SIL Open
# Font License, clause 3). It keeps copyright and licence.

_FEATURES = ("ccmp", "kern", "lnum", "locl", "mark", "mkmk", "tnum")
"""OpenType features that a subset font keeps."""
_SMALL_CAPS = ("c2sc", "smcp")
_JOINER_CHARACTERS = "\u200c\u200d"
"""Zero-width joiner and non-joiner, which some scripts and emoji need.

A font with such letters keeps all its features, because its text would be wrong without them.
"""

_NAME_IDS = (0, 5, 7, 13, 14)
"""Names that are kept: copyright, version, trademark, licence and its address."""
_WINDOWS_ENGLISH = (3, 1, 0x409)
_DROPPED_TABLES = ("BASE", "DSIG", "FFTM", "meta", "STAT")


@lru_cache(maxsize=16)
def subset_font(wanted: SubsetFont) -> bytes:
    """Return the font file of a subset font."""
    try:
        face = hb.subset(
            hb.Face(hb.Blob(read_font_file(wanted.face.package, wanted.face.file))), _subset_request(wanted)
        )
    except RuntimeError as error:
        raise TypesettingFailure(f"The font file '{wanted.face.file}' cannot be cut for books.") from error
    font = TTFont(BytesIO(face.blob.data), lazy=True, recalcTimestamp=False)
    style = style_name(wanted.face)
    full_name, postscript_name = f"{wanted.family} {style}", f"{wanted.family}-{style}".replace(" ", "")
    for name_id, name in ((1, wanted.family), (2, style), (3, postscript_name), (4, full_name), (6, postscript_name)):
        font["name"].setName(name, name_id, *_WINDOWS_ENGLISH)
    if "CFF " in font:
        outlines = font["CFF "].cff
        outlines.fontNames = [postscript_name]
        outlines.topDictIndex[0].FullName, outlines.topDictIndex[0].FamilyName = full_name, wanted.family
    font.flavor = None
    content = BytesIO()
    font.save(content, reorderTables=True)
    return content.getvalue()


def style_name(face: FontFace) -> str:
    """Return a style name such as 'Regular', 'Bold Italic' or '600'."""
    weight = {400: "", 700: "Bold"}.get(face.weight, str(face.weight))
    return " ".join(filter(None, (weight, "Italic" if face.italic else ""))) or "Regular"


def _subset_request(wanted: SubsetFont) -> Any:
    """Return the characters, features and names that a subset font keeps."""
    request = hb.SubsetInput()
    request.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    letters = set(_JOINER_CHARACTERS if wanted.alone else COMMON_CHARACTERS) | set(wanted.extra)
    request.sets(hb.SubsetInputSets.UNICODE).set(set(map(ord, letters)))
    features = (*_FEATURES, *(_SMALL_CAPS if wanted.small_caps else ()))
    kept_features = [] if wanted.alone else [(hb.SubsetInputSets.LAYOUT_FEATURE_TAG, map(_tag, features))]
    for kind, values in (*kept_features, (hb.SubsetInputSets.NAME_ID, _NAME_IDS)):
        request.sets(kind).clear()
        request.sets(kind).set(set(values))
    request.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update(set(map(_tag, _DROPPED_TABLES)))
    return request


def _tag(name: str) -> int:
    """Return a name of four letters as an OpenType tag."""
    return int.from_bytes(name.ljust(4).encode(), "big")
