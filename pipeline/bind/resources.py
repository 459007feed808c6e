"""Images and fonts that a document names by digest or package, and where they stand in what is bound."""

import base64
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lxml import etree

from pipeline.core.diagnostics import EnvironmentFailure, TypesettingFailure
from pipeline.core.documents.xhtml import elements
from pipeline.core.text.fonts import font_file
from pipeline.model.formats import ASSET, Asset

_SOURCES = ("src", "href", "{http://www.w3.org/1999/xlink}href")
_STYLE_URL = re.compile(r"""url\(\s*(['"]?)(asset:|font:)([^'")\s]+)\1\s*\)""")
_EXTENSIONS = {
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
}
ON_PAPER = "on-paper"
"""The class of pictures made for white paper: on a dark screen style sheets put white behind them. Their sources tell
nothing there, for reading systems change them."""
_SEEN_THROUGH = re.compile(r"data:image/(svg\+xml|png|gif|webp);|(?!data:).*\.(svg|png|gif|webp)$")
_STAND_IN = re.compile(rb'"data:image/[a-z+]+;base64,([0-9a-f]{64})"')
_FONT_TYPES = {"ttf": "font/ttf", "otf": "font/otf", "woff": "font/woff", "woff2": "font/woff2"}


@dataclass(frozen=True, slots=True)
class BookFile:
    """A file that goes with the documents: its path in the book, its media type and its bytes."""

    path: str
    media_type: str
    content: bytes


def image_resource(image: Asset) -> BookFile:
    """An image under its own name: the first twelve digits of its digest."""
    extension = _EXTENSIONS.get(image.media_type)
    if extension is None:
        raise TypesettingFailure(f"The figure '{image.path}' is of a kind that cannot be bound: {image.media_type}.")
    return BookFile(f"images/{image.sha256[:12]}.{extension}", image.media_type, image.content)


def font_resource(named: str) -> BookFile:
    """A font named `PACKAGE/FILE`."""
    package, _, file = named.partition("/")
    media_type = _FONT_TYPES.get(file.rpartition(".")[2].lower())
    if media_type is None:
        raise TypesettingFailure(f"The style sheet names '{named}', which is no font file.")
    try:
        return BookFile(f"fonts/{file}", media_type, font_file(package, file))
    except EnvironmentFailure as absent:
        raise TypesettingFailure(f"The style sheet names a font that cannot be had. {absent}") from absent


def as_data(resource: BookFile) -> str:
    """The resource written into a `data:` address."""
    return f"data:{resource.media_type};base64,{base64.b64encode(resource.content).decode()}"


def stand_in(image: Asset) -> str:
    """A short `data:` address that stands for an image while the page around it is made: its digest for its bytes."""
    return f"data:{image_resource(image).media_type};base64,{image.sha256}"


def with_images(page: bytes, images: Iterable[Asset]) -> bytes:
    """A page with its images in the place of what stood for them.

    All of them together may be a hundred times as long as the text: so they are written once, and last.
    """
    held = {image.sha256.encode(): image for image in images}
    parts, end = [], 0
    for found in _STAND_IN.finditer(page):
        if image := held.get(found[1]):
            parts += [page[end : found.start(1)], base64.b64encode(image.content)]
            end = found.end(1)
    return b"".join([*parts, page[end:]])


def place_images(root: etree._Element, places: dict[str, str], name: str) -> None:
    """Replace every `asset:` source by the place of that image; one that may be seen through is of the class for it."""
    for element in elements(root):
        for attribute in _SOURCES:
            value = element.get(attribute, "")
            if value.startswith(ASSET):
                place = _place(value.removeprefix(ASSET), places, name)
                element.set(attribute, place)
                if _SEEN_THROUGH.match(place):
                    element.set("class", f"{element.get('class', '')} {ON_PAPER}".strip())


def place_in_style(style: str, images: dict[str, str], font: Callable[[str], str]) -> str:
    """The style sheet with every `asset:` and `font:` replaced by the place of that file."""

    def replaced(found: re.Match[str]) -> str:
        scheme, named = found[2], found[3]
        place = _place(named, images, "the style sheet") if scheme == ASSET else font(named)
        return f'url("{place}")'

    return _STYLE_URL.sub(replaced, style)


def _place(digest: str, places: dict[str, str], name: str) -> str:
    if digest not in places:
        raise TypesettingFailure(f"'{name}' shows the image {digest[:12]}, which was not handed over with it.")
    return places[digest]
