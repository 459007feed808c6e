"""Contents, landmarks and page list of a book, as the navigation document and as the older NCX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline.bind.chapters import BindContext
from pipeline.bind.epub.documents import BookDocument
from pipeline.bind.frames import fill_document
from pipeline.compose.language.words import lang_attribute
from pipeline.core.documents.roles import HEADINGS
from pipeline.core.documents.xhtml import XHTML, iterate_elements
from pipeline.model.manuscript import Bookmark
from pipeline.model.words import Phrases

NAV_PATH = "nav.xhtml"
NCX_PATH = "toc.ncx"

_LANDMARK_WORDS = {"cover": "cover", "toc": "contents", "bodymatter": "start-of-text", "bibliography": "references"}
"""Landmark types, and the keys of their words."""


@dataclass(frozen=True, slots=True)
class NavigationLine:
    """A line of the contents, of the landmarks or of the page list: its words and its address."""

    words: str
    href: str
    below: tuple[NavigationLine, ...] = ()
    language: str = ""
    """Language of its words, if it is not the book's."""
    kind: str = ""
    """EPUB type of a landmark."""


@dataclass(frozen=True, slots=True)
class Navigation:
    """Contents, landmarks and page list."""

    contents: tuple[NavigationLine, ...]
    landmarks: tuple[NavigationLine, ...]
    pages: tuple[NavigationLine, ...]

    @property
    def is_landmark(self) -> bool:
        """True if the navigation document itself is the landmark for the contents, because no chapter is."""
        return any(landmark.href.startswith(NAV_PATH) for landmark in self.landmarks)


def list_navigation(documents: tuple[BookDocument, ...], context: BindContext, cover: str = "") -> Navigation:
    """List every heading, the landmarks, and every marked page of the PDF.

    `cover` is the path of the cover document, which has no heading and so is only a landmark.
    """
    return Navigation(
        tuple(line for document in documents for line in _contents(document, context.metadata.language)),
        tuple(_landmarks(documents, cover, context.identity.words)),
        tuple(NavigationLine(mark.folio, f"{d.path}#{mark.id}") for d in documents for mark in d.marks),
    )


def make_navigation_document(navigation: Navigation, context: BindContext) -> etree._Element:
    """Return the navigation document."""
    return fill_document(context.layouts, "epub/nav.xhtml.j2", _template_values(navigation, context), NAV_PATH)


def make_ncx(navigation: Navigation, context: BindContext, identifier: str) -> etree._Element:
    """Return the contents for old reading systems, at most two levels deep, because some read no more."""
    values = _template_values(navigation, context)
    values |= {
        "identifier": identifier,
        "spoken": context.identity.words.language if values["house"] else "",
        "depth": 2 if any(line.below for line in navigation.contents) else 1,
        "last_page": max((int(page.words) for page in navigation.pages), default=0),
    }
    return fill_document(context.layouts, "epub/toc.ncx.j2", values, NCX_PATH)


def _template_values(navigation: Navigation, context: BindContext) -> dict[str, object]:
    title, language, words = context.metadata.title, context.metadata.language, context.identity.words
    house = lang_attribute(words, language)
    return {"ways": navigation, "title": title, "language": language, "words": words, "house": house}


def _contents(document: BookDocument, language: str) -> tuple[NavigationLine, ...]:
    """Return the headings of a document, nested by level; its title leads to the beginning of the document."""
    languages = _heading_languages(document.root)

    def line(heading: Bookmark, href: str, below: tuple[NavigationLine, ...]) -> NavigationLine:
        own_language = languages.get(heading.id, document.root.get("lang", ""))
        text = heading.text or document.chapter.title
        return NavigationLine(text, href, below, own_language if own_language != language else "")

    def nested_lines(headings: Sequence[Bookmark]) -> tuple[NavigationLine, ...]:
        groups = _group_by_level(headings)
        return tuple(line(head, f"{document.path}#{head.id}", nested_lines(below)) for head, below in groups)

    bookmarks = document.chapter.bookmarks
    first = bookmarks[0] if bookmarks and bookmarks[0].level == 1 else Bookmark(1, "", "")
    (title, below), *others = _group_by_level((first, *(mark for mark in bookmarks if mark is not first)))
    other_headings = [heading for head, rest in others for heading in (head, *rest)]
    return line(title, document.path, nested_lines(below)), *nested_lines(other_headings)


def _group_by_level(headings: Sequence[Bookmark]) -> Iterator[tuple[Bookmark, Sequence[Bookmark]]]:
    """Yield each heading of the highest level with the deeper headings that follow it."""
    remaining = headings
    while remaining:
        head, *remaining = remaining
        end = next((number for number, mark in enumerate(remaining) if mark.level <= head.level), len(remaining))
        yield head, remaining[:end]
        remaining = remaining[end:]


def _heading_languages(root: etree._Element) -> dict[str, str]:
    """Return the language of each heading, from itself or its ancestors, by id."""
    languages: dict[str, str] = {}
    for heading in root.iter(*(f"{{{XHTML}}}{name}" for name in HEADINGS)):
        ancestors = (heading, *heading.iterancestors())
        declared = (element.get("lang") for element in ancestors)
        languages[heading.get("id", "")] = next(filter(None, declared), "")
    return languages


def _landmarks(documents: tuple[BookDocument, ...], cover: str, words: Phrases) -> Iterator[NavigationLine]:
    """Yield the first landmark of each kind. If no chapter is a bibliography, a section may be."""
    addresses = {"cover": cover} if cover else {}
    for document in documents:
        if document.chapter.landmark in _LANDMARK_WORDS:
            addresses.setdefault(document.chapter.landmark, document.path)
    for document in documents:
        if document.chapter.matter == "bodymatter":
            addresses.setdefault("bodymatter", document.path)
        for element in iterate_elements(document.root):
            if element.get("role") == "doc-bibliography" and element.get("id"):
                addresses.setdefault("bibliography", f"{document.path}#{element.get('id')}")
    addresses.setdefault("toc", f"{NAV_PATH}#toc")
    for kind, key in _LANDMARK_WORDS.items():
        if kind in addresses:
            yield NavigationLine(words.say(key), addresses[kind], kind=kind)
