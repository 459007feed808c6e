"""The files of a commit, read from git's own store: the same as git says when it is asked."""

import os
import shutil
import zlib
from contextlib import nullcontext
from pathlib import Path

import pytest

from pipeline.core.git import UnreadableGit, committed_objects, uncommitted_paths
from tests.support import hosts
from tests.support.project import files_in

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not on this machine")

LONG = "".join(f"On night {n} the officers walked beat {n} of the town.\n" for n in range(900))


def git(folder: Path, *arguments: str) -> str:
    return hosts.git(folder, *arguments).strip()


@pytest.fixture(params=["sha1", "sha256"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A repository with a few commits of files that differ little, each of its own object so far."""
    folder = tmp_path / "repository"
    (folder / "library/source/packs").mkdir(parents=True)
    git(tmp_path, "init", "-q", f"--object-format={request.param}", "repository")
    for number in range(4):
        for name in ("patrol.md", "packs/nights.yaml", "lamps ü.md"):
            (folder / "library/source" / name).write_text(LONG.replace(f"night {number} ", f"day {name} "))
        (folder / "library/README.md").write_text(f"Read {number}.\n")
        git(folder, "add", ".")
        git(folder, "commit", "-qm", str(number))
    return folder


def listed(folder: Path) -> dict[str, bytes]:
    """The files of the commit as git lists them."""
    rows = git(folder, "-c", "core.quotePath=false", "ls-tree", "-r", "HEAD", ".").splitlines()
    return {row.partition("\t")[2]: bytes.fromhex(row.split()[2]) for row in rows}


@pytest.mark.parametrize("packed", [False, True])
def test_the_files_of_a_commit_are_those_that_git_lists(repository: Path, packed: bool) -> None:
    if packed:
        git(repository, "gc", "-q", "--aggressive", "--prune=now")
        assert len(list((repository / ".git/objects").glob("??/*"))) == 0
    source = repository / "library/source"
    assert committed_objects(source) == listed(source)
    assert len(listed(source)) == 3
    git(repository, "checkout", "-q", "HEAD~2")
    assert committed_objects(source) == listed(source)
    assert uncommitted_paths(source, files_in(source)) == ()


def test_a_clone_that_borrows_and_a_checkout_beside_another_are_read_too(repository: Path, tmp_path: Path) -> None:
    """The objects lie elsewhere. Those of a store with long names that another borrows cannot be read."""
    git(tmp_path, "clone", "-qs", "repository", "clone")
    git(repository, "worktree", "add", "-q", str(tmp_path / "beside"), "HEAD~1")
    clone, beside = (tmp_path / name / "library/source" for name in ("clone", "beside"))
    assert committed_objects(beside) == listed(beside)
    with pytest.raises(UnreadableGit) if len(git(clone, "rev-parse", "HEAD")) == 64 else nullcontext():
        assert committed_objects(clone) == listed(clone)


def test_what_the_commit_does_not_hold_is_named(repository: Path) -> None:
    source = repository / "library/source"
    (source / "patrol.md").write_bytes(LONG.replace("night 3 ", "day patrol.md ").replace("\n", "\r\n").encode())
    assert uncommitted_paths(source, files_in(source)) == ()
    (source / "lamps ü.md").write_text("Lamps.\n")
    git(repository, "add", ".")
    (source / "new.md").write_text("New.\n")
    (source / "packs/nights.yaml").unlink()
    assert uncommitted_paths(source, files_in(source)) == ("lamps ü.md", "new.md", "packs/nights.yaml")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "All")
    assert uncommitted_paths(source, files_in(source)) == ()


def test_a_large_file_that_lies_elsewhere_is_held_by_its_digest(repository: Path) -> None:
    source = repository / "library/source"
    digest = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
    (source / "map.png").write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 6\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "Map")
    assert uncommitted_paths(source, files_in(source) | {"map.png": b"hello\n"}) == ()
    assert uncommitted_paths(source, files_in(source) | {"map.png": b"hullo\n"}) == ("map.png",)


def test_a_folder_of_which_git_has_nothing_is_not_committed(repository: Path, tmp_path: Path) -> None:
    (repository / "library/layouts").mkdir()
    (repository / "library/layouts/common.css").write_text("p {}")
    layouts = repository / "library/layouts"
    assert committed_objects(layouts) == {}
    assert uncommitted_paths(layouts, files_in(layouts)) == ("common.css",)
    (tmp_path / "new/source").mkdir(parents=True)
    git(tmp_path / "new", "init", "-q")
    assert uncommitted_paths(tmp_path / "new/source", {"one.md": b""}) == ("one.md",)


def test_a_link_is_held_by_where_it_leads_and_what_is_there(repository: Path) -> None:
    source = repository / "library/source"
    (repository / "library/house.md").write_text("House.\n")
    for name, target in (("dogs.md", "patrol.md"), ("house.md", "../house.md")):
        (source / name).symlink_to(target)
    assert uncommitted_paths(source, files_in(source)) == ("dogs.md", "house.md")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "Links")
    assert committed_objects(source) == listed(source)
    assert uncommitted_paths(source, files_in(source)) == ()
    (repository / "library/house.md").write_text("Other house.\n")
    (source / "dogs.md").unlink()
    (source / "dogs.md").symlink_to("lamps ü.md")
    assert uncommitted_paths(source, files_in(source)) == ("dogs.md", "house.md")


def test_a_file_that_nobody_reads_counts_if_it_is_committed(repository: Path) -> None:
    source = repository / "library/source"
    (source / "packs/nights.bak").write_text("Old.\n")
    (source / "patrol.md").write_text("New.\n")
    assert uncommitted_paths(source, files_in(source), {"packs/nights.bak", "patrol.md"}) == ("patrol.md",)


def test_nothing_is_reported_where_there_is_no_git(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("One.\n")
    assert (committed_objects(tmp_path), uncommitted_paths(tmp_path, files_in(tmp_path))) == (None, ())


def loose(repository: Path, name: str) -> Path:
    path = repository / ".git/objects" / name[:2] / name[2:]
    path.chmod(0o644)
    return path


@pytest.mark.parametrize("object_of", ["HEAD", "HEAD^{tree}"])
@pytest.mark.parametrize(
    "content",
    [None, b"", b"\x78\x9cjunk", zlib.compress(b"commit 99999999\0x"), zlib.compress(b"tree 5\0" + b"\xff" * 5)],
)
def test_a_damaged_or_partial_store_is_unreadable(repository: Path, object_of: str, content: bytes | None) -> None:
    path = loose(repository, git(repository, "rev-parse", object_of))
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(UnreadableGit, match="Run 'git fsck'"):
        committed_objects(repository / "library/source")


def test_an_object_that_unpacks_without_end_is_unreadable(repository: Path) -> None:
    packer = zlib.compressobj(9)
    parts = [packer.compress(b"commit 1500000000\0"), *(packer.compress(bytes(1_000_000)) for _ in range(200))]
    loose(repository, git(repository, "rev-parse", "HEAD")).write_bytes(b"".join([*parts, packer.flush()]))
    with pytest.raises(UnreadableGit):
        committed_objects(repository / "library/source")


@pytest.mark.proof  # ten seconds go by
def test_a_pipe_in_place_of_an_object_is_unreadable(repository: Path) -> None:
    path = loose(repository, git(repository, "rev-parse", "HEAD"))
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(UnreadableGit):
        committed_objects(repository / "library/source")
