"""The verb handbook: the handbook as files to read, built from the pages that come with the program."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pipeline.build.api import build as make
from pipeline.build.summary import Build
from pipeline.cli.options import HANDBOOK, Shared, day_of, open_project
from pipeline.cli.outcome import Outcome, rendered
from pipeline.core.errors import EnvironmentFailure
from pipeline.core.files import write_whole
from pipeline.model.order import Order

_IMPRINT = b"title: Briefings\npublisher: The authors of Briefings\n"


def write_handbook(pages: Path, folder: Path, build: Callable[[Path], Build]) -> tuple[Path, ...]:
    """Build the handbook in a library of its own, and put its files into a folder; gives their paths.

    `build` makes the pack 'handbook' of the library in a folder that it is given.
    """
    with TemporaryDirectory() as place:
        library = Path(place)
        shutil.copytree(pages, library / "source" / "handbook")
        write_whole(library / "source" / "library.yaml", _IMPRINT)
        built = build(library)
        if built.exit_code():
            raise EnvironmentFailure(f"The handbook could not be made: {built.remarks[0].sentence}")
        made = [library / "output" / output.path for output in built.outputs]
        for path in made:
            write_whole(folder / path.name, path.read_bytes())
    return tuple(folder / path.name for path in made)


@click.command("handbook")
@click.argument("folder", type=click.Path(path_type=Path), default="briefings-handbook")
@rendered(library=False)
def verb(options: Shared, folder: Path) -> Outcome:
    """Build the handbook as PDF and EPUB into a folder (default: briefings-handbook)."""

    def built(library: Path) -> Build:
        project = open_project(options, os.cpu_count() or 1, nowhere=library)
        return make(Order(("handbook",), (), day_of(None, project)), project)

    return Outcome(text=map(str, write_handbook(HANDBOOK, folder, built)))
