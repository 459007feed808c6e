"""Measures of the texts of a pack: all that are not known are taken at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.build.comparing.measures import measured
from pipeline.build.project import Project
from pipeline.cli.options import SHIPPED
from pipeline.core.progress import Voice
from pipeline.load.library.word_tables import wordbook
from pipeline.model.order import Order
from pipeline.model.publication import PackPublication
from pipeline.resolve.resolve import resolve
from tests.support import libraries
from tests.support.calls import calls_of
from tests.support.publishing import publish, rewrite, text

DAY = date.fromisoformat(libraries.DATE)
NAMES = ("foot-patrol", "lamps")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A pack of two texts, both kept as 1.0 and now 1.1 with other words."""
    files = {f"briefings/{name}.md": text().replace("title: Foot patrol", f"title: {name}") for name in NAMES}
    pack = f"title: Nights\nbriefings: [{', '.join(NAMES)}]\nback: [changes]\nsince: 2023-12-01\n"
    house = "title: T\npublisher: P\nformats: []\npractice_caveat: Not all was tested.\n"
    folder = libraries.written(tmp_path / "library", {**files, "packs/nights.yaml": pack, "library.yaml": house})
    more = "{version: 1.1, date: 2024-01-09, kind: substantive, summary: Put otherwise, approved_by: Ann Bell}"
    for name in NAMES:
        assert publish(folder, name=name, date="2023-05-02").code == 0
        changes = ("\nversion: 1.0\n", "\nversion: 1.1\n"), ("Ann Bell}]", f"Ann Bell}}, {more}]"), ("can ", "may ")
        rewrite(folder, f"briefings/{name}.md", *changes)
    return Project(folder, SHIPPED, Voice())


def packed(project: Project) -> PackPublication:
    """The pack as it is resolved."""
    words = wordbook(project.layouts)
    library, order = project.loaded[0], Order(("nights",), (), DAY)
    return resolve(library, order, project.cite, project.layouts.styles, project.coverage, words).packs[0]


def found(pack: PackPublication) -> dict[str, int | None]:
    """The new words of each text that has changed, as far as they are counted."""
    return {one.id: one.measure.new if one.measure else None for one in pack.changes.changed} if pack.changes else {}


def test_all_older_versions_are_resolved_at_once(project: Project) -> None:
    """However many texts have changed; and once they are measured, none is asked for again."""
    pack = packed(project)
    for many in (1, 0):
        with calls_of(resolve) as calls:
            assert found(measured(project, pack, DAY)) == dict.fromkeys(NAMES, 1)
        assert len(calls) == many


def test_a_version_that_cannot_be_read_takes_the_measure_of_its_own_text_alone(project: Project) -> None:
    """The other texts have theirs."""
    kept = next((project.folder / "source/versions/lamps/1.0").rglob("*.md"))
    kept.write_bytes(kept.read_bytes() + b"\nMore.\n")
    assert found(measured(project, packed(project), DAY)) == {"foot-patrol": 1, "lamps": None}
