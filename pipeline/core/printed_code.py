"""The code of a text and its copy: 10 symbols short enough to be printed, read out and typed.

Six symbols are the first 30 bits of the SHA-256 of its wording, two the number of the copy (0 where copies have none),
two are checks: a Reed-Solomon code over GF(32), so any one or two wrong symbols, and any two swapped, are refused. The
symbols are Crockford's 32: no I, L, O or U; the first three are read as 1, 1 and 0.

Of two wordings that would share a code, the one on record first has it, and the other more symbols of its digest.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from pipeline.core.diagnostics import UsageError

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
"""Symbols of a code, unless it has to be longer."""
MOST_COPIES = 1023

SHORTEST, LONGEST = 6, 16
"""Symbols of a wording in a code."""

BEHIND = LENGTH - SHORTEST
"""Symbols of a code behind those of the wording: the copy and the checks."""

_TYPED = {**{symbol: value for value, symbol in enumerate(SYMBOLS)}, "I": 1, "L": 1, "O": 0}
_DASHES = "-\u2010\u2011\u2012\u2013\u2014"
"""Hyphens, and what writing programs make of them."""
_LABEL = re.compile(r"(?<!\s)\s*CODE(?:\s*+:\s*|\s++)(?=(?:[^A-Z0-9]*+[A-Z0-9]){10})")
"""The word before a code, where a whole code stands behind it."""
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "last")
"""The places of the symbols of a code in words."""


_POWERS = [1]
"""The powers of the generator of GF(32), by x⁵ + x² + 1."""
while len(_POWERS) < 31:
    _POWERS.append(_POWERS[-1] << 1 ^ (0b100101 if _POWERS[-1] & 16 else 0))
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


@cache
def _checks(length: int) -> Mapping[tuple[int, int], tuple[int, int]]:
    """The two check symbols of a code of so many symbols, by what they must make up for."""
    return {_syndromes([0] * (length - 2) + [one, other]): (one, other) for one in range(32) for other in range(32)}


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """The code of a text, and of a copy of it."""

    text: str
    """The symbols of its wording: six, or more where another wording has these."""
    copy: int = 0
    """The number of the copy, up to 1,023; 0 where copies have none."""

    def __str__(self) -> str:
        values = [*(_TYPED[symbol] for symbol in self.text), self.copy >> 5, self.copy & 31]
        checks = _checks(len(values) + 2)[_syndromes([*values, 0, 0])]
        symbols = "".join(SYMBOLS[value] for value in (*values, *checks))
        half = len(symbols) // 2
        return f"{symbols[:half]}-{symbols[half:]}"

    def of_copy(self, number: int) -> "PrintedCode":
        """The code of a copy; beyond 1,023 that of copies without number."""
        return replace(self, copy=number if number <= MOST_COPIES else 0)

    def is_of(self, digest: str) -> bool:
        """Whether it is the code of a wording, by its digest, and of no copy."""
        return not self.copy and symbols_of(digest, len(self.text)) == self.text


def symbols_of(digest: str, length: int = SHORTEST) -> str:
    """The first symbols of a digest: a name, a colon and a SHA-256, or that alone. Raises `ValueError` otherwise."""
    bits = int.from_bytes(bytes.fromhex(digest.rpartition(":")[2])) >> (256 - 5 * length)
    return "".join(SYMBOLS[bits >> shift & 31] for shift in range(5 * (length - 1), -1, -5))


def code_of(digest: str, copy: int = 0) -> PrintedCode:
    """The code of a wording, by its digest (`words/1:` and a SHA-256 in hexadecimal), and of a copy."""
    return PrintedCode(symbols_of(digest), copy)


CodesOnRecord = Mapping[str, Mapping[str, str]]
"""Wordings on record, by the first six symbols of their digests: each with the symbols that its code has of it."""


def codes_on_record(found: Iterable[tuple[str, str]]) -> CodesOnRecord:
    """Wordings with the symbols of their codes, by the first six of their digests."""
    known: dict[str, dict[str, str]] = {}
    for digest, symbols in found:
        known.setdefault(symbols_of(digest), {})[digest] = symbols
    return known


def code_among(digest: str, on_record: CodesOnRecord) -> PrintedCode:
    """The code of a wording: the one that it has on record, else the shortest that no other wording there has."""
    others = on_record.get(symbols_of(digest), {})
    if digest in others:
        return PrintedCode(others[digest])
    codes = [PrintedCode(symbols_of(digest, length)) for length in range(SHORTEST, LONGEST + 1)]
    return next((code for code in codes if not any(map(code.is_of, others))), codes[-1])


def read_code(typed: str) -> PrintedCode:
    """A code as somebody typed it, in capitals or not, with blanks and hyphens or not. Raises `UsageError`.

    The word 'Code' may stand before it, as it is printed.
    """
    plain = [symbol for symbol in _LABEL.sub("", typed.upper()) if not symbol.isspace() and symbol not in _DASHES]
    strange = next((symbol for symbol in plain if symbol not in _TYPED), None)
    if strange:
        raise UsageError(f"'{strange}' is in no code: a code is made of figures and letters, without U.")
    values = [_TYPED[symbol] for symbol in plain]
    first, second = _syndromes(values)
    if not may_be_as_long(len(plain)) or (len(plain) > LENGTH and (first or second)):
        raise UsageError(f"A code has {LENGTH} letters and figures, and this has {len(plain)}.")
    if first or second:
        place = (_LOGARITHMS[second] - _LOGARITHMS[first]) % 31 if first and second else LENGTH
        if place >= LENGTH:
            raise UsageError("Something in the code is mistyped: compare it symbol by symbol; two may be swapped.")
        shown = f"{''.join(plain[: LENGTH // 2])}-{''.join(plain[LENGTH // 2 :])}"
        where = f"it is the {_PLACES[place]} one, the {plain[place]} in {shown}"
        raise UsageError(f"Something in the code is mistyped; if one symbol is wrong, {where}.")
    return PrintedCode("".join(SYMBOLS[value] for value in values[:-BEHIND]), values[-4] << 5 | values[-3])


def may_be_as_long(length: int) -> bool:
    """Whether codes may have so many symbols."""
    return SHORTEST <= length - BEHIND <= LONGEST
