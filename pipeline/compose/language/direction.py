"""Direction of blocks, and mirrored style sheets, for text from right to left."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Any

import tinycss2
from lxml import etree

LEAVES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "th", "td", "caption", "figcaption"})
"""Blocks with the direction of their first letter (Unicode Bidirectional Algorithm, P2 and P3)."""
CONTAINERS = frozenset({"ul", "ol", "dl", "table", "blockquote"})
"""Blocks with the direction of most of their letters: the side of list markers and of the first column of a table."""
_PAGE_CLASSES = frozenset({"entry", "equation", "facts"})
_WITH_LANGUAGE = LEAVES | {"li"}
"""Blocks with a language that follows from their letters."""

_SIDES = {"left": "right", "right": "left"}
_ORDERS = {
    **dict.fromkeys(("margin", "padding", "inset", "border-width", "border-style", "border-color"), (0, 3, 2, 1)),
    "border-radius": (1, 0, 3, 2),
}
"""The mirrored order of a property's four values."""

_RTL_LETTERS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")
_LETTER = f"(?!{_RTL_LETTERS.pattern})[^\\W\\d_]"
_LATIN = re.compile(f"({_LETTER}(?:(?:(?!{_RTL_LETTERS.pattern}).)*{_LETTER})?)", re.DOTALL)
_INLINES = frozenset({"a", "abbr", "b", "cite", "code", "em", "i", "q", "strong", "sub", "sup"})
"""Elements that may be in one element with the Latin words next to them."""
_CODE_ELEMENTS = frozenset({"code", "pre", "kbd", "samp"})
_RTL_SCRIPTS = {
    "he": (re.compile("[\u0590-\u05ff\ufb1d-\ufb4f]"), frozenset({"he", "iw", "yi", "lad"})),
    "ar": (
        re.compile("[\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefe]"),
        frozenset({"ar", "fa", "ur", "ps", "sd", "ug", "ckb", "ku", "ks", "pnb"}),
    ),
}
"""By the usual language of a script: its letters, and all languages that use it."""


def runs_rtl(language: str) -> bool:
    """Return whether a language is written from right to left."""
    base = language.partition("-")[0].lower()
    return any(base in languages for _, languages in _RTL_SCRIPTS.values())


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What an element inherits."""

    direction: str
    """'' if no element around has one: in a text from right to left every block gets its own."""
    language: str
    """The language of the words around: the given one, or that of their letters."""
    given: str
    """The language that the text or its author gives."""


def direct_blocks(root: etree._Element, language: str) -> None:
    """Set the direction of each block below an element that differs from its parent's, in place.

    A block in Hebrew or Arabic letters also gets a language, unless it has one of its script. In a text in such a
    language every block has a direction, because its file may be in another language.
    """
    if runs_rtl(language) or _RTL_LETTERS.search(_text(root)):
        _direct_children(root, _Surroundings("" if runs_rtl(language) else "ltr", language, language))


def _direct_children(element: etree._Element, outer: _Surroundings) -> None:
    for child in element:
        if not isinstance(child.tag, str) or child.tag.startswith("{"):
            continue  # a comment, a formula or a drawing
        if child.tag in _CODE_ELEMENTS:
            if outer.direction == "rtl" or (not outer.direction and runs_rtl(outer.given)):
                child.set("dir", "ltr")
            continue
        inner = _surroundings_in(child, outer)
        if inner.direction != outer.direction:
            child.set("dir", inner.direction)
        if inner.language != (child.get("lang") or outer.language):
            child.set("lang", inner.language)
        _direct_children(child, inner)
        if child.tag in _WITH_LANGUAGE and inner.direction == "rtl":
            _join_latin(child)


def _surroundings_in(block: etree._Element, outer: _Surroundings) -> _Surroundings:
    """Return the direction and language of a block, by its attributes, else its letters, else what is around it."""
    lang, own_direction = block.get("lang"), block.get("dir")
    language, given = lang or outer.language, lang or outer.given
    of_letters = _direction(block, given) if block.tag in _WITH_LANGUAGE | CONTAINERS else ""
    direction = own_direction or outer.direction
    if lang and block.tag == "div" and not outer.direction and not runs_rtl(lang):
        direction = "ltr"
    elif block.tag in LEAVES | CONTAINERS and not own_direction:
        direction = "rtl" if runs_rtl(given) and _follows_page(block) else of_letters or outer.direction
    if block.tag in _WITH_LANGUAGE:
        language = _language(block, language) if of_letters == "rtl" else given
    return _Surroundings(direction, language, given)


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _follows_page(block: etree._Element) -> bool:
    """Return whether a block has the direction of the page, whatever its words."""
    parent = block.getparent()
    if block.tag == "h2" and parent is not None:
        return "row" in parent.get("class", "").split()
    return block.get("class") in _PAGE_CLASSES


def _join_latin(element: etree._Element) -> None:
    """Join elements and the Latin words next to them in one element, in place: the engine would reverse them."""
    pieces: list[Any] = _LATIN.split(element.text or "")
    for child in list(element):
        pieces += (child, *_LATIN.split(child.tail or ""))
        child.tail = None
        element.remove(child)
    element.text = None
    start = 0
    while start < len(pieces):
        end = start + 1
        if _is_latin(pieces[start]):
            run = [*takewhile(lambda piece: not _is_rtl(piece), pieces[start:])]
            end = start + max((number for number, piece in enumerate(run, 1) if _is_latin(piece)), default=1)
        if end > start + 1:
            _append(etree.SubElement(element, "span", dir="ltr"), pieces[start:end])
        else:
            if not isinstance(pieces[start], str) and pieces[start].tag in _INLINES | {"span"}:
                _join_latin(pieces[start])
            _append(element, pieces[start:end])
        start = end


def _is_rtl(piece: Any) -> bool:
    if isinstance(piece, str):
        return bool(_RTL_LETTERS.search(piece))
    return piece.tag not in _INLINES or bool(_RTL_LETTERS.search(_text(piece)))


def _is_latin(piece: Any) -> bool:
    return bool(_LATIN.search(piece if isinstance(piece, str) else _text(piece)))


def _append(element: etree._Element, pieces: list[Any]) -> None:
    for piece in pieces:
        if not isinstance(piece, str):
            element.append(piece)
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + piece
        else:
            element.text = (element.text or "") + piece


def _direction(block: etree._Element, language: str) -> str:
    """Return the direction of a block's letters, in a text in a language; '' without letters."""
    letters = _letter_directions(block)
    if block.tag in _WITH_LANGUAGE:
        return next(letters, "")
    directions = list(letters)
    if runs_rtl(language) and "rtl" in directions:
        return "rtl"
    return max(("ltr", "rtl"), key=directions.count) if directions else ""


def _letter_directions(element: etree._Element) -> Iterator[str]:
    """Yield the directions of an element's letters, without code and formulas."""
    if isinstance(element.tag, str) and element.tag not in _CODE_ELEMENTS and not element.tag.startswith("{"):
        yield from _directions(element.text or "")
        for child in element:
            if child.get("class") != "label":
                yield from _letter_directions(child)
            yield from _directions(child.tail or "")


def _directions(text: str) -> Iterator[str]:
    for letter in text:
        match unicodedata.bidirectional(letter):
            case "R" | "AL":
                yield "rtl"
            case "L":
                yield "ltr"


def first_direction(text: str, default: str) -> str:
    """Return the direction of the first letter of a text."""
    return next(_directions(text), default)


def _language(block: etree._Element, language: str) -> str:
    """Return the language of a block from right to left: the given one, or the usual one of its script."""
    text = _text(block)
    scripts = [name for name, (letters, _) in _RTL_SCRIPTS.items() if letters.search(text)]
    base = language.partition("-")[0].lower()
    return language if len(scripts) != 1 or base in _RTL_SCRIPTS[scripts[0]][1] else scripts[0]


def directed_style(style: str, language: str) -> str:
    """Return a style sheet for texts in a language: mirrored if it is written from right to left."""
    return mirror_style(style) if runs_rtl(language) else style


@lru_cache(maxsize=16)
def mirror_style(style: str) -> str:
    """Return a style sheet with left and right swapped, except in rules for one direction, such as `[dir="rtl"] th`."""
    tokens = tinycss2.parse_component_value_list(style)
    _mirror_rules(tokens)
    return str(tinycss2.serialize(tokens))


def _mirror_rules(tokens: list[Any]) -> None:
    """Mirror the rules and declarations of a sheet or a block, in place."""
    start = 0
    for end, token in enumerate([*tokens, None]):
        if token is None or token == ";":
            _mirror_declaration(tokens, start, end)
        elif token.type == "{} block":
            prelude = tokens[start:end]
            if any(part.type == "at-keyword" for part in prelude):
                _swap_words(prelude)  # '@page :left', '@top-right'
            if "[dir" not in tinycss2.serialize(prelude):
                _mirror_rules(token.content)
        else:
            continue
        start = end + 1


def _mirror_declaration(tokens: list[Any], start: int, end: int) -> None:
    """Mirror the name and the values of the declaration between two indices, in place."""
    indices = [index for index in range(start, end) if tokens[index].type not in ("whitespace", "comment")]
    if not indices or tokens[indices[0]].type != "ident":
        return
    name, *rest = indices
    values = [*takewhile(lambda index: tokens[index] != "!", rest[1:])]
    if order := len(values) == 4 and _ORDERS.get(tokens[name].value):
        ordered = [tokens[values[number]] for number in order]
        for index, value in zip(values, ordered, strict=True):
            tokens[index] = value
    if not tokens[name].value.startswith("--"):
        tokens[name].value = _swapped(tokens[name].value)
    _swap_words(tokens[name + 1 : end])


def _swap_words(tokens: list[Any]) -> None:
    for token in tokens:
        if token.type == "ident":
            token.value = _SIDES.get(token.value, token.value)
        elif token.type == "at-keyword":
            token.value = _swapped(token.value)
        elif token.type == "function":
            _swap_words(token.arguments)


def _swapped(name: str) -> str:
    return "-".join(_SIDES.get(part, part) for part in name.split("-"))
