"""A click on a word of the live page opens its line; the keys come to the place at the head of the view."""

import json
from datetime import date
from pathlib import Path

import pytest

from pipeline.build.project import Project
from pipeline.cli.options import SHIPPED
from pipeline.core.progress import ProgressReporter
from pipeline.services.preview.live_builder import LiveBuilder
from pipeline.services.preview.live_state import VIEWS
from tests.reading.browser import told
from tests.support import libraries
from tests.support.libraries import DATE
from tests.support.numbered_lines import LINES, PATH, numbered
from tests.support.preview import live_library

pytestmark = pytest.mark.proof

LONG = LINES + "\n" + "\n\n".join(f"Another paragraph, the {number}th of many." for number in range(60)) + "\n"


def test_a_word_that_is_clicked_opens_its_line(tmp_path: Path) -> None:
    """Of pages and of the web page, also behind citations and notes; and what a saving changes comes into view."""
    library = libraries.written(tmp_path, {"briefings/foot-patrol.md": LONG})
    made = LiveBuilder(Project(library, SHIPPED, ProgressReporter()), date.fromisoformat(DATE), lambda *_: ()).file(
        "foot-patrol", VIEWS["pages"].format
    )
    assert made
    wide, high = 595.28, 841.89
    words = [(line, [page, x / wide, 1 - y / high]) for page, x, y, line in numbered(made.content)]
    lines = list(dict.fromkeys(line for line, _ in words))
    with live_library(library) as access:
        points = json.dumps([at for _, at in words])
        named = (f"at{line:03}" for line in lines)
        said = told("places.mjs", access.address("/of/foot-patrol/"), points, library / PATH, *named)
    assert (library / PATH).read_text(encoding="utf-8") == LONG
    assert said["onPages"] == [f"{PATH}:{line}" for line, _ in words]
    assert said["links"] == [f"vscode://file{library}/{PATH}:{line}:1" for line, _ in words]
    assert said["onWeb"] == [f"{PATH}:{line}" for line in lines]
    first, last = (int(at.rpartition(":")[2]) for at in said["head"])
    assert (first, last > 31) == (5, True)


def test_where_texts_may_be_changed_a_text_field_opens_at_the_line(tmp_path: Path) -> None:
    """By a click on a word, by the link over the text and by a remark, whatever the editor; on page and web page."""
    text = libraries.briefing("First words.\n\nSecond words, of a work [@nobody2020].")
    library = libraries.written(tmp_path, {"briefings/foot-patrol.md": text})
    with live_library(library, edit=True) as access:
        said = told("form.mjs", access.address("/of/foot-patrol/web"), "Second", "#place", "#remarks a")
    first, second = text.splitlines()[-3:][::2]
    assert said == [second, first, second]
