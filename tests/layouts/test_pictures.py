"""Pages as they look, compared with reference pictures: one invented library, a page of each kind.

Pictures are grey, small and blurred before they are compared: a letter drawn a hair otherwise by another version of
the drawing libraries is no difference, a line, a rule or a mark in another place is. `--update-golden` renews them;
look at each before you keep it.
"""

import io
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter

from tests.support.project import ROOT

HERE = ROOT / "tests" / "layouts"
DPI = 60
BLUR = 1.5
"""Radius in dots: 0.6 mm."""

STEP, MOST = 24, 0.004
"""By how many of 256 greys a dot may differ, and the share of the page's dots that may differ by more."""

BRIEFING, PACK = "briefings/street-lighting/street-lighting", "packs/streets/streets"
BUSES = "briefings/night-buses/night-buses"
PAGES = {
    "first-screen": (BRIEFING, 1),
    "first-print": (f"{BRIEFING}-print", 1),
    "first-large-print": (f"{BRIEFING}-large-print", 1),
    "first-booklet": (f"{BRIEFING}-booklet", 1),
    "table-screen": (BRIEFING, 2),
    "table-large-print": (f"{BRIEFING}-large-print", 3),
    "colophon-print": (f"{BRIEFING}-print", 2),
    "evidence-screen": (BUSES, 1),
    "evidence-large-print": (f"{BRIEFING}-large-print", 2),
    "figure-booklet": (f"{BUSES}-booklet", 2),
    "blocks-screen": (BUSES, 2),
    "foot-booklet": (f"{PACK}-booklet", 4),
    "contents-screen": (PACK, 2),
    "end-screen": (PACK, 5),
    "cover-screen": (PACK, 1),
    "cover-large-print": (f"{PACK}-large-print", 1),
}
"""A page of a file under `output/`, by the name of its picture."""

COVERS = {"book-briefing": BRIEFING, "book-pack": PACK}
"""A book under `output/`, by the name of the picture of its cover; at the size of a shelf, 200 dots wide."""


def picture(path: Path, page: int) -> Image.Image:
    """A page in grey."""
    document = pypdfium2.PdfDocument(path)
    drawn = document[page - 1].render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
    document.close()
    return drawn


def differing(one: Image.Image, other: Image.Image) -> float:
    """The share of dots that differ visibly once both are blurred; all of them if the sizes differ."""
    if one.size != other.size:
        return 1.0
    soft = [image.filter(ImageFilter.GaussianBlur(BLUR)) for image in (one, other)]
    counts = ImageChops.difference(*soft).histogram()
    return sum(counts[STEP:]) / sum(counts)


REWRITE = "If it looks right: pytest tests/layouts --update-golden, and look at both."


@pytest.mark.proof
@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_its_reference_picture(name: str, pictured: Path, request: pytest.FixtureRequest) -> None:
    file, number = PAGES[name]
    drawn = picture(pictured / f"output/{file}.pdf", number)
    kept = HERE / f"{name}.png"
    if request.config.getoption("--update-golden"):
        drawn.save(kept, optimize=True)
    with Image.open(kept) as reference:
        share = differing(drawn, reference.convert("L"))
    assert share <= MOST, f"page {number} of {file}.pdf differs from {kept.name} in {share:.2%} of its dots. {REWRITE}"


@pytest.mark.proof
@pytest.mark.parametrize("name", COVERS)
def test_a_cover_looks_as_its_reference_picture(name: str, pictured: Path, request: pytest.FixtureRequest) -> None:
    with (
        zipfile.ZipFile(pictured / f"output/{COVERS[name]}.epub") as book,
        Image.open(io.BytesIO(book.read("EPUB/images/cover.jpg"))) as cover,
    ):
        drawn = cover.convert("L").resize((200, 300), Image.Resampling.LANCZOS)
    kept = HERE / f"{name}.png"
    if request.config.getoption("--update-golden"):
        drawn.save(kept, optimize=True)
    with Image.open(kept) as reference:
        share = differing(drawn, reference.convert("L"))
    assert share <= MOST, (
        f"the cover of {COVERS[name]}.epub differs from {kept.name} in {share:.2%} of its dots. {REWRITE}"
    )


def test_the_comparison_sees_what_matters_and_no_more() -> None:
    with Image.open(HERE / "first-screen.png") as kept:
        page = kept.convert("L")
    shifted = page.transform(page.size, Image.Transform.AFFINE, (1, 0, 0.25, 0, 1, 0.25), Image.Resampling.BILINEAR)
    assert differing(page, shifted) <= MOST
    assert differing(page, ImageChops.offset(page, 0, 7)) > MOST
    bare = page.copy()
    bare.paste(255, (50, 180, 280, 230))
    assert differing(page, bare) > MOST
