"""The files of the commit that a folder was checked out from. Objects are read by dulwich: no program is asked."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

_LARGE = b"version https://git-lfs.github.com/spec/"
"""Beginning of a file that stands for a large one kept elsewhere."""


def committed_in(folder: Path) -> Mapping[str, bytes] | None:
    """The files of a folder in the commit that it was checked out from, by path, each with its name in git's store.

    Nothing where git does not keep the folder; none where its store cannot be read, or there is no git.
    """
    from dulwich.errors import NotGitRepository
    from dulwich.objects import Commit
    from dulwich.repo import Repo

    real = Path(os.path.realpath(folder))
    try:
        with Repo.discover(str(real)) as repository:
            begin = "".join(f"{part}/" for part in real.relative_to(os.path.realpath(repository.path)).parts)
            commit = repository[repository.head()]
            if not isinstance(commit, Commit):
                return None
            found = repository.object_store.iter_tree_contents(commit.tree)
            return {
                path[len(begin) :]: bytes.fromhex(entry.sha.decode())
                for entry in found
                if _is_file(entry.mode) and (path := entry.path.decode("utf-8", "replace")).startswith(begin)
            }
    except (OSError, ValueError, KeyError, AttributeError, AssertionError, NotGitRepository):
        return None  # a damaged store; dulwich 1.2 reads no SHA-256 names in a store that another borrows


def _is_file(mode: int) -> bool:
    """Whether an entry of a tree is a file, and no link."""
    return mode & 0o170000 == 0o100000


def uncommitted(folder: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The files of a folder, by path, that its commit does not hold as they are, and those that are gone since.

    Ends of lines count for nothing. Empty where git does not keep the folder, or nobody can say.
    """
    held = committed_in(folder)
    if not held:
        return ()
    other = [path for path, content in files.items() if not _is_held(folder, held.get(path), content)]
    other += [path for path in held if path not in files and not os.path.lexists(folder / path)]
    return tuple(sorted(other))


def _is_held(folder: Path, name: bytes | None, content: bytes) -> bool:
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
