"""XHTML and HTML as trees; pages in one file."""

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

# The body of a composed text as an ElementTree. It is XML, not HTML.

_XHTML_PREFIX = "{http://www.w3.org/1999/xhtml}"
SVG_PREFIX = "{http://www.w3.org/2000/svg}"
_XMLNS = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'


def read_body(body: str, name: str) -> Element:
    """Parse the content of a `body` element; HTML names lose their namespace, SVG names keep it."""
    try:
        root = ElementTree.fromstring(f"<body {_XMLNS}>{body}</body>")
    except ElementTree.ParseError as error:
        raise TypesettingFailure(f"The text of '{name}' is not well-formed: {error}.") from error
    for element in root.iter():
        element.tag = str(element.tag).removeprefix(_XHTML_PREFIX)
    return root


def lower_name(element: Element) -> str:
    """Return the name of an element without its namespace, in small letters."""
    return str(element.tag).rpartition("}")[2].lower()


# HTML, parsed as a browser does. tinyhtml5 has a cache for the patterns that find the end of names and values, but
# never fills it, by a slip: compiling them takes half of its time.


class _PatternCache(dict[tuple[Iterable[str], bool], re.Pattern[str]]):
    """Patterns for a run of some characters, or of all others."""

    def __missing__(self, key: tuple[Iterable[str], bool]) -> re.Pattern[str]:
        characters, is_included = key
        escapes = "".join(f"\\x{ord(character):02x}" for character in sorted(characters))
        pattern = self[key] = re.compile(f"[{'' if is_included else '^'}{escapes}]+")
        return pattern


def read_html(page: bytes) -> Element:
    """Parse a web page; names are in no namespace."""
    if not isinstance(inputstream.characters_until_regex, _PatternCache):
        inputstream.characters_until_regex = _PatternCache()
    root: Element = tinyhtml5.parse(page, namespace_html_elements=False)
    return root


# Pages in one file, to be read without a network. They have no scripts and load nothing; their policy makes browsers
# enforce that.

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


def build_single_page(title: str, style: str, main: Markup, foot: str | Markup) -> str:
    """Return a page in British English; `style` is our own CSS, which is not escaped."""
    return str(_PAGE.format(title=title, style=Markup(style), main=main, foot=foot))


# The parts of a page that plain text leaves out

LEFT_OUT: Mapping[str, str] = {
    "folio": "the number of a page, which plain text does not have",
    "on-pages": "the pages of the PDF that cite a work",
    "field-key": "what the marks on a cover mean, which plain text does not draw",
    "qr-box": "a code for a camera: the address that it holds stands above it in words",
    "ruled": "lines to write on",
    "index": "the index of a pack, which leads to pages",
}
"""Classes of elements that plain text leaves out, with the reason."""

NOTE_NUMBER = "notenumber"
"""The class of the number before a note; on other pages it is a link back."""

_NAVIGATION = frozenset({"doc-backlink", "doc-pagebreak"})


def is_left_out(element: Any) -> bool:
    """True if plain text leaves out an element of any library: hidden elements, links back and page breaks too."""
    classes = element.get("class", "").split()
    is_hidden = element.get("aria-hidden", "") == "true" or element.get("hidden", "no") != "no"
    is_navigation = element.get("role", "") in _NAVIGATION and NOTE_NUMBER not in classes
    return is_hidden or is_navigation or not LEFT_OUT.keys().isdisjoint(classes)


# XHTML documents as lxml trees

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


def parse_xhtml(text: str, name: str) -> etree._Element:
    """Parse a document strictly; `name` is its name in an error message."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise TypesettingFailure(f"The document '{name}' is not well-formed XHTML: {error.msg}.") from error
    for local_name, namespace in _EMBEDDED.items():  # inline SVG and MathML without their namespaces
        for outer in list(root.iter(f"{{{XHTML}}}{local_name}")):
            parent = outer.getparent()
            if parent is not None:
                parent.replace(outer, _in_namespace(outer, namespace))
    return root


def _in_namespace(element: etree._Element, namespace: str) -> etree._Element:
    """Copy an element and its descendants into another namespace."""
    copy = etree.fromstring(f'<{xml_local_name(element)} xmlns="{namespace}"/>')
    copy.attrib.update(element.attrib)
    copy.text, copy.tail = element.text, element.tail
    copy.extend([_in_namespace(child, namespace) for child in element])
    return copy


def serialise_xhtml(root: etree._Element) -> bytes:
    """Return a document as UTF-8, with its XML declaration and document type."""
    etree.cleanup_namespaces(root, keep_ns_prefixes=["epub"])
    content: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE html>")
    return content


def iterate_elements(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the element and its descendants, in document order."""
    return root.iter(etree.Element)


def xml_local_name(element: etree._Element) -> str:
    """Return the element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def elements_by_id(root: etree._Element) -> dict[str, etree._Element]:
    """Return the elements by id; the first element of an id that occurs twice."""
    by_id: dict[str, etree._Element] = {}
    for element in iterate_elements(root):
        if identifier := element.get("id"):
            by_id.setdefault(identifier, element)
    return by_id


def unused_id_in(root: etree._Element, wanted: str) -> str:
    """Return the wanted id, with a number added if the document has it already."""
    return unused_id(elements_by_id(root), wanted)


def unused_id(used: Container[str], wanted: str) -> str:
    """Return the wanted id, with a number added if it is used already."""
    identifier, count = wanted, 2
    while identifier in used:
        identifier, count = f"{wanted}-{count}", count + 1
    return identifier


def drop_attribute(element: etree._Element, name: str) -> None:
    """Remove an attribute, if the element has it."""
    if name in element.attrib:
        del element.attrib[name]


def element_text(element: etree._Element) -> str:
    """Return the text of an element with single spaces, and formulas in words."""
    return " ".join("".join(_texts(element)).split())


def _texts(element: etree._Element) -> Iterator[str]:
    if element.tag == f"{{{MATHML}}}math":
        yield element.get("alttext", "")
        return
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _texts(child)
        yield child.tail or ""


def remove_address_breaks(root: etree._Element) -> None:
    """Remove the break opportunities in web addresses, which are for paper.

    A screen reader would say 'briefings. northmoor. example'; a browser breaks addresses itself.
    """
    etree.strip_elements(root, f"{{{XHTML}}}wbr", with_tail=False)
