"""The files of the commit that a folder was checked out from. Objects are read by dulwich: no program is asked."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from dulwich.objects import ObjectID
    from dulwich.repo import Repo

Said = TypeVar("Said")

_LARGE = b"version https://git-lfs.github.com/spec/"
"""Beginning of a file that stands for a large one kept elsewhere."""


def committed_in(folder: Path) -> Mapping[str, bytes] | None:
    """The files and links of a folder in the commit that it was checked out from, by path, each with its name in git.

    Nothing where the commit holds none of them; none where git's store cannot be read, or there is no git.
    """
    return _asked(folder, _files_of)


def is_committed(folder: Path) -> bool | None:
    """Whether the commit holds anything of a folder; none where nobody can say."""
    return _asked(folder, lambda repository, real: _held_at(repository, real) is not None)


@contextmanager
def repository_of(path: Path) -> Iterator[tuple[Repo, Path]]:
    """The repository that a path lies in, open, and where the path leads to. To be used within `unless_unreadable`."""
    from dulwich.repo import Repo

    real = Path(os.path.realpath(path))
    with Repo.discover(str(real)) as repository:
        yield repository, real


def unless_unreadable() -> AbstractContextManager[object, bool]:
    """Passes over the rest where a store of git's cannot be read, or there is no git."""
    from dulwich.errors import NotGitRepository

    # a damaged store; dulwich 1.2 reads no SHA-256 names in a store that another borrows
    return suppress(OSError, ValueError, KeyError, AttributeError, AssertionError, NotGitRepository)


def _asked(path: Path, question: Callable[[Repo, Path], Said]) -> Said | None:
    """The answer of the repository that a path lies in; none where its store cannot be read, or there is no git."""
    with unless_unreadable(), repository_of(path) as (repository, real):
        return question(repository, real)
    return None


def _files_of(repository: Repo, real: Path) -> Mapping[str, bytes]:
    mode, name = _held_at(repository, real) or (0, None)
    if name is None or not stat.S_ISDIR(mode):
        return {}
    return {
        entry.path.decode("utf-8", "replace"): bytes.fromhex(entry.sha.decode())
        for entry in repository.object_store.iter_tree_contents(name)
        if stat.S_IFMT(entry.mode) in (stat.S_IFREG, stat.S_IFLNK)
    }


def _held_at(repository: Repo, real: Path) -> tuple[int, ObjectID] | None:
    """The mode and the name of what the commit holds at a path; none where it holds nothing, or there is no commit."""
    from dulwich.errors import NotTreeError
    from dulwich.object_store import tree_lookup_path
    from dulwich.objects import Commit

    try:
        head = repository.head()
    except KeyError:
        return None
    commit = repository[head]
    if not isinstance(commit, Commit):
        raise KeyError(head)
    within = path_within(repository, real)
    if within == ".":
        return stat.S_IFDIR, commit.tree
    repository[commit.tree]  # a store without it is damaged
    try:
        return tree_lookup_path(repository.__getitem__, commit.tree, os.fsencode(within))
    except (KeyError, NotTreeError):
        return None


def path_within(repository: Repo, real: Path) -> str:
    """The path from the top of a repository on. Raises `ValueError` outside it."""
    return real.relative_to(os.path.realpath(repository.path)).as_posix()


def uncommitted(folder: Path, files: Mapping[str, bytes], unread: Collection[str] = frozenset()) -> tuple[str, ...]:
    """The files of a folder, by path, that its commit does not hold as they are, and those that are gone since.

    Ends of lines count for nothing, nor do files that are left `unread` if git is told to ignore them. Empty where it
    ignores the whole folder, or nobody can say.
    """
    held = committed_in(folder)
    if held is None or (files and not held and _ignored(folder, ["."])):
        return ()
    other = [path for path, content in files.items() if not _is_held(folder / path, held.get(path), content)]
    other = sorted({*other} - _ignored(folder, [path for path in other if path in unread]))
    gone = [path for path in held if path not in files and not os.path.lexists(folder / path)]
    return tuple(sorted((*other, *gone)))


def _ignored(folder: Path, paths: Sequence[str]) -> frozenset[str]:
    """The paths in a folder that git is told to ignore; the folder itself is `.`."""
    from dulwich.ignore import IgnoreFilterManager

    def named(repository: Repo, real: Path) -> frozenset[str]:
        ignoring, top = IgnoreFilterManager.from_repo(repository), Path(path_within(repository, real))
        ends = {".": "/"}  # what a folder holds is asked about too
        return frozenset(path for path in paths if ignoring.is_ignored((top / path).as_posix() + ends.get(path, "")))

    return (_asked(folder, named) if paths else None) or frozenset()


def _is_held(path: Path, name: bytes | None, content: bytes) -> bool:
    """Whether the commit holds a file as it is; a link as git has it, by the path that it leads to, and what is there.

    `name` is that of the file or the link in git's store.
    """
    if name is None or not path.is_symlink():
        return _is_named(name, content)
    found = _asked(path, _held_at)
    return _is_named(name, os.fsencode(path.readlink())) and _is_named(
        bytes.fromhex(found[1].decode()) if found else None, content
    )


def _is_named(name: bytes | None, content: bytes) -> bool:
    """Whether a file has a name in git's store, by itself or by what stands for it there."""
    if name is None:
        return False
    if name in (_name_of(content, len(name)), _name_of(content.replace(b"\r\n", b"\n"), len(name))):
        return True
    digest = hashlib.sha256(content).hexdigest().encode()
    return name == _name_of(b"%sv1\noid sha256:%s\nsize %d\n" % (_LARGE, digest, len(content)), len(name))


def _name_of(content: bytes, length: int) -> bytes:
    """The name of a file in git's store."""
    kind = hashlib.sha256 if length == hashlib.sha256().digest_size else hashlib.sha1
    return kind(b"blob %d\0%s" % (len(content), content)).digest()
