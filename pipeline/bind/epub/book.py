"""Bind an EPUB: one book of composed chapters, with the page starts of the PDF marked."""

from collections.abc import Mapping
from datetime import datetime, time

from lxml import etree

from pipeline.bind.epub.archive import (
    COVER_ID,
    COVER_PATH,
    Book,
    BookMember,
    add_fallback_fonts,
    book_font_rules,
    cover_metadata,
    list_companion_files,
    list_cover_members,
    list_font_files,
    make_cover_document,
    pack_archive,
)
from pipeline.bind.epub.documents import (
    BookDocument,
    BookSettings,
    EpubChapter,
    lacks_code_slot,
    leads_within_book,
    links_to_map,
    make_document,
    manifest_properties,
)
from pipeline.bind.epub.navigation import (
    NAV_PATH,
    NCX_PATH,
    is_own_contents,
    list_navigation,
    make_navigation_document,
    make_ncx,
)
from pipeline.bind.epub.package import list_accessibility, list_conformance, list_metadata
from pipeline.bind.fields import BindContext
from pipeline.bind.frames import epub_identifier, leads_to_addresses, pdf_identifier
from pipeline.bind.resources import BookFile, image_resource, load_font_file, resolve_style_addresses
from pipeline.compose.language.direction import directed_style
from pipeline.core.documents.xhtml import serialise_xhtml
from pipeline.model.formats import ASSET, Asset
from pipeline.model.manuscript import NO_ASSETS, EpubAssets


def bind_epub(
    chapters: tuple[EpubChapter, ...],
    context: BindContext,
    style: str,
    images: tuple[Asset, ...],
    assets: EpubAssets = NO_ASSETS,
) -> bytes:
    """Return the EPUB of a briefing (one chapter) or a pack (its own chapters and each briefing)."""
    metadata, identity = context.metadata, context.identity
    texts = (style, *(part.chapter.body for part in chapters))
    used = (image for image in images if any(f"{ASSET}{image.sha256}" in text for text in texts))
    pictures = {image.sha256: image_resource(image) for image in used}
    full_style = book_font_rules(assets) + directed_style(add_fallback_fonts(style, assets), metadata.language)
    style_sheet, files = _place_files(full_style, pictures)
    files += list_font_files(assets)
    settings = BookSettings(
        context,
        leads_within_book(chapters, leads_to_addresses(context.addresses)),
        {digest: f"../{picture.path}" for digest, picture in pictures.items()},
        links_to_map(chapters),
        chapters[-1].name if lacks_code_slot(chapters, identity) else "",
    )
    documents = tuple(make_document(part, settings) for part in chapters)
    cover = {COVER_PATH: make_cover_document(context)} if assets.cover else {}
    navigation = list_navigation(documents, context, *cover)
    nav = make_navigation_document(navigation, context)
    identifier = epub_identifier(metadata, identity)
    ncx = make_ncx(navigation, context, identifier)
    has_pages = bool(navigation.pages)
    accessibility = list_accessibility((d.root for d in documents), files, has_pages, metadata.language, identity.words)
    languages = (document.root.get("lang", "") for document in documents)
    entries = list_metadata(metadata, identity, pdf_identifier(metadata) if has_pages else "", filter(None, languages))
    book = Book(
        identifier,
        metadata.title,
        metadata.language,
        datetime.combine(context.produced, time()),  # a copy of another day is another release (EPUB 3.3, 5.5.6)
        (*entries, *accessibility, *list_conformance(metadata.conformance), *(cover_metadata() for _ in cover)),
        _list_members(documents, cover, nav, ncx, (style_sheet, *files), assets),
        (*(COVER_ID for _ in cover), *map(_document_id, documents)),
        ("nav",) if is_own_contents(navigation) else (),
    )
    return pack_archive(book)


def _place_files(style: str, pictures: dict[str, BookFile]) -> tuple[BookFile, tuple[BookFile, ...]]:
    """Return the style sheet with paths for addresses, and the files that documents and style sheet use, by path."""
    fonts: dict[str, BookFile] = {}

    def place_font(name: str) -> str:
        fonts[name] = load_font_file(name)
        return fonts[name].path

    placed = resolve_style_addresses(style, {digest: picture.path for digest, picture in pictures.items()}, place_font)
    files = {file.path: file for file in (*pictures.values(), *fonts.values())}
    return BookFile("style.css", "text/css", placed.encode()), tuple(files[path] for path in sorted(files))


def _list_members(
    documents: tuple[BookDocument, ...],
    cover: Mapping[str, etree._Element],
    nav: etree._Element,
    ncx: etree._Element,
    files: tuple[BookFile, ...],
    assets: EpubAssets,
) -> tuple[BookMember, ...]:
    has_fonts = any(file.path.startswith("fonts/") for file in files)
    ncx_content: bytes = etree.tostring(ncx, encoding="utf-8", xml_declaration=True)
    return (
        BookMember("nav", NAV_PATH, "application/xhtml+xml", serialise_xhtml(nav), ("nav", *manifest_properties(nav))),
        BookMember("ncx", NCX_PATH, "application/x-dtbncx+xml", ncx_content),
        *(BookMember(file.path.replace("/", "-"), file.path, file.media_type, file.content) for file in files),
        *(member for root in cover.values() for member in list_cover_members(assets, root)),
        *(
            BookMember(
                _document_id(d), d.path, "application/xhtml+xml", serialise_xhtml(d.root), manifest_properties(d.root)
            )
            for d in documents
        ),
        *list_companion_files(assets, has_fonts),
    )


def _document_id(document: BookDocument) -> str:
    return f"text-{document.chapter.name}"
