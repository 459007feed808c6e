"""Leaves and slips of what is marked: the marking stands on all of them, and what is sensitive goes by the copy."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from tests.support import libraries
from tests.support.editions.issued_library import COLLEGES
from tests.support.editions.leaves_library import PACK, issue, library, named, renewed, replace
from tests.support.outputs import page_texts
from tests.support.publishing import rewrite

pytestmark = pytest.mark.proof

MARKING = "marking: {instruction: Police use only}"
SENSITIVE = "marking: {sensitive: true, instruction: Recipients only}"
OWN = PACK.replace("lamps, dogs, horses", "lamps").replace(
    "edition: First\n", f"edition: First\nrecipients: [south]\n{MARKING}\n"
)
HELD = COLLEGES.replace("type:", "licence_basis: home-office-force, type:")
FILES = ("nights-replace-1-2.pdf", "nights-replace-1-2-print.pdf")


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a marked pack that was issued twice; since then it has become sensitive, and so has a text."""
    texts = {"foot-patrol": 4, "lamps": 4}
    project = library(
        tmp_path_factory.mktemp("marked") / "library", texts, **{"packs/nights.yaml": OWN, "colleges.yaml": HELD}
    )
    issue(project, "First", "2024-10-01")
    renewed(project, "lamps", ("Lamps 1 was", "Lamps 1 is"), kind="correction")
    named(project, "First", "Second")
    issue(project, "Second", "2024-11-01")
    return project


def sheets(project: Path, name: str) -> list[str]:
    """The words of the sheets before leaves, page by page; blank pages left out."""
    path = project / "output/packs/nights" / name
    with pikepdf.open(path) as pdf:
        own = [page.label.startswith("R-") for page in pdf.pages]
    return [" ".join(text.split()) for text, is_sheet in zip(page_texts(path), own, strict=True) if is_sheet and text]


def test_every_sheet_bears_the_marking_of_the_pack(issued: Path) -> None:
    """At its head and its foot, the page to be returned too; and if the pack has become sensitive since, that."""
    then, since = "OFFICIAL – POLICE USE ONLY", "OFFICIAL-SENSITIVE – RECIPIENTS ONLY"
    for asked, marking in ((MARKING, then), (SENSITIVE, since)):
        rewrite(issued, "packs/nights.yaml", (MARKING, asked))
        said = replace(issued, "--from", "First")
        assert said.code == 0, said
        assert [Path(line.partition(": ")[2]).name for line in said.out.splitlines()[-2:]] == [*reversed(FILES)]
        for name in FILES:
            pages = sheets(issued, name)
            assert len(pages) > 2
            assert [page for page in pages if page.count(marking) < 2] == []
            assert any("Send this page back" in page for page in pages)
        rewrite(issued, "packs/nights.yaml", (asked, MARKING))


def test_the_slip_of_a_sensitive_text_bears_its_marking(issued: Path) -> None:
    rewrite(issued, "briefings/lamps.md", ("\nsummary: ", f"\n{SENSITIVE}\nsummary: "))
    said = libraries.here(issued, "slip", "lamps", "--from", "1.0", "--date", "2025-01-02")
    assert said.code == 0, said
    (page,) = page_texts(issued / "output/briefings/lamps/lamps-slip-1.0-1.1.pdf")
    assert " ".join(page.split()).count("OFFICIAL-SENSITIVE – RECIPIENTS ONLY") == 3
    rewrite(issued, "briefings/lamps.md", (f"\n{SENSITIVE}", ""))


def test_no_leaves_are_made_of_a_sensitive_edition(issued: Path, tmp_path: Path) -> None:
    """It goes out in numbered copies, which are prepared whole."""
    libraries.copied(issued.parent / "archive", tmp_path / "archive")
    project = libraries.copied(issued, tmp_path / "library")
    rewrite(project, "packs/nights.yaml", (MARKING, SENSITIVE))
    named(project, "Second", "Third")
    issue(project, "Third", "2024-12-01")
    said = replace(project, "--from", "Second")
    assert (said.code, "'Third' of 'nights' goes out in numbered copies only" in said.err) == (2, True), said
    assert not list((project / "output/packs/nights").glob("*-replace-2-3*"))
