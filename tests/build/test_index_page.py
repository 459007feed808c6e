"""The list of what was built, at `output/index.html`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html

from pipeline.build.output import Output
from pipeline.build.output_lists import index_page
from tests.support import libraries
from tests.support.project import Said


def row(path: str, format: str, **more: object) -> Output:
    owner = path.rpartition("/")[0]
    said = {"sha256": "", "bytes": 1, "pages": 6, "source": "", "produced": "2026-11-27", "title": "Foot patrol"}
    return Output(path, owner, format, **(said | more))  # type: ignore[arg-type]


def lines(outputs: list[Output]) -> list[str]:
    """What the page says of each thing, below its heading."""
    page = html.fromstring(index_page(outputs))
    return [
        f"{section.findtext('h2')}: {' '.join(''.join(map(str, entry.itertext())).split())}"
        for section in page.iter("section")
        for entry in section.iter("li")
    ]


def test_each_thing_is_listed_once_with_its_files() -> None:
    made = [
        row("briefings/patrol/patrol.epub", "epub"),
        row("briefings/patrol/patrol.pdf", "screen"),
        row("packs/nights/nights-print.pdf", "print", pages=1, title="Nights"),
        row("series/streets/streets.html", "html", title="Streets"),
    ]
    assert lines(made) == [
        "Packs: Nights Produced 27 November 2026 PDF for the printer (1 page)",
        "Briefings: Foot patrol Produced 27 November 2026 PDF (6 pages) EPUB",
        "Series: Streets Produced 27 November 2026 web page",
    ]


def test_a_file_of_an_earlier_build_says_so() -> None:
    made = [
        row("briefings/patrol/patrol.epub", "epub"),
        row("briefings/patrol/patrol.pdf", "screen", earlier=True, produced="2026-11-25"),
    ]
    (line,) = lines(made)
    assert line.endswith("Produced 25 November 2026, 27 November 2026 PDF (6 pages, of an earlier build) EPUB")


def test_a_title_is_words_and_no_markup() -> None:
    (line,) = lines([row("briefings/patrol/patrol.pdf", "screen", title="<script>alert(1)</script> & more")])
    assert "<script>alert(1)</script> & more" in line


@pytest.mark.proof
def test_a_build_writes_the_page_and_every_link_leads_to_a_file(
    small: Callable[..., Path], briefings: Callable[..., Said]
) -> None:
    """Beside `build.json`; what is gone at the next build is not listed any more."""
    project = small(
        {"briefings/patrol.md": libraries.briefing(), "briefings/lights.md": libraries.briefing(title="Lights")}
    )
    done = briefings(project, "build", "--format", "html", "--jobs", "1")
    assert done.code == 0
    assert done.out.splitlines()[0].endswith(f": see {project}/output/index.html")
    assert links(project) == ["briefings/lights/lights.html", "briefings/patrol/patrol.html"]
    (project / "source/briefings/lights.md").unlink()
    briefings(project, "build", "--format", "html", "--jobs", "1")
    assert links(project) == ["briefings/patrol/patrol.html"]


def links(project: Path) -> list[str]:
    """Where the page leads; each is a file that is there."""
    page = html.fromstring((project / "output/index.html").read_bytes())
    found = [str(link.get("href")) for link in page.iter("a")]
    assert all((project / "output" / path).is_file() for path in found)
    return found
