"""External validators find nothing wrong with the files of the sample library and of an invented one."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.proof import validators
from tests.support import libraries
from tests.support.built_libraries import LOOKED_AT
from tests.support.invented import COUNT
from tests.support.project import ROOT

pytestmark = pytest.mark.proof


def test_an_invented_library_builds(invented: Path) -> None:
    files = libraries.made(invented)
    assert sum(name.endswith(".pdf") for name in files) == COUNT + 1
    assert sum(name.endswith(".epub") for name in files) == COUNT + 1
    assert sum(name.endswith(".html") for name in files) == COUNT


def remarks(project: Path) -> list[str]:
    """Remarks of `briefings proof` on everything that was built, by every installed validator."""
    result = libraries.run(project, "proof", "--report", "json", timeout=1200)
    remarks_ = json.loads(result.out)["diagnostics"]
    wrong = [
        f"{d['path']}:{d['line']}: {d['code']}: {d['sentence']}"
        for d in remarks_
        if d["code"] != "proof-validator-missing"
    ]
    assert result.code == (4 if any(d["severity"] == "error" for d in remarks_) else 0), result.err
    return wrong


def besides_holes(project: Path) -> list[str]:
    """The remarks but for those on holes, which are a matter of the text: figures and code stay whole."""
    return [result for result in remarks(project) if "page-hole" not in result]


def test_no_judge_says_a_word_of_the_sample_library(built: Path, built_once: Callable[..., Path]) -> None:
    """In every edition: our own checks, page-validation, outloud, and veraPDF where it can be had.

    A briefing and the pack. `make proof` itself begins with what the library asks for.
    """

    def write(root: Path) -> None:
        """The sample library, each thing in every edition."""
        shutil.copytree(ROOT / "source", root / "source")
        for path in (root / "source" / "library.yaml", root / "source" / "packs" / "drug-crimes.yaml"):
            text = re.sub(r"^formats:.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
            path.write_text(f"{text}formats: [screen, large-print, print, booklet]\n", encoding="utf-8")
        libraries.remember(root, built)

    options = ("--date", libraries.DATE, "--format", "pdf", "--jobs", "2")
    project = built_once("sample-editions", write, *LOOKED_AT, *options)
    assert len(libraries.pdfs(project)) == 4 * 2
    assert besides_holes(project) == []


def test_no_judge_says_a_word_of_an_invented_library(invented: Path) -> None:
    assert besides_holes(invented) == []


def test_veraPDF_is_here() -> None:
    if not validators.verapdf_command():
        pytest.skip("veraPDF is not on this machine: `make proof` brings it by Maven")
