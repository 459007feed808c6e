"""Content-addressed cache of results."""

import contextlib
import fcntl
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import IO, Any, TypeVar

from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.digests import digest, fingerprint
from pipeline.core.files import (
    REFUSED,
    clear,
    content_of,
    is_file,
    is_folder,
    make_way,
    remove_stale_files,
    write_whole,
)
from pipeline.core.git import tracked_in
from pipeline.core.records import UnreadableRecord, read, written

# The cache of results by content. It knows nothing of what is done to get them. A key is made of the input, of the
# code that the result depends on and of the versions of its packages, so an entry is never wrong, only unused.
# Writing is beside and then into place: no file is ever torn.

T = TypeVar("T")

SEAL = 32
"""Bytes of the digest before each result: of its key and of the rest, by which damage and exchange are noticed."""

FORMAT = "records 1"
"""Format of results. One of another format is not looked for."""

KEY = re.compile(rb"[0-9a-f]{64}")

NOTE = "last-"
"""Prefix of the files beside the results, each of which holds the key of a last build."""


@contextmanager
def locked(folder: Path, waiting: Callable[[], None]) -> Iterator[bool]:
    """Hold a folder for one build; a second one calls `waiting` once and waits its turn.

    Gives whether the last one that held it did not come to its end. The lock file has a byte while one is at work.
    """
    with _lock_file(folder) as lock:
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


def _lock_file(folder: Path) -> IO[bytes]:
    """The lock of a folder, open. It is a file of its own: what a link leads to is not ours to write."""
    path = folder / ".lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)
    except OSError as refusal:
        if path.is_symlink():
            raise EnvironmentFailure(f"{path} is a link: remove it.") from refusal
        if os.access(folder, os.W_OK) and is_file(path):
            raise EnvironmentFailure(
                f"{path} is somebody else's and may not be written to. While nobody builds, remove it."
            ) from refusal
        raise EnvironmentFailure(f"{folder} cannot be written to: {refusal.strerror}.") from refusal
    lock = os.fdopen(handle, "r+b", buffering=0)
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode) or about.st_nlink > 1:
        lock.close()
        raise EnvironmentFailure(f"{path} is no file of this program: remove it.")
    return lock


class Cache:
    """Remembered results in a folder, one file each, named by their key.

    Nothing that stands in the folder is trusted. Whatever is no result of the kind that is asked for, under its own
    key, counts as none, and so does what git tracks: that came with the texts, from whoever wrote them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tracked: frozenset[str] | None = None
        """The files of the folder that git tracks, as far as they have not been written anew."""
        self._came_with_texts = False
        self._sound: set[Path] = set()
        """Folders that have been looked at, and are folders."""
        self._unusable: set[str] = set()
        self._refused = False
        self._closed = False
        """Whether there are files that this user may not read."""
        self.asked: set[str] = set()
        """The keys of all results looked for or kept, and of those that a remembered build rested on."""

    def key(self, name: str, *inputs: object) -> str:
        """The key of a result by its name, such as that of the function that makes it, and what it is made of."""
        return digest(FORMAT, fingerprint(), name, *inputs)

    def find(self, key: str, kind: type[T]) -> T | None:
        """The result of a kind under a key, or None; what is unusable counts as none and is removed."""
        self.asked.add(key)
        path = self._path(key)
        content = self._content(path)
        if content is None:
            return None
        if _seal(key, content[SEAL:]) == content[:SEAL]:
            with contextlib.suppress(UnreadableRecord):
                return read(content[SEAL:], kind)
        self._reject(path)
        return None

    def keep(self, key: str, result: T, kind: type[T] | None = None) -> None:
        """Remember a result of a kind under a key; of a record its class is the kind."""
        self.asked.add(key)
        content = written(result, kind or type(result))
        self._write(self._path(key), _seal(key, content) + content)

    def holds(self, key: str) -> bool:
        """Whether there is a result under a key, sound or not."""
        self.asked.add(key)
        path = self._path(key)
        return self._is_ours(path) and is_file(path)

    def keep_once(self, key: str, result: object) -> None:
        """Remember a record under a key, unless there is one, which is then as good."""
        if not self.holds(key):
            self.keep(key, result)

    @property
    def complaints(self) -> tuple[str, ...]:
        """Faults of the folder as far as they have been met, each in a sentence."""
        said = []
        if unusable := len(self._unusable):
            said.append(
                f"In {self._folder} there was damaged or foreign matter in {unusable} "
                f"{'place' if unusable == 1 else 'places'}. It was not used, and what it stood for is made again."
            )
        if self._came_with_texts:
            said.append(
                f"Git keeps files of {self._folder}, which came with the texts and are not used. Take them out of it: "
                f"git rm -r --cached {quote(str(self._folder))}"
            )
        if self._closed:
            said.append(
                f"In {self._folder} there are results of somebody else that may not be read. They are made again; "
                "where several people share a folder, 'umask 002' lets each read and write what the others make."
            )
        if self._refused:
            said.append(f"{self._folder} may not be written to, so nothing is remembered for the next time.")
        return tuple(said)

    def remember(self, name: str, inputs: object, kind: type[T], make: Callable[[], T]) -> T:
        """The result of this name for an input: found, or made and kept."""
        key = self.key(name, inputs)
        found = self.find(key, kind)
        if found is None:
            found = make()
            self.keep(key, found, kind)
        return found

    def note_last(self, kind: str, key: str) -> None:
        """Note the key of the last build of a kind, beside the results."""
        path = self._folder / f"{NOTE}{kind}"
        if self._content(path) != key.encode():
            self._write(path, key.encode())

    def last(self) -> tuple[str, ...]:
        """The keys of the last builds of all kinds; a note that is no key is none."""
        notes = [self._content(path) or b"" for path in sorted(self._folder.glob(f"{NOTE}*"))]
        return tuple(note.decode("ascii") for note in notes if KEY.fullmatch(note))

    def sweep(self) -> None:
        """Take away what was being written here by processes that are gone."""
        remove_stale_files(self._folder, below=False)

    def prune(self, keys: frozenset[str]) -> int:
        """Forget all but the results under these keys; gives how many went."""
        gone = 0
        for path in self._files():
            if path.parent.name + path.name not in keys:
                clear(path)
                gone += 1
        return gone

    def cap(self, limit: int, keys: Callable[[], frozenset[str]]) -> int:
        """Forget the oldest results but those under these keys where all take more than so many bytes; gives how many.

        A quarter of the room is made free, so that not every build has to do it.
        """
        entries = [(path, path.lstat()) for path in self._files() if is_file(path) and not path.name.startswith(".")]
        taken = sum(about.st_size for _, about in entries)
        if taken <= limit:
            return 0
        gone, kept = 0, keys()
        for path, about in sorted(entries, key=lambda pair: (pair[1].st_mtime_ns, pair[0])):
            if taken <= limit * 3 // 4:
                break
            if path.parent.name + path.name not in kept:
                clear(path)
                taken -= about.st_size
                gone += 1
        return gone

    def _files(self) -> list[Path]:
        found: list[Path] = []
        for folder in sorted(self._folder.glob("??")) if is_folder(self._folder) else ():
            with contextlib.suppress(OSError):  # another command may take it away
                found += sorted(folder.iterdir()) if is_folder(folder) else ()
        return found

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key[2:]

    def _content(self, path: Path) -> bytes | None:
        """The bytes of a file of ours; None where there is none, or something else, which is removed."""
        try:
            return content_of(path) if self._is_ours(path) else None
        except PermissionError:
            self._closed = True
        except OSError:
            self._reject(path)
        return None

    def _is_ours(self, path: Path) -> bool:
        """Whether a file is not one that git tracks, and lies in folders of ours: no link leads elsewhere."""
        if self._tracked is None:
            self._tracked = tracked_in(self._folder)
            self._came_with_texts = bool(self._tracked)
        if self._name(path) in self._tracked:
            return False
        for folder in (self._folder, path.parent):
            if folder not in self._sound:
                if not is_folder(folder):
                    if os.path.lexists(folder):
                        self._reject(folder)
                    return False
                self._sound.add(folder)
        return True

    def _name(self, path: Path) -> str:
        """Path of a file as git tracks it."""
        return path.relative_to(self._folder).as_posix().lower()

    def _reject(self, path: Path) -> None:
        """Take away what is no result, and note that it was there."""
        self._unusable.add(str(path))
        clear(path)

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file of ours, whatever stands in its way. Where it may not be written nothing is remembered."""
        make_way(path, self._folder)
        try:
            write_whole(path, content, self._folder)
            if self._tracked:
                self._tracked -= {self._name(path)}
        except EnvironmentFailure as failure:
            if getattr(failure.__cause__, "errno", None) not in REFUSED:
                raise
            self._refused = True


def _seal(key: str, content: bytes) -> bytes:
    seal = hashlib.sha256(key.encode())
    seal.update(content)
    return seal.digest()


class SessionCache(Cache):
    """Results of a session. Nothing is written, so that a text that is typed leaves no results of each letter.

    A result is let go when it was not asked for in two rounds.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._young: dict[str, Any] = {}
        self._old: dict[str, Any] = {}

    def next_round(self) -> None:
        """Begin a round: what was not asked for in the last one is let go at the end of this one."""
        self._old, self._young = self._young, {}
        self.asked.clear()

    def find(self, key: str, kind: type[T]) -> T | None:
        """The result of a kind under a key, or None."""
        found: T | None = self._young[key] if key in self._young else self._old.get(key)
        if found is None:
            found = super().find(key, kind)
        if found is not None:
            self._young[key] = found
        return found

    def keep(self, key: str, result: T, kind: type[T] | None = None) -> None:
        """Remember a result under a key, for as long as it is asked for."""
        self._young[key] = result

    def holds(self, key: str) -> bool:
        """Whether there is a result under a key."""
        return key in self._young or key in self._old or super().holds(key)

    def _reject(self, path: Path) -> None:
        """Leave what is no result where it is: the next build takes it away."""

    def note_last(self, kind: str, key: str) -> None:
        """Note nothing: a session is no build."""
