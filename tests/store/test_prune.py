"""`prune` forgets what the last build did not rest on, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.store import Store
from tests.acceptance import shelf
from tests.conftest import Said

Run = Callable[..., Said]


def entries(project: Path) -> set[str]:
    """The results in a library's store."""
    return {path.name for path in (project / "output" / ".store").glob("??/*")}


def built(briefings: Run, project: Path, date: str = shelf.DATE) -> Said:
    """Build a library."""
    return briefings(project, "build", "--date", date, "--jobs", "1")


def test_what_the_last_build_rested_on_stays(small: Callable[..., Path], briefings: Run) -> None:
    """An old day's files are forgotten; the same build has nothing to do, another day nothing to press."""
    project = small({"briefings/foot-patrol.md": shelf.briefing()})
    assert built(briefings, project, "2024-01-01").code == 0
    older = entries(project)
    assert built(briefings, project).code == 0
    assert built(briefings, project).code == 0
    said = briefings(project, "prune")
    assert said.code == 0
    assert said.out.endswith("forgotten.\n")
    assert older - entries(project)
    assert "nothing had changed" in built(briefings, project).out
    assert "pressed 0" in built(briefings, project, "2024-01-02").out


def test_pruning_twice_forgets_nothing_more(small: Callable[..., Path], briefings: Run) -> None:
    """The second has nothing to forget."""
    project = small({"briefings/foot-patrol.md": shelf.briefing()})
    built(briefings, project)
    briefings(project, "prune")
    assert briefings(project, "prune").out == "0 remembered results forgotten.\n"


def test_a_library_never_built_has_nothing_to_forget(small: Callable[..., Path], briefings: Run) -> None:
    """And no output folder is made to say so."""
    project = small()
    assert briefings(project, "prune").out == "0 remembered results forgotten.\n"
    assert not (project / "output").exists()


def test_leftovers_of_a_killed_build_go_too(tmp_path: Path) -> None:
    """A half-written memory, left when the machine stopped, is nothing that is needed."""
    store = Store(tmp_path)
    store.keep("aa11", "kept")
    (tmp_path / "aa" / ".new-x").write_bytes(b"half")
    assert store.prune(frozenset({"aa11"})) == 1
    assert store.find("aa11") == "kept"
