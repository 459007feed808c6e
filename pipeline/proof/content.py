"""What a page shows: every run of letters with the mark it belongs to, in the order of painting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Dictionary, Matrix, Name, Object, Page, Stream, String, parse_content_stream

from pipeline.proof.glyphs import Glyphs, glyphs_of

_OPERATORS = "BDC BMC EMC Do Tf Tj TJ ' \" q Q cm BT ET Td TD Tm T* TL"
DEEPEST = 12
"""Drawings within drawings that are followed."""


@dataclass(slots=True)
class Run:
    """Letters shown at one stroke. `mark` is the number of the marked content around them, if any."""

    page: int
    mark: int | None
    artifact: str | None
    """'Pagination', another kind, or '' where they are an artifact that says no more; None where they are none."""
    text: str
    x: float
    y: float
    missing: int = 0
    """Glyphs that the font does not have, or that stand for no letter."""


class Walker:
    """Reads the pages of one file; fonts are read once."""

    def __init__(self) -> None:
        self._fonts: dict[Any, Glyphs] = {}

    def runs(self, page: Page, number: int) -> list[Run]:
        """The runs of a page."""
        return list(_PageWalk(self, number).walk(page.obj, page.obj.get("/Resources", Dictionary()), Matrix(), None, 0))

    def glyphs(self, resources: Object, name: Object) -> Glyphs:
        """The font that resources call by a name."""
        fonts = resources.get("/Font", Dictionary())
        font = fonts.get(str(name)) if isinstance(fonts, Dictionary) else None
        if not isinstance(font, Dictionary):
            return Glyphs(simple=True)
        key = font.objgen if font.objgen != (0, 0) else id(font)
        if key not in self._fonts:
            self._fonts[key] = glyphs_of(font)
        return self._fonts[key]


_Mark = tuple[int | None, str | None]


class _PageWalk:
    """One page while it is walked."""

    def __init__(self, walker: Walker, number: int) -> None:
        self._walker = walker
        self._number = number

    def walk(self, stream: Object, resources: Object, base: Matrix, outer: _Mark | None, depth: int) -> Iterator[Run]:
        """The runs of a page's content or of a form drawn on it."""
        marks: list[_Mark] = [outer or (None, None)]
        saved: list[tuple[Matrix, Glyphs]] = []
        matrix, line, leading, font = base, Matrix(), 0.0, Glyphs(simple=True)
        for operands, operator in _operations(stream):
            match operator:
                case "q":
                    saved.append((matrix, font))
                case "Q" if saved:
                    matrix, font = saved.pop()
                case "cm":
                    matrix = _matrix(operands) @ matrix
                case "BMC" | "BDC":
                    marks.append(_mark(operator, operands, resources, marks[-1], depth))
                case "EMC" if len(marks) > 1:
                    marks.pop()
                case "BT":
                    line = Matrix()
                case "Tm":
                    line = _matrix(operands)
                case "TL":
                    leading = float(operands[0])
                case "Td" | "TD":
                    line = Matrix(1, 0, 0, 1, float(operands[0]), float(operands[1])) @ line
                    leading = -float(operands[1]) if operator == "TD" else leading
                case "T*":
                    line = Matrix(1, 0, 0, 1, 0, -leading) @ line
                case "Tf":
                    font = self._walker.glyphs(resources, operands[0])
                case "Do":
                    yield from self._drawn(operands, resources, matrix, marks[-1], depth)
                case "Tj" | "TJ" | "'" | '"':
                    text, missing = _shown(operands[-1], font)
                    place = line @ matrix
                    yield Run(self._number, *marks[-1], text, float(place.e), float(place.f), missing)

    def _drawn(self, operands: Any, resources: Object, matrix: Matrix, mark: _Mark, depth: int) -> Iterator[Run]:
        forms = resources.get("/XObject", Dictionary())
        form = forms.get(str(operands[0])) if isinstance(forms, Dictionary) else None
        if not isinstance(form, Stream) or form.get("/Subtype") != Name.Form or depth >= DEEPEST:
            return
        own = _matrix(form.Matrix) if "/Matrix" in form else Matrix()
        yield from self.walk(form, form.get("/Resources", resources), own @ matrix, mark, depth + 1)


def _operations(stream: Object) -> Iterator[tuple[Any, str]]:
    for instruction in parse_content_stream(stream, _OPERATORS):
        yield instruction.operands, str(instruction.operator)


def _matrix(numbers: Any) -> Matrix:
    return Matrix(*(float(number) for number in numbers))


def _mark(operator: str, operands: Any, resources: Object, around: _Mark, depth: int) -> _Mark:
    """The mark that begins: a number, an artifact, or only a name within what is around it."""
    about = operands[1] if operator == "BDC" and len(operands) > 1 else None
    if isinstance(about, Name):
        about = resources.get("/Properties", Dictionary()).get(str(about))
    if operands[0] == Name.Artifact:
        kind = about.get("/Type", "") if isinstance(about, Dictionary) else ""
        return None, str(kind).removeprefix("/")
    if isinstance(about, Dictionary) and "/MCID" in about and depth == 0:
        return int(about.MCID), None
    return around


def _shown(operand: Any, font: Glyphs) -> tuple[str, int]:
    parts = operand if isinstance(operand, Array | list) else [operand]
    return font.read(b"".join(bytes(part) for part in parts if isinstance(part, String | bytes)))
