"""The sources of a library as the live page reads and writes them: those alone, and never by a link."""

import os
import stat
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from threading import Lock

from pipeline.core.errors import EnvironmentFailure
from pipeline.core.files import write_whole
from pipeline.load.library.text import MOST_BYTES
from pipeline.preview.form.keeper import SourceRefused, StaleSource, digest_of

EDITED = {"briefings": ".md", "packs": ".yaml"}
"""The folders of `source/` that hold texts, and the end of their files."""


class LibrarySources:
    """Keeper of the texts below `source/`, of which nobody else in this process writes one meanwhile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._lock = Lock()

    def read(self, path: str) -> bytes:
        """The bytes of a source. Raises `SourceRefused`."""
        return self._opened(path)[0]

    def save(self, path: str, digest: str, change: Callable[[bytes], bytes]) -> bytes:
        """Write a source, whole and beside, as it is after a change, if it is still that of a digest.

        Gives what was written. Raises `StaleSource` where it is another, and `SourceRefused`.
        """
        with self._lock:
            before, mode = self._opened(path)
            if digest_of(before) != digest:
                raise StaleSource(before)
            after = change(before)
            if len(after) > MOST_BYTES:
                raise SourceRefused("too-large")
            if after != before:
                now, mode = self._opened(path)  # somebody else may have saved while the change was made
                if now != before:
                    raise StaleSource(now)
                try:
                    write_whole(self._place(path), after, durable=True, mode=mode)
                except EnvironmentFailure:
                    raise SourceRefused("unwritable") from None
            return after

    def _place(self, path: str) -> Path:
        """The place of a text below `source/` to which no link leads."""
        parts = PurePosixPath(path).parts
        inside = parts[:1] == ("source",) and len(parts) > 2 and path.endswith(EDITED.get(parts[1], "/"))
        place = self._folder.joinpath(*parts)
        if not inside or ".." in parts or "\0" in path or place.resolve() != place:
            raise SourceRefused("elsewhere")
        return place

    def _opened(self, path: str) -> tuple[bytes, int]:
        """The bytes of a source, and the rights of its file."""
        try:
            handle = os.open(self._place(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            raise SourceRefused("gone") from None
        with os.fdopen(handle, "rb") as file:
            known = os.fstat(handle)
            if not stat.S_ISREG(known.st_mode):
                raise SourceRefused("elsewhere")
            if known.st_size > MOST_BYTES:
                raise SourceRefused("too-large")
            return file.read(), stat.S_IMODE(known.st_mode)
