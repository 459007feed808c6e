"""What git keeps of a folder: the files that it tracks, its branches and its commit, from `HEAD` and the index.

No program is asked, and no configuration and no list of ignored files is followed, so nothing runs that they name.
Each file is read up to a limit, and no pipe or device is.
"""

import os
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

from pipeline.core.errors import EnvironmentFailure
from pipeline.store.files import content_of

MOST = 64_000_000
"""Bytes of a file of git that is read whole, and of all paths of an index."""

LONGEST = 4096
"""Bytes of a path."""

_MOST_BRANCHES = 10_000

SHA1, SHA256 = 20, 32
_STAT = 40
"""Bytes of an entry of the index before its digest."""

_EXTENDED = 0x4000
"""The flag of an entry that has two more bytes of flags."""

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REF = re.compile(r"refs/[^\0-\x20\x7f]+")
_BRANCHES = ("refs/heads/", "refs/remotes/")


class UnreadableGit(EnvironmentFailure):
    """Git's files cannot be read; the message is a sentence with what to do."""


# The repository


def home_of(folder: Path) -> tuple[Path, Path] | None:
    """The folder that the nearest repository above a folder has checked out, and the path that leads to it."""
    real = Path(os.path.realpath(folder))
    return next(((above, real) for above in (real, *real.parents) if os.path.lexists(above / ".git")), None)


def git_folders(git: Path) -> tuple[Path, Path]:
    """The folder of a checkout in git, and the one that it shares with other checkouts of the repository."""
    if git.is_file():  # of a worktree or a submodule
        git = git.parent / os.fsdecode((read_of_git(git) or b"").partition(b"gitdir:")[2].strip())
    shared = read_of_git(git / "commondir")
    return git, git / os.fsdecode(shared.strip()) if shared else git


def read_of_git(path: Path) -> bytes | None:
    """The bytes of a file, or nothing where there is none. Raises OSError for a pipe, a device or a very large file."""
    return content_of(Path(os.path.realpath(path)), MOST)


def refuse_tracked_links(folder: Path, names: Iterable[str]) -> None:
    """Raise if git tracks a link of one of these names in a folder that leads out of the checkout.

    The author of a text would choose where commands write. A link that a user has made is not tracked.
    """
    for link in (folder / name for name in names):
        if link.is_symlink() and link.name in tracked_in(folder):
            home = home_of(folder)
            if home and not Path(os.path.realpath(link)).is_relative_to(home[0]):
                raise EnvironmentFailure(
                    f"{link} is a link out of the library, and git tracks it. Put a folder in its place."
                )


# The commit and the branches


def commit_of(folder: Path) -> str | None:
    """The commit that a folder was checked out from; none where git does not keep it, or nothing is committed.

    Raises:
        UnreadableGit: where it cannot be read.
    """
    home = home_of(folder)
    if home is None:
        return None
    try:
        return _head(*git_folders(home[0] / ".git"))
    except (OSError, ValueError):
        raise UnreadableGit("HEAD of the git repository cannot be read. Run 'git fsck'.") from None


def _head(git: Path, shared: Path) -> str | None:
    """The commit at the head. Raises OSError or ValueError if it cannot be read."""
    if (shared / "reftable").is_dir():
        raise UnreadableGit(
            "The git repository has the reftable format, which cannot be read. "
            "Run 'git refs migrate --ref-format=files'."
        )
    head = (read_of_git(git / "HEAD") or b"").decode().strip()
    return head if _COMMIT.fullmatch(head) else _pointed_at(shared, head.removeprefix("ref: "))


def _pointed_at(shared: Path, ref: str) -> str | None:
    """The commit that a branch is at: by its own file, or by the list of packed ones."""
    if not _REF.fullmatch(ref) or ".." in ref:
        raise ValueError(ref)
    loose = read_of_git(shared / ref)
    commit = _packed(shared).get(ref) if loose is None else loose.decode().strip()
    if commit is not None and not _COMMIT.fullmatch(commit):
        raise ValueError(commit)
    return commit


def _packed(shared: Path) -> Mapping[str, str]:
    """The packed branches, each with its commit."""
    rows = (
        line.split(" ", 1)
        for line in (read_of_git(shared / "packed-refs") or b"").decode("utf-8", "replace").split("\n")
    )
    return {row[1]: row[0] for row in rows if len(row) == 2 and _COMMIT.fullmatch(row[0])}


def heads_of(top: Path) -> list[str]:
    """The commits that branches of a repository are at, and the one that was checked out; none of a damaged branch.

    Raises:
        UnreadableGit: where HEAD cannot be read.
    """
    head = commit_of(top)
    found, shared = {head or ""}, git_folders(top / ".git")[1]
    with suppress(OSError):
        found |= {commit for ref, commit in _packed(shared).items() if ref.startswith(_BRANCHES)}
    loose = (Path(root, name) for ref in _BRANCHES for root, _, names in os.walk(shared / ref) for name in names)
    for path in islice(loose, _MOST_BRANCHES):
        with suppress(OSError, ValueError):
            found.add(_pointed_at(shared, path.relative_to(shared).as_posix()) or "")
    return sorted(found - {""})


# The index


def tracked_in(folder: Path) -> frozenset[str]:
    """The paths in a folder that git tracks, from the folder on, in small letters: some disks know no others."""
    return frozenset(path.lower() for path, _ in _in_folder(folder))


def blobs_in(folder: Path) -> Mapping[str, str]:
    """The files in a folder that git tracks, by path from the folder on, each with its name in git's store."""
    return {path: blob.hex() for path, blob in _in_folder(folder)}


def _in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The paths and blobs of every repository that a folder lies in; git writes names as they were given."""
    real = Path(os.path.realpath(folder))
    for above in (real, *real.parents):
        if os.path.lexists(above / ".git"):
            begin = "".join(f"{part}/" for part in real.relative_to(above).parts)
            for path, blob in _tracked(above / ".git"):
                named = path.decode("utf-8", "replace")
                if named.lower().startswith(begin.lower()):
                    yield named[len(begin) :], blob


def _tracked(git: Path) -> Iterator[tuple[bytes, bytes]]:
    """The paths and blobs of a repository's index; none where it cannot be read."""
    try:
        git, shared = git_folders(git)
        long = b"sha256" in (read_of_git(shared / "config") or b"").lower()
        yield from _listed(git, "index", SHA256 if long else SHA1)
    except (OSError, ValueError, IndexError, struct.error):
        return


def _listed(git: Path, name: str, digest: int) -> Iterator[tuple[bytes, bytes]]:
    """The paths and blobs of a file of the index, and of the one that it adds to (gitformat-index, versions 2 to 4)."""
    index = read_of_git(git / name) or b""
    _, version, number = struct.unpack_from(">4sII", index)
    at, path, total = 12, b"", 0
    for _ in range(number):
        begin = at + _STAT + digest
        blob = index[at + _STAT : begin]
        (flags,) = struct.unpack_from(">H", index, begin)
        begin += 4 if flags & _EXTENDED and version > 2 else 2
        if version == 4:
            dropped, begin = _number(index, begin)
            path = path[: len(path) - dropped]
        else:
            path = b""
        end = index.index(0, begin)
        path += index[begin:end]
        total += len(path)
        if len(path) > LONGEST or total > MOST:
            raise ValueError(name)
        at = end + 1 if version == 4 else at + (end - at + 8) // 8 * 8
        yield path, blob
    while at + 8 <= len(index) - digest:
        kind, size = struct.unpack_from(">4sI", index, at)
        if kind == b"link" and name == "index":
            yield from _listed(git, f"sharedindex.{index[at + 8 : at + 8 + digest].hex()}", digest)
            return
        at += 8 + size


def _number(index: bytes, at: int) -> tuple[int, int]:
    """A number of a path's length as git writes it, and where what follows begins."""
    value = index[at] & 127
    while index[at] & 128 and value <= LONGEST:
        at += 1
        value = (value + 1 << 7) + (index[at] & 127)
    return value, at + 1
