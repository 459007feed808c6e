"""`briefings build --explain`: for each thing that was made, the first of its inputs that had changed."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.project import Said

pytestmark = pytest.mark.proof

Run = Callable[..., Said]
Small = Callable[[Mapping[str, str | bytes]], Path]

FILES = {
    "briefings/alleys.md": libraries.briefing("Gates were locked [@hughes2018].", "Alleys"),
    "briefings/lamps.md": libraries.briefing("Lamps were lit [@hughes2018].", "Lamps"),
    "briefings/patrols.md": libraries.briefing("Patrols walked [@hughes2018].", "Patrols", related="[lamps]"),
    "series/evenings.yaml": "title: Evenings\nbriefings: [lamps, patrols]\nlanding: Read these [@hughes2018].\n",
    "packs/nights.yaml": "title: Nights\nbriefings: [lamps, alleys]\n",
}


def explained(build: Run, project: Path, *more: str) -> list[str]:
    """Return the reasons that a build gives."""
    result = build(project, "--format", "screen", "--format", "html", "--explain", *more)
    assert result.code in (0, 1), result.err
    return [line.strip() for line in result.out.partition("Why it was built again:")[2].splitlines() if line]


def replace(project: Path, path: str, before: str, after: str) -> None:
    file = project / path
    file.write_text(file.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


def test_a_first_build_says_that_nothing_was_made_before(build: Run, small: Small) -> None:
    project = small({**FILES, "packs/days.yaml": "title: Days\nbriefings: [patrols]\n"})
    assert explained(build, project) == ["nothing is known of an earlier build: 3 briefings, 2 packs, 1 series page"]
    assert explained(build, project) == []


CHANGES = {
    "a word of a text": (
        *("source/briefings/lamps.md", "were lit", "shone"),
        ["source/briefings/lamps.md has changed: briefings/lamps, packs/nights, series/evenings"],
    ),
    "a title that another text prints": (
        *("source/briefings/lamps.md", "title: Lamps", "title: Lights"),
        [
            "source/briefings/lamps.md has changed: briefings/lamps, packs/nights, series/evenings",
            "the front matter of source/briefings/lamps.md has changed: briefings/patrols",
        ],
    ),
    "a work": (
        *("source/references/works.yaml", "2018]]", "2019]]"),
        ["source/references/works.yaml has changed: 3 briefings, 1 pack, 1 series page"],
    ),
    "a pack": (
        *("source/packs/nights.yaml", "title: Nights", "title: Dark nights"),
        ["source/packs/nights.yaml has changed: packs/nights"],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_thing_made_has_its_reason(build: Run, small: Small, change: str) -> None:
    path, before, after, expected = CHANGES[change]
    project = small(FILES)
    explained(build, project)
    replace(project, path, before, after)
    assert explained(build, project) == expected
    assert explained(build, project) == []


def test_a_changed_output_file_is_the_reason(build: Run, small: Small) -> None:
    project = small(FILES)
    explained(build, project)
    (project / "output/briefings/lamps/lamps.pdf").write_bytes(b"Not a PDF.")
    assert explained(build, project) == ["a file of it was changed by somebody, or is gone: briefings/lamps"]


def test_another_day_is_the_reason(build: Run, small: Small) -> None:
    project = small({**FILES, "packs/nights.yaml": f"{FILES['packs/nights.yaml']}numbered: true\n"})
    explained(build, project)
    assert explained(build, project, "--date", "2024-04-27") == [
        "the date produced is 2024-04-27, and was 2024-04-26: packs/nights"
    ]
