"""Texts that an issued file shows or says of itself, in which names are looked for. Pure: a file is its bytes."""

import html
import io
import re
import zipfile
from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from urllib.parse import unquote

from pipeline.editions.issued.page_words import CannotBeRead, page_texts

_TEXT = re.compile(r".+\.(?:opf|ncx|xhtml|html?|xml|json|svg|txt|css|smil|js)", re.IGNORECASE | re.DOTALL)
"""Names of files that hold text."""

_PACKED = re.compile(r"data:(?:image/svg\+xml|text/\w+)[^,\"'\s]*?(?P<base64>;base64)?,(?P<data>[\w+/=%.!~*()-]+)")
"""Pictures and texts that stand in an address."""


def texts_in(content: bytes) -> Iterator[str]:
    """The text of each page, and what a file says of itself. Raises `CannotBeRead`."""
    yield from page_texts(content)
    if content.startswith(b"%PDF-"):
        yield from _said_of_itself(content)
    elif content.startswith(b"PK"):
        yield from _in_book(content)
    else:
        yield from _texts(content)


def _texts(content: bytes) -> Iterator[str]:
    """A text, with what stands in it for other signs put as those signs; and those that are packed into it."""
    text = html.unescape(content.decode("utf-8", "replace"))
    yield text
    for packed in _PACKED.finditer(text):
        if packed["base64"]:
            with suppress(ValueError):
                yield html.unescape(b64decode(packed["data"]).decode("utf-8", "replace"))
        else:
            yield html.unescape(unquote(packed["data"]))


def _in_book(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            yield name
            if _TEXT.fullmatch(name):
                yield from _texts(book.read(name))


def _said_of_itself(pdf: bytes) -> Iterator[str]:
    """The properties of a PDF, the words of its bookmarks, notes and figures, and the files that lie in it."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            for value in (document.trailer, *document.objects):
                yield from _strings(value)
    except pikepdf.PdfError as wrong:
        raise CannotBeRead("it is damaged") from wrong


def _strings(value: object) -> Iterator[str]:
    """The texts of an object of a PDF; what it refers to is an object of its own."""
    import pikepdf

    if isinstance(value, pikepdf.String):
        yield str(value)
    elif isinstance(value, pikepdf.Stream):
        yield from _strings_of(value.stream_dict.values())
        if value.get("/Type") in ("/EmbeddedFile", "/Metadata"):
            yield from _texts(bytes(value.get_stream_buffer()))
    elif isinstance(value, pikepdf.Dictionary):
        yield from _strings_of(value.values())
    elif isinstance(value, pikepdf.Array):
        yield from _strings_of(value)


def _strings_of(values: Iterable[object]) -> Iterator[str]:
    for one in values:
        if not getattr(one, "is_indirect", False):
            yield from _strings(one)
