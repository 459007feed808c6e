"""The shelves of the acceptance tests, and a library that holds everything a page can hold."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance import shelf
from tests.acceptance.conftest import built, built_once, session_folder

__all__ = ["built", "built_once", "session_folder"]

LIBRARY = Path(__file__).parent / "library"


@pytest.fixture(scope="session")
def everything(built_once: Callable[..., Path]) -> Path:
    """The library of this folder with everything built. Only to be looked at."""

    def write(root: Path) -> None:
        shutil.copytree(LIBRARY / "source", root / "source")

    return built_once(
        "everything-built", write, "--date", shelf.DATE, "--jobs", "2", "--format", "epub", "--format", "html"
    )
