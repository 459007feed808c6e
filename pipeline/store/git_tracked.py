"""The files of a folder that git tracks, read from its index.

No program is asked, so that none runs that somebody's configuration names.
"""

import os
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

_SHA1, _SHA256 = 20, 32
_STAT = 40
"""Bytes of an entry of the index before its digest."""

_EXTENDED = 0x4000
"""The flag of an entry that has two more bytes of flags."""


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


def commit_of(folder: Path) -> str | None:
    """The commit that a folder was checked out from; none where git does not keep it, or nothing is committed."""
    real = Path(os.path.realpath(folder))
    home = next((above / ".git" for above in (real, *real.parents) if os.path.lexists(above / ".git")), None)
    if home is None:
        return None
    try:
        git, shared = _folders(home)
        head = (git / "HEAD").read_text().strip()
        ref = head.removeprefix("ref: ")
        return head if ref == head else _pointed_at(shared, ref)
    except OSError:
        return None


def _pointed_at(shared: Path, ref: str) -> str | None:
    """The commit that a branch is at: by its own file, or by the list of packed ones."""
    if (shared / ref).is_file():
        return (shared / ref).read_text().strip()
    packed = shared / "packed-refs"
    lines = packed.read_text().splitlines() if packed.is_file() else []
    return next((line.partition(" ")[0] for line in lines if line.endswith(f" {ref}")), None)


def _folders(git: Path) -> tuple[Path, Path]:
    """The folder of a checkout in git, and the one that it shares with other checkouts of the repository."""
    if git.is_file():  # of a worktree or a submodule
        git = git.parent / os.fsdecode(git.read_bytes().partition(b"gitdir:")[2].strip())
    return git, git / (git / "commondir").read_text().strip() if (git / "commondir").is_file() else git


def _tracked(git: Path) -> Iterator[tuple[bytes, bytes]]:
    """The paths and blobs of a repository's index; none where it cannot be read."""
    try:
        git, shared = _folders(git)
        long = b"sha256" in (shared / "config").read_bytes().lower()
        yield from _listed(git, "index", _SHA256 if long else _SHA1)
    except (OSError, ValueError, IndexError, struct.error):
        return


def _listed(git: Path, name: str, digest: int) -> Iterator[tuple[bytes, bytes]]:
    """The paths and blobs of a file of the index, and of the one that it adds to (gitformat-index, versions 2 to 4)."""
    index = (git / name).read_bytes()
    _, version, number = struct.unpack_from(">4sII", index)
    at, path = 12, b""
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
        at = end + 1 if version == 4 else at + (end - at + 8) // 8 * 8
        yield path, blob
    while at + 8 <= len(index) - digest:
        kind, size = struct.unpack_from(">4sI", index, at)
        if kind == b"link":
            yield from _listed(git, f"sharedindex.{index[at + 8 : at + 8 + digest].hex()}", digest)
        at += 8 + size


def _number(index: bytes, at: int) -> tuple[int, int]:
    """A number of any length as git writes it, and where what follows begins."""
    value = index[at] & 127
    while index[at] & 128:
        at += 1
        value = (value + 1 << 7) + (index[at] & 127)
    return value, at + 1
