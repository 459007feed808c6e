"""XHTML trees: parse, write, lone pages."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import tinyhtml5
from lxml import etree
from markupsafe import Markup
from tinyhtml5 import inputstream

from pipeline.core.diagnostics import TypesettingFailure

# The body of a composed text as a tree. Reads XML, never HTML.

_XHTML_PREFIX = "{http://www.w3.org/1999/xhtml}"
SVG_PREFIX = "{http://www.w3.org/2000/svg}"
_XMLNS = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'


def read_body(body: str, name: str) -> Element:
    """A `body` element with the given children; names in no namespace, drawings in theirs."""
    try:
        root = ElementTree.fromstring(f"<body {_XMLNS}>{body}</body>")
    except ElementTree.ParseError as flaw:
        raise TypesettingFailure(f"The text of '{name}' is not well-formed: {flaw}.") from flaw
    for element in root.iter():
        element.tag = str(element.tag).removeprefix(_XHTML_PREFIX)
    return root


def lower_name(element: Element) -> str:
    """The name of an element without its namespace, in small letters."""
    return str(element.tag).rpartition("}")[2].lower()


# Reads a web page by the rules of HTML, as a browser does. The library that knows the rules looks for the end of each
# name and value with a pattern, means to keep its patterns and, by a slip, makes them anew each time. Here they are
# kept for it: half of its time goes into that.


class _Patterns(dict[tuple[Iterable[str], bool], re.Pattern[str]]):
    """For some characters the pattern of a run of them, or of anything else."""

    def __missing__(self, wanted: tuple[Iterable[str], bool]) -> re.Pattern[str]:
        characters, are_meant = wanted
        listed = "".join(f"\\x{ord(character):02x}" for character in sorted(characters))
        pattern = self[wanted] = re.compile(f"[{'' if are_meant else '^'}{listed}]+")
        return pattern


def read_html(page: bytes) -> Element:
    """The tree of a page, with names in no namespace."""
    if not isinstance(inputstream.characters_until_regex, _Patterns):
        inputstream.characters_until_regex = _Patterns()
    root: Element = tinyhtml5.parse(page, namespace_html_elements=False)
    return root


# Lone pages: HTML in one file, to be read anywhere without a network. Pure. Such a page has no script and fetches
# nothing, and its policy makes a browser hold it to that.

_PAGE = Markup("""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<main>
{main}
</main>
<footer>
<p>{foot}</p>
</footer>
</body>
</html>
""")


def lone_page(title: str, style: str, main: Markup, foot: str | Markup) -> str:
    """The page, in British English; `style` is our own CSS, which goes in as it is."""
    return str(_PAGE.format(title=title, style=Markup(style), main=main, foot=foot))


# The parts of a page that plain text does not have, each with the reason.

LEFT_OUT: Mapping[str, str] = {
    "folio": "the number of a page, which plain text does not have",
    "on-pages": "the pages of the PDF that cite a work",
    "field-key": "what the marks on a cover mean, which plain text does not draw",
    "qr-box": "a code for a camera: the address that it holds stands above it in words",
    "ruled": "lines to write on",
    "index": "the index of a pack, which leads to pages",
}
"""Classes of what plain text leaves out."""

NOTE_NUMBER = "notenumber"
"""The class of the number before a note, which is a way back on other pages."""

_WAYS = frozenset({"doc-backlink", "doc-pagebreak"})


def is_left_out(element: Any) -> bool:
    """Whether plain text has nothing of an element: what is silent, what leads back, and marks of pages too.

    It may be an element of any library.
    """
    classes = element.get("class", "").split()
    silent = element.get("aria-hidden", "") == "true" or element.get("hidden", "no") != "no"
    way = element.get("role", "") in _WAYS and NOTE_NUMBER not in classes
    return silent or way or not LEFT_OUT.keys().isdisjoint(classes)


# XHTML documents as trees: parsed strictly, written whole. Knows nothing of EPUB or pages.

XHTML = "http://www.w3.org/1999/xhtml"
SVG = "http://www.w3.org/2000/svg"
MATHML = "http://www.w3.org/1998/Math/MathML"
OPS = "http://www.idpf.org/2007/ops"
EPUB_TYPE = f"{{{OPS}}}type"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XLINK = "{http://www.w3.org/1999/xlink}href"
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-details", "aria-controls", "headers", "for")
"""Attributes that name ids of the same document."""

_EMBEDDED = {"svg": SVG, "math": MATHML}


def parse(text: str, name: str) -> etree._Element:
    """The root element of a document; `name` is what a failure calls it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as broken:
        raise TypesettingFailure(f"The document '{name}' is not well-formed XHTML: {broken.msg}.") from broken
    _name_embedded(root)
    return root


def serialise(root: etree._Element) -> bytes:
    """The document as UTF-8, with its XML declaration and document type."""
    etree.cleanup_namespaces(root, keep_ns_prefixes=["epub"])
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE html>")
    return written


def elements(root: etree._Element) -> Iterator[etree._Element]:
    """The element and all below it, in document order."""
    return root.iter(etree.Element)


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def ids(root: etree._Element) -> dict[str, etree._Element]:
    """Every element that has an id, by it (the first, where an id stands twice)."""
    found: dict[str, etree._Element] = {}
    for element in elements(root):
        if identifier := element.get("id"):
            found.setdefault(identifier, element)
    return found


def free_id(root: etree._Element, wish: str) -> str:
    """The id wished for, or with a number behind it where an author's heading already has it."""
    return untaken(ids(root), wish)


def untaken(taken: Container[str], wish: str) -> str:
    """The id wished for, or with a number behind it where it is taken."""
    chosen, count = wish, 2
    while chosen in taken:
        chosen, count = f"{wish}-{count}", count + 1
    return chosen


def drop_attribute(element: etree._Element, name: str) -> None:
    """Take an attribute off, if it is there."""
    if name in element.attrib:
        del element.attrib[name]


def words(element: etree._Element) -> str:
    """The text of an element, white space folded; a formula in words."""
    return " ".join("".join(_said(element)).split())


def _said(element: etree._Element) -> Iterator[str]:
    if element.tag == f"{{{MATHML}}}math":
        yield element.get("alttext", "")
        return
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _said(child)
        yield child.tail or ""


def _name_embedded(root: etree._Element) -> None:
    """Give inline SVG and MathML their namespaces where the text left them in XHTML's."""
    for name, namespace in _EMBEDDED.items():
        for outer in list(root.iter(f"{{{XHTML}}}{name}")):
            parent = outer.getparent()
            if parent is not None:
                parent.replace(outer, _renamed(outer, namespace))


def _renamed(element: etree._Element, namespace: str) -> etree._Element:
    """The element and all below it, in another namespace."""
    made = etree.fromstring(f'<{local(element)} xmlns="{namespace}"/>')
    made.attrib.update(element.attrib)
    made.text, made.tail = element.text, element.tail
    made.extend([_renamed(child, namespace) for child in element])
    return made


def join_addresses(root: etree._Element) -> None:
    """Take out the places where an address may break on paper.

    A screen reader that meets one says 'briefings. northmoor. example'; a browser breaks an address as it must.
    """
    etree.strip_elements(root, f"{{{XHTML}}}wbr", with_tail=False)
