"""Places: a word of a live page leads to its line of the source, and no file of a build knows anything of it."""

import re
import zipfile
from datetime import date
from pathlib import Path

import pytest

from pipeline.build.project import Project
from pipeline.cli.options import SHIPPED
from pipeline.core.progress import ProgressReporter
from pipeline.model.sheets import SourceMark
from pipeline.services.preview.live_builder import LiveBuilder
from pipeline.services.preview.live_state import VIEWS
from pipeline.services.preview.server import line_address
from tests.support import libraries
from tests.support.libraries import DATE
from tests.support.numbered_lines import LINES, PATH, numbered

FORMATS = [option for kind in ("html", "epub") for option in ("--format", kind)]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of one briefing whose words say in which line they stand, and a pack of it."""
    files = {"briefings/foot-patrol.md": LINES, "packs/nights.yaml": "title: Nights\nbriefings: [foot-patrol]\n"}
    return libraries.written(tmp_path_factory.mktemp("places"), files)


@pytest.fixture(scope="module")
def builder(library: Path) -> LiveBuilder:
    """Maker of the live texts of that library."""
    return LiveBuilder(Project(library, SHIPPED, ProgressReporter()), date.fromisoformat(DATE), lambda *_: ())


def holder(spots: tuple[SourceMark, ...], page: int, x: float, y: float) -> SourceMark:
    """The spot in which a point stands, of several that of which the middle is nearest."""
    held = [
        one
        for one in spots
        if one.page == page and one.x <= x <= one.x + one.width and one.y <= y <= one.y + one.height
    ]
    return min(held, key=lambda one: abs(one.y + one.height / 2 - y))


@pytest.mark.parametrize(("name", "view"), [("foot-patrol", "pages"), ("foot-patrol", "large"), ("nights", "pages")])
def test_each_word_leads_to_its_line(builder: LiveBuilder, name: str, view: str) -> None:
    file = builder.file(name, VIEWS[view].format)
    assert file
    found = {line: holder(file.spots, page, x, y) for page, x, y, line in numbered(file.content)}
    assert set(found) >= {5, 6, 9, 10, 11, 12, 14, 16, 17, 18, 21, 22, 25, 27, 29, 31}
    assert {line: spot.line for line, spot in found.items()} == {line: line for line in found}
    assert {spot.path for spot in found.values()} == {PATH}


def test_each_text_is_known_with_the_path_of_its_source(tmp_path: Path) -> None:
    """One that cannot be read too, so that it can be mended where it is shown."""
    files = {
        "briefings/a/briefing.md": LINES,
        "briefings/b.md": "No front matter.",
        "packs/c.yaml": "title: C\nbriefings: [a]\n",
    }
    folder = libraries.written(tmp_path, files)
    builder = LiveBuilder(Project(folder, SHIPPED, ProgressReporter()), date.fromisoformat(DATE), lambda *_: ())
    assert [(listed.name, listed.is_pack, listed.path) for listed in builder.contents().listed] == [
        ("a", False, "source/briefings/a/briefing.md"),
        ("c", True, "source/packs/c.yaml"),
        ("b", False, "source/briefings/b.md"),
    ]


def test_a_web_page_carries_the_lines_of_its_blocks(builder: LiveBuilder) -> None:
    file = builder.file("foot-patrol", VIEWS["web"].format)
    assert file
    (item,) = re.findall(r'<li[^>]*data-source="([^"]*)"[^>]*>\s*An entry', file.content.decode())
    assert item == f"0:16 {len('Anentryat016ofalistat016')}:17 {PATH}"
    assert b"<?source" not in file.content


def test_the_files_of_a_build_have_no_places(library: Path, tmp_path: Path) -> None:
    copy = libraries.copied(library, tmp_path / "library")
    said = libraries.here(copy, "build", *FORMATS, "--date", DATE, "--jobs", "1")
    assert said.code == 0, said.err
    built = copy / "output" / "briefings" / "foot-patrol"
    files = {path.name: path.read_bytes() for path in built.iterdir()}
    with zipfile.ZipFile(built / "foot-patrol.epub") as book:
        files |= {name: book.read(name) for name in book.namelist()}
    assert len(files) > 3
    assert not [name for name, content in files.items() if b"data-source" in content or b"<?source" in content]


def test_an_editor_opens_the_line() -> None:
    assert line_address("vscode", "/my library/") == "vscode://file/my%20library/{path}:{line}:1"
    assert line_address("jetbrains", "/b") == "idea://open?file=/b/{path}&line={line}&column=1"
    assert line_address("none", "/b") == ""
