"""State of reading one text: its lines, its ids, its notes, and the collector of its diagnostics."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from markdown_it.token import Token

from pipeline.core.diagnostics import Desk, Place
from pipeline.core.messages import message
from pipeline.load.dialects.myst_targets import names_called, names_of_myst
from pipeline.load.dialects.tex_brackets import FOUND, has_tex_brackets
from pipeline.load.dialects.told_once import Tally
from pipeline.load.html.words import read_tags
from pipeline.load.markdown.maths import Declared, MathsScope
from pipeline.load.markdown.parser import parser
from pipeline.load.markdown.places import Origin, Spots
from pipeline.model.body import Block

_EXPLICIT = re.compile(r"\{[^{}\n]*#([A-Za-z][\w:.\-]*)")


class Draft:
    """One text on its way to a tree. Lives only while `parse_body` runs."""

    def __init__(self, text: str, origin: Origin, desk: Desk, alts: Mapping[str, str], macros: Declared = ()) -> None:
        self.origin, self.desk, self.alts = origin, desk, alts
        self.maths = MathsScope(text, macros)
        self.lines: Sequence[str] = [line.rstrip() for line in text.split("\n")]
        self.env: dict[str, Any] = {FOUND: has_tex_brackets(text)}
        self.notes: dict[str, tuple[list[Token], Place]] = {}
        self.called: dict[str, int] = {}
        self.note_places: dict[str, Place] = {}
        self.note = ""
        """The label of the note that is read."""
        self.links: set[str] = set()
        """The labels of addresses that links and pictures name."""
        self.written: dict[str, tuple[Block, ...]] = {}
        self._ids: dict[str, Place] = {}
        self._explicit = set(_EXPLICIT.findall(text)) if "#" in text else set()
        self._named = names_of_myst(text)
        self.names_called = names_called(text) if self._named else frozenset()
        self._repeats: dict[str, int] = {}
        self.tally = Tally()
        self.hidden: list[Place] = []
        """Places of comments, and of elements that are left out with their words."""
        self.shift = 0
        """Number of levels by which headings are moved down."""
        self.highest = 2
        """The highest level at which a heading stands rightly."""
        self.level = 1
        """The level of the heading before, as it is judged."""
        self.top = ""
        """The id of the heading that repeats the title and is left out."""
        self.title = ""
        """The words of that heading, for links that have none."""

    def tokens(self, content: str) -> list[Token]:
        """The tokens of a block's words."""
        found: list[Token] = []
        md = parser()
        md.inline.parse(content, md, self.env, found)
        if "<" in content:
            found = read_tags(found, content)
        self.links.update(token.meta["label"] for token in found if "label" in token.meta and token.type != "note_call")
        return self.maths.without_definitions(found)

    def names(self, target: str) -> bool:
        """Whether the text gives this id, by braces, by a label or as MyST does."""
        return target in self._explicit or target in self.maths.labels or target in self._named

    def place(self, spots: Spots, offset: int) -> Place:
        """The place of a character of a block's words."""
        return self.origin.at(spots.at(offset))

    def row(self, token: Token) -> Place:
        """The place of a block: the first character of its first line."""
        row = min(token.map[0], len(self.lines) - 1) if token.map else 0
        line = self.lines[row]
        return self.origin.at((row, len(line) - len(line.lstrip())))

    def claim(self, name: str, place: Place) -> str:
        """The id, or nothing after a remark that it is taken."""
        if not name:
            return ""
        if name in self._ids:
            self.desk.report(message("id-duplicate", place, id=name, line=self._ids[name].line))
            return ""
        self._ids[name] = place
        return name

    def slug(self, words: str, place: Place) -> str:
        """An id made of a heading's words, unlike any other."""
        flat = unicodedata.normalize("NFKD", words).lower()
        flat = "".join(c for c in flat if not unicodedata.combining(c)).replace("'", "").replace("’", "")
        slug = "-".join(re.findall(r"[^\W_]+", flat)) or "section"
        if not slug[0].isalpha():
            slug = f"section-{slug}"
        name, number = slug, self._repeats.get(slug, 2)
        while name in self._ids or name in self._explicit:
            name, number = f"{slug}-{number}", number + 1
        self._ids[name] = place
        self._repeats[slug] = number
        return name

    def call(self, label: str, place: Place) -> int:
        """The number of the note with this label."""
        if label not in self.called:
            self.called[label] = len(self.called) + 1
            self.note_places[label] = place
        return self.called[label]
