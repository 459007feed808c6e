"""Things made side by side: the same in any process, tried once, kept if the build is interrupted."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.build.up_to_date import record_inputs
from pipeline.press.press import press
from pipeline.proof.listening import check_pdf_with_tools
from tests.support import libraries
from tests.support.broken_layouts import breaking
from tests.support.calls import calls_of
from tests.support.project import Said

pytestmark = pytest.mark.proof

Run = Callable[..., Said]
Small = Callable[[Mapping[str, str | bytes]], Path]

LAMPS = libraries.briefing("Lamps were lit [@hughes2018].", "Lamps")
LIBRARY = {
    "briefings/alleys.md": libraries.briefing(
        "Gates were locked. See [lamps](briefing:lamps) [@hughes2018].", "Alleys"
    ),
    "briefings/foot-patrol.md": libraries.briefing(f"Patrols walked [@hughes2018].\n\n{libraries.WIDE}"),
    "briefings/lamps.md": LAMPS,
    "packs/days.yaml": "title: Days\nbriefings: [foot-patrol]\n",
    "packs/nights.yaml": "title: Nights\nbriefings: [lamps, alleys]\n",
    "series/evenings.yaml": "title: Evenings\nbriefings: [lamps, foot-patrol]\nlanding: |\n  Read these.\n",
}
BOOKS = ["briefings/alleys/alleys", "briefings/foot-patrol/foot-patrol", "briefings/lamps/lamps"]


def test_one_process_and_several_make_the_same(build: Run, small: Small) -> None:
    project = small(LIBRARY)
    one, files = build(project), libraries.made(project)
    shutil.rmtree(project / "output")
    several = build(project, "--jobs", "2")
    assert "foot-patrol.md:8:1: warning table-wide" in one.err
    assert several.err.partition("source/")[2] == one.err.partition("source/")[2]
    assert (several.code, several.out, libraries.made(project)) == (one.code, one.out, files)


def test_a_text_that_cannot_be_pressed_is_tried_once(build: Run, small: Small) -> None:
    project = small({**LIBRARY, "briefings/lamps.md": f"{LAMPS}\nSay `dim`.\n"})
    breaking(project, "briefing/type.css", "code")
    with calls_of(press) as calls:
        result = build(project)
    assert result.code == 4
    assert [call.given["manuscript"].metadata.title for call in calls].count("Lamps") == 1
    assert result.err.count("broke off while it set 'lamps'") == 1
    assert "Its briefing 'lamps' could not be built." in result.err


def test_other_editions_of_a_pack_are_made_if_one_fails(build: Run, small: Small) -> None:
    project = small(
        {**LIBRARY, "packs/days.yaml": "title: Days\nbriefings: [foot-patrol]\nformats: [screen, large-print]\n"}
    )
    breaking(project, "large-print/large-print.css", ".contents")
    result = build(project)
    assert result.code == 4
    assert result.err.count("broke off while it set") == 1
    assert (project / "output/packs/days/days.pdf").is_file()
    assert not (project / "output/packs/days/days-large-print.pdf").exists()


def test_only_a_proof_runs_the_validators(build: Run, briefings: Run, small: Small) -> None:
    project = small(LIBRARY)
    with calls_of(check_pdf_with_tools) as checks:
        build(project)
    assert checks == []
    with calls_of(check_pdf_with_tools) as checks:
        briefings(project, "proof", "--jobs", "1")
    packs = ["packs/days/days", "packs/nights/nights"]
    assert sorted(check.given["job"].path for check in checks) == [f"output/{book}.pdf" for book in [*BOOKS, *packs]]


def break_down() -> None:
    raise RuntimeError


def test_an_interrupted_build_is_continued(build: Run, small: Small) -> None:
    project = small(LIBRARY)
    with calls_of(record_inputs, break_down):
        assert build(project).code == 4
    assert (project / "output/briefings/alleys/alleys.pdf").is_file()
    (project / "source/briefings/alleys.md").rename(project / "source/briefings/gates.md")
    nights = project / "source/packs/nights.yaml"
    nights.write_text(nights.read_text(encoding="utf-8").replace("alleys", "gates"), encoding="utf-8")
    assert build(project).code == 0
    assert not (project / "output/briefings/alleys").exists()
