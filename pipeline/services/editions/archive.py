"""The archive of issued files: by their SHA-256, in a folder or in a store that a URL names.

What is written is read back and compared. Nothing is ever written over, and nothing is deleted. Beside the files it
holds a copy of each record, so that the loss of the last one can be noticed.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core.diagnostics import EnvironmentFailure, UsageError
from pipeline.core.digests import sha256
from pipeline.core.files import content_of, remove_stale_files, write_whole

RECORDS = "records"
"""The folder of the copies of records, a folder a pack."""


@dataclass(frozen=True, slots=True)
class FolderStorage:
    """A folder of this machine, or one that it reaches as a folder."""

    folder: Path

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; none where there is no such file."""
        place = self.folder / name
        try:
            return content_of(Path(os.path.realpath(place)))
        except OSError as refusal:
            raise EnvironmentFailure(f"{place} cannot be read: {refusal.strerror}.") from refusal

    def write(self, name: str, content: bytes) -> None:
        """Write a file so that it is whole under its name or not there, and on the disk."""
        write_whole(self.folder / name, content, durable=True)

    def names(self, folder: str) -> Iterable[str]:
        """The names of the files in a folder, in order."""
        return sorted(path.name for path in (self.folder / folder).glob("*") if not path.name.startswith("."))

    def tidy(self) -> None:
        """Take away the temporary files of processes that are gone."""
        remove_stale_files(self.folder)


@dataclass(frozen=True, slots=True)
class RemoteStorage:
    """A store that a URL names, by whatever fsspec knows of it."""

    address: str

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; none where there is no such file."""
        try:
            return bytes(self._asked(lambda files, root: files.cat_file(f"{root}/{name}")))
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Write a file beside its name, and move it there once it is whole."""

        def put(files: Any, root: str) -> None:
            place = f"{root}/{name}"
            files.makedirs(place.rpartition("/")[0], exist_ok=True)
            files.pipe_file(f"{place}.part", content)
            files.mv(f"{place}.part", place)

        self._asked(put)

    def names(self, folder: str) -> Iterable[str]:
        """The names of the files in a folder, in order."""
        try:
            found = self._asked(lambda files, root: files.ls(f"{root}/{folder}", detail=False))
        except FileNotFoundError:
            return ()
        return sorted(path.rstrip("/").rpartition("/")[2] for path in found if not path.endswith(".part"))

    def tidy(self) -> None:
        """Nothing: a part that was left is written over when its file is written."""

    def _asked(self, ask: Callable[[Any, str], Any]) -> Any:
        import fsspec

        try:
            files, root = fsspec.url_to_fs(self.address)
            return ask(files, root.rstrip("/"))
        except FileNotFoundError:
            raise
        except Exception as refusal:  # each kind of store has failures of its own
            words = " ".join(str(refusal).split()) or type(refusal).__name__
            raise EnvironmentFailure(f"The archive {self.address} cannot be used: {words.rstrip('.')}.") from refusal


@dataclass(frozen=True, slots=True)
class Archive:
    """The archive of a library."""

    shelf: FolderStorage | RemoteStorage

    def file(self, digest: str) -> bytes | None:
        """The file of a SHA-256, whatever its bytes are; none where there is none."""
        return self.shelf.read(_place(digest))

    def holds(self, digest: str) -> bool:
        """Whether the archive has the file of a SHA-256, whole."""
        content = self.file(digest)
        return content is not None and sha256(content) == digest

    def keep(self, content: bytes) -> bool:
        """Keep a file unless it is there; gives whether the archive has it, by reading it back."""
        digest = sha256(content)
        if self.file(digest) is None:
            self.shelf.write(_place(digest), content)
        return self.holds(digest)

    def record(self, pack: str, name: str) -> bytes | None:
        """The copy of a record."""
        return self.shelf.read(f"{RECORDS}/{pack}/{name}")

    def keep_record(self, pack: str, name: str, content: bytes) -> bool:
        """Keep the copy of a record unless it is there; gives whether the archive has these bytes."""
        if self.record(pack, name) is None:
            self.shelf.write(f"{RECORDS}/{pack}/{name}", content)
        return self.record(pack, name) == content

    def packs(self) -> Iterable[str]:
        """The packs of which there are copies of records."""
        return self.shelf.names(RECORDS)

    def records(self, pack: str) -> Iterator[str]:
        """The names of the records of a pack of which there are copies."""
        return (name for name in self.shelf.names(f"{RECORDS}/{pack}") if name.endswith(".json"))


def _place(digest: str) -> str:
    return f"sha256/{digest[:2]}/{digest}"


def archive_of(address: str | None, project: Path) -> Archive | None:
    """The archive that a library names; paths are from its folder on. None where it names none.

    Raises `UsageError` where it would lie among the sources, or in the folder that may be deleted at any time.
    """
    if not address:
        return None
    if "://" in address:
        return Archive(RemoteStorage(address))
    folder, home = (project / address).resolve(), project.resolve()
    if inside := next((name for name in ("source", "output") if folder.is_relative_to(home / name)), ""):
        raise UsageError(f"The archive cannot lie in {inside}/: name another folder, such as 'archive: ../archive'.")
    return Archive(FolderStorage(project / address))
