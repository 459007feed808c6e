"""What every page says of itself: dates with their labels, time to read, id, version, the day it was produced."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.model.words import format_date
from tests.support import libraries, outputs
from tests.support.project import ROOT, Said

pytestmark = pytest.mark.proof


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
    return f"{day:%d/%m/%Y}" in text or f"This copy produced {format_date(day)}" in text


def test_another_date_presses_no_briefing(own: Path, build: Callable[..., Said]) -> None:
    """With another date nothing is typeset again, and every page carries the new day and not the old one."""
    before = libraries.made(own)
    assert build(own, "--date", libraries.DATE, "--format", "pdf").code == 0
    said = build(own, "--date", "2025-01-02", "--format", "pdf")
    assert said.code == 0, said.err
    assert "18 only dated again" in said.out
    assert "typeset" not in said.out
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
