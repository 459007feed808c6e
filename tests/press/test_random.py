"""Random texts of every kind of block: tags and page map hold whatever a page break cuts through."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO
from xml.etree import ElementTree

import pytest
from pikepdf import Pdf

from pipeline.model.sheets import BLOCKS
from pipeline.pdf.tree import wrong_mappings
from pipeline.press.press import press
from tests.support.press.manuscripts import MARK, manuscript, page_texts
from tests.support.project import sample

WORDS = (
    *("lamps", "were", "and", "left", "dark", "on", "<em>mended</em>", "<code>x</code>", "<strong>bold</strong>"),
    *('<a href="https://e.example/">some streets</a>', f"{MARK} mixed"),
)


class Writer:
    """Writes blocks with ids of their own."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.count = 0

    def put(self, tag: str, content: str, more: str = "") -> str:
        """An element with an id."""
        self.count += 1
        return f'<{tag} id="x{self.count}"{more}>{content}</{tag}>'

    def words(self, most: int) -> str:
        """Up to so many words."""
        return " ".join(self.dice.choice(WORDS) for _ in range(self.dice.randint(2, most)))

    def several(self, most: int, make: Callable[[], str]) -> str:
        """Up to so many of a thing."""
        return "".join(make() for _ in range(self.dice.randint(1, most)))

    def paragraph(self) -> str:
        """A paragraph."""
        return self.put("p", self.words(120))

    def listing(self, depth: int = 0) -> str:
        """A list, with lists in it."""

        def entry() -> str:
            text = self.words(50) if self.dice.random() < 0.6 else self.paragraph()
            return self.put("li", text + (self.listing(depth + 1) if depth < 2 and self.dice.random() < 0.3 else ""))

        return self.put(self.dice.choice(("ol", "ul")), self.several(7, entry))

    def terms(self) -> str:
        """A definition list."""

        def entry() -> str:
            return self.put("dt", self.words(3)) + self.several(2, lambda: self.put("dd", self.words(70)))

        return self.put("dl", self.several(6, entry))

    def table(self) -> str:
        """A table with a head and row heads."""
        columns = self.dice.randint(1, 3)
        head = "".join(self.put("th", self.words(2)) for _ in range(columns + 1))

        def row() -> str:
            cells = "".join(self.put("td", self.words(8)) for _ in range(columns))
            label = self.put("th", self.words(3), ' scope="row"')
            return f"<tr>{label}{cells}</tr>"

        return self.put("table", f"<thead><tr>{head}</tr></thead><tbody>{self.several(25, row)}</tbody>")

    def box(self) -> str:
        """A box with other blocks in it."""
        return self.put("aside", self.several(4, self.dice.choice((self.paragraph, self.listing, self.terms))))

    def text(self) -> str:
        """A whole text."""
        kinds = (self.paragraph, self.paragraph, self.listing, self.terms, self.table, self.box)
        return "".join(self.dice.choice(kinds)() for _ in range(22))


def own_text(element: ElementTree.Element, outermost: bool = True) -> str:
    """The words of a block without those of blocks within it."""
    words = element.text or ""
    for child in element:
        words += "" if child.tag in BLOCKS and child.get("id") else own_text(child, outermost=False)
        words += child.tail or ""
    return words


@pytest.mark.proof
@pytest.mark.parametrize("seed", sample(range(1, 1000), 2, 20))
def test_tags_and_map_of_random_texts_are_right(seed: int) -> None:
    body = Writer(seed).text()
    sheets = press(manuscript(body))
    assert sheets.remarks == ()
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        assert wrong_mappings(pdf)[1] == 0
    blocks = {e.get("id"): e for e in ElementTree.fromstring(f"<body>{body}</body>").iter()}
    for start, words in zip(sheets.starts, page_texts(sheets.pdf), strict=True):
        first = "".join(own_text(blocks[start.element]).split())[start.offset :][:10]
        assert first
        assert first in "".join(words.split())[:150]
