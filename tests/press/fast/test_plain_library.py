"""The plain engine builds the sample library: the same pages, with the same words, and the same books and web pages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.press.manuscripts import page_texts
from tests.support.project import ROOT

pytestmark = pytest.mark.proof

DAY = "2026-11-27"


def built(folder: Path, mode: str) -> Path:
    """The output of the sample library, built with the engine in a mode."""
    shutil.copytree(ROOT / "source", folder / "source")
    call = (sys.executable, "-m", "pipeline", "--project", str(folder), "--quiet", "build", "--date", DAY)
    environment = os.environ | {"BRIEFINGS_ENGINE": mode}
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "output"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The library as it is built with our functions, and plainly."""
    folder = tmp_path_factory.mktemp("engines")
    return built(folder / "fast", "fast"), built(folder / "plain", "plain")


def files(output: Path, ending: str) -> list[str]:
    """The finished files of a kind."""
    found = sorted(path.relative_to(output).as_posix() for path in output.glob(f"*/*/*{ending}"))
    assert len(found) > 5
    return found


def test_the_same_files_are_made(both: tuple[Path, Path]) -> None:
    """With the same number of pages; the record says which engine made them."""
    fast, plain = (json.loads((output / "build.json").read_text(encoding="utf-8")) for output in both)
    assert [(one["path"], one.get("pages")) for one in fast["files"]] == [
        (one["path"], one.get("pages")) for one in plain["files"]
    ]
    assert plain["tools"] == fast["tools"] | {"engine": "plain"}


def test_every_page_has_the_same_words(both: tuple[Path, Path]) -> None:
    """In the same places on the same pages, as a reader copies them."""
    fast, plain = both
    for name in files(fast, ".pdf"):
        assert page_texts((plain / name).read_bytes()) == page_texts((fast / name).read_bytes()), name


def test_every_web_page_marks_the_same_pages(both: tuple[Path, Path]) -> None:
    """The map of the pages is in it, page by page, so it is the same file."""
    fast, plain = both
    for name in files(fast, ".html"):
        assert (plain / name).read_bytes() == (fast / name).read_bytes(), name


def test_every_book_is_the_same(both: tuple[Path, Path]) -> None:
    """Its list of pages, its texts, its fonts and its cover."""
    fast, plain = both
    for name in files(fast, ".epub"):
        with ZipFile(fast / name) as ours, ZipFile(plain / name) as theirs:
            assert theirs.namelist() == ours.namelist()
            assert [one for one in ours.namelist() if ours.read(one) != theirs.read(one)] == [], name
