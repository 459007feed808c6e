"""Web pages and chapters: ids, links, pictures, languages."""

import re
from collections.abc import Iterator
from itertools import pairwise

from lxml import etree

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.documents.xhtml import words
from pipeline.core.messages import message
from pipeline.proof.book_reader import (
    MATHML,
    SVG,
    XHTML,
    XhtmlText,
    elements,
    hidden,
    local,
    name_of,
    near,
    short,
    speaks,
    spoken,
)


def every_picture_says_what_it_shows(text: XhtmlText) -> Iterator[Diagnostic]:
    """A picture has an alt, which is empty for decoration alone. What it says `check` has looked at."""
    for picture in text.of("img", "area"):
        if picture.get("alt") is None and not hidden(picture):
            source = picture.get("src", "").rpartition("/")[2] or near(picture)
            yield message("proof-text-alt", text.place, document=text.said, picture=short(source))


def every_drawing_speaks_or_is_hidden(text: XhtmlText) -> Iterator[Diagnostic]:
    """A drawing within the text has a frame, and says what it shows or is hidden from those who listen."""
    for drawing in text.of("svg", namespace=SVG):
        if _is_inner(drawing):
            continue
        if drawing.get("viewBox") is None:
            yield text.fault(f"has no viewBox ({near(drawing)})", "proof-text-drawing")
        if not hidden(drawing) and not _is_named(drawing, text):
            yield text.fault(f"says nothing ({near(drawing)})", "proof-text-drawing")


def _is_inner(drawing: etree._Element) -> bool:
    around = drawing.getparent()
    return around is not None and etree.QName(around).namespace == SVG


def _is_named(drawing: etree._Element, text: XhtmlText) -> bool:
    """Whether a drawing has a name: a label, what labels it, or a title in it."""
    labelled = [i for i in drawing.get("aria-labelledby", "").split() if i in text.by_id]
    return bool(drawing.get("aria-label", "").strip() or any(words(text.by_id[i]) for i in labelled)) or any(
        local(child) == "title" and words(child) for child in drawing if isinstance(child.tag, str)
    )


def drawing_faults(content: bytes, name: str, place: Location) -> Iterator[Diagnostic]:
    """Faults of an SVG file: not to be read, without a frame, with a program."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as wrong:
        yield message("proof-text-drawing", place, document=f"'{name}'", fault=f"cannot be read: {wrong.msg}")
        return
    if root.get("viewBox") is None:
        yield message("proof-text-drawing", place, document=f"'{name}'", fault="has no viewBox")
    for element in elements(root):
        runs = [str(key) for key in element.attrib if re.fullmatch(r"on[a-z]+", str(key))]
        if local(element) == "script" or runs:
            fault = f"there is a program: <{local(element)}>"
            yield message("proof-text-active", place, document=f"'{name}'", fault=fault)


_SCOPES = {"row", "col", "rowgroup", "colgroup"}


def the_document_says_something(text: XhtmlText) -> Iterator[Diagnostic]:
    """It has words, or a picture."""
    body = next(text.of("body"), None)
    if body is None or not (speaks(body) or any(True for _ in body.iter("{*}img", "{*}svg", "{*}math"))):
        yield text.fault("there is nothing to read")


def every_language_is_said(text: XhtmlText) -> Iterator[Diagnostic]:
    """The document says what language it is in, and has a title."""
    if not text.root.get("lang", "").strip():
        yield text.fault("nothing says what language it is in")
    if not text.title:
        yield text.fault("there is no title that says what it is")


def headings_follow_each_other(text: XhtmlText) -> Iterator[Diagnostic]:
    """No level is skipped on the way down, and every heading says something."""
    for heading in text.headings:
        if not spoken(heading):
            yield text.fault(f"the heading '{short(spoken(heading))}' says nothing ({near(heading)})")
    # the first heading may be of level 2 in a text of a book, which may go on from another
    levels = (1 if text.path else 0, *map(_level, text.headings))
    for (before, level), heading in zip(pairwise(levels), text.headings, strict=True):
        if level > before + 1:
            name = short(spoken(heading))
            yield text.fault(f"the heading '{name}' is of level {level}, straight after level {before}")


def _level(heading: etree._Element) -> int:
    return int(local(heading)[1])


def every_table_has_heads(text: XhtmlText) -> Iterator[Diagnostic]:
    """A table has a name and header cells, each with words and a scope; no plain cell is merged."""
    for table in text.of("table"):
        if table.get("role") in ("presentation", "none"):
            continue
        heads = list(table.iter(f"{{{XHTML}}}th"))
        faults = ["has no header cells"] if not heads else list(_head_faults(heads))
        if not _text_structure_is_named(table, text):
            faults.append("has no caption, nor any other name")
        if any(cell.get(way, "1") != "1" for cell in table.iter(f"{{{XHTML}}}td") for way in ("colspan", "rowspan")):
            faults.append("has a cell that is merged with another")
        for fault in faults:
            yield text.fault(f"a table {fault} ({near(table)})")


def _head_faults(heads: list[etree._Element]) -> Iterator[str]:
    if any(cell.get("scope") not in _SCOPES for cell in heads):
        yield "has a header cell that does not say whether it heads a row or a column"
    if any(not spoken(cell) for cell in heads):
        yield "has a header cell without words"


def _text_structure_is_named(table: etree._Element, text: XhtmlText) -> bool:
    """Whether a table has a caption, or it or the region around it a label."""
    caption = table.find(f"{{{XHTML}}}caption")
    if caption is not None and spoken(caption):
        return True
    around = table.getparent()
    holders = [table, *([around] if around is not None and around.get("role") in ("region", "group") else [])]
    return any(name_of(holder, text) for holder in holders if holder.get("aria-label") or holder.get("aria-labelledby"))


def every_formula_has_words(text: XhtmlText) -> Iterator[Diagnostic]:
    """MathML carries what it says in words."""
    for formula in text.of("math", namespace=MATHML):
        if not formula.get("alttext", "").strip() and not hidden(formula):
            yield text.fault(f"a formula says nothing: no words stand beside it ({near(formula)})")
