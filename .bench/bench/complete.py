"""Whether what a pipeline made is whole: a quick pipeline that leaves something out is none.

Of every text there must be a PDF with tags that claims PDF/UA, and an EPUB; both must have the title and every
work that is cited, and neither may show a citation as the author typed it.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pymupdf
from lxml import etree

from bench.texts import Text

_WORK = re.compile(r"Invented work (\d+)")
_RAW = re.compile(r"@work\d+|\(\?\?\?\)|work\d+\?")


@dataclass(frozen=True)
class Made:
    """The files of one text."""

    text: Text
    pdf: Path
    epub: Path


def faults(made: Iterable[Made]) -> Iterator[str]:
    """What is missing, in sentences."""
    for files in made:
        for path in (files.pdf, files.epub):
            if not path.is_file():
                yield f"{path.name} was not made."
                return
        with pikepdf.open(files.pdf) as pdf:
            if "/StructTreeRoot" not in pdf.Root or not ("/MarkInfo" in pdf.Root and pdf.Root.MarkInfo.get("/Marked")):
                yield f"{files.pdf.name} has no tags."
            if b"pdfuaid" not in (pdf.Root.Metadata.read_bytes() if "/Metadata" in pdf.Root else b""):
                yield f"{files.pdf.name} does not claim PDF/UA."
        yield from _missing(files.pdf.name, pdf_words(files.pdf), files.text)
        yield from _missing(files.epub.name, epub_words(files.epub), files.text)


def pages(paths: Iterable[Path]) -> int:
    """The pages of some PDFs."""
    total = 0
    for path in paths:
        with pikepdf.open(path) as pdf:
            total += len(pdf.pages)
    return total


def pdf_words(path: Path) -> str:
    """The words of a PDF, line breaks as spaces."""
    with pymupdf.open(path) as pdf:  # type: ignore[no-untyped-call]
        return _even(" ".join(page.get_text() for page in pdf))


def epub_words(path: Path) -> str:
    """The words of the documents of an EPUB."""
    with zipfile.ZipFile(path) as book:
        names = [name for name in book.namelist() if name.endswith(".xhtml")]
        trees = [etree.fromstring(book.read(name)) for name in names]
    return _even(" ".join("".join(map(str, tree.itertext())) for tree in trees))


def _missing(name: str, words: str, text: Text) -> Iterator[str]:
    if text.title not in words:
        yield f"{name} does not have the title of its text."
    if lost := text.cited - {f"work{number}" for number in _WORK.findall(words)}:
        yield f"{name} lists {len(lost)} of {len(text.cited)} works not at all."
    if raw := _RAW.search(words):
        yield f"{name} has a citation that is not formatted: {raw[0]}."


def _even(words: str) -> str:
    return " ".join(words.replace("\u00ad", "").split())
