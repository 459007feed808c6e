"""The modules of a QR code under the mask that suits it best (ISO/IEC 18004, 7.8), found without trying each by itself.

Two masks of a code differ in the same modules as they do in any other code of its size. Which these are is asked of the
library once for a size; a code is then made under one mask, and under the others weighed as a number of as many bits as
it has modules. The library, which weighs module by module, chooses the same.
"""

import re
from functools import cache

import segno

_DIGITS = bytes.maketrans(b"\x00\x01", b"01")

_RUN = re.compile(rb"0{5,}|1{5,}")
"""Five modules or more of one colour in a line."""

_LIKE_A_FINDER = re.compile(rb"(?<=0000)1011101|1011101(?=0000)")
"""Pattern that a reader may take for a finder pattern; all is light around the code."""

_differences: dict[int, tuple[int, ...]] = {}
"""For each number of modules in a row, in what each mask differs from the first one."""


def modules(address: str) -> tuple[str, ...]:
    """The rows of the code of an address at level M, of which '1' is dark."""
    side, code = _under(address, 0)
    if side not in _differences:
        _differences[side] = tuple(code ^ _under(address, mask)[1] for mask in range(8))
    weighed = _weighed(side)
    best = min((code ^ other for other in _differences[side]), key=lambda masked: _penalty(masked & weighed, side))
    digits = f"{best:0{side * side}b}"
    return tuple(digits[start : start + side] for start in range(0, side * side, side))


def _under(address: str, mask: int) -> tuple[int, int]:
    """Modules a row, and all modules of the code under a mask, the first one in the highest bit."""
    rows = segno.make_qr(address, error="m", boost_error=False, mask=mask).matrix
    return len(rows), int(b"".join(map(bytes, rows)).translate(_DIGITS), 2)


@cache
def _weighed(side: int) -> int:
    """The modules that are weighed: not what the library sets last, such as what tells the mask."""
    corner = [(8, at) for at in (*range(6), 7, 8)] + [(at, 8) for at in (*range(6), 7)]
    ends = [place for at in range(1, 9) for place in ((8, side - at), (side - at, 8))]
    version = [(row, side - at) for row in range(6) for at in (9, 10, 11)] if side > 41 else []
    light = (*corner, *ends, *version, *((column, row) for row, column in version))
    return ((1 << side * side) - 1) & ~sum(1 << _place(row, column, side) for row, column in light)


def _place(row: int, column: int, side: int) -> int:
    return (side - row) * side - column - 1


def _penalty(code: int, side: int) -> int:
    """Penalty of a code (7.8.3.1): runs, blocks, sequences like a finder pattern, share of dark modules."""
    flat = f"{code:0{side * side}b}".encode()
    lines = [flat[start : start + side] for start in range(0, side * side, side)]
    lines += [flat[start::side] for start in range(side)]
    runs = sum(len(run) - 2 for run in _RUN.findall(b"|".join(lines)))
    finders = len(_LIKE_A_FINDER.findall(b"|".join(b"0000" + line + b"0000" for line in lines)))
    unlike = code ^ code >> 1
    blocks = ~(unlike | unlike >> side | (code ^ code >> side)) & _corners(side)
    shade = int(abs(code.bit_count() / side**2 * 100 - 50) / 5)
    return runs + 3 * blocks.bit_count() + 40 * finders + 10 * shade


@cache
def _corners(side: int) -> int:
    """The lower right modules of all blocks of four."""
    row = (1 << side - 1) - 1
    return sum(row << side * number for number in range(side - 1))
