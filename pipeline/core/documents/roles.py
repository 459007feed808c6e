"""HTML vocabulary: elements and their roles in PDF, numbers of list items, spoken text."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol
from xml.etree.ElementTree import Element

from pipeline.core.documents.xhtml import SVG_PREFIX as SVG

# Numbers of list items, as HTML counts them

UNNUMBERED = "unnumbered"
"""The class of an item without a number: an item of an older text that this one no longer has."""


class HasAttributes(Protocol):
    """An element of any library."""

    def get(self, key: str, default: str, /) -> str | None:
        """Return the value of an attribute."""


def first_number(list_element: HasAttributes) -> int:
    """Return the number of the first item of a list."""
    start = list_element.get("start", "") or ""
    return int(start) if start.removeprefix("-").isdecimal() else 1


def is_unnumbered(item: HasAttributes) -> bool:
    """True if a list item has no number."""
    return UNNUMBERED in (item.get("class", "") or "").split()


def item_numbers(list_element: HasAttributes, items: Iterable[HasAttributes]) -> Iterator[int | None]:
    """Yield the number of each item of a list, in order."""
    number = first_number(list_element)
    for item in items:
        if is_unnumbered(item):
            yield None
        else:
            yield number
            number += 1


_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_LAST_ROMAN = 3999
"""The last number that browsers, reading apps and the press have in Roman numerals (CSS Counter Styles 3, 6.1)."""


def list_label(number: int, form: str) -> str:
    """Return the label of a number in a list whose first label looks like `form`, by default '1.'."""
    first, text = form.strip("()."), ""
    if first in ("a", "A") and number > 0:  # 1 is 'a', 26 'z', 27 'aa'
        while number > 0:
            number, letter = divmod(number - 1, 26)
            text = chr(ord("a") + letter) + text
    elif first in ("i", "I") and 0 < number <= _LAST_ROMAN:
        for value, letters in _ROMAN:
            times, number = divmod(number, value)
            text += times * letters
    else:
        text = str(number)
    before, after = ("(" if form.startswith("(") else ""), (")" if form.endswith(")") else ".")
    return f"{before}{text.upper() if first.isupper() else text}{after}"


# Roles for screen readers, as structure types of PDF 1.7 (ISO 32000-1, 14.8.4)

SLOT_PREFIX = "slot-"
"""Prefix of the id of an area that `bind` fills."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

GROUPS = {
    **dict.fromkeys(("section", "nav", "aside", "header", "footer"), "Sect"),
    "article": "Art",
    "blockquote": "BlockQuote",
    "figure": "Div",
}
"""Elements that contain blocks: loose words in them become paragraphs."""

TEXT_BLOCKS = {
    **{name: name.upper() for name in HEADINGS},
    **dict.fromkeys(("p", "pre", "address"), "P"),
    **{"figcaption": "Caption", "caption": "Caption", "td": "TD", "th": "TH", "dd": "LBody", "dt": "Lbl"},
}
"""Elements that contain words."""

WORDS = {
    **dict.fromkeys(("strong", "em", "abbr", "sub", "sup", "del", "ins", "mark", "cite"), "Span"),
    **dict.fromkeys(("code", "kbd"), "Code"),
}
"""Inline elements with a meaning."""

PLAIN_BLOCKS = frozenset({"div", "main", "hgroup", "details", "summary"})
"""Blocks without a meaning, except by a role or a language."""

BLOCK_ELEMENTS = frozenset({*GROUPS, *TEXT_BLOCKS, *PLAIN_BLOCKS, "ul", "ol", "dl", "li", "table"})
"""All elements that are blocks in any style sheet."""

PAGE_START_ELEMENTS = BLOCK_ELEMENTS - {"details", "summary"} | {"tr"}
"""The elements in which a page may start, as the page map records it."""

VOID_ELEMENTS = frozenset({
    *("area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source", "track"),
    "wbr",
})  # fmt: skip
"""Elements without content and end tag."""

TEXT_DECORATIONS = {"del": "LineThrough", "ins": "Underline"}
"""`TextDecorationType` of inline elements (14.8.5.4.5)."""

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
    """True if an element is an image or an SVG drawing."""
    return element.tag in ("img", f"{SVG}svg")


def is_sign(element: Element) -> bool:
    """True if an element is a sign in the text, such as an emoji, with a spoken name."""
    return element.tag == "span" and element.get("role") == "img" and bool(element.get("aria-label"))


def is_decorative(element: Element) -> bool:
    """True if screen readers skip an element."""
    if element.get("aria-hidden") == "true":
        return True
    return is_picture(element) and (element.get("alt") == "" or element.get("role") in ("presentation", "none"))


def is_layout_table(element: Element) -> bool:
    """True if a table is only used for layout."""
    return element.get("role") in ("presentation", "none")


def group_type(element: Element) -> str:
    """Return the type of an element that contains blocks, or ""."""
    if element.get("role") == "doc-footnote":
        return "Note"
    if element.tag in PLAIN_BLOCKS:
        return "Sect" if element.get("role") in _ASIDES else ("Div" if element.get("lang") else "")
    return GROUPS.get(element.tag, "")


def inline_type(element: Element) -> str:
    """Return the type of an inline element, or ""."""
    return WORDS.get(element.tag, "Span" if element.get("lang") else "")


def list_numbering(element: Element, bullet: Any) -> str:
    """Return the numbering of a list (`ListNumbering`, ISO 32000-1, table 347), from its `list-style-type`."""
    style = bullet.removeprefix("both-").removeprefix("right-") if isinstance(bullet, str) else ""
    return _NUMBERING.get(style, "Decimal" if element.tag == "ol" else "Disc")


def spoken_replacement(element: Element) -> str:
    """Return the spoken text of a picture or link that replaces its content, or ""."""
    title = element.find(f"{SVG}title") if element.tag == f"{SVG}svg" else None
    return single_spaced(element.get("aria-label") or (title.text if title is not None else element.get("alt")) or "")


def spoken_words(element: Element) -> str:
    """Return the spoken text of a link: its label, or else its words without notes."""
    return single_spaced(element.get("aria-label") or "".join(_texts(element)))


def _texts(element: Element) -> list[str]:
    texts = [element.text or ""]
    for child in element:
        if is_picture(child):
            texts.append("" if is_decorative(child) else spoken_replacement(child))
        elif child.tag.rpartition("}")[2] == "math":
            texts.append(child.get("alttext", ""))
        elif child.get("role") != "doc-footnote":
            texts += _texts(child)
        texts.append(child.tail or "")
    return texts


def single_spaced(text: str) -> str:
    """Return words with single spaces."""
    return " ".join(text.split())
