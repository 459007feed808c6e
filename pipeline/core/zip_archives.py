"""Zip archives from outside, read within limits."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

MAX_UNPACKED_BYTES = 256 * 2**20
"""Bytes of an unpacked book."""

MAX_MEMBERS = 20_000
"""Files of an archive."""

_ENTRY = b"PK\x01\x02"
"""Beginning of each entry of the directory of an archive."""

_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError)
"""Errors of the standard library for an archive that is damaged."""


class BadArchive(Exception):
    """Not an archive, or a damaged one, or one with an unsupported compression."""


class LockedArchive(BadArchive):
    """An archive that needs a password."""


class LargeArchive(BadArchive):
    """An archive that unpacks to more than it may."""


class ZipArchive(zipfile.ZipFile):
    """An archive whose files are read up to the sizes that it claims. A file that is larger is damaged."""

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        """Return the bytes of a file. Raises BadArchive if it is damaged, and KeyError if it is missing."""
        entry = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        try:
            with self.open(entry) as file:
                return b"".join(iter(partial(file.read, 2**20), b""))
        except _DAMAGE as error:
            raise BadArchive("it is damaged") from error


@contextmanager
def open_zip_archive(content: bytes, most: int = MAX_UNPACKED_BYTES) -> Iterator[ZipArchive]:
    """Open an archive whose files, unpacked, are at most this many bytes.

    Files are stored or deflated: unpacking by other methods cannot be stopped.

    Raises:
        BadArchive: if it cannot be opened, is locked or unpacks to more.
    """
    if content.count(_ENTRY) > MAX_MEMBERS:
        raise LargeArchive(f"it has more than {MAX_MEMBERS:,} files")
    try:
        archive = ZipArchive(io.BytesIO(content))
    except _DAMAGE as error:
        raise BadArchive("it is not a ZIP archive, or is damaged") from error
    with archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > most:
            raise LargeArchive("it unpacks to too many bytes")
        if any(entry.flag_bits & 0x1 for entry in entries):  # encrypted
            raise LockedArchive("it needs a password")
        if {entry.compress_type for entry in entries} - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise BadArchive("it is packed in a way that is not read")
        yield archive
