"""The texts of a finished EPUB, in the order of its spine, and of a web page, each as the tree that a reader is shown.

A page is read by the rules of HTML, as a browser reads it: what stands where it may not is moved or closed there too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import dirname, normpath
from posixpath import join as join_path
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from pipeline.core.archives import BadArchive, ZipArchive, archive_of
from pipeline.markup.body import local
from pipeline.markup.html_reader import read_html
from pipeline.markup.xhtml import OPS
from pipeline.proof.markup.page_pictures import pictures_apart

FRAME = {
    "page-status": "the status and marking that a page of the PDF says at its head, as a book and a web page have none",
    "way-back": "the way from a briefing back to the map of its pack, which its sheets do not have",
    "skip-link": "'Skip to the text', for those who go through a web page by keyboard",
    "page-foot": "id, version and edition, as at the foot of a PDF page; the date where the text keeps no place for it",
    "parts": "the list of what the web page of a pack holds: a book has its own, and the text of a pack its contents",
}
"""Classes of what stands around a text and is no part of it."""


@dataclass(frozen=True)
class Shown:
    """One text as a file shows it."""

    name: str
    text: Element
    frame: tuple[tuple[str, str], ...]
    """Pieces around the text: class and words."""
    style: str
    links: dict[str, str]
    """Destination of a link of this file by its address, if that is another text of the same library."""


@dataclass(frozen=True)
class FileContent:
    """Content of an EPUB or a web page."""

    texts: tuple[Shown, ...]
    pages: tuple[tuple[str, str], ...]
    """Its list of pages: what each is called, and the text and id that it leads to, as 'NAME#id'."""
    one_page: bool = False
    """Whether its texts stand on one page: what is said of all of them before the first is said."""


BESIDE = re.compile(r"\.\./\.\./briefings/(?P<id>[^/]+)/(?P=id)\.html(?P<anchor>#.*)?")
"""Addresses of other web pages of the same output folder."""

CHAPTER = "chapter"
"""The class of the sections that are the texts of a pack's web page."""

Items = dict[str, tuple[str, str]]
"""The files of a book by id: path and properties."""


class Unreadable(Exception):
    """A file that is not what its name says; the words say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def page_text(content: bytes, name: str) -> Shown:
    """The text of a web page: its main part."""
    main, around, style = _page(content)
    return Shown(name, main, around, style, {})


def pack_page(content: bytes) -> FileContent:
    """The texts of a pack's web page, each a section of its main part; what stands around them comes with the first.

    The page puts the name of a text before its ids, and so before the anchor of a link, and its title behind the name
    of a link back: here they are its own again.
    """
    main, around, style = _page(content)
    parts = [part for part in main if CHAPTER in part.get("class", "").split()]
    names = {part.get("id", "") for part in parts}
    loose = (main.text or "", *(kid.tail or "" for kid in main))
    others = [" ".join("".join(loose).split()), *(_plain(kid) for kid in main if kid not in parts)]
    before = (*around, *(("", words) for words in others if words))
    texts: list[Shown] = []
    for part in parts:
        name = part.get("id", "")
        links = {href: to for href in _hrefs(part) if (to := _in_page(href, names))}
        _take_names_off(part, f"{name}.")
        texts.append(Shown(name, part, (*(() if texts else before), *_taken(part)), style, links))
    return FileContent(tuple(texts), (), one_page=True)


def _page(content: bytes) -> tuple[Element, tuple[tuple[str, str], ...], str]:
    """The main part of a web page, what stands around it, and its style."""
    root = read_html(pictures_apart(content)[0])
    main = next(root.iter("main"), None)
    if main is None:
        raise Unreadable("it has no main part")
    body = next(root.iter("body"))
    style = "\n".join("".join(sheet.itertext()) for sheet in root.iter("style"))
    return main, tuple(_around(body, main)), style


def _in_page(href: str, names: set[str]) -> str:
    """Destination as 'NAME#id' of a link that has no business outside the page of a pack; nothing for any other.

    What leads to no text of the page, and what leaves it for a text that it holds, keeps its own words.
    """
    if not href.startswith("#"):
        beside = BESIDE.fullmatch(href)
        return href if beside and beside["id"] in names else ""
    name, _, anchor = unquote(href.removeprefix("#")).partition(".")
    if name not in names:
        return href
    return f"{name}#{anchor}" if anchor else name


def _take_names_off(section: Element, prefix: str) -> None:
    title = next((_plain(part) for part in section.iter() if local(part) == "h1"), "")
    whose = re.compile(rf", {re.escape(title)}(?: \d+)?\Z")
    for part in section.iter():
        if part.get("role") == "doc-backlink" and title:
            part.set("aria-label", whose.sub("", part.get("aria-label", "")))
        for attribute in ("id", "aria-labelledby"):
            if said := part.get(attribute):
                part.set(attribute, " ".join(word.removeprefix(prefix) for word in said.split()))


def open_book(content: bytes) -> FileContent:
    """The texts of an EPUB in the order of its spine, and its list of pages."""
    try:
        with archive_of(content) as file:
            items, spine = _package(file)
            return FileContent(tuple(_texts(file, items, spine)), _page_list(file, items))
    except (BadArchive, KeyError, StopIteration, ElementTree.ParseError, UnicodeDecodeError) as flaw:
        raise Unreadable(str(flaw).strip("'\"") or "a part of it is missing") from flaw


def _page_list(book: ZipArchive, items: Items) -> tuple[tuple[str, str], ...]:
    path = next((path for path, properties in items.values() if "nav" in properties), "")
    if not path:
        return ()
    for part in ElementTree.fromstring(book.read(path)).iter():
        if local(part) == "nav" and "page-list" in part.get(f"{{{OPS}}}type", "").split():
            links = [link for link in part.iter() if local(link) == "a"]
            return tuple((_plain(link), _place(path, link.get("href", ""))) for link in links)
    return ()


def _texts(book: ZipArchive, items: Items, spine: list[str]) -> Iterator[Shown]:
    """The documents of a book but for its own contents, landmarks and list of pages, and for the cover's picture."""
    for name in spine:
        path, properties = items[name]
        root = ElementTree.fromstring(book.read(path))
        body = next(part for part in root.iter() if local(part) == "body")
        if "nav" in properties or _is_picture(body):
            continue
        sheets = [
            book.read(normpath(join_path(dirname(path), unquote(link.get("href", ""))))).decode()
            for link in root.iter()
            if local(link) == "link" and link.get("rel") == "stylesheet"
        ]
        links = {href: _place(path, href) for href in _inner_links(body)}
        frame = tuple(_taken(body))
        yield Shown(PurePosixPath(path).stem, body, frame, "\n".join(sheets), links)


def _package(book: ZipArchive) -> tuple[Items, list[str]]:
    """The files of a book by id, with path and properties, and the ids of its spine."""
    container = ElementTree.fromstring(book.read("META-INF/container.xml"))
    path = next(part.get("full-path", "") for part in container.iter() if local(part) == "rootfile")
    package = ElementTree.fromstring(book.read(path))
    items = {
        part.get("id", ""): (
            normpath(join_path(dirname(path), unquote(part.get("href", "")))),
            part.get("properties", ""),
        )
        for part in package.iter()
        if local(part) == "item"
    }
    return items, [part.get("idref", "") for part in package.iter() if local(part) == "itemref"]


def _is_picture(body: Element) -> bool:
    """Whether a document shows one picture and says nothing."""
    pictures = [part for part in body.iter() if local(part) in ("img", "image")]
    return len(pictures) == 1 and not _plain(body)


def _hrefs(body: Element) -> set[str]:
    return {part.get("href", "") for part in body.iter() if local(part) == "a"}


def _inner_links(body: Element) -> set[str]:
    return {href for href in _hrefs(body) if href and not href.startswith("#") and ":" not in href.partition("/")[0]}


def _place(path: str, href: str) -> str:
    """Destination of a link within a book, as 'NAME#id'."""
    file, _, anchor = href.partition("#")
    name = PurePosixPath(normpath(join_path(dirname(path), unquote(file))) if file else path).stem
    return f"{name}#{unquote(anchor)}" if anchor else name


def _taken(body: Element) -> Iterator[tuple[str, str]]:
    """Pieces before a text in its document or section; they are taken out."""
    for part in list(body):
        said = _frame_class(part)
        if said:
            yield said, _plain(part)
            behind = part.tail
            part.clear()
            part.tail = behind


def _around(part: Element, main: Element) -> Iterator[tuple[str, str]]:
    """Pieces around the main part of a page."""
    if loose := " ".join("".join((part.text or "", *(kid.tail or "" for kid in part))).split()):
        yield "", loose
    for kid in part:
        if kid is main:
            continue
        if any(inner is main for inner in kid.iter()):
            yield from _around(kid, main)
        elif words := _plain(kid):
            yield _frame_class(kid) or next(filter(None, (_frame_class(inner) for inner in kid)), ""), words


def _frame_class(part: Element) -> str:
    return next((name for name in part.get("class", "").split() if name in FRAME), "")


def _plain(part: Element) -> str:
    return " ".join("".join(part.itertext()).split())
