"""A text as EPUB and as web page, with the pages of its PDF."""

from __future__ import annotations

from datetime import date

from pipeline.bind.epub.book import bind_epub
from pipeline.bind.epub.documents import epub_chapters
from pipeline.bind.web.page import bind_page
from pipeline.model.formats import EPUB, PAGE
from pipeline.model.identity import Identity
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import Sheets
from pipeline.proof.job import ParityJob
from pipeline.proof.parity.promise import briefing_promise, with_pages
from pipeline.proof.pdf.openings import page_openings
from tests.support.bind.books import layouts
from tests.support.words import ENGLISH

DAY = date(2024, 4, 26)
IDENTITY = Identity("lighting", "Street lighting", "Street lighting", "1.0", ENGLISH)


def finished(text: Manuscript, sheets: Sheets) -> tuple[ParityJob, ParityJob]:
    """The EPUB and the web page of a text, with the pages that they must mark."""
    promise = briefing_promise(text, sheets.pages, IDENTITY, DAY, None)
    promise = with_pages(promise, [(1, page_openings(sheets.pdf))])
    chapters = epub_chapters(text, sheets.starts)
    book = bind_epub(text.metadata, chapters, "", text.images, DAY, IDENTITY, {}, "urn:pdf", layouts())
    page = bind_page(text, IDENTITY, DAY, sheets.starts, {}, layouts())
    return ParityJob("book", book, EPUB, promise), ParityJob("page", page, PAGE, promise)
