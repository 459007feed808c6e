"""Contents of a finished file: the standards that it claims, and how many pictures, tables and notes it has."""

from collections import Counter

from pipeline.core.diagnostics import Place
from pipeline.model.claim import FileContents
from pipeline.model.formats import EPUB, PDF, format_row
from pipeline.proof.epub.reading import NoBook, read_book
from pipeline.proof.pdf.reading import reading
from pipeline.proof.pdf.standards import claims
from pipeline.proof.pdf.tags import NOTES


def contents_of(content: bytes, format: str) -> FileContents:
    """The contents of a file of a format; nothing of one that cannot be read."""
    kind = format_row(format).kind
    return _in_pdf(content) if kind is PDF else _in_book(content) if kind is EPUB else FileContents()


def _in_pdf(content: bytes) -> FileContents:
    with reading(content) as file:
        if file is None or file.tags is None:
            return FileContents()
        tags = file.tags.all
        kinds = Counter(tag.kind for tag in tags)
        return FileContents(
            claims=claims(file),
            pictures=kinds["Figure"],
            told=sum(1 for tag in tags if tag.kind == "Figure" and tag.alt.strip()),
            tables=kinds["Table"],
            notes=sum(kinds[kind] for kind in NOTES),
        )


def _in_book(content: bytes) -> FileContents:
    try:
        book = read_book(content, Place("book.epub"))
    except NoBook:
        return FileContents()
    texts = book.texts.values()
    pictures = [picture for text in texts for picture in text.of("img")]
    return FileContents(
        claims=book.said("dcterms:conformsTo"),
        pictures=len(pictures),
        told=sum(1 for picture in pictures if (picture.get("alt") or "").strip()),
        tables=sum(1 for text in texts for _ in text.of("table")),
        notes=sum(own.get("role") == "doc-footnote" for text in texts for _, own in text.attributes),
    )
