"""EPUBs in a reader (epub.js): every document opens, fits and can be seen, and nothing is lost at a page's end."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.reading.browser import told
from tests.support import outputs

pytestmark = pytest.mark.proof

FAULTS = ("broken", "empty", "unseen", "sideways", "outside", "clipped", "below")
"""What may be wrong with a document: pictures, contrast, what does not fit, what reaches below its page."""


def faults(read: list[Mapping[str, Any]]) -> dict[str, Any]:
    """What went wrong, by book, way of reading and document; nothing where all is well."""
    found: dict[str, Any] = {}
    for reading in read:
        where = f"{Path(reading['file']).name} {reading['way']}"
        if reading["errors"]:
            found[where] = reading["errors"]
        for shown in reading["shown"]:
            if wrong := {kind: shown[kind] for kind in FAULTS if shown.get(kind)}:
                found[f"{where} {shown['href']}"] = wrong
    return found


def opened_whole(reading: Mapping[str, Any]) -> None:
    """Every document of the book says something and is named; its fonts are there; its pages are those of the PDF."""
    path = Path(reading["file"])
    assert len(reading["shown"]) == len(reading["book"]["documents"]) > 0
    assert all(shown["title"] for shown in reading["shown"])
    assert [shown["href"] for shown in reading["shown"] if not shown["words"]] in ([], ["cover.xhtml"])  # a picture
    assert not [font for shown in reading["shown"] for font in shown["fonts"] if font.endswith("error")]
    assert {"toc", "bodymatter"} <= set(reading["book"]["landmarks"])
    if path.with_suffix(".pdf").exists():
        assert list(map(str, reading["book"]["pages"])) == outputs.page_labels(path.with_suffix(".pdf"))


def test_a_book_that_holds_everything_is_right_in_every_way_of_reading(everything: Path) -> None:
    """Narrow and wide, by day and by night, in letters of the usual size and of twice."""
    book = "briefings/street-lamps/street-lamps.epub"
    read = told("reader.mjs", "--all", everything / "output" / book)
    assert len({reading["way"] for reading in read}) == 7
    assert faults(read) == {}
    for reading in read:
        opened_whole(reading)


def spoilt(book: Path, target: Path, sheet: str) -> Path:
    """The book with rules added to its style sheet."""
    with zipfile.ZipFile(book) as whole, zipfile.ZipFile(target, "w") as made:
        for name in whole.namelist():
            content = whole.read(name)
            made.writestr(name, content + sheet.encode() if name.endswith("style.css") else content)
    return target


def test_the_reader_sees_what_is_wrong(everything: Path, tmp_path: Path) -> None:
    """Dark words in the night, a table cut off at its page's end, words too wide, a cover without height."""
    book = everything / "output/briefings/street-lamps/street-lamps.epub"
    rules = ".table { overflow-x: auto } .summary { color: #161616 } .equation { white-space: nowrap; width: 60em }"
    rules += " .cover-page img { max-height: 0 }"
    narrow, turned = told("reader.mjs", spoilt(book, tmp_path / "spoilt.epub", rules))
    (night,) = (shown for shown in narrow["shown"] if "street-lamps" in shown["href"])
    (pages,) = (shown for shown in turned["shown"] if "street-lamps" in shown["href"])
    assert any('class="summary"' in said for said in night["unseen"])
    assert night["sideways"] > 0
    assert [shown["href"] for shown in narrow["shown"] if shown["empty"]] == ["cover.xhtml"]
    assert pages["below"]
