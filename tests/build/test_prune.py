"""`prune` forgets what no last build rested on: of anything, of everything."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.build.api import build
from pipeline.build.project import Project
from pipeline.cli.options import SHIPPED
from pipeline.core.cache import Cache
from pipeline.core.progress import ProgressReporter
from pipeline.model.formats import Order
from tests.support import libraries
from tests.support.project import Said

Run = Callable[..., Said]


def entries(project: Path) -> set[str]:
    return {path.name for path in (project / "output" / ".store").glob("??/*")}


def built(briefings: Run, project: Path, date: str = libraries.DATE, *names: str) -> Said:
    """Build a library, or what is named of it."""
    return briefings(project, "build", *names, "--date", date, "--jobs", "1")


def of_a_day_before(briefings: Run, project: Path, *names: str) -> set[str]:
    """What a build leaves in the store that has given files of another day its own."""
    built(briefings, project, "2023-12-01", *names)
    first = entries(project)
    assert "given this one" in built(briefings, project, "2023-12-02", *names).out
    return entries(project) - first


def test_what_the_last_build_rested_on_stays(small: Callable[..., Path], briefings: Run) -> None:
    project = small({"briefings/foot-patrol.md": libraries.briefing()})
    older = of_a_day_before(briefings, project)
    assert built(briefings, project).code == 0
    assert built(briefings, project).code == 0
    said = briefings(project, "prune")
    assert said.code == 0
    assert said.out.endswith("forgotten.\n")
    assert older - entries(project)
    assert "nothing had changed" in built(briefings, project).out
    assert "pressed" not in built(briefings, project, "2024-01-02").out


@pytest.mark.proof
def test_what_the_last_build_of_everything_rested_on_stays_too(small: Callable[..., Path], briefings: Run) -> None:
    project = small(
        {"briefings/foot-patrol.md": libraries.briefing(), "briefings/lamps.md": libraries.briefing("Lamps.")}
    )
    assert built(briefings, project).code == 0
    older = entries(project)
    between = of_a_day_before(briefings, project, "lamps")
    assert briefings(project, "prune").out == "0 remembered results forgotten.\n"
    assert built(briefings, project, "2024-01-02", "lamps").code == 0
    briefings(project, "prune")
    assert older <= entries(project)
    assert between - entries(project)


def test_a_note_that_is_no_key_leads_nowhere(tmp_path: Path) -> None:
    """A store may come from elsewhere; no file outside it is read or taken away."""
    store = Cache(tmp_path / "store")
    store.note_last("build", "../precious")
    (tmp_path / "precious").write_bytes(b"words")
    assert store.last() == ()
    store.note_last("build", "ab12" * 16)
    assert store.last() == ("ab12" * 16,)


def test_a_library_never_built_has_nothing_to_forget(small: Callable[..., Path], briefings: Run) -> None:
    project = small()
    assert briefings(project, "prune").out == "0 remembered results forgotten.\n"
    assert not (project / "output").exists()


def test_leftovers_of_a_killed_build_go_too(tmp_path: Path) -> None:
    store = Cache(tmp_path)
    store.keep("aa11", "kept")
    (tmp_path / "aa" / ".new-x").write_bytes(b"half")
    assert store.prune(frozenset({"aa11"})) == 1
    assert store.find("aa11", str) == "kept"


def test_a_store_that_grows_too_large_forgets_the_oldest(tmp_path: Path) -> None:
    """Until a quarter of its room is free; what it must keep stays, however old."""
    store = Cache(tmp_path)
    for age, name in enumerate(("aa11", "bb22", "cc33", "dd44")):
        store.keep(name, b"x" * 1000)
        os.utime(tmp_path / name[:2] / name[2:], ns=(age, age))
    size = (tmp_path / "aa" / "11").stat().st_size
    assert store.cap(4 * size, frozenset) == 0
    assert store.cap(3 * size, lambda: frozenset({"aa11"})) == 2
    assert [name for name in ("aa11", "bb22", "cc33", "dd44") if store.find(name, bytes)] == ["aa11", "dd44"]


def test_a_build_caps_the_store(small: Callable[..., Path], briefings: Run) -> None:
    project = small({"briefings/foot-patrol.md": libraries.briefing()})
    older = of_a_day_before(briefings, project)
    day = date.fromisoformat(libraries.DATE)
    assert build(Order((), (), day), Project(project, SHIPPED, ProgressReporter(), memory=1)).dated
    assert older - entries(project)
    assert "nothing had changed" in built(briefings, project).out
