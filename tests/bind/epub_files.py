"""The files of an EPUB, and what is found in them."""

import io
import zipfile
from typing import Any

from lxml import etree

from pipeline.core.documents.xhtml import XHTML, element_text

NAMES = {"h": XHTML, "o": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}


def files(book: bytes) -> dict[str, bytes]:
    """Every file of a book by name, in order."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tree(book: bytes, path: str) -> Any:
    """The root of a file of the book."""
    return etree.fromstring(files(book)[f"EPUB/{path}"])


def found(root: etree._Element, path: str) -> list[str]:
    """The attribute values, or the text of the elements, that a path names."""
    return [element_text(e) if isinstance(e, etree._Element) else str(e) for e in root.xpath(path, namespaces=NAMES)]
