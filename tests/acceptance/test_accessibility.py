"""The accessibility report of an issued edition: who judged what, what the files hold, what a person has to judge."""

import json
from pathlib import Path

import pypdfium2
import pytest

from pipeline.core.diagnostics import Location
from pipeline.core.messages import message
from pipeline.services.editions.edition import FinishedFile
from pipeline.services.editions.issue import OWN_CHECKS, count_verdict
from tests.support import libraries
from tests.support.editions.issued_library import COLLEGES, PACK, issue, library
from tests.support.publishing import rewrite

pytestmark = pytest.mark.proof

PLACE = Location("output/packs/nights/nights.pdf")


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack was issued as a PDF, a PDF for the printer and an EPUB."""
    needs = COLLEGES.replace("formats: [screen, epub, text]", "formats: [epub], access_needs: [large print for 2]")
    files = {
        "packs/nights.yaml": PACK.replace("formats: [text]", "formats: [screen, print, epub]"),
        "colleges.yaml": needs,
    }
    project = library(tmp_path_factory.mktemp("access") / "library", **files)
    said = issue(project, "2024-10-01", pdf=True)
    assert said.code == 0, said
    return project


def report(project: Path, *more: str) -> libraries.Said:
    """The words of the verb."""
    return libraries.here(project, "accessibility", "nights", "--date", "2024-10-02", *more)


def test_each_file_has_its_judges_and_its_contents(issued: Path) -> None:
    """By name and release; what is for paper claims nothing, and is named as that."""
    told = json.loads(report(issued, "--report", "json").out)
    files = {file["name"]: file for file in told["files"]}
    judges = {name: [one["judge"].rpartition(" ")[0] for one in file["verdicts"]] for name, file in files.items()}
    assert judges["nights.pdf"][:3] == ["our own checks", "page-validation", "outloud"]
    assert judges["nights-print.pdf"] == ["our own checks"]
    assert files["nights.pdf"]["contents"]["claims"] == ["PDF/UA-1", "PDF/A-2a"]
    assert [file["pages"] for file in files.values()] == [3, 3, 3]
    assert (files["nights-print.pdf"]["contents"]["claims"], told["paper"]) == ([], ["print"])
    assert told["taken"] == [["epub", 1]]
    assert told["others"] == ["large-print", "html", "text"]


def test_it_is_a_sound_pdf_and_a_web_page_with_the_same_words(issued: Path) -> None:
    """Both say what was found, what a person has to judge, and what colleges need; no college is named."""
    said = report(issued)
    assert (said.code, " error " in said.err) == (0, False), said
    pdf = issued / "output/packs/nights/nights-accessibility-1.pdf"
    page = pdf.with_suffix(".html").read_text(encoding="utf-8")
    with pypdfium2.PdfDocument(pdf) as file:
        paper = " ".join(" ".join(one.get_textpage().get_text_range().split()) for one in file)
    for words in (
        "Nights, Autumn 2024",
        "Results of automated checks",
        "nights.pdf (PDF)",
        "Does each text alternative say what the picture shows?",
        "For print only: print.",
        "large print for 2",
    ):
        assert words in paper
        assert words in page
    assert "South Tor" not in paper + page


def test_a_file_that_the_archive_has_otherwise_stops_it(issued: Path, tmp_path: Path) -> None:
    """Nothing is said of files that are not those which were issued."""
    own = libraries.copied(issued, tmp_path / "library")
    rewrite(own, "library.yaml", ("archive: ../archive", "archive: ../nowhere"))
    said = report(own)
    assert (said.code, "No report was made." in said.out) == (1, True), said


def test_a_remark_is_counted_for_the_judge_that_made_it() -> None:
    words = "No alternative text in 'How veraPDF and outloud work'"
    remarks = (
        message("proof-standard", PLACE, standard="PDF/UA-1", words=words, rule="7.1-1", validator="page-validation"),
        message("proof-changed", PLACE),
    )
    files = (FinishedFile("screen", "nights.pdf", b"", 1),)
    counted = {name: count_verdict(name, files, remarks).errors for name in ("veraPDF", "page-validation", OWN_CHECKS)}
    assert counted == {"veraPDF": 0, "page-validation": 1, OWN_CHECKS: 1}
