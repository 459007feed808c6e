"""What every page says of itself: dates with their labels, time to read, id, version, the day it was produced."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.model.day import in_words
from tests.support import libraries, outputs
from tests.support.project import IMPRINT, ROOT, Said

pytestmark = pytest.mark.proof


def test_any_single_page_names_its_id_and_version(built: Path) -> None:
    """A loose page of a briefing says what it is and of how many."""
    for path in (built / "output" / "briefings").rglob("*.pdf"):
        texts = outputs.page_texts(path)
        for number, text in enumerate(texts, 1):
            foot = rf"{path.parent.name} · Version [\d.]+ Page {number} of {len(texts)}\b"
            assert re.search(foot, text), (path.name, number, text[-120:])


def test_any_single_page_of_a_pack_names_pack_and_edition(built: Path) -> None:
    """A loose page of a pack names its briefing, version, pack, edition and folio."""
    path = built / "output" / "packs" / "drug-crimes" / "drug-crimes.pdf"
    cover, *pages = zip(outputs.page_labels(path), outputs.page_texts(path), strict=True)
    assert cover[1].endswith("drug-crimes · Autumn 2026"), "a cover has no number"
    for label, text in pages:
        of_pack = rf"drug-crimes · Autumn 2026 {label}\b"
        of_briefing = rf"[a-z-]+ · Version [\d.]+ · Drug crimes, Autumn 2026 {label}\b"
        assert re.search(f"{of_pack}|{of_briefing}", text), (label, text[-120:])


def printed_pages(path: Path) -> list[str]:
    """The text of every page that has any: what starts on a right-hand page has a blank one before it."""
    return [text for text in outputs.page_texts(path) if text]


def shows(text: str, day: date) -> bool:
    """Whether a page carries the date produced: in its head, on a cover in the words under the title."""
    return f"{day:%d/%m/%Y}" in text or f"This copy produced {in_words(day)}" in text


def test_the_day_is_on_every_page_of_every_pdf(built: Path) -> None:
    assert len(libraries.pdfs(built)) == 17
    for path in libraries.pdfs(built):
        assert all(shows(text, date(2024, 4, 26)) for text in printed_pages(path)), path.name


def test_what_is_seen_on_every_page_is_said_once(built: Path) -> None:
    """The day stands as real text on page 1, for those who hear the page."""
    for path in libraries.pdfs(built):
        assert "This copy produced 26 April 2024" in outputs.page_texts(path)[0], path.name


def test_another_date_presses_no_briefing(own: Path, build: Callable[..., Said]) -> None:
    """With another date nothing is typeset again, and every page carries the new day and not the old one."""
    before = libraries.made(own)
    assert build(own, "--date", libraries.DATE, "--format", "pdf").code == 0
    said = build(own, "--date", "2025-01-02", "--format", "pdf")
    assert said.code == 0, said.err
    assert "17 files of another day given this one" in said.out
    assert "pressed" not in said.out
    assert libraries.made(own).keys() == before.keys()
    for path in libraries.pdfs(own):
        for text in printed_pages(path):
            assert shows(text, date(2025, 1, 2))
            assert not shows(text, date(2024, 4, 26))


def test_a_layout_that_hides_the_day_is_told(small: Callable[..., Path], build: Callable[..., Said]) -> None:
    """A new day has nothing inspected again; another way of setting the day has."""
    project = small({"briefings/patrol.md": libraries.briefing()})
    assert build(project, "--format", "pdf").code == 0
    style = (ROOT / "layouts" / "stamp" / "stamp.css").read_text(encoding="utf-8")
    own = project / "layouts" / "stamp" / "stamp.css"
    own.parent.mkdir(parents=True)
    own.write_text(f"{style}\np.head-date, p.produced {{ visibility: hidden }}\n", encoding="utf-8")
    said = build(project, "--format", "pdf")
    assert (said.code, "proof-words" in said.err) == (4, True), said.err


def test_the_record_tells_what_was_made(built: Path) -> None:
    """`build.json` lists every file with its digest, and the tools that made it."""
    record = json.loads((built / "output" / "build.json").read_text(encoding="utf-8"))
    assert {line["path"] for line in record["files"]} == libraries.made(built).keys() - {"build.json"}
    assert all(len(line.get("content", "")) == (64 if line["format"] == "epub" else 0) for line in record["files"])
    assert record["produced"] == "2024-04-26"
    assert {"weasyprint", "pikepdf", "Pango", "HarfBuzz", "pypandoc-binary"} <= record["tools"].keys()


def test_a_text_with_the_longest_id_is_built_in_every_format(
    small: Callable[..., Path], build: Callable[..., Said]
) -> None:
    """What `check` takes the proof does not refuse; alone and in a pack."""
    name = "-".join(["police-led-interventions"] * 6)
    formats = "formats: [screen, print, large-print, booklet, epub]\n"
    pack = f"title: Nights\nedition: Autumn 2026\nbriefings: [{name}]\n{formats}"
    imprint = f"{IMPRINT}{formats}"
    project = small({"library.yaml": imprint, f"briefings/{name}.md": libraries.briefing(), "packs/nights.yaml": pack})
    done = build(project)
    assert done.code == 0, done.err
