"""Contents, landmarks and page list of a book, as the navigation document and the older NCX give them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.bind.epub_documents import Document
from pipeline.bind.xhtml import elements
from pipeline.compose.layouts import fill
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Bookmark

NAV_PATH = "nav.xhtml"
NCX_PATH = "toc.ncx"

_LANDMARKS = {
    "cover": "Cover",
    "toc": "Contents",
    "bodymatter": "Start of the text",
    "bibliography": "References",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the contents: its words, where it leads, and the lines below it."""

    words: str
    href: str
    below: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Landmark:
    """A well-known part of a book."""

    kind: str
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Navigation:
    """Every way into a book."""

    contents: tuple[Step, ...]
    landmarks: tuple[Landmark, ...]
    pages: tuple[Step, ...]


def navigation(documents: tuple[Document, ...]) -> Navigation:
    """The ways into a book: two levels of headings, the landmarks, and every page of the PDF that is marked."""
    return Navigation(
        tuple(_contents(document) for document in documents),
        tuple(_landmarks(documents)),
        tuple(Step(mark.folio, f"{d.path}#{mark.id}") for d in documents for mark in d.marks),
    )


def leads_to_itself(ways: Navigation) -> bool:
    """Whether the navigation document is the contents that readers are led to: no chapter is."""
    return any(landmark.href.startswith(NAV_PATH) for landmark in ways.landmarks)


def navigation_document(layouts: Layouts, ways: Navigation, title: str, language: str) -> str:
    """The navigation document."""
    return fill(layouts, "epub/nav.xhtml.j2", ways=ways, title=title, language=language)


def ncx(layouts: Layouts, ways: Navigation, title: str, language: str, identifier: str) -> str:
    """The contents for old reading systems, which need it two levels deep at most."""
    return fill(layouts, "epub/toc.ncx.j2", ways=ways, title=title, language=language, identifier=identifier)


def _contents(document: Document) -> Step:
    """The document's title with its sections; the title alone leads to the document's beginning."""
    sections = tuple(
        Step(bookmark.text, f"{document.path}#{bookmark.id}")
        for bookmark in document.chapter.bookmarks
        if bookmark.level == 2
    )
    return Step(_title(document.chapter.bookmarks) or document.chapter.title, document.path, sections)


def _title(bookmarks: tuple[Bookmark, ...]) -> str:
    return next((bookmark.text for bookmark in bookmarks if bookmark.level == 1), "")


def _landmarks(documents: tuple[Document, ...]) -> Iterator[Landmark]:
    """One landmark a kind, the first document that is one; where no chapter is a bibliography, a section may be."""
    found: dict[str, str] = {}
    for document in documents:
        if document.chapter.landmark in _LANDMARKS:
            found.setdefault(document.chapter.landmark, document.path)
    for document in documents:
        if document.chapter.matter == "bodymatter":
            found.setdefault("bodymatter", document.path)
        for element in elements(document.root):
            if element.get("role") == "doc-bibliography" and element.get("id"):
                found.setdefault("bibliography", f"{document.path}#{element.get('id')}")
    found.setdefault("toc", f"{NAV_PATH}#toc")
    for kind, said in _LANDMARKS.items():
        if kind in found:
            yield Landmark(kind, said, found[kind])
