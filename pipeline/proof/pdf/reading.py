"""A PDF opened and read once for all checks: pages, tags, words, links, outline."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, PdfError

from pipeline.pdf.tree import number_tree
from pipeline.proof.pdf.content import TextRun, Walker
from pipeline.proof.pdf.tag_reader import read_tags
from pipeline.proof.pdf.tags import ObjectKey, TaggedElement, TaggedWords


@dataclass
class PdfReading:
    """Content of a file. Nothing is read before it is asked for."""

    pdf: Pdf

    @cached_property
    def page_numbers(self) -> dict[ObjectKey, int]:
        """The number of each page, from 1, by its object."""
        return {page.obj.objgen: number for number, page in enumerate(self.pdf.pages, 1)}

    @cached_property
    def pages(self) -> list[list[TextRun]]:
        """The runs of each page in the order of painting."""
        walker = Walker()
        return [walker.runs(page, number) for number, page in enumerate(self.pdf.pages, 1)]

    @cached_property
    def tags(self) -> TaggedElement | None:
        """The structure tree."""
        return read_tags(self.pdf, self.page_numbers)

    @cached_property
    def words(self) -> TaggedWords:
        """The letters by the marks that they belong to."""
        return TaggedWords(self.pages)

    @cached_property
    def owners(self) -> dict[int, Any]:
        """The parent tree: for each number the element, or the list of elements, that owns the thing numbered so."""
        root = self.pdf.Root.get("/StructTreeRoot")
        tree = root.get("/ParentTree") if isinstance(root, Dictionary) else None
        return dict(number_tree(tree)) if isinstance(tree, Dictionary) else {}

    def annotations(self) -> Iterator[tuple[int, Any]]:
        """Every annotation with the number of its page."""
        for number, page in enumerate(self.pdf.pages, 1):
            found = page.obj.get("/Annots")
            for annotation in found if isinstance(found, Array) else ():
                if isinstance(annotation, Dictionary) and annotation.get("/Subtype") != Name.Popup:
                    yield number, annotation

    def bookmarks(self) -> list[str]:
        """The titles of the outline from top to bottom."""
        found: list[str] = []
        with self.pdf.open_outline() as outline:
            rest = list(reversed(outline.root))
            while rest:
                entry = rest.pop()
                found.append(entry.title)
                rest.extend(reversed(entry.children))
        return found

    def beside(self, page: int) -> str:
        """The running lines of a page: what is shown and never read aloud."""
        return " ".join(run.text for run in self.pages[page - 1] if run.artifact is not None)


@contextmanager
def reading(pdf: bytes) -> Iterator[PdfReading | None]:
    """The file while it is looked at; nothing where it cannot be read."""
    try:
        opened = Pdf.open(BytesIO(pdf))
    except (PdfError, ValueError):
        yield None
        return
    with opened:
        yield PdfReading(opened)


def can_be_read(pdf: bytes) -> bool:
    """Whether the bytes are a PDF."""
    with reading(pdf) as file:
        return file is not None
