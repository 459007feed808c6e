"""The case of type: font files out of installed font packages, and the characters they hold.

The fonts are part of the installation, as the code is; nothing is looked for on the machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path

from pipeline.errors import EnvironmentFailure

__all__ = ["REPERTOIRE", "common_characters", "font_characters", "font_file", "font_licence", "font_path"]

REPERTOIRE = frozenset(
    {chr(code) for first, last in ((0x20, 0x7E), (0xA0, 0xFF)) for code in range(first, last + 1)}
    | set("ĀāĂăĄąĆćČčĊċĎďĐđĒēĖėĘęĚěĞğĠġĢģĦħĪīĮįİıĶķĹĺĻļĽľŁłŃńŅņŇňŌōŐőŒœŔŕŘřŚśŞşŠšŢţŤťŪūŮůŰűŲųŹźŻżŽžȘșȚțẞ")
    | set("ŴŵŶŷŸẀẁẂẃẄẅỲỳ")
    | set("‐–—‘’‚“”„†‡•…′″‰‹›⁄€™−≈≠≤≥\u2009\u200a\u202f")
)
"""The characters that every cut font holds as far as its face has them: those of English, Welsh and the other
languages of Europe that are written in Latin letters, with marks, figures and signs. Texts that use others get them
in a cut of their own."""

_LICENCES = ("LICENSE", "LICENSE.txt", "OFL.txt", "LICENCE", "LICENCE.txt")

_PACKAGE = re.compile(r"fontpkg_[a-z0-9_]+")
"""No other package is looked into, whatever a layout or a store names: to look into one is to run its code."""


def _folder(package: str) -> Traversable:
    """Where a font package lies."""
    if not _PACKAGE.fullmatch(package):
        raise EnvironmentFailure(f"'{package}' is no font package: the names of these begin with 'fontpkg_'.")
    try:
        return resources.files(package)
    except ModuleNotFoundError as absent:
        raise EnvironmentFailure(f"The font package '{package}' is not installed.") from absent


@cache
def font_path(package: str, file: str) -> Path:
    """Where a font file of an installed package lies."""
    found = _folder(package) / "files" / file
    if "/" in file or "\\" in file or file in {"", ".", ".."} or not isinstance(found, Path) or not found.is_file():
        raise EnvironmentFailure(f"The font package '{package}' has no file '{file}'.")
    return found


@cache
def font_file(package: str, file: str) -> bytes:
    """The bytes of a font file of an installed package."""
    return font_path(package, file).read_bytes()


@cache
def font_licence(package: str) -> str:
    """The licence of an installed font package, which must go with its fonts; nothing where the package has none."""
    folder = _folder(package)
    found = next((folder / name for name in _LICENCES if (folder / name).is_file()), None)
    return found.read_text(encoding="utf-8") if found else ""


@cache
def font_characters(package: str, file: str) -> frozenset[int]:
    """The code points that a font file can print."""
    from fontTools.ttLib import TTFont  # not needed where everything is remembered

    with TTFont(BytesIO(font_file(package, file)), lazy=True) as font:
        return frozenset(font.getBestCmap())


def common_characters(files: Iterable[tuple[str, str]]) -> frozenset[int]:
    """The code points that every one of the files, each named by package and file, can print."""
    sets = [font_characters(package, file) for package, file in files]
    return frozenset.intersection(*sets) if sets else frozenset()
