"""Texts in the style of our layouts, and where the words of their pages stand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pypdfium2

from pipeline.model.formats import PdfVariant
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import TypesetPages
from tests.support.press.manuscripts import manuscript
from tests.support.press.random_manuscripts import sheet

MILLIMETRE = 72 / 25.4


def in_layout(body: str, variant: PdfVariant = "screen", head: str = "") -> Manuscript:
    """A text in the style of our layouts, below the head of its page."""
    style, faces = sheet(variant)
    return replace(
        manuscript(f'{head}<div class="text" id="text">{body}</div>'), style=style, fonts=faces, variant=variant
    )


@dataclass(frozen=True)
class Word:
    """A word on a page: its page, its edges in points, and how high its type is."""

    page: int
    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float


def words(sheets: TypesetPages, sought: str) -> list[Word]:
    """Where words that begin so stand."""
    return [word for word in all_words(sheets.pdf) if word.text.startswith(sought)]


def all_words(pdf: bytes) -> Iterator[Word]:
    """The words of all pages."""
    for number, page in enumerate(pypdfium2.PdfDocument(pdf), 1):
        text = page.get_textpage()
        run: list[int] = []
        for at in range(text.count_chars() + 1):
            if at < text.count_chars() and text.get_text_range(at, 1).strip():
                run.append(at)
            elif run:
                boxes = [text.get_charbox(index, loose=True) for index in run]
                left, low, right, high = zip(*boxes, strict=True)
                word = "".join(text.get_text_range(index, 1) for index in run)
                size = pypdfium2.raw.FPDFText_GetFontSize(text, run[0])
                yield Word(number, word, min(left), max(right), min(low), max(high), round(size * 0.75, 1))
                run = []
