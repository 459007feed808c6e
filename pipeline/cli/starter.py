"""A library to start from, and the JSON Schemas beside it. Writes files: it is told where."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

from pipeline.core.errors import UsageError
from pipeline.core.files import write_whole
from pipeline.load.yaml.schema import schemas
from pipeline.resolve.nearest import did_you_mean

_HIDDEN = frozenset({"gitignore", "gitattributes", "github", "vscode"})
"""Files and folders whose names do not begin with a dot here, lest git and editors heed them."""


def write_schemas(folder: Path) -> int:
    """Write the JSON Schema of every kind of source file; gives how many."""
    made = schemas()
    for name, schema in made.items():
        content = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        write_whole(folder / name, content.encode())
    return len(made)


PLAIN = b"""# Remarks of style are off. Switch on those that you want, one by one: 'list-stop: warning'.
rules:
  all: off
"""
"""The end of a plain library's `library.yaml`."""


def start_library(folder: Path, plain: bool = False) -> None:
    """Write the starter library into a folder that is new or empty; a plain one makes no remarks of style."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not an empty folder; choose another.")
    starter = resources.files("pipeline") / "starter_library"
    _copy(starter, folder)
    if plain:
        imprint = folder / "source" / "library.yaml"
        write_whole(imprint, imprint.read_bytes() + PLAIN)
    write_schemas(folder / "source" / ".schema")


def _copy(source: resources.abc.Traversable, target: Path) -> None:
    for entry in sorted(source.iterdir(), key=lambda e: e.name):
        place = target / (f".{entry.name}" if entry.name in _HIDDEN else entry.name)
        if entry.is_dir():
            _copy(entry, place)
        elif not entry.name.endswith((".py", ".pyc")):
            write_whole(place, entry.read_bytes())


def copy_layout(shipped: Path, project: Path, name: str) -> Path:
    """Copy a file of the layouts that ship into a library, to be changed there; gives its place.

    Raises `UsageError` for a file that does not ship, and where the library has one of its own.
    """
    names = layout_names(shipped)
    if name not in names:
        hint = did_you_mean(name, names, "'briefings layouts' lists them.")
        raise UsageError(f"No file '{name}' ships with the layouts. {hint}")
    place = project / "layouts" / name
    if place.exists():
        raise UsageError(f"{place} is there already, and stays as it is.")
    write_whole(place, (shipped / name).read_bytes())
    return place


def layout_names(shipped: Path) -> tuple[str, ...]:
    """Every file of the layouts that ship, by its path in their folder."""
    return tuple(sorted(path.relative_to(shipped).as_posix() for path in shipped.rglob("*.*") if path.is_file()))
