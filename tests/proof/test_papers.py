"""Papers that others wrote, in our front matter: nothing cited or shown is lost, what we do not do is told."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.codes import TABLE
from tests.acceptance import readers, shelf
from tests.proof import papers
from tests.proof.node import ace

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(not papers.PAPERS, reason="the corpus is not beside this checkout"),
]

EXPECTED = {
    *(
        "heading-top-level",
        "heading-skips-level",
        "latex-environment",
        "latex-command",
        "formula-broken",
        "formula-wide",
        "raw-html",
        "short-title-long",
    ),
    *("figure-no-alt", "figure-missing", "figure-outside", "list-stop", "list-single", "list-lead-in", "doubled-word"),
    *("table-wide", "reference-field-twice", "character-without-glyph"),
}
"""What there is to say of such papers: their authors wrote for another house."""


@dataclass(frozen=True)
class Built:
    """A paper in a library, and what the build said."""

    paper: Path
    root: Path
    said: str
    code: int

    def file(self, end: str) -> Path:
        """A file that was made."""
        return self.root / "output" / "briefings" / papers.NAME / f"{papers.NAME}.{end}"


@pytest.fixture(scope="module", params=papers.PAPERS, ids=lambda paper: str(paper.name))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Each paper, built."""
    root = papers.wrapped(request.param, tmp_path_factory.mktemp("paper"))
    said = shelf.run(root, "build", "--date", shelf.DATE, "--jobs", "1")
    return Built(request.param, root, said.err, said.code)


def key(link: str) -> str:
    """The citation key that an anchor stands for: other characters than letters and digits are written in hex."""
    return re.sub(r"_([0-9a-f]{2,6})_", lambda m: chr(int(m[1], 16)), link)


def test_it_builds_to_every_format(built: Built) -> None:
    """PDF, EPUB and web page stand; the exit code tells of the source alone."""
    assert built.code in {0, 1}, built.said
    assert "Traceback" not in built.said
    assert all(built.file(end).is_file() for end in ("pdf", "epub", "html"))


def test_no_citation_is_lost(built: Built) -> None:
    """Each is a link to its entry, as often as the author cites the work."""
    page = readers.web_page(built.file("html"))
    ids = readers.by_id(page)
    links = [a for a in readers.anchors(page) if a.get("role") == "doc-biblioref"]
    assert all(link.get("href")[1:] in ids for link in links)
    assert Counter(key(link.get("href")[5:]) for link in links) == papers.cited(built.paper)


def test_every_figure_beside_the_paper_is_shown(built: Built) -> None:
    """In the EPUB as a picture that its text shows; a PDF figure is converted."""
    expected = len(papers.pictures(built.paper))
    with zipfile.ZipFile(built.file("epub")) as book:
        shown = {name.rpartition("/")[2] for name in book.namelist() if "/images/" in name}
        (text,) = [book.read(name).decode() for name in book.namelist() if name.endswith(f"text/{papers.NAME}.xhtml")]
    pictures = shown - {"cover.jpg"}
    assert len(pictures) == expected
    assert all(f"images/{name}" in text for name in pictures)
    assert all(name.endswith((".png", ".jpg", ".svg", ".webp", ".gif")) for name in pictures)


def test_what_is_not_supported_is_told_at_its_place(built: Built) -> None:
    """Known remarks only, each at a line and column that the file has."""
    lines = (built.root / "source" / "briefings" / papers.NAME / "briefing.md").read_text(encoding="utf-8").split("\n")
    for path, line, column, code in re.findall(r"^(\S+):(\d+):(\d+): (?:error|warning) ([a-z-]+):", built.said, re.M):
        assert code in TABLE
        assert code in EXPECTED, built.said
        if path.endswith("briefing.md"):
            assert int(line) <= len(lines)
            assert int(column) <= len(lines[int(line) - 1]) + 1


def test_no_judge_says_a_word_of_it(built: Built) -> None:
    """Not even a doubt."""
    said = shelf.run(built.root, "proof", "--report", "json")
    found = {d["code"]: d["sentence"] for d in json.loads(said.out)["diagnostics"]}
    assert set(found) <= {"proof-validator-missing"}, found


def test_ace_passes_its_book(built: Built, tmp_path: Path) -> None:
    """With no assertion of any weight."""
    assert ace({f"{built.paper.name}.epub": built.file("epub").read_bytes()}, tmp_path) == {
        f"{built.paper.name}.epub": []
    }
