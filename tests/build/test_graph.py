"""Things made side by side: the same whoever runs it, tried once, kept when it is broken off."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.build import graph
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.errors import PressFailure
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import Sheets
from pipeline.press.press import press
from pipeline.proof.job import BookJob
from tests.support import libraries
from tests.support.project import Said

Run = Callable[..., Said]
Small = Callable[[Mapping[str, str | bytes]], Path]

LIBRARY = {
    "briefings/alleys.md": libraries.briefing(
        "Gates were locked. See [lamps](briefing:lamps) [@hughes2018].", "Alleys"
    ),
    "briefings/foot-patrol.md": libraries.briefing("The the patrols walked [@hughes2018]."),
    "briefings/lamps.md": libraries.briefing("Lamps were lit [@hughes2018].", "Lamps"),
    "packs/days.yaml": "title: Days\nbriefings: [foot-patrol]\n",
    "packs/nights.yaml": "title: Nights\nbriefings: [lamps, alleys]\n",
    "series/evenings.yaml": "title: Evenings\nbriefings: [lamps, foot-patrol]\nlanding: |\n  Read these.\n",
}
BOOKS = ["briefings/alleys/alleys", "briefings/foot-patrol/foot-patrol", "briefings/lamps/lamps"]


def built(briefings: Run, project: Path, jobs: int = 1) -> Said:
    """All that the library lists."""
    return briefings(project, "build", "--date", libraries.DATE, "--jobs", str(jobs))


def test_one_process_and_several_make_the_same(briefings: Run, small: Small) -> None:
    """Byte for byte, and say the same."""
    project = small(LIBRARY)
    alone, whole = built(briefings, project), libraries.made(project)
    shutil.rmtree(project / "output")
    together = built(briefings, project, 2)
    assert "foot-patrol.md:6:1: warning doubled-word" in alone.err
    assert together.err.partition("source/")[2] == alone.err.partition("source/")[2]
    assert (together.code, together.out, libraries.made(project)) == (alone.code, alone.out, whole)


def test_a_word_in_one_briefing_has_that_and_its_packs_made(briefings: Run, small: Small) -> None:
    """One text is pressed, and five files are bound."""
    project = small(LIBRARY)
    built(briefings, project)
    file = project / "source/briefings/lamps.md"
    file.write_text(file.read_text(encoding="utf-8").replace("were lit", "shone"), encoding="utf-8")
    assert "(pressed 1, bound 5)" in built(briefings, project).out


def test_a_text_that_cannot_be_pressed_is_tried_once(
    briefings: Run, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pack that holds it is not made, and says so."""
    tried: list[str] = []

    def refuse(manuscript: Manuscript) -> Sheets:
        tried.append(manuscript.metadata.title)
        if manuscript.metadata.title == "Lamps":
            raise PressFailure("It is too dark.")
        return press(manuscript)

    monkeypatch.setattr("pipeline.press.press.press", refuse)
    said = built(briefings, small(LIBRARY))
    assert said.code == 4
    assert tried.count("Lamps") == 1
    assert said.err.count("It is too dark.") == 1
    assert "Of its briefings 'lamps' could not be made." in said.err


def test_an_edition_of_a_pack_that_cannot_be_laid_out_costs_no_other(
    briefings: Run, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are made, and why that one is not is told once."""
    laid_out = graph.laid_out

    async def settled(b: Any, pack: Any, materials: Any, edition: str, said: Any) -> Any:
        if edition == "large-print":
            raise PressFailure("Its contents do not settle.")
        return await laid_out(b, pack, materials, edition, said)

    monkeypatch.setattr(graph, "laid_out", settled)
    project = small(
        {**LIBRARY, "packs/days.yaml": "title: Days\nbriefings: [foot-patrol]\nformats: [screen, large-print]\n"}
    )
    said = built(briefings, project)
    assert said.code == 4
    assert said.err.count("Its contents do not settle.") == 1
    assert (project / "output/packs/days/days.pdf").is_file()
    assert not (project / "output/packs/days/days-large-print.pdf").exists()


def test_a_pack_whose_parts_were_heard_is_not_heard(
    briefings: Run, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others' checks take longer for it than for all else."""
    heard: list[str] = []
    monkeypatch.setattr("pipeline.proof.validators.others.others_proof", lambda job: heard.append(job.path) or ())
    built(briefings, small(LIBRARY))
    assert sorted(heard) == [f"output/{book}.pdf" for book in BOOKS]


def test_a_build_that_was_broken_off_goes_on(briefings: Run, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that had been made stand and are on record; those of a text that is gone meanwhile are cleared away."""
    project = small(LIBRARY)
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.build.graph.pack_recipes", lambda *given: 1 / 0)
        assert built(briefings, project).code == 4
    assert (project / "output/briefings/alleys/alleys.pdf").is_file()
    (project / "source/briefings/alleys.md").rename(project / "source/briefings/gates.md")
    nights = project / "source/packs/nights.yaml"
    nights.write_text(nights.read_text(encoding="utf-8").replace("alleys", "gates"), encoding="utf-8")
    assert built(briefings, project).code == 0
    assert not (project / "output/briefings/alleys").exists()


def test_a_file_is_checked_once(briefings: Run, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not again in the next build, and not by 'proof' either; where a check breaks, its file stays bound."""
    project, checked = small(LIBRARY), []

    def look(job: BookJob) -> tuple[Diagnostic, ...]:
        checked.append(job.path)
        if len(checked) == 1:
            raise RuntimeError(job.path)
        return ()

    monkeypatch.setattr("pipeline.proof.epub.inspection.book_proof", look)
    assert built(briefings, project).code == 4
    said = built(briefings, project)
    assert said.code == 0
    assert len(checked) == len(set(checked)) + 1
    built(briefings, project)
    assert briefings(project, "proof").code == 0
    assert len(checked) == len(set(checked)) + 1
