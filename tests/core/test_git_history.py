"""Earlier states of a file, as git has them on any branch."""

import shutil
from pathlib import Path

import pytest

from pipeline.core.git import UnreadableGit, earlier_contents, is_shallow
from tests.support.hosts import clone, commit, git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not on this machine")


def saved(folder: Path, words: str, name: str = "source/a.md") -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(words)
    commit(folder, words)


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository with three states of a file, one of them on a branch that a merge left out."""
    folder = tmp_path / "origin"
    folder.mkdir()
    git(folder, "init", "--quiet")
    saved(folder, "first")
    git(folder, "checkout", "--quiet", "-b", "aside")
    saved(folder, "aside")
    git(folder, "checkout", "--quiet", "main")
    saved(folder, "second")
    git(folder, "merge", "--quiet", "--strategy", "ours", "aside")
    git(folder, "branch", "--quiet", "--delete", "aside")
    saved(folder, "other", "source/b.md")
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_every_state_is_given_once(origin: Path, packed: bool) -> None:
    git(origin, "checkout", "--quiet", "-b", "later")
    saved(origin, "third")
    git(origin, "checkout", "--quiet", "--detach", "main")
    if packed:
        git(origin, "gc", "--quiet", "--prune=now")
    states = [*earlier_contents(origin, ["source/a.md", "source/none.md"])]
    assert sorted(states) == [b"aside", b"first", b"second", b"third"]
    assert [*earlier_contents(origin / "source", ["a.md"])] == states


def test_a_shallow_clone_has_what_it_was_given(origin: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{origin}", "shallow")
    assert [*earlier_contents(tmp_path / "shallow", ["source/a.md"])] == [b"second"]
    whole = clone(origin, tmp_path / "whole", "main")
    assert len([*earlier_contents(whole, ["source/a.md"])]) == 3
    assert (is_shallow(tmp_path / "shallow"), is_shallow(whole)) == (True, False)
    shutil.rmtree(whole / ".git")
    assert ([*earlier_contents(whole, ["source/a.md"])], is_shallow(whole)) == ([], False)


def test_states_around_a_damaged_object_are_given(origin: Path) -> None:
    for name in ("main^{tree}", "main^1^{tree}"):
        tree = git(origin, "rev-parse", name).strip()
        (origin / ".git/objects" / tree[:2] / tree[2:]).unlink()
    assert sorted(earlier_contents(origin, ["source/a.md"])) == [b"aside", b"first"]
    shutil.rmtree(origin / ".git/objects")
    with pytest.raises(UnreadableGit):
        [*earlier_contents(origin, ["source/a.md"])]
