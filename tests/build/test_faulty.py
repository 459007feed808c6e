"""A file with a fault of ours is left under its name as a draft, says so in the record, and goes to nobody."""

import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
import pytest

from tests.support import libraries
from tests.support.project import IMPRINT, ROOT, Said

pytestmark = pytest.mark.proof

Run = Callable[..., Said]

FILES: dict[str, str | bytes] = {
    "library.yaml": f"{IMPRINT}notice: SAMPLE\n",
    "briefings/lamps.md": libraries.briefing(
        "## First {#first}\n\nWords of the first.\n\n## Second {#second}\n\nWords of the second.",
        "Lamps",
        status="published",
        version="1.0",
        first_published="2024-01-05",
        history="[{version: 1.0, date: 2024-01-05, kind: first, summary: First., approved_by: Head}]",
    ),
    "packs/nights.yaml": "title: Nights\nedition: One\nbriefings: [lamps]\nformats: [screen]\nrecipients: [north]\n",
    "colleges.yaml": "north:\n  name: North college\n  type: university\n  contact: desk@north.example\n",
    "series/places.yaml": "title: Places\nbriefings: [lamps]\n",
}
LAMPS = "briefings/lamps/lamps"

UNPRINTABLE = (
    "briefing/page.css",
    "\n.text p { break-before: page !important }\n.text p::after { content: '漢' }\n",
)
"""A character that no font has, in every PDF, which has several pages."""

HARM = {
    "pdf": UNPRINTABLE,
    "epub": ("epub/chapter.xhtml.j2", '<section role="doc-chapter"'),
    "html": ("web/page.html.j2", "</main>"),
}
"""A fault in files of each kind: words in a template that are not those of the text."""


@pytest.fixture
def project(built_once: Callable[..., Path], tmp_path: Path) -> Path:
    """A published text in a pack and a series, built without a fault."""

    def write(root: Path) -> None:
        libraries.written(root, FILES)

    return libraries.copied(
        built_once("without-a-fault", write, "--date", libraries.DATE, "--jobs", "1"), tmp_path / "own"
    )


def harmed(project: Path, file: str, at: str, words: str = "<p>More.</p>\n") -> None:
    """Put words into a layout, before some others; a style sheet gets them at its end."""
    shipped = (ROOT / "layouts" / file).read_text(encoding="utf-8")
    place = project / "layouts" / file
    place.parent.mkdir(parents=True, exist_ok=True)
    changed = shipped + at if file.endswith(".css") else shipped.replace(at, words + at, 1)
    assert changed != shipped
    place.write_text(changed, encoding="utf-8")


def build(project: Path, briefings: Run, *more: str) -> Said:
    return briefings(project, "build", "--date", libraries.DATE, "--jobs", "1", *more)


def faulty(project: Path) -> dict[str, list[str]]:
    """The files that the record calls faulty, with their codes."""
    rows = json.loads((project / "output/build.json").read_text())["files"]
    assert {row["path"] for row in rows} == set(libraries.made(project)) - {"build.json"}
    return {row["path"]: row["faulty"] for row in rows if row.get("faulty")}


def drafts(path: Path) -> list[bool]:
    """Whether each page of a PDF, each text of an EPUB, or a web page says that it is a draft."""
    if path.suffix == ".pdf":
        return ["DRAFT" in page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)]
    if path.suffix == ".epub":
        with ZipFile(path) as book:
            texts = [book.read(name).decode() for name in book.namelist() if "/text/" in name]
        return ["DRAFT" in text for text in texts]
    return ["DRAFT" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("kind", HARM)
def test_a_file_with_a_fault_is_left_as_a_draft(project: Path, briefings: Run, kind: str) -> None:
    assert not any(drafts(project / f"output/{LAMPS}.{kind}"))
    harmed(project, *HARM[kind])
    said = build(project, briefings, "lamps")
    found = faulty(project)
    assert said.code == 4
    assert set(found) == {f"{LAMPS}.{kind}"}
    assert all(code.startswith(("proof-", "made-")) for code in found[f"{LAMPS}.{kind}"])
    assert all(f"output/{LAMPS}.{kind}:" in line for line in said.err.splitlines() if ": error " in line)
    says = {end: drafts(project / f"output/{LAMPS}.{end}") for end in HARM}
    assert says[kind] == [True] * len(says[kind])
    assert not any(any(pages) for end, pages in says.items() if end != kind)
    assert "Marked as drafts, as the proof has found something wrong with them" in said.out
    assert "a draft, as something is wrong with it" in (project / "output/index.html").read_text(encoding="utf-8")


def test_a_pack_of_a_text_with_a_fault_of_its_pages_is_a_draft(project: Path, briefings: Run) -> None:
    harmed(project, *UNPRINTABLE)
    said = build(project, briefings)
    assert "error made-missing-glyph" in said.err
    found = faulty(project)
    assert "made-missing-glyph" in found[f"{LAMPS}.pdf"]
    assert "made-missing-glyph" in found["packs/nights/nights.pdf"]
    assert all(drafts(project / "output/packs/nights/nights.pdf"))


def test_nothing_with_a_fault_is_published(project: Path, briefings: Run) -> None:
    """The fault stands against it, and `ready` says so."""
    harmed(project, *UNPRINTABLE)
    said = briefings(project, "ready", "lamps", "--date", "2024-04-26")
    assert said.code == 1
    assert "error made-missing-glyph" in said.out
    assert briefings(project, "publish", "lamps", "--date", "2024-04-26").code == 1
    assert not (project / "source/versions").exists()


def test_a_file_that_hides_its_state_is_laid_aside(project: Path, briefings: Run) -> None:
    """A draft that does not say so would pass for finished: the last good file stays in its place."""
    before = libraries.made(project)[f"{LAMPS}.pdf"]
    shipped = (ROOT / "layouts/briefing/stamp.html.j2").read_text(encoding="utf-8")
    place = project / "layouts/briefing/stamp.html.j2"
    place.parent.mkdir(parents=True)
    place.write_text(shipped.replace('{{ identity.statuses | join(", ") }}', "None"), encoding="utf-8")
    said = build(project, briefings, "lamps")
    after = libraries.made(project)
    assert said.code == 4
    assert f"output/refused/{LAMPS}.pdf:1:1: error proof-status-late" in said.err
    assert after[f"{LAMPS}.pdf"] == before
    assert f"refused/{LAMPS}.pdf" in after
    assert "Refused by the proof, and laid aside to be looked at:\n" in said.out
