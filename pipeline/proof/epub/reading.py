"""A finished EPUB as its checks see it: what is in the archive, the package document, every text and style sheet.

Read afresh from the bytes: of what made them it shares only the names of namespaces and a walk over elements.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from posixpath import dirname, normpath
from urllib.parse import unquote

from lxml import etree

from pipeline.core.archives import BadArchive, LargeArchive, archive_of
from pipeline.core.diagnostics import Place
from pipeline.proof.markup.text import XHTML, XhtmlText, content_of
from pipeline.proof.markup.text_links import is_remote

OPF = "{http://www.idpf.org/2007/opf}"
CONTAINER = "META-INF/container.xml"
DOCUMENT = "application/xhtml+xml"

_ROOTFILE = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"


class NoBook(Exception):
    """The file is no EPUB that can be read, and why."""


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """A line of the manifest: its id, the file's path in the book, its media type and properties."""

    id: str
    path: str
    media_type: str
    properties: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ReadBook:
    """A book: where it is reported, its files by path in the book, and the package document."""

    place: Place
    files: Mapping[str, bytes]
    """By path from the folder of the package document."""
    package: etree._Element

    @cached_property
    def manifest(self) -> tuple[ManifestItem, ...]:
        """The files that the manifest lists."""
        return tuple(
            ManifestItem(
                item.get("id", ""),
                _path(item.get("href", "")),
                item.get("media-type", ""),
                tuple(item.get("properties", "").split()),
            )
            for item in self.package.iterfind(f"{OPF}manifest/{OPF}item")
        )

    @cached_property
    def spine(self) -> tuple[tuple[ManifestItem, bool], ...]:
        """The reading order, and whether a text stands in it or aside."""
        by_id = {held.id: held for held in self.manifest}
        lines = self.package.iterfind(f"{OPF}spine/{OPF}itemref")
        pairs = ((by_id.get(line.get("idref", "")), line.get("linear") != "no") for line in lines)
        return tuple((held, linear) for held, linear in pairs if held)

    @cached_property
    def texts(self) -> Mapping[str, XhtmlText]:
        """Every document of the book by path: in reading order, then those that have no place in it."""
        read = [held.path for held, _ in self.spine]
        rest = [held.path for held in self.manifest if held.path not in read]
        listed = {held.path for held in self.manifest if held.media_type == DOCUMENT}
        paths = [path for path in dict.fromkeys((*read, *rest)) if path in listed and path in self.files]
        return {path: _text(path, self.files[path], self.place) for path in paths}

    @cached_property
    def nav(self) -> XhtmlText | None:
        """The navigation document."""
        return next((self.texts.get(held.path) for held in self.manifest if "nav" in held.properties), None)

    @cached_property
    def matter(self) -> tuple[XhtmlText, ...]:
        """The documents that hold something of the text: all but the navigation, and one that shows the cover alone."""
        cover = {held.path for held in self.manifest if "cover-image" in held.properties}
        return tuple(text for text in self.texts.values() if text is not self.nav and not _shows_only(text, cover))

    @cached_property
    def sheets(self) -> Mapping[str, str]:
        """The style sheets by what remarks call them."""
        found = {
            f"'{held.path}'": self.files[held.path].decode("utf-8", "replace")
            for held in self.manifest
            if held.media_type == "text/css" and held.path in self.files
        }
        for text in self.texts.values():
            if within := "\n".join(content_of(style) for style in text.of("style")):
                found[text.said] = within
        return found

    def said(self, prop: str) -> tuple[str, ...]:
        """Values of a property in the package that refine nothing."""
        return tuple(
            (meta.text or "").strip()
            for meta in self.package.iterfind(f"{OPF}metadata/{OPF}meta")
            if meta.get("property") == prop and not meta.get("refines")
        )

    def missing(self, path: str, anchor: str) -> str:
        """Why a file, or an id in it, cannot be reached; nothing where it can."""
        if path not in self.files:
            return "the book has no such file"
        text = self.texts.get(path)
        if anchor and text is not None and anchor not in text.ids:
            return "there is no such place"
        return ""


def read_book(content: bytes, place: Place) -> ReadBook:
    """The book. Raises `NoBook` where there is none to be read."""
    try:
        with archive_of(content) as archive:
            files = {member.filename: archive.read(member) for member in archive.infolist() if not member.is_dir()}
    except LargeArchive:
        raise NoBook("it unpacks to more than any book of ours could hold") from None
    except BadArchive as wrong:
        raise NoBook("it is no archive, or a damaged one") from wrong
    if CONTAINER not in files:
        raise NoBook(f"it has no '{CONTAINER}'")
    named = _tree(files[CONTAINER], CONTAINER).iter(_ROOTFILE)
    packages = tuple(root.get("full-path", "") for root in named)
    if not packages or packages[0] not in files:
        raise NoBook("its container names no package document that is there")
    folder = dirname(packages[0])
    within = f"{folder}/" if folder else ""
    inside = {name.removeprefix(within): content for name, content in files.items() if name.startswith(within)}
    return ReadBook(place, inside, _tree(files[packages[0]], packages[0]))


def _path(address: str) -> str:
    """The path in the book of an address in the package document; one on another machine stays as it is."""
    return address if is_remote(address) else normpath(unquote(address))


def _text(path: str, content: bytes, place: Place) -> XhtmlText:
    root = _tree(content, path)
    title = next((" ".join(content_of(e).split()) for e in root.iter(f"{{{XHTML}}}title")), "")
    return XhtmlText(place, path, f"'{title}' ({path})" if title else f"'{path}'", root)


def _shows_only(text: XhtmlText, pictures: set[str]) -> bool:
    """Whether a document holds one of these pictures and nothing else."""
    shown = [text.target(picture.get("src", ""))[0] for picture in text.of("img")]
    body = next(text.of("body"), None)
    return len(shown) == 1 and set(shown) <= pictures and body is not None and not "".join(content_of(body)).strip()


def _tree(content: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        said = getattr(wrong, "msg", "") or "it is empty"
        raise NoBook(f"'{name}' is not well-formed: {said}") from wrong
