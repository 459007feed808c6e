"""The project's folders: the one place where source and layout files are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.errors import EnvironmentFailure


def read_files(project: Path) -> Mapping[str, bytes]:
    """Every file of `source/` by its path in the project, in order; what is hidden or leads out is left."""
    return _read(project, project / "source")


def read_folder(project: Path, folder: str) -> Mapping[str, bytes]:
    """Every file of a folder by its path in the project, in order; what is hidden or leads out is left."""
    return _read(project, project / folder)


def _read(project: Path, folder: Path) -> Mapping[str, bytes]:
    home = project.resolve()
    found: dict[str, bytes] = {}
    for path in sorted(_walk(folder, home)):
        name = path.relative_to(project).as_posix()
        try:
            found[name] = path.read_bytes()
        except OSError as refused:
            raise EnvironmentFailure(f"{name} cannot be read: {refused.strerror}") from refused
    return found


def _walk(folder: Path, home: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_symlink() and not path.resolve().is_relative_to(home):
            continue
        if path.is_dir():
            if not path.is_symlink():
                yield from _walk(path, home)
        elif path.is_file():
            yield path
