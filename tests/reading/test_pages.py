"""Web pages in a browser: nobody is shut out, nothing is cut off, and paper looks as the PDF does."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from pipeline.bind.page import bind_page
from pipeline.compose.style import WEB, web_style
from pipeline.model.publication import Identity
from tests.acceptance import readers, shelf
from tests.bind import books
from tests.compose import samples
from tests.press.generated import generated
from tests.reading.browser import told

pytestmark = pytest.mark.reading

A4 = (595, 842)
FAULTS = ("asked", "sideways", "outside", "clipped", "violations")
"""What the browser may find wrong with a page."""


def faults(pages: list[Path]) -> dict[str, Any]:
    """What is wrong with each page in light and dark, wide and narrow; nothing of those that are right."""
    found = told("page.mjs", *pages)
    assert len(found) == 4 * len(pages)
    return {
        f"{Path(seen['file']).name} {seen['width']} {seen['scheme']}": wrong
        for seen in found
        if (wrong := {kind: seen[kind] for kind in FAULTS if seen[kind]})
    }


def web_pages(project: Path) -> list[Path]:
    """Every web page of a library."""
    return sorted((project / "output").rglob("*.html"))


def test_every_page_of_the_sample_library_is_open_to_all(built: Path) -> None:
    """Axe finds nothing in light and dark, wide and narrow; no page scrolls sideways or asks the network."""
    pages = web_pages(built)
    assert {page.parent.parent.name for page in pages} == {"briefings", "series"}
    assert faults(pages) == {}


def test_a_page_that_holds_everything_is_open_to_all(everything: Path) -> None:
    """Formulas, wide tables, long words and addresses, a pack in one page."""
    pages = web_pages(everything)
    assert {page.parent.parent.name for page in pages} == {"briefings", "packs", "series"}
    assert faults(pages) == {}


@pytest.mark.parametrize("seed", [3, 17, 29])
def test_an_invented_text_fits_its_page(seed: int, tmp_path: Path) -> None:
    """Whatever is in it, nothing stands outside and nothing is cut off."""
    style = web_style(WEB, "briefing", samples.imprint(), samples.layouts())
    made = generated(seed, long_notes=False)
    body = re.sub("(</?)h3", r"\1h2", made.chapter.body)  # none skipped
    tables = count(1)
    body = re.sub('aria-label="Table"', lambda _: f'aria-label="Table {next(tables)}"', body)
    text = replace(made, web_style=style, chapters=(replace(made.chapter, body=body),))
    identity = Identity("lighting", "Street lighting", "Street lighting", "1.0")
    page = tmp_path / "lighting.html"
    page.write_bytes(bind_page(text, identity, books.PRODUCED, (), {}, samples.layouts()))
    assert faults([page]) == {}


def test_the_browser_sees_what_is_wrong(everything: Path, tmp_path: Path) -> None:
    """Of a page that was spoilt on purpose: pale words, a picture without words, a line that does not break."""
    whole = (everything / "output/briefings/quiet-streets/quiet-streets.html").read_text(encoding="utf-8")
    spoilt = tmp_path / "spoilt.html"
    spoilt.write_text(
        whole.replace("--ink-soft: #474c50", "--ink-soft: #aaaaaa").replace(
            "</article>", '<p><img src="data:,x"/></p><pre style="white-space: pre">' + "x" * 200 + "</pre></article>"
        ),
        encoding="utf-8",
    )
    found = told("page.mjs", spoilt)
    light = next(seen for seen in found if (seen["width"], seen["scheme"]) == (320, "light"))
    assert {said.partition(" ")[0] for said in light["violations"]} == {"color-contrast", "image-alt"}
    assert light["sideways"] > 0


@pytest.fixture(scope="module")
def printed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Path]]:
    """The briefings' pages, each with its print."""
    pages = [page for page in web_pages(built) if page.parent.parent.name == "briefings"]
    return list(zip(pages, map(Path, told("print.mjs", tmp_path_factory.mktemp("printed"), *pages)), strict=True))


def test_paper_is_that_of_the_pdf(printed: list[tuple[Path, Path]]) -> None:
    """A4, and as many pages give or take one: the reader's typeface is another."""
    for page, paper in printed:
        with pypdfium2.PdfDocument(paper) as pdf, pypdfium2.PdfDocument(page.with_suffix(".pdf")) as pressed:
            assert {tuple(map(round, sheet.get_size())) for sheet in pdf} == {A4}
            assert abs(len(pdf) - len(pressed)) <= 1, page.name


def test_every_printed_page_says_where_it_belongs(printed: list[tuple[Path, Path]]) -> None:
    """Date produced, short title and status at its head; id, version and its number at its foot."""
    for page, paper in printed:
        texts, pressed = readers.page_texts(paper), readers.page_texts(page.with_suffix(".pdf"))
        head = re.match(r"26/04/2024 .+? (?=SAMPLE)", pressed[1] if len(pressed) > 1 else pressed[0])
        for number, text in enumerate(texts, 1):
            assert "26/04/2024" in text
            assert "SAMPLE" in text
            assert f"{page.stem} · Version" in text
            assert f"Page {number} of {len(texts)}" in text
        assert head is None or all(head[0].split(" ", 1)[1].strip() in text for text in texts)


def test_no_heading_is_last_on_a_printed_page(printed: list[tuple[Path, Path]]) -> None:
    """Something of what it heads stands below it."""
    for page, paper in printed:
        headings = {readers.said(heading) for heading in readers.web_page(page).iter("h1", "h2", "h3", "h4")}
        for text in readers.page_texts(paper):
            body = re.split(rf" {page.stem} · Version", text)[0]
            assert not any(body.endswith(heading) for heading in headings), (page.name, body[-60:])


def test_pages_of_the_pdf_are_not_named_on_paper(printed: list[tuple[Path, Path]]) -> None:
    """The marks of its pages would be wrong there; an address that a link does not say is right."""
    texts = {page.stem: " ".join(readers.page_texts(paper)) for page, paper in printed}
    assert "(https://briefings.northmoor.example/problem-oriented-policing)" in texts["hot-spots-policing"].replace(
        " )", ")"
    )
    assert shelf.DATE == "2024-04-26"
