"""Font packages that bring what the text's own faces lack: where they lie, and what is done to their fonts.

The packages are these and no others. None of their code is run: their fonts are found by where they lie.
"""

import struct
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from pipeline.core.errors import EnvironmentFailure

NOTO, DEJAVU, STIX, CJK = "manimgx_fonts", "ziafont", "ziamath", "fonts-noto-cjk"
"""Noto for scripts, signs and emoji; DejaVu Sans; STIX Two Math; and what Debian calls its package of Noto Sans CJK."""

_INSIDE: Mapping[str, str] = {NOTO: "", DEJAVU: "fonts", STIX: "fonts"}
"""The folder of its fonts in each Python package."""

_ON_THE_MACHINE: Mapping[str, tuple[str, ...]] = {
    CJK: (
        "/usr/share/fonts/opentype/noto",
        "/usr/share/fonts/noto-cjk",
        "/usr/share/fonts/google-noto-cjk",
        "/usr/share/fonts/google-noto-sans-cjk-fonts",
    )
}
"""The folders in which systems put fonts that are too heavy for every clone, the first that is there counts."""

ASCENT, DESCENT = 0.874, 0.1
"""Of the size of the type: as high as such a font says that it is. No text face of the house says less, so no line
becomes higher by a borrowed letter; and the middle between them is that of Lato, so a line of such letters alone stands
as any other."""


def is_fallback(package: str) -> bool:
    """Whether a package is one of those that bring what other faces lack."""
    return package in _INSIDE or package in _ON_THE_MACHINE


def fallback_folder(package: str) -> Path:
    """Folder of the fonts of such a package."""
    if package in _INSIDE:
        found = find_spec(package)
        if found is None or not found.origin:
            raise EnvironmentFailure(f"The font package '{package}' is not installed.")
        return Path(found.origin).parent / _INSIDE[package]
    return _installed_by_the_system(_ON_THE_MACHINE[package], package)


def _installed_by_the_system(folders: tuple[str, ...], package: str) -> Path:
    found = next((path for path in map(Path, folders) if (path / "NotoSansCJK-Regular.ttc").is_file()), None)
    if found is None:
        raise EnvironmentFailure(f"The fonts of the Debian package '{package}' are not installed.")
    return found


@cache
def is_installed(package: str) -> bool:
    """Whether such a package is there."""
    try:
        return fallback_folder(package).is_dir()
    except EnvironmentFailure:
        return False


@cache
def system_fonts(package: str) -> str:
    """Release of the system's fonts, as the sizes of their files; empty if they are missing."""
    if not is_installed(package):
        return ""
    sizes = sorted((path.name, path.stat().st_size) for path in fallback_folder(package).glob("NotoSansCJK-*.ttc"))
    return " ".join(str(size) for _, size in sizes)


def one_of(content: bytes, number: int) -> bytes:
    """One font of a collection as a file of its own (OpenType 1.9, 'Font collections')."""
    from fontTools.ttLib import TTFont, TTLibError  # not needed where everything is remembered

    out = BytesIO()
    try:
        if content[:4] != b"ttcf":
            raise TTLibError("no collection")
        TTFont(BytesIO(content), fontNumber=number, lazy=True, recalcTimestamp=False).save(out)
    except (TTLibError, struct.error) as broken:
        raise EnvironmentFailure("A collection of fonts is damaged.") from broken
    return out.getvalue()


def levelled(content: bytes) -> bytes:
    """The font with the height of a line that all fallback fonts say; its letters are as they were."""
    font = bytearray(content)
    tables = {
        tag: offset
        for tag, _, offset, _ in struct.iter_unpack(">4sIII", content[12 : 12 + 16 * int.from_bytes(content[4:6])])
    }
    (em,) = struct.unpack_from(">H", content, tables[b"head"] + 18)
    up, down = round(ASCENT * em), round(DESCENT * em)
    struct.pack_into(">3h", font, tables[b"hhea"] + 4, up, -down, 0)
    struct.pack_into(">3h2H", font, tables[b"OS/2"] + 68, up, -down, 0, up, down)
    return bytes(font)
