"""Documents and pages made from templates: their frames, links, notices and identifiers."""

import re
from collections.abc import Callable, Mapping
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element

from lxml import etree
from markupsafe import Markup

from pipeline.compose.language.direction import runs_rtl
from pipeline.compose.page.allow_list import Flaw, check_page_content, line_of, outside_address_fault
from pipeline.compose.page.fragment import flaw_of
from pipeline.compose.templates import fill_template, layout_origin
from pipeline.core.diagnostics import LayoutFault, TypesettingFailure
from pipeline.core.documents.xhtml import (
    XHTML,
    XML_LANG,
    drop_attribute,
    element_text,
    iterate_elements,
    parse_xhtml,
    read_html,
    xml_local_name,
)
from pipeline.model.bibliography import isbn_digits
from pipeline.model.formats import USUAL_VARIANT, Layouts, PdfVariant
from pipeline.model.manuscript import Chapter, Metadata
from pipeline.model.sheets import Identity

_NCX = "http://www.daisy.org/z3986/2005/ncx/"
_NCX_NAMES = frozenset({
    *("content", "docAuthor", "docTitle", "head", "meta", "navInfo", "navLabel", "navList", "navMap", "navPoint"),
    *("navTarget", "ncx", "pageList", "pageTarget", "text"),
})  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NCX_PLACE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._/-]*(?:#.*)?")

_BODY, _STYLE = "<div data-of-page='body'></div>", "/*<of-page:style>*/"
"""Placeholders for text and style while the frame of a page is checked, so that neither can change the other."""
_BODY_ANCESTORS = frozenset({"html", "body", "main", "div", "section", "article"})
"""Elements that the text of a page may be in."""


def fill_document(
    layouts: Layouts, name: str, values: Mapping[str, object], label: str, body: str | None = None
) -> etree._Element:
    """Return the document of a book that a template makes; `label` names it in errors.

    A `body` has passed the gate when it was composed, so only the frame around it is checked. Raises `LayoutFault`.
    """
    template_values = values if body is None else {**values, "body": Markup(_BODY)}
    text = fill_template(layouts, name, template_values)
    try:
        root = _parse_checked(text, label)
        if body is not None and text.count("data-of-page") != 1:
            raise Flaw("it must print 'body' once.", 1)
    except Flaw as flaw:
        raise LayoutFault(flaw.sentence, *layout_origin(layouts, name, template_values, *flaw.place_in(text))) from flaw
    root = root if body is None else parse_xhtml(text.replace(_BODY, body), label)
    if runs_rtl(root.get("lang", "")):
        root.set("dir", "rtl")
    return root


def _parse_checked(text: str, label: str) -> etree._Element:
    """Parse a document and pass it through the gate. Raises `Flaw`."""
    try:
        root = parse_xhtml(text, label)
    except TypesettingFailure as error:
        cause = error.__cause__
        raise flaw_of(cause if isinstance(cause, Exception) else error) from error
    if root.tag == f"{{{_NCX}}}ncx":
        _check_ncx(root)
    else:
        check_page_content(root, framed=True)
    return root


def _check_ncx(root: etree._Element) -> None:
    for element in root.iter(etree.Element):
        namespace, _, name = str(element.tag)[1:].rpartition("}")
        if namespace != _NCX or name not in _NCX_NAMES:
            raise Flaw(f"it puts '<{name}>' into the contents.", line_of(element))
        if (source := element.get("src")) is not None and not _NCX_PLACE.fullmatch(str(source)):
            raise Flaw(f"it leads to '{str(source)[:60]}', which is not in the book.", line_of(element))


_HTML = re.compile(r'(<html lang="([^"]*)")>')


def fill_page_frame(layouts: Layouts, name: str, values: Mapping[str, object], body: str, style: str) -> str:
    """Return a web page: a template's frame, checked by itself, with text and style put in. Raises `LayoutFault`."""
    template_values = {**values, "body": Markup(_BODY), "style": Markup(_STYLE)}
    text = fill_template(layouts, name, template_values)
    if fault := _fault_of(text):
        sentence, line = fault
        raise LayoutFault(sentence, *layout_origin(layouts, name, template_values, line))
    text = _HTML.sub(lambda root: f'{root[1]} dir="rtl">' if runs_rtl(root[2]) else root[0], text, count=1)
    before, _, behind = text.partition(_BODY)
    return f"{before.replace(_STYLE, style)}{body}{behind.replace(_STYLE, style)}"


def _fault_of(text: str) -> tuple[str, int] | None:
    """Return the first fault in the frame of a page, with its line; None if there is none."""
    if (match := re.search("<!--|<\\?|<!\\[|\x00", text)) is not None:
        return f"it holds '{match[0]}', which no page needs.", _line_of(text, match.start())
    page = read_html(text.encode())
    try:
        check_page_content(_to_lxml(page), framed=True)
    except Flaw as flaw:
        name = re.search(r"'<?([A-Za-z-]+)>?'", flaw.sentence)
        offset = text.lower().find(name[1].lower()) if name else -1
        return flaw.sentence, _line_of(text, max(offset, 0))
    if text.count(_BODY) != 1 or text.lower().count("data-of-page") != 1 or not _is_body_in_page(page):
        line = _line_of(text, max(text.find(_BODY), 0))
        return "it must print 'body' once, within '<body>' and not within words.", line
    sheets = ["".join(sheet.itertext()) for sheet in page.iter("style")]
    line = _line_of(text, max(text.find(_STYLE), 0))
    with_style = [sheet for sheet in sheets if _STYLE in sheet]
    begins_sheet = all(sheet.lstrip().startswith(_STYLE) for sheet in with_style)
    if len(with_style) != text.count(_STYLE) or len(with_style) > 1 or not begins_sheet:
        return "it must print 'style' once, at the beginning of '<style>'.", line
    return next(((reason, line) for sheet in sheets if (reason := outside_address_fault(sheet))), None)


def _is_body_in_page(page: Element) -> bool:
    """True if the text is within the page's content and only in elements that hold text."""
    pending: list[tuple[Element, tuple[str, ...]]] = [(page, ("html",))]
    while pending:
        element, ancestors = pending.pop()
        if element.get("data-of-page"):
            return "body" in ancestors and set(ancestors) <= _BODY_ANCESTORS
        pending += [(child, (*ancestors, str(child.tag))) for child in element]
    return False


def _to_lxml(page: Element) -> etree._Element:
    """Convert a page to the tree that the gate reads."""
    copy = etree.Element("html") if not isinstance(page.tag, str) else etree.Element(_checked_name(page.tag))
    for key, value in page.attrib.items():
        copy.set(_checked_name(key), re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", str(value)))
    copy.text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", page.text or "")
    copy.extend([_to_lxml(child) for child in page])
    return copy


def _checked_name(name: object) -> str:
    """Return an XML name; 'unknown', which the gate rejects, if it is none."""
    text = str(name)
    if text == "xml:lang":
        return XML_LANG
    return text if re.fullmatch(r"(?:\{[^}]*\})?[A-Za-z][A-Za-z0-9-]*", text) else "unknown"


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def require_no_control_characters(text: str, name: str) -> None:
    """Raise TypesettingFailure if a text has a character that XML forbids."""
    if match := _CONTROL.search(text):
        raise TypesettingFailure(f"'{name}' holds the control character U+{ord(match[0]):04X}.")


def epub_identifier(metadata: Metadata, identity: Identity) -> str:
    """Return a UUID that depends only on the text, its version and edition."""
    return _identifier_urn(metadata, metadata.version or identity.version, identity.edition)


def pdf_identifier(metadata: Metadata, variant: PdfVariant = USUAL_VARIANT) -> str:
    """Return the identifier of a variant of the PDF; the EPUB names it as the source of its page numbers."""
    if isbn := dict(metadata.isbns).get(variant):
        return f"urn:isbn:{isbn_digits(isbn)}"
    return _identifier_urn(metadata, metadata.version, f"pdf-{variant}")


def _identifier_urn(metadata: Metadata, version: str, edition: str) -> str:
    address = metadata.address or f"{metadata.publisher}/{metadata.id}"
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{address}#{version}#{edition}')}"


SCHEME = "briefing:"

_WEB = re.compile("(https?|mailto):", re.IGNORECASE)
_NOT_IN_ADDRESSES = re.compile(r"[^A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})")
"""Characters that RFC 3986 does not allow, as in DOIs with angle brackets, accents, stray per cent signs."""

Destination = Callable[[str, str], str | None]
"""Returns the address for a briefing's id and an anchor (or ''); None if this file cannot lead there."""


def rewrite_links(root: etree._Element, destination: Destination) -> None:
    """Replace every `briefing:` address and encode web addresses; a link without destination becomes text."""
    for link in list(iterate_elements(root)):
        href = link.get("href", "")
        if _WEB.match(href):
            link.set("href", percent_encode(href))
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


def percent_encode(address: str) -> str:
    """Percent-encode the characters that an address may not have."""
    return _NOT_IN_ADDRESSES.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), address)


def text_names_address(words: str, address: str) -> bool:
    """True if a text is the address, with or without its scheme."""
    bare = words.partition("://")[2] or words.removeprefix("doi:")
    return bool(bare) and percent_encode(address).rstrip("/").endswith(percent_encode(bare).rstrip("/"))


def with_anchor(address: str, anchor: str) -> str:
    """Return the address with the anchor, if there is one."""
    return f"{address}#{anchor}" if anchor else address


def leads_to_addresses(addresses: Mapping[str, str]) -> Destination:
    """Return a destination function that knows canonical addresses only."""

    def destination(briefing: str, anchor: str) -> str | None:
        address = addresses.get(briefing, "")
        return with_anchor(address, anchor) if address else None

    return destination


_STATUS = "status"
"""Class of the line under a title that shows status and marking."""


def list_hidden_notices(identity: Identity, chapters: tuple[Chapter, ...]) -> tuple[str, ...]:
    """Return the statuses and the marking that the text does not show under its title."""
    roots = (parse_xhtml(f'<body xmlns="{XHTML}">{chapter.body}</body>', chapter.name) for chapter in chapters)
    elements = (element for root in roots for element in iterate_elements(root))
    lines = (element for element in elements if _STATUS in element.get("class", "").split())
    shown = " ".join(map(element_text, lines))
    return tuple(notice for notice in (*identity.statuses, identity.marking) if notice and notice not in shown)


_REFLOWED_CLASSES = frozenset({"wide", "wordy", "slim"})
"""Classes of regions whose tables `layouts/stacked.css` lays out as blocks."""

_ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}


def add_table_roles(root: etree._Element) -> None:
    """Give the parts of a table that may be laid out as blocks their ARIA roles.

    A browser that lays out a table as blocks may no longer present it as a table.
    """
    for region in iterate_elements(root):
        if region.get("role") == "region" and _REFLOWED_CLASSES & set(region.get("class", "").split()):
            for part in iterate_elements(region):
                head = "rowheader" if part.get("scope") == "row" else "columnheader"
                if role := head if xml_local_name(part) == "th" else _ROLES.get(xml_local_name(part)):
                    part.set("role", role)
