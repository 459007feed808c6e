"""Structure of a document for somebody who listens: languages, headings, tables."""

from collections.abc import Iterator
from itertools import pairwise

from lxml import etree

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.proof.markup.text import (
    MATHML,
    XHTML,
    XhtmlText,
    hidden,
    local,
    name_of,
    near,
    short,
    speaks,
    spoken,
)

_SCOPES = {"row", "col", "rowgroup", "colgroup"}


def the_document_says_something(text: XhtmlText) -> Iterator[Diagnostic]:
    """It has words, or a picture."""
    body = next(text.of("body"), None)
    shown = body is not None and (speaks(body) or any(_is_picture(element) for element in body.iter()))
    if not shown:
        yield message("proof-text", text.place, document=text.said, fault="there is nothing to read")


def _is_picture(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and local(element) in ("img", "svg", "math")


def every_language_is_said(text: XhtmlText) -> Iterator[Diagnostic]:
    """The document says what language it is in, and has a title."""
    if not text.root.get("lang", "").strip():
        yield _language(text, "nothing says what language it is in")
    if not text.title:
        yield _language(text, "there is no title that says what it is")


def _language(text: XhtmlText, fault: str) -> Diagnostic:
    return message("proof-text", text.place, document=text.said, fault=fault)


def headings_follow_each_other(text: XhtmlText) -> Iterator[Diagnostic]:
    """No level is skipped on the way down, and every heading says something."""
    for heading in text.headings:
        if not spoken(heading):
            yield _heading(text, heading, f"says nothing ({near(heading)})")
    levels = (_first_level(text), *map(_level, text.headings))
    for (before, level), heading in zip(pairwise(levels), text.headings, strict=True):
        if level > before + 1:
            yield _heading(text, heading, f"is of level {level}, straight after level {before}")


def _first_level(text: XhtmlText) -> int:
    """Level that the first heading may stand below: 1 in a text of a book, which may go on from another."""
    return 1 if text.path else 0


def _level(heading: etree._Element) -> int:
    return int(local(heading)[1])


def _heading(text: XhtmlText, heading: etree._Element, fault: str) -> Diagnostic:
    return message(
        "proof-text", text.place, document=text.said, fault=f"the heading '{short(spoken(heading))}' {fault}"
    )


def every_table_has_heads(text: XhtmlText) -> Iterator[Diagnostic]:
    """A table has a name and header cells, each with words and a scope; no plain cell is merged."""
    for table in text.of("table"):
        if table.get("role") in ("presentation", "none"):
            continue
        heads = list(table.iter(f"{{{XHTML}}}th"))
        faults = ["has no header cells"] if not heads else list(_head_faults(heads))
        if not _is_named(table, text):
            faults.append("has no caption, nor any other name")
        if any(cell.get(way, "1") != "1" for cell in table.iter(f"{{{XHTML}}}td") for way in ("colspan", "rowspan")):
            faults.append("has a cell that is merged with another")
        for fault in faults:
            yield message("proof-text", text.place, document=text.said, fault=f"a table {fault} ({near(table)})")


def _head_faults(heads: list[etree._Element]) -> Iterator[str]:
    if any(cell.get("scope") not in _SCOPES for cell in heads):
        yield "has a header cell that does not say whether it heads a row or a column"
    if any(not spoken(cell) for cell in heads):
        yield "has a header cell without words"


def _is_named(table: etree._Element, text: XhtmlText) -> bool:
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
            fault = f"a formula says nothing: no words stand beside it ({near(formula)})"
            yield message("proof-text", text.place, document=text.said, fault=fault)
