"""Printers' profiles for tests: one made here of nothing but arithmetic, and those of the system if they are there."""

import struct
import sys
from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path

import pytest

FOGRA = Path(sys.prefix) / "share" / "FOGRA39L.icc"
"""Made of FOGRA's own measurements by `.setup/fogra39.sh`: a real press, black generation and all."""
SWOP = Path("/usr/share/color/icc/ghostscript/default_cmyk.icc")
_WHITE = (0.9642, 1.0, 0.8249)
_INK, _KEY = 0.94, 0.98
"""How much light of its own third an ink takes away, and black of all."""

_RGB_TO_XYZ = ((0.4360, 0.3851, 0.1431), (0.2225, 0.7169, 0.0606), (0.0139, 0.0971, 0.7141))
_XYZ_TO_RGB = ((3.1339, -1.6169, -0.4906), (-0.9788, 1.9161, 0.0335), (0.0719, -0.2290, 1.4052))


@cache
def toy_profile(space: bytes = b"CMYK", kind: bytes = b"prtr") -> bytes:
    """An ICC profile (version 2.1) of a press whose inks each take one third of the light."""
    to_lab, to_inks = _tables()
    white = b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(part * 65536)) for part in _WHITE)
    name = b"Toy press\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(4 + 4 + 2 + 1 + 67)
    tags = {b"desc": described, b"cprt": b"text\0\0\0\0none\0", b"wtpt": white, b"A2B0": to_lab, b"B2A0": to_inks}
    return icc_file(tags, space, kind)


@cache
def _tables() -> tuple[bytes, bytes]:
    """From inks to light and back."""
    return _lut(4, 3, 9, _lab_of), _lut(3, 4, 17, _inks_of)


def icc_file(tags: dict[bytes, bytes], space: bytes, kind: bytes, between: bytes = b"Lab ") -> bytes:
    """A profile of such a device, whose colours are told by way of a space of all."""
    table, data, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        content += bytes(-len(content) % 4)
        table += name + struct.pack(">II", start + len(data), len(content))
        data += content
    day = struct.pack(">6H", 2024, 1, 1, 0, 0, 0)
    head = b"\0\0\0\0\0\0\0\0\x02\x10\0\0" + kind + space + between + day + b"acsp" + bytes(28)
    head += b"".join(struct.pack(">i", round(part * 65536)) for part in _WHITE) + bytes(48)
    whole = head + struct.pack(">I", len(tags)) + table + data
    return struct.pack(">I", len(whole)) + whole[4:]


def _lut(ins: int, outs: int, grid: int, of: Callable[..., tuple[float, ...]]) -> bytes:
    """A table of type lut8 (ICC.1:2022, 10.11)."""
    head = b"mft1\0\0\0\0" + bytes((ins, outs, grid, 0))
    matrix = b"".join(struct.pack(">i", 65536 if row == column else 0) for row in range(3) for column in range(3))
    straight = bytes(range(256))
    steps = [at / (grid - 1) for at in range(grid)]
    cells = bytes(_byte(part) for point in product(steps, repeat=ins) for part in of(*point))
    return head + matrix + straight * ins + cells + straight * outs


def _byte(part: float) -> int:
    return round(min(max(part, 0), 1) * 255)


def _lab_of(cyan: float, magenta: float, yellow: float, key: float) -> tuple[float, ...]:
    light = [(1 - _INK * ink) * (1 - _KEY * key) for ink in (cyan, magenta, yellow)]
    x, y, z = (
        _root(sum(a * b for a, b in zip(row, light, strict=True)) / white)
        for row, white in zip(_RGB_TO_XYZ, _WHITE, strict=True)
    )
    return (116 * y - 16) / 100, (500 * (x - y) + 128) / 255, (200 * (y - z) + 128) / 255


def _inks_of(light: float, a: float, b: float) -> tuple[float, ...]:
    middle = (light * 100 + 16) / 116
    parts = (middle + (a * 255 - 128) / 500, middle, middle - (b * 255 - 128) / 200)
    xyz = [white * _cube(part) for part, white in zip(parts, _WHITE, strict=True)]
    rgb = [min(max(sum(m * n for m, n in zip(row, xyz, strict=True)), 0), 1) for row in _XYZ_TO_RGB]
    key = min(0.6 * (1 - max(rgb)), 1)
    return (*((1 - part / (1 - _KEY * key)) / _INK for part in rgb), key)


def _root(part: float) -> float:
    return float(part ** (1 / 3)) if part > 216 / 24389 else part * 841 / 108 + 4 / 29


def _cube(part: float) -> float:
    return part**3 if part > 6 / 29 else (part - 4 / 29) * 108 / 841


def profiles() -> list[object]:
    """The profiles to test with; those that this machine has not are skipped by name."""
    found: list[object] = [pytest.param(toy_profile, id="toy")]
    for name, path in (("FOGRA39", FOGRA), ("SWOP", SWOP)):
        missing = pytest.mark.skipif(not path.is_file(), reason=f"{path} is not on this machine")
        found.append(pytest.param(path.read_bytes, id=name, marks=missing))
    return found
