"""Names of the elements of Word's XML, and how it is parsed: no entity is resolved, nothing is fetched."""

from functools import cache
from typing import Any

from lxml import etree

Element = Any
"""An element of lxml, whose stubs say too little of it."""

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = f"{{{_OFFICE}/relationships}}"
BIBLIOGRAPHY = f"{{{_OFFICE}/bibliography}}"
MATHS = f"{{{_OFFICE}/math}}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"

PARAGRAPH, RUN, TEXT, TABLE = f"{W}p", f"{W}r", f"{W}t", f"{W}tbl"


class BrokenXml(ValueError):
    """A part of a document that is no XML."""


def parse(content: bytes) -> Element:
    """The root element of a part. Raises `BrokenXml`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise BrokenXml(str(wrong)) from None
    if root is None:
        raise BrokenXml("it is empty")
    return root


def as_bytes(root: Element) -> bytes:
    """A part as it is written into a document."""
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def inside(element: Element, *names: str) -> bool:
    """Whether an element stands within one of these."""
    return any(above.tag in names for above in element.iterancestors())


@cache
def _named(path: str) -> str:
    return "/".join(f"{W}{name}" for name in path.split("/"))


def value(element: Element, path: str) -> str:
    """The value of a property such as `w:pPr/w:pStyle`, or nothing."""
    found = element.find(_named(path))
    return "" if found is None else str(found.get(f"{W}val", ""))


def words_run(words: str) -> Element:
    """A run of some words."""
    made = etree.Element(RUN)
    etree.SubElement(made, TEXT).text = words
    return made


def unwrap(element: Element) -> None:
    """Put the children of an element in its place, in a time that does not grow with the number of its siblings."""
    parent = element.getparent()
    if parent is None:
        return
    for child in list(element):
        element.addprevious(child)
    parent.remove(element)
