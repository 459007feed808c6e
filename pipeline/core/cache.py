"""Content-addressed cache of results.

A key is made of the input, of the code that the result depends on and of the versions of its packages, so an entry is
never wrong, only unused. Each file is written atomically.
"""

import errno
import fcntl
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shlex import quote
from typing import IO, Any, TypeVar

from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.digests import digest, program_digest
from pipeline.core.files import read_regular_file, remove_stale_files, write_atomically
from pipeline.core.git import tracked_paths
from pipeline.core.records import UnreadableRecord, decode_record, encode_record

T = TypeVar("T")

FORMAT = "records 1"
"""Format of results; part of every key."""

SEAL = 32
"""Bytes of the digest before each result: of its key and of the rest, so that a damaged or moved file is noticed."""

_KEY = re.compile(rb"[0-9a-f]{64}")

_LAST = "last-"
"""Prefix of the files next to the results that contain the key of the last build of each kind."""

_REFUSALS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""Error numbers if a file may not be written."""


@contextmanager
def lock_folder(folder: Path, waiting: Callable[[], None]) -> Iterator[bool]:
    """Lock a folder for one build; a second build calls `waiting` once and waits.

    Yields True if the last build that had the lock did not finish: the lock file has a byte while a build runs.
    """
    with _lock_file(folder) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        was_cut_short = os.fstat(lock.fileno()).st_size > 0
        os.ftruncate(lock.fileno(), 1)
        try:
            yield was_cut_short
            os.ftruncate(lock.fileno(), 0)
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)


def _lock_file(folder: Path) -> IO[bytes]:
    """Open the lock file of a folder. It is a regular file: the target of a link is not ours to write."""
    path = folder / ".lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)
    except OSError as error:
        if path.is_symlink():
            raise EnvironmentFailure(f"{path} is a link: remove it.") from error
        if os.access(folder, os.W_OK) and _is_file(path):
            raise EnvironmentFailure(
                f"{path} belongs to another user and is not writable. When no build is running, remove it."
            ) from error
        raise EnvironmentFailure(f"{folder} cannot be written to: {error.strerror}.") from error
    lock = os.fdopen(handle, "r+b", buffering=0)
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        lock.close()
        raise EnvironmentFailure(f"{path} is not a file of this program: remove it.")
    return lock


class Cache:
    """Remembered results in a folder, one file each, named by their key.

    The folder is not trusted. A file counts as missing if it is not a result of the type asked for, under its own key,
    or if git tracks it: then it came with the texts, from their author.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tracked: frozenset[str] | None = None
        """The files of the folder that git tracks, without those that this program has written again."""
        self._has_tracked_files = False
        self._checked_folders: set[Path] = set()
        """Paths that are known to be folders."""
        self._unusable: set[str] = set()
        self._may_not_write = False
        self._may_not_read = False
        """True if there are files that this user may not read."""
        self.asked: set[str] = set()
        """The keys of all results looked for or kept, and of those that a remembered build used."""

    def key(self, name: str, *inputs: object) -> str:
        """Return the key of a result by its name, such as the function that makes it, and its inputs."""
        return digest(FORMAT, program_digest(), name, *inputs)

    def find(self, key: str, kind: type[T]) -> T | None:
        """Return the result under a key, or None; an unusable file is removed."""
        self.asked.add(key)
        path = self._path(key)
        content = self._content(path)
        if content is None:
            return None
        if _seal(key, content[SEAL:]) == content[:SEAL]:
            with suppress(UnreadableRecord):
                return decode_record(content[SEAL:], kind)
        self._reject(path)
        return None

    def keep(self, key: str, result: T, kind: type[T] | None = None) -> None:
        """Remember a result under a key; the type of a record is its class."""
        self.asked.add(key)
        content = encode_record(result, kind or type(result))
        self._write(self._path(key), _seal(key, content) + content)

    def holds(self, key: str) -> bool:
        """Return whether there is a result under a key; it is not read."""
        self.asked.add(key)
        path = self._path(key)
        return self._is_ours(path) and _is_file(path)

    def keep_once(self, key: str, result: object) -> None:
        """Remember a record under a key, unless there is one."""
        if not self.holds(key):
            self.keep(key, result)

    @property
    def complaints(self) -> tuple[str, ...]:
        """The faults of the folder that were met, each in a sentence."""
        sentences = []
        if unusable := len(self._unusable):
            sentences.append(
                f"Ignored {unusable} corrupt cache {'entry' if unusable == 1 else 'entries'} in {self._folder}: "
                "the results are rebuilt."
            )
        if self._has_tracked_files:
            sentences.append(
                f"Git tracks the cache {self._folder}, so its files are not used. Remove them from git: "
                f"git rm -r --cached {quote(str(self._folder))}"
            )
        if self._may_not_read:
            sentences.append(
                f"{self._folder} has results of another user that are not readable, so they are rebuilt. "
                "If several people share the folder, run 'umask 002' before each build."
            )
        if self._may_not_write:
            sentences.append(f"{self._folder} is not writable, so no results are cached.")
        return tuple(sentences)

    def remember(self, name: str, inputs: object, kind: type[T], make: Callable[[], T]) -> T:
        """Return the result of a name for an input; make and keep it if it is missing."""
        key = self.key(name, inputs)
        result = self.find(key, kind)
        if result is None:
            result = make()
            self.keep(key, result, kind)
        return result

    def note_last(self, kind: str, key: str) -> None:
        """Write down the key of the last build of a kind."""
        path = self._folder / f"{_LAST}{kind}"
        if self._content(path) != key.encode():
            self._write(path, key.encode())

    def last(self) -> tuple[str, ...]:
        """Return the keys of the last builds of all kinds, without invalid ones."""
        keys = [self._content(path) or b"" for path in sorted(self._folder.glob(f"{_LAST}*"))]
        return tuple(key.decode("ascii") for key in keys if _KEY.fullmatch(key))

    def sweep(self) -> None:
        """Remove the temporary files of processes that have ended."""
        remove_stale_files(self._folder, below=False)

    def prune(self, keys: frozenset[str]) -> int:
        """Remove all results but those under these keys; return how many were removed."""
        removed = 0
        for path in self._files():
            if path.parent.name + path.name not in keys:
                _clear(path)
                removed += 1
        return removed

    def cap(self, limit: int, keys: Callable[[], frozenset[str]]) -> int:
        """Remove the oldest results, but not those under these keys, if all take more than `limit` bytes.

        A quarter of the limit is made free, so that not every build has to do it. Returns how many were removed.
        """
        entries = [(path, path.lstat()) for path in self._files() if _is_file(path) and not path.name.startswith(".")]
        total = sum(status.st_size for _, status in entries)
        if total <= limit:
            return 0
        removed, kept = 0, keys()
        for path, status in sorted(entries, key=lambda entry: (entry[1].st_mtime_ns, entry[0])):
            if total <= limit * 3 // 4:
                break
            if path.parent.name + path.name not in kept:
                _clear(path)
                total -= status.st_size
                removed += 1
        return removed

    def _files(self) -> list[Path]:
        paths: list[Path] = []
        for folder in sorted(self._folder.glob("??")) if _is_folder(self._folder) else ():
            with suppress(OSError):  # another command may remove it
                paths += sorted(folder.iterdir()) if _is_folder(folder) else ()
        return paths

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key[2:]

    def _content(self, path: Path) -> bytes | None:
        """Return the bytes of a file of ours, or None; anything but a file is removed."""
        try:
            return read_regular_file(path) if self._is_ours(path) else None
        except PermissionError:
            self._may_not_read = True
        except OSError:
            self._reject(path)
        return None

    def _is_ours(self, path: Path) -> bool:
        """Return whether git does not track a file, and no folder above it is a link to another place."""
        if self._tracked is None:
            self._tracked = tracked_paths(self._folder)
            self._has_tracked_files = bool(self._tracked)
        if self._tracked_name(path) in self._tracked:
            return False
        for folder in (self._folder, path.parent):
            if folder not in self._checked_folders:
                if not _is_folder(folder):
                    if os.path.lexists(folder):
                        self._reject(folder)
                    return False
                self._checked_folders.add(folder)
        return True

    def _tracked_name(self, path: Path) -> str:
        """The path of a file as git tracks it."""
        return path.relative_to(self._folder).as_posix().lower()

    def _reject(self, path: Path) -> None:
        """Remove an unusable file, and count it."""
        self._unusable.add(str(path))
        _clear(path)

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file, and remove anything in its way. If it may not be written, nothing is remembered."""
        for folder in dict.fromkeys((self._folder, path.parent)):
            if not _is_folder(folder):
                _clear(folder)
            elif not os.access(folder, os.W_OK | os.X_OK):
                with suppress(OSError):
                    folder.chmod(folder.stat().st_mode | stat.S_IRWXU)
        if _is_folder(path):
            _clear(path)
        try:
            write_atomically(path, content, self._folder)
            if self._tracked:
                self._tracked -= {self._tracked_name(path)}
        except EnvironmentFailure as failure:
            if getattr(failure.__cause__, "errno", None) not in _REFUSALS:
                raise
            self._may_not_write = True


def _is_folder(path: Path) -> bool:
    """True if a path is a folder, and not a link to one."""
    with suppress(OSError):
        return stat.S_ISDIR(path.lstat().st_mode)
    return False


def _is_file(path: Path) -> bool:
    """True if a path is a regular file, and not a link to one."""
    with suppress(OSError):
        return stat.S_ISREG(path.lstat().st_mode)
    return False


def _clear(path: Path) -> None:
    """Remove a file, folder or link as far as the system allows. The target of a link remains."""
    if _is_folder(path):
        shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.unlink()


def _seal(key: str, content: bytes) -> bytes:
    seal = hashlib.sha256(key.encode())
    seal.update(content)
    return seal.digest()


class SessionCache(Cache):
    """Results of a session in memory, so that a text that is being typed leaves no result for each letter.

    A result is dropped when it was not asked for in two rounds.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._this_round: dict[str, Any] = {}
        self._last_round: dict[str, Any] = {}

    def next_round(self) -> None:
        """Begin a round: results that were not asked for in the last one are dropped when this one ends."""
        self._last_round, self._this_round = self._this_round, {}
        self.asked.clear()

    def find(self, key: str, kind: type[T]) -> T | None:
        """Return the result under a key, or None."""
        result: T | None = self._this_round[key] if key in self._this_round else self._last_round.get(key)
        if result is None:
            result = super().find(key, kind)
        if result is not None:
            self._this_round[key] = result
        return result

    def keep(self, key: str, result: T, kind: type[T] | None = None) -> None:
        """Remember a result under a key for as long as it is asked for."""
        self._this_round[key] = result

    def holds(self, key: str) -> bool:
        """Return whether there is a result under a key."""
        return key in self._this_round or key in self._last_round or super().holds(key)

    def _reject(self, path: Path) -> None:
        """Leave an unusable file where it is: the next build removes it."""

    def note_last(self, kind: str, key: str) -> None:
        """Write nothing: a session is not a build."""
