"""Checks of web pages and of the documents of EPUBs: ids, links, programs, pictures, headings, tables, formulas."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from lxml import etree

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.documents.xhtml import (
    MATHML,
    REFERENCES,
    SVG,
    XHTML,
    XLINK,
    element_text,
    iterate_elements,
    xml_local_name,
)
from pipeline.core.messages import message
from pipeline.proof.book_reader import XhtmlText, content_of, is_remote, nearest_id

# What a screen reader reads


def words_read_aloud(element: etree._Element) -> str:
    """Return the words of an element as a screen reader reads them."""
    return " ".join("".join(_spoken(element)).split())


def _spoken(element: etree._Element) -> Iterator[str]:
    if element.get("aria-hidden") == "true" or element.get("hidden") is not None:
        return
    alt = element.get("alt") if xml_local_name(element) == "img" else ""
    yield element.get("aria-label") or element.get("alttext") or alt or ""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _spoken(child)
        yield child.tail or ""


def accessible_name(element: etree._Element, text: XhtmlText) -> str:
    """Return the accessible name of an element: its label, or its words."""
    if label := element.get("aria-label", "").strip():
        return label
    labels = (text.by_id.get(identifier) for identifier in element.get("aria-labelledby", "").split())
    if words := " ".join(words_read_aloud(label) for label in labels if label is not None).strip():
        return words
    return words_read_aloud(element) or element.get("title", "").strip()


def is_hidden(element: etree._Element) -> bool:
    """True if an element, or one around it, is hidden from screen readers."""
    return any(
        around.get("aria-hidden") == "true" or around.get("hidden") is not None
        for around in (element, *element.iterancestors())
    )


def first_letters(words: str) -> str:
    """The first 60 characters of some words."""
    return words if len(words) <= 60 else words[:59] + "…"


# Ids, links, and what a page fetches or runs

OUTSIDE = ("http:", "https:", "mailto:", "tel:")
"""Prefixes of addresses outside a book or page."""

_ADDRESS_ATTRIBUTES = ("href", XLINK, "src", "poster", "data")
"""Attributes that hold an address."""
_LINKING_ATTRIBUTES = frozenset((*_ADDRESS_ATTRIBUTES, *REFERENCES))
_FETCHED = ("src", "srcset", "poster", "data", "background", "altimg")
"""Attributes whose files are fetched and shown with the text."""
_MAY_FETCH = frozenset((*_FETCHED, XLINK, "href", "style"))
_FETCHING_LINKS = frozenset(
    {"stylesheet", "icon", "preload", "prefetch", "preconnect", "modulepreload", "dns-prefetch"}
)
_FETCHED_BY_STYLE = re.compile(r"""url\(\s*["']?\s*([^"')]*)|@import\s+["']([^"']*)""", re.IGNORECASE)

ReasonMissing = Callable[[str, str], str]
"""Returns why a path and an id in it do not exist; '' if they do."""


def every_id_is_unique(text: XhtmlText) -> Iterator[Diagnostic]:
    """Every id is unique and not empty."""
    for identifier, times in text.ids.items():
        if times > 1 or not identifier:
            yield text.fault(f"the id '{identifier}' " + (f"stands {times} times" if identifier else "is empty"))


def every_link_target_exists(text: XhtmlText, reason_missing: ReasonMissing) -> Iterator[Diagnostic]:
    """Everything that is linked, shown or named by its id exists."""
    for element, attributes in text.attributes:
        if attributes.keys().isdisjoint(_LINKING_ATTRIBUTES):
            continue
        for address in _addresses_of(element):
            is_inside = not address.lower().startswith((*OUTSIDE, "data:"))
            if is_inside and (reason := _broken_address(text, address, reason_missing)):
                yield text.fault(f"'{first_letters(address)}' leads nowhere: {reason}")
        for attribute in REFERENCES:
            for identifier in attributes.get(attribute, "").split():
                if identifier not in text.ids:
                    names = f"what '{attribute}' names ({nearest_id(element)})"
                    yield text.fault(f"'#{identifier}' leads nowhere: {names} is not in the document")


def _addresses_of(element: etree._Element) -> Iterator[str]:
    for attribute in _ADDRESS_ATTRIBUTES:
        value = element.get(attribute)
        if value is not None and not (attribute == "data" and xml_local_name(element) != "object"):
            yield value.strip()


def _broken_address(text: XhtmlText, address: str, reason_missing: ReasonMissing) -> str:
    if not address:
        return "it is empty"
    if re.match(r"[a-z][a-z0-9+.-]*:", address, re.IGNORECASE):
        return "no reader knows such an address"
    return reason_missing(*text.target(address))


def every_link_has_words(text: XhtmlText) -> Iterator[Diagnostic]:
    """Every link has words or a label."""
    for link in text.of("a"):
        if link.get("href") is not None and not accessible_name(link, text):
            yield text.fault(f"a link to '{first_letters(link.get('href', ''))}' has no words")


def nothing_is_fetched(text: XhtmlText) -> Iterator[Diagnostic]:
    """No picture, font, style sheet or sound is on a server."""
    for element, attributes in text.attributes:
        if attributes.keys().isdisjoint(_MAY_FETCH) and xml_local_name(element) != "style":
            continue
        for address in _fetched(element):
            if is_remote(address):
                yield text.fault(
                    f"'{first_letters(address.strip())}' would be fetched from elsewhere", "proof-text-active"
                )


def _fetched(element: etree._Element) -> Iterator[str]:
    for attribute in _FETCHED:
        yield element.get(attribute, "")
    name = xml_local_name(element)
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
    return (url or imported for url, imported in _FETCHED_BY_STYLE.findall(sheet))


_PROGRAM_TAGS = frozenset({"script", "iframe", "object", "embed", "applet", "form", "handler", "listener"})


def nothing_runs(text: XhtmlText) -> Iterator[Diagnostic]:
    """There is no script, and nothing that needs another program."""
    for element, attributes in text.attributes:
        name = xml_local_name(element)
        if name in _PROGRAM_TAGS:
            yield text.fault(f"there is a script: <{name}> {nearest_id(element)}", "proof-text-active")
        for attribute, value in attributes.items():
            runs = ":" in value and value.strip().lower().startswith("javascript:")
            if runs or (attribute.startswith("on") and re.fullmatch(r"on[a-z]+", attribute)):
                yield text.fault(f"there is a program: '{attribute}' {nearest_id(element)}", "proof-text-active")


# Pictures, languages, headings, tables, formulas


def every_picture_says_what_it_shows(text: XhtmlText) -> Iterator[Diagnostic]:
    """A picture has an alt text, which may be empty for decoration."""
    for picture in text.of("img", "area"):
        if picture.get("alt") is None and not is_hidden(picture):
            source = picture.get("src", "").rpartition("/")[2] or nearest_id(picture)
            yield message("proof-text-alt", text.place, document=text.name, picture=first_letters(source))


def every_drawing_speaks_or_is_hidden(text: XhtmlText) -> Iterator[Diagnostic]:
    """A drawing has a viewBox, and a name unless it is hidden."""
    for drawing in text.of("svg", namespace=SVG):
        if _is_inner(drawing):
            continue
        if drawing.get("viewBox") is None:
            yield text.fault(f"has no viewBox ({nearest_id(drawing)})", "proof-text-drawing")
        if not is_hidden(drawing) and not _is_named(drawing, text):
            yield text.fault(f"has no name ({nearest_id(drawing)})", "proof-text-drawing")


def _is_inner(drawing: etree._Element) -> bool:
    parent = drawing.getparent()
    return parent is not None and etree.QName(parent).namespace == SVG


def _is_named(drawing: etree._Element, text: XhtmlText) -> bool:
    """True if a drawing has a label or a title."""
    labelled = [i for i in drawing.get("aria-labelledby", "").split() if i in text.by_id]
    return bool(drawing.get("aria-label", "").strip() or any(element_text(text.by_id[i]) for i in labelled)) or any(
        xml_local_name(child) == "title" and element_text(child) for child in drawing if isinstance(child.tag, str)
    )


def drawing_faults(content: bytes, name: str, place: Location) -> Iterator[Diagnostic]:
    """Report an SVG file that cannot be read, has no viewBox or has a program."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        yield message("proof-text-drawing", place, document=f"'{name}'", fault=f"cannot be read: {error.msg}")
        return
    if root.get("viewBox") is None:
        yield message("proof-text-drawing", place, document=f"'{name}'", fault="has no viewBox")
    for element in iterate_elements(root):
        runs = [str(key) for key in element.attrib if re.fullmatch(r"on[a-z]+", str(key))]
        if xml_local_name(element) == "script" or runs:
            fault = f"there is a script: <{xml_local_name(element)}>"
            yield message("proof-text-active", place, document=f"'{name}'", fault=fault)


_SCOPES = {"row", "col", "rowgroup", "colgroup"}


def document_is_not_empty(text: XhtmlText) -> Iterator[Diagnostic]:
    """A document has words or a picture."""
    body = next(text.of("body"), None)
    if body is None or not (words_read_aloud(body) or any(True for _ in body.iter("{*}img", "{*}svg", "{*}math"))):
        yield text.fault("there is nothing to read")


def document_has_a_language(text: XhtmlText) -> Iterator[Diagnostic]:
    """A document has a language and a title."""
    if not text.root.get("lang", "").strip():
        yield text.fault("there is no language")
    if not text.title:
        yield text.fault("there is no title")


def heading_levels_are_not_skipped(text: XhtmlText) -> Iterator[Diagnostic]:
    """No heading level is skipped, and every heading has words."""
    for heading in text.headings:
        if not words_read_aloud(heading):
            yield text.fault(f"the heading '' has no name ({nearest_id(heading)})")
    # the first heading may be of level 2 in a text of a book, which may go on from another
    levels = (1 if text.path else 0, *map(_level, text.headings))
    for (before, level), heading in zip(pairwise(levels), text.headings, strict=True):
        if level > before + 1:
            name = first_letters(words_read_aloud(heading))
            yield text.fault(f"the heading '{name}' is of level {level}, straight after level {before}")


def _level(heading: etree._Element) -> int:
    return int(xml_local_name(heading)[1])


def every_table_has_heads(text: XhtmlText) -> Iterator[Diagnostic]:
    """A table has a name, header cells with words and scope, and no merged plain cells."""
    for table in text.of("table"):
        if table.get("role") in ("presentation", "none"):
            continue
        heads = list(table.iter(f"{{{XHTML}}}th"))
        faults = ["has no header cells"] if not heads else list(_head_faults(heads))
        if not _table_is_named(table, text):
            faults.append("has no caption, nor any other name")
        if any(cell.get(span, "1") != "1" for cell in table.iter(f"{{{XHTML}}}td") for span in ("colspan", "rowspan")):
            faults.append("has a cell that is merged with another")
        for fault in faults:
            yield text.fault(f"a table {fault} ({nearest_id(table)})")


def _head_faults(heads: list[etree._Element]) -> Iterator[str]:
    if any(cell.get("scope") not in _SCOPES for cell in heads):
        yield "has a header cell without a scope"
    if any(not words_read_aloud(cell) for cell in heads):
        yield "has an empty header cell"


def _table_is_named(table: etree._Element, text: XhtmlText) -> bool:
    """True if a table, or the region around it, has a caption or a label."""
    caption = table.find(f"{{{XHTML}}}caption")
    if caption is not None and words_read_aloud(caption):
        return True
    parent = table.getparent()
    labelled = [table, *([parent] if parent is not None and parent.get("role") in ("region", "group") else [])]
    return any(
        accessible_name(each, text) for each in labelled if each.get("aria-label") or each.get("aria-labelledby")
    )


def every_formula_has_words(text: XhtmlText) -> Iterator[Diagnostic]:
    """A formula has its words as alttext, or is hidden."""
    for formula in text.of("math", namespace=MATHML):
        if not formula.get("alttext", "").strip() and not is_hidden(formula):
            yield text.fault(f"a formula has no words ({nearest_id(formula)})")
