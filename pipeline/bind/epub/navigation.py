"""Contents, landmarks and page list of a book, as the navigation document and the older NCX give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline.bind.epub.documents import Document
from pipeline.bind.frames import document_in
from pipeline.compose.language.words import lang_attribute
from pipeline.core.documents.roles import HEADINGS
from pipeline.core.documents.xhtml import XHTML, elements
from pipeline.model.formats import Layouts
from pipeline.model.manuscript import Bookmark
from pipeline.model.words import Phrases

NAV_PATH = "nav.xhtml"
NCX_PATH = "toc.ncx"

_LANDMARKS = {"cover": "cover", "toc": "contents", "bodymatter": "start-of-text", "bibliography": "references"}
"""The landmarks, and the keys of what they are called."""


@dataclass(frozen=True, slots=True)
class NavigationLine:
    """A line of the contents: its words, where it leads, and the lines below it."""

    words: str
    href: str
    below: tuple[NavigationLine, ...] = ()
    language: str = ""
    """The language of its words, where it is not the book's."""


@dataclass(frozen=True, slots=True)
class Landmark:
    """A well-known part of a book."""

    kind: str
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Navigation:
    """Every way into a book."""

    contents: tuple[NavigationLine, ...]
    landmarks: tuple[Landmark, ...]
    pages: tuple[NavigationLine, ...]


def navigation(documents: tuple[Document, ...], language: str, words: Phrases, cover: str = "") -> Navigation:
    """The ways into a book: every heading, the landmarks, and every page of the PDF that is marked.

    `cover` is the path of its cover; having no heading, it is a landmark and no line of the contents.
    """
    return Navigation(
        tuple(step for document in documents for step in _contents(document, language)),
        tuple(_landmarks(documents, cover, words)),
        tuple(NavigationLine(mark.folio, f"{d.path}#{mark.id}") for d in documents for mark in d.marks),
    )


def leads_to_itself(ways: Navigation) -> bool:
    """Whether the navigation document is the contents that readers are led to: no chapter is."""
    return any(landmark.href.startswith(NAV_PATH) for landmark in ways.landmarks)


def navigation_document(
    layouts: Layouts, ways: Navigation, title: str, language: str, words: Phrases
) -> etree._Element:
    """The navigation document; its own words are of the house."""
    house = lang_attribute(words, language)
    values = {"ways": ways, "title": title, "language": language, "words": words, "house": house}
    return document_in(layouts, "epub/nav.xhtml.j2", values, NAV_PATH)


def ncx(
    layouts: Layouts, ways: Navigation, title: str, language: str, words: Phrases, identifier: str
) -> etree._Element:
    """The contents for old reading systems, two levels deep at most: some read no more."""
    values = {
        "ways": ways,
        "title": title,
        "language": language,
        "identifier": identifier,
        "words": words,
        "spoken": words.language if lang_attribute(words, language) else "",
        "depth": 2 if any(step.below for step in ways.contents) else 1,
        "last_page": max((int(page.words) for page in ways.pages), default=0),
    }
    return document_in(layouts, "epub/toc.ncx.j2", values, NCX_PATH)


def _contents(document: Document, language: str) -> tuple[NavigationLine, ...]:
    """The headings of a document, nested as they are; its title leads to the document's beginning."""
    languages = _languages(document.root)

    def step(heading: Bookmark, href: str, below: tuple[NavigationLine, ...]) -> NavigationLine:
        own = languages.get(heading.id, document.root.get("lang", ""))
        return NavigationLine(heading.text or document.chapter.title, href, below, own if own != language else "")

    def nested(headings: Sequence[Bookmark]) -> tuple[NavigationLine, ...]:
        return tuple(step(head, f"{document.path}#{head.id}", nested(below)) for head, below in _with_deeper(headings))

    marks = document.chapter.bookmarks
    first = marks[0] if marks and marks[0].level == 1 else Bookmark(1, "", "")
    (title, below), *others = _with_deeper((first, *(mark for mark in marks if mark is not first)))
    return step(title, document.path, nested(below)), *nested([mark for head, rest in others for mark in (head, *rest)])


def _with_deeper(headings: Sequence[Bookmark]) -> Iterator[tuple[Bookmark, Sequence[Bookmark]]]:
    """Each heading that no other stands above, with the deeper ones that follow it."""
    rest = headings
    while rest:
        head, *rest = rest
        deeper = next((number for number, mark in enumerate(rest) if mark.level <= head.level), len(rest))
        yield head, rest[:deeper]
        rest = rest[deeper:]


def _languages(root: etree._Element) -> dict[str, str]:
    """The language of each heading that has one of its own or stands in something that has, by its id."""
    found: dict[str, str] = {}
    for heading in root.iter(*(f"{{{XHTML}}}{name}" for name in HEADINGS)):
        around = (heading, *heading.iterancestors())
        found[heading.get("id", "")] = next((said for element in around if (said := element.get("lang"))), "")
    return found


def _landmarks(documents: tuple[Document, ...], cover: str, words: Phrases) -> Iterator[Landmark]:
    """One landmark a kind, the first document that is one; where no chapter is a bibliography, a section may be."""
    found = {"cover": cover} if cover else {}
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
    for kind, key in _LANDMARKS.items():
        if kind in found:
            yield Landmark(kind, words.say(key), found[kind])
