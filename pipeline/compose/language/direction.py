"""Texts that run from right to left: blocks and style sheets."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile
from typing import Any

import tinycss2
from lxml import etree

LEAVES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "th", "td", "caption", "figcaption"})
"""Blocks that run as their first letter does (Unicode Bidirectional Algorithm, P2 and P3)."""
HOLDERS = frozenset({"ul", "ol", "dl", "table", "blockquote"})
"""Blocks that run as most of their letters do: on that side are the marks of a list and the first column of a table.

The entries of a list all run as it does.
"""
_FRAMES = frozenset({"entry", "equation", "facts"})
_SPOKEN = LEAVES | {"li"}
"""Blocks whose language is taken from their letters."""

_SIDES = {"left": "right", "right": "left"}
_ORDERS = {
    **dict.fromkeys(("margin", "padding", "inset", "border-width", "border-style", "border-color"), (0, 3, 2, 1)),
    "border-radius": (1, 0, 3, 2),
}
"""The order of four values of a property in the mirror."""

_BACKWARDS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")
_LETTER = f"(?!{_BACKWARDS.pattern})[^\\W\\d_]"
_LATIN = re.compile(f"({_LETTER}(?:(?:(?!{_BACKWARDS.pattern}).)*{_LETTER})?)", re.DOTALL)
_INLINES = frozenset({"a", "abbr", "b", "cite", "code", "em", "i", "q", "strong", "sub", "sup"})
"""Elements that may join the Latin words next to them."""
_AS_TYPED = frozenset({"code", "pre", "kbd", "samp"})
_WRITTEN_SO = {
    "he": (re.compile("[\u0590-\u05ff\ufb1d-\ufb4f]"), frozenset({"he", "iw", "yi", "lad"})),
    "ar": (
        re.compile("[\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefe]"),
        frozenset({"ar", "fa", "ur", "ps", "sd", "ug", "ckb", "ku", "ks", "pnb"}),
    ),
}
"""The language that is taken for that of a script, the letters of the script, and all languages that have it."""


def runs_rtl(language: str) -> bool:
    """Return whether a language is written from right to left."""
    base = language.partition("-")[0].lower()
    return any(base in languages for _, languages in _WRITTEN_SO.values())


def direct_blocks(root: etree._Element, language: str) -> None:
    """Give each block below an element that runs otherwise than what is around it its direction, in place.

    One that is taken for Hebrew or Arabic gets its language, unless a language of its script is given already. In a
    text in such a language every block says its direction, because its file may be in another language.
    """
    own = "rtl" if runs_rtl(language) else "ltr"
    if own == "rtl" or _BACKWARDS.search("".join(map(str, root.itertext()))):
        _direct(root, "" if own == "rtl" else own, language, language)


def _direct(element: etree._Element, around: str, language: str, given: str) -> None:
    """The same within a direction and a language, which is the one that was given or has been taken for it."""
    for child in element:
        if not isinstance(child.tag, str) or child.tag.startswith("{"):
            continue
        if child.tag in _AS_TYPED:
            if around == "rtl" or (not around and runs_rtl(given)):
                child.set("dir", "ltr")
            continue
        direction, own, said = child.get("dir") or around, language, given
        if child.get("lang"):
            own = said = str(child.get("lang"))
            if child.tag == "div" and not around and not runs_rtl(own):
                child.set("dir", direction := "ltr")
        if child.tag in LEAVES or child.tag in HOLDERS:
            framed = "rtl" if runs_rtl(given) and _is_frame(child) else ""
            direction = child.get("dir") or framed or _direction(child, given) or around
            if direction != around:
                child.set("dir", direction)
        if child.tag in _SPOKEN:
            spoken = _language(child, own) if _direction(child, given) == "rtl" else said
            if spoken != own:
                child.set("lang", spoken)
                own = spoken
        _direct(child, direction, own, said)
        if child.tag in _SPOKEN and direction == "rtl":
            _join_latin(child)


def _is_frame(block: etree._Element) -> bool:
    """Return whether a block follows the direction of the page, not of its words."""
    above = block.getparent()
    if block.tag == "h2" and above is not None:
        return "row" in above.get("class", "").split()
    return block.get("class") in _FRAMES


def _join_latin(element: etree._Element) -> None:
    """Put elements and the Latin words next to them in one element, in place: the engine would reverse their order."""
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
            run = [*takewhile(lambda piece: not _is_backwards(piece), pieces[start:])]
            end = start + max((at for at, piece in enumerate(run, 1) if _is_latin(piece)), default=1)
        if end > start + 1:
            _fill(etree.SubElement(element, "span", dir="ltr"), pieces[start:end])
        else:
            if not isinstance(pieces[start], str) and pieces[start].tag in _INLINES | {"span"}:
                _join_latin(pieces[start])
            _fill(element, pieces[start:end])
        start = end


def _is_backwards(piece: Any) -> bool:
    if isinstance(piece, str):
        return bool(_BACKWARDS.search(piece))
    return piece.tag not in _INLINES or bool(_BACKWARDS.search("".join(map(str, piece.itertext()))))


def _is_latin(piece: Any) -> bool:
    return bool(_LATIN.search(piece if isinstance(piece, str) else "".join(map(str, piece.itertext()))))


def _fill(element: etree._Element, pieces: list[Any]) -> None:
    for piece in pieces:
        if not isinstance(piece, str):
            element.append(piece)
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + piece
        else:
            element.text = (element.text or "") + piece


def _direction(block: etree._Element, language: str) -> str:
    """The direction of a block by its letters, in a text in that language; nothing where it has none."""
    sides = _sides(block)
    if block.tag in _SPOKEN:
        return next(sides, "")
    found = list(sides)
    if runs_rtl(language) and "rtl" in found:
        return "rtl"
    return max(("ltr", "rtl"), key=found.count) if found else ""


def _sides(element: etree._Element) -> Iterator[str]:
    """The directions of the letters of an element, code and formulas left out."""
    if isinstance(element.tag, str) and element.tag not in _AS_TYPED and not element.tag.startswith("{"):
        yield from _of_letters(element.text or "")
        for child in element:
            if child.get("class") != "label":
                yield from _sides(child)
            yield from _of_letters(child.tail or "")


def _of_letters(text: str) -> Iterator[str]:
    for letter in text:
        match unicodedata.bidirectional(letter):
            case "R" | "AL":
                yield "rtl"
            case "L":
                yield "ltr"


def first_direction(text: str, otherwise: str) -> str:
    """Return the direction of the first letter of a text."""
    return next(_of_letters(text), otherwise)


def _language(block: etree._Element, language: str) -> str:
    """The language of a block that runs from right to left: as given, or that of most texts in its script."""
    text = "".join(map(str, block.itertext()))
    found = [name for name, (letters, _) in _WRITTEN_SO.items() if letters.search(text)]
    base = language.partition("-")[0].lower()
    return language if len(found) != 1 or base in _WRITTEN_SO[found[0]][1] else found[0]


def set_sides(style: str, language: str) -> str:
    """Return a style sheet for texts in a language: mirrored if they run from right to left, else as it is."""
    return mirrored(style) if runs_rtl(language) else style


@lru_cache(maxsize=16)
def mirrored(style: str) -> str:
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
    """Mirror the name and the values of the declaration between two places, in place."""
    places = [place for place in range(start, end) if tokens[place].type not in ("whitespace", "comment")]
    if not places or tokens[places[0]].type != "ident":
        return
    name, *rest = places
    values = [*takewhile(lambda place: tokens[place] != "!", rest[1:])]
    if order := len(values) == 4 and _ORDERS.get(tokens[name].value):
        ordered = [tokens[values[place]] for place in order]
        for place, value in zip(values, ordered, strict=True):
            tokens[place] = value
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
