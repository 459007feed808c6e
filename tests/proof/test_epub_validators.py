"""EPUBCheck and Ace find nothing wrong with the EPUBs of the sample library."""

from pathlib import Path

import pytest

from tests.proof.node import ace
from tests.support import libraries
from tests.support.built_libraries import is_looked_at
from tests.support.proof.reference_validators import checked

pytestmark = pytest.mark.proof


def books(project: Path) -> dict[str, bytes]:
    """Every EPUB of a library, by its path under the output folder."""
    return {name: content for name, content in libraries.made(project).items() if name.endswith(".epub")}


def test_epubcheck_has_no_remark(built: Path, tmp_path: Path) -> None:
    named = {f"output/{name}": book for name, book in books(built).items()}  # as `briefings proof` names them
    assert len(named) == 9
    assert checked(named, tmp_path) == []


def test_ace_passes_every_book(built: Path, tmp_path: Path) -> None:
    some = {name: book for name, book in books(built).items() if is_looked_at(Path(name).stem)}
    assert some
    assert {name: faults for name, faults in ace(some, tmp_path).items() if faults} == {}
