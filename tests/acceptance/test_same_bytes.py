"""Same source and date, same bytes: in any folder, time zone, process, and by however many workers."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance import shelf
from tests.acceptance.conftest import copy_sample


@pytest.fixture(scope="module")
def elsewhere(built_once: Callable[..., Path]) -> Path:
    """The sample library built again from nothing: another folder, zone, hash seed, locale, one worker."""

    def write(root: Path) -> None:
        copy_sample(root)
        environment = shelf.environment(
            TZ="Pacific/Kiritimati", PYTHONHASHSEED="12345", LC_ALL="C", LANG="C", HOME=str(root), TMPDIR=str(root)
        )
        command = [*shelf.COMMAND, "build", "--project", str(root), "--date", shelf.DATE, "--jobs", "1"]
        subprocess.run(command, env=environment, cwd=root, check=True, capture_output=True)

    return built_once("another folder é", write, "--date", shelf.DATE)


def test_two_folders_zones_seeds_and_numbers_of_workers_give_the_same_bytes(built: Path, elsewhere: Path) -> None:
    """Every file made is the same, byte for byte; so is the record of them."""
    one, other = shelf.made(built), shelf.made(elsewhere)
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_no_file_names_the_machine(built: Path) -> None:
    """No path of this machine, and no name of a temporary file, gets into what is made."""
    for name, content in shelf.made(built).items():
        opened = shelf.laid_open(content)
        assert str(built).encode() not in opened, name
        assert b"/tmp/" not in opened, name
        assert str(Path.home()).encode() + b"/" not in opened, name
