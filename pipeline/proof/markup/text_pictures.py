"""Pictures and drawings of a document: what is said of them, and whether they stand by themselves."""

import re
from collections.abc import Iterator

from lxml import etree

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.markup.xhtml import words
from pipeline.proof.markup.text import SVG, XhtmlText, elements, hidden, local, near, short


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
            yield message(
                "proof-text-drawing", text.place, document=text.said, fault=f"has no viewBox ({near(drawing)})"
            )
        if is_silent(drawing, text):
            yield message("proof-text-drawing", text.place, document=text.said, fault=f"says nothing ({near(drawing)})")


def is_silent(drawing: etree._Element, text: XhtmlText) -> bool:
    """Whether a drawing has no words for those who listen, and is not hidden from them."""
    return not _is_inner(drawing) and not hidden(drawing) and not _is_named(drawing, text)


def _is_inner(drawing: etree._Element) -> bool:
    around = drawing.getparent()
    return around is not None and etree.QName(around).namespace == SVG


def _is_named(drawing: etree._Element, text: XhtmlText) -> bool:
    """Whether a drawing has a name: a label, what labels it, or a title in it."""
    labelled = [i for i in drawing.get("aria-labelledby", "").split() if i in text.by_id]
    return bool(drawing.get("aria-label", "").strip() or any(words(text.by_id[i]) for i in labelled)) or any(
        local(child) == "title" and words(child) for child in drawing if isinstance(child.tag, str)
    )


def drawing_faults(content: bytes, name: str, place: Place) -> Iterator[Diagnostic]:
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
            yield message(
                "proof-text-active", place, document=f"'{name}'", fault=f"there is a program: <{local(element)}>"
            )
