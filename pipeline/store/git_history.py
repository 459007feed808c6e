"""Earlier states of a file: all that the branches of a repository have of it. Objects are read by dulwich."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dulwich.objects import ObjectID
    from dulwich.repo import Repo

_BRANCHES = (b"refs/heads/", b"refs/remotes/")


def earlier_states(folder: Path, paths: Sequence[str]) -> Iterator[bytes]:
    """The states that files of a folder had in the commits of all branches, each once, the latest first.

    They end where git's store cannot be read, or a shallow clone begins; there are none where there is no git.
    """
    from dulwich.errors import NotGitRepository
    from dulwich.repo import Repo

    real = Path(os.path.realpath(folder))
    try:
        with Repo.discover(str(real)) as repository:
            top = real.relative_to(os.path.realpath(repository.path))
            yield from _states(repository, [os.fsencode((top / path).as_posix()) for path in paths])
    except (OSError, ValueError, KeyError, AttributeError, AssertionError, NotGitRepository):
        return


def _states(repository: Repo, paths: Sequence[bytes]) -> Iterator[bytes]:
    from dulwich.errors import NotTreeError
    from dulwich.object_store import tree_lookup_path
    from dulwich.objects import Blob

    seen: set[ObjectID] = set()
    for entry in repository.get_walker(include=_heads(repository)):
        for path in paths:
            try:
                _, name = tree_lookup_path(repository.__getitem__, entry.commit.tree, path)
            except (KeyError, NotTreeError):
                continue
            blob = None if name in seen else repository[name]
            seen.add(name)
            if isinstance(blob, Blob):
                yield blob.data


def _heads(repository: Repo) -> list[ObjectID]:
    """The commits that branches are at, and the one that was checked out."""
    from dulwich.objects import Commit

    at = {name for ref, name in repository.get_refs().items() if ref == b"HEAD" or ref.startswith(_BRANCHES)}
    return sorted(name for name in at if name in repository and isinstance(repository[name], Commit))
