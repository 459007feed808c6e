"""Zip archives from outside, read within a limit. The sizes that an archive claims are checked while it is unpacked."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

MOST = 256 * 2**20
"""Bytes of an unpacked book."""

MOST_MEMBERS = 20_000
"""Files of an archive."""

_PIECE = 2**20
"""Bytes that are unpacked at a time."""

_ENCRYPTED = 0x1
"""The flag of a file that needs a password."""

_ENTRY = b"PK\x01\x02"
"""Begin of each entry of the directory of an archive."""

_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError)
"""Errors of the standard library for an archive that is damaged."""


class BadArchive(Exception):
    """No archive, or a damaged one, or one that is packed in a way that is not read."""


class LockedArchive(BadArchive):
    """An archive that needs a password."""


class LargeArchive(BadArchive):
    """An archive that unpacks to more than it may."""


class ZipArchive(zipfile.ZipFile):
    """An archive whose files are read up to the sizes that it claims. A file that is larger is damaged."""

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        """Return the bytes of a file. Raises BadArchive if it is damaged, and KeyError if there is none."""
        entry = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        try:
            with self.open(entry) as file:
                return b"".join(iter(partial(file.read, _PIECE), b""))
        except _BROKEN as wrong:
            raise BadArchive("it is damaged") from wrong


@contextmanager
def archive_of(content: bytes, most: int = MOST) -> Iterator[ZipArchive]:
    """An archive, opened, whose files take at most so many bytes, unpacked.

    Files are stored or deflated: what other ways unpack cannot be stopped.

    Raises:
        BadArchive: if it cannot be opened, is locked or unpacks to more.
    """
    if content.count(_ENTRY) > MOST_MEMBERS:
        raise LargeArchive(f"it has more than {MOST_MEMBERS:,} files")
    try:
        archive = ZipArchive(io.BytesIO(content))
    except _BROKEN as wrong:
        raise BadArchive("it is not a ZIP archive, or is damaged") from wrong
    with archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > most:
            raise LargeArchive("it unpacks to too many bytes")
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise LockedArchive("it needs a password")
        if {entry.compress_type for entry in entries} - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise BadArchive("it is packed in a way that is not read")
        yield archive
