"""new, layouts, schema, handbook."""

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from pipeline.build.api import build as make
from pipeline.build.summary import BuildResult
from pipeline.cli.options import HANDBOOK, SHIPPED, CommonOptions, F, command_line, open_project, production_day
from pipeline.cli.outcome import Outcome, Table, verb_with_outcome
from pipeline.compose.design.style import with_token_list
from pipeline.core.diagnostics import EnvironmentFailure, UsageError
from pipeline.core.files import write_atomically
from pipeline.core.sentences import count_noun, suggest_names
from pipeline.core.services import load_hook
from pipeline.load.yaml.schema import json_schemas
from pipeline.model.formats import Order


def write_handbook(pages: Path, folder: Path, build: Callable[[Path], BuildResult]) -> tuple[Path, ...]:
    """Build the handbook in a library of its own, and put its files into a folder; gives their paths.

    `build` makes the books of the library in a folder that it is given.
    """
    with TemporaryDirectory() as place:
        library = Path(place)
        shutil.copytree(pages, library / "source" / "handbook")
        imprint = b"title: Briefings\npublisher: The authors of Briefings\n"
        write_atomically(library / "source" / "library.yaml", imprint)
        built = build(library)
        if built.exit_code():
            raise EnvironmentFailure(f"The handbook could not be made: {built.remarks[0].sentence}")
        made = [library / "output" / output.path for output in built.outputs]
        for path in made:
            write_atomically(folder / path.name, path.read_bytes())
    return tuple(folder / path.name for path in made)


@click.command("handbook")
@click.argument("folder", type=click.Path(path_type=Path), default="briefings-handbook")
@verb_with_outcome(library=False)
def handbook_verb(options: CommonOptions, folder: Path) -> Outcome:
    """Build the handbook as PDF and EPUB into a folder (default: briefings-handbook)."""

    def built(library: Path) -> BuildResult:
        project = open_project(options, os.cpu_count() or 1, nowhere=library)
        return make(Order((), (), production_day(None, project)), project)

    return Outcome(text=map(str, write_handbook(HANDBOOK, folder, built)))


# The layouts that ship, to be changed in a library

PACK = "pack"
"""The folder of the layouts of packs: another layout of packs begins as a copy of it."""


@click.command("layouts")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@verb_with_outcome("text", "json", "csv", library=False)
def layouts_verb(options: CommonOptions, files: tuple[str, ...]) -> Outcome:
    """List the templates and style sheets that ship, or copy some into layouts/ of the library to change them."""
    if files:
        names = (file.removeprefix("layouts/") for file in files)
        return Outcome(text=[str(copy_layout(SHIPPED, options.project, name)) for name in names])
    return Outcome(table=Table(("file",), [(name,) for name in layout_names(SHIPPED)]))


def copy_layout(shipped: Path, project: Path, name: str) -> Path:
    """Copy a file of the layouts that ship into a library, with what it says of itself; gives its place.

    Raises `UsageError` for a file that does not ship, and where the library has one of its own.
    """
    names = layout_names(shipped)
    if name not in names:
        hint = suggest_names(name, names, "'briefings layouts' lists them.")
        raise UsageError(f"No file '{name}' ships with the layouts. {hint}")
    (place,) = _copied({name: project / "layouts" / name}, shipped)
    return place


def copy_folder(shipped: Path, project: Path, name: str) -> tuple[Path, ...]:
    """Copy a folder of the layouts that ship into a library; by a name that none has, that of packs; gives the places.

    Raises `UsageError` for a name that can be no folder's, and where the library has one of the files: then none is
    copied.
    """
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name):
        raise UsageError(f"'{name}' can be no layout's name. Write small letters, figures and hyphens: 'training'.")
    folder = name if (shipped / name).is_dir() else PACK
    files = [one for one in layout_names(shipped) if one.startswith(f"{folder}/")]
    return _copied({one: project / "layouts" / name / one.removeprefix(f"{folder}/") for one in files}, shipped)


def _copied(places: Mapping[str, Path], shipped: Path) -> tuple[Path, ...]:
    for place in places.values():
        if place.exists():
            raise UsageError(f"{place} is there already, and stays as it is.")
    for name, place in places.items():
        write_atomically(place, with_token_list(name, (shipped / name).read_text("utf-8")).encode())
    return tuple(places.values())


def layout_names(shipped: Path) -> tuple[str, ...]:
    """Every file of the layouts that ship, by its path in their folder."""
    return tuple(sorted(path.relative_to(shipped).as_posix() for path in shipped.rglob("*.*") if path.is_file()))


@click.command("schema")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@verb_with_outcome(library=False)
def schema_verb(options: CommonOptions, folder: Path | None) -> Outcome:
    """Write the JSON Schemas of all source files into a folder (default: source/.schema)."""
    target = folder or options.project / "source" / ".schema"
    return Outcome(text=[f"{count_noun(write_schemas(target), 'schema')} written to {target}"])


def write_schemas(folder: Path) -> int:
    """Write the JSON Schema of every kind of source file; gives how many."""
    made = json_schemas()
    for name, schema in made.items():
        content = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        write_atomically(folder / name, content.encode())
    return len(made)


# A library to start from

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
        write_atomically(imprint, imprint.read_bytes() + PLAIN)
    write_schemas(folder / "source" / ".schema")


def _copy(source: resources.abc.Traversable, target: Path) -> None:
    for entry in sorted(source.iterdir(), key=lambda e: e.name):
        place = target / (f".{entry.name}" if entry.name in _HIDDEN else entry.name)
        if entry.is_dir():
            _copy(entry, place)
        elif not entry.name.endswith((".py", ".pyc")):
            write_atomically(place, entry.read_bytes())


def start_layout(project: Path, name: str) -> str:
    """Copy a layout into a library, to be changed there; gives what there is to do next."""
    copied = copy_folder(SHIPPED, project, name)
    then = f"Write 'layout: {name}' into each pack that is to look so."
    if (SHIPPED / name).is_dir():
        then = f"Colours and measures are in tokens.css, which '{command_line(None)} layouts tokens.css' copies."
    place = copied[0].parent
    return f"{len(copied)} files stand in {place}: change some, and delete the others, which count as shipped.\n{then}"


def options_of_services(command: F) -> F:
    """Give the verb the options of services that add files to a new library."""
    for _, options in load_hook("new_options"):
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
@verb_with_outcome(library=False)
def new_verb(options: CommonOptions, folder: Path | None, plain: bool, layout: str | None, **others: Any) -> Outcome:
    """Start a library in a new folder: every kind of file, one working example of each.

    With --layout and no folder, copy a layout into the library that there is.
    """
    text: list[str] = []
    if folder is None and layout is None:
        raise click.UsageError("Missing argument 'FOLDER'.")
    writers = [writer(folder, **others) for _, writer in load_hook("new_files")]
    if folder is not None:
        start_library(folder, plain)
        where, named = ("here", None) if folder == Path() else (f"in {folder}", folder)
        text.append(f"Made a library {where}. Build it with: {command_line(named)} build")
        text.append(f"{folder / 'README.md'} lists the daily commands.")
        text += [sentence for write in writers for sentence in write()]
    if layout is not None:
        text.append(start_layout(folder or options.project, layout))
    return Outcome(text=text)
