"""Images and fonts that documents name by digest or package, and their addresses in bound files."""

import base64
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lxml import etree

from pipeline.core.diagnostics import EnvironmentFailure, TypesettingFailure
from pipeline.core.documents.xhtml import iterate_elements
from pipeline.core.text.fonts import read_font_file
from pipeline.model.formats import ASSET, Asset

_SOURCE_ATTRIBUTES = ("src", "href", "{http://www.w3.org/1999/xlink}href")
_STYLE_URL = re.compile(r"""url\(\s*(['"]?)(asset:|font:)([^'")\s]+)\1\s*\)""")
_SUFFIXES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_ON_PAPER = "on-paper"
"""Class of pictures made for white paper; style sheets put white behind them on dark screens.

Style sheets cannot select them by their sources, because reading systems change these.
"""
_TRANSPARENT = re.compile(r"data:image/(svg\+xml|png|gif|webp);|(?!data:).*\.(svg|png|gif|webp)$")
_PLACEHOLDER = re.compile(rb'"data:image/[a-z+]+;base64,([0-9a-f]{64})"')
_FONT_TYPES = {"ttf": "font/ttf", "otf": "font/otf", "woff": "font/woff", "woff2": "font/woff2"}


@dataclass(frozen=True, slots=True)
class BookFile:
    """A file in a book: its path, media type and content."""

    path: str
    media_type: str
    content: bytes


def image_resource(image: Asset) -> BookFile:
    """Return an image as a file named by the first twelve digits of its digest."""
    suffix = _SUFFIXES.get(image.media_type)
    if suffix is None:
        raise TypesettingFailure(f"The figure '{image.path}' is of a kind that cannot be bound: {image.media_type}.")
    return BookFile(f"images/{image.sha256[:12]}.{suffix}", image.media_type, image.content)


def load_font_file(name: str) -> BookFile:
    """Return a font that is named `PACKAGE/FILE`."""
    package, _, file = name.partition("/")
    media_type = _FONT_TYPES.get(file.rpartition(".")[2].lower())
    if media_type is None:
        raise TypesettingFailure(f"The style sheet names '{name}', which is no font file.")
    try:
        return BookFile(f"fonts/{file}", media_type, read_font_file(package, file))
    except EnvironmentFailure as error:
        raise TypesettingFailure(f"The style sheet names a font that cannot be had. {error}") from error


def data_address(resource: BookFile) -> str:
    """Return a file as a `data:` address."""
    return f"data:{resource.media_type};base64,{base64.b64encode(resource.content).decode()}"


def image_placeholder(image: Asset) -> str:
    """Return a short `data:` address for an image, with its digest instead of its bytes."""
    return f"data:{image_resource(image).media_type};base64,{image.sha256}"


def embed_images(page: bytes, images: Iterable[Asset]) -> bytes:
    """Replace the placeholders of a page by the bytes of its images.

    Images may be a hundred times as long as the text, so they are written once, as the last step.
    """
    images_by_digest = {image.sha256.encode(): image for image in images}
    parts, end = [], 0
    for match in _PLACEHOLDER.finditer(page):
        if image := images_by_digest.get(match[1]):
            parts += [page[end : match.start(1)], base64.b64encode(image.content)]
            end = match.end(1)
    return b"".join([*parts, page[end:]])


def resolve_image_sources(root: etree._Element, addresses: dict[str, str], name: str) -> None:
    """Replace every `asset:` source by the address of its image; mark images that may be transparent."""
    for element in iterate_elements(root):
        for attribute in _SOURCE_ATTRIBUTES:
            value = element.get(attribute, "")
            if value.startswith(ASSET):
                address = _address_of(value.removeprefix(ASSET), addresses, name)
                element.set(attribute, address)
                if _TRANSPARENT.match(address):
                    element.set("class", f"{element.get('class', '')} {_ON_PAPER}".strip())


def resolve_style_addresses(style: str, images: dict[str, str], font: Callable[[str], str]) -> str:
    """Replace every `asset:` and `font:` address in a style sheet."""

    def replacement(match: re.Match[str]) -> str:
        scheme, path = match[2], match[3]
        address = _address_of(path, images, "the style sheet") if scheme == ASSET else font(path)
        return f'url("{address}")'

    return _STYLE_URL.sub(replacement, style)


def _address_of(digest: str, addresses: dict[str, str], name: str) -> str:
    if digest not in addresses:
        raise TypesettingFailure(f"'{name}' shows the image {digest[:12]}, which was not handed over with it.")
    return addresses[digest]
