"""XHTML documents of a book and their roles."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lxml import etree
from markupsafe import Markup

from pipeline.bind.frames import Destination, document_in, keep_tables, notices, rewrite_links, with_anchor
from pipeline.bind.page_marks import PageMark, mark_pages
from pipeline.bind.resources import place_images
from pipeline.bind.running_lines import SLOT, fill_produced, produced_here
from pipeline.compose.language.words import lang_attribute
from pipeline.core.documents.xhtml import (
    EPUB_TYPE,
    MATHML,
    SVG,
    XHTML,
    XML_LANG,
    elements,
    join_addresses,
    local,
    parse,
)
from pipeline.model.formats import Layouts
from pipeline.model.manuscript import Chapter, Manuscript
from pipeline.model.sheets import Identity, PageStart

_TYPES = frozenset({
    *("abstract", "acknowledgments", "appendix", "bibliography", "biblioref", "chapter", "colophon", "conclusion"),
    *("cover", "footnote", "foreword", "glossary", "glossref", "index", "introduction", "noteref", "notice"),
    *("pagebreak", "part", "preface", "pullquote", "qna", "subtitle", "tip", "toc"),
})  # fmt: skip
"""Types of EPUB Structural Semantics that are roles of DPUB-ARIA too, without those that are deprecated there."""


def add_types(root: etree._Element) -> None:
    """Say in EPUB's words what the roles say."""
    for element in elements(root):
        role = element.get("role", "")
        kind = role.removeprefix("doc-")
        if role.startswith("doc-") and kind in _TYPES and not element.get(EPUB_TYPE):
            element.set(EPUB_TYPE, kind)
        if (
            role == "doc-cover" and local(element) != "img"
        ):  # the cover is the picture: here is what a cover says in words
            element.set(EPUB_TYPE, "titlepage")
            del element.attrib["role"]


def pass_over_tables(root: etree._Element) -> None:
    """Take tables from the way of the keyboard: on a web page one may be moved to and fro, in a book it reflows."""
    for element in elements(root):
        if element.get("role") == "region" and "table" in element.get("class", "").split():
            element.attrib.pop("tabindex", "")


def add_languages(root: etree._Element) -> None:
    """Say every language twice: for XML and for HTML."""
    for element in elements(root):
        if language := element.get("lang"):
            element.set(XML_LANG, language)


def manifest_properties(root: etree._Element) -> tuple[str, ...]:
    """Properties that the manifest must list for the document."""
    found = {"mathml": f"{{{MATHML}}}math", "svg": f"{{{SVG}}}svg"}
    return tuple(name for name, tag in found.items() if next(root.iter(tag), None) is not None)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class EpubChapter:
    """A chapter to be bound: `starts` are the pages of its section from 1, `first` is the folio of the first of them.

    `briefing` is the id that links to this chapter name (the chapter's own name unless given); `identity` and
    `language` are the briefing's own where a pack holds it.
    """

    large = True
    """Its digest is computed once and kept."""

    chapter: Chapter
    starts: tuple[PageStart, ...] = ()
    first: int = 1
    briefing: str = ""
    identity: Identity | None = None
    language: str = ""

    @property
    def name(self) -> str:
        """The id by which links from other chapters know this one."""
        return self.briefing or self.chapter.name

    @property
    def path(self) -> str:
        """Path of its document in the book."""
        return f"text/{self.chapter.name}.xhtml"


def epub_chapters(
    manuscript: Manuscript, starts: tuple[PageStart, ...], first: int = 1, identity: Identity | None = None
) -> tuple[EpubChapter, ...]:
    """A manuscript's chapters, each with the pages that start in it.

    Where there are several, press puts the chapter's name before its ids.
    """
    if len(manuscript.chapters) == 1:
        own = {manuscript.chapter.name: starts}
    else:
        own = {
            chapter.name: tuple(
                replace(start, element=start.element.removeprefix(f"{chapter.name}."))
                for start in starts
                if start.element.startswith(f"{chapter.name}.")
            )
            for chapter in manuscript.chapters
        }
    language = manuscript.metadata.language
    return tuple(
        EpubChapter(chapter, own[chapter.name], first, identity=identity, language=language)
        for chapter in manuscript.chapters
    )


def leaves_its_code(chapters: Sequence[EpubChapter], identity: Identity) -> bool:
    """Whether a whole has a code and none of its own chapters keeps a place for the sentence that says it."""
    own = (bound.chapter.body for bound in chapters if not bound.identity)
    return bool(identity.code) and not any(SLOT in body for body in own)


@dataclass(frozen=True, slots=True)
class Document:
    """A chapter made ready: its place in the book, its tree and its page marks."""

    path: str
    chapter: Chapter
    root: etree._Element
    marks: tuple[PageMark, ...]


@dataclass(frozen=True, slots=True)
class BookSettings:
    """Values that all documents of a book share."""

    layouts: Layouts
    title: str
    language: str
    identity: Identity
    produced: date
    destination: Destination
    images: dict[str, str]
    """Place of each image, from the folder of documents, by digest."""
    to_map: Mapping[str, str]
    """Link to the map of a pack's evidence, by the name of each briefing that the map leads to."""
    closing: str = ""
    """The name of the chapter behind which it is said when this copy was produced, and its code; mostly of none."""


def document(bound: EpubChapter, binding: BookSettings) -> Document:
    """The chapter's document, its pages marked and its links led to where they can be followed."""
    chapter, language = bound.chapter, bound.language or binding.language
    words = (bound.identity or binding.identity).words
    values = {
        "chapter": chapter,
        "title": binding.title,
        "language": language,
        "words": words,
        "house": lang_attribute(words, language),
        "notices": notices(bound.identity or binding.identity, (chapter,)),
        "to_map": binding.to_map.get(bound.name, ""),
        "title_id": next((bookmark.id for bookmark in chapter.bookmarks if bookmark.level == 1), ""),
    }
    root = document_in(binding.layouts, "epub/chapter.xhtml.j2", values, chapter.name, chapter.body)
    fill_produced(root, bound.identity or binding.identity, binding.produced, whole=not bound.identity)
    if bound.name == binding.closing:
        _close(root, binding, language)
    marks = mark_pages(root, bound.starts, bound.first, chapter.name)
    place_images(root, binding.images, chapter.name)
    rewrite_links(root, binding.destination)
    join_addresses(root)
    keep_tables(root)
    pass_over_tables(root)
    add_types(root)
    add_languages(root)
    return Document(bound.path, chapter, root, marks)


def _close(root: etree._Element, binding: BookSettings, language: str) -> None:
    """Say at the end of a document when this copy was produced, and its code."""
    identity = binding.identity
    said = produced_here(identity, binding.produced)
    line = Markup('<p xmlns="{}" class="page-foot"{}>{}</p>').format(
        XHTML, lang_attribute(identity.words, language), said
    )
    body = next(element for element in elements(root) if local(element) == "body")
    body.append(parse(line, "closing"))


_MATTER = ("-front", "-back")


def of_chapter(briefing: str, anchor: str) -> tuple[str, str]:
    """The chapter that a link leads to, and the anchor in it.

    A chapter of a pack's own matter is named by its section first: '-back#pack-glossary'.
    """
    if briefing in _MATTER:
        briefing, _, anchor = anchor.partition(".")
    return briefing, anchor


_MAP = "evidence-map"
_ROW = re.compile(r'href="briefing:([^"#]+)')


def ways_to_map(chapters: tuple[EpubChapter, ...]) -> dict[str, str]:
    """Link to the map of a pack's evidence, by the name of each briefing that the map leads to."""
    for bound in chapters:
        body = bound.chapter.body
        if bound.identity is None and f'id="{_MAP}"' in body:
            shown = frozenset(_ROW.findall(body))
            way = f"briefing:{_MATTER[0]}#{bound.chapter.name}.{_MAP}"
            return {other.name: way for other in chapters if other.identity and other.name in shown}
    return {}


def in_book(chapters: tuple[EpubChapter, ...], elsewhere: Destination) -> Destination:
    """Leads to a briefing's document where the book holds it, else where `elsewhere` says."""
    held = {bound.name: f"{bound.chapter.name}.xhtml" for bound in chapters}

    def destination(briefing: str, anchor: str) -> str | None:
        briefing, anchor = of_chapter(briefing, anchor)
        inside = held.get(briefing)
        return with_anchor(inside, anchor) if inside else elsewhere(briefing, anchor)

    return destination
