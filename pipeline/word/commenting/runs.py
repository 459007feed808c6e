"""The XML of a paragraph's words: runs, locked controls and bookmarks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from lxml import etree

from pipeline.word.commenting.sent import SentMark, digest_of_words
from pipeline.word.commenting.units import SourceUnit
from pipeline.word.document.names import RUN, TEXT, Element, W
from pipeline.word.document.signs import SYMBOL, symbol_sign

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SIGNS = {"\n": "br", "\t": "tab"}
_WORDS = (TEXT, f"{W}delText")
_LETTERS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "\u2011", f"{W}softHyphen": ""}


_ROLES = {"sup": ("vertAlign", "superscript"), "sub": ("vertAlign", "subscript"), "del": ("strike", "true")}


class ControlNumbers:
    """Hands out the numbers of bookmarks and controls of one document."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> str:
        """A number that nothing else has."""
        self.last += 1
        return str(self.last)


def element(tag: str, /, *children: Element, **attributes: str) -> Element:
    """An element of Word's."""
    made = etree.Element(f"{W}{tag}", {f"{W}{name}": value for name, value in attributes.items()})
    made.extend(children)
    return made


def run(words: str, looks: str = "", role: str = "") -> Element:
    """A run of words, strong or stressed, raised, lowered or struck out."""
    made = etree.Element(RUN)
    marks = [element(letter) for letter in "bi" if letter in looks]
    if role in _ROLES:
        name, says = _ROLES[role]
        marks.append(element(name, val=says))
    if marks:
        made.append(element("rPr", *marks))
    for is_sign, letters in groupby(words, lambda letter: letter in _SIGNS):
        if is_sign:
            made.extend(element(_SIGNS[letter]) for letter in letters)
        else:
            text = etree.SubElement(made, TEXT)
            text.text = "".join(letters)
            text.set(_SPACE, "preserve")
    return made


def shown_words(content: Iterable[Element]) -> str:
    """The words of some XML as a reader sees them."""
    return "".join(sign_of(node) for part in content for node in part.iter() if isinstance(node.tag, str))


def sign_of(node: Element) -> str:
    """The words of an element that holds words, of those that were struck out too; empty for others."""
    if node.tag in _WORDS:
        return node.text or ""
    return symbol_sign(node) if node.tag == SYMBOL else _LETTERS.get(node.tag, "")


def control(numbers: ControlNumbers, name: str, *content: Element) -> Element:
    """A content control that can be neither edited nor taken away."""
    properties = element("sdtPr", element("tag", val=name), element("id", val=numbers.next()))
    properties.append(element("lock", val="sdtContentLocked"))
    return element("sdt", properties, element("sdtContent", *content))


def bookmarked(numbers: ControlNumbers, mark: SentMark, content: Sequence[Element]) -> list[Element]:
    """Content between the two ends of a hidden bookmark."""
    number = numbers.next()
    return [element("bookmarkStart", id=number, name=mark.name), *content, element("bookmarkEnd", id=number)]


def words_of(numbers: ControlNumbers, block: int, units: Sequence[SourceUnit]) -> Iterator[Element]:
    """The runs and controls of a block's units."""
    for number, part in _runs(units):
        first = part[0]
        if not first.lock:
            yield run("".join(unit.seen for unit in part), first.looks)
        elif first.seen:
            mark = SentMark("a", block, number, digest_of_words(first.seen))
            yield from bookmarked(
                numbers, mark, [control(numbers, mark.name, run(first.seen, first.looks, first.role))]
            )


def _runs(units: Sequence[SourceUnit]) -> Iterator[tuple[int, list[SourceUnit]]]:
    """The units in pieces, each with the number of its first: words that look alike, or something locked."""
    at = 0
    numbered = enumerate(units)
    for _, group in groupby(numbered, lambda pair: (pair[0] if pair[1].lock else -1, pair[1].looks)):
        part = [unit for _, unit in group]
        yield at, part
        at += len(part)
