"""A library made in rounds comes out as one that is made at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.build import batches as parts
from pipeline.build import finishing
from pipeline.build.project import Refused
from pipeline.build.stages import press_or_say
from pipeline.model.asset import Asset
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import PackPublication, SeriesPublication
from pipeline.model.sheets import Sheets
from pipeline.resolve.resolve import Resolution
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
    """One briefing, or one pack, at a time, and one text asked of the citation engine."""
    patched.setattr("pipeline.cite.runs.MOST", 1)
    patched.setattr(parts, "TEXTS", 1)
    patched.setattr(parts, "MEMBERS", 1)


def test_the_same_is_said_and_made(briefings: Run, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte for byte, and every stage says which part it is of."""
    project = small(LIBRARY)
    at_once, whole = built(briefings, project), shelf.made(project)
    shutil.rmtree(project / "output")
    small_rounds(monkeypatch)
    in_rounds, made = built(briefings, project), shelf.made(project)
    assert "foot-patrol.md:6:1: warning doubled-word" in at_once.err
    assert in_rounds.err.endswith(at_once.err.partition("source/")[2])
    assert (in_rounds.code, in_rounds.out, made) == (at_once.code, at_once.out, whole)
    assert "part 2 of 6: binding" in in_rounds.err
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

    monkeypatch.setattr("pipeline.build.stages.press_or_say", refuse)
    small_rounds(monkeypatch)
    said = built(briefings, small(LIBRARY))
    assert said.code == 4
    assert tried.count("Lamps") == 1
    assert said.err.count("It is too dark.") == 1
    assert "Of its briefings 'lamps' could not be made." in said.err


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that a listener was asked for."""
    asked: list[str] = []
    monkeypatch.setattr("pipeline.build.checks.others_or_say", lambda job: asked.append(job.path) or ())
    return asked


def test_what_was_heard_in_parts_before_is_not_heard_as_a_pack(
    briefings: Run, small: Small, monkeypatch: pytest.MonkeyPatch, heard: list[str]
) -> None:
    """Its parts came in other rounds."""
    small_rounds(monkeypatch)
    built(briefings, small(LIBRARY))
    assert heard == [f"output/briefings/{name}/{name}.pdf" for name in ("alleys", "foot-patrol", "lamps")]


def broken_off(briefings: Run, small: Small, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library whose build was broken off in its third round."""
    small_rounds(monkeypatch)
    project = small(LIBRARY)
    with monkeypatch.context() as patched:
        held = iter((finishing._files, finishing._files))
        patched.setattr(finishing, "_files", lambda *given: next(held)(*given))
        assert built(briefings, project).code != 0
    return project


def test_a_build_that_was_broken_off_goes_on(briefings: Run, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """What its ended rounds have made stands, and is not looked at again."""
    project = broken_off(briefings, small, monkeypatch)
    said = built(briefings, project)
    assert "part 1 of 4: binding 3" in said.err
    assert "part 5" not in said.err


def test_what_ended_rounds_made_is_on_record(briefings: Run, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is cleared away when it is gone from the library before the build has gone on."""
    project = broken_off(briefings, small, monkeypatch)
    (project / "source/briefings/alleys.md").rename(project / "source/briefings/gates.md")
    nights = project / "source/packs/nights.yaml"
    nights.write_text(nights.read_text(encoding="utf-8").replace("alleys", "gates"), encoding="utf-8")
    assert (project / "output/briefings/alleys/alleys.pdf").is_file()
    assert built(briefings, project).code == 0
    assert not (project / "output/briefings/alleys").exists()


def text(name: str) -> SimpleNamespace:
    """As much of a text as its place in a build depends on."""
    return SimpleNamespace(id=name)


def pack(members: int, series: tuple[int, ...] = ()) -> PackPublication:
    """A pack of so many texts that opens with series of so many."""
    made = object.__new__(PackPublication)
    for name, value in (("members", (text("a"),) * members), ("series", tuple(map(landing, series)))):
        object.__setattr__(made, name, value)
    return made


def landing(members: int) -> SeriesPublication:
    """The page of a series of so many texts."""
    made = object.__new__(SeriesPublication)
    object.__setattr__(made, "members", (text("a"),) * members)
    return made


@pytest.mark.parametrize(
    ("briefings", "packs", "series", "expected"),
    [
        (0, [], [], [(0, 0, 0)]),
        (100, [400], [], [(100, 1, 0)]),
        (101, [30], [], [(100, 0, 0), (1, 0, 0), (0, 1, 0)]),
        (1, [200, 200, 1], [], [(1, 0, 0), (0, 2, 0), (0, 1, 0)]),
        (0, [900, 10], [10], [(0, 1, 0), (0, 1, 1)]),
        (250, [], [], [(100, 0, 0), (100, 0, 0), (50, 0, 0)]),
        (0, [], [300, 300], [(0, 0, 1), (0, 0, 1)]),
    ],
)
def test_parts_hold_so_many(
    briefings: int, packs: list[int], series: list[int], expected: list[tuple[int, int, int]]
) -> None:
    """A hundred briefings, or packs and series of four hundred texts; a pack of more is alone."""
    texts: Any = tuple(text(str(number)) for number in range(briefings))
    whole = Resolution(texts, tuple(map(pack, packs)), tuple(map(landing, series)), ())
    found = parts.parted(whole)
    assert [(len(one.publications), len(one.packs), len(one.series)) for one in found] == expected
    assert sum((one.publications for one in found), ()) == texts


def test_the_series_that_a_pack_opens_with_count() -> None:
    """Their texts come with them."""
    whole = Resolution((), (pack(10, (195,)), pack(10, (195,))), (), ())
    assert len(parts.parted(whole)) == 2


def test_parts_that_wait_share_their_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture in a briefing and in two packs waits once, and comes back as it was."""
    small_rounds(monkeypatch)
    picture = Asset("fig.svg", "image/svg+xml", "0" * 64, b"<svg/>" * 1000)
    texts: Any = ((1, picture), (2, picture))
    waiting = parts.Parts(Resolution(texts, (), (), ()))
    assert waiting.number == 2
    assert all(isinstance(part, bytes) and len(part) < 1000 for part in waiting._waiting)
    assert [part.publications for part in waiting] == [((1, picture),), ((2, picture),)]
    assert list(waiting) == []
