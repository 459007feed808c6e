"""Write the EPUB archive, with package document, cover and fonts: the same bytes for the same book."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import zip_longest

from lxml import etree

from pipeline.bind.epub.documents import add_languages
from pipeline.bind.epub.package import IDENTIFIER_ID, MetadataEntry
from pipeline.bind.fields import BindContext
from pipeline.bind.frames import fill_document, require_no_control_characters
from pipeline.bind.resources import BookFile
from pipeline.compose.design.faces import font_rule, name_fallback_families
from pipeline.compose.language.direction import runs_rtl
from pipeline.core.digests import sha256
from pipeline.core.documents.xhtml import XML_LANG, serialise_xhtml
from pipeline.model.manuscript import BookFont, EpubAssets, Metadata

_OPF, _DC = "http://www.idpf.org/2007/opf", "http://purl.org/dc/elements/1.1/"

_COMPRESSION_LEVEL = 5
"""A third faster than level 9, and the book is a third of a percent larger."""

_FONTS = (".ttf", ".otf")

_LOCAL_HEADER, _DIRECTORY_ENTRY = 30, 46
"""Bytes of a local file header, and of a central directory entry, before the name (APPNOTE, 4.3.7 and 4.3.12)."""

_EARLIEST = datetime.fromisoformat("1980-01-01")
_LATEST = datetime.fromisoformat("2107-12-31")
"""First and last day that a ZIP archive can store."""


@dataclass(frozen=True, slots=True)
class BookMember:
    """A file of the book, with its manifest properties; one outside the manifest is at the archive's root."""

    id: str
    path: str
    media_type: str
    content: bytes
    properties: tuple[str, ...] = ()
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Book:
    """Content of the archive: metadata, members in order, the ids of the spine, and the ids outside linear reading."""

    identifier: str
    title: str
    language: str
    modified: datetime
    metadata: tuple[MetadataEntry, ...]
    members: tuple[BookMember, ...]
    spine: tuple[str, ...]
    non_linear: tuple[str, ...] = ()


_CONTAINER = b"""<?xml version="1.0" encoding="utf-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
  <rootfiles>
    <rootfile media-type="application/oebps-package+xml" full-path="EPUB/content.opf"/>
  </rootfiles>
</container>
"""


def pack_archive(book: Book) -> bytes:
    """Return the book as an EPUB archive."""
    files = [
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", _CONTAINER),
        ("EPUB/content.opf", _package(book)),
        *((f"EPUB/{member.path}" if member.listed else member.path, member.content) for member in book.members),
    ]
    return write_archive(files, book.modified)


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


def _package(book: Book) -> bytes:
    """Return the package document. The spine refers to the NCX by its id, `ncx`."""
    root = etree.Element(
        f"{{{_OPF}}}package",
        {"unique-identifier": IDENTIFIER_ID, "version": "3.0", XML_LANG: book.language},
        nsmap={None: _OPF},  # type: ignore[dict-item]  # the stubs know no default namespace
    )
    metadata = etree.SubElement(root, f"{{{_OPF}}}metadata", nsmap={"dc": _DC})
    modified = etree.SubElement(metadata, f"{{{_OPF}}}meta", {"property": "dcterms:modified"})
    modified.text = f"{book.modified:%Y-%m-%dT%H:%M:%SZ}"
    for entry in book.metadata:
        texts = (entry.text or "", *(value for _, value in entry.attributes))
        require_no_control_characters(" ".join(texts), entry.name)
        name = f"{{{_OPF if entry.name in ('meta', 'link') else _DC}}}{entry.name}"
        etree.SubElement(metadata, name, dict(entry.attributes)).text = entry.text
    manifest = etree.SubElement(root, f"{{{_OPF}}}manifest")
    for member in book.members:
        if member.listed:
            item = {"href": member.path, "id": member.id, "media-type": member.media_type}
            item |= {"properties": " ".join(member.properties)} if member.properties else {}
            etree.SubElement(manifest, f"{{{_OPF}}}item", item)
    direction = {"page-progression-direction": "rtl"} if runs_rtl(book.language) else {}
    spine = etree.SubElement(root, f"{{{_OPF}}}spine", {"toc": "ncx", **direction})
    for identifier in (*book.spine, *book.non_linear):
        non_linear = {"linear": "no"} if identifier in book.non_linear else {}
        etree.SubElement(spine, f"{{{_OPF}}}itemref", {"idref": identifier, **non_linear})
    written: bytes = etree.tostring(root, pretty_print=True, encoding="utf-8", xml_declaration=True)
    return written


COVER_PATH = "cover.xhtml"
"""Path of the cover's document, outside the folder of texts, so that no chapter can have it."""
COVER_ID = "cover"
_SENTENCE_ENDS = (".", "?", "!", "…")
_COVER_PICTURE = BookMember("cover-image", "images/cover.jpg", "image/jpeg", b"", ("cover-image",))

_APPLE_OPTIONS_PATH = "META-INF/com.apple.ibooks.display-options.xml"
_APPLE_OPTIONS = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<display_options><platform name="*">'
    b'<option name="specified-fonts">true</option></platform></display_options>\n'
)
"""Apple Books uses the fonts of a book only if it has this file."""

_OPEN_TYPE = b"OTTO"


def make_cover_document(context: BindContext) -> etree._Element:
    """Return the document with the cover picture; its alt text is only names, so the language does not matter."""
    values = {
        "title": context.metadata.title,
        "language": context.metadata.language,
        "picture": _COVER_PICTURE.path,
        "words": cover_alt_text(context.metadata),
    }
    root = fill_document(context.layouts, "epub/cover.xhtml.j2", values, COVER_PATH)
    add_languages(root)
    return root


def cover_alt_text(metadata: Metadata) -> str:
    """Return 'Hot spots policing. Northmoor Institute.': the title, then the authors or else the publisher."""
    parts = (metadata.title, ", ".join(metadata.authors) or metadata.publisher)
    return " ".join(words if words.rstrip("’”)")[-1:] in _SENTENCE_ENDS else f"{words}." for words in parts if words)


def list_cover_members(assets: EpubAssets, root: etree._Element) -> tuple[BookMember, ...]:
    """Return the cover's document and picture."""
    return (
        BookMember(COVER_ID, COVER_PATH, "application/xhtml+xml", serialise_xhtml(root)),
        replace(_COVER_PICTURE, content=assets.cover),
    )


def cover_metadata() -> MetadataEntry:
    """Return the metadata entry for the cover, for older reading systems."""
    return MetadataEntry("meta", None, (("name", "cover"), ("content", _COVER_PICTURE.id)))


def book_font_rules(assets: EpubAssets) -> str:
    """Return an `@font-face` rule for each font."""
    return "".join(font_rule(font.family, font.weight, font.italic, _font_path(font)) for font in assets.fonts)


def add_fallback_fonts(style: str, assets: EpubAssets) -> str:
    """Return the style sheet, in which text falls back on the other families of the book."""
    return name_fallback_families(style, (font.family for font in assets.fonts))


def list_font_files(assets: EpubAssets) -> tuple[BookFile, ...]:
    """List the book's own fonts."""
    """List the book's own fonts."""
    return tuple(BookFile(_font_path(font), f"font/{_font_extension(font)}", font.content) for font in assets.fonts)


def list_companion_files(assets: EpubAssets, fonts: bool) -> tuple[BookMember, ...]:
    """Return files outside the book's content: font licences, and the option for Apple Books."""
    licences = ((_file_name(licence.package.removeprefix("fontpkg_")), licence.text) for licence in assets.licences)
    return (
        *(
            BookMember(f"licence-{n}", f"META-INF/licences/{n}.txt", "", text.encode(), listed=False)
            for n, text in licences
        ),
        *((BookMember("display-options", _APPLE_OPTIONS_PATH, "", _APPLE_OPTIONS, listed=False),) if fonts else ()),
    )


def _font_path(font: BookFont) -> str:
    style = f"-{font.weight}{'-italic' if font.italic else ''}"
    return f"fonts/{_file_name(font.family)}{style}.{_font_extension(font)}"


def _font_extension(font: BookFont) -> str:
    return "otf" if font.content.startswith(_OPEN_TYPE) else "ttf"


def _file_name(name: str) -> str:
    return "-".join(name.lower().replace("_", " ").split())
