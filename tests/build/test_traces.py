"""What need not be resolved after a change is not, and whatever is said and made is as if it had been."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.build.project import Project
from pipeline.build.resolve_cache import ResolveCache
from pipeline.cli.options import SHIPPED
from pipeline.core.progress import ProgressReporter
from pipeline.resolve.resolve import resolve
from tests.support import libraries
from tests.support.calls import Call, calls_of
from tests.support.project import IMPRINT, Said, files_in

pytestmark = pytest.mark.proof

Run = Callable[..., Said]
Small = Callable[..., Path]

FILES = {
    "briefings/foot-patrol.md": libraries.briefing("Patrols walk. See [lamps](briefing:lamps#dim) [@hughes2018]."),
    "briefings/lamps.md": libraries.briefing(f"Lit [@hughes2018].\n\n## Dim {{#dim}}\n\n{libraries.WIDE}", "Lamps"),
    "briefings/noise.md": libraries.briefing("Noise is loud [@hughes2018].", "Noise", related="[lamps]"),
    "library.yaml": f"{IMPRINT}status_pages: https://p.example/v\n",  # pages bear codes of their words
    "packs/nights.yaml": "title: Nights\nedition: Spring\nbriefings: [lamps, noise]\n",
    "packs/days.yaml": "title: Days\nbriefings: [foot-patrol]\n",
    "series/evenings.yaml": "title: Evenings\nbriefings: [lamps, foot-patrol]\nlanding: |\n  Read these.\n",
}


def resolved(calls: list[Call]) -> list[set[str]]:
    """What each resolution has published, and not left out."""
    return [
        {*(p.id for p in found.publications), *(p.identity.id for p in (*found.packs, *found.series))}
        for found in (call.result for call in calls)
    ]


def built(briefings: Run, project: Path) -> Said:
    return briefings(
        project, "build", "--date", libraries.DATE, "--jobs", "1", "--format", "screen", "--format", "html"
    )


def changed(project: Path, path: str, before: str, after: str) -> None:
    file = project / "source" / path
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def as_from_nothing(briefings: Run, small: Small, project: Path) -> tuple[Said, dict[str, bytes]]:
    """What a library with the same sources says and makes that knows of no build before."""
    source = project / "source"
    files = files_in(source)
    other = small(files, "other")
    said = built(briefings, other)
    return said, libraries.made(other)


CHANGES: Mapping[str, tuple[tuple[str, str, str], set[str]]] = {
    "a word": (("briefings/noise.md", "loud", "a nuisance"), {"noise", "nights"}),
    "a word in a series": (
        ("briefings/foot-patrol.md", "Patrols walk", "Patrols stroll"),
        {"foot-patrol", "days", "evenings"},
    ),
    "a new mistake": (("briefings/noise.md", "loud", "loud loud"), {"noise", "nights"}),
    "a work unknown": (("briefings/noise.md", "@hughes2018", "@nobody2019"), {"noise", "nights"}),
    "a place gone that another links to": (("briefings/lamps.md", "{#dim}", "{#faint}"), set()),
    "a title that another prints": (("briefings/lamps.md", "title: Lamps", "title: Lanterns"), set()),
    "a summary": (("briefings/lamps.md", "summary: ", "summary: And "), set()),
    "a work": (("references/works.yaml", "A study of beats", "A study of rounds"), set()),
    "the imprint": (("library.yaml", "Northmoor Institute", "Southmoor Institute"), set()),
    "a pack": (("packs/days.yaml", "title: Days", "title: Mornings"), set()),
}
EVERYTHING = {"foot-patrol", "lamps", "noise", "nights", "days", "evenings"}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = libraries.written(tmp_path_factory.mktemp("first") / "library", FILES)
    built(libraries.here, project)
    return project


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_all_is_said_and_made_as_from_nothing(
    first: Path, tmp_path: Path, small: Small, briefings: Run, change: str
) -> None:
    project = libraries.copied(first, tmp_path / "library")
    what, reached = CHANGES[change]
    changed(project, *what)
    with calls_of(resolve) as calls:
        said = built(briefings, project)
    assert resolved(calls) == [reached or EVERYTHING]
    again, files = as_from_nothing(briefings, small, project)
    assert libraries.made(project) == files
    assert said.code == again.code
    assert remarks(said) == remarks(again)


def remarks(said: Said) -> list[str]:
    return [line for line in (said.out + said.err).splitlines() if line.startswith(("source/", "    hint", "output/"))]


def test_a_mistake_told_at_the_file_of_what_stands_has_it_made_again(small: Small, briefings: Run) -> None:
    project = small(FILES)
    with calls_of(resolve) as calls:
        built(briefings, project)
    order = calls[0].given["order"]
    opened = Project(project, SHIPPED, ProgressReporter())
    cache = ResolveCache(opened, opened.loaded[0], order.produced)
    traces = cache.traces(order)
    owner = "briefings/lamps"
    cache.keep_traces(order, {**traces, owner: replace(traces[owner], faulty=frozenset({"lamps"}))})
    changed(project, "briefings/noise.md", "loud", "a nuisance")
    with calls_of(resolve) as calls:
        built(briefings, project)
    assert resolved(calls) == [{"noise", "nights"}, EVERYTHING]


def test_a_briefing_without_an_address_has_the_one_of_the_library(small: Small, briefings: Run) -> None:
    project = small(FILES | {"library.yaml": f"{IMPRINT}address: https://evidence.example/library\n"})
    built(briefings, project)
    changed(project, "briefings/foot-patrol.md", "Patrols walk", "Patrols stroll")
    built(briefings, project)
    _, files = as_from_nothing(briefings, small, project)
    assert libraries.made(project) == files
