"""A library that holds everything a page can hold."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import libraries

LIBRARY = Path(__file__).parent / "library"


@pytest.fixture(scope="session")
def everything(built_once: Callable[..., Path]) -> Path:
    """The library of this folder with everything built. Only to be looked at."""

    def write(root: Path) -> None:
        shutil.copytree(LIBRARY / "source", root / "source")

    return built_once(
        "everything-built", write, "--date", libraries.DATE, "--jobs", "2", "--format", "epub", "--format", "html"
    )
