"""One # by mistake is told at its own place; the headings around it are judged as if it began with ##."""

import re
from itertools import product

import pytest

from pipeline.core.diagnostics import Diagnostics
from pipeline.load.markdown.reader import parse_body
from pipeline.model.body import Heading


def read(*marks: str) -> tuple[list[str], list[int]]:
    """What is said of a text with such headings, a line each, and the levels that they are printed at."""
    diagnostics = Diagnostics()
    body = parse_body("\n".join(f"{mark} Words" for mark in marks), "x.md", diagnostics)
    levels = [block.level for block in body.blocks if isinstance(block, Heading)]
    return [f"{r.place.line} {r.code} {re.findall('#+', r.hint)[0]}" for r in diagnostics.remarks], levels


@pytest.mark.parametrize(
    ("marks", "told", "levels"),
    [
        (("##", "#", "###", "##"), ["2 heading-shifted ##"], [3, 2, 4, 3]),
        (("#", "###", "##", "###"), ["1 heading-shifted ##"], [2, 4, 3, 4]),
        (("##", "#", "####"), ["2 heading-shifted ##", "3 heading-skips-level ###"], [3, 2, 5]),
        (("#", "##", "###"), ["1 heading-shifted ##"], [2, 3, 4]),
        (("#", "##", "#"), ["1 heading-shifted ##"], [2, 3, 2]),
        (("#", "##", "####", "#", "##"), ["1 heading-shifted ##", "3 heading-skips-level ###"], [2, 3, 5, 2, 3]),
        (("##", "#", "##"), ["2 heading-shifted ##"], [3, 2, 3]),
        (("###", "#"), ["1 heading-skips-level ##", "2 heading-shifted ##"], [4, 2]),
    ],
)
def test_headings_around_a_slip_are_judged_rightly(marks: tuple[str, ...], told: list[str], levels: list[int]) -> None:
    """Nobody is told to begin another heading with #; all are printed a level down, as one with # is there."""
    assert read(*marks) == (told, levels)


def printed(levels: tuple[int, ...]) -> list[int]:
    """The rule of every edition so far: all a level down as soon as one begins with #, and none below the sixth."""
    return [min(6, level + (1 in levels)) for level in levels]


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_a_skipped_level_moves_no_other_heading(length: int) -> None:
    """Each outline of so many headings is printed as it ever was, however its levels follow one another."""
    for levels in product(range(1, 7), repeat=length):
        assert read(*("#" * level for level in levels))[1] == printed(levels)
