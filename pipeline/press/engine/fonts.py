"""Font files out of installed font packages, what they can print, and a font map that holds nothing else.

The map is made in memory: no configuration file, no environment variable and no font of the machine has a
part in it, so that a character the faces lack cannot be borrowed elsewhere.
"""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote
from xml.sax.saxutils import escape

from pipeline.core.errors import EnvironmentFailure
from pipeline.model.manuscript import FontFace
from pipeline.text.fonts import font_file, font_path

with warnings.catch_warnings():  # 'No fonts configured': on a machine without fonts that is as it should be
    warnings.simplefilter("ignore", UserWarning)
    from weasyprint.text import fonts as engine_fonts
    from weasyprint.text.constants import FONTCONFIG_STYLE, FONTCONFIG_WEIGHT
    from weasyprint.text.ffi import ffi, fontconfig, gobject, pangoft2

__all__ = ["SCHEME", "HouseFonts", "font_file", "font_path", "named_font"]

SCHEME = "font:"

ffi.cdef("FcConfig * FcConfigCreate (void); FcBool FcConfigBuildFonts (FcConfig *config);")

_RULE = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><match target="scan">
<test name="file" compare="eq"><string>{file}</string></test>
<edit name="family" mode="prepend"><string>{family}</string></edit>
<edit name="slant" mode="assign_replace"><const>{slant}</const></edit>
<edit name="weight" mode="assign_replace"><int>{weight}</int></edit>
</match></fontconfig>"""


def named_font(address: str) -> tuple[str, str] | None:
    """Package and file of a `font:PACKAGE/FILE` address, or nothing."""
    if not address.startswith(SCHEME):
        return None
    package, _, file = unquote(address.removeprefix(SCHEME)).partition("/")
    return package, file


class Fetcher(Protocol):
    """A fetcher that records the addresses it refuses."""

    refused: list[str]


class HouseFonts(engine_fonts.FontConfiguration):  # type: ignore[misc]
    """A font map that knows the given packages only, and only the faces that a style sheet names of them."""

    def __init__(self, packages: frozenset[str]) -> None:
        self._packages = packages
        self._faces: set[str] = set()
        self.closed = False
        """Set once the style sheet is read: what a picture would bring in is refused."""
        self._config = fontconfig.FcConfigCreate()
        fontconfig.FcConfigBuildFonts(self._config)
        self.font_map = ffi.gc(pangoft2.pango_ft2_font_map_new(), gobject.g_object_unref)
        pangoft2.pango_fc_font_map_set_config(ffi.cast("PangoFcFontMap *", self.font_map), self._config)
        fontconfig.FcConfigDestroy(self._config)  # the font map holds it now
        self.strut_layouts: dict[Any, Any] = {}
        self.font_features: dict[Any, Any] = {}

    def add_font_face(self, descriptors: Mapping[str, Any], fetcher: Fetcher) -> None:
        """Add one face, read where its package has it; a face from anywhere else is refused."""
        for kind, address in descriptors["src"]:
            said = str(address)
            font = named_font(said) if kind == "external" else None
            if font is None or font[0] not in self._packages or (self.closed and said not in self._faces):
                fetcher.refused.append(said)
                continue
            if said not in self._faces:
                self._faces.add(said)
                self._add(font_path(*font), descriptors)
            return

    def bring(self, faces: tuple[FontFace, ...]) -> None:
        """Add the faces that are not there yet: a map without any would bring the engine down."""
        for face in faces:
            address = f"{SCHEME}{face.package}/{face.file}"
            if address not in self._faces:
                self._faces.add(address)
                style = "italic" if face.italic else "normal"
                said = {"font_family": face.family, "font_weight": face.weight, "font_style": style}
                self._add(font_path(face.package, face.file), said)

    def _add(self, path: Path, descriptors: Mapping[str, Any]) -> None:
        rule = _RULE.format(
            file=escape(path.as_posix()),
            family=escape(descriptors["font_family"]),
            slant=FONTCONFIG_STYLE[descriptors.get("font_style", "normal")],
            weight=FONTCONFIG_WEIGHT[descriptors.get("font_weight", "normal")],
        )
        fontconfig.FcConfigParseAndLoadFromMemory(self._config, rule.encode(), True)
        if not fontconfig.FcConfigAppFontAddFile(self._config, path.as_posix().encode()):
            raise EnvironmentFailure(f"The font file '{path.name}' cannot be read.")
        pangoft2.pango_fc_font_map_config_changed(ffi.cast("PangoFcFontMap *", self.font_map))
