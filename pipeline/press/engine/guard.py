"""Second check of a text: elements and drawings that refer to files outside it are removed and reported.

Load has refused them already, with a place in the source; this is the last check before the engine.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from pipeline.load.pictures.svg import PICTURE
from pipeline.markup.body import SVG
from pipeline.model.asset import Asset

_FOREIGN = frozenset({
    *("link", "meta", "base", "style", "script", "object", "embed", "iframe", "frame", "applet", "audio", "video"),
    *("source", "track", "form", "input", "button", "textarea", "select"),
})  # fmt: skip
_FOREIGN_IN_SVG = frozenset({"script", "foreignObject", "iframe", "audio", "video", "handler", "listener"})
_REACHING = re.compile(r"@import|url\(\s*+[\"']?+\s*+(?!#|asset:|font:)[^\s\"')]", re.IGNORECASE)
_HREF = "{http://www.w3.org/1999/xlink}href"


def guard_text(body: Element) -> tuple[str, ...]:
    """Addresses outside the text that it names, which are removed from it."""
    told: list[str] = []
    for parent in list(body.iter()):
        for child in list(parent):
            if child.tag in _FOREIGN:
                told.append(_name(child))
                _remove(parent, child)
        if "attachment" in parent.get("rel", "").lower().split():
            told.append(parent.get("href", "rel=attachment"))
            del parent.attrib["rel"]
        if found := _REACHING.search(parent.get("style", "")):
            told.append(parent.attrib.pop("style")[found.start() :][:80])
    for drawing in body.iter(f"{SVG}svg"):
        told += _reaching(drawing)
    return tuple(told)


def guard_pictures(images: tuple[Asset, ...]) -> tuple[str, ...]:
    """Addresses that the drawings among the images would load (the engine may ignore them without a message)."""
    return tuple(sorted({told for image in images if image.media_type == "image/svg+xml" for told in _look(image)}))


def _look(image: Asset) -> Iterator[str]:
    text = image.content.decode("utf-8", "replace")
    if re.search(r"<!(DOCTYPE[^>]*\[|ENTITY)", text):
        yield f"{image.path}: <!ENTITY"
        return
    try:
        yield from _reaching(ElementTree.fromstring(text.encode()))
    except ElementTree.ParseError:
        yield f"{image.path}: not well-formed"


def _reaching(drawing: Element) -> Iterator[str]:
    for element in drawing.iter():
        if not isinstance(element.tag, str):
            continue
        name = element.tag.rpartition("}")[2]
        if name in _FOREIGN_IN_SVG:
            yield f"<{name}>"
        for attribute in ("href", _HREF, "src"):
            target = element.get(attribute, "")
            own = target.startswith(("#", "asset:")) or PICTURE.fullmatch(target)
            if target and name != "a" and not own:
                yield target
        if name == "style" and (found := _REACHING.search(element.text or "")):
            yield (element.text or "")[found.start() :][:80]
        for value in element.attrib.values():
            if found := _REACHING.search(value):
                yield value[found.start() :][:80]


def _name(element: Element) -> str:
    for attribute in ("href", "src", "data"):
        if element.get(attribute):
            return str(element.get(attribute))
    found = _REACHING.search(element.text or "")
    return (element.text or "")[found.start() :][:80] if found else f"<{element.tag}>"


def _remove(parent: Element, child: Element) -> None:
    position = list(parent).index(child)
    if child.tail:
        if position:
            parent[position - 1].tail = (parent[position - 1].tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    parent.remove(child)
