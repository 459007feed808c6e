"""The files of a store as they lie on the disk: whatever stands in a file's place is read as one, or not at all."""

import errno
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

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
