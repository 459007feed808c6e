"""Reading of a web page: pandoc reads the element with the text, and the words of each block are noted."""

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
from pipeline.core.documents.roles import TEXT_BLOCKS
from pipeline.core.messages import message
from pipeline.core.pandoc import PandocLimit, PandocRefusal, run_pandoc
from pipeline.services.importing.docx_content import DocumentContent, DocumentPiece, FoundPicture, shortened
from pipeline.services.importing.docx_package import unreadable, without_strays
from pipeline.services.importing.inlines import PandocNode

_PAGE = re.compile(
    r"\A\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|\?xml[^>]*>\s*<(?:!doctype\s+html|html))",
    re.IGNORECASE | re.DOTALL,
)
_SILENT = ("script", "style", "nav", "noscript", "template", "button")
_REPORTED = {
    "header": "a head",
    "footer": "a foot",
    "aside": "a side column",
    "form": "a form",
    "iframe": "another page",
}
"""Parts that usually belong to the site and not to the text, and their names in messages."""
_HIDDEN = (
    ".//*[@hidden and @hidden != 'until-found'"
    " or contains(translate(@style, 'DISPLAYNOE ', 'displaynoe'), 'display:none')]"
)
"""Elements that a browser never shows, not even when a search finds words in them."""
_TEXT_ELEMENTS = ("//main", "//*[@role='main']", "//article", "//*[@id='content']", "//body")
"""Elements that may have the text, the most likely first."""
_BLOCKS = (*TEXT_BLOCKS.keys() - {"address"}, "li", "blockquote", "div", "section")
_FRAMES = ("ul", "ol", "dl", "table", "tbody", "thead", "tr", "figure")
_GAPS = ("img", "math", "svg", *_FRAMES)
_DATA = re.compile(r"data:image/[\w.+-]+;base64,(.*)", re.DOTALL)
_PANDOC = ("-f", "html-native_divs-native_spans", "-t", "json", "--sandbox")
_MOST_BYTES = 20_000_000


def is_web_page(content: bytes) -> bool:
    """Return whether a file is a web page."""
    encoding, start = _encoding(content[:4000])
    return bool(_PAGE.match(encoding.codec_info.decode(start, "replace")[0]))


def read_web_page(
    name: str, content: bytes, read_neighbour: Callable[[str], bytes | None], diagnostics: Diagnostics
) -> tuple[PandocNode, DocumentContent] | None:
    """Read a web page: pandoc's tree of it, and its content; None, after a report, if that fails.

    `read_neighbour` reads the files next to the page.
    """
    root = _parse(name, content, diagnostics)
    if root is None:
        diagnostics.report(unreadable(name, "It holds no web page that can be read."))
        return None
    text = next((elements[0] for path in _TEXT_ELEMENTS if (elements := root.xpath(path))), root)
    _drop(name, text, diagnostics)
    title = _title(root, text)
    pieces = tuple(_pieces(text))
    pictures = _pictures(name, text, read_neighbour, diagnostics)
    try:
        tree = json.loads(run_pandoc(_PANDOC, html.tostring(text, encoding="unicode")))
    except (PandocRefusal, PandocLimit) as failure:
        reason = f"it could not be read: {failure}".rstrip(".")
        diagnostics.report(message("import-unsafe", Location(name), reason=reason))
        return None
    if title:
        tree["meta"] = {"title": {"t": "MetaString", "c": title}}
    return tree, DocumentContent(name, pieces, pictures=pictures, has_styles=False)


def _drop(name: str, text: Any, diagnostics: Diagnostics) -> None:
    """Remove elements that are not text; words in them are reported. An article keeps its own head."""
    for element in list(text.iter(*_SILENT)):
        if element is not text:
            element.drop_tree()
    for element in text.xpath(_HIDDEN):
        if text not in element.iterancestors():
            continue
        if words := _words(element):
            diagnostics.report(message("import-left-out", Location(name), what=f"hidden words: '{shortened(words)}'"))
        element.drop_tree()
    for element in list(text.iter(*_REPORTED)):
        if element is text or (element.tag == "header" and text.tag != "body") or text not in element.iterancestors():
            continue
        is_frame = element.tag == "iframe"
        if words := str(element.get("src", "")) if is_frame else _words(element):
            what = f"{_REPORTED[element.tag]} {'in' if is_frame else 'of'} the page: '{shortened(words)}'"
            diagnostics.report(message("import-left-out", Location(name), what=what))
        element.drop_tree()


def _parse(name: str, content: bytes, diagnostics: Diagnostics) -> Any:
    if len(content) > _MOST_BYTES:
        return None
    words = without_strays(_decode(name, content, diagnostics)).encode()
    try:
        return html.document_fromstring(words, parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _decode(name: str, content: bytes, diagnostics: Diagnostics) -> str:
    """Return the text of a page, with a remark if its encoding is uncertain.

    A page that declares a single-byte encoding, but is valid UTF-8 with longer characters, is UTF-8.
    """
    declared, content = _encoding(content)
    texts: dict[str, str] = {}
    for encoding in (declared, lookup_encoding("utf-8")):
        with suppress(UnicodeDecodeError):
            texts[encoding.name] = encoding.codec_info.decode(content)[0]
    as_declared, as_utf8 = texts.get(declared.name), texts.get("utf-8", "")
    if as_declared is not None and not (as_utf8 and len(as_utf8) < len(content) == len(as_declared)):
        return as_declared
    fallback = "windows-1252" if declared.name == "utf-8" else declared.name
    likely = lookup_encoding("utf-8" if as_utf8 else fallback)
    diagnostics.report(message("import-encoding", Location(name), encoding=likely.name))
    return str(likely.codec_info.decode(content, "replace")[0])


def _encoding(content: bytes) -> tuple[Any, bytes]:
    """Return the encoding that a page begins with or declares, as browsers find it, and the page without its mark."""
    stream = HTMLBinaryInputStream(content, likely_encoding="utf-8")
    return stream.encoding[0], stream.raw_stream.read()


def _title(root: Any, text: Any) -> str:
    """Take the only heading of the first level out of the text; else return the title of the page."""
    heads = list(text.iter("h1"))
    if len(heads) == 1 and _words(heads[0]):
        title = _words(heads[0])
        heads[0].drop_tree()
        return title
    element = next(root.iter("title"), None)
    return _words(element) if element is not None and not heads else ""


def _words(element: Any) -> str:
    """Return the words of an element, with spaces between its blocks."""
    parts = (
        f" {part} " if part.getparent() is not None and part.getparent().tag in _BLOCKS else part
        for part in element.xpath(".//text()")
    )
    return " ".join("".join(parts).split())


def _pieces(text: Any) -> Iterator[DocumentPiece]:
    """Yield the words of each block in order, split at inner blocks and pictures, with the number of the block."""
    blocks = (block for block in text.iter(*_BLOCKS) if block is not text)
    numbers = {block: number for number, block in enumerate(blocks, 1)}
    for block, run in groupby(_words_by_block(text, text), key=itemgetter(0)):
        where = "a cell" if block.tag in ("td", "th") else ""
        for part in "".join(words for _, words in run).split("\0"):
            if words := " ".join(part.split()):
                yield DocumentPiece(numbers.get(block, 1), words, where)


def _words_by_block(element: Any, block: Any) -> Iterator[tuple[Any, str]]:
    """Yield the words in an element, each with its block."""
    yield block, element.text or ""
    for child in element:
        if child.tag in _BLOCKS:
            yield from _words_by_block(child, child)
        elif child.tag == "br":
            yield block, " "
        elif not isinstance(child.tag, str) or child.tag in _GAPS:
            yield block, "\0"
            yield from _words_by_block(child, block) if child.tag in _FRAMES else ()
        else:
            yield from _words_by_block(child, block)
        yield block, child.tail or ""


def _pictures(
    name: str, text: Any, read_neighbour: Callable[[str], bytes | None], diagnostics: Diagnostics
) -> dict[str, FoundPicture]:
    """Return the pictures in the page or next to it; others are reported."""
    pictures: dict[str, FoundPicture] = {}
    for number, image in enumerate(text.iter("img"), 1):
        source = str(image.get("src", ""))
        embedded = _DATA.fullmatch(source)
        content = _decode_base64(embedded[1]) if embedded else read_neighbour(unquote(source.partition("?")[0]))
        if content:
            image.set("src", f"picture-{number}")
            pictures[f"picture-{number}"] = FoundPicture(content)
        elif source:
            what = f"a picture that is not next to the page: '{shortened(str(image.get('alt') or source))}'"
            diagnostics.report(message("import-left-out", Location(name), what=what))
    return pictures


def _decode_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
