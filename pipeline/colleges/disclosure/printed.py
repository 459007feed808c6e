"""Texts that an issued file shows or says of itself, in which names are looked for. Pure: a file is its bytes."""

import io
import zipfile
from collections.abc import Iterator

from pipeline.editions.issued.page_words import page_texts


def texts_in(content: bytes) -> Iterator[str]:
    """The text of each page, and what a file says of itself. Raises `CannotBeRead`."""
    yield from page_texts(content)
    if content.startswith(b"%PDF-"):
        yield from _said_of_itself(content)
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            yield from (book.read(name).decode("utf-8", "replace") for name in book.namelist() if _is_text(name))
    else:
        yield content.decode("utf-8", "replace")


def _is_text(name: str) -> bool:
    return name.rpartition(".")[2] in ("opf", "ncx", "xhtml", "xml", "json")


def _said_of_itself(pdf: bytes) -> Iterator[str]:
    """The properties of a PDF, in both forms that it has them."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        yield from (str(value) for value in document.docinfo.values())
        if "/Metadata" in document.Root:
            yield document.Root.Metadata.read_bytes().decode("utf-8", "replace")
