"""The EPUB: one book out of composed chapters, with the PDF's pages marked."""

from collections.abc import Mapping
from datetime import date, datetime, time

from lxml import etree

from pipeline.bind.epub.archive import (
    COVER_ID,
    COVER_PATH,
    Book,
    BookMember,
    cover_document,
    cover_entry,
    cover_members,
    dressed,
    files_beside,
    font_files,
    font_rules,
    pack_archive,
)
from pipeline.bind.epub.documents import (
    BookSettings,
    Document,
    EpubChapter,
    document,
    in_book,
    leaves_its_code,
    manifest_properties,
    ways_to_map,
)
from pipeline.bind.epub.navigation import (
    NAV_PATH,
    NCX_PATH,
    Navigation,
    leads_to_itself,
    navigation,
    navigation_document,
    ncx,
)
from pipeline.bind.epub.package import describe, describe_access, describe_conformance
from pipeline.bind.frames import book_identifier, in_addresses
from pipeline.bind.resources import BookFile, font_resource, image_resource, place_in_style
from pipeline.compose.language.direction import set_sides
from pipeline.core.documents.xhtml import serialise
from pipeline.model.formats import ASSET, Asset, Layouts
from pipeline.model.manuscript import NO_ASSETS, EpubAssets, Metadata
from pipeline.model.sheets import Identity

STYLE_PATH = "style.css"


def bind_epub(
    metadata: Metadata,
    chapters: tuple[EpubChapter, ...],
    style: str,
    images: tuple[Asset, ...],
    produced: date,
    identity: Identity,
    addresses: Mapping[str, str],
    page_source: str,
    layouts: Layouts,
    assets: EpubAssets = NO_ASSETS,
) -> bytes:
    """The finished EPUB of a briefing (one chapter) or a pack (its front and back matter and each briefing).

    `addresses` are canonical addresses by id of briefing; `page_source` names the PDF whose pages are marked.
    """
    texts = (style, *(bound.chapter.body for bound in chapters))
    pictures = {one.sha256: image_resource(one) for one in images if any(f"{ASSET}{one.sha256}" in t for t in texts)}
    resources, sheet = _style(font_rules(assets) + set_sides(dressed(style, assets), metadata.language), pictures)
    resources += font_files(assets)
    binding = BookSettings(
        layouts,
        metadata.title,
        metadata.language,
        identity,
        produced,
        in_book(chapters, in_addresses(addresses)),
        {digest: f"../{picture.path}" for digest, picture in pictures.items()},
        ways_to_map(chapters),
        chapters[-1].name if leaves_its_code(chapters, identity) else "",
    )
    documents, words = tuple(document(bound, binding) for bound in chapters), identity.words
    cover = {COVER_PATH: cover_document(metadata, layouts)} if assets.cover else {}
    ways = navigation(documents, metadata.language, words, *cover)
    nav = navigation_document(layouts, ways, metadata.title, metadata.language, words)
    access = describe_access((d.root for d in documents), resources, bool(ways.pages), metadata.language, words)
    languages = (made.root.get("lang", "") for made in documents)
    about = describe(metadata, identity, page_source if ways.pages else "", filter(None, languages))
    book = Book(
        book_identifier(metadata, identity),
        metadata.title,
        metadata.language,
        datetime.combine(produced, time()),  # a copy of another day is another release (EPUB 3.3, 5.5.6)
        (*about, *access, *describe_conformance(metadata.conformance), *(cover_entry() for _ in cover)),
        _members(documents, cover, nav, _ncx(layouts, ways, metadata, identity), (sheet, *resources), assets),
        (*(COVER_ID for _ in cover), *map(_document_id, documents)),
        ("nav",) if leads_to_itself(ways) else (),
    )
    return pack_archive(book)


def _style(style: str, pictures: dict[str, BookFile]) -> tuple[tuple[BookFile, ...], BookFile]:
    """The files that documents and style sheet use, in order of their paths, and the style sheet that names them."""
    fonts: dict[str, BookFile] = {}

    def place(named: str) -> str:
        fonts[named] = font_resource(named)
        return fonts[named].path

    sheet = place_in_style(style, {digest: picture.path for digest, picture in pictures.items()}, place)
    files = {resource.path: resource for resource in (*pictures.values(), *fonts.values())}
    return tuple(files[path] for path in sorted(files)), BookFile(STYLE_PATH, "text/css", sheet.encode())


def _ncx(layouts: Layouts, ways: Navigation, metadata: Metadata, identity: Identity) -> bytes:
    root = ncx(layouts, ways, metadata.title, metadata.language, identity.words, book_identifier(metadata, identity))
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _members(
    documents: tuple[Document, ...],
    cover: Mapping[str, etree._Element],
    nav: etree._Element,
    contents: bytes,
    resources: tuple[BookFile, ...],
    assets: EpubAssets,
) -> tuple[BookMember, ...]:
    """Every file of the book."""
    fonts = any(resource.path.startswith("fonts/") for resource in resources)
    return (
        BookMember("nav", NAV_PATH, "application/xhtml+xml", serialise(nav), ("nav", *manifest_properties(nav))),
        BookMember("ncx", NCX_PATH, "application/x-dtbncx+xml", contents),
        *(BookMember(r.path.replace("/", "-"), r.path, r.media_type, r.content) for r in resources),
        *(member for root in cover.values() for member in cover_members(assets, root)),
        *(
            BookMember(_document_id(d), d.path, "application/xhtml+xml", serialise(d.root), manifest_properties(d.root))
            for d in documents
        ),
        *files_beside(assets, fonts),
    )


def _document_id(made: Document) -> str:
    return f"text-{made.chapter.name}"
