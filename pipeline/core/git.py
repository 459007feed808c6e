"""Git repository: HEAD, index and objects, read only (dulwich)."""

from __future__ import annotations

import hashlib
import heapq
import json
import os
import posixpath
import re
import stat
import struct
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.files import content_of
from pipeline.core.limited_process import BrokenOff, limited

if TYPE_CHECKING:
    from dulwich.object_store import DiskObjectStore
    from dulwich.objects import Commit, ObjectID, ShaFile


# No program is run, and no configuration and no list of ignored files is followed, so nothing runs that they name.
# Each file is read up to a limit, and no pipe or device is.

MOST = 64_000_000
"""Bytes of a file of git that is read whole, and of all paths of an index."""

LONGEST = 4096
"""Bytes of a path."""

_SHA1_BYTES, _SHA256_BYTES = 20, 32
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
        git, shared = git_folders(home[0] / ".git")
        if (shared / "reftable").is_dir():
            raise UnreadableGit(
                "The git repository has the reftable format, which cannot be read. "
                "Run 'git refs migrate --ref-format=files'."
            )
        head = (read_of_git(git / "HEAD") or b"").decode().strip()
        return head if _COMMIT.fullmatch(head) else _pointed_at(shared, head.removeprefix("ref: "))
    except (OSError, ValueError):
        raise UnreadableGit("HEAD of the git repository cannot be read. Run 'git fsck'.") from None


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
    lines = (read_of_git(shared / "packed-refs") or b"").decode("utf-8", "replace").split("\n")
    rows = (line.partition(" ") for line in lines)
    return {ref: commit for commit, space, ref in rows if space and _COMMIT.fullmatch(commit)}


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
    for path in islice(loose, 10_000):
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
        yield from _listed(git, "index", _SHA256_BYTES if long else _SHA1_BYTES)
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


# The commit's files. Objects are read by dulwich in a limited process.

_SECONDS, _MEGABYTES, _ELAPSED = 8, 900, 10
"""Limits of the process that reads objects. Its elapsed seconds end it where it waits for a pipe."""

_WALKING = 5
"""Seconds of processor time that a look through all commits may take."""

_LARGE = b"version https://git-lfs.github.com/spec/"
"""Beginning of a file that stands for a large one kept elsewhere."""


def committed_in(folder: Path, others: Sequence[Path] = ()) -> Mapping[str, bytes] | None:
    """The files and links of a folder in the commit that it was checked out from, by path, each with its name in git.

    Of other paths that are in the commit, the absolute path has the name in git too. Empty where the commit holds none
    of them; none where there is no git.

    Raises:
        UnreadableGit: where git's files cannot be read.
    """
    home, commit = home_of(folder), commit_of(folder)
    if home is None:
        return None
    if commit is None:
        return {}
    top, real = home
    inside = {path.relative_to(top).as_posix(): str(path) for path in others if path.is_relative_to(top)}
    asked = {"commit": commit, "folder": real.relative_to(top).as_posix(), "others": inside}
    return {path: bytes.fromhex(name) for path, name in _asked(top, asked)["files"].items()}


def uncommitted(folder: Path, files: Mapping[str, bytes], unread: Collection[str] = frozenset()) -> tuple[str, ...]:
    """The files of a folder, by path, that its commit does not hold as they are, and those that are gone since.

    Ends of lines count for nothing, nor do files that are left `unread` and that the commit does not hold. Empty where
    there is no git.

    Raises:
        UnreadableGit: where git's files cannot be read.
    """
    links = {path: Path(os.path.realpath(folder / path)) for path in files if (folder / path).is_symlink()}
    held = committed_in(folder, tuple(links.values()))
    if held is None:
        return ()

    def is_held(path: str) -> bool:
        """True if the commit holds a file as it is; of a link, the path that it leads to, and what is there."""
        name, target = held.get(path), links.get(path)
        if name is None or target is None:
            return _is_named(name, files[path])
        return _is_named(name, os.fsencode((folder / path).readlink())) and _is_named(
            held.get(str(target)), files[path]
        )

    other = [path for path in files if (path in held or path not in unread) and not is_held(path)]
    gone = [path for path in held if path not in files and not os.path.lexists(folder / path)]
    return tuple(sorted((*other, *gone)))


def _is_named(name: bytes | None, content: bytes) -> bool:
    """True if git's store has a file, itself or by its pointer."""
    if name is None:
        return False
    if name in (_name_of(content, len(name)), _name_of(content.replace(b"\r\n", b"\n"), len(name))):
        return True
    digest = hashlib.sha256(content).hexdigest().encode()
    return name == _name_of(b"%sv1\noid sha256:%s\nsize %d\n" % (_LARGE, digest, len(content)), len(name))


def _name_of(content: bytes, length: int) -> bytes:
    kind = hashlib.sha256 if length == hashlib.sha256().digest_size else hashlib.sha1
    return kind(b"blob %d\0%s" % (len(content), content)).digest()


# Earlier states


def earlier_states(folder: Path, paths: Sequence[str]) -> Iterator[bytes]:
    """The states that files of a folder had in the commits of all branches, each once, the latest first.

    Commits and files that git's store lacks are left out, as in a shallow clone. There are none where there is no git.

    Raises:
        UnreadableGit: where git's files cannot be read.
    """
    home = home_of(folder)
    if home and (heads := heads_of(home[0])):
        within = home[1].relative_to(home[0]).as_posix()
        asked = {"heads": heads, "paths": [posixpath.normpath(posixpath.join(within, path)) for path in paths]}
        for state in _asked(home[0], asked)["states"]:
            yield state.encode("latin-1")


def is_shallow(folder: Path) -> bool:
    """True if a folder is in a shallow clone; false if that is not known."""
    home = home_of(folder)
    with suppress(OSError, ValueError):
        return bool(home and read_of_git(git_folders(home[0] / ".git")[1] / "shallow"))
    return False


# Objects, in a process of their own


def _asked(top: Path, question: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer on objects of a repository. Raises UnreadableGit if they cannot be read within the limits."""
    objects = str(git_folders(top / ".git")[1] / "objects")
    asked = json.dumps({"objects": objects, **question}).encode()
    try:
        answer = json.loads(limited(answer_on_objects, asked, _SECONDS, _MEGABYTES, _ELAPSED))
    except BrokenOff:
        answer = None
    if not isinstance(answer, dict):
        raise UnreadableGit("Git's objects are damaged, incomplete or too many to read. Run 'git fsck'.")
    return answer


def answer_on_objects(asked: bytes) -> bytes:
    """Answer a question on objects; `null` where they cannot be read. Only a limited process calls it."""
    from dulwich.object_format import SHA1, SHA256
    from dulwich.object_store import DiskObjectStore

    question = json.loads(asked)
    heads = question.get("heads") or [question["commit"]]
    kind = SHA256 if len(heads[0]) == SHA256.hex_length else SHA1
    try:
        with closing(DiskObjectStore(question["objects"], object_format=kind, loose_object_size_limit=MOST)) as store:
            found = _states(store, heads, question["paths"]) if "paths" in question else _files(store, question)
    except MemoryError:
        raise
    except Exception:  # dulwich raises errors of any kind for a damaged store
        return b"null"
    return json.dumps(found).encode()


def _files(store: DiskObjectStore, question: Mapping[str, Any]) -> Mapping[str, Any]:
    """The files of a folder of a commit, and other paths of it, each with its name in git's store."""
    from dulwich.objects import Commit, ObjectID

    commit = store[ObjectID(question["commit"].encode())]
    if not isinstance(commit, Commit):
        raise TypeError(question["commit"])
    held = _reader(store)
    mode, name = held(commit.tree, os.fsencode(question["folder"])) or (0, commit.tree)
    files = {
        os.fsdecode(entry.path).encode("utf-8", "surrogateescape").decode("utf-8", "replace"): entry.sha.decode()
        for entry in (store.iter_tree_contents(name) if stat.S_ISDIR(mode) else ())
        if stat.S_IFMT(entry.mode) in (stat.S_IFREG, stat.S_IFLNK)
    }
    for path, absolute in question["others"].items():
        if found := held(commit.tree, os.fsencode(path)):
            files[absolute] = found[1].decode()
    return {"files": files}


def _reader(store: DiskObjectStore) -> Callable[[ObjectID, bytes], tuple[int, ObjectID] | None]:
    """Return a function that gives the mode and the name of what a tree holds at a path, if it holds anything.

    That raises KeyError where the store lacks a tree.
    """
    from dulwich.objects import Tree

    @cache
    def held(tree: ObjectID, path: bytes) -> tuple[int, ObjectID] | None:
        first, _, rest = path.partition(b"/")
        found = store[tree]
        if path == b".":
            return stat.S_IFDIR, tree
        if not isinstance(found, Tree) or first not in found:
            return None
        return held(found[first][1], rest) if rest else found[first]

    return held


def _states(store: DiskObjectStore, heads: Sequence[str], paths: Sequence[str]) -> Mapping[str, Any]:
    """The states of files; a folder that holds them all is looked at once, however many commits have it."""
    from dulwich.objects import Blob, ObjectID

    held = _reader(store)

    def named(tree: ObjectID, path: bytes) -> ObjectID | None:
        """The name of what a tree holds at a path; none also where the store lacks it."""
        try:
            return (held(tree, path) or (0, None))[1]
        except MemoryError:
            raise
        except Exception:
            return None

    above = posixpath.commonpath([posixpath.dirname(path) for path in paths])
    below = [os.fsencode(posixpath.relpath(path, above or ".")) for path in paths]
    seen: set[ObjectID | None] = {None}
    states: list[str] = []
    if not any(_object(store, ObjectID(head.encode())) for head in heads):
        raise KeyError(heads[0])
    for commit in _commits(store, [ObjectID(head.encode()) for head in heads]):
        top = named(commit.tree, os.fsencode(above or "."))
        if top is None or top in seen:
            continue
        seen.add(top)
        for name in (named(top, path) for path in below):
            blob = None if name is None or name in seen else _object(store, name)
            seen.add(name)
            if isinstance(blob, Blob):
                states.append(blob.data.decode("latin-1"))
        if sum(map(len, states)) > MOST:
            break
    return {"states": states}


def _object(store: DiskObjectStore, name: ObjectID) -> ShaFile | None:
    """An object, unless the store lacks it or it is damaged."""
    try:
        return store[name]
    except MemoryError:
        raise
    except Exception:  # dulwich raises errors of any kind
        return None


def _commits(store: DiskObjectStore, heads: Sequence[ObjectID]) -> Iterator[Commit]:
    """The commits of branches, the latest first; those that the store lacks are left out with what was before them."""
    from dulwich.objects import Commit

    waiting: list[tuple[int, ObjectID, Commit]] = []
    seen: set[ObjectID] = set()
    names = list(heads)
    while names or waiting:
        for name in names:
            found = None if name in seen else _object(store, name)
            seen.add(name)
            if isinstance(found, Commit):
                heapq.heappush(waiting, (-found.commit_time, name, found))
        names = []
        if waiting and time.process_time() < _WALKING:
            commit = heapq.heappop(waiting)[2]
            names = list(commit.parents)
            yield commit
        else:
            return
