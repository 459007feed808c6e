"""What is begun before the rest is known is made once, and is what it would have been."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pytest

from pipeline.build.project import Workshop
from pipeline.build.scheduler import Hands
from pipeline.build.workers import wait_until_ready
from pipeline.compose.cover import compose_briefing_cover
from pipeline.core.errors import LayoutFault
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import Publication
from tests.acceptance import shelf
from tests.conftest import Said

Run = Callable[..., Said]
Small = Callable[[Mapping[str, str | bytes]], Path]

LIBRARY = {
    "briefings/foot-patrol.md": shelf.briefing(),
    "briefings/lamps.md": shelf.briefing("Lamps were lit [@hughes2018].", "Lamps"),
    "packs/nights.yaml": "title: Nights\nbriefings: [lamps, foot-patrol]\n",
    "packs/days.yaml": "title: Days\nbriefings: [foot-patrol]\n",
}


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stages of which something has been begun early, by a worker that is ready before anything is resolved."""
    stages: list[str] = []
    begin, start = Workshop.begin, Hands.start

    def noted(shop: Workshop, stage: str, *given: Any) -> bool:
        done = begin(shop, stage, *given)
        stages.extend([stage] * done)
        return done

    def started(hands: Hands, executor: Executor, *given: Any) -> None:
        start(hands, executor, *given)
        wait_until_ready(executor)

    monkeypatch.setattr(Workshop, "begin", noted)
    monkeypatch.setattr(Hands, "start", started)
    return stages


def test_a_first_build_by_all_workers_is_as_by_one(
    small: Small, briefings: Run, tmp_path: Path, begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are called at once, and what each stage needs waits in line behind the stage before it."""
    monkeypatch.setattr("pipeline.build.project.FIRST", 1)
    many = small(
        LIBRARY | {f"briefings/lamp-{n}.md": shelf.briefing(f"Lamp {n} was lit.", f"Lamp {n}") for n in range(6)}
    )
    alone = shutil.copytree(many, tmp_path / "alone")
    made = ("build", "--date", shelf.DATE, "--format", "screen", "--format", "epub")
    said = [briefings(p, *made, "--jobs", jobs).out.replace(str(p), "") for p, jobs in ((many, "2"), (alone, "1"))]
    assert said[0] == said[1]
    assert shelf.made(many) == shelf.made(alone)
    assert {stage: begun.count(stage) for stage in begun} == {
        "press": 8,
        "cover": 10,
        "openings": 12,
        "cut": 2,
        "bind": 10,
    }
    assert not briefings(many, *made, "--jobs", "2").out.count("pressed 1")


def test_a_cover_that_cannot_be_composed_leaves_the_others_alone(
    small: Small, briefings: Run, begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told once, when it is asked for."""
    monkeypatch.setattr("pipeline.build.project.FIRST", 1)

    def compose(publication: Publication, layouts: Layouts) -> Manuscript:
        if publication.id == "lamps":
            raise LayoutFault("There is no such thing.", "layouts/cover/cover.html.j2")
        return compose_briefing_cover(publication, layouts)

    monkeypatch.setattr("pipeline.build.epub_assets.compose_briefing_cover", compose)
    project = small(LIBRARY)
    said = briefings(project, "build", "--date", shelf.DATE, "--format", "epub", "--jobs", "2")
    assert begun.count("cover") == 3
    assert said.err.count("There is no such thing.") == 1
    made = sorted(path.name for path in (project / "output").rglob("*.epub"))
    assert made == ["days.epub", "foot-patrol.epub", "nights.epub"]


def test_a_changed_word_is_there_as_if_nothing_had_been_begun(
    small: Small, briefings: Run, tmp_path: Path, begun: list[str]
) -> None:
    """The text, and the pack that holds it: byte for byte, and counted once."""
    early = small(LIBRARY)
    made = ("build", "--date", shelf.DATE, "--format", "screen", "--format", "epub")
    briefings(early, *made, "--jobs", "1")
    assert not begun
    alone = shutil.copytree(early, tmp_path / "alone")
    said = []
    for project, jobs in ((early, "2"), (alone, "1")):
        lamps = project / "source/briefings/lamps.md"
        lamps.write_text(lamps.read_text().replace("lit", "dim"))
        said.append(briefings(project, *made, "--jobs", jobs).out.replace(str(project), ""))
    assert begun == ["press", "bind"]
    assert said[0] == said[1]
    assert "pressed 1, bound 4" in said[0]
    assert shelf.made(early) == shelf.made(alone)
