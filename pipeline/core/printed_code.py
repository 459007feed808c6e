"""The code of a text and its copy: 10 symbols short enough to be printed, read out and typed.

Six symbols are the first 30 bits of the SHA-256 of its wording, two the number of the copy (0 where copies have none),
two are checks: a Reed-Solomon code over GF(32), so any one or two wrong symbols, and any two swapped, are refused. The
symbols are Crockford's 32: no I, L, O or U; the first three are read as 1, 1 and 0.

If two wordings would share a code, the one recorded first gets it, and the other gets more symbols of its digest.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from pipeline.core.diagnostics import UsageError

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
"""Symbols of a code, unless it has to be longer."""
MAX_COPIES = 1023

SHORTEST, LONGEST = 6, 16
"""Symbols of a wording in a code."""

_SUFFIX = LENGTH - SHORTEST
"""Symbols after those of the wording: the copy and the checks."""

_TYPED = {**{symbol: value for value, symbol in enumerate(SYMBOLS)}, "I": 1, "L": 1, "O": 0}
_DASHES = "-\u2010\u2011\u2012\u2013\u2014"
"""Hyphens, and the dashes that word processors make of them."""
_LABEL = re.compile(r"(?<!\s)\s*CODE(?:\s*+:\s*|\s++)(?=(?:[^A-Z0-9]*+[A-Z0-9]){10})")
"""The word 'Code', if a whole code follows."""
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "last")


_POWERS = [1]
"""The powers of the generator of GF(32), by x⁵ + x² + 1."""
while len(_POWERS) < 31:
    _POWERS.append(_POWERS[-1] << 1 ^ (0b100101 if _POWERS[-1] & 16 else 0))
_LOGARITHMS = {power: exponent for exponent, power in enumerate(_POWERS)}


def _multiply(a: int, b: int) -> int:
    return _POWERS[(_LOGARITHMS[a] + _LOGARITHMS[b]) % 31] if a and b else 0


def _syndromes(values: list[int]) -> tuple[int, int]:
    """Sum the symbols, weighted by the first and second power of their position. Both sums of a valid code are 0."""
    first = second = 0
    for position, value in enumerate(values):
        first ^= _multiply(value, _POWERS[position])
        second ^= _multiply(value, _POWERS[2 * position % 31])
    return first, second


@cache
def _checks(length: int) -> Mapping[tuple[int, int], tuple[int, int]]:
    """The two check symbols of a code of a length, by the syndromes without them."""
    return {_syndromes([0] * (length - 2) + [a, b]): (a, b) for a in range(32) for b in range(32)}


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """The code of a text, and of a copy of it."""

    text: str
    """The symbols of its wording: six, or more if another wording has these."""
    copy: int = 0
    """The number of the copy, up to 1,023; 0 if copies have none."""

    def __str__(self) -> str:
        values = [*(_TYPED[symbol] for symbol in self.text), self.copy >> 5, self.copy & 31]
        checks = _checks(len(values) + 2)[_syndromes([*values, 0, 0])]
        symbols = "".join(SYMBOLS[value] for value in (*values, *checks))
        half = len(symbols) // 2
        return f"{symbols[:half]}-{symbols[half:]}"

    def of_copy(self, number: int) -> "PrintedCode":
        """Return the code of a copy; beyond 1,023 the code of copies without numbers."""
        return replace(self, copy=number if number <= MAX_COPIES else 0)

    def is_of(self, digest: str) -> bool:
        """Return whether it is the code of the wording with a digest, and of no copy."""
        return not self.copy and symbols_of(digest, len(self.text)) == self.text


def symbols_of(digest: str, length: int = SHORTEST) -> str:
    """The first symbols of a digest: a name, a colon and a SHA-256, or that alone. Raises `ValueError` otherwise."""
    bits = int.from_bytes(bytes.fromhex(digest.rpartition(":")[2])) >> (256 - 5 * length)
    return "".join(SYMBOLS[bits >> shift & 31] for shift in range(5 * (length - 1), -1, -5))


def code_of(digest: str, copy: int = 0) -> PrintedCode:
    """The code of a wording, by its digest (`words/1:` and a SHA-256 in hexadecimal), and of a copy."""
    return PrintedCode(symbols_of(digest), copy)


CodesOnRecord = Mapping[str, Mapping[str, str]]
"""First six symbols of a digest -> digest -> symbols of the wording in its code, for all recorded wordings."""


def codes_on_record(pairs: Iterable[tuple[str, str]]) -> CodesOnRecord:
    """Index digests of wordings and the symbols of their codes."""
    on_record: dict[str, dict[str, str]] = {}
    for digest, symbols in pairs:
        on_record.setdefault(symbols_of(digest), {})[digest] = symbols
    return on_record


def code_in_register(digest: str, on_record: CodesOnRecord) -> PrintedCode:
    """Return the recorded code of a wording, or else the shortest that no other recorded wording has."""
    others = on_record.get(symbols_of(digest), {})
    if digest in others:
        return PrintedCode(others[digest])
    codes = [PrintedCode(symbols_of(digest, length)) for length in range(SHORTEST, LONGEST + 1)]
    return next((code for code in codes if not any(map(code.is_of, others))), codes[-1])


def read_code(typed: str) -> PrintedCode:
    """Read a code as a user typed it, in any case, with or without spaces and hyphens. Raises `UsageError`.

    The word 'Code' may precede it, as on the page.
    """
    symbols = [symbol for symbol in _LABEL.sub("", typed.upper()) if not symbol.isspace() and symbol not in _DASHES]
    unknown = next((symbol for symbol in symbols if symbol not in _TYPED), None)
    if unknown:
        raise UsageError(f"'{unknown}' is in no code: a code is made of figures and letters, without U.")
    values = [_TYPED[symbol] for symbol in symbols]
    first, second = _syndromes(values)
    if not is_code_length(len(symbols)) or (len(symbols) > LENGTH and (first or second)):
        raise UsageError(f"A code has {LENGTH} letters and figures, and this has {len(symbols)}.")
    if first or second:
        position = (_LOGARITHMS[second] - _LOGARITHMS[first]) % 31 if first and second else LENGTH
        if position >= LENGTH:
            raise UsageError("Something in the code is mistyped: compare it symbol by symbol; two may be swapped.")
        shown = f"{''.join(symbols[: LENGTH // 2])}-{''.join(symbols[LENGTH // 2 :])}"
        which = f"it is the {_ORDINALS[position]} one, the {symbols[position]} in {shown}"
        raise UsageError(f"Something in the code is mistyped; if one symbol is wrong, {which}.")
    return PrintedCode("".join(SYMBOLS[value] for value in values[:-_SUFFIX]), values[-4] << 5 | values[-3])


def is_code_length(length: int) -> bool:
    """Return whether codes may have this number of symbols."""
    return SHORTEST <= length - _SUFFIX <= LONGEST
