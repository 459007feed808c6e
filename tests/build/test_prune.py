"""`prune` deletes entries that neither the last build nor the last build of everything used."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.build import api
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


def redate(build: Run, project: Path, *names: str) -> set[str]:
    """Build for one day and give the files the next day; returns the entries that the second build added."""
    build(project, *names, "--date", "2023-12-01")
    first = entries(project)
    assert "dated again" in build(project, *names, "--date", "2023-12-02").out
    return entries(project) - first


def test_entries_of_the_last_build_stay(small: Callable[..., Path], briefings: Run, build: Run) -> None:
    project = small({"briefings/foot-patrol.md": libraries.briefing()})
    older = redate(build, project)
    assert build(project).code == 0
    assert build(project).code == 0
    result = briefings(project, "prune")
    assert result.code == 0
    assert result.out.endswith("forgotten.\n")
    assert older - entries(project)
    assert "nothing had changed" in build(project).out
    assert "typeset" not in build(project, "--date", "2024-01-02").out


@pytest.mark.proof
def test_entries_of_the_last_build_of_everything_stay_too(
    small: Callable[..., Path], briefings: Run, build: Run
) -> None:
    project = small(
        {"briefings/foot-patrol.md": libraries.briefing(), "briefings/lamps.md": libraries.briefing("Lamps.")}
    )
    assert build(project).code == 0
    older = entries(project)
    between = redate(build, project, "lamps")
    assert briefings(project, "prune").out == "0 remembered results forgotten.\n"
    assert build(project, "lamps", "--date", "2024-01-02").code == 0
    briefings(project, "prune")
    assert older <= entries(project)
    assert between - entries(project)


def test_a_note_that_is_no_key_is_ignored(tmp_path: Path) -> None:
    """A cache may come from elsewhere; no file outside it is read or deleted."""
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


def test_a_cache_that_grows_too_large_deletes_the_oldest(tmp_path: Path) -> None:
    """Until a quarter of its limit is free; needed entries stay, however old."""
    store = Cache(tmp_path)
    for age, name in enumerate(("aa11", "bb22", "cc33", "dd44")):
        store.keep(name, b"x" * 1000)
        os.utime(tmp_path / name[:2] / name[2:], ns=(age, age))
    size = (tmp_path / "aa" / "11").stat().st_size
    assert store.cap(4 * size, frozenset) == 0
    assert store.cap(3 * size, lambda: frozenset({"aa11"})) == 2
    assert [name for name in ("aa11", "bb22", "cc33", "dd44") if store.find(name, bytes)] == ["aa11", "dd44"]


def test_a_build_caps_the_store(small: Callable[..., Path], build: Run) -> None:
    project = small({"briefings/foot-patrol.md": libraries.briefing()})
    older = redate(build, project)
    day = date.fromisoformat(libraries.DATE)
    assert api.build(Order((), (), day), Project(project, SHIPPED, ProgressReporter(), memory=1)).dated
    assert older - entries(project)
    assert "nothing had changed" in build(project).out
