"""Web pages printed by a browser: paper looks as the PDF does, a series as its screen does."""

import re
from pathlib import Path

import pypdfium2
import pytest

from pipeline.bind.chapters import data_address, load_font_file, resolve_style_addresses
from pipeline.compose.design.faces import font_rules
from pipeline.compose.design.typeface import choose_fonts
from tests.reading.browser import told
from tests.support import outputs
from tests.support.built_libraries import is_looked_at
from tests.support.compose import samples

pytestmark = pytest.mark.proof

A4 = (595, 842)

Printed = list[tuple[Path, Path]]
"""Web pages, each with its print."""


def looked_at(built: Path, pattern: str) -> list[Path]:
    """Web pages of the sample library."""
    return [page for page in sorted((built / "output").glob(pattern)) if is_looked_at(page.stem)]


@pytest.fixture(scope="module")
def printed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """A briefing's page in whatever typeface the machine has."""
    pages = looked_at(built, "briefings/*/*.html")
    return list(zip(pages, map(Path, told("print.mjs", tmp_path_factory.mktemp("printed"), *pages)), strict=True))


@pytest.fixture(scope="module")
def dressed(built: Path, everything: Path, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """Pages of briefings and series, on a machine that has the typeface of the house."""
    folder = tmp_path_factory.mktemp("dressed")
    faces = choose_fonts(samples.imprint(), samples.layouts()).faces
    sheet = folder / "faces.css"
    sheet.write_text(resolve_style_addresses(font_rules(faces), {}, lambda named: data_address(load_font_file(named))))
    lamps = everything / "output/briefings/street-lamps/street-lamps.html"
    pages = [*looked_at(built, "*/*/*.html"), lamps]
    return list(zip(pages, map(Path, told("print.mjs", "--style", sheet, folder, *pages)), strict=True))


def of_kind(dressed: Printed, kind: str) -> Printed:
    """Those of the sample library that are briefings, or series."""
    return [(page, paper) for page, paper in dressed if page.parent.parent.name == kind and page.stem != "street-lamps"]


def test_paper_is_that_of_the_pdf(dressed: Printed) -> None:
    """A4, and as many pages give or take one: on paper links say their addresses, and notes stand at the end."""
    for page, paper in of_kind(dressed, "briefings"):
        with pypdfium2.PdfDocument(paper) as pdf, pypdfium2.PdfDocument(page.with_suffix(".pdf")) as pressed:
            assert {tuple(map(round, sheet.get_size())) for sheet in pdf} == {A4}
            assert abs(len(pdf) - len(pressed)) <= 1, page.name


def test_the_first_page_has_the_lines_of_the_pdf(dressed: Printed) -> None:
    """Three of four are broken alike, if some on the next page.

    An address that follows a link moves those after it, and the press sets a text closer to save a page.
    """
    for page, paper in of_kind(dressed, "briefings"):
        ours, theirs = first_lines(page.with_suffix(".pdf"), 1), first_lines(paper, 2)
        assert len(ours & theirs) >= 0.75 * len(ours), (page.name, ours - theirs)


def first_lines(path: Path, pages: int) -> set[str]:
    """The lines of a PDF's first pages, without what tells the pages' number."""
    with pypdfium2.PdfDocument(path) as pdf:
        lines = [line for page in range(pages) for line in pdf[page].get_textpage().get_text_range().splitlines()]
    return {outputs.plain(line) for line in lines if line.strip() and not line.startswith("Page ")}


def test_a_series_on_paper_says_what_its_screen_says(dressed: Printed) -> None:
    """Every word; and a briefing's lines and its address stand on one page."""
    ((page, paper),) = of_kind(dressed, "series")
    whole = [squeezed(text) for text in outputs.page_texts(paper)]
    texts = [re.sub(r"\(https://[^)]*\)", "", text) for text in whole]
    article = outputs.web_page(page).xpath("//article")[0]
    for element in article.iter("h1", "h2", "h3", "p", "li"):
        assert any(squeezed(outputs.said(element)) in text for text in texts), outputs.said(element)
    for member in article.find_class("member"):
        lines = [*(squeezed(outputs.said(line)) for line in member.iter("p")), *member.xpath("h3/a/@href")]
        assert [text for text in whole if all(line in text for line in lines)], outputs.said(member)


def squeezed(text: str) -> str:
    """A text without its spaces: a line's end has none."""
    return "".join(text.split())


def test_every_printed_page_says_where_it_belongs(printed: Printed) -> None:
    """Date produced, short title and status at its head; id, version and its number at its foot."""
    for page, paper in printed:
        texts, pressed = outputs.page_texts(paper), outputs.page_texts(page.with_suffix(".pdf"))
        head = re.match(r"26/04/2024 .+? (?=SAMPLE)", pressed[1] if len(pressed) > 1 else pressed[0])
        for number, text in enumerate(texts, 1):
            assert "26/04/2024" in text
            assert "SAMPLE" in text
            assert f"{page.stem} · Version" in text
            assert f"Page {number} of {len(texts)}" in text
        assert head is None or all(head[0].split(" ", 1)[1].strip() in text for text in texts)
