"""Copies refused before anything is built, and a register that another run extends while this one builds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.build.api import build
from pipeline.build.project import Project
from pipeline.cli import copies as copying
from pipeline.cli.options import SHIPPED
from pipeline.core.progress import Voice
from pipeline.load.library.register import HEADS
from tests.support import libraries
from tests.support.calls import calls_of
from tests.support.project import Said

FILES: dict[str, str | bytes] = {
    "briefings/foot-patrol.md": libraries.briefing("Patrols walk."),
    "packs/nights.yaml": "title: Nights\nedition: Spring 2027\nbriefings: [foot-patrol]\nfront: [contents]\n"
    "formats: [epub]\n",
    "colleges.yaml": "north: {name: Northmoor Unit, type: university, contact: learning@north.example}\n",
}

Library = Callable[..., Path]
Run = Callable[..., Said]


@pytest.mark.parametrize("reason", ["See the note; lamps=lit", "A trial; foot-patrol=Yes"])
def test_a_reason_that_would_be_read_back_as_two_is_refused(library: Library, briefings: Run, reason: str) -> None:
    project = library(FILES)
    said = briefings(project, "build", "nights", "--copies", "--override", f"foot-patrol={reason}")
    end = reason.partition("; ")[2].partition("=")[0]
    assert (said.code, said.out) == (2, "")
    assert f"The reason for 'foot-patrol' holds '; {end}='" in said.err
    assert not (project / "output").exists()


TODAY = date(2026, 12, 3)


Meanwhile = Callable[[bytes], tuple[list[date], list[str]]]


@pytest.fixture
def meanwhile(library: Library) -> Meanwhile:
    """Prepare copies while another run adds to the register; the days that were built, and codes of what was told."""

    def run(register: bytes) -> tuple[list[date], list[str]]:
        project = library(FILES)
        with calls_of(build, lambda: (project / "source/copies.csv").write_bytes(register)) as builds:
            remarks = prepared(project, TODAY).remarks
        return [call.given["order"].produced for call in builds], [remark.code for remark in remarks]

    return run


def prepared(project: Path, day: date) -> copying.PreparedCopies:
    """The copies of the pack, prepared on a day."""
    return copying.prepare(Project(project, SHIPPED, Voice()), "nights", day, {"foot-patrol": "A trial"})


def register(*rows: str) -> bytes:
    """A register with some rows."""
    return "\n".join((",".join(HEADS), *rows, "")).encode()


@pytest.mark.proof
def test_an_edition_that_another_run_prepared_first_keeps_the_day_of_that_run(
    library: Library, meanwhile: Meanwhile
) -> None:
    """It is built for that day too, and not refused for bytes that differ in the day alone."""
    first, other = date(2026, 12, 1), library(FILES, "other")
    assert prepared(other, first).added == 1
    assert meanwhile((other / "source/copies.csv").read_bytes()) == ([TODAY, first], [])


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("east,nights,Spring 2027,foot-patrol@0.1,epub,1,7,ab12,2026-12-03,", "copies-numbered"),
        ("east,nights,Spring-2027,foot-patrol@0.1,epub,1,,ab12,2026-12-03,", "copies-folder"),
        ("east,nights,Spring 2027,foot-patrol@0.1,epub,1,x,ab12,2026-12-03,", "register-row"),
    ],
)
def test_what_another_run_has_put_on_record_stands_against_copies(meanwhile: Meanwhile, row: str, code: str) -> None:
    """As if it had been there from the first: numbers given meanwhile, a folder taken, a row that cannot be read."""
    assert meanwhile(register(row)) == ([TODAY], [code])
