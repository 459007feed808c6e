"""Documents for comment of papers that somebody else wrote, edited by the hundred and brought back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.load.library.folders import read_files
from tests.proof import papers
from tests.proof.node import axe
from tests.support.libraries import here, written
from tests.support.project import sample
from tests.support.word.generated import run
from tests.support.word.reviewing import RHYS, reviewed
from tests.support.word.rounds import FILES

pytestmark = pytest.mark.proof


@pytest.mark.skipif(not papers.PAPERS, reason="the corpus is not beside this checkout")
def test_papers_that_somebody_else_wrote(tmp_path: Path) -> None:
    found: dict[str, tuple[str, bytes, Mapping[str, bytes]]] = {}
    seeds = sample(range(7, 10_000), 4, 700)
    for paper in sample(papers.PAPERS, 4):
        root = papers.wrapped(paper, tmp_path / papers.name_of(paper))
        name = papers.name_of(paper)
        assert here(root, "comment", name).code == 0
        path = f"source/briefings/{name}/briefing.md"
        found[name] = (path, (root / f"output/comment/{name}.docx").read_bytes(), read_files(root))
    counted = run(found, seeds)
    assert counted["proposals"] > 3 * len(seeds)


def test_the_page_of_what_came_back_is_for_everybody(tmp_path: Path) -> None:
    root = written(tmp_path, FILES)
    assert here(root, "comment", "walks").code == 0
    document = (root / "output/comment/walks.docx").read_bytes()
    back = reviewed(document, lambda d: d.change("Nobody", "No one", RHYS), lambda d: d.comment("third", "Why?"))
    (root / "back.docx").write_bytes(back)
    page = here(root, "--report", "html", "import", str(root / "back.docx")).out
    assert axe({"page": page.encode()}, tmp_path) == {"page": []}
