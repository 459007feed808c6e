"""Texts that an issued file shows or says of itself, in which names are looked for. Pure: a file is its bytes."""

import html
import io
import zipfile
from collections.abc import Iterable, Iterator

from pipeline.editions.issued.page_words import CannotBeRead, page_texts

_TEXTS = ("opf", "ncx", "xhtml", "html", "htm", "xml", "json", "svg", "txt", "css", "smil", "js")
"""The ends of the names of files that hold text."""


def texts_in(content: bytes) -> Iterator[str]:
    """The text of each page, and what a file says of itself. Raises `CannotBeRead`."""
    yield from page_texts(content)
    if content.startswith(b"%PDF-"):
        yield from _said_of_itself(content)
    elif content.startswith(b"PK"):
        yield from _in_book(content)
    else:
        yield _text(content)


def _text(content: bytes) -> str:
    """A text, with what stands in it for other signs put as those signs."""
    return html.unescape(content.decode("utf-8", "replace"))


def _in_book(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            yield name
            if name.rpartition(".")[2].casefold() in _TEXTS:
                yield _text(book.read(name))


def _said_of_itself(pdf: bytes) -> Iterator[str]:
    """The properties of a PDF, the words of its bookmarks, notes and figures, and the files that lie in it."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            for value in (document.trailer, *document.objects):
                yield from _strings(value)
            if "/Metadata" in document.Root:
                yield _text(document.Root.Metadata.read_bytes())
            for name, attached in document.attachments.items():
                yield name
                yield _text(attached.get_file().read_bytes())
    except pikepdf.PdfError as wrong:
        raise CannotBeRead("it is damaged") from wrong


def _strings(value: object) -> Iterator[str]:
    """The texts of an object of a PDF; what it refers to is an object of its own."""
    import pikepdf

    if isinstance(value, pikepdf.String):
        yield str(value)
    elif isinstance(value, pikepdf.Stream):
        yield from _strings_of(value.stream_dict.values())
    elif isinstance(value, pikepdf.Dictionary):
        yield from _strings_of(value.values())
    elif isinstance(value, pikepdf.Array):
        yield from _strings_of(value)


def _strings_of(values: Iterable[object]) -> Iterator[str]:
    for one in values:
        if not getattr(one, "is_indirect", False):
            yield from _strings(one)
