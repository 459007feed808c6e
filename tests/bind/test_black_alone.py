"""Print with black ink alone: text, labels and marks are solid black, and what is soft is a tint that is meant."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from pipeline.bind.print.inks import Black, lightness
from pipeline.bind.print.prepress import prepress
from pipeline.compose.briefing import compose_briefing
from pipeline.compose.pack.matter import compose_front
from pipeline.model.manuscript import Manuscript
from pipeline.press.press import press
from tests.support.bind.colours import DAY, solids
from tests.support.bind.profiles import toy_profile
from tests.support.compose import samples

LAYOUTS = samples.layouts()
ACCENT = (0x5C / 255, 0x0F / 255, 0x2E / 255)
INK = "#2b2b40"
FOLIOS = {"street-lighting": "5", "patrol-at-night": "11", "lamps-in-parks": "17"}


def texts(profile: str | None = None) -> tuple[Manuscript, Manuscript]:
    """A briefing and the front matter of a pack, of a library with colours of its own."""
    imprint = samples.imprint(design={"accent": "#5c0f2e", "ink": INK}, print={"profile": profile})
    pack = replace(samples.pack(), imprint=imprint)
    briefing = compose_briefing(samples.publication(imprint=imprint), LAYOUTS, "print")
    return briefing, compose_front(pack, FOLIOS, LAYOUTS, "print")


@cache
def greys(number: int) -> frozenset[tuple[float, ...]]:
    """Every solid colour that the print file of a text paints with."""
    return solids(prepress(press(texts()[number]).pdf, None, DAY))


@pytest.mark.parametrize("number", [0, 1], ids=["briefing", "front matter"])
def test_what_is_not_soft_is_solid_black(number: int) -> None:
    sheet = LAYOUTS.files["tokens.css"]
    soft = {name: sheet.partition(f"--{name}: #")[2][:6] for name in ("ink-soft", "line", "line-soft")}
    tints = {Black().of_rgb(tuple(int(value[at : at + 2], 16) / 255 for at in (0, 2, 4))) for value in soft.values()}  # type: ignore[arg-type, misc]
    assert {(0,), *tints, (1,)} >= greys(number) > {(0,)}


def test_with_a_profile_the_accent_is_mixed_from_its_inks() -> None:
    painted = solids(prepress(press(texts("press.icc")[0]).pdf, toy_profile(), DAY))
    assert any(len(ink) == 4 and max(ink[:3]) > 0.3 for ink in painted)
    assert lightness(ACCENT) not in {ink[0] for ink in painted if len(ink) == 1}
