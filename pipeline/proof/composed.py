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

BLOCKS = frozenset({
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "hgroup", "li", "td", "th", "tr", "caption", "table", "pre", "hr"),
    *("blockquote", "dt", "dd", "figcaption", "figure", "div", "section", "aside", "article", "header", "footer"),
    *("nav", "ul", "ol", "dl", "address", "main", "thead", "tbody", "tfoot", "body"),
})  # fmt: skip
_MATHEMATICS = "{http://www.w3.org/1998/Math/MathML}math"


@dataclass(slots=True)
class Composed:
    """One text as its reader must find it."""

    notes_at_end: bool = True
    words: str = ""
    """The running text, notes apart; blocks are parted by new lines."""
    opening: int = 0
    """Letters until the end of the title block."""
    notes: list[str] = field(default_factory=list)
    headings: list[tuple[str, str]] = field(default_factory=list)
    """'H2' and its words."""
    tables: list[int] = field(default_factory=list)
    """How many rows each table has."""
    header_cells: int = 0
    links: list[str] = field(default_factory=list)
    """What each link says."""
    note_headings: list[str] = field(default_factory=list)
    """Ids of headings of nothing but notes: with the notes at their calls these headings have gone."""
    pictures: list[str] = field(default_factory=list)
    """What is said of each picture that is not decoration."""


def letters(text: str) -> str:
    """The letters and digits of a text alone, small and in their plain form: what no line break can change."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def composed(chapters: tuple[Chapter, ...], style: str, produced: str, notes_at_end: bool = True) -> Composed:
    """What chapters hold. `produced` is the sentence that the bindery puts where the text keeps a place for it.

    `notes_at_end` says whether sections of notes have kept their headings.
    """
    found = Composed(notes_at_end=notes_at_end)
    sheet = sheet_of(style)
    said: list[str] = []
    for number, chapter in enumerate(chapters):
        body = read_body(chapter.body, chapter.name)
        reader = _Reader(found, sheet, produced, said, notes_at_end)
        reader.read(cssselect2.ElementWrapper.from_html_root(body))
        if number == 0:
            found.opening = reader.opening or len(letters("".join(said)))
    found.words = "".join(said)
    return found


class _Reader:
    """Reads one chapter in the order of its elements."""

    def __init__(self, found: Composed, sheet: Sheet, produced: str, said: list[str], notes_at_end: bool) -> None:
        self._found = found
        self._sheet = sheet
        self._produced = produced
        self._said = said
        self._notes_at_end = notes_at_end
        self._tables: list[int] = []
        """Which tables those around are that are being read, the innermost last."""
        self.opening = 0

    def read(self, wrapper: Any) -> None:
        """Read an element and everything in it."""
        element = wrapper.etree_element
        name = str(element.tag)
        if element.get("aria-hidden") == "true" or self._is_hidden(wrapper):
            return
        if element.get("role") == "doc-footnote":
            self._note(wrapper)
            return
        if name in ("img", f"{SVG}svg", _MATHEMATICS):
            self._picture(element, name)
            return
        if element.get("data-slot"):
            self._say("\n" + (self._produced if element.get("data-slot") == "produced" else "") + "\n")
            return
        if headings := _note_headings(element):
            self._found.note_headings += [heading.get("id", "") for heading in headings]
            for heading in headings if not self._notes_at_end else ():
                element.remove(heading)
        self._begin(name)
        start = len(self._said)
        self._inner(wrapper)
        if name == "table":
            self._tables.pop()
        elif name == "a" and element.get("href") is not None:
            self._found.links.append("".join(self._said[start:]))
        if re.fullmatch("h[1-6]", name):
            self._found.headings.append((name.upper(), "".join(self._said[start:])))
        if name == "header" and not self.opening:
            self.opening = len(letters("".join(self._said)))

    def _inner(self, wrapper: Any) -> None:
        element = wrapper.etree_element
        block = str(element.tag) in BLOCKS
        self._say("\n" * block + (self._label(wrapper) if element.get("data-label") else "") + (element.text or ""))
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
        if name == "img":
            said = element.get("alt")
        elif name == _MATHEMATICS:
            said = element.get("alttext")
        else:
            said = element.get("aria-label") or element.findtext(f"{SVG}title")
        if said and element.get("role") not in ("presentation", "none"):
            self._found.pictures.append(said)

    def _begin(self, name: str) -> None:
        if name == "table":
            self._tables.append(len(self._found.tables))
            self._found.tables.append(0)
        elif name == "tr" and self._tables:
            self._found.tables[self._tables[-1]] += 1
        self._found.header_cells += name == "th"

    def _say(self, words: str) -> None:
        if words:
            self._said.append(words)

    def _is_hidden(self, wrapper: Any) -> bool:
        """Whether the style leaves an element out."""
        return self._sheet.last(wrapper, "display", "") == "none"

    def _label(self, wrapper: Any) -> str:
        """What a cell says before its value where the style hides the head of its table: the head of its column.

        Any other words that a style adds are decoration: they are not read aloud.
        """
        table = next((above for above in wrapper.ancestors if above.etree_element.tag == "table"), None)
        if table is None or not any(self._is_hidden(kid) for kid in table.iter_children() if kid.local_name == "thead"):
            return ""
        said = []
        for token in self._sheet.tokens(wrapper, "content", "before"):
            if token.type == "string":
                said.append(token.value)
            elif token.type == "function" and token.lower_name == "attr":
                name = tinycss2.serialize(token.arguments).strip()
                said.append(wrapper.etree_element.get(name, ""))
        return "".join(said)


def _note_headings(element: Any) -> list[Any]:
    """The headings of a section that holds nothing beside them but notes."""
    kids = list(element)
    headings = [kid for kid in kids if re.fullmatch("h[1-6]", str(kid.tag))]
    notes = [kid for kid in kids if kid.get("role") == "doc-footnote"]
    return headings if notes and len(headings) + len(notes) == len(kids) else []


class Sheet:
    """The rules of a style that decide which words are there: on paper, or on any screen whatever its width."""

    def __init__(self, style: str, medium: str = "print") -> None:
        self._matchers: dict[tuple[str, str], Any] = {}
        self.hides = False
        """Whether the style leaves anything out."""
        nodes = tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
        for prelude, declared in _rules(nodes, (medium, "all")):
            for selector in cssselect2.compile_selector_list(prelude):
                for declaration in declared:
                    said = tinycss2.serialize(declaration.value).strip().lower()
                    self.hides |= (declaration.lower_name, said) == ("display", "none")
                    key = (declaration.lower_name, selector.pseudo_element or "")
                    self._matchers.setdefault(key, cssselect2.Matcher()).add_selector(selector, declaration.value)

    def tokens(self, wrapper: Any, name: str, pseudo: str) -> list[Any]:
        """The value that the last and most specific rule gives a property."""
        matcher = self._matchers.get((name, pseudo))
        matched = matcher.match(wrapper) if matcher else ()
        return list(matched[-1][3]) if matched else []

    def last(self, wrapper: Any, name: str, pseudo: str) -> str:
        """The same as text."""
        return str(tinycss2.serialize(self.tokens(wrapper, name, pseudo))).strip().lower()


@lru_cache(maxsize=8)
def sheet_of(style: str, medium: str = "print") -> Sheet:
    """The rules of a style, read once."""
    return Sheet(style, medium)


_READ = frozenset({"display", "content"})


def _rules(nodes: list[Any], media: tuple[str, str]) -> list[tuple[list[Any], list[Any]]]:
    found: list[tuple[list[Any], list[Any]]] = []
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword == "media" and node.content is not None:
            if tinycss2.serialize(node.prelude).strip().lower() in media:
                inside = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                found += _rules(inside, media)
        elif node.type == "qualified-rule":
            content = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            declared = [d for d in content if d.type == "declaration" and d.lower_name in _READ]
            if declared:
                found.append((node.prelude, declared))
    return found
