"""Bind an EPUB: its documents, contents, cover and fonts, its package document, and the archive of them all.

The same book gives the same bytes.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from itertools import zip_longest

from lxml import etree

from pipeline.bind.chapters import (
    BindContext,
    BookFile,
    ReflowingChapter,
    image_resource,
    lacks_code_slot,
    leads_within_book,
    links_to_map,
    load_font_file,
    resolve_style_addresses,
)
from pipeline.bind.epub.documents import BookSettings, add_languages, make_document, manifest_properties
from pipeline.bind.epub.navigation import (
    NAV_PATH,
    NCX_PATH,
    Navigation,
    list_navigation,
    make_navigation_document,
    make_ncx,
)
from pipeline.bind.epub.package import IDENTIFIER_ID, MetadataEntry, list_accessibility, list_conformance, list_metadata
from pipeline.bind.frames import (
    epub_identifier,
    fill_document,
    leads_to_addresses,
    pdf_identifier,
    require_no_control_characters,
)
from pipeline.compose.design.faces import font_rule, name_fallback_families
from pipeline.compose.language.direction import directed_style, runs_rtl
from pipeline.core.digests import sha256
from pipeline.core.documents.xhtml import XML_LANG, serialise_xhtml
from pipeline.model.formats import ASSET, Asset
from pipeline.model.manuscript import NO_ASSETS, BookFont, EpubAssets, Metadata

_OPF, _DC = "http://www.idpf.org/2007/opf", "http://purl.org/dc/elements/1.1/"
_XHTML_TYPE = "application/xhtml+xml"

_COVER_PATH = "cover.xhtml"
"""Path of the cover's document, outside the folder of texts, so that no chapter can have it."""
_COVER_ID, _COVER_PICTURE_ID, _COVER_PICTURE_PATH = "cover", "cover-image", "images/cover.jpg"
_SENTENCE_ENDS = (".", "?", "!", "…")

_APPLE_OPTIONS_PATH = "META-INF/com.apple.ibooks.display-options.xml"
_APPLE_OPTIONS = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<display_options><platform name="*">'
    b'<option name="specified-fonts">true</option></platform></display_options>\n'
)
"""Apple Books uses the fonts of a book only if it has this file."""

_CONTAINER = b"""<?xml version="1.0" encoding="utf-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
  <rootfiles>
    <rootfile media-type="application/oebps-package+xml" full-path="EPUB/content.opf"/>
  </rootfiles>
</container>
"""


@dataclass(frozen=True, slots=True)
class BookMember:
    """A file of the book, with its manifest properties; one outside the manifest is at the archive's root."""

    id: str
    path: str
    media_type: str
    content: bytes
    properties: tuple[str, ...] = ()
    listed: bool = True


def bind_epub(
    chapters: tuple[ReflowingChapter, ...],
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
    files = _place_files(_full_style(style, assets, metadata.language), pictures, assets)
    settings = BookSettings(
        context,
        leads_within_book(chapters, leads_to_addresses(context.addresses)),
        {digest: f"../{picture.path}" for digest, picture in pictures.items()},
        links_to_map(chapters),
        chapters[-1].name if lacks_code_slot(chapters, identity) else "",
    )
    documents = tuple(make_document(part, settings) for part in chapters)
    navigation = list_navigation(documents, context, _COVER_PATH if assets.cover else "")
    has_pages = bool(navigation.pages)
    languages = (document.root.get("lang", "") for document in documents)
    entries = [
        *list_metadata(metadata, identity, pdf_identifier(metadata) if has_pages else "", filter(None, languages)),
        *list_accessibility(
            [document.root for document in documents], files, has_pages, metadata.language, identity.words
        ),
        *list_conformance(metadata.conformance),
    ]
    cover = _list_cover_members(assets.cover, context) if assets.cover else []
    if cover:  # for older reading systems
        entries.append(MetadataEntry("meta", None, (("name", "cover"), ("content", _COVER_PICTURE_ID))))
    texts_of_book = [
        _document_member(f"text-{document.chapter.name}", document.path, document.root) for document in documents
    ]
    members = [
        *_list_navigation_members(navigation, context),
        *(BookMember(file.path.replace("/", "-"), file.path, file.media_type, file.content) for file in files),
        *cover,
        *texts_of_book,
        *_list_companion_files(assets, has_fonts=any(file.path.startswith("fonts/") for file in files)),
    ]
    modified = datetime.combine(context.produced, time())  # a copy of another day is another release (EPUB 3.3, 5.5.6)
    spine = [member.id for member in (*cover[:1], *texts_of_book)]
    package = _make_package(
        metadata.language, modified, entries, members, spine, ["nav"] if navigation.is_landmark else []
    )
    contents = ((f"EPUB/{member.path}" if member.listed else member.path, member.content) for member in members)
    files_of_archive = [
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", _CONTAINER),
        ("EPUB/content.opf", package),
        *contents,
    ]
    return write_archive(files_of_archive, modified)


def _full_style(style: str, assets: EpubAssets, language: str) -> str:
    """Return the style sheet with the book's own fonts, on whose other families text falls back."""
    rules = (font_rule(font.family, font.weight, font.italic, _font_path(font)) for font in assets.fonts)
    return "".join(rules) + directed_style(
        name_fallback_families(style, (font.family for font in assets.fonts)), language
    )


def _place_files(style: str, pictures: dict[str, BookFile], assets: EpubAssets) -> list[BookFile]:
    """Return the style sheet, with paths for addresses, then pictures and fonts by path, then the book's own fonts."""
    fonts: dict[str, BookFile] = {}

    def place_font(name: str) -> str:
        fonts[name] = load_font_file(name)
        return fonts[name].path

    placed = resolve_style_addresses(style, {digest: picture.path for digest, picture in pictures.items()}, place_font)
    files = {file.path: file for file in (*pictures.values(), *fonts.values())}
    return [
        BookFile("style.css", "text/css", placed.encode()),
        *(files[path] for path in sorted(files)),
        *(BookFile(_font_path(font), f"font/{_font_extension(font)}", font.content) for font in assets.fonts),
    ]


def _font_path(font: BookFont) -> str:
    style = f"-{font.weight}{'-italic' if font.italic else ''}"
    return f"fonts/{_file_name(font.family)}{style}.{_font_extension(font)}"


def _font_extension(font: BookFont) -> str:
    return "otf" if font.content.startswith(b"OTTO") else "ttf"


def _file_name(name: str) -> str:
    return "-".join(name.lower().replace("_", " ").split())


def _document_member(id: str, path: str, root: etree._Element, *properties: str) -> BookMember:
    return BookMember(id, path, _XHTML_TYPE, serialise_xhtml(root), (*properties, *manifest_properties(root)))


def _list_navigation_members(navigation: Navigation, context: BindContext) -> list[BookMember]:
    ncx = make_ncx(navigation, context, epub_identifier(context.metadata, context.identity))
    content: bytes = etree.tostring(ncx, encoding="utf-8", xml_declaration=True)
    return [
        _document_member("nav", NAV_PATH, make_navigation_document(navigation, context), "nav"),
        BookMember("ncx", NCX_PATH, "application/x-dtbncx+xml", content),
    ]


def _list_cover_members(picture: bytes, context: BindContext) -> list[BookMember]:
    """List the cover's document and picture; its alt text is only names, so the language does not matter."""
    values = {
        "title": context.metadata.title,
        "language": context.metadata.language,
        "picture": _COVER_PICTURE_PATH,
        "words": cover_alt_text(context.metadata),
    }
    root = fill_document(context.layouts, "epub/cover.xhtml.j2", values, _COVER_PATH)
    add_languages(root)
    return [
        BookMember(_COVER_ID, _COVER_PATH, _XHTML_TYPE, serialise_xhtml(root)),
        BookMember(_COVER_PICTURE_ID, _COVER_PICTURE_PATH, "image/jpeg", picture, ("cover-image",)),
    ]


def cover_alt_text(metadata: Metadata) -> str:
    """Return 'Hot spots policing. Northmoor Institute.': the title, then the authors or else the publisher."""
    parts = (metadata.title, ", ".join(metadata.authors) or metadata.publisher)
    return " ".join(words if words.rstrip("’”)")[-1:] in _SENTENCE_ENDS else f"{words}." for words in parts if words)


def _list_companion_files(assets: EpubAssets, has_fonts: bool) -> list[BookMember]:
    """List the files outside the book's content: font licences, and the option for Apple Books."""
    names = [_file_name(licence.package.removeprefix("fontpkg_")) for licence in assets.licences]
    files = [
        BookMember(f"licence-{name}", f"META-INF/licences/{name}.txt", "", licence.text.encode(), listed=False)
        for name, licence in zip(names, assets.licences, strict=True)
    ]
    return files + [BookMember("display-options", _APPLE_OPTIONS_PATH, "", _APPLE_OPTIONS, listed=False)] * has_fonts


def _make_package(
    language: str,
    modified: datetime,
    entries: Iterable[MetadataEntry],
    members: Iterable[BookMember],
    spine: Sequence[str],
    non_linear: Sequence[str],
) -> bytes:
    """Return the package document. The spine refers to the NCX by its id, `ncx`."""
    root = etree.Element(
        f"{{{_OPF}}}package",
        {"unique-identifier": IDENTIFIER_ID, "version": "3.0", XML_LANG: language},
        nsmap={None: _OPF},  # type: ignore[dict-item]  # the stubs know no default namespace
    )
    metadata = etree.SubElement(root, f"{{{_OPF}}}metadata", nsmap={"dc": _DC})
    etree.SubElement(
        metadata, f"{{{_OPF}}}meta", {"property": "dcterms:modified"}
    ).text = f"{modified:%Y-%m-%dT%H:%M:%SZ}"
    for entry in entries:
        texts = (entry.text or "", *(value for _, value in entry.attributes))
        require_no_control_characters(" ".join(texts), entry.name)
        name = f"{{{_OPF if entry.name in ('meta', 'link') else _DC}}}{entry.name}"
        etree.SubElement(metadata, name, dict(entry.attributes)).text = entry.text
    manifest = etree.SubElement(root, f"{{{_OPF}}}manifest")
    for member in members:
        if member.listed:
            item = {"href": member.path, "id": member.id, "media-type": member.media_type}
            item |= {"properties": " ".join(member.properties)} if member.properties else {}
            etree.SubElement(manifest, f"{{{_OPF}}}item", item)
    direction = {"page-progression-direction": "rtl"} if runs_rtl(language) else {}
    itemrefs = etree.SubElement(root, f"{{{_OPF}}}spine", {"toc": "ncx", **direction})
    for identifier in spine:
        etree.SubElement(itemrefs, f"{{{_OPF}}}itemref", {"idref": identifier})
    for identifier in non_linear:
        etree.SubElement(itemrefs, f"{{{_OPF}}}itemref", {"idref": identifier, "linear": "no"})
    written: bytes = etree.tostring(root, pretty_print=True, encoding="utf-8", xml_declaration=True)
    return written


_COMPRESSION_LEVEL = 5
"""A third faster than level 9, and the book is a third of a percent larger."""

_FONTS = (".ttf", ".otf")

_LOCAL_HEADER, _DIRECTORY_ENTRY = 30, 46
"""Bytes of a local file header, and of a central directory entry, before the name (APPNOTE, 4.3.7 and 4.3.12)."""

_EARLIEST = datetime.fromisoformat("1980-01-01")
_LATEST = datetime.fromisoformat("2107-12-31")
"""First and last day that a ZIP archive can store."""


def write_archive(files: list[tuple[str, bytes]], time: datetime) -> bytes:
    """Return a ZIP archive with files in the given order; `mimetype` is stored, the rest deflated."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, min(max(time, _EARLIEST), _LATEST).timetuple()[:6])
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content if name == "mimetype" else b"")
    return replace_members(output.getvalue(), {name: part for name, part in files if name != "mimetype"}, time)


def replace_members(archive: bytes, changed: Mapping[str, bytes], time: datetime) -> bytes:
    """Replace members of an archive from `write_archive`, and its time.

    The bytes equal a newly written archive, but unchanged members are not compressed again.
    """
    clamped = min(max(time, _EARLIEST), _LATEST)
    clock = clamped.hour << 11 | clamped.minute << 5 | clamped.second // 2
    dos_time = struct.pack("<HH", clock, (clamped.year - 1980) << 9 | clamped.month << 5 | clamped.day)
    output, directory = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        entries, start = opened.infolist(), opened.start_dir
    position = start
    for entry, following in zip_longest(entries, entries[1:]):
        header_length = _LOCAL_HEADER + len(entry.filename.encode()) + len(entry.extra)
        header = bytearray(archive[entry.header_offset : entry.header_offset + header_length])
        packed = archive[entry.header_offset + header_length : following.header_offset if following else start]
        directory_end = position + _DIRECTORY_ENTRY + len(entry.filename.encode()) + len(entry.extra)
        directory_entry = bytearray(archive[position:directory_end])
        position += len(directory_entry)
        header[10:14] = directory_entry[12:16] = dos_time
        if entry.filename in changed:
            content = changed[entry.filename]
            packed = _deflate_font(content) if entry.filename.endswith(_FONTS) else _deflate(content)
            sizes = struct.pack("<LLL", zlib.crc32(content), len(packed), len(content))
            header[14:26] = directory_entry[16:28] = sizes
        directory_entry[42:46] = struct.pack("<L", output.tell())
        output.write(header + packed)
        directory.write(directory_entry)
    end = bytearray(archive[position:])
    end[16:20] = struct.pack("<L", output.tell())
    return output.getvalue() + directory.getvalue() + end


def _deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(_COMPRESSION_LEVEL, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


_deflate_font = lru_cache(maxsize=8)(_deflate)  # most books have the same fonts


def digest_archive_content(archive: bytes) -> str:
    """Return the digest of an archive's members, whichever library compressed it.

    It is the SHA-256 of the output of `sha256sum` for the extracted files, one line each, sorted by name.
    """
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        lines = [f"{sha256(opened.read(name))}  {name}\n" for name in sorted(opened.namelist())]
    return sha256("".join(lines).encode())
