"""Texts are set in advance, while others are still being resolved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from pipeline.build.prefetch import MOST, Advance
from pipeline.build.project import Workshop
from pipeline.build.stages import Line
from pipeline.core.errors import LayoutFault
from pipeline.core.progress import Voice
from pipeline.model.edition import Format
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import Publication
from tests.compose import samples

WANTED: frozenset[Format] = frozenset({"screen", "epub"})


class Press:
    """A press that is free or not, and knows texts or not."""

    def __init__(self, free: bool = True, knows: bool = False) -> None:
        self.is_free, self.knows = free, knows
        self.begun: list[Manuscript] = []

    def begin(self, manuscript: Manuscript) -> bool:
        """Begin a text that is not known."""
        self.begun += [] if self.knows else [manuscript]
        return not self.knows


@pytest.fixture
def composed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the texts that have been composed, one of which has a faulty layout."""
    asked: list[str] = []

    def compose(publication: Publication, edition: str, shop: Workshop) -> str:
        asked.append(publication.id)
        if publication.id == "faulty":
            raise LayoutFault("It cannot be filled.", "layouts/briefing.html.j2", 1)
        return publication.id

    monkeypatch.setattr("pipeline.build.prefetch.composed", compose)
    return asked


def given(press: Press, tmp_path: Path, *names: str) -> None:
    """Give texts to the press in advance."""
    advance = Advance(cast("Line", press), WANTED, Workshop(tmp_path, tmp_path, Voice()))
    for name in names:
        advance(replace(samples.member(name, name.title(), "In short."), formats=("screen", "epub")))


def test_a_text_is_set_once_for_all_formats_of_an_edition(composed: list[str], tmp_path: Path) -> None:
    """EPUB and PDF rest on the same sheets."""
    given(press := Press(), tmp_path, "lamps", "patrol")
    assert press.begun == ["lamps", "patrol"] == composed


def test_the_first_is_composed_though_nobody_is_free(composed: list[str], tmp_path: Path) -> None:
    """Somebody will be free for it soon; more would only wait for one another."""
    given(press := Press(free=False), tmp_path, "lamps", "patrol")
    assert composed == ["lamps"]
    assert not press.begun


def test_not_all_texts_are_held_until_their_round(composed: list[str], tmp_path: Path) -> None:
    """So that a large library takes no more memory."""
    given(press := Press(), tmp_path, *(f"text-{number}" for number in range(2 * MOST)))
    assert len(press.begun) == MOST == len(composed)


def test_where_texts_have_been_set_before_no_more_are_tried(composed: list[str], tmp_path: Path) -> None:
    """As on another day, when all are resolved and none is set."""
    given(Press(knows=True), tmp_path, *(f"text-{number}" for number in range(9)))
    assert len(composed) == 2


def test_a_faulty_layout_is_left_to_its_round(composed: list[str], tmp_path: Path) -> None:
    """Where it is told."""
    given(press := Press(), tmp_path, "faulty", "patrol")
    assert press.begun == ["patrol"]
