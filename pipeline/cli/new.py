"""new, layouts, schema, handbook."""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from pipeline.build.api import build
from pipeline.build.summary import BuildResult
from pipeline.cli.options import HANDBOOK, SHIPPED, CommonOptions, F, command_line, open_project, production_day
from pipeline.cli.outcome import Outcome, OutcomeTable, verb_with_outcome
from pipeline.compose.design.style import with_token_list
from pipeline.core.diagnostics import EnvironmentFailure, UsageError
from pipeline.core.files import write_atomically
from pipeline.core.sentences import count_noun, suggest_names
from pipeline.core.services import Hook
from pipeline.load.yaml.schema import json_schemas
from pipeline.model.formats import Order

NEW_OPTIONS: Hook[Callable[[Any], Any]] = Hook("new_options")
NEW_FILES: Hook[Callable[..., Callable[[], Iterable[str]]]] = Hook("new_files")


def write_handbook(pages: Path, folder: Path, build_handbook: Callable[[Path], BuildResult]) -> tuple[Path, ...]:
    """Build the handbook in a temporary library, and copy its files into a folder; returns their paths.

    `build_handbook` builds the books of the library in a folder.
    """
    with TemporaryDirectory() as temporary:
        library = Path(temporary)
        shutil.copytree(pages, library / "source" / "handbook")
        imprint = b"title: Briefings\npublisher: The authors of Briefings\n"
        write_atomically(library / "source" / "library.yaml", imprint)
        built = build_handbook(library)
        if built.exit_code():
            raise EnvironmentFailure(f"The handbook could not be made: {built.remarks[0].sentence}")
        paths = [library / "output" / output.path for output in built.outputs]
        for path in paths:
            write_atomically(folder / path.name, path.read_bytes())
    return tuple(folder / path.name for path in paths)


@click.command("handbook")
@click.argument("folder", type=click.Path(path_type=Path), default="briefings-handbook")
@verb_with_outcome(library=False)
def handbook_verb(options: CommonOptions, folder: Path) -> Outcome:
    """Build this handbook as PDF and EPUB into a folder.

    The default folder is briefings-handbook.
    """

    def build_handbook(library: Path) -> BuildResult:
        project = open_project(options, os.cpu_count() or 1, nowhere=library)
        return build(Order((), (), production_day(None, project)), project)

    return Outcome(text=map(str, write_handbook(HANDBOOK, folder, build_handbook)))


# Layouts that ship, copied into a library

PACK_LAYOUT = "pack"
"""The folder of the layout of packs. A new layout of packs begins as a copy of it."""


@click.command("layouts")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@verb_with_outcome("text", "json", "csv", library=False)
def layouts_verb(options: CommonOptions, files: tuple[str, ...]) -> Outcome:
    """List the shipped layouts, or copy some to change them."""
    if not files:
        return Outcome(table=OutcomeTable(("file",), [(name,) for name in layout_names(SHIPPED)]))
    return Outcome(text=map(str, copy_layout_files(SHIPPED, options.project, files)))


def copy_layout_files(shipped: Path, project: Path, files: Iterable[str]) -> tuple[Path, ...]:
    """Copy shipped layout files, with their token lists, into a library; returns the new paths.

    Raises `UsageError`, and copies none, if one of them does not ship or the library has it already.
    """
    names, targets = layout_names(shipped), {}
    for file in files:
        name = file.removeprefix("layouts/")
        if name not in names:
            hint = suggest_names(name, names, "'briefings layouts' lists them.")
            raise UsageError(f"No file '{name}' ships with the layouts. {hint}")
        targets[name] = project / "layouts" / name
    return _copy_layouts(targets, shipped)


def copy_layout_folder(shipped: Path, project: Path, name: str) -> tuple[Path, ...]:
    """Copy a shipped layout into a library, or the layout of packs under a new name; returns the new paths.

    Raises `UsageError`, and copies none, if no folder can have the name or the library has one of the files already.
    """
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name):
        raise UsageError(f"'{name}' can be no layout's name. Write small letters, figures and hyphens: 'training'.")
    folder = name if (shipped / name).is_dir() else PACK_LAYOUT
    files = [file for file in layout_names(shipped) if file.startswith(f"{folder}/")]
    targets = {file: project / "layouts" / name / file.removeprefix(f"{folder}/") for file in files}
    return _copy_layouts(targets, shipped)


def _copy_layouts(targets: Mapping[str, Path], shipped: Path) -> tuple[Path, ...]:
    for target in targets.values():
        if target.exists():
            raise UsageError(f"{target} is there already, and stays as it is.")
    for name, target in targets.items():
        write_atomically(target, with_token_list(name, (shipped / name).read_text("utf-8")).encode())
    return tuple(targets.values())


def layout_names(shipped: Path) -> tuple[str, ...]:
    """Return the paths of all shipped layout files, in their folder."""
    return tuple(sorted(path.relative_to(shipped).as_posix() for path in shipped.rglob("*.*") if path.is_file()))


@click.command("schema")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@verb_with_outcome(library=False)
def schema_verb(options: CommonOptions, folder: Path | None) -> Outcome:
    """Write the JSON Schemas of the source files, for editors.

    The default folder is source/.schema.
    """
    target = folder or options.project / "source" / ".schema"
    return Outcome(text=[f"{count_noun(write_schemas(target), 'schema')} written to {target}"])


def write_schemas(folder: Path) -> int:
    """Write the JSON Schema of every kind of source file; returns their number."""
    schemas = json_schemas()
    for name, schema in schemas.items():
        content = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        write_atomically(folder / name, content.encode())
    return len(schemas)


# A library to start from

_DOT_FILES = frozenset({"gitignore", "gitattributes", "vscode"})
"""Files and folders whose leading dot is left out here, so that git and editors ignore them."""

PLAIN_RULES = b"""# Remarks of style are off. Switch on those that you want, one by one: 'table-wide: warning'.
rules:
  all: off
"""
"""Lines at the end of `library.yaml` that `--plain` adds."""


def start_library(folder: Path, plain: bool = False) -> None:
    """Write the starter library into a new or empty folder; a `plain` one has no remarks of style."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not an empty folder; choose another.")
    _copy_starter(resources.files("pipeline") / "starter_library", folder)
    if plain:
        imprint = folder / "source" / "library.yaml"
        write_atomically(imprint, imprint.read_bytes() + PLAIN_RULES)
    write_schemas(folder / "source" / ".schema")


def _copy_starter(source: resources.abc.Traversable, target: Path) -> None:
    for entry in sorted(source.iterdir(), key=lambda entry: entry.name):
        path = target / (f".{entry.name}" if entry.name in _DOT_FILES else entry.name)
        if entry.is_dir():
            _copy_starter(entry, path)
        elif not entry.name.endswith((".py", ".pyc")):
            write_atomically(path, entry.read_bytes())


def start_layout(project: Path, name: str) -> str:
    """Copy a layout into a library; returns a sentence on what to do next."""
    copied = copy_layout_folder(SHIPPED, project, name)
    next_step = f"Write 'layout: {name}' into each pack that is to look so."
    if (SHIPPED / name).is_dir():
        next_step = f"Colours and measures are in tokens.css, which '{command_line(None)} layouts tokens.css' copies."
    changed = "change some, and delete the others, which count as shipped."
    return f"{len(copied)} files are in {copied[0].parent}: {changed}\n{next_step}"


def options_of_services(command: F) -> F:
    """Give the verb the options of services that add files to a new library."""
    for options in NEW_OPTIONS:
        command = options(command)
    return command


@click.command("new")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--plain", is_flag=True, help="Without style rules, for texts of other publishers.")
@click.option(
    "--layout",
    is_flag=False,
    flag_value="briefing",
    metavar="[NAME]",
    help="Copy a layout into layouts/, to change it: 'briefing' (the default), 'pack' or another shipped layout. "
    "A new name makes a layout for packs.",
)
@options_of_services
@verb_with_outcome(library=False)
def new_verb(options: CommonOptions, folder: Path | None, plain: bool, layout: str | None, **others: Any) -> Outcome:
    """Start a library in a new folder.

    With --layout and no FOLDER, copy a layout into the current library.
    """
    text: list[str] = []
    if folder is None and layout is None:
        raise click.UsageError("Missing argument 'FOLDER'.")
    writers = [writer(folder, **others) for writer in NEW_FILES]
    if folder is not None:
        start_library(folder, plain)
        where, named = ("here", None) if folder == Path() else (f"in {folder}", folder)
        text.append(f"Made a library {where}. Build it with: {command_line(named)} build")
        text.append(f"{folder / 'README.md'} lists the daily commands.")
        text += [sentence for write in writers for sentence in write()]
    if layout is not None:
        text.append(start_layout(folder or options.project, layout))
    return Outcome(text=text)
