"""Every book for screens has a cover, drawn once and kept; one that cannot be drawn is told, and the rest is made."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.support import libraries
from tests.support.broken_layouts import breaking
from tests.support.project import ROOT, Said

PICTURE = "EPUB/images/cover.jpg"


def covers(project: Path) -> dict[str, bytes]:
    """The picture of every EPUB, by the book's name."""
    found = {}
    for path in sorted((project / "output").rglob("*.epub")):
        with zipfile.ZipFile(path) as book:
            found[path.stem] = book.read(PICTURE)
    return found


@pytest.mark.proof
def test_every_book_of_the_sample_library_has_a_cover_of_its_own(built: Path) -> None:
    """Briefings, pack, handbook and reference: a JPEG that every reading system shows, and no two alike."""
    found = covers(built)
    assert len(found) == len(set(found.values())) == 9
    for content in found.values():
        with Image.open(io.BytesIO(content)) as picture:
            assert (picture.format, picture.size) == ("JPEG", (1080, 1620))


@pytest.mark.proof
def test_a_book_is_small(built: Path) -> None:
    """With cover and type a briefing stays below 190 kilobytes."""
    sizes = {path.name: path.stat().st_size for path in (built / "output" / "briefings").rglob("*.epub")}
    assert {name: size for name, size in sizes.items() if size > 190_000} == {}


def _with_layout(small: Callable[..., Path], name: str, change: tuple[str, str]) -> Path:
    """A library with a layout file of its own: the shipped one with a change."""
    project = small({"briefings/a.md": libraries.briefing()})
    own = project / "layouts" / name
    own.parent.mkdir(parents=True)
    shipped = (ROOT / "layouts" / name).read_text("utf-8")
    assert change[0] in shipped
    own.write_text(shipped.replace(*change, 1), "utf-8")
    return project


def test_a_fault_in_the_template_of_covers_is_told_at_its_line(
    small: Callable[..., Path], briefings: Callable[..., Said]
) -> None:
    """The book is not made; the web page is."""
    project = _with_layout(small, "cover/cover.html.j2", ("{{ title }}", "{{ titel }}"))
    said = briefings(project, "build", "--format", "epub", "--format", "html", "--date", libraries.DATE, "--jobs", "1")
    assert said.code == 1
    fault = "This layout file cannot be used: there is no 'titel' here"
    assert f"layouts/cover/cover.html.j2:8:1: error layout-fault: {fault}" in said.err
    assert sorted(path.suffix for path in (project / "output" / "briefings").rglob("a.*")) == [".html"]


def test_a_cover_that_cannot_be_drawn_is_told_at_its_book(
    small: Callable[..., Path], briefings: Callable[..., Said]
) -> None:
    """With the reason; what does not need it is made."""
    project = small({"briefings/a.md": libraries.briefing()})
    breaking(project, "cover/cover.css", ".front")
    said = briefings(project, "build", "--format", "epub", "--format", "html", "--date", libraries.DATE, "--jobs", "1")
    assert said.code == 4
    assert (
        "output/briefings/a/a.epub:1:1: error press-failed: This could not be typeset. The typesetting engine"
        in said.err
    )
    assert sorted(path.suffix for path in (project / "output" / "briefings").rglob("a.*")) == [".html"]
