"""What git keeps of a folder, read from its own files: the same as git says when it is asked."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.store.git_tracked import blobs_in, commit_of

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not on this machine")


def git(folder: Path, *arguments: str) -> str:
    """What git says, without the settings of this machine."""
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"]}
    own = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    done = subprocess.run(["git", *own, *arguments], cwd=folder, env=quiet, check=True, capture_output=True, text=True)
    return done.stdout.strip()


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
    """By their paths from the folder on, as they are written."""
    listed = [line.split(maxsplit=3) for line in git(repository, "ls-files", "-s", "source").splitlines()]
    assert blobs_in(repository / "source") == {path.removeprefix("source/"): blob for _, blob, _, path in listed}
    assert "editions/One.json" in blobs_in(repository / "source")


def test_the_commit_is_that_of_the_head(repository: Path) -> None:
    """On a branch, on one whose name is packed, and on none."""
    head = git(repository, "rev-parse", "HEAD")
    assert commit_of(repository / "source") == head
    git(repository, "pack-refs", "--all")
    assert commit_of(repository) == head
    git(repository, "checkout", "-q", "--detach", "HEAD~1")
    assert commit_of(repository) == git(repository, "rev-parse", "HEAD") != head


def test_a_checkout_beside_another_has_a_head_of_its_own(repository: Path, tmp_path: Path) -> None:
    """It lies elsewhere, and its branches with the other's."""
    git(repository, "worktree", "add", "-q", "-b", "other", str(tmp_path / "other"), "HEAD~1")
    assert commit_of(tmp_path / "other/source") == git(tmp_path / "other", "rev-parse", "HEAD")
    assert set(blobs_in(tmp_path / "other/source")) == {"editions/One.json", "words.txt"}


def test_where_git_keeps_nothing_there_is_no_commit(tmp_path: Path) -> None:
    """Nor in a repository without one."""
    assert (commit_of(tmp_path), blobs_in(tmp_path)) == (None, {})
    git(tmp_path, "init", "-q")
    assert commit_of(tmp_path) is None
