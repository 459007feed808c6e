"""Atomic writing, staging folders, removal of temporary files."""

import contextlib
import errno
import fcntl
import io
import os
import re
import shutil
import stat
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import IO

from pipeline.core.diagnostics import EnvironmentFailure

# Zip archives from outside, read within a limit

MOST = 256 * 2**20
"""Bytes of an unpacked book."""

MOST_MEMBERS = 20_000
"""Files of an archive."""

_ENTRY = b"PK\x01\x02"
"""Begin of each entry of the directory of an archive."""

_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError)
"""Errors of the standard library for an archive that is damaged."""


class BadArchive(Exception):
    """No archive, or a damaged one, or one that is packed in a way that is not read."""


class LockedArchive(BadArchive):
    """An archive that needs a password."""


class LargeArchive(BadArchive):
    """An archive that unpacks to more than it may."""


class ZipArchive(zipfile.ZipFile):
    """An archive whose files are read up to the sizes that it claims. A file that is larger is damaged."""

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        """Return the bytes of a file. Raises BadArchive if it is damaged, and KeyError if there is none."""
        entry = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        try:
            with self.open(entry) as file:
                return b"".join(iter(partial(file.read, 2**20), b""))
        except _BROKEN as wrong:
            raise BadArchive("it is damaged") from wrong


@contextmanager
def archive_of(content: bytes, most: int = MOST) -> Iterator[ZipArchive]:
    """An archive, opened, whose files take at most so many bytes, unpacked.

    Files are stored or deflated: what other ways unpack cannot be stopped.

    Raises:
        BadArchive: if it cannot be opened, is locked or unpacks to more.
    """
    if content.count(_ENTRY) > MOST_MEMBERS:
        raise LargeArchive(f"it has more than {MOST_MEMBERS:,} files")
    try:
        archive = ZipArchive(io.BytesIO(content))
    except _BROKEN as wrong:
        raise BadArchive("it is not a ZIP archive, or is damaged") from wrong
    with archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > most:
            raise LargeArchive("it unpacks to too many bytes")
        if any(entry.flag_bits & 0x1 for entry in entries):  # encrypted
            raise LockedArchive("it needs a password")
        if {entry.compress_type for entry in entries} - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise BadArchive("it is packed in a way that is not read")
        yield archive


# Atomic writing. A temporary file is in the folder of its target, so that it is renamed within one file system. Its
# name has the number of the process that writes it.

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
        try:
            Path(new).replace(path)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            Path(new).replace(path)
        if durable:
            fsync_folder(path.parent)
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


def fsync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, where the file system does that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def put_in_place(new: Path, place: Path) -> None:
    """Move a file or a folder to its place beside it, and replace the old one.

    An old folder makes room first; `remove_stale_files` puts it back if nothing has come in its place.
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


def remove_stale_files(folder: Path, *, below: bool = True) -> None:
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


class LaidOut:
    """Folders laid out for places under a folder: each beside its own, so that it moves on one file system."""

    def __init__(self, output: Path) -> None:
        self._output = output
        self._beside: dict[str, Path] = {}
        """Path of the laid-out folder, by its place."""

    def write(self, place: str, name: str, content: bytes) -> None:
        """Lay out a file of the folder that is to be at a place; without a name the place is that of a file."""
        beside = self._of(place)
        write_whole(beside / name if name else beside, content)

    def read(self, place: str, name: str) -> bytes:
        """A file that was laid out."""
        return (self._of(place) / name).read_bytes()

    def put(self) -> None:
        """Move all to their places; what was there goes."""
        for place, beside in sorted(self._beside.items()):
            put_in_place(beside, self._output / place)
            del self._beside[place]

    def clear(self) -> None:
        """Take away what has not gone to its place, and the folders that were made for it."""
        for place, beside in self._beside.items():
            remove(beside)
            folder = (self._output / place).parent
            while folder != self._output and folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
                folder = folder.parent
        self._beside.clear()

    def _of(self, place: str) -> Path:
        if place not in self._beside:
            path = self._output / place
            refuse_links(path)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as refusal:
                raise EnvironmentFailure(f"{path} cannot be written: {refusal.strerror}.") from refusal
            self._beside[place] = Path(name_beside(path.parent))
        return self._beside[place]


# Files as they are on the disk

LARGEST = 1024**3
"""Bytes of a file that is read: what is larger was not written by us."""

REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""Error numbers of the machine where a file may not be written."""


def content_of(path: Path, most: int = LARGEST) -> bytes | None:
    """The bytes of a file, or nothing where there is none. Raises OSError for whatever else stands there.

    A link is not followed. A pipe is opened without waiting for whoever would write to it.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb", buffering=0) as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_size > most:
            raise OSError(errno.EINVAL, "it is a pipe, a folder, a device or too large", str(path))
        return file.readall()


def is_folder(path: Path) -> bool:
    """Whether a folder stands there, and no link to one."""
    with suppress(OSError):
        return stat.S_ISDIR(path.lstat().st_mode)
    return False


def is_file(path: Path) -> bool:
    """Whether a file stands there, and no link to one."""
    with suppress(OSError):
        return stat.S_ISREG(path.lstat().st_mode)
    return False


def clear(path: Path) -> None:
    """Take away what stands there, as far as the machine lets us. What a link leads to stays."""
    if is_folder(path):
        shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.unlink()


def make_way(path: Path, root: Path) -> None:
    """Have a file writable in a store: its folders are folders, ours to write to, and no folder stands in its place."""
    for folder in dict.fromkeys((root, path.parent)):
        if is_folder(folder):
            if not os.access(folder, os.W_OK | os.X_OK):
                with suppress(OSError):
                    folder.chmod(folder.stat().st_mode | stat.S_IRWXU)
        else:
            clear(folder)
    if is_folder(path):
        clear(path)
