"""An EPUB as the checks see it."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from posixpath import dirname, normpath
from posixpath import join as join_path
from urllib.parse import unquote

from lxml import etree

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.documents.roles import HEADINGS
from pipeline.core.documents.xhtml import MATHML, REFERENCES, SVG, XHTML, XLINK, elements, local
from pipeline.core.messages import message
from pipeline.core.zip_archives import BadArchive, LargeArchive, archive_of

__all__ = ["MATHML", "SVG", "XHTML", "XhtmlText", "elements", "local"]

OUTSIDE = ("http:", "https:", "mailto:", "tel:")
"""Beginnings of addresses that lead out of a book or page when somebody follows them."""


@dataclass(frozen=True, eq=False)
class XhtmlText:
    """A document: the file it is told at, its path in the book, what remarks call it, and its tree."""

    place: Location
    path: str
    said: str
    root: etree._Element
    pictures: Mapping[str, memoryview] = field(default_factory=dict)
    """The pictures within the document that were laid apart when it was read, in base64, by address."""

    @cached_property
    def elements(self) -> tuple[etree._Element, ...]:
        """All elements in document order."""
        return tuple(elements(self.root))

    @cached_property
    def ids(self) -> Counter[str]:
        """Number of elements with each id."""
        return Counter(own["id"] for _, own in self.attributes if "id" in own)

    @cached_property
    def by_id(self) -> Mapping[str, etree._Element]:
        """The element of each id, the first where there are several."""
        return {own["id"]: element for element, own in reversed(self.attributes) if own.get("id")}

    @cached_property
    def headings(self) -> tuple[etree._Element, ...]:
        """The headings."""
        return tuple(self.of(*HEADINGS))

    @cached_property
    def title(self) -> str:
        """Title of the document, as it states it."""
        return next((" ".join(content_of(title).split()) for title in self.of("title")), "")

    @cached_property
    def attributes(self) -> tuple[tuple[etree._Element, Mapping[str, str]], ...]:
        """All elements in document order, each with its attributes."""
        return tuple((element, {str(key): str(said) for key, said in element.items()}) for element in self.elements)

    @cached_property
    def _by_tag(self) -> Mapping[str, Sequence[tuple[int, etree._Element]]]:
        """The elements of each tag with their places in the document."""
        found: dict[str, list[tuple[int, etree._Element]]] = defaultdict(list)
        for place, element in enumerate(self.elements):
            found[element.tag].append((place, element))
        return found

    def of(self, *names: str, namespace: str = XHTML) -> Iterator[etree._Element]:
        """The elements of some names."""
        found = [pair for name in dict.fromkeys(names) for pair in self._by_tag.get(f"{{{namespace}}}{name}", ())]
        return (element for _, element in (sorted(found, key=itemgetter(0)) if len(names) > 1 else found))

    def target(self, address: str) -> tuple[str, str]:
        """The file of the book that an address names, and the id in it."""
        file, _, anchor = address.partition("#")
        path = normpath(join_path(dirname(self.path), unquote(file))) if file else self.path
        return path, unquote(anchor)

    def fault(self, words: str, code: str = "proof-text") -> Diagnostic:
        """A diagnostic on the document."""
        return message(code, self.place, document=self.said, fault=words)


def content_of(element: etree._Element) -> str:
    """All the text of an element, as it is."""
    return "".join(str(part) for part in element.itertext())


def near(element: etree._Element) -> str:
    """Words for the place of an element: the nearest id around it."""
    for around in (element, *element.iterancestors()):
        if identifier := around.get("id"):
            return f"at '#{identifier}'"
    return "near the beginning"


def speaks(element: etree._Element) -> bool:
    """Whether a listener hears anything of an element's inside."""
    return any(said.strip() for said in _spoken(element))


def spoken(element: etree._Element) -> str:
    """Words of an element's inside as they are heard: pictures by theirs; what is hidden is not heard."""
    return " ".join("".join(_spoken(element)).split())


def _spoken(element: etree._Element) -> Iterator[str]:
    if element.get("aria-hidden") == "true" or element.get("hidden") is not None:
        return
    yield own_words(element)
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _spoken(child)
        yield child.tail or ""


def own_words(element: etree._Element) -> str:
    """The words that an element's attributes say for it."""
    said = element.get("aria-label") or element.get("alttext") or ""
    return said or (element.get("alt") or "" if local(element) == "img" else "")


def name_of(element: etree._Element, text: XhtmlText) -> str:
    """Name of an element as it is heard: its label, the words that it points to, or its own."""
    if label := element.get("aria-label", "").strip():
        return label
    pointed = (text.by_id.get(identifier) for identifier in element.get("aria-labelledby", "").split())
    if named := " ".join(spoken(target) for target in pointed if target is not None).strip():
        return named
    return spoken(element) or element.get("title", "").strip()


def hidden(element: etree._Element) -> bool:
    """Whether an element, or one around it, is hidden from those who listen."""
    return any(
        around.get("aria-hidden") == "true" or around.get("hidden") is not None
        for around in (element, *element.iterancestors())
    )


def short(words: str) -> str:
    """The beginning of some words."""
    return words if len(words) <= 60 else words[:59] + "…"


_HOLDING = ("href", XLINK, "src", "poster", "data")
"""Attributes that hold an address."""
_LEADING = frozenset((*_HOLDING, *REFERENCES))
_FETCHED = ("src", "srcset", "poster", "data", "background", "altimg")
"""Attributes whose files are shown with the text, and so fetched."""
_MAY_FETCH = frozenset((*_FETCHED, XLINK, "href", "style"))
_FETCHING_LINKS = frozenset(
    {"stylesheet", "icon", "preload", "prefetch", "preconnect", "modulepreload", "dns-prefetch"}
)
_REMOTE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_STYLE_URL = re.compile(r"""url\(\s*["']?\s*([^"')]*)|@import\s+["']([^"']*)""", re.IGNORECASE)

ReasonMissing = Callable[[str, str], str]
"""Why a file, and an id in it, is not there; nothing where it is."""


def every_id_stands_once(text: XhtmlText) -> Iterator[Diagnostic]:
    """No two elements share an id, and none has an empty one."""
    for identifier, times in text.ids.items():
        if times > 1 or not identifier:
            yield text.fault(f"the id '{identifier}' " + (f"stands {times} times" if identifier else "is empty"))


def every_link_is_held(text: XhtmlText, held: ReasonMissing) -> Iterator[Diagnostic]:
    """Every target that is linked, shown or named by its id is there."""
    for element, own in text.attributes:
        if own.keys().isdisjoint(_LEADING):
            continue
        for address in _addresses(element):
            is_inside = not address.lower().startswith((*OUTSIDE, "data:"))
            if is_inside and (reason := _unheld(text, address, held)):
                yield text.fault(f"'{short(address)}' leads nowhere: {reason}")
        for attribute in REFERENCES:
            for identifier in own.get(attribute, "").split():
                if identifier not in text.ids:
                    names = f"what '{attribute}' names ({near(element)})"
                    yield text.fault(f"'#{identifier}' leads nowhere: {names} is not in the document")


def _addresses(element: etree._Element) -> Iterator[str]:
    for attribute in _HOLDING:
        value = element.get(attribute)
        if value is not None and not (attribute == "data" and local(element) != "object"):
            yield value.strip()


def _unheld(text: XhtmlText, address: str, held: ReasonMissing) -> str:
    if not address:
        return "it is empty"
    if re.match(r"[a-z][a-z0-9+.-]*:", address, re.IGNORECASE):
        return "no reader knows such an address"
    return held(*text.target(address))


def every_link_says_where(text: XhtmlText) -> Iterator[Diagnostic]:
    """A link has words, or a label."""
    for link in text.of("a"):
        if link.get("href") is not None and not name_of(link, text):
            yield text.fault(f"a link to '{short(link.get('href', ''))}' has no words")


def nothing_is_fetched(text: XhtmlText) -> Iterator[Diagnostic]:
    """No picture, font, sheet or sound stands on somebody's server."""
    for element, own in text.attributes:
        if own.keys().isdisjoint(_MAY_FETCH) and local(element) != "style":
            continue
        for address in _fetched(element):
            if _REMOTE.match(address):
                yield text.fault(f"'{short(address.strip())}' would be fetched from elsewhere", "proof-text-active")


def _fetched(element: etree._Element) -> Iterator[str]:
    for attribute in _FETCHED:
        yield element.get(attribute, "")
    name = local(element)
    if name != "a":
        yield element.get(XLINK, "")
    if name == "link" and _FETCHING_LINKS & set(element.get("rel", "").lower().split()):
        yield element.get("href", "")
    if name in ("image", "use", "feImage"):
        yield element.get("href", "")
    yield from styled_addresses(element.get("style", ""))
    if name == "style":
        yield from styled_addresses(content_of(element))


def styled_addresses(sheet: str) -> Iterator[str]:
    """The addresses that a style sheet fetches from."""
    return (url or imported for url, imported in _STYLE_URL.findall(sheet))


def is_remote(address: str) -> bool:
    """Whether an address is of another machine."""
    return bool(_REMOTE.match(address))


_RUNS = frozenset({"script", "iframe", "object", "embed", "applet", "form", "handler", "listener"})


def nothing_runs(text: XhtmlText) -> Iterator[Diagnostic]:
    """No script, no attribute that runs one, nothing that another program has to show."""
    for element, own in text.attributes:
        name = local(element)
        if name in _RUNS:
            yield text.fault(f"there is a program: <{name}> {near(element)}", "proof-text-active")
        for attribute, value in own.items():
            runs = ":" in value and value.strip().lower().startswith("javascript:")
            if runs or (attribute.startswith("on") and re.fullmatch(r"on[a-z]+", attribute)):
                yield text.fault(f"there is a program: '{attribute}' {near(element)}", "proof-text-active")


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


def read_book(content: bytes, place: Location) -> ReadBook:
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


def _text(path: str, content: bytes, place: Location) -> XhtmlText:
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
