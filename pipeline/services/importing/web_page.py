"""A web page taken in: pandoc reads the element that holds the text, and every block of that is looked for."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import unquote

from lxml import etree, html
from tinyhtml5.inputstream import HTMLBinaryInputStream, lookup_encoding

from pipeline.core.diagnostics import Diagnostics, Location
from pipeline.core.documents.roles import BLOCKS
from pipeline.core.messages import message
from pipeline.core.processes import PandocLimit, PandocRefusal, run_pandoc
from pipeline.services.importing.content import DocumentPiece, shortened
from pipeline.services.importing.package import without_strays
from pipeline.services.importing.written_text import FoundPicture, ReadDocument

_PAGE = re.compile(
    r"\A\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|\?xml[^>]*>\s*<(?:!doctype\s+html|html))",
    re.IGNORECASE | re.DOTALL,
)
_SILENT = ("script", "style", "nav", "noscript", "template", "button")
_TOLD = {"header": "a head", "footer": "a foot", "aside": "a side column", "form": "a form", "iframe": "another page"}
"""Parts that are the house's more often than the text's, and what they are called."""
_HIDDEN = (
    ".//*[@hidden and @hidden != 'until-found'"
    " or contains(translate(@style, 'DISPLAYNOE ', 'displaynoe'), 'display:none')]"
)
"""Elements that a browser does not show, nor opens where a search finds something in them."""
_HOLDERS = ("//main", "//*[@role='main']", "//article", "//*[@id='content']", "//body")
"""Elements that may hold the text, the likeliest first."""
_BLOCKS = (*BLOCKS.keys() - {"address"}, "li", "blockquote", "div", "section")
_FRAMES = ("ul", "ol", "dl", "table", "tbody", "thead", "tr", "figure")
_GAPS = ("img", "math", "svg", *_FRAMES)
_DATA = re.compile(r"data:image/[\w.+-]+;base64,(.*)", re.DOTALL)
_PANDOC = ("-f", "html-native_divs-native_spans", "-t", "json", "--sandbox")
_MOST_BYTES = 20_000_000


def is_page(content: bytes) -> bool:
    """Whether a file is a web page."""
    encoding, start = _encoding(content[:4000])
    return bool(_PAGE.match(encoding.codec_info.decode(start, "replace")[0]))


def read_page(
    name: str, content: bytes, beside: Callable[[str], bytes | None], diagnostics: Diagnostics
) -> ReadDocument | None:
    """A web page as it was read; nothing where it cannot be, after a remark."""
    root = _parsed(name, content, diagnostics)
    if root is None:
        diagnostics.report(message("import-no-document", Location(name), "It holds no web page that can be read."))
        return None
    text = next((found[0] for path in _HOLDERS if (found := root.xpath(path))), root)
    _drop(name, text, diagnostics)
    title = _title(root, text)
    pieces = tuple(_pieces(text))
    pictures = _pictures(name, text, beside, diagnostics)
    try:
        tree = json.loads(run_pandoc(_PANDOC, html.tostring(text, encoding="unicode")))
    except (PandocRefusal, PandocLimit) as wrong:
        diagnostics.report(
            message("import-unsafe", Location(name), reason=f"it could not be read: {wrong}".rstrip("."))
        )
        return None
    if title:
        tree["meta"] = {"title": {"t": "MetaString", "c": title}}
    return ReadDocument(name, tree, pieces, pictures=pictures, has_styles=False)


def _drop(name: str, text: Any, diagnostics: Diagnostics) -> None:
    """Take away what is no text; words in it that may be are told. The head of an article is its own."""
    for element in list(text.iter(*_SILENT)):
        if element is not text:
            element.drop_tree()
    for element in text.xpath(_HIDDEN):
        if text not in element.iterancestors():
            continue
        if words := _words(element):
            diagnostics.report(message("import-left-out", Location(name), what=f"hidden words: '{shortened(words)}'"))
        element.drop_tree()
    for element in list(text.iter(*_TOLD)):
        if element is text or (element.tag == "header" and text.tag != "body") or text not in element.iterancestors():
            continue
        words = str(element.get("src", "")) if element.tag == "iframe" else _words(element)
        if words:
            said = f"{_TOLD[element.tag]} {'in' if element.tag == 'iframe' else 'of'} the page: '{shortened(words)}'"
            diagnostics.report(message("import-left-out", Location(name), what=said))
        element.drop_tree()


def _parsed(name: str, content: bytes, diagnostics: Diagnostics) -> Any:
    if len(content) > _MOST_BYTES:
        return None
    words = without_strays(_decoded(name, content, diagnostics)).encode()
    try:
        return html.document_fromstring(words, parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _decoded(name: str, content: bytes, diagnostics: Diagnostics) -> str:
    """Return the text of a page, with a remark if its encoding is not sure.

    A page that declares an encoding of single bytes, and is UTF-8 with longer letters, is UTF-8.
    """
    declared, content = _encoding(content)
    texts: dict[str, str] = {}
    for tried in (declared, lookup_encoding("utf-8")):
        with suppress(UnicodeDecodeError):
            texts[tried.name] = tried.codec_info.decode(content)[0]
    own, utf8 = texts.get(declared.name), texts.get("utf-8", "")
    if own is not None and not (utf8 and len(utf8) < len(content) == len(own)):
        return own
    otherwise = "windows-1252" if declared.name == "utf-8" else declared.name
    likely = lookup_encoding("utf-8" if utf8 else otherwise)
    diagnostics.report(message("import-encoding", Location(name), encoding=likely.name))
    return str(likely.codec_info.decode(content, "replace")[0])


def _encoding(content: bytes) -> tuple[Any, bytes]:
    """Return the encoding that a page begins with or declares, as a browser finds it, and the page without its mark."""
    stream = HTMLBinaryInputStream(content, likely_encoding="utf-8")
    return stream.encoding[0], stream.raw_stream.read()


def _title(root: Any, text: Any) -> str:
    """The one heading of the first level, which is taken out of the text; else the title of the page."""
    heads = list(text.iter("h1"))
    if len(heads) == 1 and _words(heads[0]):
        title = _words(heads[0])
        heads[0].drop_tree()
        return title
    found = next(root.iter("title"), None)
    return _words(found) if found is not None and not heads else ""


def _words(element: Any) -> str:
    """The words of an element, those of its blocks apart."""
    parts = (
        f" {part} " if part.getparent() is not None and part.getparent().tag in _BLOCKS else part
        for part in element.xpath(".//text()")
    )
    return " ".join("".join(parts).split())


def _pieces(text: Any) -> Iterator[DocumentPiece]:
    """The words of each block in order, split at other blocks and pictures; each with the number of its block."""
    numbers = {
        block: number for number, block in enumerate((each for each in text.iter(*_BLOCKS) if each is not text), 1)
    }
    for block, run in groupby(_running(text, text), key=itemgetter(0)):
        where = "a cell" if block.tag in ("td", "th") else ""
        for part in "".join(words for _, words in run).split("\0"):
            if words := " ".join(part.split()):
                yield DocumentPiece(numbers.get(block, 1), words, where)


def _running(element: Any, block: Any) -> Iterator[tuple[Any, str]]:
    """The words in an element, each with the block that it is in."""
    yield block, element.text or ""
    for child in element:
        if child.tag in _BLOCKS:
            yield from _running(child, child)
        elif child.tag == "br":
            yield block, " "
        elif not isinstance(child.tag, str) or child.tag in _GAPS:
            yield block, "\0"
            yield from _running(child, block) if child.tag in _FRAMES else ()
        else:
            yield from _running(child, block)
        yield block, child.tail or ""


def _pictures(
    name: str, text: Any, beside: Callable[[str], bytes | None], diagnostics: Diagnostics
) -> dict[str, FoundPicture]:
    """The pictures that lie in the page or beside it; others are told."""
    found: dict[str, FoundPicture] = {}
    for number, image in enumerate(text.iter("img"), 1):
        source = str(image.get("src", ""))
        inside = _DATA.fullmatch(source)
        content = _unpacked(inside[1]) if inside else beside(unquote(source.partition("?")[0]))
        if content:
            image.set("src", f"picture-{number}")
            found[f"picture-{number}"] = FoundPicture(content)
        elif source:
            said = shortened(str(image.get("alt") or source))
            diagnostics.report(
                message(
                    "import-left-out", Location(name), what=f"a picture that does not lie beside the page: '{said}'"
                )
            )
    return found


def _unpacked(said: str) -> bytes:
    try:
        return base64.b64decode(said)
    except (binascii.Error, ValueError):
        return b""
