"""XHTML documents as trees: parsed strictly, written whole. Knows nothing of EPUB or pages."""

from collections.abc import Container, Iterator

from lxml import etree

from pipeline.core.errors import PressFailure

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
        raise PressFailure(f"The document '{name}' is not well-formed XHTML: {broken.msg}.") from broken
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
