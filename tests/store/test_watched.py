"""Who binds a file answers our own checks about it, and what he cannot answer is asked again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.build.checks import Inspector
from pipeline.core.diagnostics import Diagnostic
from pipeline.proof.job import BookJob
from tests.acceptance import shelf
from tests.conftest import Said

Small = Callable[..., Path]
Run = Callable[..., Said]

LIBRARY = {
    "briefings/lamps.md": shelf.briefing("Lamps were lit [@hughes2018].", "Lamps"),
    "packs/nights.yaml": "title: Nights\nbriefings: [lamps]\n",
}


def built(briefings: Run, project: Path) -> Said:
    """All that the library lists."""
    return briefings(project, "build", "--date", shelf.DATE, "--jobs", "1")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The books that were looked at."""
    looked_at: list[str] = []

    def look(job: BookJob) -> tuple[Diagnostic, ...]:
        looked_at.append(job.path)
        return ()

    monkeypatch.setattr("pipeline.build.checks.book_proof", look)
    return looked_at


BOOKS = ["output/briefings/lamps/lamps.epub", "output/packs/nights/nights.epub"]


def test_a_file_is_looked_at_once(briefings: Run, small: Small, asked: list[str]) -> None:
    """By whoever has bound it, and not again when a round is over, nor in the next build."""
    project = small(LIBRARY)
    built(briefings, project)
    assert sorted(asked) == BOOKS
    built(briefings, project)
    assert len(asked) == 2


def test_files_that_stand_are_looked_at_where_nobody_has(
    briefings: Run, small: Small, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are read then."""
    project = small(LIBRARY)
    with monkeypatch.context() as patched:
        patched.setattr(
            "pipeline.build.checks.Watched.questions", lambda self, number: self._asked.update({number: ()}) or ()
        )
        patched.setattr(Inspector, "proof", lambda *given: ())
        built(briefings, project)
    assert asked == []
    assert briefings(project, "proof").code == 0
    assert sorted(asked) == BOOKS


def test_a_check_that_breaks_leaves_its_file_bound(
    briefings: Run, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked again, and breaks the build there; the next build has nothing to bind."""

    def break_off(job: BookJob) -> tuple[Diagnostic, ...]:
        raise RuntimeError(job.path)

    project = small(LIBRARY)
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.build.checks.book_proof", break_off)
        assert built(briefings, project).code == 4
    said = built(briefings, project)
    assert said.code == 0
    assert "binding" not in said.err
