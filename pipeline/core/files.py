"""Safe reading, writing and removal of files."""

import errno
import fcntl
import os
import re
import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import IO

from pipeline.core.diagnostics import EnvironmentFailure

# Reading

MAX_FILE_BYTES = 1024**3
"""Bytes of a file that is read: a larger one was not written by this program."""


def read_regular_file(path: Path, most: int = MAX_FILE_BYTES) -> bytes | None:
    """Return the bytes of a file, or None if it is missing. Raises OSError for anything but a regular file.

    A link is not followed. A pipe is opened without waiting for a writer.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb", buffering=0) as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > most:
            raise OSError(errno.EINVAL, "it is a pipe, a folder, a device or too large", str(path))
        return file.readall()


# Links. A library may come from somebody else, so nothing is written through a link inside it.

_folders: list[Path] = []
"""The folders of the library that this process works on."""


@contextmanager
def forbid_links_below(*folders: Path) -> Iterator[None]:
    """Write nothing through a link below these folders of a library. A folder may be a link itself."""
    before = tuple(_folders)
    _folders[:] = map(_absolute, folders)
    try:
        yield
    finally:
        _folders[:] = before


def reject_links(path: Path, *folders: Path) -> None:
    """Raise EnvironmentFailure if a folder above a path is a link, up to one of these folders or of the library's."""
    absolute = _absolute(path)
    for folder in [*map(_absolute, folders)] or _folders:
        if not absolute.is_relative_to(folder):
            continue
        for parent in absolute.parents[: len(absolute.parents) - len(folder.parents) - 1]:
            if parent.is_symlink():
                raise EnvironmentFailure(
                    f"{parent} is a link, so nothing is written there. Remove it, or replace it with a folder."
                )


def _absolute(path: Path) -> Path:
    """The path from the root on. Links are not followed."""
    return Path(os.path.normpath(path.absolute()))


# Atomic writing. A temporary file is in the folder of its target, so that it is renamed within one file system. Its
# name has the number of the process that writes it.

_numbers = count()
"""Numbers of the temporary files of this process."""

_interrupted = threading.Event()
"""Set once this process was interrupted."""


def stop_writing() -> None:
    """Refuse all further writing, because this process was interrupted.

    An interruption that is raised within a callback of another library may be lost there, and the result of that
    library may then be wrong. So the next attempt to write raises it again.
    """
    _interrupted.set()


def write_atomically(
    path: Path, content: bytes, beside: Path | None = None, *, durable: bool = False, mode: int | None = None
) -> None:
    """Write a file so that readers see the old one or the new one, and never a part.

    The temporary file is in the folder of the path, or in `beside`, a folder of the same file system. Its name is known
    before it exists, so that an interruption at any moment removes it. A `durable` file is on the disk before this
    returns. The file gets the rights `mode`, or those of a new file.

    Raises:
        EnvironmentFailure: if it cannot be written, or a folder of a library above it is a link.
    """
    if _interrupted.is_set():
        raise KeyboardInterrupt
    reject_links(path)
    temporary = temporary_path(beside or path.parent)
    try:
        while (handle := _create(temporary)) is None:
            temporary = temporary_path(beside or path.parent)
        with os.fdopen(handle, "wb", buffering=0) as file:
            if mode is not None:
                os.fchmod(handle, mode)
            rest = memoryview(content)
            while rest:
                rest = rest[file.write(rest) :]
            if durable:
                os.fsync(handle)
        try:
            Path(temporary).replace(path)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            Path(temporary).replace(path)
        if durable:
            fsync_folder(path.parent)
    except BaseException as failure:
        with suppress(OSError):
            Path(temporary).unlink()
        if isinstance(failure, OSError):
            raise _not_written(path, failure) from failure
        raise


def _not_written(path: Path, error: OSError) -> EnvironmentFailure:
    return EnvironmentFailure(f"{path} cannot be written: {error.strerror}.")


def temporary_path(folder: Path) -> str:
    """Return the path of a temporary file or folder that this process has not used yet."""
    return f"{folder}/.new-{os.getpid()}-{next(_numbers)}"


def _create(path: str) -> int | None:
    """Create a file and its folders; return its handle, or None if an earlier process of the same number has left one.

    It is locked while it is open, so that processes that cannot see this one, as in another container, know that it is
    still running.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except FileExistsError:
        return None
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return _create(path)
    with suppress(OSError):  # not every file system has locks
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def fsync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk, if the file system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def open_to_append(path: Path) -> IO[bytes]:
    """Open a file of a library for reading, and for writing at its end; create it if it is missing.

    Raises:
        EnvironmentFailure: if it is a link, a pipe or a folder, or a folder above it is a link.
    """
    reject_links(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)
    except OSError as error:
        reason = "it is a link" if path.is_symlink() else error.strerror
        raise EnvironmentFailure(f"{path} cannot be written: {reason}.") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):  # a pipe can be opened, unlike a folder
        os.close(handle)
        raise EnvironmentFailure(f"{path} cannot be written: it is not a file.")
    return os.fdopen(handle, "r+b")


# Replacing files and folders

_OLD = ".new-old-"
"""Prefix of a folder that was moved away for a new one."""


def replace_path(new: Path, place: Path) -> None:
    """Move a file or a folder to a path in the same folder, and replace the old one.

    An old folder is renamed first; `remove_stale_files` restores it if the new one never arrived.
    """
    try:
        if not (os.path.lexists(place) and (new.is_dir() or place.is_dir())):
            new.replace(place)
        else:
            old = place.with_name(f"{_OLD}{place.name}")
            remove_path(old)
            place.rename(old)
            new.rename(place)
            remove_path(old)
    except OSError as error:
        raise _not_written(place, error) from error


class StagedPaths:
    """Files and folders that are prepared next to their places, and moved there together."""

    def __init__(self, output: Path) -> None:
        self._output = output
        self._temporary: dict[str, Path] = {}
        """The path of each prepared file or folder, by its place below the output folder."""

    def write(self, place: str, name: str, content: bytes) -> None:
        """Write a file of the folder for a place; without a name the place is a file's."""
        path = self._path(place)
        write_atomically(path / name if name else path, content)

    def read(self, place: str, name: str) -> bytes:
        """Return the bytes of a prepared file."""
        return (self._path(place) / name).read_bytes()

    def put(self) -> None:
        """Move everything to its place, and replace what was there."""
        for place, path in sorted(self._temporary.items()):
            replace_path(path, self._output / place)
            del self._temporary[place]

    def clear(self) -> None:
        """Remove everything that was not moved, and the folders that were made for it."""
        for place, path in self._temporary.items():
            remove_path(path)
            folder = (self._output / place).parent
            while folder != self._output and folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
                folder = folder.parent
        self._temporary.clear()

    def _path(self, place: str) -> Path:
        if place not in self._temporary:
            path = self._output / place
            reject_links(path)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise _not_written(path, error) from error
            self._temporary[place] = Path(temporary_path(path.parent))
        return self._temporary[place]


# Removal


def remove_path(path: Path, *, whole: bool = False) -> None:
    """Delete a file, a link or a folder, if it exists; of a folder as much as the system allows.

    Raises OSError if it is to be deleted `whole` and part of it remains.
    """
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=not whole)
    else:
        path.unlink(missing_ok=True)


def remove_empty_folders(folder: Path) -> None:
    """Remove the empty folders below a folder. Links are not followed."""
    if folder.is_symlink():
        return
    for root, folders, _ in os.walk(folder, topdown=False):
        for name in folders:
            with suppress(OSError):  # it is not empty, or is a link
                Path(root, name).rmdir()


_TEMPORARY = re.compile(r"\.new-(\d+)-\d+")
"""Name of a temporary file, with the number of its process."""


def remove_stale_files(folder: Path, *, below: bool = True) -> None:
    """Remove the temporary files in a folder, and `below` it, of processes that have ended.

    Links are not followed.
    """
    for path in tuple(_stale_paths(folder, below)):
        with suppress(OSError):
            if not path.name.startswith(_OLD) or os.path.lexists(place := path.with_name(path.name.removeprefix(_OLD))):
                remove_path(path)
            else:
                path.rename(place)


def _stale_paths(folder: Path, below: bool) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            temporary = _TEMPORARY.fullmatch(name)
            if name.startswith(_OLD) or (temporary and _has_ended(int(temporary[1])) and _is_free(Path(root, name))):
                yield Path(root, name)
        folders[:] = [name for name in folders if below and not name.startswith(".new-")]


def _has_ended(process: int) -> bool:
    """True if a process has ended, or is this one, which writes nothing during the check."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # it belongs to another user
        return False
    return process == os.getpid()


def _is_free(path: Path) -> bool:
    """True if no process, such as one of another container, has a file open for writing.

    A file that this user may not open is left to its owner.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except PermissionError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        os.close(handle)
    return True
