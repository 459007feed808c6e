"""Active content of an SVG picture, and its references to other files."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from pipeline.load.pictures.svg_weight import weigh
from pipeline.markup.xhtml import SVG, XHTML

_INCLUDE = "http://www.w3.org/2001/XInclude"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_KNOWN = ("{http://www.w3.org/1999/xlink}", "{http://www.w3.org/XML/1998/namespace}", f"{{{SVG}}}")
"""Namespaces of attributes of the picture itself; all others are notes of a program, and are left out."""
_WORDS = frozenset({"id", "class", "role", "lang", "title", "aria-label", "aria-description", "aria-roledescription"})
"""Attributes that hold words and no style."""
_RUNS = {
    "script": "a script",
    "foreignobject": "foreign content",
    "iframe": "foreign content",
    "object": "foreign content",
    "embed": "foreign content",
    "audio": "sound",
    "video": "a film",
    "handler": "a script",
    "listener": "a script",
}
PICTURE = re.compile(r"data:(?P<kind>image/(?:png|jpeg|gif|webp));base64,(?P<content>[A-Za-z0-9+/=\s]*)")
"""The address of a picture of dots that stands in the drawing itself."""
_URL = re.compile(r"url\(\s*+[\"']?\s*+(?P<target>[^\"')\s]*)", re.IGNORECASE)
_REACHES = re.compile(r"@import|@font-face|expression\(|image-set\(|(?<![\w-])(?:src|image)\(|\\", re.IGNORECASE)
_FONT = re.compile(r"@font-face\s*\{(?P<font>[^{}]*)\}", re.IGNORECASE)
_HELD = re.compile(r"url\(\s*+[\"']?\s*+data:[^\"'()]*[\"']?\s*\)", re.IGNORECASE)
_REACHES_FROM_FONT = re.compile(r"(?:url|local|src|image)\s*\(|\\", re.IGNORECASE)
_FAMILY = re.compile(r"font-family\s*:\s*[\"']?([^\"';]+)", re.IGNORECASE)


_PIXELS = re.compile(r"(\d+(?:\.\d+)?)(?:px)?")


class DamagedPicture(Exception):
    """The picture cannot be read."""


def safe_svg(content: bytes) -> tuple[bytes, str, tuple[str, ...]]:
    """The picture without a document type and its own fonts, what is unsafe in it or nothing, and the fonts' names.

    Raises:
        DamagedPicture: where it cannot be read.
        TooHeavy: where it paints more than can be printed.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise DamagedPicture(str(wrong)) from wrong
    if etree.QName(root).localname != "svg" or etree.QName(root).namespace != SVG:
        raise DamagedPicture("its outermost element is not svg")
    tree: Any = root.getroottree()
    fonts = tuple(font for style in root.iter(f"{{{SVG}}}style") for font in _take_fonts(style))
    unsafe = next(_unsafe(root, content), "")
    if not unsafe:
        weigh(root)
    if (_frame(root) or fonts or tree.docinfo.doctype) and not unsafe:
        content = etree.tostring(root, encoding="utf-8")
    return content, unsafe, fonts


def _frame(root: Any) -> bool:
    """Give a drawing whose size is in pixels the viewBox that it lacks, so that it can grow and shrink; True if so."""
    sizes = [_PIXELS.fullmatch(root.get(side, "").strip()) for side in ("width", "height")]
    if "viewBox" in root.attrib or not all(sizes):
        return False
    root.set("viewBox", f"0 0 {' '.join(size[1] for size in sizes if size)}")
    return True


def _take_fonts(style: Any) -> list[str]:
    """Take the fonts that a style holds in itself out of it; their names. One from elsewhere stays, and is unsafe."""
    names: list[str] = []

    def without(rule: re.Match[str]) -> str:
        if _REACHES_FROM_FONT.search(_HELD.sub("", rule["font"])):
            return rule[0]
        family = _FAMILY.search(rule["font"])
        names.append(family[1].strip()[:60] if family else "")
        return ""

    if len(style) == 0:
        style.text = _FONT.sub(without, style.text or "")
    return names


def _unsafe(root: Any, content: bytes) -> Iterator[str]:
    tree = root.getroottree()
    declared = tree.docinfo.internalDTD
    if b"<!ENTITY" in content or (declared is not None and any(True for _ in declared.iterentities())):
        yield "entities"
    if re.search(rb"<!DOCTYPE[^<>\[]*\[", content):
        yield "a document type of its own"
    if (tree.docinfo.encoding or "UTF-8").upper() not in ("UTF-8", "US-ASCII", "ASCII"):
        yield "text that is not UTF-8"
    outside = [*root.itersiblings(preceding=True), *root.itersiblings()]
    for node in [*outside, *root.iter()]:
        if node.tag is etree.ProcessingInstruction:
            yield "a processing instruction"
        elif node.tag is etree.Entity:
            yield "entities"
        elif isinstance(node.tag, str):
            yield from _element(node)


def _element(node: Any) -> Iterator[str]:
    name = etree.QName(node)
    local = name.localname.lower()
    if local in _RUNS:
        yield _RUNS[local]
    if name.namespace in (XHTML, _INCLUDE):
        yield "foreign content"
    if local == "set" or local.startswith("animate"):
        yield "an animation"
    if local == "style" and (found := _style("".join(node.itertext()))):
        yield found
    for attribute, value in node.attrib.items():
        if found := _attribute(etree.QName(attribute).localname.lower(), attribute, value):
            yield found


def _attribute(local: str, name: str, value: str) -> str:
    value = value.strip()
    if local.startswith("on"):
        return "a script"
    if local in _WORDS or (name.startswith("{") and not name.startswith(_KNOWN)):
        return ""
    if name == _BASE:
        return "a base address"
    if local in ("href", "src", "data", "action", "formaction"):
        if not value or value.startswith("#") or (local == "href" and PICTURE.fullmatch(value)):
            return ""
        return f"a link to '{value[:60]}'"
    return _style(value)


def _style(css: str) -> str:
    for found in _URL.finditer(css):
        target = found["target"]
        if target and not target.startswith("#"):
            return f"a link to '{target[:60]}'"
    found_word = _REACHES.search(css) if ("(" in css or "@" in css or "\\" in css) else None
    return f"'{found_word[0]}' in its style" if found_word else ""
