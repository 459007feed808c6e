"""A chapter's XHTML made sound: it parses, every block has an id, no id comes twice, and its words are set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from pipeline.compose.addresses import break_addresses
from pipeline.compose.setting import set_words
from pipeline.model.manuscript import Bookmark

BLOCKS = frozenset(
    (
        "article",
        "section",
        "header",
        "footer",
        "nav",
        "aside",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "table",
        "caption",
        "th",
        "td",
        "hr",
    )
)
"""Elements that the page map may have to name: each gets an id."""

VOID = frozenset({"br", "hr", "img", "col", "wbr"})
_MATH = "{http://www.w3.org/1998/Math/MathML}math"
_SVG = "{http://www.w3.org/2000/svg}"


def sound(markup: str, language: str = "en-GB") -> tuple[str, tuple[Bookmark, ...]]:
    """The markup with an id on every block, and its headings. Markup that does not parse is a fault of ours.

    Its words are set in the manner of `language` (a BCP 47 tag), or of the `lang` that an element has.
    """
    root = etree.fromstring(f"<body>{markup}</body>", etree.XMLParser(resolve_entities=False, no_network=True))
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    taken = Counter(element.get("id") for element in elements if element.get("id"))
    twice = [name for name, times in taken.items() if times > 1]
    if twice:
        raise ValueError(f"ids set twice: {', '.join(map(str, twice))}")
    set_words(root, language)
    break_addresses(root)
    names = (name for name in _names() if name not in taken)
    for element in elements[1:]:
        if element.tag in BLOCKS and not element.get("id"):
            element.set("id", next(names))
        if not element.text and not len(element) and element.tag not in VOID and not element.tag.startswith(_SVG):
            element.text = ""  # an end tag of its own: HTML parsers know no empty-element tags
    return _inner(root), tuple(_bookmarks(elements))


def _names() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"b{number}"


def _inner(root: etree._Element) -> str:
    parts = [root.text or ""]
    parts += [etree.tostring(child, encoding="unicode") for child in root]
    return "".join(parts).strip() + "\n"


def _said(element: etree._Element) -> Iterator[str]:
    """The texts of an element, in order; a formula in words."""
    if element.tag == _MATH:
        yield element.get("alttext", "")
        return
    yield element.text or ""
    for child in element:
        yield from _said(child)
        yield child.tail or ""


def _bookmarks(elements: list[etree._Element]) -> Iterator[Bookmark]:
    for element in elements:
        if element.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            words = " ".join("".join(_said(element)).split())
            yield Bookmark(int(str(element.tag)[1]), str(element.get("id")), words)
