"""The editions of a PDF: each its own page, its own page numbers, one text."""

from __future__ import annotations

import re
from pathlib import Path

import pikepdf
import pytest

from tests.support import outputs

PACK = "drug-crimes"
MM = 72 / 25.4


def edition(built: Path, name: str) -> Path:
    """An edition of the sample pack."""
    return built / "output" / "packs" / PACK / f"{PACK}-{name}.pdf"


@pytest.fixture(scope="module")
def print_file(built: Path) -> Path:
    """The pack as the printer gets it."""
    return edition(built, "print")


def feet(path: Path) -> list[tuple[str, str]]:
    """Of every page: the briefing that its foot names, or nothing, and its whole text."""
    texts = outputs.page_texts(path)
    named = [re.search(r"([a-z-]+) · Version [\d.]+ · Drug crimes", text) for text in texts]
    return [(found[1] if found else "", text) for found, text in zip(named, texts, strict=True)]


def test_what_begins_in_print_begins_where_the_one_before_it_ends(print_file: Path) -> None:
    """Five briefings, on any page; no page is left blank between them."""
    pages = feet(print_file)
    begins = [n for n, (name, _) in enumerate(pages) if name and name not in {seen for seen, _ in pages[:n]}]
    assert len(begins) == 5
    assert [number for number, (_, text) in enumerate(pages) if not text] in ([], [len(pages) - 1])


def test_the_folios_of_print_and_screen_are_the_same(built: Path, print_file: Path) -> None:
    """'Turn to page 12' works for both, although the screen edition has no blank pages."""
    screen = built / "output" / "packs" / PACK / f"{PACK}.pdf"
    labels = dict(zip(outputs.page_labels(print_file), outputs.page_texts(print_file), strict=True))
    same = 0
    for label, text in zip(outputs.page_labels(screen), outputs.page_texts(screen), strict=True):
        found = re.search(r"[a-z-]+ · Version [\d.]+ · Drug crimes", text)
        if found:
            assert found[0] in labels[label], label
            same += 1
    assert same > 15


def test_the_print_file_has_the_page_within_bleed_and_marks(print_file: Path) -> None:
    """A4 cut size, 3 mm of bleed around it, room for marks around that."""
    with pikepdf.open(print_file) as pdf:
        for page in pdf.pages:
            trim, bleed, media = ([float(x) for x in page.obj[name]] for name in ("/TrimBox", "/BleedBox", "/MediaBox"))
            assert trim[2] - trim[0] == pytest.approx(210 * MM, abs=0.01)
            assert trim[3] - trim[1] == pytest.approx(297 * MM, abs=0.01)
            grown = [b - t for b, t in zip(bleed, trim, strict=True)]
            assert grown == pytest.approx([-3 * MM, -3 * MM, 3 * MM, 3 * MM], abs=0.002)
            assert media[0] < bleed[0]
            assert media[3] > bleed[3]


def test_the_booklet_has_two_pages_on_a_side(built: Path) -> None:
    """A4 across; the cover stands at the right of the first side, and each sheet has two sides."""
    with pikepdf.open(edition(built, "booklet")) as pdf:
        assert len(pdf.pages) % 2 == 0
        for page in pdf.pages:
            box = [float(x) for x in page.mediabox]
            assert box[2] - box[0] == pytest.approx(297 * MM, abs=0.02)
            assert box[3] - box[1] == pytest.approx(210 * MM, abs=0.02)
    assert "Evidence for police training" in outputs.page_texts(edition(built, "booklet"))[0]


def test_nothing_in_large_print_is_small(built: Path) -> None:
    """18 pt, running lines too; raised figures and marks of notes alone may be smaller."""
    path = built / "output" / "briefings" / "police-led-interventions" / "police-led-interventions-large-print.pdf"
    small = [(size, text) for size, text in outputs.sizes(path) if size < 17.9 and not re.fullmatch(r"[\d\s]*", text)]
    assert small == []


def test_every_edition_says_the_same(built: Path) -> None:
    """One text: the words of a briefing's own pages are the same in large print as on the screen."""
    folder = built / "output" / "briefings" / "hot-spots-policing"
    screen, large = (
        "".join(" ".join(outputs.page_texts(folder / f"hot-spots-policing{end}.pdf")).split())
        for end in ("", "-large-print")
    )
    for sentence in ("Evidence at a glance", "About this briefing", "Is this copy current?"):
        assert screen.count("".join(sentence.split())) == large.count("".join(sentence.split())) > 0
