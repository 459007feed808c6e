"""HTML vocabulary: one table of elements, blocks, roles, list numbers."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol
from xml.etree.ElementTree import Element

from pipeline.core.documents.xhtml import SVG_PREFIX as SVG

# Numbers of list entries, as HTML counts them

UNNUMBERED = "unnumbered"
"""The class of an entry that has no number: it stood in an older text, and is gone from this one."""


class HasAttributes(Protocol):
    """An element of any kind of tree."""

    def get(self, key: str, default: str, /) -> str | None:
        """The value of an attribute."""


def first_number(listed: HasAttributes) -> int:
    """The number that a list begins with."""
    start = listed.get("start", "") or ""
    return int(start) if start.removeprefix("-").isdecimal() else 1


def is_unnumbered(entry: HasAttributes) -> bool:
    """Whether an entry has no number."""
    return UNNUMBERED in (entry.get("class", "") or "").split()


def item_numbers(listed: HasAttributes, entries: Iterable[HasAttributes]) -> Iterator[int | None]:
    """The number of each of the entries of a list, in order."""
    number = first_number(listed)
    for entry in entries:
        if is_unnumbered(entry):
            yield None
        else:
            yield number
            number += 1


# Roles for a reader who listens, as types of PDF 1.7 (ISO 32000-1, 14.8.4)

SLOT = "slot-"
"""First characters of the id of a place reserved for the bindery."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

GROUPS = {
    **dict.fromkeys(("section", "nav", "aside", "header", "footer"), "Sect"),
    "article": "Art",
    "blockquote": "BlockQuote",
    "figure": "Div",
}
"""Elements that hold blocks: loose words in them become paragraphs."""

BLOCKS = {
    **{name: name.upper() for name in HEADINGS},
    **dict.fromkeys(("p", "pre", "address"), "P"),
    **{"figcaption": "Caption", "caption": "Caption", "td": "TD", "th": "TH", "dd": "LBody", "dt": "Lbl"},
}
"""Elements that hold words."""

WORDS = {
    **dict.fromkeys(("strong", "em", "abbr", "sub", "sup", "del", "ins", "mark", "cite"), "Span"),
    **dict.fromkeys(("code", "kbd"), "Code"),
}
"""Elements within a line; others within a line say nothing of their own."""

PLAIN_BLOCKS = frozenset({"div", "main", "hgroup", "details", "summary"})
"""Blocks that say nothing of their own, except by a role or a language."""

FLOW = frozenset({*GROUPS, *BLOCKS, *PLAIN_BLOCKS, "ul", "ol", "dl", "li", "table"})
"""All elements that stand as blocks whatever the style says."""

STARTS = FLOW - {"details", "summary"} | {"tr"}
"""The elements in which a page is said to start; what they hold counts as theirs."""

VOID = frozenset({
    *("area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source", "track"),
    "wbr",
})  # fmt: skip
"""Elements that hold nothing and have no end."""

STRUCK = {"del": "LineThrough", "ins": "Underline"}
"""`TextDecorationType` of words within a line (14.8.5.4.5)."""

_ASIDES = frozenset({"note", "doc-tip", "doc-notice"})

_NUMBERING = {
    "decimal": "Decimal",
    "lower-alpha": "LowerAlpha",
    "lower-latin": "LowerAlpha",
    "lower-roman": "LowerRoman",
    "upper-alpha": "UpperAlpha",
    "upper-latin": "UpperAlpha",
    "upper-roman": "UpperRoman",
    "disc": "Disc",
    "circle": "Circle",
    "square": "Square",
    "none": "None",
}


def is_picture(element: Element) -> bool:
    """Whether an element is an image or a drawing."""
    return element.tag in ("img", f"{SVG}svg")


def is_sign(element: Element) -> bool:
    """Whether an element is a letter of the text that is a picture, and is called by a name."""
    return element.tag == "span" and element.get("role") == "img" and bool(element.get("aria-label"))


def is_decorative(element: Element) -> bool:
    """Whether a reader who listens is told nothing of it."""
    if element.get("aria-hidden") == "true":
        return True
    return is_picture(element) and (element.get("alt") == "" or element.get("role") in ("presentation", "none"))


def is_layout_table(element: Element) -> bool:
    """Whether a table means nothing as a table."""
    return element.get("role") in ("presentation", "none")


def group_kind(element: Element) -> str:
    """The type of an element that holds blocks, or nothing."""
    if element.get("role") == "doc-footnote":
        return "Note"
    if element.tag in PLAIN_BLOCKS:
        return "Sect" if element.get("role") in _ASIDES else ("Div" if element.get("lang") else "")
    return GROUPS.get(element.tag, "")


def word_kind(element: Element) -> str:
    """The type of an element within a line, or nothing."""
    return WORDS.get(element.tag, "Span" if element.get("lang") else "")


def numbering(element: Element, bullet: Any) -> str:
    """Numbering of a list (`ListNumbering`, ISO 32000-1, table 347), from its `list-style-type`."""
    named = bullet.removeprefix("both-").removeprefix("right-") if isinstance(bullet, str) else ""
    return _NUMBERING.get(named, "Decimal" if element.tag == "ol" else "Disc")


def spoken(element: Element) -> str:
    """Spoken text of a picture or link in place of its content; empty if it has none."""
    title = element.find(f"{SVG}title") if element.tag == f"{SVG}svg" else None
    said = element.get("aria-label") or (title.text if title is not None else element.get("alt")) or ""
    return spaced(said)


def words(element: Element) -> str:
    """Spoken text of a link: its label, else its words without notes."""
    return spaced(element.get("aria-label") or "".join(_texts(element)))


def _texts(element: Element) -> list[str]:
    said = [element.text or ""]
    for child in element:
        if is_picture(child):
            said.append("" if is_decorative(child) else spoken(child))
        elif child.tag.rpartition("}")[2] == "math":
            said.append(child.get("alttext", ""))
        elif child.get("role") != "doc-footnote":
            said += _texts(child)
        said.append(child.tail or "")
    return said


def spaced(said: str) -> str:
    """Words with single spaces."""
    return " ".join(said.split())
