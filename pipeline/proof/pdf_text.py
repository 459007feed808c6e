"""Text on the pages of a PDF."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from struct import unpack_from
from typing import Any, Literal

from pikepdf import Array, Dictionary, Name, Object, Page, Stream, String, parse_content_stream

_CMAP_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_CMAP_TOKEN = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
_WIDEST = 0x10000


@dataclass(slots=True)
class Glyphs:
    """A font: its map to Unicode, and the bytes of a code."""

    letters: dict[int, str] = field(default_factory=dict)
    width: Literal[1, 2] = 1
    numbered: bool = False
    """True if codes are numbers of glyphs, of which 0 is .notdef (9.7.4.3)."""
    simple: bool = False
    """True for a font of single bytes without a map: its codes are read as Latin letters."""

    def read(self, code: bytes, *, backwards: bool = False) -> tuple[str, int]:
        """Return the letters, and the number of glyphs that are missing or have no letter."""
        if self.simple:
            return code.decode("latin-1"), 0
        codes = self._codes(code)
        if backwards:
            codes = codes[::-1]
        find = self.letters.get
        letters = [find(number, "") for number in codes]
        missing = letters.count("")
        if self.numbered and find(0):
            missing += codes.count(0)
        return "".join(letters), missing

    def _codes(self, code: bytes) -> Sequence[int]:
        """The numbers of the glyphs; a single byte at the end is a number of its own."""
        if self.width == 1:
            return code
        whole = len(code) // 2
        return (*unpack_from(f">{whole}H", code), *code[whole * 2 :])


def glyphs_of(font: Object) -> Glyphs:
    """Read the map of a font."""
    descendants: Any = font.get("/DescendantFonts", ())
    encoding = font.get("/Encoding")
    plain = isinstance(encoding, Name) and str(encoding) in ("/Identity-H", "/Identity-V")
    stream = font.get("/ToUnicode")
    letters = dict(_letters_by_code(stream.read_bytes())) if isinstance(stream, Stream) else {}
    if not len(descendants):
        return Glyphs(letters, simple=not letters)
    to_glyph = descendants[0].get("/CIDToGIDMap", Name.Identity) if isinstance(descendants[0], Dictionary) else None
    return Glyphs(letters, 2, plain and isinstance(to_glyph, Name))


def _letters_by_code(cmap: bytes) -> Iterator[tuple[int, str]]:
    for kind, body in _CMAP_SECTION.findall(cmap):
        tokens = [hexes or opens or closes for hexes, opens, closes in _CMAP_TOKEN.findall(body)]
        yield from _read_bfchar(tokens) if kind == b"bfchar" else _read_bfrange(tokens)


def _read_bfchar(tokens: list[bytes]) -> Iterator[tuple[int, str]]:
    for code, letters in zip(tokens[::2], tokens[1::2], strict=False):
        yield _number_of_hex(code), _letters_of_hex(letters)


def _read_bfrange(tokens: list[bytes]) -> Iterator[tuple[int, str]]:
    rest = iter(tokens)
    for first, last, target in zip(rest, rest, rest, strict=False):
        low, high = _number_of_hex(first), min(_number_of_hex(last), _number_of_hex(first) + _WIDEST)
        if target == b"[":
            targets = takewhile(lambda token: token != b"]", rest)
            yield from zip(range(low, high + 1), map(_letters_of_hex, list(targets)), strict=False)
            continue
        start = _letters_of_hex(target)
        for code in range(low, high + 1):
            yield code, start[:-1] + chr(ord(start[-1]) + code - low) if start else ""


def _number_of_hex(hexes: bytes) -> int:
    return int(b"".join(hexes.split()) or b"0", 16)


def _letters_of_hex(hexes: bytes) -> str:
    digits = b"".join(hexes.split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()).decode("utf-16-be", "replace")


MAX_NESTED_FORMS = 12
"""The most forms within each other that are read."""


@dataclass(slots=True)
class TextRun:
    """Text shown by one operator. `mark` is the number of the marked content around it, if any."""

    page: int
    mark: int | None
    artifact: str | None
    """'Pagination', another kind of artifact, or '' for one without a kind; None if it is no artifact."""
    text: str
    x: float
    y: float
    missing: int = 0
    """Number of glyphs that the font lacks, or that have no letter."""
    unsaid: int = 0
    """The same if other words are read aloud instead: no fault in files that others made."""


Matrix = tuple[float, ...]
_SAME: Matrix = (1, 0, 0, 1, 0, 0)
_LATIN_GLYPHS = Glyphs(simple=True)


class _Drawing:
    """The content of a page or a form, and its fonts by name."""

    def __init__(self, stream: Object, resources: Object | None) -> None:
        self.instructions = list(read_operators(stream))
        self.matrix = tuple(map(float, stream.Matrix)) if "/Matrix" in stream else _SAME
        self.resources = resources
        """Its own; None if it uses those of the page."""
        self.fonts: dict[str, Glyphs] = {}


class PageTextReader:
    """Reads the text of the pages of one file; fonts and forms are read once."""

    def __init__(self) -> None:
        self._fonts: dict[Any, Glyphs] = {}
        self._forms: dict[Any, _Drawing | None] = {}

    def runs(self, page: Page, number: int) -> list[TextRun]:
        """The runs of a page."""
        resources = page.obj.get("/Resources", Dictionary())
        return list(_PageWalk(self, number).walk(_Drawing(page.obj, resources), resources, _SAME, (None, None), 0))

    def form(self, resources: Object, name: str) -> _Drawing | None:
        """The form of a name in the resources; None if it is no form."""
        forms = resources.get("/XObject", Dictionary())
        form = forms.get(name) if isinstance(forms, Dictionary) else None
        if not isinstance(form, Stream):
            return None
        key = form.objgen
        if key not in self._forms:
            is_form = form.get("/Subtype") == Name.Form
            self._forms[key] = _Drawing(form, form.get("/Resources")) if is_form else None
        return self._forms[key]

    def glyphs(self, resources: Object, name: str) -> Glyphs:
        """The font of a name in the resources."""
        fonts = resources.get("/Font", Dictionary())
        font = fonts.get(name) if isinstance(fonts, Dictionary) else None
        if not isinstance(font, Dictionary):
            return _LATIN_GLYPHS
        key = font.objgen if font.objgen != (0, 0) else id(font)
        if key not in self._fonts:
            self._fonts[key] = glyphs_of(font)
        return self._fonts[key]


_MarkAround = tuple[int | None, str | None]


class _Backwards:
    """Letters in reversed order (14.8.2.3.3), put in order at the end of their mark."""

    def __init__(self) -> None:
        self.depth = 0
        """The number of marks around reversed letters; 0 elsewhere."""
        self._runs: list[TextRun] = []

    def begin(self, kind: str, depth: int) -> None:
        """Begin a mark."""
        if kind == "/ReversedChars":
            self.depth = depth

    def pass_on(self, run: TextRun) -> Iterator[TextRun]:
        """Yield a run, or keep it if its letters are reversed."""
        if self.depth:
            self._runs.append(run)
        else:
            yield run

    def end(self, depth: int) -> Iterator[TextRun]:
        """Yield the kept letters as one run if their mark ends."""
        if depth == self.depth:
            runs, self._runs, self.depth = self._runs, [], 0
            for first in runs[:1]:
                text = "".join(run.text for run in reversed(runs))
                missing, unsaid = sum(run.missing for run in runs), sum(run.unsaid for run in runs)
                yield replace(first, text=text, missing=missing, unsaid=unsaid)


class _PageWalk:
    """The walk over one page."""

    def __init__(self, walker: PageTextReader, number: int) -> None:
        self._walker = walker
        self._number = number

    def walk(
        self, drawing: _Drawing, around: Object, base: Matrix, outer: _MarkAround, depth: int
    ) -> Iterator[TextRun]:
        """The runs of a drawing; `around` are the resources of its page, used if it has none of its own."""
        resources = around if drawing.resources is None else drawing.resources
        fonts = drawing.fonts if drawing.resources is not None else {}
        marks: list[_MarkAround] = [outer]
        instead: list[str | None] = [None]
        """For each open mark the words to read instead of its letters; '' after they were read."""
        backwards = _Backwards()
        saved: list[tuple[Matrix, Glyphs]] = []
        matrix, line, leading, font = base, _SAME, 0.0, _LATIN_GLYPHS
        for operator, operand in drawing.instructions:
            match operator:
                case "TJ":
                    text, missing = font.read(operand, backwards=bool(backwards.depth))
                    text, missing, unsaid = (text, missing, 0) if instead[-1] is None else (instead[-1], 0, missing)
                    instead = [words and "" for words in instead]
                    at = _point_on_page(line, matrix)
                    yield from backwards.pass_on(TextRun(self._number, *marks[-1], text, *at, missing, unsaid))
                case "BMC" | "BDC":
                    kind, about = operand
                    marks.append(_mark_that_begins(kind, about, resources, marks[-1], depth))
                    instead.append(_replacement(about) if instead[-1] is None else instead[-1])
                    backwards.begin(kind, len(marks))
                case "EMC" if len(marks) > 1:
                    yield from backwards.end(len(marks))
                    marks.pop()
                    instead.pop()
                case "Tm":
                    line = operand
                case "Tf":
                    if operand not in fonts:
                        fonts[operand] = self._walker.glyphs(resources, operand)
                    font = fonts[operand]
                case "q":
                    saved.append((matrix, font))
                case "Q":
                    matrix, font = saved.pop() if saved else (matrix, font)
                case "cm":
                    matrix = _multiply_matrices(operand, matrix)
                case "Do" if depth < MAX_NESTED_FORMS and (form := self._walker.form(resources, operand)):
                    yield from self.walk(form, resources, _multiply_matrices(form.matrix, matrix), marks[-1], depth + 1)
                case "BT":
                    line = _SAME
                case "Td" | "TD":
                    line = _multiply_matrices((1, 0, 0, 1, *operand), line)
                    leading = -operand[1] if operator == "TD" else leading
                case "T*":
                    line = _multiply_matrices((1, 0, 0, 1, 0, -leading), line)
                case "TL":
                    leading = operand


def _multiply_matrices(inner: Matrix, around: Matrix) -> Matrix:
    """Multiply two matrices (8.3.4)."""
    a, b, c, d, e, f = around
    k, l, m, n, x, y = inner  # noqa: E741
    return a * k + c * l, b * k + d * l, a * m + c * n, b * m + d * n, a * x + c * y + e, b * x + d * y + f


def _point_on_page(line: Matrix, around: Matrix) -> tuple[float, float]:
    """The point on the page at which a line begins."""
    a, b, c, d, e, f = around
    x, y = line[4], line[5]
    return a * x + c * y + e, b * x + d * y + f


def _mark_that_begins(kind: str, about: Any, resources: Object, around: _MarkAround, depth: int) -> _MarkAround:
    """The mark that begins: a number, an artifact, or else the mark around it."""
    if isinstance(about, str):
        about = resources.get("/Properties", Dictionary()).get(about)
    listed = isinstance(about, dict | Dictionary)
    if kind == "/Artifact":
        return None, str(about.get("/Type", "") if listed else "").removeprefix("/")
    if listed and "/MCID" in about and depth == 0:
        return int(about["/MCID"]), None
    return around


def _replacement(about: Any) -> str | None:
    """The words to read instead of the letters within a mark (14.9.4), if any."""
    text = about.get("/ActualText") if isinstance(about, dict) else None
    return None if text is None else str(text)


_READ = "BDC BMC EMC Do Tf Tj TJ ' \" q Q cm BT Td TD Tm T* TL"


def read_operators(stream: Object) -> Iterator[tuple[str, Any]]:
    """Yield the operators of a page or form, each with its operand."""
    for instruction in parse_content_stream(stream, _READ):
        operands: Any = instruction.operands
        name = str(instruction.operator)
        match name:
            case "cm" | "Tm" | "Td" | "TD":
                yield name, tuple(map(float, operands))
            case "TL":
                yield name, float(operands[0])
            case "Tf" | "Do":
                yield name, str(operands[0])
            case "BMC":
                yield name, (str(operands[0]), None)
            case "BDC":
                yield name, (str(operands[0]), _about(operands[-1]))
            case "Tj" | "TJ" | "'" | '"':
                yield "TJ", _codes(operands[-1])
            case _:
                yield name, None


def _about(operand: Any) -> str | dict[str, Any]:
    """The properties of a mark, or the name of a list of them."""
    return dict(operand.items()) if isinstance(operand, Dictionary) else str(operand)


def _codes(operand: Any) -> bytes:
    parts = operand if isinstance(operand, Array | list) else [operand]
    return b"".join(bytes(part) for part in parts if isinstance(part, String | bytes))
