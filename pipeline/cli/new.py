"""The verb new: a library to start from."""

from importlib import resources
from pathlib import Path
from typing import Any

import click

from pipeline.cli.layouts import copy_folder
from pipeline.cli.options import SHIPPED, F, Shared, typed
from pipeline.cli.outcome import Outcome, rendered
from pipeline.cli.schema import write_schemas
from pipeline.core.errors import UsageError
from pipeline.core.files import write_whole
from pipeline.core.services import hooked

_HIDDEN = frozenset({"gitignore", "gitattributes", "vscode"})
"""Files and folders whose names do not begin with a dot here, lest git and editors heed them."""

PLAIN = b"""# Remarks of style are off. Switch on those that you want, one by one: 'table-wide: warning'.
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


def start_layout(project: Path, name: str) -> str:
    """Copy a layout into a library, to be changed there; gives what there is to do next."""
    copied = copy_folder(SHIPPED, project, name)
    then = f"Write 'layout: {name}' into each pack that is to look so."
    if (SHIPPED / name).is_dir():
        then = f"Colours and measures are in tokens.css, which '{typed(None)} layouts tokens.css' copies."
    place = copied[0].parent
    return f"{len(copied)} files stand in {place}: change some, and delete the others, which count as shipped.\n{then}"


def options_of_services(command: F) -> F:
    """Give the verb the options of services that add files to a new library."""
    for _, options in hooked("new_options"):
        command = options(command)
    return command


@click.command("new")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--plain", is_flag=True, help="Without remarks of style, for texts that other houses have written.")
@click.option(
    "--layout",
    is_flag=False,
    flag_value="briefing",
    metavar="[NAME]",
    help="Copy a layout into layouts/ of the library, to be changed: 'briefing' (meant where no name is given), 'pack' "
    "or another folder that ships; by a name of your own, a layout that packs ask for.",
)
@options_of_services
@rendered(library=False)
def verb(options: Shared, folder: Path | None, plain: bool, layout: str | None, **others: Any) -> Outcome:
    """Start a library in a new folder: every kind of file, one working example of each.

    With --layout and no folder, copy a layout into the library that there is.
    """
    text: list[str] = []
    if folder is None and layout is None:
        raise click.UsageError("Missing argument 'FOLDER'.")
    writers = [writer(folder, **others) for _, writer in hooked("new_files")]
    if folder is not None:
        start_library(folder, plain)
        where, named = ("here", None) if folder == Path() else (f"in {folder}", folder)
        text.append(f"Made a library {where}. Build it with: {typed(named)} build")
        text.append(f"{folder / 'README.md'} lists the daily commands.")
        text += [sentence for write in writers for sentence in write()]
    if layout is not None:
        text.append(start_layout(folder or options.project, layout))
    return Outcome(text=text)
