"""Checks of web pages and chapters of books: pictures, languages, headings, tables, formulas."""

import re
from collections.abc import Iterator
from itertools import pairwise

from lxml import etree

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.documents.xhtml import element_text
from pipeline.core.messages import message
from pipeline.proof.book_reader import (
    MATHML,
    SVG,
    XHTML,
    XhtmlText,
    accessible_name,
    first_letters,
    has_spoken_words,
    is_hidden,
    iterate_elements,
    nearest_id,
    words_read_aloud,
    xml_local_name,
)


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
            yield text.fault(f"says nothing ({nearest_id(drawing)})", "proof-text-drawing")


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
            fault = f"there is a program: <{xml_local_name(element)}>"
            yield message("proof-text-active", place, document=f"'{name}'", fault=fault)


_SCOPES = {"row", "col", "rowgroup", "colgroup"}


def document_is_not_empty(text: XhtmlText) -> Iterator[Diagnostic]:
    """A document has words or a picture."""
    body = next(text.of("body"), None)
    if body is None or not (has_spoken_words(body) or any(True for _ in body.iter("{*}img", "{*}svg", "{*}math"))):
        yield text.fault("there is nothing to read")


def document_has_a_language(text: XhtmlText) -> Iterator[Diagnostic]:
    """A document has a language and a title."""
    if not text.root.get("lang", "").strip():
        yield text.fault("nothing says what language it is in")
    if not text.title:
        yield text.fault("there is no title that says what it is")


def heading_levels_are_not_skipped(text: XhtmlText) -> Iterator[Diagnostic]:
    """No heading level is skipped, and every heading has words."""
    for heading in text.headings:
        if not words_read_aloud(heading):
            yield text.fault(
                f"the heading '{first_letters(words_read_aloud(heading))}' says nothing ({nearest_id(heading)})"
            )
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
        yield "has a header cell that does not say whether it heads a row or a column"
    if any(not words_read_aloud(cell) for cell in heads):
        yield "has a header cell without words"


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
            yield text.fault(f"a formula says nothing: no words stand beside it ({nearest_id(formula)})")
