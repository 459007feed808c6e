"""Earlier states of a file: all that the branches of a repository have of it. Objects are read by dulwich."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.store.git_objects import path_within, repository_of, unless_unreadable

if TYPE_CHECKING:
    from dulwich.objects import ObjectID
    from dulwich.repo import Repo

_BRANCHES = (b"refs/heads/", b"refs/remotes/")


def earlier_states(folder: Path, paths: Sequence[str]) -> Iterator[bytes]:
    """The states that files of a folder had in the commits of all branches, each once, the latest first.

    They end where git's store cannot be read, or a shallow clone begins; there are none where there is no git.
    """
    with unless_unreadable(), repository_of(folder) as (repository, real):
        top = path_within(repository, real)
        yield from _states(repository, [posixpath.normpath(posixpath.join(top, path)) for path in paths])


def is_shallow(folder: Path) -> bool:
    """True where a folder lies in a clone that has the last commits alone; false also where nobody can say."""
    with unless_unreadable(), repository_of(folder) as (repository, _):
        return bool(repository.get_shallow())
    return False


def _states(repository: Repo, paths: Sequence[str]) -> Iterator[bytes]:
    """The states of files; a folder that holds them all is looked at once, however many commits have it."""
    from dulwich.objects import Blob, Tree

    @cache
    def held(tree: ObjectID, path: bytes) -> ObjectID | None:
        """The name of what stands at a path in a tree."""
        first, _, rest = path.partition(b"/")
        try:
            found = repository[tree]
        except KeyError:  # of another repository, or not fetched
            return None
        if not isinstance(found, Tree) or first not in found:
            return None
        return held(found[first][1], rest) if rest else found[first][1]

    above = posixpath.commonpath([posixpath.dirname(path) for path in paths])
    below = [os.fsencode(posixpath.relpath(path, above or ".")) for path in paths]
    seen: set[ObjectID | None] = {None}
    for entry in repository.get_walker(include=_heads(repository)):
        top = held(entry.commit.tree, os.fsencode(above)) if above else entry.commit.tree
        if top is None or top in seen:
            continue
        seen.add(top)
        for name in (held(top, path) for path in below):
            blob = None if name is None or name in seen else repository[name]
            seen.add(name)
            if isinstance(blob, Blob):
                yield blob.data


def _heads(repository: Repo) -> list[ObjectID]:
    """The commits that branches are at, and the one that was checked out."""
    from dulwich.objects import Commit

    at = {name for ref, name in repository.get_refs().items() if ref == b"HEAD" or ref.startswith(_BRANCHES)}
    return sorted(name for name in at if name in repository and isinstance(repository[name], Commit))
