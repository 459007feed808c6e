"""The plain engine builds a text of the sample library: the same pages, with the same words, and the same web page."""

from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.built_libraries import copy_sample
from tests.support.press.manuscripts import page_texts

PLACE = "output/briefings/hot-spots-policing"
FORMATS = ("--format", "screen", "--format", "large-print", "--format", "html")


@pytest.mark.proof
def test_a_text_has_the_same_words_on_the_same_pages(tmp_path: Path) -> None:
    copy_sample(tmp_path)
    asked = ("hot-spots-policing", *FORMATS, "--date", libraries.DATE, "--jobs", "1")
    files = {}
    for engine in ("plain", ""):
        done = libraries.run(tmp_path, "build", *asked, BRIEFINGS_ENGINE=engine, timeout=600)
        assert done.code == 0, done.err
        files[engine] = {file.name: file.read_bytes() for file in (tmp_path / PLACE).iterdir() if file.is_file()}
        (tmp_path / "output").rename(tmp_path / f"output-{engine}")
    assert len(files["plain"]) == 3
    for name, plain in files["plain"].items():
        fast = files[""][name]
        assert page_texts(plain) == page_texts(fast) if name.endswith(".pdf") else plain == fast, name
