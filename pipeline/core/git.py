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
from pipeline.core.files import read_regular_file
from pipeline.core.limits import BrokenOff, run_limited

if TYPE_CHECKING:
    from dulwich.object_store import DiskObjectStore
    from dulwich.objects import Commit, ObjectID, ShaFile


# The program of git is not run, and no configuration or list of ignored files is read, so nothing runs that they name.
# Files are read up to a limit; pipes and devices are not read.

_MAX_BYTES = 64_000_000
"""Bytes of a file of git that is read whole, and of all paths of an index."""

_MAX_PATH_BYTES = 4096
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


def _find_checkout(folder: Path) -> tuple[Path, Path] | None:
    """Return the top folder of the checkout that a folder is in, and the real path of the folder."""
    real = Path(os.path.realpath(folder))
    return next(((parent, real) for parent in (real, *real.parents) if os.path.lexists(parent / ".git")), None)


def _git_folders(git: Path) -> tuple[Path, Path]:
    """Return git's folder of a checkout, and the folder that it shares with other checkouts of the repository."""
    if git.is_file():  # of a worktree or a submodule
        git = git.parent / os.fsdecode((_read_git_file(git) or b"").partition(b"gitdir:")[2].strip())
    shared = _read_git_file(git / "commondir")
    return git, git / os.fsdecode(shared.strip()) if shared else git


def _read_git_file(path: Path) -> bytes | None:
    """Return the bytes of a file, or None if it is missing. Raises OSError for a pipe, a device or a large file."""
    return read_regular_file(Path(os.path.realpath(path)), _MAX_BYTES)


def reject_tracked_links(folder: Path, names: Iterable[str]) -> None:
    """Raise if git tracks a link of one of these names in a folder that leads out of the checkout.

    With such a link the author of a text would choose where commands write. A link that a user made is not tracked.
    """
    for link in (folder / name for name in names):
        if link.is_symlink() and link.name in tracked_paths(folder):
            checkout = _find_checkout(folder)
            if checkout and not Path(os.path.realpath(link)).is_relative_to(checkout[0]):
                raise EnvironmentFailure(
                    f"{link} is a link out of the library, and git tracks it. Replace it with a folder."
                )


# The commit and the branches


def checked_out_commit(folder: Path) -> str | None:
    """Return the commit that a folder was checked out from; None if it is in no repository, or nothing is committed.

    Raises:
        UnreadableGit: if it cannot be read.
    """
    checkout = _find_checkout(folder)
    if checkout is None:
        return None
    try:
        git, shared = _git_folders(checkout[0] / ".git")
        if (shared / "reftable").is_dir():
            raise UnreadableGit(
                "The git repository has the reftable format, which cannot be read. "
                "Run 'git refs migrate --ref-format=files'."
            )
        head = (_read_git_file(git / "HEAD") or b"").decode().strip()
        return head if _COMMIT.fullmatch(head) else _resolve_ref(shared, head.removeprefix("ref: "))
    except (OSError, ValueError):
        raise UnreadableGit("HEAD of the git repository cannot be read. Run 'git fsck'.") from None


def _resolve_ref(shared: Path, ref: str) -> str | None:
    """Return the commit of a branch, from its own file or from the list of packed ones."""
    if not _REF.fullmatch(ref) or ".." in ref:
        raise ValueError(ref)
    loose = _read_git_file(shared / ref)
    commit = _packed_refs(shared).get(ref) if loose is None else loose.decode().strip()
    if commit is not None and not _COMMIT.fullmatch(commit):
        raise ValueError(commit)
    return commit


def _packed_refs(shared: Path) -> Mapping[str, str]:
    lines = (_read_git_file(shared / "packed-refs") or b"").decode("utf-8", "replace").split("\n")
    rows = (line.partition(" ") for line in lines)
    return {ref: commit for commit, space, ref in rows if space and _COMMIT.fullmatch(commit)}


def _branch_heads(top: Path) -> list[str]:
    """Return the commits of all branches of a repository, and the one checked out; damaged branches are left out.

    Raises:
        UnreadableGit: if HEAD cannot be read.
    """
    commits, shared = {checked_out_commit(top) or ""}, _git_folders(top / ".git")[1]
    with suppress(OSError):
        commits |= {commit for ref, commit in _packed_refs(shared).items() if ref.startswith(_BRANCHES)}
    loose = (Path(root, name) for ref in _BRANCHES for root, _, names in os.walk(shared / ref) for name in names)
    for path in islice(loose, 10_000):
        with suppress(OSError, ValueError):
            commits.add(_resolve_ref(shared, path.relative_to(shared).as_posix()) or "")
    return sorted(commits - {""})


# The index


def tracked_paths(folder: Path) -> frozenset[str]:
    """Return the paths in a folder that git tracks, relative to it, in small letters: some disks ignore case."""
    return frozenset(path.lower() for path, _ in _index_entries(folder))


def tracked_blobs(folder: Path) -> Mapping[str, str]:
    """Return the object ids of the files in a folder that git tracks, by path relative to the folder."""
    return {path: blob.hex() for path, blob in _index_entries(folder)}


def _index_entries(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The paths and object ids of a folder in every repository that it is in."""
    real = Path(os.path.realpath(folder))
    for top in (real, *real.parents):
        if os.path.lexists(top / ".git"):
            prefix = "".join(f"{part}/" for part in real.relative_to(top).parts)
            for raw_path, blob in _read_index(top / ".git"):
                path = raw_path.decode("utf-8", "replace")
                if path.lower().startswith(prefix.lower()):  # git keeps names in the case in which they were added
                    yield path[len(prefix) :], blob


def _read_index(git: Path) -> Iterator[tuple[bytes, bytes]]:
    """The paths and object ids of a repository's index; none if it cannot be read."""
    try:
        git, shared = _git_folders(git)
        is_sha256 = b"sha256" in (_read_git_file(shared / "config") or b"").lower()
        yield from _parse_index(git, "index", _SHA256_BYTES if is_sha256 else _SHA1_BYTES)
    except (OSError, ValueError, IndexError, struct.error):
        return


def _parse_index(git: Path, name: str, digest_size: int) -> Iterator[tuple[bytes, bytes]]:
    """The entries of an index file, and of the one that it adds to (gitformat-index, versions 2 to 4)."""
    index = _read_git_file(git / name) or b""
    _, version, number = struct.unpack_from(">4sII", index)
    position, path, total = 12, b"", 0
    for _ in range(number):
        begin = position + _STAT + digest_size
        blob = index[position + _STAT : begin]
        (flags,) = struct.unpack_from(">H", index, begin)
        begin += 4 if flags & _EXTENDED and version > 2 else 2
        if version == 4:
            dropped, begin = _parse_number(index, begin)
            path = path[: len(path) - dropped]
        else:
            path = b""
        end = index.index(0, begin)
        path += index[begin:end]
        total += len(path)
        if len(path) > _MAX_PATH_BYTES or total > _MAX_BYTES:
            raise ValueError(name)
        position = end + 1 if version == 4 else position + (end - position + 8) // 8 * 8
        yield path, blob
    while position + 8 <= len(index) - digest_size:
        kind, size = struct.unpack_from(">4sI", index, position)
        if kind == b"link" and name == "index":
            shared_digest = index[position + 8 : position + 8 + digest_size]
            yield from _parse_index(git, f"sharedindex.{shared_digest.hex()}", digest_size)
            return
        position += 8 + size


def _parse_number(index: bytes, position: int) -> tuple[int, int]:
    """Return a number of variable length in an index, and the position after it."""
    value = index[position] & 127
    while index[position] & 128 and value <= _MAX_PATH_BYTES:
        position += 1
        value = (value + 1 << 7) + (index[position] & 127)
    return value, position + 1


# The commit's files. Objects are read by dulwich in a limited process.

_SECONDS, _MEGABYTES, _ELAPSED = 8, 900, 10
"""Limits of the process that reads objects. The elapsed seconds end it if it waits for a pipe."""

_HISTORY_SECONDS = 5
"""Seconds of processor time for reading through all commits."""

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
"""Beginning of the pointer to a file in Git LFS."""


def committed_objects(folder: Path, others: Sequence[Path] = ()) -> Mapping[str, bytes] | None:
    """Return the object ids of the files and links of a folder in the commit that it was checked out from, by path.

    Other paths that are in the commit are included by their absolute path. None if there is no repository.

    Raises:
        UnreadableGit: if git's files cannot be read.
    """
    checkout, commit = _find_checkout(folder), checked_out_commit(folder)
    if checkout is None:
        return None
    if commit is None:
        return {}
    top, real = checkout
    inside = {path.relative_to(top).as_posix(): str(path) for path in others if path.is_relative_to(top)}
    question = {"commit": commit, "folder": real.relative_to(top).as_posix(), "others": inside}
    return {path: bytes.fromhex(name) for path, name in _ask(top, question)["files"].items()}


def uncommitted_paths(
    folder: Path, files: Mapping[str, bytes], unread: Collection[str] = frozenset()
) -> tuple[str, ...]:
    """Return the paths of files of a folder that differ from its commit, and of those that were deleted since.

    Line endings do not count, nor do `unread` files that the commit does not have. Empty if there is no repository.

    Raises:
        UnreadableGit: if git's files cannot be read.
    """
    links = {path: Path(os.path.realpath(folder / path)) for path in files if (folder / path).is_symlink()}
    committed = committed_objects(folder, tuple(links.values()))
    if committed is None:
        return ()

    def is_committed(path: str) -> bool:
        """True if the commit has a file with this content; for a link, with the link and the content of its target."""
        name, target = committed.get(path), links.get(path)
        if name is None or target is None:
            return _is_object(name, files[path])
        is_same_link = _is_object(name, os.fsencode((folder / path).readlink()))
        return is_same_link and _is_object(committed.get(str(target)), files[path])

    changed = [path for path in files if (path in committed or path not in unread) and not is_committed(path)]
    deleted = [path for path in committed if path not in files and not os.path.lexists(folder / path)]
    return tuple(sorted((*changed, *deleted)))


def _is_object(name: bytes | None, content: bytes) -> bool:
    """True if an object id is of a content, or of the pointer to it in Git LFS."""
    if name is None:
        return False
    if name in (_object_id(content, len(name)), _object_id(content.replace(b"\r\n", b"\n"), len(name))):
        return True
    digest = hashlib.sha256(content).hexdigest().encode()
    return name == _object_id(b"%sv1\noid sha256:%s\nsize %d\n" % (_LFS_POINTER, digest, len(content)), len(name))


def _object_id(content: bytes, length: int) -> bytes:
    algorithm = hashlib.sha256 if length == hashlib.sha256().digest_size else hashlib.sha1
    return algorithm(b"blob %d\0%s" % (len(content), content)).digest()


# Earlier states


def earlier_contents(folder: Path, paths: Sequence[str]) -> Iterator[bytes]:
    """The contents that files of a folder had in the commits of all branches, each once, the latest first.

    Commits and files that are missing from the store, as in a shallow clone, are left out.

    Raises:
        UnreadableGit: if git's files cannot be read.
    """
    checkout = _find_checkout(folder)
    if checkout is None:
        return
    top, real = checkout
    if heads := _branch_heads(top):
        prefix = real.relative_to(top).as_posix()
        question = {"heads": heads, "paths": [posixpath.normpath(posixpath.join(prefix, path)) for path in paths]}
        for state in _ask(top, question)["states"]:
            yield state.encode("latin-1")


def is_shallow(folder: Path) -> bool:
    """True if a folder is in a shallow clone; false if that is not known."""
    checkout = _find_checkout(folder)
    with suppress(OSError, ValueError):
        return bool(checkout and _read_git_file(_git_folders(checkout[0] / ".git")[1] / "shallow"))
    return False


# Objects, in a limited process


def _ask(top: Path, question: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer a question about objects of a repository. Raises UnreadableGit if they are damaged or too many."""
    objects = str(_git_folders(top / ".git")[1] / "objects")
    request = json.dumps({"objects": objects, **question}).encode()
    try:
        answer = json.loads(run_limited(answer_on_objects, request, _SECONDS, _MEGABYTES, _ELAPSED))
    except BrokenOff:
        answer = None
    if not isinstance(answer, dict):
        raise UnreadableGit("Git's objects are damaged, incomplete or too many to read. Run 'git fsck'.")
    return answer


def answer_on_objects(request: bytes) -> bytes:
    """Answer a question about objects; `null` if they cannot be read. Only a limited process calls it."""
    from dulwich.object_format import SHA1, SHA256
    from dulwich.object_store import DiskObjectStore

    question = json.loads(request)
    heads = question.get("heads") or [question["commit"]]
    algorithm = SHA256 if len(heads[0]) == SHA256.hex_length else SHA1
    objects = DiskObjectStore(question["objects"], object_format=algorithm, loose_object_size_limit=_MAX_BYTES)
    try:
        with closing(objects) as store:
            answer = _states(store, heads, question["paths"]) if "paths" in question else _files(store, question)
    except MemoryError:
        raise
    except Exception:  # dulwich raises errors of any kind for a damaged store
        return b"null"
    return json.dumps(answer).encode()


def _files(store: DiskObjectStore, question: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object ids of the files of a folder of a commit, and of other paths of it."""
    from dulwich.objects import Commit, ObjectID

    commit = store[ObjectID(question["commit"].encode())]
    if not isinstance(commit, Commit):
        raise TypeError(question["commit"])
    entry_at = _tree_reader(store)
    mode, name = entry_at(commit.tree, os.fsencode(question["folder"])) or (0, commit.tree)
    files = {
        os.fsdecode(entry.path).encode("utf-8", "surrogateescape").decode("utf-8", "replace"): entry.sha.decode()
        for entry in (store.iter_tree_contents(name) if stat.S_ISDIR(mode) else ())
        if stat.S_IFMT(entry.mode) in (stat.S_IFREG, stat.S_IFLNK)
    }
    for path, absolute in question["others"].items():
        if entry := entry_at(commit.tree, os.fsencode(path)):
            files[absolute] = entry[1].decode()
    return {"files": files}


def _tree_reader(store: DiskObjectStore) -> Callable[[ObjectID, bytes], tuple[int, ObjectID] | None]:
    """Return a function that returns the mode and the object id at a path of a tree, or None.

    It raises KeyError if a tree is missing from the store.
    """
    from dulwich.objects import Tree

    @cache
    def entry_at(tree_id: ObjectID, path: bytes) -> tuple[int, ObjectID] | None:
        first, _, rest = path.partition(b"/")
        tree = store[tree_id]
        if path == b".":
            return stat.S_IFDIR, tree_id
        if not isinstance(tree, Tree) or first not in tree:
            return None
        return entry_at(tree[first][1], rest) if rest else tree[first]

    return entry_at


def _states(store: DiskObjectStore, heads: Sequence[str], paths: Sequence[str]) -> Mapping[str, Any]:
    """The earlier contents of files. Commits with the same folder of all the files are read once."""
    from dulwich.objects import Blob, ObjectID

    entry_at = _tree_reader(store)

    def object_at(tree: ObjectID, path: bytes) -> ObjectID | None:
        """Return the object id at a path of a tree; None also if it cannot be read."""
        try:
            return (entry_at(tree, path) or (0, None))[1]
        except MemoryError:
            raise
        except Exception:
            return None

    folder = posixpath.commonpath([posixpath.dirname(path) for path in paths])
    relative = [os.fsencode(posixpath.relpath(path, folder or ".")) for path in paths]
    seen: set[ObjectID | None] = {None}
    states: list[str] = []
    head_ids = [ObjectID(head.encode()) for head in heads]
    if not any(_read_object(store, head) for head in head_ids):
        raise KeyError(heads[0])
    for commit in _commits(store, head_ids):
        top = object_at(commit.tree, os.fsencode(folder or "."))
        if top is None or top in seen:
            continue
        seen.add(top)
        for name in (object_at(top, path) for path in relative):
            blob = None if name is None or name in seen else _read_object(store, name)
            seen.add(name)
            if isinstance(blob, Blob):
                states.append(blob.data.decode("latin-1"))
        if sum(map(len, states)) > _MAX_BYTES:
            break
    return {"states": states}


def _read_object(store: DiskObjectStore, name: ObjectID) -> ShaFile | None:
    """Return an object, or None if it is missing or damaged."""
    try:
        return store[name]
    except MemoryError:
        raise
    except Exception:  # dulwich raises errors of any kind
        return None


def _commits(store: DiskObjectStore, heads: Sequence[ObjectID]) -> Iterator[Commit]:
    """The commits of branches, the latest first. Missing ones are left out, and so are their parents."""
    from dulwich.objects import Commit

    queue: list[tuple[int, ObjectID, Commit]] = []
    seen: set[ObjectID] = set()
    names = list(heads)
    while names or queue:
        for name in names:
            commit = None if name in seen else _read_object(store, name)
            seen.add(name)
            if isinstance(commit, Commit):
                heapq.heappush(queue, (-commit.commit_time, name, commit))
        names = []
        if queue and time.process_time() < _HISTORY_SECONDS:
            commit = heapq.heappop(queue)[2]
            names = list(commit.parents)
            yield commit
        else:
            return
