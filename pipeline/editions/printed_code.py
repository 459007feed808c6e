"""The code of a text and its copy: 10 symbols short enough to be printed, read out and typed.

Six symbols are the first 30 bits of the SHA-256 of its wording, two the number of the copy (0 where copies have none),
two are checks: a Reed-Solomon code over GF(32), so any one or two wrong symbols, and any two swapped, are refused. The
symbols are Crockford's 32: no I, L, O or U; the first three are read as 1, 1 and 0.
"""

from dataclasses import dataclass

from pipeline.core.errors import UsageError

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
MOST_COPIES = 1023

_TYPED = {**{symbol: value for value, symbol in enumerate(SYMBOLS)}, "I": 1, "L": 1, "O": 0}
_DASHES = "-\u2010\u2011\u2012\u2013\u2014"
"""Hyphens, and what writing programs make of them."""

_BITS = 30
"""Bits of the digest that are in a code."""


def _powers() -> tuple[int, ...]:
    """The powers of the generator of GF(32), by x⁵ + x² + 1."""
    found = [1]
    while len(found) < 31:
        found.append(found[-1] << 1 ^ (0b100101 if found[-1] & 16 else 0))
    return tuple(found)


_POWERS = _powers()
_LOGARITHMS = {power: exponent for exponent, power in enumerate(_POWERS)}


def _times(one: int, other: int) -> int:
    return _POWERS[(_LOGARITHMS[one] + _LOGARITHMS[other]) % 31] if one and other else 0


def _syndromes(values: list[int]) -> tuple[int, int]:
    """Both are 0 for a code that holds: its symbols weighed by the power of their place, once and twice."""
    first = second = 0
    for place, value in enumerate(values):
        first ^= _times(value, _POWERS[place])
        second ^= _times(value, _POWERS[2 * place % 31])
    return first, second


_CHECKS = {_syndromes([0] * (LENGTH - 2) + [one, other]): (one, other) for one in range(32) for other in range(32)}
"""The two check symbols, by what they must make up for."""


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """The code of a text, and of a copy of it."""

    text: str
    """The six symbols of its wording."""
    copy: int = 0
    """The number of the copy, up to 1,023; 0 where copies have none."""

    def __str__(self) -> str:
        values = [*(_TYPED[symbol] for symbol in self.text), self.copy >> 5, self.copy & 31]
        symbols = "".join(SYMBOLS[value] for value in (*values, *_CHECKS[_syndromes([*values, 0, 0])]))
        return f"{symbols[:5]}-{symbols[5:]}"


def code_of(digest: str, copy: int = 0) -> PrintedCode:
    """The code of a wording, by its digest (`words/1:` and a SHA-256 in hexadecimal), and of a copy."""
    said = digest.rpartition(":")[2]
    bits = int(said, 16) >> (len(said) * 4 - _BITS)
    return PrintedCode("".join(SYMBOLS[bits >> shift & 31] for shift in range(_BITS - 5, -1, -5)), copy)


def read_code(typed: str) -> PrintedCode:
    """A code as somebody typed it, in capitals or not, with blanks and hyphens or not. Raises `UsageError`."""
    plain = [symbol for symbol in typed.upper() if not symbol.isspace() and symbol not in _DASHES]
    strange = next((symbol for symbol in plain if symbol not in _TYPED), None)
    if strange:
        raise UsageError(f"'{strange}' is in no code: a code is made of figures and letters, without U.")
    if len(plain) != LENGTH:
        raise UsageError(f"A code has {LENGTH} letters and figures, and this has {len(plain)}.")
    values = [_TYPED[symbol] for symbol in plain]
    first, second = _syndromes(values)
    if first or second:
        place = (_LOGARITHMS[second] - _LOGARITHMS[first]) % 31 if first and second else LENGTH
        where = f"; if one symbol is wrong, it is number {place + 1}" if place < LENGTH else ""
        raise UsageError(f"Something in the code is mistyped{where}.")
    return PrintedCode("".join(SYMBOLS[value] for value in values[:6]), values[6] << 5 | values[7])
