"""A file with a fault of ours becomes a draft under its name, is marked in the record, and is not published."""

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
"""A character that no font has, on every page of the PDFs."""

HARM = {
    "pdf": UNPRINTABLE,
    "epub": ("epub/chapter.xhtml.j2", '<section role="doc-chapter"'),
    "html": ("web/page.html.j2", "</main>"),
}
"""A fault in files of each kind: words in a template that are not in the text."""


@pytest.fixture
def project(built_copy: Callable[..., Path]) -> Path:
    """A published text in a pack and a series, built without a fault."""
    return built_copy("without-a-fault", FILES)


def spoil(project: Path, file: str, at: str, words: str = "<p>More.</p>\n") -> None:
    """Insert words into a layout before `at`; a style sheet gets `at` at its end."""
    shipped = (ROOT / "layouts" / file).read_text(encoding="utf-8")
    place = project / "layouts" / file
    place.parent.mkdir(parents=True, exist_ok=True)
    changed = shipped + at if file.endswith(".css") else shipped.replace(at, words + at, 1)
    assert changed != shipped
    place.write_text(changed, encoding="utf-8")


def faulty(project: Path) -> dict[str, list[str]]:
    """Return the codes of the files that the record calls faulty."""
    rows = json.loads((project / "output/build.json").read_text())["files"]
    assert {row["path"] for row in rows} == set(libraries.made(project)) - {"build.json"}
    return {row["path"]: row["faulty"] for row in rows if row.get("faulty")}


def drafts(path: Path) -> list[bool]:
    """Return for each page of a PDF, text of an EPUB, or web page whether it says that it is a draft."""
    if path.suffix == ".pdf":
        return ["DRAFT" in page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)]
    if path.suffix == ".epub":
        with ZipFile(path) as book:
            texts = [book.read(name).decode() for name in book.namelist() if "/text/" in name]
        return ["DRAFT" in text for text in texts]
    return ["DRAFT" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("kind", HARM)
def test_a_file_with_a_fault_is_left_as_a_draft(project: Path, build: Run, kind: str) -> None:
    assert not any(drafts(project / f"output/{LAMPS}.{kind}"))
    spoil(project, *HARM[kind])
    result = build(project, "lamps")
    codes = faulty(project)
    assert result.code == 4
    assert set(codes) == {f"{LAMPS}.{kind}"}
    assert all(code.startswith(("proof-", "made-")) for code in codes[f"{LAMPS}.{kind}"])
    assert all(f"output/{LAMPS}.{kind}:" in line for line in result.err.splitlines() if ": error " in line)
    drafts_by_kind = {end: drafts(project / f"output/{LAMPS}.{end}") for end in HARM}
    assert drafts_by_kind[kind] == [True] * len(drafts_by_kind[kind])
    assert not any(any(pages) for end, pages in drafts_by_kind.items() if end != kind)
    assert "Marked DRAFT, because they failed a check" in result.out
    assert "a draft, as something is wrong with it" in (project / "output/index.html").read_text(encoding="utf-8")


def test_a_pack_of_a_text_with_a_fault_of_its_pages_is_a_draft(project: Path, build: Run) -> None:
    spoil(project, *UNPRINTABLE)
    result = build(project)
    assert "error made-missing-glyph" in result.err
    codes = faulty(project)
    assert "made-missing-glyph" in codes[f"{LAMPS}.pdf"]
    assert "made-missing-glyph" in codes["packs/nights/nights.pdf"]
    assert all(drafts(project / "output/packs/nights/nights.pdf"))


def test_nothing_with_a_fault_is_published(project: Path, briefings: Run) -> None:
    """`ready` reports the fault."""
    spoil(project, *UNPRINTABLE)
    result = briefings(project, "ready", "lamps", "--date", "2024-04-26")
    assert result.code == 1
    assert "error made-missing-glyph" in result.out
    assert briefings(project, "publish", "lamps", "--date", "2024-04-26").code == 1
    assert not (project / "source/versions").exists()


def test_a_refused_file_does_not_replace_the_last_good_one(project: Path, build: Run) -> None:
    before = libraries.made(project)[f"{LAMPS}.pdf"]
    shipped = (ROOT / "layouts/briefing/stamp.html.j2").read_text(encoding="utf-8")
    place = project / "layouts/briefing/stamp.html.j2"
    place.parent.mkdir(parents=True)
    place.write_text(shipped.replace('{{ identity.statuses | join(", ") }}', "None"), encoding="utf-8")
    result = build(project, "lamps")
    after = libraries.made(project)
    assert result.code == 4
    assert f"output/refused/{LAMPS}.pdf:1:1: error proof-foot" in result.err
    assert after[f"{LAMPS}.pdf"] == before
    assert f"refused/{LAMPS}.pdf" in after
    assert "Refused, because they failed a serious check:\n" in result.out
