"""Files are written whole or not at all, and a refusal of the machine is one sentence."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pipeline.errors import EnvironmentFailure
from pipeline.store import Store, locked, write_whole


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    """The folders above it are made, and nothing else is left beside it."""
    write_whole(tmp_path / "a" / "b" / "c.txt", b"words")
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "b", "c.txt"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), MemoryError()])
def test_an_interrupted_writing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    """The reader sees the old words; no half file stays beside them."""

    def interrupted(*_: object) -> None:
        raise failure

    write_whole(tmp_path / "a.txt", b"old")
    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(type(failure)):
        write_whole(tmp_path / "a.txt", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.txt": b"old"}


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine refuses is no fault of ours and no traceback."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(EnvironmentFailure, match=r"a\.txt cannot be written: No space left on device\."):
        write_whole(tmp_path / "a.txt", b"new")


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    """An output folder that is a file cannot be locked."""
    (tmp_path / "output").write_text("in the way")
    with pytest.raises(EnvironmentFailure, match="cannot be written to"), locked(tmp_path / "output", lambda: None):
        pass


def test_what_is_kept_is_found(tmp_path: Path) -> None:
    """By the same key, in another process too; by another key there is nothing."""
    Store(tmp_path).keep("aa11", {"words": (1, 2)})
    assert Store(tmp_path).find("aa11") == {"words": (1, 2)}
    assert Store(tmp_path).find("aa12") is None
