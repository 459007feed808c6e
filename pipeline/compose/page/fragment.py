"""A chapter's XHTML parsed, ids given, addresses broken."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import count, pairwise

from lxml import etree

from pipeline.compose.language.direction import direct_blocks
from pipeline.compose.language.emoji import name_emoji
from pipeline.compose.language.typography import set_words
from pipeline.compose.page.gate import Flaw, line_of, pass_gate
from pipeline.compose.templates import fill, origin
from pipeline.core.diagnostics import LayoutFault
from pipeline.core.documents.roles import FLOW, HEADINGS, VOID
from pipeline.core.documents.source_positions import settle_marks
from pipeline.core.documents.xhtml import MATHML, SVG
from pipeline.model.formats import Layouts
from pipeline.model.manuscript import Bookmark

# Long addresses break after the signs that part them, but not after a hyphen, which looks like the printer's at the end
# of a line. A `wbr` holds no character, so a copied address is whole. Web pages and EPUBs have none: a screen reader
# would pause there.

_ADDRESS = re.compile(r"(?:https?://|www\.|mailto:|doi:)\S+$|[^\s@]+@[^\s@]+$")
_SIGNS = re.compile(r"(?<=\w)(?:[/?&=_@]{1,20}|\.(?!\d))(?=\w\w)|(?<=\w\w)(?=-+\w\w)")
"""Breaks of an address. A stop before a figure parts no words, nor does a sign before a letter alone."""

LONGEST = 24
"""Letters without a sign that are kept together: so many have room on the narrowest line."""
KEY, KEY_PART = "signing-key", 14
"""The class of a public key in print, and the letters of it that are kept together."""


def break_addresses(root: etree._Element) -> None:
    """Offer breaks in every link whose words are its address, and in keys; none before the first sign after '://'."""
    for link in root.iter("a"):
        if link.text and len(link) == 0 and _ADDRESS.match(link.text):
            link.set("class", " ".join(dict.fromkeys([*link.get("class", "").split(), "address"])))
            if link.xpath("ancestor::*[@dir][1]/@dir") == ["rtl"]:
                link.set("dir", "ltr")  # a program that sets each part by itself would print the last one first
            _part(link, address_parts(link.text))
    for key in (span for span in root.iter("span") if span.get("class") == KEY and span.text):
        _part(key, [str(key.text)[at : at + KEY_PART] for at in range(0, len(str(key.text)), KEY_PART)])


def _part(element: etree._Element, parts: list[str]) -> None:
    element.text, *rest = parts
    for part in rest:
        etree.SubElement(element, "wbr").tail = part


def address_parts(address: str) -> list[str]:
    """An address in the parts between which a line may break."""
    start = address.find("://") + 3 if "://" in address else 0
    ends = [0, *(found.end() for found in _SIGNS.finditer(address, start)), len(address)]
    parts = [address[begin:end] for begin, end in pairwise(ends)]
    return [part[at : at + LONGEST] for part in parts for at in range(0, len(part), LONGEST)]


# Sound XHTML

BLOCKS = FLOW - {"address", "main", "hgroup", "details", "summary"} | {"hr"}
"""Elements that the page map may have to name: each gets an id."""


_MISMATCH = re.compile(r"Opening and ending tag mismatch: (?P<open>\S+?)(?: line (?P<line>\d+))? and (?P<end>[^\s,]+)")
_ENTITY = re.compile(r"Entity '(?P<name>[^']*)' not defined")


def set_page(
    layouts: Layouts, name: str, values: Mapping[str, object], language: str
) -> tuple[str, tuple[Bookmark, ...]]:
    """A page as a template has it, made sound, and its headings. Raises `LayoutFault` at the template and its line."""
    markup = fill(layouts, name, values)
    try:
        return sound(markup, language)
    except Flaw as flaw:
        raise LayoutFault(flaw.sentence, *origin(layouts, name, values, *flaw.place_in(markup))) from flaw


def sound(markup: str, language: str = "en-GB") -> tuple[str, tuple[Bookmark, ...]]:
    """The markup with an id on every block, and its headings. Raises `Flaw` where it may not stand in a page.

    Its words are set in the manner of `language` (a BCP 47 tag), or of the `lang` that an element has.
    """
    root = parsed(f"{_OPENING}{markup}</body>")
    settle_marks(root, BLOCKS)
    pass_gate(root)
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    taken = Counter(element.get("id") for element in elements if element.get("id"))
    twice = next((element for element in elements if taken[element.get("id")] > 1), None)
    if twice is not None:
        raise Flaw(f"the id '{twice.get('id')}' stands twice.", line_of(twice), 0, str(twice.tag))
    direct_blocks(root, language)
    set_words(root, language)
    break_addresses(root)
    name_emoji(root, language)
    return identified(root)


def identified(root: etree._Element) -> tuple[str, tuple[Bookmark, ...]]:
    """The content of a body as markup, with an id on every block, and its headings."""
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    taken = {element.get("id") for element in elements}
    names = (name for name in map("b{}".format, count(1)) if name not in taken)
    for element in elements[1:]:
        if element.tag in BLOCKS and not element.get("id"):
            element.set("id", next(names))
        if (
            not element.text
            and not len(element)
            and element.tag not in VOID
            and not element.tag.startswith(f"{{{SVG}}}")
        ):
            element.text = ""  # an end tag of its own: HTML parsers know no empty-element tags
    parts = [root.text or ""]
    parts += [etree.tostring(child, encoding="unicode") for child in root]
    bookmarks = [
        Bookmark(int(str(one.tag)[1]), str(one.get("id")), " ".join("".join(_said(one)).split()))
        for one in elements
        if one.tag in HEADINGS
    ]
    return "".join(parts).strip() + "\n", tuple(bookmarks)


_OPENING = "<body>"


def parsed(text: str) -> etree._Element:
    """The root of some markup. Raises `Flaw` where it is not well-formed, in the words of who writes it."""
    try:
        return etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise flaw_of(broken) from broken


def flaw_of(broken: Exception) -> Flaw:
    """The parser's error as a flaw of the markup, with its place."""
    said = str(getattr(broken, "msg", "") or "it holds a character that has no place there")
    line, column = getattr(broken, "position", (1, 0))
    column -= len(_OPENING) if line == 1 else 0
    if found := _MISMATCH.match(said):
        if found["open"] == "body":
            return Flaw(f"'</{found['end']}>' ends nothing.", line, column)
        return Flaw(f"'<{found['open']}>' is begun and not ended.", int(found["line"] or line), 0, found["open"])
    if found := _ENTITY.match(said):
        return Flaw(f"'&{found['name']};' is not known here; write the character itself, or its number.", line, column)
    return Flaw(f"it makes no well-formed XHTML: {said.partition(', line')[0]}.", line, column)


def _said(element: etree._Element) -> Iterator[str]:
    """The texts of a heading, in order: formulas and pictures in words, and no calls of notes."""
    if element.tag in (f"{{{MATHML}}}math", "img"):
        yield element.get("alttext" if element.tag == f"{{{MATHML}}}math" else "alt", "")
        return
    if element.get("role") == "doc-noteref":
        return
    yield element.text or ""
    for child in element:
        yield from _said(child)
        yield child.tail or ""
