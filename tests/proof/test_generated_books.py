"""Invented texts as EPUBs: EPUBCheck finds nothing wrong with any, and Ace nothing with one."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from html import unescape
from itertools import count
from pathlib import Path

import pytest

from pipeline.bind.chapters import BindContext, list_reflowing_chapters
from pipeline.bind.epub.book import bind_epub
from pipeline.compose.design.faces import choose_book_fonts
from pipeline.compose.design.style import EPUB_SHEETS, screen_style
from pipeline.core.text.fonts import read_font_licence
from pipeline.load.folders import read_layouts
from pipeline.model.manuscript import NO_ASSETS, BookFont, Bookmark, EpubAssets, FontLicence, Manuscript
from pipeline.model.sheets import Identity, PageStart
from pipeline.press.press import draw_cover, subset_font
from pipeline.proof.expected_content import ProofJob
from pipeline.proof.inspection import check_epub
from tests.proof.node import ace
from tests.support.press.manuscripts import asset, manuscript
from tests.support.press.random_manuscripts import SEEDS, SQUARE, generated
from tests.support.project import ROOT, sample
from tests.support.proof.reference_validators import checked
from tests.support.resolve.library_parts import imprint
from tests.support.words import ENGLISH

DAY = date(2024, 4, 26)
LOOKED_INTO = sample(SEEDS, 1, 5)
"""Those that Ace opens in a browser."""
CASED = 1
PICTURE = asset(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>')
IDENTITY = Identity("lighting", "Street lighting", "Street lighting", "1.0", ENGLISH)
LAYOUTS = read_layouts(ROOT, ROOT / "layouts")


def text(seed: int) -> Manuscript:
    """An invented text as compose would give it: no level skipped, every heading a bookmark, every region its name.

    Its picture says how large it is, and no note is called twice, as the generator leads from a note to one call alone.
    No plain cell is merged: the others of its row are empty.
    """
    text_ = generated(seed)
    number = count(1)
    body = re.sub("(</?)h3", r"\1h2", text_.chapter.body).replace(SQUARE.sha256, PICTURE.sha256)
    body = re.sub('<a role="doc-noteref" class="noteref" href="[^"]*">[0-9]*</a>,', "", body)
    body = re.sub('aria-label="(Table|Note)"', lambda match: f'aria-label="{match[1]} {next(number)}"', body)
    body = re.sub(r'(<td [^>]*) colspan="(\d)">(.*?</td>)', lambda td: f"{td[1]}>{td[3]}{empty(int(td[2]) - 1)}", body)
    marks = tuple(
        Bookmark(int(level), identifier, heard(words))
        for level, identifier, words in re.findall(r'<h(\d) id="([^"]*)"[^>]*>(.*?)</h\1>', body)
    )
    chapter = replace(text_.chapter, body=body, bookmarks=marks, landmark="bodymatter")
    return replace(
        text_, chapters=(chapter,), images=(PICTURE,), epub_style=screen_style(EPUB_SHEETS, imprint(), LAYOUTS)
    )


def empty(cells: int) -> str:
    """So many cells of a table without words."""
    return "<td></td>" * cells


def heard(words: str) -> str:
    """The words of a heading without tags and calls of notes; a formula in words."""
    spoken = re.sub('<math[^>]*alttext="([^"]*)".*?</math>', r"\1", words)
    return " ".join(unescape(re.sub(r'<a role="doc-noteref".*?</a>,?|<[^>]*>', "", spoken)).split())


def assets(text_: Manuscript) -> EpubAssets:
    """A cover, and the faces that the text uses."""
    cuts = choose_book_fonts(text_.chapters, (text_.metadata.title,), text_.fonts, text_.epub_style)
    fonts = tuple(BookFont(cut.family, cut.face.weight, cut.face.italic, subset_font(cut)) for cut in cuts)
    licences = tuple(
        FontLicence(name, read_font_licence(name)) for name in dict.fromkeys(face.package for face in text_.fonts)
    )
    return EpubAssets(draw_cover(manuscript("<h1>Street lighting</h1>")).picture, fonts, licences)


def pages(text_: Manuscript) -> tuple[PageStart, ...]:
    """A page at every tenth block, within its words at every other: where a PDF begins one is tested by itself."""
    running = text_.chapter.body.partition('<section id="')[0]
    blocks = re.findall(r'<(?:p|li|dd|td) id="(x\d+)"(>[a-z]{3})?', running)[::10]
    return tuple(
        PageStart(page, block, 2 * (page % 2) if words else 0) for page, (block, words) in enumerate(blocks, 1)
    )


def book(seed: int) -> bytes:
    """An invented text as an EPUB with pages."""
    made = text(seed)
    context = BindContext(made.metadata, IDENTITY, DAY, {}, LAYOUTS)
    chapters = list_reflowing_chapters(made, pages(made))
    return bind_epub(chapters, context, made.epub_style, (PICTURE,), assets(made) if seed == CASED else NO_ASSETS)


@pytest.fixture(scope="module")
def books() -> Mapping[str, bytes]:
    """All of them."""
    return {f"{seed}.epub": book(seed) for seed in SEEDS}


def test_our_own_checks_find_nothing_in_a_book_with_its_cover_and_fonts() -> None:
    assert [str(fault) for fault in check_epub(ProofJob("1.epub", book(CASED)))] == []


@pytest.mark.proof
def test_epubcheck_finds_nothing_in_any(books: Mapping[str, bytes], tmp_path: Path) -> None:
    assert [str(fault) for name, content in books.items() for fault in check_epub(ProofJob(name, content))] == []
    assert checked(books, tmp_path) == []


@pytest.mark.proof
def test_ace_finds_nothing_in_some(books: Mapping[str, bytes], tmp_path: Path) -> None:
    some = {name: books[name] for name in (f"{seed}.epub" for seed in LOOKED_INTO)}
    assert {name: faults for name, faults in ace(some, tmp_path).items() if faults} == {}
