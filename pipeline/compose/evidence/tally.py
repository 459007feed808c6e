"""Studies drawn one by one: a mark each where it is known what each found, else a dot each beside one mark."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from markupsafe import Markup

from pipeline.compose.page.marks import SHAPES, coloured
from pipeline.model.result import Result

MOST = 200
"""More studies than this are told in words alone: nobody counts so many marks."""
LARGE = 10
"""Up to so many, marks are of full size."""

_FIELD = 16.0
"""The side of a mark's own field; lengths here are in its units."""
_EM = 0.875 / _FIELD
"""The length of a unit in ems."""
_FIVE = 5


@dataclass(frozen=True, slots=True)
class _Grid:
    """Geometry of the rows of marks: side of a mark, distance to the next, marks a row, gap after five."""

    side: float
    pitch: float
    columns: int
    gap: float = 0

    def x(self, number: int) -> float:
        column = number % self.columns
        return column * self.pitch + (self.gap if column >= _FIVE else 0)

    def y(self, number: int) -> float:
        return number // self.columns * self.pitch

    def width(self, count: int) -> float:
        return self.x(min(count, self.columns) - 1) + self.side

    def height(self, count: int) -> float:
        return self.y(count - 1) + self.side


_FULL = _Grid(_FIELD, 19, 5)
_SMALL = _Grid(7.5, 9, 10, 3)
_DOTS = _Grid(4, 6.5, 10, 2.5)


class Scale(Enum):
    """Drawing of studies in one plot: the same for all, so that none looks weightier than another."""

    FULL = "full"
    SMALL = "small"
    BARE = "bare"
    """A mark alone, whatever the number."""


def scale_for(alike: Iterable[int], joint: Iterable[int]) -> Scale:
    """The scale for a plot, by its numbers of studies: of those drawn with a mark each, and of those with dots."""
    most = max(alike, default=0)
    if max(most, *joint, 0) > MOST:
        return Scale.BARE
    return Scale.FULL if most <= LARGE else Scale.SMALL


def each(result: Result, studies: int, scale: Scale, accent: str, *, leftwards: bool = False) -> Markup:
    """A mark for every study, none for none. They start at the left, or where `leftwards` at the right."""
    if studies < 1:
        return Markup("")
    grid = _SMALL if scale is Scale.SMALL else _FULL
    number = 1 if scale is Scale.BARE else studies
    width, size = grid.width(number), grid.side / _FIELD
    shapes = "".join(
        f'<g transform="translate({_number(x)} {_number(y)}) scale({_number(size)})">{SHAPES[result]}</g>'
        for x, y in _spots(grid, number, width, leftwards)
    )
    return _drawn(result, shapes, width, grid.height(number), accent)


def together(result: Result, studies: int, scale: Scale, accent: str, *, leftwards: bool = False) -> Markup:
    """One mark for all the studies, and a dot for every study beside it; the mark alone where they are not counted."""
    if studies < 1 or scale is Scale.BARE:
        return _drawn(result, SHAPES[result], _FIELD, _FIELD, accent)
    across, high = _DOTS.width(studies), _DOTS.height(studies)
    width, height = _FIELD + 6 + across, max(_FIELD, high)
    dots, top = (0.0 if leftwards else width - across), (height - high) / 2
    radius = _DOTS.side / 2
    shapes = (
        f'<g transform="translate({_number(width - _FIELD if leftwards else 0)} {_number((height - _FIELD) / 2)})">'
        f"{SHAPES[result]}</g>"
    ) + "".join(
        f'<circle cx="{_number(dots + x + radius)}" cy="{_number(top + y + radius)}" r="{_number(radius)}" '
        'fill="currentColor"/>'
        for x, y in _spots(_DOTS, studies, across, leftwards)
    )
    return _drawn(result, shapes, width, height, accent)


def _spots(grid: _Grid, studies: int, width: float, leftwards: bool) -> Iterator[tuple[float, float]]:
    """The upper left corner of each mark."""
    for number in range(studies):
        x = grid.x(number)
        yield (width - x - grid.side if leftwards else x), grid.y(number)


def _drawn(result: Result, shapes: str, width: float, height: float, accent: str) -> Markup:
    kind, colour = coloured(result, accent)
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tally mark-{kind} mark-{result}" '
        f'width="{_number(width * _EM)}em" height="{_number(height * _EM)}em" '
        f'viewBox="0 0 {_number(width)} {_number(height)}" '
        f'color="{colour}" aria-hidden="true" focusable="false">{shapes}</svg>'
    )


def _number(value: float) -> str:
    """A number as short as it can be said."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
