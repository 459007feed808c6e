"""What git keeps of a folder, read from its own files: the same as git says when it is asked."""

import os
import shutil
import struct
import time
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.core.git import UnreadableGit, checked_out_commit, tracked_blobs, tracked_paths
from tests.support import hosts

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not on this machine")


def git(folder: Path, *arguments: str) -> str:
    return hosts.git(folder, *arguments).strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two commits; a file below a folder."""
    folder = tmp_path / "repository"
    (folder / "source/editions").mkdir(parents=True)
    (folder / "source/editions/One.json").write_text("{}\n")
    (folder / "README.md").write_text("Read me.\n")
    git(tmp_path, "init", "-q", "repository")
    for message in ("First", "Second"):
        (folder / "source/words.txt").write_text(message)
        git(folder, "add", ".")
        git(folder, "commit", "-qm", message)
    return folder


def test_blobs_are_those_that_git_lists(repository: Path) -> None:
    listed = [line.split(maxsplit=3) for line in git(repository, "ls-files", "-s", "source").splitlines()]
    assert tracked_blobs(repository / "source") == {path.removeprefix("source/"): blob for _, blob, _, path in listed}
    assert "editions/One.json" in tracked_blobs(repository / "source")


def test_the_commit_is_that_of_the_head(repository: Path) -> None:
    head = git(repository, "rev-parse", "HEAD")
    assert checked_out_commit(repository / "source") == head
    git(repository, "pack-refs", "--all")
    assert checked_out_commit(repository) == head
    git(repository, "checkout", "-q", "--detach", "HEAD~1")
    assert checked_out_commit(repository) == git(repository, "rev-parse", "HEAD") != head


def test_a_checkout_beside_another_has_a_head_of_its_own(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "-q", "-b", "other", str(tmp_path / "other"), "HEAD~1")
    assert checked_out_commit(tmp_path / "other/source") == git(tmp_path / "other", "rev-parse", "HEAD")
    assert set(tracked_blobs(tmp_path / "other/source")) == {"editions/One.json", "words.txt"}


def test_where_git_keeps_nothing_there_is_no_commit(tmp_path: Path) -> None:
    assert (checked_out_commit(tmp_path), tracked_blobs(tmp_path)) == (None, {})
    git(tmp_path, "init", "-q")
    assert checked_out_commit(tmp_path) is None


@pytest.mark.parametrize("head", ["ref: ../../secret", "ref: refs/../../secret", "0123", "ref: HEAD", "\0"])
def test_a_head_that_names_no_branch_and_no_commit_is_refused(repository: Path, head: str) -> None:
    (repository.parent / "secret").write_text("secret")
    (repository / ".git/HEAD").write_text(f"{head}\n")
    with pytest.raises(UnreadableGit, match="HEAD of the git repository"):
        checked_out_commit(repository)


def test_a_repository_of_the_reftable_format_is_refused(repository: Path) -> None:
    (repository / ".git/reftable").mkdir()
    (repository / ".git/HEAD").write_text("ref: refs/heads/.invalid\n")
    with pytest.raises(UnreadableGit, match="reftable"):
        checked_out_commit(repository)
    assert "words.txt" in tracked_blobs(repository / "source")


@pytest.mark.parametrize("name", ["HEAD", "index", "config", "commondir", "packed-refs", "refs/heads/main"])
@pytest.mark.parametrize("device", [True, False])
def test_no_pipe_and_no_device_is_read(repository: Path, name: str, device: bool) -> None:
    path = repository / ".git" / name
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero") if device else os.mkfifo(path)
    for question in (checked_out_commit, tracked_paths):
        with suppress(UnreadableGit):
            question(repository)


def index_of(*rows: tuple[int, bytes], version: int = 4, more: bytes = b"") -> bytes:
    """An index: of each entry how many bytes go from the path before it, as git writes numbers, and what is added."""
    entries = b"".join(bytes(62) + bytes([dropped]) + added + b"\0" for dropped, added in rows)
    return struct.pack(">4sII", b"DIRC", version, len(rows)) + entries + more + bytes(20)


@pytest.mark.parametrize(
    "index",
    [
        index_of(*[(0, b"a" * 60)] * 20_000),
        index_of((0, b"a")) + b"\xff" * 1_000_000,
        index_of((0, b"a"), more=struct.pack(">4sI", b"link", 20) + bytes(20)),
        struct.pack(">4sII", b"DIRC", 2, 4_000_000_000),
    ],
    ids=["paths that grow", "junk", "links to itself", "no entries"],
)
def test_a_forged_index_is_read_in_bounded_time(repository: Path, index: bytes) -> None:
    (repository / ".git/index").write_bytes(index)
    (repository / f".git/sharedindex.{'0' * 40}").write_bytes(index)
    began = time.process_time()
    assert len(tracked_paths(repository)) < 100
    assert time.process_time() - began < 2
