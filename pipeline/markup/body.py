"""The body of a composed text as a tree. Reads XML, never HTML."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from pipeline.core.errors import PressFailure

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
_XMLNS = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'


def read_body(body: str, name: str) -> Element:
    """A `body` element with the given children; names in no namespace, drawings in theirs."""
    try:
        root = ElementTree.fromstring(f"<body {_XMLNS}>{body}</body>")
    except ElementTree.ParseError as flaw:
        raise PressFailure(f"The text of '{name}' is not well-formed: {flaw}.") from flaw
    for element in root.iter():
        element.tag = str(element.tag).removeprefix(XHTML)
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace, in small letters."""
    return str(element.tag).rpartition("}")[2].lower()
