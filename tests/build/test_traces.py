"""After a change only what it affects is resolved; remarks and files are those of a build from nothing."""

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
    """Return the ids that each resolution has published."""
    return [
        {*(p.id for p in found.publications), *(p.identity.id for p in (*found.packs, *found.series))}
        for found in (call.result for call in calls)
    ]


FORMATS = ("--format", "screen", "--format", "html")


def change_source(project: Path, path: str, before: str, after: str) -> None:
    file = project / "source" / path
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def build_from_nothing(build: Run, small: Small, project: Path) -> tuple[Said, dict[str, bytes]]:
    """Build the same sources without a cache; returns the result and the files."""
    other = small(files_in(project / "source"), "other")
    return build(other, *FORMATS), libraries.made(other)


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
    libraries.here(project, "build", "--date", libraries.DATE, "--jobs", "1", *FORMATS)
    return project


@pytest.mark.parametrize("change", CHANGES)
def test_remarks_and_files_after_a_change_are_those_of_a_build_from_nothing(
    first: Path, tmp_path: Path, small: Small, build: Run, change: str
) -> None:
    project = libraries.copied(first, tmp_path / "library")
    replacement, affected = CHANGES[change]
    change_source(project, *replacement)
    with calls_of(resolve) as calls:
        result = build(project, *FORMATS)
    assert resolved(calls) == [affected or EVERYTHING]
    from_nothing, files = build_from_nothing(build, small, project)
    assert libraries.made(project) == files
    assert result.code == from_nothing.code
    assert remarks(result) == remarks(from_nothing)


def remarks(result: Said) -> list[str]:
    lines = (result.out + result.err).splitlines()
    return [line for line in lines if line.startswith(("source/", "    hint", "output/"))]


def test_a_mistake_at_the_file_of_another_thing_has_all_resolved(small: Small, build: Run) -> None:
    project = small(FILES)
    with calls_of(resolve) as calls:
        build(project, *FORMATS)
    order = calls[0].given["order"]
    opened = Project(project, SHIPPED, ProgressReporter())
    cache = ResolveCache(opened, opened.loaded[0], order.produced)
    traces = cache.traces(order)
    owner = "briefings/lamps"
    cache.keep_traces(order, {**traces, owner: replace(traces[owner], faulty=frozenset({"lamps"}))})
    change_source(project, "briefings/noise.md", "loud", "a nuisance")
    with calls_of(resolve) as calls:
        build(project, *FORMATS)
    assert resolved(calls) == [{"noise", "nights"}, EVERYTHING]


def test_a_briefing_without_an_address_has_the_one_of_the_library(small: Small, build: Run) -> None:
    project = small(FILES | {"library.yaml": f"{IMPRINT}address: https://evidence.example/library\n"})
    build(project, *FORMATS)
    change_source(project, "briefings/foot-patrol.md", "Patrols walk", "Patrols stroll")
    build(project, *FORMATS)
    _, files = build_from_nothing(build, small, project)
    assert libraries.made(project) == files
