"""Papers that others wrote, in our front matter: nothing cited or shown is lost, what we do not do is told."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.codes import TABLE
from tests.proof import papers
from tests.proof.node import ace
from tests.support import libraries, outputs
from tests.support.built_libraries import SAID

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(not papers.PAPERS, reason="the corpus is not beside this checkout"),
]

EXPECTED = {
    *(
        "heading-shifted",
        "heading-skips-level",
        "latex-environment",
        "latex-command",
        "formula-broken",
        "formula-wide",
        "raw-html",
        "short-title-long",
    ),
    *("figure-no-alt", "figure-missing", "figure-outside"),
    *("table-wide", "reference-field-twice", "character-without-glyph"),
    *("cite-unmarked", "cite-typed", "words-left-out", "table-row", "markup-unknown", "made-word-broken"),
    *("references-typed", "number-typed", "caption-typed", "words-unfinished", "made-table-blocks"),
    *("reference-address", "reference-formula", "page-hole"),
}
"""What there is to say of such papers: their authors wrote for another house."""


@dataclass(frozen=True)
class Built:
    """A paper in a library of its own, built."""

    paper: Path
    root: Path

    @property
    def name(self) -> str:
        """What it is called there."""
        return papers.name_of(self.paper)

    @property
    def said(self) -> str:
        """What the build said."""
        return (self.root / SAID).read_text(encoding="utf-8")

    @property
    def text(self) -> Path:
        """The paper in our front matter."""
        return self.root / "source" / "briefings" / self.name / "briefing.md"

    def file(self, end: str) -> Path:
        """A file that was made."""
        return papers.made(self.paper, self.root, end)


@pytest.fixture(scope="module")
def all_built(built_once: Callable[..., Path]) -> list[Built]:
    """The papers, built."""
    return [Built(paper, papers.built(paper, built_once)) for paper in papers.LOOKED_AT]


@pytest.fixture(params=range(len(papers.LOOKED_AT)), ids=[paper.name for paper in papers.LOOKED_AT])
def built(request: pytest.FixtureRequest, all_built: list[Built]) -> Built:
    """Each of them."""
    return all_built[request.param]


def key(link: str) -> str:
    """The citation key that an anchor stands for: other characters than letters and digits are written in hex."""
    return re.sub(r"_([0-9a-f]{2,6})_", lambda m: chr(int(m[1], 16)), link)


def test_it_builds_to_every_format(built: Built) -> None:
    """PDF, EPUB and web page stand; of the source alone there is something to say."""
    assert "Traceback" not in built.said
    assert all(built.file(end).is_file() for end in ("pdf", "epub", "html"))


def test_no_citation_is_lost(built: Built) -> None:
    """Each is a link to its entry, as often as the author cites the work."""
    page = outputs.web_page(built.file("html"))
    ids = outputs.by_id(page)
    links = [a for a in outputs.anchors(page) if a.get("role") == "doc-biblioref"]
    assert all(link.get("href")[1:] in ids for link in links)
    assert Counter(key(link.get("href")[5:]) for link in links) == papers.cited(built.paper)


def test_every_figure_beside_the_paper_is_shown(built: Built) -> None:
    """In the EPUB as a picture that its text shows; a PDF figure is converted."""
    expected = len(papers.pictures(built.paper))
    with zipfile.ZipFile(built.file("epub")) as book:
        shown = {name.rpartition("/")[2] for name in book.namelist() if "/images/" in name}
        (text,) = [book.read(name).decode() for name in book.namelist() if name.endswith(f"text/{built.name}.xhtml")]
    pictures = shown - {"cover.jpg"}
    assert len(pictures) == expected
    assert all(f"images/{name}" in text for name in pictures)
    assert all(name.endswith((".png", ".jpg", ".svg", ".webp", ".gif")) for name in pictures)


def test_what_is_not_supported_is_told_at_its_place(built: Built) -> None:
    """Known remarks only, each at a line and column that the file has."""
    lines = built.text.read_text(encoding="utf-8").split("\n")
    for path, line, column, code in re.findall(r"^(\S+):(\d+):(\d+): (?:error|warning) ([a-z-]+):", built.said, re.M):
        assert code in TABLE
        assert code in EXPECTED, built.said
        if path.endswith("briefing.md"):
            assert int(line) <= len(lines)
            assert int(column) <= len(lines[int(line) - 1]) + 1


def test_no_judge_says_a_word_of_any(all_built: list[Built], tmp_path: Path) -> None:
    """Not even a doubt, but for holes on pages. They are judged together: validators take long to start."""
    together = tmp_path / "together"
    for built in all_built:
        shutil.copytree(built.root, together, dirs_exist_ok=True)
    files = [str(papers.made(built.paper, together, end)) for built in all_built for end in ("pdf", "epub", "html")]
    said = libraries.run(together, "proof", *files, timeout=1200)
    remarks = [line for line in said.out.splitlines() if re.search(r": (error|warning) ", line)]
    besides = ("proof-validator-missing", "page-hole")  # figures stay whole, wherever they stand
    assert [line for line in remarks if not any(code in line for code in besides)] == []
    assert f"{len(all_built)} PDFs, {len(all_built)} EPUBs, {len(all_built)} web pages proofed by" in said.err


def test_ace_passes_every_book(all_built: list[Built], tmp_path: Path) -> None:
    """With no assertion of any weight."""
    books = {f"{built.paper.name}.epub": built.file("epub").read_bytes() for built in all_built}
    assert {name: found for name, found in ace(books, tmp_path).items() if found} == {}
