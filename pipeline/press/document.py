"""The manuscript as the document tree that the engine sets: head, chapters, outline. Reads XML, never HTML."""

import re
from xml.etree.ElementTree import Element, SubElement

from pipeline.compose.language.direction import runs_rtl
from pipeline.core.errors import PressFailure
from pipeline.markup.body import SVG, read_body
from pipeline.model.manuscript import Bookmark, Chapter, Manuscript, Metadata

_NAMING = ("headers", "for", "aria-labelledby", "aria-describedby", "aria-details")


def build_document(manuscript: Manuscript) -> Element:
    """The whole manuscript as one tree, chapters one after the other."""
    root = Element("html", {"lang": manuscript.metadata.language})
    if runs_rtl(manuscript.metadata.language):
        root.set("dir", "rtl")
    root.append(_head(manuscript.metadata))
    body = SubElement(root, "body")
    alone = len(manuscript.chapters) == 1
    for number, chapter in enumerate(manuscript.chapters):
        content = read_body(chapter.body, chapter.name)
        prefix = "" if alone else f"{chapter.name}."
        _set_bookmarks(content, chapter)
        _prefix_ids(content, prefix)
        if alone:
            body.text, body[:] = content.text, list(content)
            continue
        section = SubElement(body, "div", {"class": "chapter", "id": prefix.rstrip(".")})
        if number and not chapter.runs_on:
            section.set("style", "break-before:page")
        section.text, section[:] = content.text, list(content)
    return root


def _head(metadata: Metadata) -> Element:
    head = Element("head")
    SubElement(head, "title").text = metadata.title
    named = [
        *(("author", name) for name in (metadata.authors or ((metadata.publisher,) if metadata.publisher else ()))),
        ("description", metadata.description),
        ("keywords", ", ".join(metadata.keywords)),
        ("dcterms.created", metadata.created),
        ("dcterms.modified", metadata.modified),
    ]
    for name, content in named:
        if content:
            SubElement(head, "meta", {"name": name, "content": content})
    return head


def _set_bookmarks(content: Element, chapter: Chapter) -> None:
    """Replace the bookmarks of the outline by those that the chapter names, if it names any."""
    if not chapter.bookmarks:
        return
    marks = {mark.id: mark for mark in chapter.bookmarks}
    for element in content.iter():
        mark = marks.pop(element.get("id", ""), None)
        if mark or re.fullmatch(r"h[1-6]", element.tag):
            style = _bookmark_style(mark) if mark else "bookmark-level:none"
            element.set("style", ";".join(filter(None, (element.get("style", "").rstrip("; "), style))))
    if marks:
        raise PressFailure(f"'{chapter.name}' has no element '{min(marks)}' to bookmark.")


def _bookmark_style(mark: Bookmark) -> str:
    label = "".join(f"\\{ord(c):x} " if c in '"\\' or ord(c) < 32 else c for c in mark.text)
    return f'bookmark-level:{mark.level};bookmark-label:"{label}"'


def _prefix_ids(element: Element, prefix: str) -> None:
    """Keep the ids of one chapter apart from another's; drawings keep theirs."""
    if not prefix or element.tag.startswith(SVG):
        return
    if "id" in element.attrib:
        element.set("id", prefix + element.attrib["id"])
    if element.get("href", "").startswith("#"):
        element.set("href", f"#{prefix}{element.attrib['href'][1:]}")
    for name in _NAMING:
        if name in element.attrib:
            element.set(name, " ".join(prefix + word for word in element.attrib[name].split()))
    for child in element:
        _prefix_ids(child, prefix)
