"""Archives from outside: what they claim about their sizes, and what they are packed with."""

import io
import struct
import tracemalloc
import zipfile

import pytest

from pipeline.core.zip_archives import MAX_MEMBERS, BadArchive, LargeArchive, LockedArchive, open_zip_archive

SIZE = 50_000_000


def archive(kind: int = zipfile.ZIP_DEFLATED, claimed: int = SIZE, flags: int = 0) -> bytes:
    """An archive of a file of 50 MB, and what its two headers claim about it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as made:
        made.writestr(zipfile.ZipInfo("a.bin"), bytes(SIZE), kind)
    content = bytearray(out.getvalue())
    for mark, flag, size in ((b"PK\x03\x04", 6, 22), (b"PK\x01\x02", 8, 24)):
        at = content.index(mark)
        content[at + size : at + size + 4] = struct.pack("<I", claimed)
        content[at + flag] |= flags
    return bytes(content)


def read(content: bytes, most: int) -> bytes:
    """The file of an archive, which may take twice the memory of the limit."""
    tracemalloc.start()
    try:
        with open_zip_archive(content, most) as opened:
            return opened.read("a.bin")
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < most * 2 + 10_000_000


def test_an_honest_archive_is_read() -> None:
    assert read(archive(), SIZE) == bytes(SIZE)


@pytest.mark.parametrize("claimed", [0, 1000, 900_000])
def test_a_file_larger_than_it_claims_is_damaged(claimed: int) -> None:
    with pytest.raises(BadArchive):
        read(archive(claimed=claimed), 1_000_000)


def test_an_archive_larger_than_the_limit_is_not_unpacked() -> None:
    with pytest.raises(LargeArchive):
        read(archive(), 1_000_000)


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_no_other_way_of_packing_is_read(kind: int) -> None:
    with pytest.raises(BadArchive):
        read(archive(kind, claimed=1000), 1_000_000)


def test_an_archive_with_a_password_says_so() -> None:
    with pytest.raises(LockedArchive):
        read(archive(flags=1), SIZE)


def test_a_directory_of_very_many_files_is_not_read() -> None:
    with pytest.raises(LargeArchive):
        read(archive() + b"PK\x01\x02" * MAX_MEMBERS, SIZE)


@pytest.mark.parametrize("content", [b"", b"PK", archive()[:-10], archive()[200:]])
def test_a_damaged_archive_is_none(content: bytes) -> None:
    with pytest.raises(BadArchive):
        read(content, SIZE)
