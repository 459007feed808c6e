"""The EPUB archive, the same bytes for the same book.

EbookLib packs what it is given as bytes and nothing more, without compressing it; the archive is then written again
with fixed times, modes and order.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import zip_longest

from ebooklib import epub
from lxml import etree

from pipeline.bind.epub.metadata import IDENTIFIER_ID, MetadataEntry
from pipeline.bind.frames import no_control_characters
from pipeline.compose.language.direction import runs_rtl
from pipeline.core.digest import sha256
from pipeline.core.errors import PressFailure
from pipeline.markup.xhtml import XML_LANG

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


class _RawItem(epub.EpubItem):  # type: ignore[misc]  # EbookLib has no types
    """A file that is packed as it is: EbookLib's other items re-parse documents and damage them."""

    def __init__(self, member: BookMember) -> None:
        super().__init__(member.id, member.path, member.media_type, member.content, manifest=member.listed)
        self.properties = list(member.properties)


class _Writer(epub.EpubWriter):  # type: ignore[misc]
    """EbookLib's writer, which also says what language the package document is in: there is no option for it."""

    def _write_opf_file(self, root: etree._Element) -> None:
        root.set(XML_LANG, self.book.language)
        super()._write_opf_file(root)


def pack_archive(book: Book) -> bytes:
    """The book as an EPUB archive."""
    raw = io.BytesIO()
    options = {"mtime": book.modified, "raise_exceptions": True, "compresslevel": 0}
    writer = _Writer(raw, _packaged(book), options)
    writer.process()
    writer.write()
    with zipfile.ZipFile(raw) as archive:
        files = [(name, archive.read(name)) for name in archive.namelist()]
    _the_packager_did_as_told(book, dict(files))
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


@lru_cache(maxsize=8)
def _deflated_font(content: bytes) -> bytes:
    """The same of what is in most books."""
    return _deflated(content)


def content_digest(archive: bytes) -> str:
    """The digest of what an archive holds, whichever library compressed it.

    It is the SHA-256 of what `sha256sum` prints of the files within: a line each, in the order of their names.
    """
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        lines = [f"{sha256(opened.read(name))}  {name}\n" for name in sorted(opened.namelist())]
    return sha256("".join(lines).encode())


def _packaged(book: Book) -> epub.EpubBook:
    packaged = epub.EpubBook()
    packaged.metadata = {}
    packaged.IDENTIFIER_ID, packaged.uid = IDENTIFIER_ID, book.identifier
    packaged.title, packaged.language = book.title, book.language
    if runs_rtl(book.language):
        packaged.set_direction("rtl")
    for entry in book.metadata:  # EbookLib would write an empty element, and say nothing
        no_control_characters(" ".join((entry.text or "", *(said for _, said in entry.attributes))), entry.name)
        packaged.add_metadata("DC" if entry.dublin_core else None, entry.name, entry.text, dict(entry.attributes))
    for member in book.members:
        packaged.add_item(_RawItem(member))
    packaged.spine = [*book.spine, *((identifier, "no") for identifier in book.aside)]
    return packaged


def _the_packager_did_as_told(book: Book, files: dict[str, bytes]) -> None:
    """Every member is there, byte for byte, and the package says its language: else EbookLib has changed."""
    package = etree.fromstring(files["EPUB/content.opf"])
    if package.get(XML_LANG) != book.language:
        raise PressFailure("EbookLib has changed: the package document no longer says its language.")
    for member in book.members:
        if files.get(f"EPUB/{member.path}" if member.listed else member.path) != member.content:
            raise PressFailure(f"EbookLib has changed: it did not pack '{member.path}' as given.")
    said = len(package.findall("{*}metadata/*"))
    if said != len(book.metadata) + 1:
        raise PressFailure(f"EbookLib has changed: of {len(book.metadata)} entries of metadata it wrote {said - 1}.")
