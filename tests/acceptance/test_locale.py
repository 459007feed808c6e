"""The user's language and locale decide nothing: same source, same bytes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.built_libraries import write_pair
from tests.support.locales import TURKISH, locales_in

SURROUNDINGS = [
    pytest.param({"LC_ALL": TURKISH}, "2", id="all, in workers", marks=pytest.mark.proof),
    pytest.param({"LANG": TURKISH, "LC_ALL": "", "LANGUAGE": "tr", "PANGO_LANGUAGE": "tr:az"}, "1", id="language"),
    pytest.param({"LC_CTYPE": TURKISH, "LC_ALL": ""}, "1", id="letters", marks=pytest.mark.proof),
]


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which there is a Turkish locale, made out of the machine's own sources."""
    return locales_in(tmp_path_factory.mktemp("locales")) or pytest.skip("this machine cannot make a Turkish locale")


@pytest.mark.proof
@pytest.mark.parametrize(("surroundings", "jobs"), SURROUNDINGS)
def test_a_turkish_machine_makes_the_same_bytes(
    built_pair: Path, tmp_path: Path, locales: dict[str, str], surroundings: dict[str, str], jobs: str
) -> None:
    """In Turkish there is no ligature of f and i: no line of ours may lose its own for where it was set."""
    write_pair(tmp_path)
    call = [*libraries.COMMAND, "build", "--project", str(tmp_path), "--date", libraries.DATE, "--jobs", jobs]
    environment = libraries.environment(**locales, **surroundings)
    subprocess.run(call, env=environment, check=True, capture_output=True)
    one, other = libraries.made(built_pair), libraries.made(tmp_path)
    assert [name for name in one if one[name] != other.get(name)] == []
