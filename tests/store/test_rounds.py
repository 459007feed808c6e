"""A library made in rounds comes out as one that is made at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline import rounds
from pipeline.line import press_or_say
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import Sheets
from pipeline.workshop import Refused
from tests.acceptance import shelf
from tests.conftest import Said

Run = Callable[..., Said]
Small = Callable[[Mapping[str, str | bytes]], Path]

LIBRARY = {
    "briefings/alleys.md": shelf.briefing("Gates were locked. See [lamps](briefing:lamps) [@hughes2018].", "Alleys"),
    "briefings/foot-patrol.md": shelf.briefing("The the patrols walked [@hughes2018]."),
    "briefings/lamps.md": shelf.briefing("Lamps were lit [@hughes2018].", "Lamps"),
    "packs/days.yaml": "title: Days\nbriefings: [foot-patrol]\n",
    "packs/nights.yaml": "title: Nights\nbriefings: [lamps, alleys]\n",
    "series/evenings.yaml": "title: Evenings\nbriefings: [lamps, foot-patrol]\nlanding: |\n  Read these.\n",
}


def built(briefings: Run, project: Path) -> Said:
    """All that the library lists."""
    return briefings(project, "build", "--date", shelf.DATE, "--jobs", "1")


def small_rounds(patched: pytest.MonkeyPatch) -> None:
    """One briefing, or one pack, at a time."""
    patched.setattr(rounds, "TEXTS", 1)
    patched.setattr(rounds, "MEMBERS", 1)


def test_the_same_is_said_and_made(briefings: Run, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte for byte, and every stage says which part it is of."""
    project = small(LIBRARY)
    at_once, whole = built(briefings, project), shelf.made(project)
    shutil.rmtree(project / "output")
    small_rounds(monkeypatch)
    in_rounds, parts = built(briefings, project), shelf.made(project)
    assert "foot-patrol.md:6:1: warning doubled-word" in at_once.err
    assert in_rounds.err.endswith(at_once.err.partition("source/")[2])
    assert (in_rounds.code, in_rounds.out, parts) == (at_once.code, at_once.out, whole)
    assert "part 2 of 5: proofing" in in_rounds.err
    assert "part" not in at_once.err


def test_the_next_build_finds_all_of_it(briefings: Run, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever round a thing was made in; a word in one briefing has that and its pack made."""
    small_rounds(monkeypatch)
    project = small(LIBRARY)
    built(briefings, project)
    file = project / "source/briefings/lamps.md"
    file.write_text(file.read_text(encoding="utf-8").replace("were lit", "shone"), encoding="utf-8")
    assert "(pressed 1, bound 5)" in built(briefings, project).out


def test_what_cannot_be_pressed_is_tried_once(briefings: Run, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack that holds it comes in a later round, and does without it."""
    tried: list[str] = []

    def refuse(manuscript: Manuscript) -> Sheets | Refused:
        tried.append(manuscript.metadata.title)
        return Refused("It is too dark.") if manuscript.metadata.title == "Lamps" else press_or_say(manuscript)

    monkeypatch.setattr("pipeline.line.press_or_say", refuse)
    small_rounds(monkeypatch)
    said = built(briefings, small(LIBRARY))
    assert said.code == 4
    assert tried.count("Lamps") == 1
    assert said.err.count("It is too dark.") == 1
    assert "Of its briefings 'lamps' could not be made." in said.err
