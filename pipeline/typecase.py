"""The case of type: font files out of installed font packages, and the characters they hold.

The fonts are part of the installation, as the code is; nothing is looked for on the machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources
from io import BytesIO
from pathlib import Path

from pipeline.errors import EnvironmentFailure

__all__ = ["common_characters", "font_file", "font_path"]


@cache
def font_path(package: str, file: str) -> Path:
    """Where a font file of an installed package lies."""
    try:
        found = resources.files(package) / "files" / file
    except ModuleNotFoundError as absent:
        raise EnvironmentFailure(f"The font package '{package}' is not installed.") from absent
    if "/" in file or "\\" in file or file in {"", ".", ".."} or not isinstance(found, Path) or not found.is_file():
        raise EnvironmentFailure(f"The font package '{package}' has no file '{file}'.")
    return found


@cache
def font_file(package: str, file: str) -> bytes:
    """The bytes of a font file of an installed package."""
    return font_path(package, file).read_bytes()


@cache
def _characters(package: str, file: str) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # not needed where everything is remembered

    with TTFont(BytesIO(font_file(package, file)), lazy=True) as font:
        return frozenset(font.getBestCmap())


def common_characters(files: Iterable[tuple[str, str]]) -> frozenset[int]:
    """The code points that every one of the files, each named by package and file, can print."""
    sets = [_characters(package, file) for package, file in files]
    return frozenset.intersection(*sets) if sets else frozenset()
