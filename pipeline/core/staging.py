"""Folders and files of copies, laid out whole beside their places before any of them goes there."""

from pathlib import Path

from pipeline.core.errors import EnvironmentFailure
from pipeline.core.files import name_beside, put_in_place, refuse_links, remove, write_whole


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
