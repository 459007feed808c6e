"""The handbook as files to read, built from the pages that come with the program."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.build.summary import Build
from pipeline.core.errors import EnvironmentFailure
from pipeline.core.files import write_whole

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
