"""Fixtures of builds."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.support import libraries


@pytest.fixture
def built_copy(built_once: Callable[..., Path], tmp_path: Path) -> Callable[[str, Mapping[str, str | bytes]], Path]:
    """Copy a library that is built once, so that a test may change it."""

    def copy(name: str, files: Mapping[str, str | bytes]) -> Path:
        built = built_once(name, lambda root: libraries.written(root, files), "--date", libraries.DATE)
        return libraries.copied(built, tmp_path / "own")

    return copy
