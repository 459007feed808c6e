"""EPUB archive, the same bytes for the same book."""

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
from pipeline.bind.frames import document_in, no_control_characters
from pipeline.bind.resources import BookFile
from pipeline.compose.design.book_fonts import with_fallback
from pipeline.compose.design.faces import font_rule
from pipeline.compose.language.direction import runs_rtl
from pipeline.core.digests import sha256
from pipeline.core.documents.xhtml import XML_LANG, serialise
from pipeline.model.formats import Layouts
from pipeline.model.manuscript import BookFont, EpubAssets, Metadata

_OPF, _DC = "http://www.idpf.org/2007/opf", "http://purl.org/dc/elements/1.1/"

_EFFORT = 5
"""Of 9 that deflating may take: a third quicker than 9, and the book a third of a percent larger."""

_FONTS = (".ttf", ".otf")

_LOCAL, _LISTED = 30, 46
"""Bytes of a file's header, and of its entry in the archive's list, before its name (APPNOTE, 4.3.7 and 4.3.12)."""

_EARLIEST = datetime.fromisoformat("1980-01-01")
_LATEST = datetime.fromisoformat("2107-12-31")
"""Before and after these a ZIP archive knows no time."""


@dataclass(frozen=True, slots=True)
class BookMember:
    """A file of the book. `properties` are the manifest's; one outside the manifest stands at the archive's root."""

    id: str
    path: str
    media_type: str
    content: bytes
    properties: tuple[str, ...] = ()
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Book:
    """Content of the archive: metadata, members in order, the spine's ids in reading order and those aside from it."""

    identifier: str
    title: str
    language: str
    modified: datetime
    metadata: tuple[MetadataEntry, ...]
    members: tuple[BookMember, ...]
    spine: tuple[str, ...]
    aside: tuple[str, ...] = ()


_CONTAINER = b"""<?xml version="1.0" encoding="utf-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
  <rootfiles>
    <rootfile media-type="application/oebps-package+xml" full-path="EPUB/content.opf"/>
  </rootfiles>
</container>
"""


def pack_archive(book: Book) -> bytes:
    """The book as an EPUB archive."""
    files = [
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", _CONTAINER),
        ("EPUB/content.opf", _package(book)),
        *((f"EPUB/{member.path}" if member.listed else member.path, member.content) for member in book.members),
    ]
    return write_archive(files, book.modified)


def write_archive(files: list[tuple[str, bytes]], time: datetime) -> bytes:
    """A ZIP archive in the order given; `mimetype` is stored, the rest deflated."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, min(max(time, _EARLIEST), _LATEST).timetuple()[:6])
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content if name == "mimetype" else b"")
    return exchange_members(output.getvalue(), {name: part for name, part in files if name != "mimetype"}, time)


def exchange_members(archive: bytes, changed: Mapping[str, bytes], time: datetime) -> bytes:
    """An archive of `write_archive` with other contents of some of its files, and of another time.

    The bytes are those that writing it anew would give; what does not change is not packed again.
    """
    day = min(max(time, _EARLIEST), _LATEST)
    clock = day.hour << 11 | day.minute << 5 | day.second // 2
    when = struct.pack("<HH", clock, (day.year - 1980) << 9 | day.month << 5 | day.day)
    output, directory = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        entries, start = opened.infolist(), opened.start_dir
    at = start
    for entry, following in zip_longest(entries, entries[1:]):
        about = _LOCAL + len(entry.filename.encode()) + len(entry.extra)
        head = bytearray(archive[entry.header_offset : entry.header_offset + about])
        packed = archive[entry.header_offset + about : following.header_offset if following else start]
        listed = bytearray(archive[at : at + _LISTED + len(entry.filename.encode()) + len(entry.extra)])
        at += len(listed)
        head[10:14] = listed[12:16] = when
        if entry.filename in changed:
            content = changed[entry.filename]
            packed = _deflated_font(content) if entry.filename.endswith(_FONTS) else _deflated(content)
            sizes = struct.pack("<LLL", zlib.crc32(content), len(packed), len(content))
            head[14:26] = listed[16:28] = sizes
        listed[42:46] = struct.pack("<L", output.tell())
        output.write(head + packed)
        directory.write(listed)
    end = bytearray(archive[at:])
    end[16:20] = struct.pack("<L", output.tell())
    return output.getvalue() + directory.getvalue() + end


def _deflated(content: bytes) -> bytes:
    """A file as the archive packs it."""
    packer = zlib.compressobj(_EFFORT, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


_deflated_font = lru_cache(maxsize=8)(_deflated)  # most books have the same fonts


def content_digest(archive: bytes) -> str:
    """The digest of what an archive holds, whichever library compressed it.

    It is the SHA-256 of what `sha256sum` prints of the files within: a line each, in the order of their names.
    """
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        lines = [f"{sha256(opened.read(name))}  {name}\n" for name in sorted(opened.namelist())]
    return sha256("".join(lines).encode())


def _package(book: Book) -> bytes:
    """The package document. The spine names the older contents by their id, `ncx`."""
    root = etree.Element(
        f"{{{_OPF}}}package",
        {"unique-identifier": IDENTIFIER_ID, "version": "3.0", XML_LANG: book.language},
        nsmap={None: _OPF},  # type: ignore[dict-item]  # the stubs know no default namespace
    )
    metadata = etree.SubElement(root, f"{{{_OPF}}}metadata", nsmap={"dc": _DC})
    modified = etree.SubElement(metadata, f"{{{_OPF}}}meta", {"property": "dcterms:modified"})
    modified.text = f"{book.modified:%Y-%m-%dT%H:%M:%SZ}"
    for entry in book.metadata:
        no_control_characters(" ".join((entry.text or "", *(said for _, said in entry.attributes))), entry.name)
        name = f"{{{_OPF if entry.name in ('meta', 'link') else _DC}}}{entry.name}"
        etree.SubElement(metadata, name, dict(entry.attributes)).text = entry.text
    manifest = etree.SubElement(root, f"{{{_OPF}}}manifest")
    for member in book.members:
        if member.listed:
            about = {"href": member.path, "id": member.id, "media-type": member.media_type}
            about |= {"properties": " ".join(member.properties)} if member.properties else {}
            etree.SubElement(manifest, f"{{{_OPF}}}item", about)
    direction = {"page-progression-direction": "rtl"} if runs_rtl(book.language) else {}
    spine = etree.SubElement(root, f"{{{_OPF}}}spine", {"toc": "ncx", **direction})
    for identifier in (*book.spine, *book.aside):
        aside = {"linear": "no"} if identifier in book.aside else {}
        etree.SubElement(spine, f"{{{_OPF}}}itemref", {"idref": identifier, **aside})
    written: bytes = etree.tostring(root, pretty_print=True, encoding="utf-8", xml_declaration=True)
    return written


COVER_PATH = "cover.xhtml"
"""The cover's document stands beside the folder of texts: no chapter can have its name."""
COVER_ID = "cover"
_ENDS = (".", "?", "!", "…")
_PICTURE = BookMember("cover-image", "images/cover.jpg", "image/jpeg", b"", ("cover-image",))

_OPTIONS_PATH = "META-INF/com.apple.ibooks.display-options.xml"
_DISPLAY_OPTIONS = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<display_options><platform name="*">'
    b'<option name="specified-fonts">true</option></platform></display_options>\n'
)
"""Apple's reader uses the fonts of a book only where the book says so here."""

_OPEN_TYPE = b"OTTO"


def cover_document(metadata: Metadata, layouts: Layouts) -> etree._Element:
    """The picture alone in its document. Its words are in the book's own language whatever that is: names alone."""
    values = {
        "title": metadata.title,
        "language": metadata.language,
        "picture": _PICTURE.path,
        "words": cover_words(metadata),
    }
    root = document_in(layouts, "epub/cover.xhtml.j2", values, COVER_PATH)
    add_languages(root)
    return root


def cover_words(metadata: Metadata) -> str:
    """'Hot spots policing. Northmoor Institute.': the title, then who wrote it, else who publishes it."""
    said = (metadata.title, ", ".join(metadata.authors) or metadata.publisher)
    return " ".join(words if words.rstrip("’”)")[-1:] in _ENDS else f"{words}." for words in said if words)


def cover_members(assets: EpubAssets, root: etree._Element) -> tuple[BookMember, ...]:
    """The cover's document and its picture."""
    return (
        BookMember(COVER_ID, COVER_PATH, "application/xhtml+xml", serialise(root)),
        replace(_PICTURE, content=assets.cover),
    )


def cover_entry() -> MetadataEntry:
    """The cover's entry in the metadata, for older reading systems."""
    return MetadataEntry("meta", None, (("name", "cover"), ("content", _PICTURE.id)))


def font_rules(assets: EpubAssets) -> str:
    """An `@font-face` rule for each font. Where it stands and what else may stand for it, the layout says."""
    return "".join(font_rule(font.family, font.weight, font.italic, _path(font)) for font in assets.fonts)


def dressed(style: str, assets: EpubAssets) -> str:
    """The style sheet, in which the text falls back on the other families of the assets."""
    return with_fallback(style, (font.family for font in assets.fonts))


def font_files(assets: EpubAssets) -> tuple[BookFile, ...]:
    """The fonts."""
    return tuple(BookFile(_path(font), f"font/{_kind(font)}", font.content) for font in assets.fonts)


def files_beside(assets: EpubAssets, fonts: bool) -> tuple[BookMember, ...]:
    """Files beside the fonts that are no part of the book itself: their licences, and the word to Apple's reader."""
    licences = ((_plain(licence.package.removeprefix("fontpkg_")), licence.text) for licence in assets.licences)
    return (
        *(
            BookMember(f"licence-{n}", f"META-INF/licences/{n}.txt", "", text.encode(), listed=False)
            for n, text in licences
        ),
        *((BookMember("display-options", _OPTIONS_PATH, "", _DISPLAY_OPTIONS, listed=False),) if fonts else ()),
    )


def _path(font: BookFont) -> str:
    style = f"-{font.weight}{'-italic' if font.italic else ''}"
    return f"fonts/{_plain(font.family)}{style}.{_kind(font)}"


def _kind(font: BookFont) -> str:
    return "otf" if font.content.startswith(_OPEN_TYPE) else "ttf"


def _plain(name: str) -> str:
    """A name as a file may have it."""
    return "-".join(name.lower().replace("_", " ").split())
