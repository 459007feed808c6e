"""Pictures and drawings of a document: what is said of them, and whether they stand by themselves."""

import re
from collections.abc import Iterator

from lxml import etree

from pipeline.codes import books
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.markup.xhtml import words
from pipeline.proof.markup.text import SVG, XhtmlText, elements, hidden, local, near, short

_FILE_NAME = re.compile(r"\S+\.(?:svg|png|jpe?g|gif|webp|tiff?|bmp|pdf|eps)", re.IGNORECASE)
_SAYS_NOTHING = frozenset({"image", "picture", "figure", "photo", "graphic", "img", "chart", "diagram", "untitled"})


def every_picture_says_what_it_shows(text: XhtmlText) -> Iterator[Diagnostic]:
    """A picture has an alt, which is empty for decoration alone, and is no file's name."""
    for picture in text.of("img", "area"):
        if fault := _alt_fault(picture):
            source = picture.get("src", "").rpartition("/")[2] or near(picture)
            yield books.ALT.at(text.place, document=text.said, picture=short(source), fault=fault)


def _alt_fault(picture: etree._Element) -> str:
    said = picture.get("alt")
    if said is None:
        return "" if hidden(picture) else "has no words for those who cannot see it"
    source = picture.get("src", "").rpartition("/")[2]
    plain = said.strip()
    if _FILE_NAME.fullmatch(plain) or (plain and plain in (source, source.rpartition(".")[0])):
        return f"is described by the name of a file, '{short(plain)}'"
    if plain.lower().rstrip(".") in _SAYS_NOTHING:
        return f"is described as '{plain}', which says nothing"
    if said and not plain:
        return "is described by spaces"
    return ""


def every_drawing_speaks_or_is_hidden(text: XhtmlText) -> Iterator[Diagnostic]:
    """A drawing within the text has a frame, and says what it shows or is hidden from those who listen."""
    for drawing in text.of("svg", namespace=SVG):
        if _is_inner(drawing):
            continue
        if drawing.get("viewBox") is None:
            yield books.DRAWING.at(text.place, document=text.said, fault=f"has no viewBox ({near(drawing)})")
        if is_silent(drawing, text):
            yield books.DRAWING.at(text.place, document=text.said, fault=f"says nothing ({near(drawing)})")


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
        yield books.DRAWING.at(place, document=f"'{name}'", fault=f"cannot be read: {wrong.msg}")
        return
    if root.get("viewBox") is None:
        yield books.DRAWING.at(place, document=f"'{name}'", fault="has no viewBox")
    for element in elements(root):
        runs = [str(key) for key in element.attrib if re.fullmatch(r"on[a-z]+", str(key))]
        if local(element) == "script" or runs:
            yield books.PROGRAM.at(place, document=f"'{name}'", found=f"<{local(element)}>")
