"""Stamps that would cover words of the page: measured, box against box, before anything is bound."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from pikepdf import Pdf

from pipeline.model.manuscript import StampText
from pipeline.model.sheets import Outlier
from pipeline.pdf.rectangles import Rectangle

CLOSE = 1.0
"""Points by which boxes may meet: those of words are a little larger than their ink."""


@dataclass(frozen=True, slots=True)
class Covered:
    """Words that a stamp would cover: the page of the section, from 1, what stands there, and what would cover it."""

    page: int
    words: str
    stamp: str


def covered(
    outliers: Iterable[Outlier], lines: Sequence[Iterable[StampText]], stamps: Mapping[StampText, bytes]
) -> Iterator[Covered]:
    """Everything near the head and foot of pages that the running lines of each would cover, page by page.

    Few pages have words where running lines stand, and only their stamps are measured.
    """
    apart: dict[int, list[Outlier]] = defaultdict(list)
    for outlier in outliers:
        apart[outlier.page].append(outlier)
    measure = cache(lambda text: stamp_box(stamps[text]))
    for page, near in sorted(apart.items()):
        yield from _of_page(page, near, lines[page - 1], measure)


def _of_page(
    page: int, outliers: Iterable[Outlier], lines: Iterable[StampText], measure: Callable[[StampText], Rectangle]
) -> Iterator[Covered]:
    known = [(line.text, measure(line)) for line in lines]
    for outlier in outliers:
        own = (outlier.x, outlier.y, outlier.x + outlier.width, outlier.y + outlier.height)
        for text, box in known:
            if _meet(own, box):
                yield Covered(page, outlier.words, text)


def stamp_box(stamp: bytes) -> Rectangle:
    """The box of a pressed stamp's words, as the press measured it."""
    with Pdf.open(BytesIO(stamp)) as pdf:
        left, bottom, right, top = (float(part) for part in pdf.pages[0].obj.ArtBox)
    return left, bottom, right, top


def _meet(one: Rectangle, other: Rectangle) -> bool:
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > CLOSE and min(one[3], other[3]) - max(one[1], other[1]) > CLOSE
    )
