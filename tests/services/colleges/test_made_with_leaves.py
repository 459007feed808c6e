"""Holdings and records of a library that had loose leaves, as release 1.0 wrote them."""

import re
import shutil
from pathlib import Path

import pytest

from tests.support import libraries

MADE = Path(__file__).parent / "fixtures" / "made-with-leaves"
ASKED = {
    "all.txt": ("holdings", "--all"),
    "all.csv": ("holdings", "--all", "--report", "csv"),
    "on-2024-11-15.txt": ("holdings", "--on", "2024-11-15"),
    "record.txt": ("record", "nights", "--edition", "Second"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library: leaves for three copies went out, two were put in, and later one of these was lost."""
    root = tmp_path_factory.mktemp("leaves")
    shutil.copytree(MADE / "source", root / "source")
    return root


@pytest.mark.parametrize("name", ASKED)
def test_what_release_1_printed_is_printed_still(project: Path, name: str) -> None:
    assert libraries.here(project, *ASKED[name]).out == (MADE / "said" / name).read_bytes().decode()


def test_the_ledger_is_whole(project: Path) -> None:
    assert libraries.here(project, "ledger", "check").code == 0


def test_its_sources_are_read_with_a_warning_for_each_withdrawn_key(project: Path) -> None:
    said = libraries.here(project, "check")
    assert said.code == 0, said
    found = re.findall(
        r"source/(\S+?):\d+:\d+: warning key-withdrawn: These keys are no longer used: '(\w+)'", said.out
    )
    assert found == [
        ("colleges.yaml", "updates"),
        ("library.yaml", "sheet"),
        ("library.yaml", "wrapping"),
        ("library.yaml", "labels"),
        ("library.yaml", "steps"),
        ("packs/nights.yaml", "folios"),
    ]
