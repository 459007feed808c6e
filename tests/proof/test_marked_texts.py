"""Edits of the pages of the handbook, and of papers of others: both sides are got back from the marks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline.build.project import Project
from pipeline.build.versions import readable_versions
from pipeline.cli.options import SHIPPED
from pipeline.compose.briefing import compose_briefing
from pipeline.core.progress import Voice
from pipeline.load.library.folders import read_files
from pipeline.markup.changes.parts import Element
from tests.proof import papers
from tests.support.markup.edits import tree
from tests.support.markup.marking_faults import faults_of_edits
from tests.support.project import ROOT, sample

DAY = date(2024, 4, 26)


def composed(project: Project, *names: str) -> Iterator[Element]:
    """The bodies of texts of a project."""
    for made in readable_versions(project, names, DAY).values():
        yield tree(compose_briefing(made, project.layouts).chapter.body)


def handbook(folder: Path) -> list[Element]:
    """The pages of the handbook that somebody wrote."""
    project = Project(folder, SHIPPED, Voice(), read=lambda _: read_files(ROOT))
    pages = [name for name, one in project.loaded[0].briefings.items() if "/handbook/" in one.path]
    return list(composed(project, *sample(pages, 12)))


def others(folder: Path) -> Iterator[Element]:
    """The papers of others, as far as they are here."""
    for paper in sample(papers.PAPERS, 10):
        name = papers.name_of(paper)
        yield from composed(Project(papers.wrapped(paper, folder / name), SHIPPED, Voice()), name)


@pytest.mark.proof
def test_written_texts_are_got_back_from_any_edit(tmp_path: Path) -> None:
    texts = [*handbook(tmp_path / "handbook"), *others(tmp_path)]
    assert len(texts) > 10
    assert faults_of_edits(texts, sample(range(10_000), len(texts), 2000)) == []
