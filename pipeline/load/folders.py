"""Folders of a library: their files, and its layouts, own before shipped."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, Location
from pipeline.core.messages import message
from pipeline.model.formats import Layouts

LIBRARY_FILE = "source/library.yaml"
"""The imprint."""

COLLEGES_FILE = "source/colleges.yaml"
"""The list of colleges."""

REGISTER_FILE = "source/copies.csv"
"""The register of prepared copies that releases before 2 kept."""

LEDGER_FILE = "source/ledger.csv"
"""The ledger of what left the house, as a table."""

EDITIONS_FOLDER = "source/editions"
"""The folder of the records of editions, a folder a pack."""

WRITTEN_FOLDERS = ("source", "output", "layouts", ".ledger")
"""The folders of a library that commands write to."""

RETRACTIONS_FOLDER = "source/references/retractions/"
"""The folder of the files that tell which works were retracted or corrected."""

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".woff", ".woff2", ".otf", ".ttf")
_WORDS = "words/"
"""The folder of the tables of words: a library may have one of any language."""


def find_library_root(folder: Path) -> Path | None:
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


class FilesOnDemand(Mapping[str, bytes]):
    """Every file of `source/` by its path in the project, in order, each read once, when it is asked for.

    It is for a few questions on a large library. Raises `EnvironmentFailure` for a file that cannot be read.
    """

    def __init__(self, project: Path) -> None:
        self._paths = _files(project, "source")
        self._read: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> bytes:
        if name not in self._read:
            self._read[name] = _content(name, self._paths[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, name: object) -> bool:
        return name in self._paths


def read_files(project: Path) -> Mapping[str, bytes]:
    """Every file of `source/` by its path in the project, in order; what is hidden or leads out is left."""
    return read_folder(project, "source")


def read_folder(project: Path, folder: str) -> Mapping[str, bytes]:
    """Every file of a folder by its path in the project, in order; what is hidden or leads out is left."""
    return {name: _content(name, path) for name, path in _files(project, folder).items()}


def report_skipped_links(project: Path) -> tuple[Diagnostic, ...]:
    """A remark for every link in `source/` that is not followed, because it leads out of the project or nowhere."""
    home, remarks = project.resolve(), []
    for path in sorted(Path(entry.path) for entry in _entries(project / "source") if entry.is_symlink()):
        if not path.exists():
            reason = "it is a link that leads nowhere"
        elif not _leads_within(path, home):
            reason = "it is a link that leads out of the project"
        elif path.is_dir():
            reason = "it is a link to a folder, and these are not followed"
        else:
            continue
        remarks.append(message("file-unknown", Location(_name(path, project)), reason=reason))
    return tuple(remarks)


def _files(project: Path, inner: str) -> Mapping[str, str]:
    """The files of a folder, however deep, that may be read: by their paths in the project, in order."""
    folder = project / inner
    try:
        home = project.resolve()
        paths = [
            entry.path
            for entry in _entries(folder)
            if (not entry.is_symlink() or _leads_within(Path(entry.path), home)) and entry.is_file()
        ]
    except OSError as refused:
        raise _cannot_read(_name(Path(refused.filename or folder), project), refused) from refused
    start, above = len(f"{folder}{os.sep}"), _name(folder, project)
    return {f"{above}/{_shown(path[start:])}": path for path in sorted(paths, key=lambda p: p.replace(os.sep, "\0"))}


def _content(name: str, path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as refused:
        raise _cannot_read(name, refused) from refused


def _cannot_read(name: str, refused: OSError) -> EnvironmentFailure:
    return EnvironmentFailure(f"{name} cannot be read: {refused.strerror}.")


def _name(path: Path, project: Path) -> str:
    """The path within the project; what is not UTF-8 in it is shown as '�'."""
    return _shown(path.relative_to(project).as_posix())


def _shown(path: str) -> str:
    return path.replace(os.sep, "/").encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _leads_within(path: Path, home: Path) -> bool:
    return path.exists() and Path(os.path.realpath(path)).is_relative_to(home)


def _entries(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    """Entries of a folder at any depth, without hidden files, Word's lock files and folders behind links."""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith((".", "~$")):
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    yield from _entries(entry.path)


def read_layouts(project: Path, shipped: Path, sources: Mapping[str, bytes] | None = None) -> Layouts:
    """The text files of `layouts/`; `shipped` is the folder of the layouts that ship with the package.

    Citation styles go by name (`house`) and, of the project's own files, by path too. They may stand among its
    `sources`, which are read if they are not given.
    """
    files: dict[str, str] = {}
    strange: list[str] = []
    english = ""
    styles: dict[str, str] = {}
    for root, folder in ((shipped.parent, shipped.name), (project, "layouts"), (project, "source")):
        given = sources if folder == "source" else None
        for path, content in (read_folder(root, folder) if given is None else given).items():
            if folder == "source" and not path.endswith(".csl"):
                continue  # a library has thousands of them
            inner = PurePosixPath(path).relative_to(folder)
            if inner.suffix == ".csl":
                text = content.decode("utf-8-sig", "replace")
                styles[path] = text
                if folder != "source":
                    styles[inner.stem] = text
            elif inner.suffix.lower() not in _PICTURES:
                if (
                    root == project != shipped.parent
                    and str(inner) not in files
                    and inner.suffix not in (".txt", ".md")
                    and not str(inner).startswith(_WORDS)
                ):
                    strange.append(str(inner))
                files[str(inner)] = content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
        english = english or files.get(f"{_WORDS}en.yaml", "")
    return Layouts(dict(sorted(files.items())), dict(sorted(styles.items())), english, tuple(sorted(strange)))
