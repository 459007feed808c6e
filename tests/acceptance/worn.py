"""Which face each word of a book wears: the cascade of its style sheet, worked out anew, beside what it encloses."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import Any
from xml.etree import ElementTree

import cssselect2
import tinycss2
from fontTools.ttLib import TTFont

XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
SVG = "{http://www.w3.org/2000/svg}"

READERS_OWN = """
h1, h2, h3, h4, h5, h6, th, b, strong { font-weight: bold } i, em, cite, dfn, var, address { font-style: italic }
code, kbd, pre, samp { font-family: monospace } math { font-family: math }
"""
"""What every reading system does of itself."""

Face = tuple[str, int, bool]
"""Family, weight, slanted."""


@dataclass(frozen=True)
class Worn:
    """Some words, the element that holds them, and the faces that may set them, best first."""

    words: str
    element: str
    faces: tuple[Face, ...]


@dataclass(frozen=True)
class Dressed:
    """A book: its documents by path, the fonts it encloses by the face that its style sheet makes them."""

    documents: dict[str, bytes]
    style: str
    fonts: dict[Face, TTFont]


def dressed(book: bytes) -> Dressed:
    """A book opened."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    (sheet,) = (name for name in files if name.endswith("style.css"))
    style = files[sheet].decode()
    fonts = {face: TTFont(io.BytesIO(files[normpath(join(dirname(sheet), path))])) for face, path in _font_rules(style)}
    return Dressed({name: content for name, content in files.items() if name.endswith(".xhtml")}, style, fonts)


def _font_rules(style: str) -> Iterator[tuple[Face, str]]:
    for rule in tinycss2.parse_stylesheet(style, True, True):
        if rule.type == "at-rule" and rule.lower_at_keyword == "font-face":
            said = _declared(rule.content)
            (source,) = (token for token in said["src"] if token.type in ("url", "function"))
            path = source.value if source.type == "url" else source.arguments[0].value
            family = next(token.value for token in said["font-family"] if token.type == "string")
            yield (family, int(_word(said["font-weight"])), _word(said["font-style"]) == "italic"), path


def _declared(content: list[Any]) -> dict[str, list[Any]]:
    found = tinycss2.parse_blocks_contents(content, True, True)
    return {one.lower_name: one.value for one in found if one.type == "declaration"}


def _word(value: list[Any]) -> str:
    return tinycss2.serialize(value).strip()


def worn(document: bytes, style: str, narrow: bool) -> Iterator[Worn]:
    """Every run of words of a document; `narrow`: what media rules say holds too."""
    matcher = cssselect2.Matcher()
    for sheet in (READERS_OWN, style):
        for selectors, said in _rules(tinycss2.parse_stylesheet(sheet, True, True), narrow):
            for selector in selectors:
                matcher.add_selector(selector, said)
    root = cssselect2.ElementWrapper.from_xml_root(ElementTree.fromstring(document))
    body = next(element for element in root.iter_subtree() if element.etree_element.tag == f"{XHTML}body")
    yield from _below(body, matcher, {"font-family": "serif", "font-weight": "400", "font-style": "normal"})


def _rules(rules: list[Any], narrow: bool) -> Iterator[tuple[list[Any], dict[str, str]]]:
    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports") and narrow:
            yield from _rules(tinycss2.parse_blocks_contents(rule.content, True, True), narrow)
        if rule.type == "qualified-rule":
            said = {name: _word(value) for name, value in _declared(rule.content).items() if name.startswith("font-")}
            if said:
                yield cssselect2.compile_selector_list(rule.prelude), said


def _below(element: Any, matcher: Any, inherited: dict[str, str]) -> Iterator[Worn]:
    tree = element.etree_element
    if tree.tag.startswith(MATHML) or tree.tag.startswith(SVG):  # in a face of the reader's, and drawn
        return
    said = dict(inherited)
    for _, _, pseudo, declared in matcher.match(element):
        if pseudo is None:
            said |= {name: inherited.get(name, "") if value == "inherit" else value for name, value in declared.items()}
    faces = _faces(said)
    name = tree.tag.removeprefix(XHTML)
    yield Worn((tree.text or "") + tree.get("data-label", ""), name, faces)
    for child in element.iter_children():
        yield from _below(child, matcher, said)
        yield Worn(child.etree_element.tail or "", name, faces)


def _faces(said: dict[str, str]) -> tuple[Face, ...]:
    weight = {"bold": "700", "bolder": "700", "normal": "400"}.get(said["font-weight"], said["font-weight"])
    families = [family.strip(" \"'") for family in said["font-family"].split(",")]
    return tuple((family, int(weight), said["font-style"] == "italic") for family in families)
