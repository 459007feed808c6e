"""Frames of reflowing documents: notices, links, identifiers."""

import re
from collections.abc import Callable, Mapping
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element

from lxml import etree
from markupsafe import Markup

from pipeline.compose.language.direction import runs_rtl
from pipeline.compose.page.fragment import flaw_of
from pipeline.compose.page.gate import Flaw, line_of, pass_gate, reached_by
from pipeline.compose.templates import fill, origin
from pipeline.core.diagnostics import LayoutFault, TypesettingFailure
from pipeline.core.documents.xhtml import XHTML, XML_LANG, drop_attribute, elements, local, parse, read_html, words
from pipeline.model.bibliography import digits_of
from pipeline.model.formats import USUAL_EDITION, Edition, Layouts
from pipeline.model.manuscript import Chapter, Metadata
from pipeline.model.sheets import Identity

NCX = "http://www.daisy.org/z3986/2005/ncx/"
_NCX_NAMES = frozenset({
    *("content", "docAuthor", "docTitle", "head", "meta", "navInfo", "navLabel", "navList", "navMap", "navPoint"),
    *("navTarget", "ncx", "pageList", "pageTarget", "text"),
})  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NCX_PLACE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._/-]*(?:#.*)?")

BODY, STYLE = "<div data-of-page='body'></div>", "/*<of-page:style>*/"
"""Stand-ins for the text and for its style while the frame of a page is looked at: neither can change the other."""
_AROUND = frozenset({"html", "body", "main", "div", "section", "article"})
"""Elements that the text of a page may stand in."""


def document_in(
    layouts: Layouts, name: str, values: Mapping[str, object], said: str, body: str | None = None
) -> etree._Element:
    """The document of a book that a template makes; `said` is what a failure calls it. Raises `LayoutFault`.

    A text that has passed the gate when it was composed is given as `body`: its frame alone is looked at.
    """
    given = values if body is None else {**values, "body": Markup(BODY)}
    text = fill(layouts, name, given)
    try:
        root = _passed(text, said)
        if body is not None and text.count("data-of-page") != 1:
            raise Flaw("it must print 'body' once.", 1)
    except Flaw as flaw:
        raise LayoutFault(flaw.sentence, *origin(layouts, name, given, *flaw.place_in(text))) from flaw
    root = root if body is None else parse(text.replace(BODY, body), said)
    if runs_rtl(root.get("lang", "")):
        root.set("dir", "rtl")
    return root


def _passed(text: str, said: str) -> etree._Element:
    """A document that has passed the gate. Raises `Flaw`."""
    try:
        root = parse(text, said)
    except TypesettingFailure as broken:
        cause = broken.__cause__
        raise flaw_of(cause if isinstance(cause, Exception) else broken) from broken
    if root.tag == f"{{{NCX}}}ncx":
        _pass_ncx(root)
    else:
        pass_gate(root, framed=True)
    return root


def _pass_ncx(root: etree._Element) -> None:
    for element in root.iter(etree.Element):
        space, _, name = str(element.tag)[1:].rpartition("}")
        if space != NCX or name not in _NCX_NAMES:
            raise Flaw(f"it puts '<{name}>' into the contents.", line_of(element))
        if (place := element.get("src")) is not None and not _NCX_PLACE.fullmatch(str(place)):
            raise Flaw(f"it leads to '{str(place)[:60]}', which is not in the book.", line_of(element))


_HTML = re.compile(r'(<html lang="([^"]*)")>')


def page_in(layouts: Layouts, name: str, values: Mapping[str, object], body: str, style: str) -> str:
    """A web page: its frame, which passes the gate alone, with the text and the style put in. Raises `LayoutFault`."""
    given = {**values, "body": Markup(BODY), "style": Markup(STYLE)}
    text = fill(layouts, name, given)
    fault = _fault_of(text)
    if fault:
        sentence, line = fault
        raise LayoutFault(sentence, *origin(layouts, name, given, line))
    text = _HTML.sub(lambda root: f'{root[1]} dir="rtl">' if runs_rtl(root[2]) else root[0], text, count=1)
    before, _, behind = text.partition(BODY)
    return f"{before.replace(STYLE, style)}{body}{behind.replace(STYLE, style)}"


def _fault_of(text: str) -> tuple[str, int] | None:
    """The first thing that may not stand in the frame of a page, with its line, or nothing."""
    if (found := re.search("<!--|<\\?|<!\\[|\x00", text)) is not None:
        return f"it holds '{found[0]}', which no page needs.", _line(text, found.start())
    page = read_html(text.encode())
    try:
        pass_gate(_tree(page), framed=True)
    except Flaw as flaw:
        named = re.search(r"'<?([A-Za-z-]+)>?'", flaw.sentence)
        at = text.lower().find(named[1].lower()) if named else -1
        return flaw.sentence, _line(text, max(at, 0))
    if text.count(BODY) != 1 or text.lower().count("data-of-page") != 1 or not _stands_in_page(page):
        return "it must print 'body' once, within '<body>' and not within words.", _line(text, max(text.find(BODY), 0))
    return _fault_of_styles(page, text)


def _fault_of_styles(page: Element, text: str) -> tuple[str, int] | None:
    sheets = ["".join(sheet.itertext()) for sheet in page.iter("style")]
    at = _line(text, max(text.find(STYLE), 0))
    styled = [sheet for sheet in sheets if STYLE in sheet]
    if len(styled) != text.count(STYLE) or len(styled) > 1 or not all(s.lstrip().startswith(STYLE) for s in styled):
        return "it must print 'style' once, at the beginning of '<style>'.", at
    return next(((reached, at) for sheet in sheets if (reached := reached_by(sheet))), None)


def _stands_in_page(page: Element) -> bool:
    """Whether the text stands among the elements of the page, none of which makes it anything else."""
    pending: list[tuple[Element, tuple[str, ...]]] = [(page, ("html",))]
    while pending:
        element, around = pending.pop()
        if element.get("data-of-page"):
            return "body" in around and set(around) <= _AROUND
        pending += [(child, (*around, str(child.tag))) for child in element]
    return False


def _tree(page: Element) -> etree._Element:
    """A page as the gate reads it."""
    made = etree.Element("html") if not isinstance(page.tag, str) else etree.Element(_name(page.tag))
    for key, value in page.attrib.items():
        made.set(_name(key), re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", str(value)))
    made.text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", page.text or "")
    made.extend([_tree(child) for child in page])
    return made


def _name(name: object) -> str:
    """A name that XML knows; of what is no name one that the gate does not let in."""
    said = str(name)
    if said == "xml:lang":
        return XML_LANG
    return said if re.fullmatch(r"(?:\{[^}]*\})?[A-Za-z][A-Za-z0-9-]*", said) else "unknown"


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def no_control_characters(said: str, name: str) -> None:
    """No character that XML refuses stands in a text."""
    if found := _CONTROL.search(said):
        raise TypesettingFailure(f"'{name}' holds the control character U+{ord(found[0]):04X}.")


def book_identifier(metadata: Metadata, identity: Identity) -> str:
    """A UUID that the same version of the same text always has."""
    return _urn(_named(metadata), metadata.version or identity.version, identity.edition)


def pdf_identifier(metadata: Metadata, edition: Edition = USUAL_EDITION) -> str:
    """The identifier of an edition of the PDF, by which the EPUB names what its page numbers are of."""
    isbn = dict(metadata.isbns).get(edition)
    return f"urn:isbn:{digits_of(isbn)}" if isbn else _urn(_named(metadata), metadata.version, f"pdf-{edition}")


def _named(metadata: Metadata) -> str:
    return metadata.address or f"{metadata.publisher}/{metadata.id}"


def _urn(*parts: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, '#'.join(parts))}"


SCHEME = "briefing:"

_WEB = re.compile("(https?|mailto):", re.IGNORECASE)
_NOT_IN_ADDRESSES = re.compile(r"[^A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})")
"""RFC 3986 has no place for these: DOIs with angle brackets, accents, a stray per cent sign."""

Destination = Callable[[str, str], str | None]
"""Destination of a briefing's id and an anchor (or nothing), or nothing where this copy has no way there."""


def rewrite_links(root: etree._Element, destination: Destination) -> None:
    """Replace every `briefing:` target, and encode addresses; a link that leads nowhere becomes plain words."""
    for link in list(elements(root)):
        href = link.get("href", "")
        if _WEB.match(href):
            link.set("href", encoded(href))
        if not href.startswith(SCHEME):
            continue
        briefing, _, anchor = href.removeprefix(SCHEME).partition("#")
        target = destination(briefing, anchor)
        if target is None:
            link.tag = f"{{{XHTML}}}span"
            for attribute in ("href", "role", "title", "aria-label"):
                drop_attribute(link, attribute)
        else:
            link.set("href", target)


def encoded(address: str) -> str:
    """The address with every character that may not stand in one written as its bytes."""
    return _NOT_IN_ADDRESSES.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), address)


def says_address(words: str, address: str) -> bool:
    """Whether words are the address, with or without what it begins with."""
    bare = words.partition("://")[2] or words.removeprefix("doi:")
    return bool(bare) and encoded(address).rstrip("/").endswith(encoded(bare).rstrip("/"))


def with_anchor(address: str, anchor: str) -> str:
    """The address, leading to the anchor if there is one."""
    return f"{address}#{anchor}" if anchor else address


def in_addresses(addresses: Mapping[str, str]) -> Destination:
    """Leads to a briefing's canonical address, where it has one."""

    def destination(briefing: str, anchor: str) -> str | None:
        address = addresses.get(briefing, "")
        return with_anchor(address, anchor) if address else None

    return destination


STATUS = "status"
"""The class of the line under a title that says status and marking."""


def notices(identity: Identity, chapters: tuple[Chapter, ...]) -> tuple[str, ...]:
    """The statuses and the marking that the text does not say itself under its title."""
    roots = (parse(f'<body xmlns="{XHTML}">{chapter.body}</body>', chapter.name) for chapter in chapters)
    lines = (element for root in roots for element in elements(root) if STATUS in element.get("class", "").split())
    said = " ".join(map(words, lines))
    return tuple(notice for notice in (*identity.statuses, identity.marking) if notice and notice not in said)


# A browser that is asked to set a table as blocks may forget that it is one. Roles say so again.

_REFLOWED = frozenset({"wide", "wordy", "slim"})
"""The classes of regions whose tables `layouts/stacked.css` sets as blocks."""

_ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}


def keep_tables(root: etree._Element) -> None:
    """Give every part of a table that may be set as blocks its role."""
    for region in elements(root):
        if region.get("role") == "region" and _REFLOWED & set(region.get("class", "").split()):
            for part in elements(region):
                head = "rowheader" if part.get("scope") == "row" else "columnheader"
                if role := head if local(part) == "th" else _ROLES.get(local(part)):
                    part.set("role", role)
