"""Same source and date, same bytes: in any folder, time zone, process, and by however many workers."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.built_libraries import copy_pictured, write_pair

LIBRARIES = [
    pytest.param("built_pair", write_pair, id="two briefings and a pack"),
    pytest.param("pictured", copy_pictured, id="briefings and a pack in every edition", marks=pytest.mark.proof),
]


def built_elsewhere(write: Callable[[Path], None], root: Path, project: Path) -> Path:
    """A library built from nothing in another folder, zone, hash seed and locale, by one worker.

    What judges say of its files is known from those of the project: they make nothing. The smallest is judged anew.
    """
    write(root)
    if write is not write_pair:
        libraries.remember_verdicts(root, project)
    environment = libraries.environment(
        TZ="Pacific/Kiritimati", PYTHONHASHSEED="12345", LC_ALL="C", LANG="C", HOME=str(root), TMPDIR=str(root)
    )
    command = [*libraries.COMMAND, "build", "--project", str(root), "--date", libraries.DATE, "--jobs", "1"]
    subprocess.run(command, env=environment, cwd=root, check=True, capture_output=True)
    return root


@pytest.mark.proof
@pytest.mark.parametrize(("fixture", "write"), LIBRARIES)
def test_two_folders_zones_seeds_and_numbers_of_workers_give_the_same_bytes(
    fixture: str, write: Callable[[Path], None], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Every file made is the same, byte for byte; so is the record of them."""
    project = request.getfixturevalue(fixture)
    one, other = without_handbook(project), without_handbook(built_elsewhere(write, tmp_path / "another é", project))
    assert one.keys() == other.keys()
    assert {name.rpartition(".")[2] for name in one} == {"pdf", "epub", "html", "json"}
    assert [name for name in one if one[name] != other[name]] == []


def without_handbook(project: Path) -> dict[str, bytes]:
    """Every file made, and the record of them, but for the handbook."""
    made = {name: content for name, content in libraries.made(project).items() if "/handbook/" not in name}
    record = json.loads(made["build.json"])
    record["files"] = [row for row in record["files"] if "/handbook/" not in row["path"]]
    return made | {"build.json": json.dumps(record).encode()}


@pytest.mark.proof
def test_no_file_names_the_machine(built: Path) -> None:
    """No path of this machine, and no name of a temporary file, gets into what is made."""
    for name, content in libraries.made(built).items():
        opened = libraries.laid_open(content)
        assert str(built).encode() not in opened, name
        assert b"/tmp/" not in opened, name
        assert str(Path.home()).encode() + b"/" not in opened, name
