"""Headings and what they stand over: none is the last thing on its page, wherever the text before it ends."""

import random
import re
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from pipeline.model.formats import PdfVariant
from pipeline.press.press import press
from tests.press.placed import in_layout

WORDS = ("lamps", "were", "mended", "on", "some", "streets", "and", "left", "dark", "others", "burglaries", "counted")
SECTIONS = 36


def random_text(chance: random.Random, *lengths: int) -> str:
    """A sentence of one of these lengths in words."""
    return " ".join(chance.choice(WORDS) for _ in range(chance.choice(lengths))) + "."


def entries(chance: random.Random, most: int, *outer: int) -> Iterator[str]:
    """Entries of a list that each hold a list of so many."""
    for _ in range(chance.randint(1, most)):
        inner = "".join(f"<li @>{random_text(chance, 6, 12, 20)}</li>" for _ in range(chance.choice(outer)))
        yield f"<li @>{random_text(chance, 6, 12, 20)}<ul @>{inner}</ul></li>"


def in_lists(chance: random.Random) -> str:
    """A paragraph of two lines, and a list whose entries end with lists of one entry."""
    return f"<p @>{random_text(chance, 18)}</p><ul @>{''.join(entries(chance, 3, 1, 1, 2))}</ul>"


def in_quotations(chance: random.Random) -> str:
    """The same in a quotation, with a few words before it."""
    return f"<blockquote @><p @>{random_text(chance, 3)}</p><ol @>{''.join(entries(chance, 3, 2, 3))}</ol></blockquote>"


def code(chance: random.Random) -> str:
    """A line that leads to a block of code, or the code alone."""
    lead = f'<p class="lead-in" @>{random_text(chance, 18)}</p>' if chance.random() < 0.5 else ""
    lines = "\n".join(random_text(chance, 3) for _ in range(chance.choice((1, 2, 3, 9, 50))))
    return f"{lead}<pre @><code>{lines}</code></pre>"


@pytest.mark.proof
@pytest.mark.parametrize(
    ("variant", "below"), [("screen", in_lists), ("large-print", in_quotations), ("booklet", code)]
)
def test_no_heading_is_last_on_its_page(below: Callable[[random.Random], str], variant: PdfVariant) -> None:
    """An entry that is first and last kept what follows the list; where nothing on a page could part, a heading did."""
    chance = random.Random(19)
    text = "".join(f"<h2 @>Headed</h2>{below(chance)}" for _ in range(SECTIONS))
    ids = count()
    body = re.sub(" @", lambda _: f' id="x{next(ids)}"', text)
    sheets = press(in_layout(body, variant))
    page = dict(sheets.targets)
    assert sheets.pages > 9
    below_heads = re.findall(
        r'<h2 id="(\w+)">Headed</h2>(?:<blockquote id="\w+">)?<\w+(?: class="[-\w]+")? id="(\w+)"', body
    )
    assert len(below_heads) == SECTIONS
    assert [head for head, first in below_heads if page[head] != page[first]] == []


@pytest.mark.proof
def test_a_rule_under_a_heading_stays_with_the_words_below_it() -> None:
    chance = random.Random(19)
    sections = (
        f'<h2 id="h{n}">Headed</h2><hr id="r{n}"/><p id="p{n}">{random_text(chance, 6, 30, 60)}</p>'
        for n in range(SECTIONS)
    )
    page = dict(press(in_layout("".join(sections), "screen")).targets)
    assert [n for n in range(SECTIONS) if page[f"h{n}"] != page[f"p{n}"]] == []
