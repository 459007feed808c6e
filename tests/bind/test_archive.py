"""The archive itself: the same bytes for the same book, and the same content however it is compressed."""

import hashlib
import io
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.bind.epub.book import digest_archive_content, write_archive
from pipeline.core.digests import sha256
from tests.support.bind import books

BOOK = books.briefing()


def packed(book: bytes, compression: int, changed: bytes = b"") -> bytes:
    """The book packed by another library: compressed otherwise, or not at all, and its files in another order."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as opened, zipfile.ZipFile(made, "w", compression) as archive:
        for name in reversed(opened.namelist()):
            archive.writestr(name, opened.read(name) + changed)
    return made.getvalue()


def test_the_content_is_the_same_however_it_is_compressed() -> None:
    plain = packed(BOOK, zipfile.ZIP_STORED)
    assert (
        digest_archive_content(plain)
        == digest_archive_content(packed(BOOK, zipfile.ZIP_BZIP2))
        == digest_archive_content(BOOK)
    )
    assert sha256(plain) != sha256(BOOK)


def test_an_archive_is_as_zipfile_writes_it() -> None:
    files = [
        ("mimetype", b"application/epub+zip"),
        ("a/\u00e9.txt", b"hello" * 400),
        ("f.ttf", bytes(range(256)) * 300),
        ("e", b""),
    ]
    time = datetime.fromisoformat("2027-03-01T12:30:06")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, time.timetuple()[:6])
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=5)
    assert write_archive(files, time) == write_archive(files, time) == made.getvalue()


def test_anybody_can_work_the_content_out(tmp_path: Path) -> None:
    if not shutil.which("sha256sum"):
        pytest.skip("sha256sum is not installed")
    with zipfile.ZipFile(io.BytesIO(BOOK)) as opened:
        opened.extractall(tmp_path)
        names = sorted(opened.namelist())
    said = subprocess.run(["sha256sum", *names], cwd=tmp_path, capture_output=True, check=True).stdout
    assert hashlib.sha256(said).hexdigest() == digest_archive_content(BOOK)
