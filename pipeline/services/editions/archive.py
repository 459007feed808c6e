"""The archive of issued files, named by their SHA-256, in a folder or in a store at a URL.

What is written is read back and compared. Nothing is overwritten or deleted. The archive also has a copy of each
record, so that the loss of the last one is noticed.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core.diagnostics import EnvironmentFailure, UsageError
from pipeline.core.digests import sha256
from pipeline.core.files import read_regular_file, remove_stale_files, write_atomically

RECORDS = "records"
"""The folder of the copies of records, with a folder for each pack."""


@dataclass(frozen=True, slots=True)
class FolderStorage:
    """A folder of this machine, or a mounted one."""

    folder: Path

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file; None if there is no such file."""
        path = self.folder / name
        try:
            return read_regular_file(Path(os.path.realpath(path)))
        except OSError as refusal:
            raise EnvironmentFailure(f"{path} cannot be read: {refusal.strerror}.") from refusal

    def write(self, name: str, content: bytes) -> None:
        """Write a file atomically and durably."""
        write_atomically(self.folder / name, content, durable=True)

    def names(self, folder: str) -> Iterable[str]:
        """Return the names of the files in a folder, sorted."""
        return sorted(path.name for path in (self.folder / folder).glob("*") if not path.name.startswith("."))

    def tidy(self) -> None:
        """Remove the temporary files of processes that have ended."""
        remove_stale_files(self.folder)


@dataclass(frozen=True, slots=True)
class RemoteStorage:
    """A store at a URL of any kind that fsspec supports."""

    address: str

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file; None if there is no such file."""
        try:
            return bytes(self._run(lambda files, root: files.cat_file(f"{root}/{name}")))
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Write a file under a temporary name, then rename it."""

        def write_beside(files: Any, root: str) -> None:
            path = f"{root}/{name}"
            files.makedirs(path.rpartition("/")[0], exist_ok=True)
            files.pipe_file(f"{path}.part", content)
            files.mv(f"{path}.part", path)

        self._run(write_beside)

    def names(self, folder: str) -> Iterable[str]:
        """Return the names of the files in a folder, sorted."""
        try:
            paths = self._run(lambda files, root: files.ls(f"{root}/{folder}", detail=False))
        except FileNotFoundError:
            return ()
        return sorted(path.rstrip("/").rpartition("/")[2] for path in paths if not path.endswith(".part"))

    def tidy(self) -> None:
        """Do nothing: a partial file is overwritten when its file is written again."""

    def _run(self, operation: Callable[[Any, str], Any]) -> Any:
        import fsspec

        try:
            files, root = fsspec.url_to_fs(self.address)
            return operation(files, root.rstrip("/"))
        except FileNotFoundError:
            raise
        except Exception as refusal:  # each kind of store raises its own exceptions
            words = " ".join(str(refusal).split()) or type(refusal).__name__
            raise EnvironmentFailure(f"The archive {self.address} cannot be used: {words.rstrip('.')}.") from refusal


@dataclass(frozen=True, slots=True)
class Archive:
    """The archive of a library."""

    storage: FolderStorage | RemoteStorage

    def file(self, digest: str) -> bytes | None:
        """Return the file named by a SHA-256, whatever its bytes are; None if there is none."""
        return self.storage.read(_path(digest))

    def holds(self, digest: str) -> bool:
        """Return True if the archive has the file of a SHA-256 intact."""
        content = self.file(digest)
        return content is not None and sha256(content) == digest

    def keep(self, content: bytes) -> bool:
        """Add a file unless it is there; read it back, and return True if it is intact."""
        digest = sha256(content)
        if self.file(digest) is None:
            self.storage.write(_path(digest), content)
        return self.holds(digest)

    def record(self, pack: str, name: str) -> bytes | None:
        """Return the copy of a record; None if there is none."""
        return self.storage.read(f"{RECORDS}/{pack}/{name}")

    def keep_record(self, pack: str, name: str, content: bytes) -> bool:
        """Add the copy of a record unless it is there; read it back, and return True if it has these bytes."""
        if self.record(pack, name) is None:
            self.storage.write(f"{RECORDS}/{pack}/{name}", content)
        return self.record(pack, name) == content

    def packs(self) -> Iterable[str]:
        """Return the packs that have copies of records."""
        return self.storage.names(RECORDS)

    def records(self, pack: str) -> Iterator[str]:
        """Return the names of the records of a pack that have copies."""
        return (name for name in self.storage.names(f"{RECORDS}/{pack}") if name.endswith(".json"))


def _path(digest: str) -> str:
    return f"sha256/{digest[:2]}/{digest}"


def open_archive(address: str | None, project: Path) -> Archive | None:
    """Open the archive at a URL, or at a path from the project's folder; None without an address.

    Raises `UsageError` if it would be in `source/`, or in `output/`, which may be deleted at any time.
    """
    if not address:
        return None
    if "://" in address:
        return Archive(RemoteStorage(address))
    folder, home = (project / address).resolve(), project.resolve()
    if inside := next((name for name in ("source", "output") if folder.is_relative_to(home / name)), ""):
        raise UsageError(f"The archive cannot be in {inside}/: choose another folder, such as 'archive: ../archive'.")
    return Archive(FolderStorage(project / address))
