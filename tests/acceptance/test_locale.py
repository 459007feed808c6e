"""The user's language and locale decide nothing: same source, same bytes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance import shelf
from tests.acceptance.conftest import write_pair

TURKISH = "tr_TR.UTF-8"

SURROUNDINGS = [
    pytest.param({"LC_ALL": TURKISH}, "2", id="all, in workers", marks=pytest.mark.proof),
    pytest.param({"LANG": TURKISH, "LC_ALL": "", "LANGUAGE": "tr", "PANGO_LANGUAGE": "tr:az"}, "1", id="language"),
    pytest.param({"LC_CTYPE": TURKISH, "LC_ALL": ""}, "1", id="letters", marks=pytest.mark.proof),
]


def locales_in(folder: Path) -> dict[str, str]:
    """The environment in which a folder's locales are known, once a Turkish one is made there; {} where none can be."""
    make = shutil.which("localedef")
    call = [make or "localedef", "-i", "tr_TR", "-f", "UTF-8", str(folder / TURKISH)]
    return (
        {"LOCPATH": str(folder)}
        if make and not subprocess.run(call, capture_output=True, check=False).returncode
        else {}
    )


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which there is a Turkish locale, made out of the machine's own sources."""
    return locales_in(tmp_path_factory.mktemp("locales")) or pytest.skip("this machine cannot make a Turkish locale")


@pytest.mark.parametrize(("surroundings", "jobs"), SURROUNDINGS)
def test_a_turkish_machine_makes_the_same_bytes(
    built_pair: Path, tmp_path: Path, locales: dict[str, str], surroundings: dict[str, str], jobs: str
) -> None:
    """In Turkish there is no ligature of f and i: no line of ours may lose its own for where it was set."""
    write_pair(tmp_path)
    call = [*shelf.COMMAND, "build", "--project", str(tmp_path), "--date", shelf.DATE, "--jobs", jobs]
    environment = shelf.environment(**locales, **surroundings)
    subprocess.run(call, env=environment, check=True, capture_output=True)
    one, other = shelf.made(built_pair), shelf.made(tmp_path)
    assert [name for name in one if one[name] != other.get(name)] == []
