"""Drawings are counted before they are drawn: what would paint for ever is told, and honest maps are not."""

from __future__ import annotations

import pytest

from pipeline.diagnostics import Place
from pipeline.load.figures import read_picture
from tests.bombs.drawings import DRAWINGS, copies, drawing, pattern


def codes_of(content: bytes) -> list[str]:
    """What is said of a drawing."""
    return [remark.code for remark in read_picture("figure.svg", content, Place("text.md"))[1]]


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawing_that_paints_too_much_is_told(name: str) -> None:
    """Copies, tiles, marks, masks and depths are counted out."""
    assert codes_of(DRAWINGS[name]()) == ["job-too-large"]


@pytest.mark.parametrize(
    "content",
    [
        copies(4),
        drawing(pattern(10)),
        drawing(pattern(0.1, more='patternTransform="scale(200)"')),
        drawing('<circle r="2"/>' * 50_000),
        drawing(f'{pattern(50)}<g fill="url(#p)"><text>Northmoor</text><path d="m1 1h9v9z"/></g>'),
        drawing('<g id="a"><use href="#missing"/></g><use href="#a"/>' * 300),
    ],
    ids=["ten thousand copies", "a hatched map", "large tiles", "a cloud of points", "hatched districts", "icons"],
)
def test_honest_drawing_passes(content: bytes) -> None:
    """A map with hatching and a plot of fifty thousand points are printed."""
    assert codes_of(content) == []
