"""Every book for screens has a cover, drawn once and kept; one that cannot be drawn is told, and the rest is made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from pipeline.press.cover import draw_cover
from tests.support import libraries
from tests.support.broken_layouts import breaking
from tests.support.calls import calls_of
from tests.support.project import ROOT, Said

PICTURE = "EPUB/images/cover.jpg"


def covers(project: Path) -> dict[str, bytes]:
    """The picture of every EPUB, by the book's name."""
    found = {}
    for path in sorted((project / "output").rglob("*.epub")):
        with zipfile.ZipFile(path) as book:
            found[path.stem] = book.read(PICTURE)
    return found


def test_every_book_of_the_sample_library_has_a_cover_of_its_own(built: Path) -> None:
    """Briefings, pack and handbook: a JPEG that every reading system shows, and no two alike."""
    found = covers(built)
    assert len(found) == len(set(found.values())) == 8
    for content in found.values():
        with Image.open(io.BytesIO(content)) as picture:
            assert (picture.format, picture.size) == ("JPEG", (1080, 1620))


def test_a_book_is_small(built: Path) -> None:
    """With cover and type a briefing stays below 190 kilobytes."""
    sizes = {path.name: path.stat().st_size for path in (built / "output" / "briefings").rglob("*.epub")}
    assert {name: size for name, size in sizes.items() if size > 190_000} == {}


def test_a_cover_is_drawn_again_only_where_it_changes(
    small: Callable[..., Path], briefings: Callable[..., Said]
) -> None:
    """Neither for another date nor for a word of the text; for another title."""
    project = small({"briefings/a.md": libraries.briefing(), "briefings/b.md": libraries.briefing(title="Lamps")})
    source = project / "source" / "briefings" / "a.md"

    def build(date: str) -> list[str]:
        with calls_of(draw_cover) as drawn:
            said = briefings(project, "build", "--format", "epub", "--date", date, "--jobs", "1")
        assert said.code == 0, said.err
        return [call.given["manuscript"].metadata.title for call in drawn]

    assert build("2024-04-26") == ["Foot patrol", "Lamps"]
    assert build("2024-05-01") == []
    source.write_text(source.read_text().replace("small places", "quiet places"))
    assert build("2024-05-01") == []
    source.write_text(source.read_text().replace("Foot patrol", "Beats", 1))
    assert build("2024-05-01") == ["Beats"]


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
    fault = "This file of the layouts cannot be used: there is no 'titel' here"
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
        "output/briefings/a/a.epub:1:1: error press-failed: This could not be set in type. The typesetting engine"
        in said.err
    )
    assert sorted(path.suffix for path in (project / "output" / "briefings").rglob("a.*")) == [".html"]


def test_a_flaw_in_the_style_of_covers_is_told_in_its_sheet(
    small: Callable[..., Path], briefings: Callable[..., Said]
) -> None:
    """As it is for pages; the cover is drawn without what was not understood."""
    project = _with_layout(small, "cover/cover.css", ("body, p, h1", ".front { colour-of-night: #000 }\nbody, p, h1"))
    said = briefings(project, "build", "--format", "epub", "--date", libraries.DATE, "--jobs", "1")
    line = 1 + (ROOT / "layouts/cover/cover.css").read_text("utf-8").partition("body, p, h1")[0].count("\n")
    assert f"layouts/cover/cover.css:{line}:10: error made-style:" in said.err
    assert list(covers(project)) == ["a"]
