"""The plain engine builds the sample library: the same pages, with the same words, and the same books and web pages.

Without the handbook, whose pages would take it three minutes and have nothing that these have not. `make proof` looks
at what is read on screens, and at one text in large print; with `PROOF=whole` at every edition.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.support import libraries
from tests.support.built_libraries import copy_sample
from tests.support.press.manuscripts import page_texts
from tests.support.project import WHOLE

pytestmark = pytest.mark.proof

HANDBOOK = "handbook"
SCREENS = ("--format", "screen", "--format", "epub", "--format", "html")
BUILDS: tuple[tuple[str, ...], ...] = ((),) if WHOLE else (SCREENS, ("hot-spots-policing", "--format", "large-print"))
"""Formats that the plain engine is asked for, one after the other."""


@pytest.fixture(scope="module")
def both(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The library as it is built with our functions, and plainly."""
    plain = tmp_path_factory.mktemp("plain")
    copy_sample(plain)
    shutil.rmtree(plain / "source" / HANDBOOK)
    day = ("--date", libraries.DATE, "--jobs", "1")
    for asked in BUILDS:
        done = libraries.run(plain, "build", *asked, *day, BRIEFINGS_ENGINE="plain", timeout=1200)
        assert done.code == 0, done.err
    return built / "output", plain / "output"


def files(output: Path, ending: str) -> list[str]:
    """The finished files of a kind that were made plainly."""
    found = sorted(path.relative_to(output).as_posix() for path in output.glob(f"*/*/*{ending}"))
    assert len(found) > 5
    return found


def rows(record: dict[str, Any]) -> list[tuple[str, int]]:
    """What a record says of each file that is looked at: its path, and how many pages it has."""
    looked_at = {"screen", "epub", "html"}
    return [
        (one["path"], one.get("pages"))
        for one in record["files"]
        if Path(one["path"]).parent.name != HANDBOOK
        and (WHOLE or one["format"] in looked_at or one["path"].endswith("/hot-spots-policing-large-print.pdf"))
    ]


def test_the_same_files_are_made(both: tuple[Path, Path]) -> None:
    fast, plain = (json.loads((output / "build.json").read_text(encoding="utf-8")) for output in both)
    assert rows(fast) == [(one["path"], one.get("pages")) for one in plain["files"]]
    assert plain["tools"] == fast["tools"] | {"engine": "plain"}


def test_every_page_has_the_same_words(both: tuple[Path, Path]) -> None:
    """In the same places on the same pages, as a reader copies them."""
    fast, plain = both
    for name in files(plain, ".pdf"):
        assert page_texts((plain / name).read_bytes()) == page_texts((fast / name).read_bytes()), name


def test_every_web_page_marks_the_same_pages(both: tuple[Path, Path]) -> None:
    """The map of the pages is in it, page by page, so it is the same file."""
    fast, plain = both
    for name in files(plain, ".html"):
        assert (plain / name).read_bytes() == (fast / name).read_bytes(), name


def test_every_book_is_the_same(both: tuple[Path, Path]) -> None:
    fast, plain = both
    for name in files(plain, ".epub"):
        with ZipFile(fast / name) as ours, ZipFile(plain / name) as theirs:
            assert theirs.namelist() == ours.namelist()
            assert [one for one in ours.namelist() if ours.read(one) != theirs.read(one)] == [], name
