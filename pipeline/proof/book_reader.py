"""Read EPUBs, and the documents of EPUBs and web pages, for the checks."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from posixpath import dirname, normpath
from posixpath import join as join_path
from urllib.parse import unquote

from lxml import etree

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.documents.roles import HEADINGS
from pipeline.core.documents.xhtml import XHTML, iterate_elements
from pipeline.core.messages import message
from pipeline.core.zip_archives import BadArchive, LargeArchive, open_zip_archive


@dataclass(frozen=True, eq=False)
class XhtmlText:
    """A document: its path in the book, and its place and name in messages."""

    place: Location
    path: str
    name: str
    root: etree._Element
    pictures: Mapping[str, memoryview] = field(default_factory=dict)
    """Pictures that were taken out of the document when it was read, in base64, by address."""

    @cached_property
    def elements(self) -> tuple[etree._Element, ...]:
        """All elements in document order."""
        return tuple(iterate_elements(self.root))

    @cached_property
    def ids(self) -> Counter[str]:
        """Number of elements with each id."""
        return Counter(values["id"] for _, values in self.attributes if "id" in values)

    @cached_property
    def by_id(self) -> Mapping[str, etree._Element]:
        """The element of each id, the first where there are several."""
        return {values["id"]: element for element, values in reversed(self.attributes) if values.get("id")}

    @cached_property
    def headings(self) -> tuple[etree._Element, ...]:
        """The headings, in document order."""
        return tuple(self.of(*HEADINGS))

    @cached_property
    def title(self) -> str:
        """The title of the document."""
        return next((" ".join(content_of(title).split()) for title in self.of("title")), "")

    @cached_property
    def attributes(self) -> tuple[tuple[etree._Element, Mapping[str, str]], ...]:
        """All elements in document order, each with its attributes."""
        return tuple((element, {str(key): str(value) for key, value in element.items()}) for element in self.elements)

    @cached_property
    def _by_tag(self) -> Mapping[str, Sequence[tuple[int, etree._Element]]]:
        """The elements of each tag, each after its number in the document."""
        by_tag: dict[str, list[tuple[int, etree._Element]]] = defaultdict(list)
        for number, element in enumerate(self.elements):
            by_tag[element.tag].append((number, element))
        return by_tag

    def of(self, *names: str, namespace: str = XHTML) -> Iterator[etree._Element]:
        """The elements of some names, in document order."""
        pairs = [pair for name in dict.fromkeys(names) for pair in self._by_tag.get(f"{{{namespace}}}{name}", ())]
        return (element for _, element in (sorted(pairs, key=itemgetter(0)) if len(names) > 1 else pairs))

    def target(self, address: str) -> tuple[str, str]:
        """The path in the book of an address, and the id in it."""
        file, _, anchor = address.partition("#")
        path = normpath(join_path(dirname(self.path), unquote(file))) if file else self.path
        return path, unquote(anchor)

    def fault(self, words: str, code: str = "proof-text") -> Diagnostic:
        """A diagnostic on the document."""
        return message(code, self.place, document=self.name, fault=words)


def content_of(element: etree._Element) -> str:
    """All text in an element."""
    return "".join(str(part) for part in element.itertext())


def nearest_id(element: etree._Element) -> str:
    """The place of an element in words: the nearest id around it."""
    for around in (element, *element.iterancestors()):
        if identifier := around.get("id"):
            return f"at '#{identifier}'"
    return "near the beginning"


_REMOTE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


def is_remote(address: str) -> bool:
    """True if an address names a server."""
    return bool(_REMOTE.match(address))


OPF = "{http://www.idpf.org/2007/opf}"
CONTAINER = "META-INF/container.xml"
XHTML_TYPE = "application/xhtml+xml"

_ROOTFILE_TAG = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"


class UnreadableBook(Exception):
    """A file cannot be read as an EPUB; the message is the reason."""


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """A line of the manifest: its id, the file's path in the book, its media type and properties."""

    id: str
    path: str
    media_type: str
    properties: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class EpubBook:
    """A book: the place for messages, its files, and the package document."""

    place: Location
    files: Mapping[str, bytes]
    """By path from the folder of the package document."""
    package: etree._Element

    @cached_property
    def manifest(self) -> tuple[ManifestItem, ...]:
        """The files that the manifest lists."""
        return tuple(
            ManifestItem(
                item.get("id", ""),
                _path_in_book(item.get("href", "")),
                item.get("media-type", ""),
                tuple(item.get("properties", "").split()),
            )
            for item in self.package.iterfind(f"{OPF}manifest/{OPF}item")
        )

    @cached_property
    def spine(self) -> tuple[tuple[ManifestItem, bool], ...]:
        """The documents in the spine, and whether each is in the reading order (linear)."""
        by_id = {item.id: item for item in self.manifest}
        lines = self.package.iterfind(f"{OPF}spine/{OPF}itemref")
        pairs = ((by_id.get(line.get("idref", "")), line.get("linear") != "no") for line in lines)
        return tuple((item, linear) for item, linear in pairs if item)

    @cached_property
    def texts(self) -> Mapping[str, XhtmlText]:
        """Every document by path: those of the spine in its order, then the others."""
        ordered = (item.path for item in (*(item for item, _ in self.spine), *self.manifest))
        documents = {item.path for item in self.manifest if item.media_type == XHTML_TYPE}
        paths = [path for path in dict.fromkeys(ordered) if path in documents and path in self.files]
        return {path: _read_document(path, self.files[path], self.place) for path in paths}

    @cached_property
    def nav(self) -> XhtmlText | None:
        """The navigation document."""
        return next((self.texts.get(item.path) for item in self.manifest if "nav" in item.properties), None)

    @cached_property
    def matter(self) -> tuple[XhtmlText, ...]:
        """The documents with text: all but the navigation and one with only the cover picture."""
        cover = {item.path for item in self.manifest if "cover-image" in item.properties}
        return tuple(text for text in self.texts.values() if text is not self.nav and not _shows_only(text, cover))

    @cached_property
    def sheets(self) -> Mapping[str, str]:
        """The style sheets, also those in documents, by their name in messages."""
        sheets = {
            f"'{item.path}'": self.files[item.path].decode("utf-8", "replace")
            for item in self.manifest
            if item.media_type == "text/css" and item.path in self.files
        }
        for text in self.texts.values():
            if embedded := "\n".join(content_of(style) for style in text.of("style")):
                sheets[text.name] = embedded
        return sheets

    def metadata(self, prop: str) -> tuple[str, ...]:
        """Values of a metadata property of the package, without those that refine others."""
        return tuple(
            (meta.text or "").strip()
            for meta in self.package.iterfind(f"{OPF}metadata/{OPF}meta")
            if meta.get("property") == prop and not meta.get("refines")
        )

    def missing(self, path: str, anchor: str) -> str:
        """Why a file, or an id in it, does not exist; '' if it does."""
        if path not in self.files:
            return "the book has no such file"
        text = self.texts.get(path)
        if anchor and text is not None and anchor not in text.ids:
            return "there is no such place"
        return ""


def read_book(content: bytes, place: Location) -> EpubBook:
    """Read a book. Raises `UnreadableBook`."""
    try:
        with open_zip_archive(content) as archive:
            files = {member.filename: archive.read(member) for member in archive.infolist() if not member.is_dir()}
    except LargeArchive:
        raise UnreadableBook("it unpacks to more than any book of ours could hold") from None
    except BadArchive as error:
        raise UnreadableBook("it is not an archive, or is damaged") from error
    if CONTAINER not in files:
        raise UnreadableBook(f"it has no '{CONTAINER}'")
    packages = tuple(root.get("full-path", "") for root in _parse_xml(files[CONTAINER], CONTAINER).iter(_ROOTFILE_TAG))
    if not packages or packages[0] not in files:
        raise UnreadableBook("its container names no package document that is there")
    folder = dirname(packages[0])
    prefix = f"{folder}/" if folder else ""
    in_folder = {name.removeprefix(prefix): content for name, content in files.items() if name.startswith(prefix)}
    return EpubBook(place, in_folder, _parse_xml(files[packages[0]], packages[0]))


def _path_in_book(address: str) -> str:
    """Return the path of an address in the book; an address on a server is not changed."""
    return address if is_remote(address) else normpath(unquote(address))


def _read_document(path: str, content: bytes, place: Location) -> XhtmlText:
    root = _parse_xml(content, path)
    title = next((" ".join(content_of(e).split()) for e in root.iter(f"{{{XHTML}}}title")), "")
    return XhtmlText(place, path, f"'{title}' ({path})" if title else f"'{path}'", root)


def _shows_only(text: XhtmlText, pictures: set[str]) -> bool:
    """True if a document has one of these pictures and nothing else."""
    paths = [text.target(picture.get("src", ""))[0] for picture in text.of("img")]
    body = next(text.of("body"), None)
    return len(paths) == 1 and set(paths) <= pictures and body is not None and not "".join(content_of(body)).strip()


def _parse_xml(content: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = getattr(error, "msg", "") or "it is empty"
        raise UnreadableBook(f"'{name}' is not well-formed: {reason}") from error
