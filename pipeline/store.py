"""What is remembered: stage results by content. Knows nothing of what the stages do.

A result's key is the stage, the digest of its input, of the stage's code and of its tools' versions, so
an entry is never wrong, only unused. Writing is beside and then into place: no file is ever torn.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pipeline.digest import digest
from pipeline.errors import EnvironmentFailure
from pipeline.files import sweep, write_whole
from pipeline.records import read
from pipeline.tools import stage_digest

T = TypeVar("T")

SEAL = 32
"""Bytes of the digest before each result, by which damage is noticed."""

SIZE = "size"
"""The file beside the results that tells how many bytes they take, or more."""

NOTE = "last-"
"""How the names of the files beside the results begin, each of which holds the key of a last build."""


@contextmanager
def locked(folder: Path, waiting: Callable[[], None]) -> Iterator[bool]:
    """Hold a folder for one build; a second one calls `waiting` once and waits its turn.

    Gives whether the last one that held it did not come to its end. The lock file has a byte while one is at work.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("a+b")
    except OSError as refusal:
        raise EnvironmentFailure(f"{folder} cannot be written to: {refusal.strerror}.") from refusal
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        disturbed = os.fstat(lock.fileno()).st_size > 0
        os.ftruncate(lock.fileno(), 1)
        try:
            yield disturbed
            os.ftruncate(lock.fileno(), 0)
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)


class Account(NamedTuple):
    """What has been done with a store: the keys asked for, and the bytes added to those that were noted."""

    asked: frozenset[str]
    before: int | None
    added: int


class Store:
    """Remembered results in a folder, one file each, named by their key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before: int | None = None
        self._added = 0
        self.asked: set[str] = set()
        """The keys of all results looked for or kept, and of those that a remembered build rested on."""

    def key(self, stage: str, *inputs: object) -> str:
        """The key of a stage's result for an input."""
        return digest(stage_digest(stage), *inputs)

    def find(self, key: str) -> Any:
        """The result under a key, or None; a damaged entry counts as none and is removed."""
        self.asked.add(key)
        path = self._path(key)
        try:
            content = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if hashlib.sha256(content[SEAL:]).digest() == content[:SEAL]:
            with contextlib.suppress(Exception):  # whatever a foreign pickle raises: it is only a memory, make it again
                return read(content[SEAL:])
        path.unlink(missing_ok=True)
        return None

    def keep(self, key: str, result: object) -> None:
        """Remember a result under a key."""
        self.asked.add(key)
        content = pickle.dumps(result, protocol=5)
        self._count(SEAL + len(content))
        write_whole(self._path(key), hashlib.sha256(content).digest() + content, self._folder)

    def holds(self, key: str) -> bool:
        """Whether there is a result under a key, sound or not."""
        self.asked.add(key)
        return self._path(key).is_file()

    def keep_once(self, key: str, result: object) -> None:
        """Remember a result under a key, unless there is one, which is then as good."""
        if not self.holds(key):
            self.keep(key, result)

    def remember(self, stage: str, inputs: object, make: Callable[[], T]) -> T:
        """The result of a stage for an input: found, or made and kept."""
        key = self.key(stage, inputs)
        found = self.find(key)
        if found is None:
            found = make()
            self.keep(key, found)
        result: T = found
        return result

    def note_last(self, kind: str, key: str) -> None:
        """Note the key of the last build of a kind, beside the results."""
        path = self._folder / f"{NOTE}{kind}"
        if not path.is_file() or path.read_bytes() != key.encode():
            write_whole(path, key.encode())

    def last(self) -> tuple[str, ...]:
        """The keys of the last builds of all kinds; a note that is no key is none."""
        notes = (path.read_bytes() for path in sorted(self._folder.glob(f"{NOTE}*")) if path.is_file())
        return tuple(note.decode("ascii") for note in notes if note.isalnum())

    def sweep(self) -> None:
        """Take away what was being written here by processes that are gone."""
        sweep(self._folder, below=False)

    def prune(self, keys: frozenset[str]) -> int:
        """Forget all but the results under these keys; gives how many went."""
        gone = 0
        (self._folder / SIZE).unlink(missing_ok=True)
        for path in sorted(self._folder.glob("??/*")):
            if path.parent.name + path.name not in keys:
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def cap(self, limit: int, keys: Callable[[], frozenset[str]]) -> int:
        """Where results take more than so many bytes, forget the oldest but those under these keys; gives how many.

        A quarter of the room is made free, so that not every build has to do it. How much there is is noted, and what
        is added counted: to look at each of many results takes long.
        """
        if self._at_most(limit):
            return 0
        entries = list(self._entries())
        taken = sum(about.st_size for _, about in entries)
        self._note_size(taken)
        if taken <= limit:
            return 0
        gone, kept = 0, keys()
        for entry, about in sorted(entries, key=lambda pair: (pair[1].st_mtime_ns, pair[0].path)):
            if taken <= limit * 3 // 4:
                break
            if Path(entry.path).parent.name + entry.name not in kept:
                Path(entry.path).unlink(missing_ok=True)
                taken -= about.st_size
                gone += 1
        self._note_size(taken)
        return gone

    def account(self) -> Account:
        """What has been done."""
        return Account(frozenset(self.asked), self._before, self._added)

    def take_account(self, account: Account, begun: Account) -> None:
        """Take over what a copy of this process has done since some account, beside what this one has."""
        self._before = account.before if self._before is None else self._before
        self._added += account.added - begun.added
        self.asked |= account.asked

    def _at_most(self, limit: int) -> bool:
        """Whether the results take no more than so many bytes, as far as that is known without looking at them."""
        before = self._noted() if self._before is None else self._before
        if before is None or before + self._added > limit:
            return False
        self._note_size(before + self._added)
        return True

    def _count(self, added: int) -> None:
        """Count what is added. While it is not noted the note is taken away: a run may end before it comes to that."""
        if not self._added:
            self._before = self._noted()
            (self._folder / SIZE).unlink(missing_ok=True)
        self._added += added

    def _noted(self) -> int | None:
        path = self._folder / SIZE
        noted = path.read_bytes() if path.is_file() else b""
        return int(noted) if noted.isdigit() else None

    def _note_size(self, taken: int) -> None:
        self._before, self._added = None, 0
        write_whole(self._folder / SIZE, b"%d" % taken)

    def _entries(self) -> Iterator[tuple[os.DirEntry[str], os.stat_result]]:
        """The results that are there, with what the file system knows of them; none that is just being written."""
        for folder in self._folder.glob("??"):
            for entry in os.scandir(folder):
                with contextlib.suppress(FileNotFoundError):  # another command may find it damaged
                    if not entry.name.startswith("."):
                        yield entry, entry.stat()

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key[2:]
