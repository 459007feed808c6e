"""The project's folders: the one place where source and layout files are read."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from pipeline.codes import files as codes
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.errors import EnvironmentFailure

REGISTER = "source/copies.csv"
"""The register of the copies that were prepared."""

LEDGER = "source/ledger.csv"
"""The ledger of what left the house, as a table."""

EDITIONS = "source/editions"
"""The folder of the records of editions, a folder a pack."""

NOTICES = "source/references/retractions/"
"""The folder of the files that tell which works were retracted or corrected."""

_OPEN_IN_WORD = "~$"
"""Prefix of the lock file that Word keeps beside an open document."""


def library_from(folder: Path) -> Path | None:
    """The nearest folder that holds a library, from this one upwards; nothing where there is none.

    This one needs a `source/` alone. Other projects have one too, so a folder above must hold a library's own files.
    """
    if (folder / "source").is_dir():
        return folder
    way, place = Path(), folder.resolve()
    for above in place.parents:
        way /= ".."
        if any((above / "source" / name).exists() for name in ("library.yaml", "briefings")):
            return folder / way
    return None


def read_files(project: Path) -> Mapping[str, bytes]:
    """Every file of `source/` by its path in the project, in order; what is hidden or leads out is left."""
    return _read(project, project / "source")


def read_folder(project: Path, folder: str) -> Mapping[str, bytes]:
    """Every file of a folder by its path in the project, in order; what is hidden or leads out is left."""
    return _read(project, project / folder)


def left_aside(project: Path) -> tuple[Diagnostic, ...]:
    """A remark for every link in `source/` that is not followed, because it leads out of the project or nowhere."""
    home, found = project.resolve(), []
    for path in sorted(Path(entry.path) for entry in _entries(project / "source") if entry.is_symlink()):
        if not path.exists():
            reason = "it is a link that leads nowhere"
        elif not _leads_within(path, home):
            reason = "it is a link that leads out of the project"
        elif path.is_dir():
            reason = "it is a link to a folder, and these are not followed"
        else:
            continue
        found.append(codes.FILE_UNKNOWN.at(Place(_name(path, project)), reason=reason))
    return tuple(found)


def _read(project: Path, folder: Path) -> Mapping[str, bytes]:
    home = project.resolve()
    found: dict[str, bytes] = {}
    try:
        for path in sorted(map(Path, _walk(folder, home)), key=lambda path: path.parts):
            found[_name(path, project)] = path.read_bytes()
    except OSError as refused:
        name = _name(Path(refused.filename or folder), project)
        raise EnvironmentFailure(f"{name} cannot be read: {refused.strerror}.") from refused
    return found


def _name(path: Path, project: Path) -> str:
    """The path within the project; what is not UTF-8 in it is shown as '�'."""
    return path.relative_to(project).as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _leads_within(path: Path, home: Path) -> bool:
    return path.exists() and Path(os.path.realpath(path)).is_relative_to(home)


def _walk(folder: Path, home: Path) -> Iterator[str]:
    """The files of a folder, however deep, that may be read."""
    for entry in _entries(folder):
        if (not entry.is_symlink() or _leads_within(Path(entry.path), home)) and entry.is_file():
            yield entry.path


def _entries(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    """Entries of a folder at any depth, without hidden files, Word's lock files and folders behind links."""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith((".", _OPEN_IN_WORD)):
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    yield from _entries(entry.path)
