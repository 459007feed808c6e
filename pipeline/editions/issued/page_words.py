"""Digests of the letters of each page of a file: they are the same after another program has saved it again.

Blanks, hyphens and the words that say which copy a page belongs to are left out. Of an EPUB each text in reading order
counts as a page, a web page and plain text as one. Pure: a file is given as its bytes.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

from lxml import etree, html

from pipeline.core.archives import BadArchive, LargeArchive, archive_of
from pipeline.core.digest import sha256
from pipeline.core.errors import UsageError
from pipeline.core.printed_code import read_code

_LEFT_OUT = re.compile(r"[\s\-\u00ad\u2010\u2011\ufffe\u200b\u2060]+")
"""Blanks, and hyphens: a program that copies text makes them of the ends of lines."""

_CODE = re.compile(r"(?<![0-9A-Za-z-])[0-9A-Z]{5,10}-\s?[0-9A-Z]{5,10}(?![0-9A-Za-z-])")
"""Signs that may be a code as it is printed, or as a line has broken it."""

_CONTAINER = "META-INF/container.xml"
_OPF = "{http://www.idpf.org/2007/opf}"
_ROOTFILE = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
_STRANGE = frozenset({"Cc", "Cn", "Co", "Cs"})
"""Categories of signs that no text of ours has: controls, unassigned, private."""


class CannotBeRead(Exception):
    """The file cannot be read as what its name says."""


def page_digests(content: bytes, pattern: str = "") -> tuple[str, ...]:
    """The digest of the letters of each page. Words that match the pattern are left out. Raises `CannotBeRead`."""
    return digests_of(page_letters(content, pattern))


def digests_of(letters: Iterable[str]) -> tuple[str, ...]:
    """The digest of the letters of each page."""
    return tuple(sha256(page.encode()) for page in letters)


def page_letters(content: bytes, pattern: str = "") -> tuple[str, ...]:
    """The letters of each page. Raises `CannotBeRead`."""
    return letters_of(page_texts(content), pattern)


def letters_of(texts: Iterable[str], pattern: str = "") -> tuple[str, ...]:
    """The letters of the texts of pages."""
    aside = re.compile(pattern) if pattern else None
    return tuple(_letters(text, aside) for text in texts)


def page_labels(pdf: bytes) -> tuple[str, ...]:
    """The label of each page of a PDF, which is its folio."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return tuple(map(document.get_page_label, range(len(document))))
    finally:
        document.close()


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
    """The text of each page of a file and the codes on them as JSON, or why there are none."""
    try:
        texts = [unicodedata.normalize("NFC", text) for text in page_texts(content)]
    except CannotBeRead as wrong:
        return json.dumps(str(wrong)).encode()
    return json.dumps([texts, printed_codes(texts)]).encode()


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


def is_spoilt(letters: str) -> bool:
    """Whether there are signs among the letters that no text of ours has: a program has spoilt them."""
    return any(unicodedata.category(letter) in _STRANGE or letter == "\ufffd" for letter in letters)


def _letters(text: str, aside: re.Pattern[str] | None) -> str:
    said = unicodedata.normalize("NFC", text)
    return _LEFT_OUT.sub("", aside.sub("", said) if aside else said)


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
