"""The archive: files by their SHA-256, in a folder or in a store that a URL names, read back and never written over."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from pipeline.core.diagnostics import EnvironmentFailure, UsageError
from pipeline.core.digests import sha256
from pipeline.services.editions.archive import Archive, open_archive

CONTENT = b"%PDF-1.7 of an edition"
DIGEST = sha256(CONTENT)
PLACE = f"sha256/{DIGEST[:2]}/{DIGEST}"


@pytest.fixture(params=["folder", "absolute folder", "file URL", "memory URL"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    """An archive of each kind."""
    address = {
        "folder": "../archive",
        "absolute folder": str(tmp_path / "archive"),
        "file URL": f"file://{tmp_path}/archive",
        "memory URL": "memory://archive",
    }[request.param]
    found = open_archive(address, tmp_path / "library")
    assert found
    yield found
    if request.param == "memory URL":
        fsspec.filesystem("memory").rm("/archive", recursive=True)


def test_what_is_kept_is_given_back(archive: Archive) -> None:
    assert archive.file(DIGEST) is None
    assert not archive.holds(DIGEST)
    assert archive.keep(CONTENT)
    assert archive.keep(CONTENT)
    assert archive.file(DIGEST) == CONTENT
    assert list(archive.storage.names(f"sha256/{DIGEST[:2]}")) == [DIGEST]


def test_other_bytes_under_a_hash_are_noticed_and_left(archive: Archive) -> None:
    archive.storage.write(PLACE, b"other")
    assert not archive.keep(CONTENT)
    assert not archive.holds(DIGEST)
    assert archive.file(DIGEST) == b"other"


def test_copies_of_records_are_listed_by_pack(archive: Archive) -> None:
    assert list(archive.packs()) == list(archive.records("nights")) == []
    assert archive.keep_record("nights", "001-autumn.json", b"{}")
    assert not archive.keep_record("nights", "001-autumn.json", b"[]")
    assert (list(archive.packs()), list(archive.records("nights"))) == (["nights"], ["001-autumn.json"])
    assert archive.record("nights", "001-autumn.json") == b"{}"


def test_an_archive_that_cannot_be_reached_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("no folder")
    for address in (str(tmp_path / "archive"), f"file://{tmp_path}/archive", "nosuch://archive"):
        found = open_archive(address, tmp_path)
        assert found
        with pytest.raises(EnvironmentFailure, match="archive"):
            found.keep(CONTENT)


@pytest.mark.parametrize("address", ["output/archive", "source/../source", "output"])
def test_an_archive_lies_neither_among_the_sources_nor_in_the_output(address: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"The archive cannot be in (source|output)/: choose another folder"):
        open_archive(address, tmp_path)


def test_a_library_without_an_archive_has_none() -> None:
    assert open_archive(None, Path()) is None
