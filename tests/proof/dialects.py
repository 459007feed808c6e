"""Documents in the Markdown of ten kinds of authors: papers, guides, lectures, posts, notes of law. Invented, by seed.

What they are made of stands in `dialects.txt`: «S» is a sentence, «P» and «p» are some words, «w» one or two (in «w40»
with room behind them), «k» is the key of a work and «1» a number of the construct's own. No words stand twice, so that
none can be lost behind others.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support.invented import NAMES, WORDS

_BLOCKS = Path(__file__).with_name("dialects.txt").read_text(encoding="utf-8").split("=== ")
CONSTRUCTS = {name: text.strip("\n") for name, _, text in (block.partition("\n") for block in _BLOCKS) if name}
"""What documents are made of, by name."""
_SLOT = re.compile(r"«([A-Za-z1]+)(\d*)»( *)")
_USUAL = ("prose", "marks", "quotation", "nested lists", "address")
WORKS = 30
"""How many works there are to be cited."""


@dataclass(frozen=True)
class Kind:
    """A kind of document: the dialect that pandoc reads it in, and what it is made of beside the usual."""

    name: str
    dialect: str
    special: tuple[str, ...]

    @property
    def constructs(self) -> tuple[str, ...]:
        """The names of all that it is made of."""
        return _USUAL + self.special


# fmt: off
KINDS = (
    Kind("paper", "markdown",
         ("cited", "note", "noted heading", "figure", "captioned table", "inline formula", "environment")),
    Kind("guide", "gfm", ("bare address", "words in HTML", "details", "blank corner", "heading", "foreign marks")),
    Kind("lecture", "markdown", ("code", "shown formula", "inline formula", "interrupted list", "role", "cited")),
    Kind("post", "markdown", ("picture in HTML", "small marks", "shown formula", "note", "code in HTML", "cited")),
    Kind("policy", "markdown", ("callout", "named figure", "named box", "captioned table", "note", "cited")),
    Kind("readme", "gfm", ("tasks", "alert", "struck", "pipe table", "code", "reference link", "bare address")),
    Kind("manual", "gfm", ("admonition", "interrupted list", "code", "blocks in HTML", "pipe table")),
    Kind("law", "markdown", ("clauses", "letters", "Roman numbers", "terms", "note", "heading")),
    Kind("scholar", "markdown",
         ("letters", "small marks", "terms", "cited", "nested boxes")),
    Kind("pages", "gfm",
         ("table in HTML", "blocks in HTML", "words in HTML", "code in HTML", "details", "picture in HTML")),
)
# fmt: on


class Pen:
    """What fills the slots of one document."""

    def __init__(self, seed: str) -> None:
        self.dice = random.Random(seed)
        self.phrases = 0

    def phrase(self, least: int = 3, most: int = 6) -> str:
        """A few words that stand nowhere else: the last one is a name of their own."""
        self.phrases += 1
        town = "".join("bcdfghjkmp"[int(digit)] + "aeiou"[int(digit) % 5] for digit in str(self.phrases))
        return " ".join([*self.dice.sample(WORDS, self.dice.randint(least, most)), f"near {town}ton"])

    def filled(self, slot: str, number: int) -> str:
        """What stands in a slot."""
        made: dict[str, Callable[[], str]] = {
            "S": lambda: f"{self.phrase(7, 14).capitalize()}.",
            "P": lambda: self.phrase().capitalize(),
            "p": self.phrase,
            "w": lambda: self.phrase(1, 2),
            "k": lambda: f"work{self.dice.randrange(WORKS)}",
            "1": lambda: str(number),
        }
        return made[slot]()

    def construct(self, name: str, number: int) -> str:
        """A construct of a name, with words of its own."""

        def fill(found: re.Match[str]) -> str:
            words = self.filled(found[1], number)
            return words.ljust(len(found[0])) if found[2] else words + found[3]

        return _SLOT.sub(fill, CONSTRUCTS[name])


def document(kind: Kind, seed: int) -> str:
    """A document of a kind: each of its constructs at least once, in an order of its own."""
    pen = Pen(f"{kind.name} {seed}")
    names = [*kind.constructs, *pen.dice.choices(kind.constructs, k=8)]
    pen.dice.shuffle(names)
    parts = []
    for number, name in enumerate(names, 1):
        if number % 4 == 1:
            parts.append(f"## {pen.phrase().capitalize()}\n\n{pen.filled('S', number)}")
        parts.append(pen.construct(name, number))
    return "\n\n".join(parts) + "\n"


def bibliography() -> str:
    """The works that the documents cite, as BibTeX."""
    dice = random.Random(5)
    return "\n".join(
        f"@article{{work{n},\n  author = {{{dice.choice(NAMES)}, A. and {dice.choice(NAMES)}, D.}},\n"
        f"  title = {{Invented work {n}}},\n  journal = {{Journal of Invented Studies}},\n  year = {{{1980 + n}}},\n}}"
        for n in range(WORKS)
    )
