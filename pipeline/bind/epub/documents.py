"""Documents of an EPUB: chapters with page marks, links and EPUB types."""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree
from markupsafe import Markup

from pipeline.bind.chapters import BindContext, ReflowingChapter, resolve_image_sources
from pipeline.bind.frames import Destination, add_table_roles, fill_document, list_hidden_notices, rewrite_links
from pipeline.bind.page_marks import PageMark, mark_pages
from pipeline.bind.running_lines import fill_produced, full_produced_sentence
from pipeline.compose.language.words import lang_attribute
from pipeline.core.documents.xhtml import (
    EPUB_TYPE,
    MATHML,
    SVG,
    XHTML,
    XML_LANG,
    iterate_elements,
    parse_xhtml,
    remove_address_breaks,
    xml_local_name,
)
from pipeline.model.manuscript import Chapter

_TYPES = frozenset({
    *("abstract", "acknowledgments", "appendix", "bibliography", "biblioref", "chapter", "colophon", "conclusion"),
    *("cover", "footnote", "foreword", "glossary", "glossref", "index", "introduction", "noteref", "notice"),
    *("pagebreak", "part", "preface", "pullquote", "qna", "subtitle", "tip", "toc"),
})  # fmt: skip
"""EPUB types that are also DPUB-ARIA roles and not deprecated there."""


def _adapt_roles(root: etree._Element) -> None:
    """Add EPUB types for roles, and remove tables from the keyboard's tab order: books reflow them."""
    for element in iterate_elements(root):
        role = element.get("role", "")
        kind = role.removeprefix("doc-")
        if role.startswith("doc-") and kind in _TYPES and not element.get(EPUB_TYPE):
            element.set(EPUB_TYPE, kind)
        if role == "doc-cover" and xml_local_name(element) != "img":  # only a picture is a cover; this is a title page
            element.set(EPUB_TYPE, "titlepage")
            del element.attrib["role"]
        if role == "region" and "table" in element.get("class", "").split():
            element.attrib.pop("tabindex", "")


def add_languages(root: etree._Element) -> None:
    """Copy each `lang` attribute to `xml:lang`."""
    for element in iterate_elements(root):
        if language := element.get("lang"):
            element.set(XML_LANG, language)


def manifest_properties(root: etree._Element) -> tuple[str, ...]:
    """Return the properties that the manifest must list for a document."""
    tags = {"mathml": f"{{{MATHML}}}math", "svg": f"{{{SVG}}}svg"}
    return tuple(name for name, tag in tags.items() if next(root.iter(tag), None) is not None)


@dataclass(frozen=True, slots=True)
class BookDocument:
    """A chapter's document: its path in the book, its tree and its page marks."""

    path: str
    chapter: Chapter
    root: etree._Element
    marks: tuple[PageMark, ...]


@dataclass(frozen=True, slots=True)
class BookSettings:
    """Values that all documents of a book share."""

    context: BindContext
    destination: Destination
    images: dict[str, str]
    """Address of each image, from the folder of documents, by digest."""
    map_links: Mapping[str, str]
    """Link to the pack's evidence map, for each briefing that the map leads to."""
    closing: str = ""
    """Name of the chapter that ends with the date produced and the code; '' if none does."""


def make_document(part: ReflowingChapter, settings: BookSettings) -> BookDocument:
    """Return a chapter's document, with page marks and links that can be followed."""
    context, chapter, identity = settings.context, part.chapter, part.identity or settings.context.identity
    language = part.language or context.metadata.language
    values = {
        "chapter": chapter,
        "title": context.metadata.title,
        "language": language,
        "words": identity.words,
        "house": lang_attribute(identity.words, language),
        "notices": list_hidden_notices(identity, (chapter,)),
        "to_map": settings.map_links.get(part.name, ""),
        "title_id": next((bookmark.id for bookmark in chapter.bookmarks if bookmark.level == 1), ""),
    }
    root = fill_document(context.layouts, "epub/chapter.xhtml.j2", values, chapter.name, chapter.body)
    fill_produced(root, identity, context.produced, is_own_text=not part.identity)
    if part.name == settings.closing:
        _add_closing_sentence(root, context, language)
    marks = mark_pages(root, part.starts, part.first, chapter.name)
    resolve_image_sources(root, settings.images, chapter.name)
    rewrite_links(root, settings.destination)
    remove_address_breaks(root)
    add_table_roles(root)
    _adapt_roles(root)
    add_languages(root)
    return BookDocument(part.path, chapter, root, marks)


def _add_closing_sentence(root: etree._Element, context: BindContext, language: str) -> None:
    """Add the sentence with date produced and code at the end of a document."""
    sentence, house = full_produced_sentence(context.identity, context.produced), context.identity.words
    line = Markup('<p xmlns="{}" class="page-foot"{}>{}</p>').format(XHTML, lang_attribute(house, language), sentence)
    body = next(element for element in iterate_elements(root) if xml_local_name(element) == "body")
    body.append(parse_xhtml(line, "closing"))
