"""Every page of a PDF, once and in order, in EPUB and web page, right to the word against the PDF's own text.

Looked at from the finished files alone, and by other readers than the proof's: what stands highest on the page, by
the place of its words; what stands behind the mark, by the text nodes of the document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from lxml import etree

from tests.support import outputs

HEAD, FOOT, COLUMN = 48, 50, 1
"""The running lines end and begin so many points from the edge; the text column ends at this part of the width."""

GAP = 7.6
"""So many points between two words part two cells."""

LINE = 6
"""Words whose feet are less far apart stand on one line: code and small figures stand a little lower or higher."""

SILENT = "ancestor::*[@aria-hidden='true' or @class='sep' or @class='page-word' or local-name()='math']"
"""Words that a page does not show, or shows as a drawing."""


def letters(words: str) -> str:
    """Letters and digits alone."""
    return re.sub(r"[\W_]+", "", words).casefold()


@dataclass(frozen=True)
class Word:
    """A word of a page: what it says, its line, and where it begins and ends."""

    said: str
    line: int
    left: float
    right: float


def top(page: Any) -> list[Word]:
    """The words of a page's column from the top, line by line."""
    box = page.rect
    words = [
        w for w in page.get_text("words") if w[1] > HEAD and w[3] < box.height - FOOT and w[0] < box.width * COLUMN
    ]
    found: list[Word] = []
    first, line = float(-LINE), 0
    for w in sorted(words, key=itemgetter(3)):
        if w[3] - first >= LINE:
            first, line = w[3], line + 1
        found.append(Word(w[4], line, w[0], w[2]))
    found.sort(key=lambda word: (word.line, word.left))
    begins = next((n for n, word in enumerate(found) if word.left < box.width / 2), 0)
    return found[begins:]  # the second column may begin a little higher than the first


def first_line(words: list[Word]) -> str:
    """The letters of the first line, or, of a row, of the first line of its first cell."""
    line = [word for word in words if word.line == words[0].line]
    gaps = (n for n in range(1, len(line)) if line[n].left - line[n - 1].right > GAP)
    return letters("".join(word.said for word in line[: next(gaps, len(line))]))


def behind(mark: Any) -> str:
    """The letters behind a mark."""
    said = ""
    for text in mark.xpath(f"following::text()[not({SILENT})]"):
        said += letters(text)
        if len(said) > 400:
            break
    return said


def places(mark: Any) -> Iterator[str]:
    """What a page may begin with at this mark: the text behind it; in a row, the head cells before it."""
    yield behind(mark)
    row = mark.xpath("ancestor::*[local-name()='tr'][1]")
    if row:
        yield letters("".join(row[0].itertext())) + behind(mark)


def without_head(words: list[Word], mark: Any) -> list[Word]:
    """The words of a page without the head of a table that is repeated there."""
    heads = mark.xpath("ancestor::*[local-name()='table'][1]/*[local-name()='thead']")
    if not heads:
        return words
    head = Counter(letters("".join(heads[0].itertext())))
    for count in range(len(words), 0, -1):
        said = Counter(letters("".join(word.said for word in words[:count])))
        if said <= head and said.total() > head.total() / 2:  # what stands in the margin is none of these words
            return words[count:]
    return words


def begins_with_head(words: list[Word], mark: Any) -> bool:
    """Whether a table begins behind a mark and on the page: head cells of several lines stand level at their feet."""
    heads = mark.xpath("following::*[local-name()='thead'][1]")
    head = letters("".join(heads[0].itertext())) if heads else ""
    if not head or not behind(mark).startswith(head):
        return False
    said = (letters("".join(word.said for word in words[:count])) for count in range(1, len(words)))
    return any(sorted(some) == sorted(head) for some in said)


def begins_there(page: Any, mark: Any) -> bool:
    """Whether a page begins with what stands behind a mark. Of a picture, its caption must stand on the page."""
    words = top(page)
    if shown := mark.xpath("following-sibling::*[1][local-name()='figure']"):
        return letters("".join(shown[0].itertext())) in letters("".join(word.said for word in words))
    if begins_with_head(words, mark):
        return True
    said = first_line(without_head(words, mark))
    if mark.xpath("parent::*[local-name()='li']/parent::*[local-name()='ol' and not(@role)]"):
        said = re.sub(r"^\d+", "", said)  # the number of an entry is its list's
    return said != "" and any(text.startswith(said) for text in places(mark))


def marks(root: Any) -> list[Any]:
    """The page marks of a document."""
    found: list[Any] = root.xpath("//*[@role='doc-pagebreak']")
    return found


def pairs(folder: Path, end: str) -> list[Path]:
    """The PDFs that have an edition of another kind beside them."""
    return [path for path in sorted(folder.rglob("*.pdf")) if path.with_suffix(end).is_file()]


@pytest.fixture(scope="module")
def output(built: Path) -> Path:
    """All that was made of the sample library and the handbook."""
    return built / "output"


@pytest.mark.proof
def test_a_book_lists_every_page_of_its_pdf_and_marks_its_first_word(output: Path) -> None:
    """In briefings by their own pages, in packs by the folios of the PDF."""
    seen = 0
    for path in pairs(output, ".epub"):
        documents = outputs.documents(path.with_suffix(".epub"))
        by_name = {name.rpartition("EPUB/")[2]: root for name, root in documents.items()}
        listed = by_name["nav.xhtml"].xpath("//*[@role='doc-pagelist']//*[local-name()='a']")
        assert [link.text for link in listed] == outputs.page_labels(path)
        with pymupdf.open(path) as pdf:
            for page, link in zip(pdf, listed, strict=True):
                name, _, anchor = link.get("href").partition("#")
                (mark,) = by_name[name].xpath(f"//*[@id='{anchor}']")
                assert (mark.get("role"), mark.get("aria-label")) == ("doc-pagebreak", link.text)
                assert begins_there(page, mark), (path.name, link.text, top(page)[:5], behind(mark)[:60])
                seen += 1
        assert sum(len(marks(root)) for root in documents.values()) == len(listed)
    assert seen > 100


def test_a_web_page_marks_every_page_of_its_pdf(output: Path) -> None:
    seen = 0
    for path in pairs(output, ".html"):
        found = marks(outputs.web_page(path.with_suffix(".html")))
        assert [mark.get("data-page") for mark in found] == outputs.page_labels(path)
        with pymupdf.open(path) as pdf:
            for page, mark in zip(pdf, found, strict=True):
                assert begins_there(page, mark), (path.name, mark.get("data-page"), top(page)[:5], behind(mark)[:60])
                seen += 1
    assert seen > 15


def test_no_heading_or_caption_holds_a_mark(output: Path) -> None:
    """Nor anything else that an element says it is named by; a link with a mark in it is named by its words.

    A mark in a table is silent: no cell is heard with it.
    """
    for path in sorted(output.rglob("*.epub")):
        for name, root in outputs.documents(path).items():
            naming = {i for held in root.xpath("//@aria-labelledby") for i in held.split()}
            for mark in marks(root):
                above = [(etree.QName(e).localname, e.get("id")) for e in mark.iterancestors()]
                assert not {tag for tag, _ in above} & {"h1", "h2", "h3", "h4", "caption", "figcaption"}, name
                assert mark.get("aria-hidden") == ("true" if {tag for tag, _ in above} & {"th", "td"} else None), name
                assert not {identity for _, identity in above} & naming, name
                assert all(e.get("aria-label") for e in mark.iterancestors() if etree.QName(e).localname == "a"), name
