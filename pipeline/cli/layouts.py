"""The verb layouts: the templates and style sheets that ship, to be changed in a library."""

import re
from collections.abc import Mapping
from pathlib import Path

import click

from pipeline.cli.options import SHIPPED, Shared
from pipeline.cli.outcome import Outcome, Table, rendered
from pipeline.compose.design.layout_parts import explained
from pipeline.core.errors import UsageError
from pipeline.core.files import write_whole
from pipeline.resolve.nearest import did_you_mean

PACK = "pack"
"""The folder of the layouts of packs: another layout of packs begins as a copy of it."""

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@click.command("layouts")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@rendered("text", "json", "csv", library=False)
def verb(options: Shared, files: tuple[str, ...]) -> Outcome:
    """List the templates and style sheets that ship, or copy some into layouts/ of the library to change them."""
    if files:
        return Outcome(
            text=[str(copy_layout(SHIPPED, options.project, file.removeprefix("layouts/"))) for file in files]
        )
    return Outcome(table=Table(("file",), [(name,) for name in layout_names(SHIPPED)]))


def copy_layout(shipped: Path, project: Path, name: str) -> Path:
    """Copy a file of the layouts that ship into a library, with what it says of itself; gives its place.

    Raises `UsageError` for a file that does not ship, and where the library has one of its own.
    """
    names = layout_names(shipped)
    if name not in names:
        hint = did_you_mean(name, names, "'briefings layouts' lists them.")
        raise UsageError(f"No file '{name}' ships with the layouts. {hint}")
    (place,) = _copied({name: project / "layouts" / name}, shipped)
    return place


def copy_folder(shipped: Path, project: Path, name: str) -> tuple[Path, ...]:
    """Copy a folder of the layouts that ship into a library; by a name that none has, that of packs; gives the places.

    Raises `UsageError` for a name that can be no folder's, and where the library has one of the files: then none is
    copied.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"'{name}' can be no layout's name. Write small letters, figures and hyphens: 'training'.")
    folder = name if (shipped / name).is_dir() else PACK
    files = [one for one in layout_names(shipped) if one.startswith(f"{folder}/")]
    return _copied({one: project / "layouts" / name / one.removeprefix(f"{folder}/") for one in files}, shipped)


def _copied(places: Mapping[str, Path], shipped: Path) -> tuple[Path, ...]:
    for place in places.values():
        if place.exists():
            raise UsageError(f"{place} is there already, and stays as it is.")
    for name, place in places.items():
        write_whole(place, explained(name, (shipped / name).read_text("utf-8")).encode())
    return tuple(places.values())


def layout_names(shipped: Path) -> tuple[str, ...]:
    """Every file of the layouts that ship, by its path in their folder."""
    return tuple(sorted(path.relative_to(shipped).as_posix() for path in shipped.rglob("*.*") if path.is_file()))
