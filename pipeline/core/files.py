"""Atomic writing of files and folders, and removal of the temporary files of killed processes.

A temporary file lies in the folder of its target, so that it is renamed within one file system. Its name holds the
number of the process that writes it.
"""

import contextlib
import fcntl
import os
import re
import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import IO

from pipeline.core.errors import EnvironmentFailure

_numbers = count()
"""Numbers of the temporary files of this process."""

_ending = threading.Event()
"""Set once this process was interrupted."""

_folders: list[Path] = []
"""The folders of the library that this process works on; nothing is written through a link below them."""

_NEW = re.compile(r"\.new-(\d+)-\d+")
"""Name of a temporary file, with the number of its process."""

_OLD = ".new-old-"
"""Prefix of a folder that was moved aside for a new one."""


def stop_writing() -> None:
    """Refuse all further writing, because this process was interrupted.

    An interruption that is raised within a callback of another library may be lost there, and the result of that
    library may then be wrong. So the next attempt to write raises it again.
    """
    _ending.set()


@contextmanager
def writing_below(*folders: Path) -> Iterator[None]:
    """Write nothing through a link below these folders of a library. A folder may be a link itself."""
    before = tuple(_folders)
    _folders[:] = map(_absolute, folders)
    try:
        yield
    finally:
        _folders[:] = before


def write_whole(
    path: Path, content: bytes, beside: Path | None = None, *, durable: bool = False, mode: int | None = None
) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part, and nothing stays beside it.

    Its name beside is known before there is such a file: an interruption is heard as soon as the machine has made it.
    It is written `beside` its place, in another folder of the same file system if one is named. A `durable` file is on
    the disk before this returns. Its rights are the `mode` that is given, else those of a new file.

    Raises:
        EnvironmentFailure: where it cannot be written, or a folder of a library that it is in is a link.
    """
    if _ending.is_set():
        raise KeyboardInterrupt
    refuse_links(path)
    new = name_beside(beside or path.parent)
    try:
        while (handle := _opened(new)) is None:
            new = name_beside(beside or path.parent)
        with os.fdopen(handle, "wb", buffering=0) as file:
            if mode is not None:
                os.fchmod(handle, mode)
            rest = memoryview(content)
            while rest:
                rest = rest[file.write(rest) :]
            if durable:
                os.fsync(handle)
        _moved(new, path)
        if durable:
            keep_names(path.parent)
    except BaseException as failure:
        with contextlib.suppress(OSError):
            Path(new).unlink()
        if isinstance(failure, OSError):
            raise EnvironmentFailure(f"{path} cannot be written: {failure.strerror}.") from failure
        raise


def name_beside(folder: Path) -> str:
    """A path in a folder that this process has not used yet."""
    return f"{folder}/.new-{os.getpid()}-{next(_numbers)}"


def _opened(path: str) -> int | None:
    """A new file, open, its folders made as they are needed; none where a process of the same number has left one.

    Its rights are those that the user's umask leaves.

    It is locked while it is open, so that processes that cannot see this one know that it is still running.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except FileExistsError:
        return None
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return _opened(path)
    with contextlib.suppress(OSError):  # not every file system has locks
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def _moved(new: str, path: Path) -> None:
    try:
        Path(new).replace(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        Path(new).replace(path)


def keep_names(folder: Path) -> None:
    """Have the names in a folder on the disk, where the file system does that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def put_in_place(new: Path, place: Path) -> None:
    """Move a file or a folder to its place beside it, and replace the old one.

    An old folder makes room first; `sweep` puts it back if nothing has come in its place.
    """
    try:
        if not (os.path.lexists(place) and (new.is_dir() or place.is_dir())):
            new.replace(place)
        else:
            old = place.with_name(f"{_OLD}{place.name}")
            remove(old)
            place.rename(old)
            new.rename(place)
            remove(old)
    except OSError as refusal:
        raise EnvironmentFailure(f"{place} cannot be written: {refusal.strerror}.") from refusal


def remove(path: Path, *, whole: bool = False) -> None:
    """Delete a file, a link or a folder, if it exists; of a folder as much as the system allows.

    Raises OSError if it is to be deleted `whole` and part of it remains.
    """
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=not whole)
    else:
        path.unlink(missing_ok=True)


def _absolute(path: Path) -> Path:
    """The path from the root on. Links are not followed."""
    return Path(os.path.normpath(path.absolute()))


def open_to_append(path: Path) -> IO[bytes]:
    """A file of a library, open to be read and to be written to at its end; it is made where it is missing.

    Raises:
        EnvironmentFailure: if it is a link, a pipe or a folder, or a folder that it is in is a link.
    """
    refuse_links(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)
    except OSError as refusal:
        reason = "it is a link" if path.is_symlink() else refusal.strerror
        raise EnvironmentFailure(f"{path} cannot be written: {reason}.") from refusal
    if not stat.S_ISREG(os.fstat(handle).st_mode):  # a pipe cannot be opened below
        os.close(handle)
        raise EnvironmentFailure(f"{path} cannot be written: it is no file.")
    return os.fdopen(handle, "r+b")


def refuse_links(path: Path, *folders: Path) -> None:
    """Raise if a folder between one of these folders, or else one of the library's, and a path is a link."""
    absolute = _absolute(path)
    for folder in [*map(_absolute, folders)] or _folders:
        if not absolute.is_relative_to(folder):
            continue
        for parent in absolute.parents[: len(absolute.parents) - len(folder.parents) - 1]:
            if parent.is_symlink():
                raise EnvironmentFailure(
                    f"{parent} is a link, so nothing is written there. Remove it, or put a folder in its place."
                )


# What killed writers have left


def sweep(folder: Path, *, below: bool = True) -> None:
    """Take away what is being written in a folder, and `below` it, by processes that are gone.

    Links are not followed.
    """
    for path in tuple(_left(folder, below)):
        with contextlib.suppress(OSError):
            if not path.name.startswith(_OLD) or os.path.lexists(place := path.with_name(path.name.removeprefix(_OLD))):
                remove(path)
            else:
                path.rename(place)


def _left(folder: Path, below: bool) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            written = _NEW.fullmatch(name)
            if name.startswith(_OLD) or (written and _is_gone(int(written[1])) and _is_free(Path(root, name))):
                yield Path(root, name)
        folders[:] = [name for name in folders if below and not name.startswith(".new-")]


def _is_gone(process: int) -> bool:
    """True if a process has ended, or is this one, which writes nothing during the check."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # it is somebody else's
        return False
    return process == os.getpid()


def _is_free(path: Path) -> bool:
    """True if no process, such as one of another container, holds a file open for writing.

    A file that this user may not open counts as held, and is left to its owner.
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


def remove_empty_folders(folder: Path) -> None:
    """Take away the folders below a folder that hold nothing; links are not followed."""
    if folder.is_symlink():
        return
    for root, folders, _ in os.walk(folder, topdown=False):
        for name in folders:
            with contextlib.suppress(OSError):  # it holds something, or is a link
                Path(root, name).rmdir()
