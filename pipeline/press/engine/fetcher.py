"""URL fetcher of the press: fonts of the manuscript's packages, its own images, pictures within drawings."""

import re
from base64 import b64decode
from collections.abc import Sequence
from functools import cache
from typing import NoReturn

from lxml import etree
from weasyprint.urls import URLFetcher, URLFetcherResponse

from pipeline.core.errors import EnvironmentFailure
from pipeline.load.pictures.svg import PICTURE
from pipeline.markup.xhtml import XLINK
from pipeline.model.asset import ASSET
from pipeline.model.manuscript import Manuscript
from pipeline.press.engine.fonts import font_file, named_font


@cache
def _engines_own() -> URLFetcher:
    """The engine's own fetcher, whose attributes ours copies and which is never called."""
    return URLFetcher(allowed_protocols=frozenset(), allow_redirects=False)


class ClosedFetcher(URLFetcher):  # type: ignore[misc]
    """Serves the files of the manuscript. All other addresses are refused and recorded in `refused`."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.__dict__.update(vars(_engines_own()))
        self._packages = frozenset(face.package for face in manuscript.fonts)
        self._families = tuple(dict.fromkeys(face.family for face in manuscript.fonts))
        self._images = {image.sha256: image for image in manuscript.images}
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Content of an address, or a refusal (which the engine reports as 'could not be loaded')."""
        font = named_font(url)
        if font and font[0] in self._packages:
            try:
                return URLFetcherResponse(url, font_file(*font), {"Content-Type": "font/ttf"})
            except EnvironmentFailure as absent:
                self._refuse(url, absent)
        if within := PICTURE.fullmatch(url):
            return URLFetcherResponse(url, b64decode(within["content"]), {"Content-Type": within["kind"]})
        image = self._images.get(url.removeprefix(ASSET)) if url.startswith(ASSET) else None
        if image is None:
            self._refuse(url, None)
        drawn = image.media_type == "image/svg+xml" and bool(self._families)
        content = in_face(image.content, self._families) if drawn else image.content
        return URLFetcherResponse(url, content, {"Content-Type": image.media_type})

    def _refuse(self, url: str, reason: Exception | None) -> NoReturn:
        self.refused.append(url)
        raise ValueError(f"refused: {url[:200]}") from reason


_FAMILY = "font-family"
_IN_STYLE = re.compile(r"(font-family\s*:\s*)([^;}]*)")


def in_face(drawing: bytes, families: Sequence[str]) -> bytes:
    """An SVG drawing whose words are set in the families that there are, else in the first, which is the text's.

    The engine takes any face that it finds for one that is missing, such as that of code.
    """
    try:
        root = etree.fromstring(drawing, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return drawing

    def known(names: str) -> str:
        asked = [name.strip().strip("\"'") for name in names.split(",")]
        return next((name for name in asked if name in families), families[0])

    def in_style(style: str) -> str:
        return _IN_STYLE.sub(lambda found: found[1] + known(found[2]), style)

    for element in root.iter(etree.Element):
        if _FAMILY in element.attrib:
            element.set(_FAMILY, known(element.get(_FAMILY, "")))
        if "style" in element.attrib:
            element.set("style", in_style(element.get("style", "")))
        if etree.QName(element).localname == "style" and element.text:
            element.text = in_style(element.text)
    for image in [*root.iter("{http://www.w3.org/2000/svg}image")]:
        if not (image.get("href") or image.get(XLINK)) and (group := image.getparent()) is not None:
            group.remove(image)  # drawing programs leave such an image, and the engine stops at it
    if _FAMILY not in root.attrib and _FAMILY not in root.get("style", ""):
        root.set(_FAMILY, families[0])
    return etree.tostring(root, encoding="utf-8")
