"""Place of a library within the repository that a code host has checked out."""

from collections.abc import Mapping
from pathlib import Path

_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Variables in which hosts name the folder of the repository."""


def folder_in_repository(library: Path, environment: Mapping[str, str]) -> str:
    """The library's folder as paths of the repository begin, with `/`; nothing at its top, or where no host says it."""
    home = library.resolve()
    for name in _ROOTS:
        root = environment.get(name, "")
        if root and home.is_relative_to(Path(root).resolve()):
            folder = home.relative_to(Path(root).resolve()).as_posix()
            return "" if folder == "." else folder
    return ""
