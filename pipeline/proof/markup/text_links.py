"""Ids and links of a document: each id once, each link leading somewhere and saying where, nothing fetched."""

import re
from collections.abc import Callable, Iterator

from lxml import etree

from pipeline.codes import books
from pipeline.core.diagnostics import Diagnostic
from pipeline.markup.xhtml import REFERENCES, XLINK
from pipeline.proof.markup.text import OUTSIDE, XhtmlText, content_of, local, name_of, near, short

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
            fault = f"the id '{identifier}' " + (f"stands {times} times" if identifier else "is empty")
            yield books.TEXT.at(text.place, document=text.said, fault=fault)


def every_link_is_held(text: XhtmlText, held: ReasonMissing) -> Iterator[Diagnostic]:
    """Every target that is linked, shown or named by its id is there."""
    for element, own in text.attributes:
        if own.keys().isdisjoint(_LEADING):
            continue
        for address in _addresses(element):
            if not address.lower().startswith((*OUTSIDE, "data:")):
                reason = _unheld(text, address, held)
                if reason:
                    yield _dead(text, short(address), reason)
        for attribute in REFERENCES:
            for identifier in own.get(attribute, "").split():
                if identifier not in text.ids:
                    reason = f"what '{attribute}' names ({near(element)}) is not in the document"
                    yield _dead(text, f"#{identifier}", reason)


def _dead(text: XhtmlText, target: str, reason: str) -> Diagnostic:
    return books.TEXT.at(text.place, document=text.said, fault=f"'{target}' leads nowhere: {reason}")


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
            fault = f"a link to '{short(link.get('href', ''))}' has no words"
            yield books.TEXT.at(text.place, document=text.said, fault=fault)


def nothing_is_fetched(text: XhtmlText) -> Iterator[Diagnostic]:
    """No picture, font, sheet or sound stands on somebody's server."""
    for element, own in text.attributes:
        if own.keys().isdisjoint(_MAY_FETCH) and local(element) != "style":
            continue
        for address in _fetched(element):
            if _REMOTE.match(address):
                yield books.REMOTE.at(text.place, document=text.said, address=short(address.strip()))


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
            yield books.PROGRAM.at(text.place, document=text.said, found=f"<{name}> {near(element)}")
        for attribute, value in own.items():
            runs = ":" in value and value.strip().lower().startswith("javascript:")
            if runs or (attribute.startswith("on") and re.fullmatch(r"on[a-z]+", attribute)):
                yield books.PROGRAM.at(text.place, document=text.said, found=f"'{attribute}' {near(element)}")
