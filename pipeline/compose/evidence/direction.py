"""Direction of a finding: its studies, drawn on the side that they point to.

After Thomson and Thomas (2013) and Boon and Thomson (2021): left of the line are unfavourable studies, right of it
favourable ones, and on it stands the mark of what is neither. It is shown which way studies point, never how far. The
drawing says no more than the record: where one result is known for several studies, one mark stands for all of them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.compose.language.words import result_within
from pipeline.compose.page.marks import SHAPES, coloured
from pipeline.model.result import Result
from pipeline.model.source.evidence import Finding
from pipeline.model.words import Words

SIDES = (Result.UNFAVOURABLE, Result.FAVOURABLE)
"""The results that have a side, that of the left first."""
LARGE = 10
"""Up to so many studies with a result of their own have a mark each; of more, each is a dot."""
MOST = 200
"""More studies than this are told in words alone: nobody counts so many dots."""

WIDTH = 92.0
"""The width of a drawing. Lengths here are points where the text has `_TEXT` of them, and grow with it."""
_TEXT = 12.5
_MIDDLE = WIDTH / 2
_ROW = 12.0
_MARK, _PITCH, _BESIDE, _ACROSS = 8.8, 10.2, 4.0, 4
"""Side of a study's mark, distance to the next, distance from the line, marks a row."""
_DOT, _DOT_PITCH, _DOTS_FROM, _DOTS_ACROSS = 2.1, 3.0, 16.5, 10
"""Diameter of a dot, distance to the next, distance of the first from the line, dots a row."""
_ON_LINE, _GROUND = 9.5, 13.0
"""Side of a mark on the line, and width of the ground that parts the line there."""


@dataclass(frozen=True, slots=True)
class Direction:
    """Studies of one finding with one result; `studies` None means not counted."""

    result: Result
    studies: int | None
    alike: bool
    """Whether the record gives the result of each of them, not only of all of them together."""

    @property
    def marks(self) -> int:
        """Marks beside the line: one a study, or one for all."""
        return self.studies if self.alike and self.studies and self.studies <= LARGE else 1

    @property
    def dots(self) -> int:
        """Dots beside its one mark."""
        return self.studies if self.studies and self.marks < self.studies <= MOST else 0

    @property
    def height(self) -> float:
        """The height of its marks with the room around them."""
        rows = (self.dots or self.marks) - 1
        high = rows // _DOTS_ACROSS * _DOT_PITCH + _DOT + 2 if self.dots else rows // _ACROSS * _PITCH + _ROW
        return max(high, _ROW)


def directions(finding: Finding) -> tuple[Direction, ...]:
    """A finding by the results that the record gives: unfavourable, favourable, others. No more is worked out."""
    counted: Counter[Result] = Counter()
    for part in finding.split:
        counted[part.result] += part.studies
    split = tuple(Direction(result, studies, True) for result, studies in counted.items() if studies)
    known = split or (Direction(finding.result, finding.studies, finding.studies == 1),)
    return tuple(sorted(known, key=lambda one: SIDES.index(one.result) if one.result in SIDES else len(SIDES)))


def drawn(finding: Finding, words: Words, accent: str) -> Markup:
    """The drawing of a finding, with what it shows in words."""
    known = directions(finding)
    height = max((one.height for one in known if one.result in SIDES), default=0)
    shapes = []
    for one in known:
        if one.result in SIDES:
            shapes.append(_beside_the_line(one, height, accent))
        else:
            shapes.append(_on_the_line(one.result, height, accent))
            height += _ROW
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="sides" width="{}em" height="{}em" viewBox="0 0 {} {}" '
        'role="img" aria-label="{}" focusable="false">{}</svg>'
    ).format(
        *map(_number, (WIDTH / _TEXT, height / _TEXT, WIDTH, height)),
        in_words(finding, words),
        Markup("").join(shapes),
    )


def in_words(finding: Finding, words: Words) -> str:
    """'4 unfavourable, 2 favourable', '65 favourable, judged together', 'neither'."""
    known = directions(finding)
    said = [_counted(one, words) for one in known if one.result in SIDES]
    if neither := [one.studies or 0 for one in known if one.result not in SIDES]:
        word = words.say("neither")
        said.append(words.say("studies-with-result", n=words.number(sum(neither)), result=word) if said else word)
    return ", ".join(said)


def _counted(one: Direction, words: Words) -> str:
    word = result_within(words, one.result)
    if one.studies is None:
        return word
    said = words.say("studies-with-result", n=words.number(one.studies), result=word)
    return said if one.alike else words.say("judged-together", studies=said)


def _beside_the_line(one: Direction, height: float, accent: str) -> Markup:
    """Studies on their side of the line; what is on the left is drawn as if it were on the right, and mirrored."""
    mirrored = "" if one.result is Result.FAVOURABLE else f' transform="matrix(-1 0 0 1 {_number(WIDTH)} 0)"'
    return _coloured(one.result, accent, "".join(_studies(one, height)), mirrored)


def _studies(one: Direction, height: float) -> Iterator[str]:
    top = (height if one.dots else _ROW) / 2 - _MARK / 2
    for number in range(one.marks):
        row, column = divmod(number, _ACROSS)
        yield _placed(one.result, _MIDDLE + _BESIDE + column * _PITCH, top + row * _PITCH, _MARK)
    if one.dots:
        places = [divmod(number, _DOTS_ACROSS) for number in range(one.dots)]
        top, left = (height - places[-1][0] * _DOT_PITCH) / 2, _MIDDLE + _DOTS_FROM
        outline = "".join(
            f"M{_number(left + column * _DOT_PITCH)} {_number(top + row * _DOT_PITCH)}h.01" for row, column in places
        )
        yield (
            f'<path d="{outline}" fill="none" stroke="currentColor" stroke-width="{_number(_DOT)}" '
            'stroke-linecap="round"/>'
        )


def _on_the_line(result: Result, top: float, accent: str) -> Markup:
    """A mark on the line, which is parted there by the ground of the page."""
    left, width = _number(_MIDDLE - _GROUND / 2), _number(_GROUND)
    ground = f"M{left} {_number(top)}h{width}v{_number(_ROW)}h-{width}z"
    shape = _placed(result, _MIDDLE - _ON_LINE / 2, top + (_ROW - _ON_LINE) / 2, _ON_LINE)
    return Markup(f'<path class="ground" d="{ground}" fill="#ffffff"/>') + _coloured(result, accent, shape)


def _coloured(result: Result, accent: str, shapes: str, moved: str = "") -> Markup:
    kind, colour = coloured(result, accent)
    return Markup(f'<g class="mark-{kind}" color="{colour}"{moved}>{shapes}</g>')


def _placed(result: Result, x: float, y: float, side: float) -> str:
    return f'<g transform="translate({_number(x)} {_number(y)}) scale({_number(side / 16)})">{SHAPES[result]}</g>'


def _number(value: float) -> str:
    """A number as short as it can be said."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
