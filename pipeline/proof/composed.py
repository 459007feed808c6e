"""What a text holds that its finished file must hold too: read off the composed XHTML, as its style shows it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import cssselect2
import tinycss2

from pipeline.model.manuscript import Chapter
from pipeline.press.document import SVG, read_body

_BLOCKS = frozenset({
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "hgroup", "li", "td", "th", "tr", "caption", "table", "pre", "hr"),
    *("blockquote", "dt", "dd", "figcaption", "figure", "div", "section", "aside", "article", "header", "footer"),
    *("nav", "ul", "ol", "dl", "address", "main", "thead", "tbody", "tfoot", "body"),
})  # fmt: skip
_MATHEMATICS = "{http://www.w3.org/1998/Math/MathML}math"


@dataclass(slots=True)
class Composed:
    """One text as its reader must find it."""

    words: str = ""
    """The running text, notes apart; blocks are parted by new lines."""
    opening: int = 0
    """Letters until the end of the title block."""
    notes: list[str] = field(default_factory=list)
    headings: list[tuple[str, str]] = field(default_factory=list)
    """'H2' and its words."""
    tables: int = 0
    header_cells: int = 0
    links: int = 0
    pictures: list[str] = field(default_factory=list)
    """What is said of each picture that is not decoration."""


def letters(text: str) -> str:
    """The letters and digits of a text alone, small and in their plain form: what no line break can change."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def composed(chapters: tuple[Chapter, ...], style: str, produced: str) -> Composed:
    """What chapters hold. `produced` is the sentence that the bindery puts where the text keeps a place for it."""
    found = Composed()
    matcher = _matcher(style)
    said: list[str] = []
    for number, chapter in enumerate(chapters):
        body = read_body(chapter.body, chapter.name)
        reader = _Reader(found, matcher, produced, said)
        reader.read(cssselect2.ElementWrapper.from_html_root(body))
        if number == 0:
            found.opening = reader.opening or len(letters("".join(said)))
    found.words = "".join(said)
    return found


class _Reader:
    """Reads one chapter in the order of its elements."""

    def __init__(self, found: Composed, matcher: Any, produced: str, said: list[str]) -> None:
        self._found = found
        self._matcher = matcher
        self._produced = produced
        self._said = said
        self.opening = 0

    def read(self, wrapper: Any) -> None:
        """Read an element and everything in it."""
        element = wrapper.etree_element
        name = str(element.tag)
        if element.get("aria-hidden") == "true" or self._is_hidden(wrapper):
            return
        if element.get("role") == "doc-footnote" and self._said is not None:
            self._note(wrapper)
            return
        if name in ("img", f"{SVG}svg", _MATHEMATICS):
            self._picture(element, name)
            return
        if element.get("data-slot"):
            self._say("\n" + (self._produced if element.get("data-slot") == "produced" else "") + "\n")
            return
        self._count(element, name)
        start = len(self._said)
        self._inner(wrapper)
        if re.fullmatch("h[1-6]", name):
            self._found.headings.append((name.upper(), "".join(self._said[start:])))
        if name == "header" and not self.opening:
            self.opening = len(letters("".join(self._said)))

    def _inner(self, wrapper: Any) -> None:
        element = wrapper.etree_element
        block = str(element.tag) in _BLOCKS
        self._say("\n" * block + (element.text or ""))
        for child in wrapper.iter_children():
            self.read(child)
            self._say(child.etree_element.tail or "")
        self._say("\n" if block else " " if element.tag == "br" else "")

    def _note(self, wrapper: Any) -> None:
        around, self._said = self._said, []
        self._inner(wrapper)
        self._found.notes.append("".join(self._said))
        self._said = around

    def _picture(self, element: Any, name: str) -> None:
        said = element.get("alt") if name == "img" else element.get("aria-label") or element.findtext(f"{SVG}title")
        if said and element.get("role") not in ("presentation", "none"):
            self._found.pictures.append(said)

    def _count(self, element: Any, name: str) -> None:
        self._found.tables += name == "table"
        self._found.header_cells += name == "th"
        self._found.links += name == "a" and element.get("href") is not None

    def _say(self, words: str) -> None:
        if words:
            self._said.append(words)

    def _is_hidden(self, wrapper: Any) -> bool:
        """Whether the style leaves an element out, by the last and most specific rule that says how it is shown."""
        matched = self._matcher.match(wrapper)
        return bool(matched) and bool(matched[-1][3])


@lru_cache(maxsize=8)
def _matcher(style: str) -> Any:
    """All rules of a style for paged media that say how something is displayed; True where it is not."""
    matcher = cssselect2.Matcher()
    for prelude, hides in _rules(tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)):
        for selector in cssselect2.compile_selector_list(prelude):
            if selector.pseudo_element is None:
                matcher.add_selector(selector, hides)
    return matcher


def _rules(nodes: list[Any]) -> list[tuple[list[Any], bool]]:
    found: list[tuple[list[Any], bool]] = []
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword == "media" and node.content is not None:
            media = tinycss2.serialize(node.prelude).strip().lower()
            if media in ("print", "all"):
                found += _rules(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True))
        elif node.type == "qualified-rule":
            declared = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            shown = [d for d in declared if d.type == "declaration" and d.lower_name == "display"]
            if shown:
                found.append((node.prelude, tinycss2.serialize(shown[-1].value).strip().lower() == "none"))
    return found
