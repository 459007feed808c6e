"""Chapters to be bound as an EPUB, a web page or plain text: their links, pictures and fonts."""

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lxml import etree

from pipeline.bind.frames import Destination, with_anchor
from pipeline.bind.running_lines import PRODUCED_SLOT
from pipeline.core.diagnostics import EnvironmentFailure, TypesettingFailure
from pipeline.core.documents.xhtml import (
    iterate_elements,
)
from pipeline.core.text.fonts import read_font_file
from pipeline.model.formats import (
    ASSET,
    Asset,
    Layouts,
)
from pipeline.model.manuscript import Chapter, Manuscript, Metadata
from pipeline.model.sheets import Identity, PageStart


@dataclass(frozen=True, slots=True)
class BindContext:
    """Everything that a binder needs besides the content of the file."""

    metadata: Metadata
    identity: Identity
    produced: date
    addresses: Mapping[str, str]
    """Canonical addresses of other briefings, by id."""
    layouts: Layouts = Layouts()
    """Templates of EPUBs and web pages."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class ReflowingChapter:
    """A chapter to be bound.

    `starts` are the page starts of its section; `first` is the folio of the section's first page. `briefing` is the id
    that links use for the chapter, if it is not the chapter's name. `identity` and `language` belong to a briefing in a
    pack.
    """

    large = True
    """Its digest is computed once and cached."""

    chapter: Chapter
    starts: tuple[PageStart, ...] = ()
    first: int = 1
    briefing: str = ""
    identity: Identity | None = None
    language: str = ""

    @property
    def name(self) -> str:
        """The id by which other chapters link to this one."""
        return self.briefing or self.chapter.name

    @property
    def path(self) -> str:
        """Path of its document in the book."""
        return f"text/{self.chapter.name}.xhtml"


def list_reflowing_chapters(
    manuscript: Manuscript, starts: tuple[PageStart, ...], first: int = 1, identity: Identity | None = None
) -> tuple[ReflowingChapter, ...]:
    """Return a manuscript's chapters, each with its page starts.

    If there are several, the press has prefixed their ids by their names.
    """
    chapters = []
    for chapter in manuscript.chapters:
        prefix = "" if len(manuscript.chapters) == 1 else f"{chapter.name}."
        own_starts = (start for start in starts if start.element.startswith(prefix))
        unprefixed = tuple(replace(start, element=start.element.removeprefix(prefix)) for start in own_starts)
        language = manuscript.metadata.language
        chapters.append(ReflowingChapter(chapter, unprefixed, first, identity=identity, language=language))
    return tuple(chapters)


def count_date_slots(chapters: Iterable[Chapter]) -> int:
    """Return the number of slots for the sentence that names the date produced."""
    return sum(chapter.body.count(PRODUCED_SLOT) for chapter in chapters)


def lacks_code_slot(chapters: Sequence[ReflowingChapter], identity: Identity) -> bool:
    """True if the file has a code and none of its own chapters has a slot for the sentence with it."""
    own_bodies = (part.chapter.body for part in chapters if not part.identity)
    return bool(identity.code) and not any(PRODUCED_SLOT in body for body in own_bodies)


_OWN_MATTER = ("-front", "-back")


def split_chapter_link(briefing: str, anchor: str) -> tuple[str, str]:
    """Return the chapter that a link leads to, and the anchor within it.

    Links to a pack's own chapters name the section first: '-back#pack-glossary'.
    """
    if briefing in _OWN_MATTER:
        briefing, _, anchor = anchor.partition(".")
    return briefing, anchor


def leads_within_book(chapters: tuple[ReflowingChapter, ...], elsewhere: Destination) -> Destination:
    """Lead to a briefing's document if the book has it, else where `elsewhere` leads."""
    paths = {part.name: f"{part.chapter.name}.xhtml" for part in chapters}

    def destination(briefing: str, anchor: str) -> str | None:
        briefing, anchor = split_chapter_link(briefing, anchor)
        path = paths.get(briefing)
        return with_anchor(path, anchor) if path else elsewhere(briefing, anchor)

    return destination


_MAP_ID = "evidence-map"

_BRIEFING_LINK = re.compile(r'href="briefing:([^"#]+)')


def links_to_map(chapters: tuple[ReflowingChapter, ...]) -> dict[str, str]:
    """Return the link to the pack's evidence map, for each briefing that the map leads to."""
    for part in chapters:
        body = part.chapter.body
        if part.identity is None and f'id="{_MAP_ID}"' in body:
            briefings = frozenset(_BRIEFING_LINK.findall(body))
            link = f"briefing:{_OWN_MATTER[0]}#{part.chapter.name}.{_MAP_ID}"
            return {other.name: link for other in chapters if other.identity and other.name in briefings}
    return {}


# Pictures and fonts, which chapters and style sheets name by digest or package.

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
