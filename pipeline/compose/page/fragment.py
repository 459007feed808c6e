"""Pages from templates: parsed, checked, with typography, ids and breaks in addresses."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import count, pairwise

from lxml import etree

from pipeline.compose.language.direction import direct_blocks
from pipeline.compose.language.typography import name_emoji, set_words
from pipeline.compose.page.allow_list import Flaw, check_page_content, line_of
from pipeline.compose.templates import fill_template, layout_origin
from pipeline.core.diagnostics import LayoutFault
from pipeline.core.documents.roles import BLOCK_ELEMENTS, HEADINGS, VOID_ELEMENTS
from pipeline.core.documents.source_positions import replace_source_marks
from pipeline.core.documents.xhtml import MATHML, SVG
from pipeline.model.formats import Layouts
from pipeline.model.manuscript import Bookmark

# Long addresses break after punctuation, but not after a hyphen, which would look like hyphenation. A `wbr` is no
# character, so a copied address is whole. Web pages and EPUBs have none: a screen reader would pause there.

_ADDRESS = re.compile(r"(?:https?://|www\.|mailto:|doi:)\S+$|[^\s@]+@[^\s@]+$")
_BREAKS = re.compile(r"(?<=\w)(?:[/?&=_@]{1,20}|\.(?!\d))(?=\w\w)|(?<=\w\w)(?=-+\w\w)")
"""Breaks of an address, but not at a full stop before a figure, or before a single letter."""

LONGEST_PART = 24
"""The most letters without a break: the narrowest line has room for so many."""
KEY, KEY_PART = "signing-key", 14
"""The class of a public key in print, and its letters between breaks."""


def break_addresses(root: etree._Element) -> None:
    """Put breaks into every link with its address as words, and into keys."""
    for link in root.iter("a"):
        if link.text and len(link) == 0 and _ADDRESS.match(link.text):
            link.set("class", " ".join(dict.fromkeys([*link.get("class", "").split(), "address"])))
            if link.xpath("ancestor::*[@dir][1]/@dir") == ["rtl"]:
                link.set("dir", "ltr")  # else a program that sets each part by itself prints the last one first
            _put_breaks(link, split_address(link.text))
    for key in (span for span in root.iter("span") if span.get("class") == KEY and span.text):
        _put_breaks(key, [str(key.text)[at : at + KEY_PART] for at in range(0, len(str(key.text)), KEY_PART)])


def _put_breaks(element: etree._Element, parts: list[str]) -> None:
    element.text, *rest = parts
    for part in rest:
        etree.SubElement(element, "wbr").tail = part


def split_address(address: str) -> list[str]:
    """Split an address where a line may break, never before '://'."""
    start = address.find("://") + 3 if "://" in address else 0
    ends = [0, *(match.end() for match in _BREAKS.finditer(address, start)), len(address)]
    parts = [address[begin:end] for begin, end in pairwise(ends)]
    return [part[at : at + LONGEST_PART] for part in parts for at in range(0, len(part), LONGEST_PART)]


# Checked XHTML

BLOCKS = BLOCK_ELEMENTS - {"address", "main", "hgroup", "details", "summary"} | {"hr"}
"""Elements that the page map may have to name: each gets an id."""

_MISMATCH = re.compile(r"Opening and ending tag mismatch: (?P<open>\S+?)(?: line (?P<line>\d+))? and (?P<end>[^\s,]+)")
_ENTITY = re.compile(r"Entity '(?P<name>[^']*)' not defined")


def fill_page(
    layouts: Layouts, name: str, values: Mapping[str, object], language: str
) -> tuple[str, tuple[Bookmark, ...]]:
    """Fill a template, check the page, and return it with its headings. Raises `LayoutFault` at the template's line."""
    markup = fill_template(layouts, name, values)
    try:
        return check_markup(markup, language)
    except Flaw as flaw:
        raise LayoutFault(flaw.sentence, *layout_origin(layouts, name, values, *flaw.place_in(markup))) from flaw


def check_markup(markup: str, language: str = "en-GB") -> tuple[str, tuple[Bookmark, ...]]:
    """Return the markup with an id on every block, and its headings. Raises `Flaw` where a page may not have it.

    The typography is that of `language` (a BCP 47 tag), or of an element's `lang`.
    """
    root = parse_markup(f"{_OPENING}{markup}</body>")
    replace_source_marks(root, BLOCKS)
    check_page_content(root)
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    counts = Counter(element.get("id") for element in elements if element.get("id"))
    twice = next((element for element in elements if counts[element.get("id")] > 1), None)
    if twice is not None:
        raise Flaw(f"the id '{twice.get('id')}' appears twice.", line_of(twice), 0, str(twice.tag))
    direct_blocks(root, language)
    set_words(root, language)
    break_addresses(root)
    name_emoji(root, language)
    return with_block_ids(root)


def with_block_ids(root: etree._Element) -> tuple[str, tuple[Bookmark, ...]]:
    """Return the content of a body as markup, with an id on every block, and its headings."""
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    used_ids = {element.get("id") for element in elements}
    names = (name for name in map("b{}".format, count(1)) if name not in used_ids)
    for element in elements[1:]:
        if element.tag in BLOCKS and not element.get("id"):
            element.set("id", next(names))
        is_empty = not element.text and not len(element)
        if is_empty and element.tag not in VOID_ELEMENTS and not element.tag.startswith(f"{{{SVG}}}"):
            element.text = ""  # an end tag of its own: HTML parsers know no empty-element tags
    parts = [root.text or ""]
    parts += [etree.tostring(child, encoding="unicode") for child in root]
    bookmarks = [
        Bookmark(int(str(heading.tag)[1]), str(heading.get("id")), " ".join("".join(_heading_text(heading)).split()))
        for heading in elements
        if heading.tag in HEADINGS
    ]
    return "".join(parts).strip() + "\n", tuple(bookmarks)


_OPENING = "<body>"


def parse_markup(text: str) -> etree._Element:
    """Parse markup. Raises `Flaw` if it is not well-formed."""
    try:
        return etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise flaw_of(error) from error


def flaw_of(error: Exception) -> Flaw:
    """Return the parser's error as a flaw of the markup, with its place."""
    text = str(getattr(error, "msg", "") or "it holds a character that has no place there")
    line, column = getattr(error, "position", (1, 0))
    column -= len(_OPENING) if line == 1 else 0
    if match := _MISMATCH.match(text):
        if match["open"] == "body":
            return Flaw(f"'</{match['end']}>' ends nothing.", line, column)
        return Flaw(f"'<{match['open']}>' is begun and not ended.", int(match["line"] or line), 0, match["open"])
    if match := _ENTITY.match(text):
        return Flaw(f"'&{match['name']};' is not known here; write the character itself, or its number.", line, column)
    return Flaw(f"it makes no well-formed XHTML: {text.partition(', line')[0]}.", line, column)


def _heading_text(element: etree._Element) -> Iterator[str]:
    """Yield the texts of a heading, with formulas and pictures in words, and without calls of notes."""
    if element.tag in (f"{{{MATHML}}}math", "img"):
        yield element.get("alttext" if element.tag == f"{{{MATHML}}}math" else "alt", "")
        return
    if element.get("role") == "doc-noteref":
        return
    yield element.text or ""
    for child in element:
        yield from _heading_text(child)
        yield child.tail or ""
