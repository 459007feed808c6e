"""The plain engine builds a text of the sample library: the same pages, with the same words, and the same web page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.built_libraries import copy_sample
from tests.support.press.manuscripts import page_texts

PLACE = "briefings/hot-spots-policing"
FORMATS = ("--format", "screen", "--format", "large-print", "--format", "html")


@pytest.mark.proof
def test_a_text_has_the_same_words_on_the_same_pages(built: Path, tmp_path: Path) -> None:
    copy_sample(tmp_path)
    asked = ("hot-spots-policing", *FORMATS, "--date", libraries.DATE, "--jobs", "1")
    done = libraries.run(tmp_path, "build", *asked, BRIEFINGS_ENGINE="plain", timeout=600)
    assert done.code == 0, done.err
    made = [file for file in (tmp_path / "output" / PLACE).iterdir() if file.is_file()]
    assert sorted(file.suffix for file in made) == [".html", ".pdf", ".pdf"]
    for file in made:
        fast = built / "output" / PLACE / file.name
        if file.suffix == ".pdf":
            assert page_texts(file.read_bytes()) == page_texts(fast.read_bytes()), file.name
        else:
            assert file.read_bytes() == fast.read_bytes()
