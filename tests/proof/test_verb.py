"""`briefings proof`: built files as they are now, and any other PDF, EPUB or web page."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.proof import validators
from tests.support import libraries
from tests.support.project import Said
from tests.support.proof import broken_epubs
from tests.support.proof.broken_pdfs import broken, heads_are_cells
from tests.support.proof.rich_briefing import BOOK, PATH, source

Run = Callable[..., Said]


@pytest.fixture
def project(tmp_path: Path, briefings: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library that has been built, on a machine without veraPDF and EPUBCheck."""
    monkeypatch.setattr("shutil.which", lambda name, *rest: None)
    root = libraries.written(tmp_path / "library", source())
    assert briefings(root, "build", "--date", libraries.DATE, "--jobs", "1").code == 0
    return root


def codes_and_places(result: Said) -> list[tuple[str, str]]:
    """Codes and places of a report."""
    return [(d["code"], f"{d['path']}:{d['line']}") for d in json.loads(result.out)["diagnostics"]]


def test_built_files_pass_and_missing_validators_are_named(project: Path, briefings: Run) -> None:
    """A check that was not run has not passed; with --strict it fails the run."""
    result = briefings(project, "proof", "--jobs", "1")
    assert result.code == 0
    assert "veraPDF is not installed, so it did not check 1 file." in result.out
    assert "EPUBCheck is not installed, so it did not check 1 file." in result.out
    seen = "1 PDF, 1 EPUB, 1 web page proofed by our own checks, page-validation, outloud: 2 warnings."
    assert seen in result.err
    assert briefings(project, "proof", "--strict", "--jobs", "1").code == 4


def test_a_file_that_was_changed_is_found_out(project: Path, briefings: Run) -> None:
    file = project / "output" / PATH
    file.write_bytes(broken(file.read_bytes(), heads_are_cells))
    result = briefings(project, "proof", "--jobs", "1", "--report", "json")
    assert result.code == 4
    assert {"proof-changed", "proof-tags"} <= {code for code, _ in codes_and_places(result)}


def test_a_file_that_is_gone_is_missed(project: Path, briefings: Run) -> None:
    (project / "output" / PATH).unlink()
    result = briefings(project, "proof", "--jobs", "1", "--report", "json")
    assert (result.code, codes_and_places(result)) == (
        4,
        [("proof-validator-missing", "output:1"), ("proof-changed", f"output/{PATH}:1")],
    )


def test_any_pdf_can_be_proofed(tmp_path: Path, project: Path, briefings: Run) -> None:
    (tmp_path / "copy.pdf").write_bytes((project / "output" / PATH).read_bytes())
    (tmp_path / "rubbish.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    files = [str(tmp_path / name) for name in ("copy.pdf", "rubbish.pdf")]
    result = briefings(project, "proof", *files, "--jobs", "1", "--report", "json")
    codes = {code for code, place in codes_and_places(result) if "rubbish" in place}
    assert (result.code, codes) == (4, {"proof-unreadable"})
    assert [code for code, place in codes_and_places(result) if "copy" in place] == []


def test_any_book_and_any_page_can_be_proofed(tmp_path: Path, project: Path, briefings: Run) -> None:
    book = (project / "output" / BOOK).read_bytes()
    silent, _ = broken_epubs.BREAKS["a link without words"]
    (tmp_path / "copy.epub").write_bytes(book)
    (tmp_path / "broken.epub").write_bytes(broken_epubs.broken(book, silent))
    (tmp_path / "rubbish.epub").write_bytes(b"PK and nothing more")
    (tmp_path / "page.html").write_text("<!DOCTYPE html><html lang='en'><title>A</title><h2>Two</h2>", encoding="utf-8")
    files = [str(tmp_path / name) for name in ("copy.epub", "broken.epub", "rubbish.epub", "page.html")]
    result = briefings(project, "proof", *files, "--jobs", "1", "--report", "json")
    places = [(code, place.rpartition("/")[2]) for code, place in codes_and_places(result)]
    assert result.code == 4
    assert places == [
        ("proof-text", "broken.epub:1"),
        ("proof-text", "page.html:1"),
        ("proof-unreadable", "rubbish.epub:1"),
        ("proof-validator-missing", "output:1"),
    ]


def test_no_validator_is_asked_about_a_book_that_cannot_be_read(tmp_path: Path, project: Path, briefings: Run) -> None:
    """EPUBCheck would unpack an archive bomb."""
    (tmp_path / "rubbish.epub").write_bytes(b"PK and nothing more")
    result = briefings(project, "proof", str(tmp_path / "rubbish.epub"), "--jobs", "1", "--report", "json")
    assert [code for code, _ in codes_and_places(result)] == ["proof-unreadable"]


def test_where_there_is_nothing_to_proof_it_says_so(library: Callable[..., Path], briefings: Run) -> None:
    root = library()
    assert briefings(root, "proof").code == 2
    assert briefings(root, "proof", "nowhere.pdf").code == 3
    assert briefings(root, "proof", "nowhere.epub").code == 3
    assert briefings(root, "proof", "words.odt").code == 2


CHECK = {"context": "root/document[0]/pages[4](6 0 obj)", "errorMessage": "It is not."}
RULE = {"clause": "7.1", "testNumber": 3, "description": "Content shall be tagged", "checks": [CHECK]}
BROKEN = {"compliant": False, "profileName": "PDF/UA-1 validation profile", "details": {"ruleSummaries": [RULE]}}
JOBS = [
    {"itemDetails": {"name": "/a.pdf"}, "validationResult": [{"compliant": True, "profileName": "PDF/UA-1"}]},
    {"itemDetails": {"name": "/b.pdf"}, "validationResult": [BROKEN]},
    {"itemDetails": {"name": "/c.pdf"}, "taskException": {"exceptionMessage": "no PDF"}},
]


def test_the_reference_validator_s_report_is_read() -> None:
    report = json.dumps({"report": {"jobs": JOBS}}).encode()
    result = validators.read_verapdf_report(report, {"/a.pdf": "a", "/b.pdf": "b", "/c.pdf": "c"})
    assert set(result) == {"a", "b"}
    assert result["a"] == ()
    (fault,) = result["b"]
    assert str(fault).startswith(
        "b:5:1: error proof-standard: The file does not conform to PDF/UA-1: It is not (veraPDF 7.1-3)."
    )
    assert validators.read_verapdf_report(b"no report", {}) == {}
