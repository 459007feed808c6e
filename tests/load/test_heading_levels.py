"""One # by mistake is told at its own place; the headings around it are judged as if it began with ##."""

from __future__ import annotations

import re

import pytest

from pipeline.diagnostics import Desk
from pipeline.load.markdown import parse_body
from pipeline.model.body import Heading


def read(*marks: str) -> tuple[list[str], list[int]]:
    """What is said of a text with such headings, a line each, and the levels that they are printed at."""
    desk = Desk()
    body = parse_body("\n".join(f"{mark} Words" for mark in marks), "x.md", desk)
    levels = [block.level for block in body.blocks if isinstance(block, Heading)]
    return [f"{r.place.line} {r.code} {re.findall('#+', r.hint)[0]}" for r in desk.remarks], levels


@pytest.mark.parametrize(
    ("marks", "told", "levels"),
    [
        (("##", "#", "###", "##"), ["2 heading-top-level ##"], [2, 2, 3, 2]),
        (("#", "###", "##", "###"), ["1 heading-top-level ##"], [2, 3, 2, 3]),
        (("##", "#", "####"), ["2 heading-top-level ##", "3 heading-skips-level ###"], [2, 2, 4]),
        (("#", "##", "###"), ["1 heading-top-level ##"], [2, 3, 4]),
        (("#", "##", "#"), ["1 heading-top-level ##", "3 heading-top-level ##"], [2, 3, 2]),
        (("###", "#"), ["1 heading-skips-level ##", "2 heading-top-level ##"], [3, 2]),
    ],
)
def test_headings_around_a_slip_are_judged_rightly(marks: tuple[str, ...], told: list[str], levels: list[int]) -> None:
    """Nobody is told to begin another heading with #; a text whose headings all begin with # keeps its order."""
    assert read(*marks) == (told, levels)
