"""Texts in several fonts, and the fonts that are in a PDF."""

from dataclasses import replace
from io import BytesIO

from pikepdf import Dictionary, Pdf

from pipeline.compose.design.faces import fallback_families
from pipeline.model.manuscript import FontFace, Manuscript
from tests.support.press.manuscripts import FACES, manuscript

MONO = FontFace("IBM Plex Mono", 400, False, "fontpkg_ibm_plex_mono", "IBMPlexMono-Regular.ttf")


def in_fonts(body: str, style: str = "", scripts: tuple[str, ...] = ()) -> Manuscript:
    """A manuscript in Lato, with the faces that its text falls back on."""
    families = fallback_families(set(body), FACES, scripts)
    names = ", ".join(f'"{faces[0].family}"' for faces in families)
    text = manuscript(body, f"html {{ font-family: Lato, {names} }} {style}")
    return replace(text, fonts=(*FACES, MONO, *(face for faces in families for face in faces)))


def families(text: str, *scripts: str) -> list[str]:
    """The names of the families that a text falls back on."""
    return [faces[0].family.removeprefix("Fallback ") for faces in fallback_families(text, FACES, scripts)]


def fonts(pdf: bytes) -> set[str]:
    """The names of the embedded fonts."""
    with Pdf.open(BytesIO(pdf)) as opened:
        names = {str(obj.FontName) for obj in opened.objects if isinstance(obj, Dictionary) and "/FontName" in obj}
    return {name.partition("+")[2] for name in names}
