"""The text of each page of a file, and the codes that are printed there.

Of an EPUB each text in reading order counts as a page, a web page and plain text as one. Pure: a file is given as its
bytes.
"""

import json
import re
from collections.abc import Iterable, Sequence
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

from lxml import etree, html

from pipeline.core.diagnostics import UsageError
from pipeline.core.files import BadArchive, LargeArchive, archive_of
from pipeline.core.printed_code import read_code

_CODE = re.compile(r"(?<![0-9A-Za-z-])[0-9A-Z]{5,10}-\s?[0-9A-Z]{5,10}(?![0-9A-Za-z-])")
"""Signs that may be a code as it is printed, or as a line has broken it."""

_CONTAINER = "META-INF/container.xml"
_OPF = "{http://www.idpf.org/2007/opf}"
_ROOTFILE = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"


class CannotBeRead(Exception):
    """The file cannot be read as what its name says."""


def page_texts(content: bytes) -> Sequence[str]:
    """The text of each page as a program copies it, line by line. Raises `CannotBeRead`."""
    if content[:5] == b"%PDF-":
        return _of_pdf(content)
    if content[:4] == b"PK\x03\x04":
        return _of_book(content)
    if content.lstrip()[:1] == b"<":
        return [_of_markup(content)]
    try:
        return [content.decode()]
    except UnicodeDecodeError as wrong:
        raise CannotBeRead("it is neither a PDF nor an EPUB, a web page or plain text") from wrong


def read_as_json(content: bytes) -> bytes:
    """The codes on the pages of a file as JSON, or why there are none."""
    try:
        texts = page_texts(content)
    except CannotBeRead as wrong:
        return json.dumps(str(wrong)).encode()
    return json.dumps(printed_codes(texts)).encode()


def printed_codes(texts: Iterable[str]) -> list[str]:
    """The codes that stand on pages, each once, whatever they are of."""
    found = dict.fromkeys(said for text in texts for said in map(_in_one, _CODE.findall(text)))
    return [said for said in found if _is_a_code(said)]


def _in_one(said: str) -> str:
    return "".join(said.split())


def _is_a_code(said: str) -> bool:
    try:
        return str(read_code(said)) == said
    except UsageError:
        return False


def _of_pdf(content: bytes) -> list[str]:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(content) as document:
            return [str(page.get_textpage().get_text_range()) for page in document]
    except pypdfium2.PdfiumError as wrong:
        raise CannotBeRead("the PDF is damaged or locked") from wrong


def _of_book(content: bytes) -> list[str]:
    """The texts of a book in reading order."""
    try:
        with archive_of(content) as archive:
            if _CONTAINER not in archive.namelist():
                raise CannotBeRead("it is an archive and no EPUB: unpack it, and verify the files in it")
            container = _xml(archive.read(_CONTAINER))
            place = next(container.iter(_ROOTFILE)).get("full-path", "")
            package = _xml(archive.read(place))
            files = {one.get("id"): unquote(one.get("href", "")) for one in package.iter(f"{_OPF}item")}
            order = [files.get(one.get("idref"), "") for one in package.iter(f"{_OPF}itemref")]
            return [_of_markup(archive.read(normpath(join(dirname(place), path)))) for path in order]
    except LargeArchive:
        raise CannotBeRead("it would unpack to more than a book can be") from None
    except (BadArchive, KeyError, StopIteration, etree.XMLSyntaxError) as wrong:
        raise CannotBeRead("the EPUB is damaged") from wrong


def _xml(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _of_markup(content: bytes) -> str:
    """The words of a page of XHTML or HTML, a line a block."""
    try:
        tree: Any = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError) as wrong:
        raise CannotBeRead("the page is damaged") from wrong
    for one in list(tree.iter("script", "style", "template")):
        one.drop_tree()
    body = tree.find("body")
    return "\n".join((tree if body is None else body).itertext())
