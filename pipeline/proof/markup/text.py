"""A document as its checks see it: one text of a book, or a web page. Knows nothing of archives."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from posixpath import dirname, normpath
from posixpath import join as join_path
from urllib.parse import unquote

from lxml import etree

from pipeline.core.diagnostics import Place
from pipeline.markup.roles import HEADINGS
from pipeline.markup.xhtml import EPUB_TYPE, MATHML, SVG, XHTML, elements, local

__all__ = ["EPUB_TYPE", "MATHML", "SVG", "XHTML", "XhtmlText", "elements", "local"]

OUTSIDE = ("http:", "https:", "mailto:", "tel:")
"""Beginnings of addresses that lead out of a book or page when somebody follows them."""


@dataclass(frozen=True, eq=False)
class XhtmlText:
    """A document: the file it is told at, its path in the book, what remarks call it, and its tree."""

    place: Place
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
