"""Characters of the codes that a page shows: the fonts' own maps to Unicode (ISO 32000-1, 9.10.3)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from struct import unpack_from
from typing import Any, Literal

from pikepdf import Dictionary, Name, Object, Stream

_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_TOKEN = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
_WIDEST = 0x10000


@dataclass(slots=True)
class Glyphs:
    """One font: its map to Unicode, how many bytes a code has, and whether code 0 shows an empty box."""

    letters: dict[int, str] = field(default_factory=dict)
    width: Literal[1, 2] = 1
    numbered: bool = False
    """Codes are numbers of glyphs, of which 0 is .notdef (9.7.4.3)."""
    simple: bool = False
    """A font of single bytes without a map: its codes are read as Latin letters."""

    def read(self, code: bytes, *, backwards: bool = False) -> tuple[str, int]:
        """The letters, the last glyph's first if they are `backwards`, and how many glyphs are missing or nothing."""
        if self.simple:
            return code.decode("latin-1"), 0
        codes = self._codes(code)
        if backwards:
            codes = codes[::-1]
        find = self.letters.get
        said = [find(number, "") for number in codes]
        missing = said.count("")
        if self.numbered and find(0):
            missing += codes.count(0)
        return "".join(said), missing

    def _codes(self, code: bytes) -> Sequence[int]:
        """The numbers of the glyphs; where a byte is left at the end it is one by itself."""
        if self.width == 1:
            return code
        whole = len(code) // 2
        return (*unpack_from(f">{whole}H", code), *code[whole * 2 :])


def glyphs_of(font: Object) -> Glyphs:
    """Characters of a font's codes."""
    below: Any = font.get("/DescendantFonts", ())
    encoding = font.get("/Encoding")
    plain = isinstance(encoding, Name) and str(encoding) in ("/Identity-H", "/Identity-V")
    stream = font.get("/ToUnicode")
    letters = dict(_pairs(stream.read_bytes())) if isinstance(stream, Stream) else {}
    if not len(below):
        return Glyphs(letters, simple=not letters)
    to_glyph = below[0].get("/CIDToGIDMap", Name.Identity) if isinstance(below[0], Dictionary) else None
    return Glyphs(letters, 2, plain and isinstance(to_glyph, Name))


def _pairs(cmap: bytes) -> Iterator[tuple[int, str]]:
    for kind, body in _SECTION.findall(cmap):
        tokens = [hexes or opens or closes for hexes, opens, closes in _TOKEN.findall(body)]
        yield from _single(tokens) if kind == b"bfchar" else _ranges(tokens)


def _single(tokens: list[bytes]) -> Iterator[tuple[int, str]]:
    for code, letters in zip(tokens[::2], tokens[1::2], strict=False):
        yield _number(code), _letters(letters)


def _ranges(tokens: list[bytes]) -> Iterator[tuple[int, str]]:
    rest = iter(tokens)
    for first, last, target in zip(rest, rest, rest, strict=False):
        low, high = _number(first), min(_number(last), _number(first) + _WIDEST)
        if target == b"[":
            yield from zip(range(low, high + 1), map(_letters, _until_closed(rest)), strict=False)
            continue
        start = _letters(target)
        for code in range(low, high + 1):
            yield code, start[:-1] + chr(ord(start[-1]) + code - low) if start else ""


def _until_closed(tokens: Iterable[bytes]) -> list[bytes]:
    found = []
    for token in tokens:
        if token == b"]":
            break
        found.append(token)
    return found


def _number(hexes: bytes) -> int:
    return int(b"".join(hexes.split()) or b"0", 16)


def _letters(hexes: bytes) -> str:
    digits = b"".join(hexes.split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()).decode("utf-16-be", "replace")
