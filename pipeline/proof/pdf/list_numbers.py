"""Whether a numbered list of a PDF has the numbers that the text gives it, whatever they are written in."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from pipeline.codes import proofs
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.markup.item_numbers import item_numbers
from pipeline.markup.roles import is_decorative
from pipeline.proof.pdf.structure import first_page
from pipeline.proof.pdf.tags import TaggedElement

Numbers = tuple[int, ...]
WordsOf = Callable[[TaggedElement], str]
"""The words of an element."""

_SIGNS = re.compile(r"-?\d+|[A-Za-z]+")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_FORMS = frozenset({"Decimal", "LowerAlpha", "UpperAlpha", "LowerRoman", "UpperRoman"})
SHOWN = 8
"""So many numbers of a list are told."""


def numbers_of(element: Element, hidden: frozenset[Element]) -> Numbers:
    """Return the numbers of a list's entries, but for tasks, which show a box instead."""
    entries = [kid for kid in element if str(kid.tag).rpartition("}")[2].lower() == "li"]
    numbered = zip(item_numbers(element, entries), entries, strict=True)
    return tuple(n for n, kid in numbered if n is not None and _is_heard(kid, hidden))


def _is_heard(entry: Element, hidden: frozenset[Element]) -> bool:
    return not (entry in hidden or is_decorative(entry) or "task" in entry.get("class", "").split())


def must_show_numbers(element: Element) -> bool:
    """Whether the numbers of a list say something: not of what a layout lists, nor of tasks, which have boxes."""
    tasks = any("task" in kid.get("class", "").split() for kid in element)
    return element.get("role") != "list" and not tasks


def numbered_faults(
    part: TaggedElement, expected: list[Numbers], shown: list[tuple[Numbers, str]], place: Place, said: WordsOf
) -> Iterator[Diagnostic]:
    """Every list that counts otherwise than one of the text. Those of a note are heard at its call, so in any order.

    A list that a style shows in signs of its own is none; one that it shows without any is told if it is among `shown`,
    where each has its words.
    """
    left = Counter(expected)
    strange: list[tuple[TaggedElement, Numbers]] = []
    for tag in part.of_kind("L"):
        numbers = _read(tag, said)
        if left[numbers]:
            left[numbers] -= 1
        elif numbers:
            strange.append((tag, numbers))
    for (tag, numbers), meant in zip(strange, left.elements(), strict=False):
        page = Place(place.path, first_page(tag))
        yield proofs.NUMBERS.at(page, found=listed_numbers(numbers), expected=listed_numbers(meant))
    bare = {_signs(said(tag)): tag for tag in part.of_kind("L") if not _labels(tag)} if any(left.values()) else {}
    for numbers, words in shown:
        if left[numbers] > 0 and (hidden := bare.get(_signs(words))):
            yield proofs.NUMBERS.at(
                Place(place.path, first_page(hidden)), found="nothing", expected=listed_numbers(numbers)
            )


def _signs(text: str) -> str:
    return "".join(text.split())


def _labels(tag: TaggedElement) -> list[TaggedElement]:
    """The labels of the entries of a list."""
    first = [kid.kids[0] for kid in tag.kids if isinstance(kid, TaggedElement) and kid.kids]
    return [label for label in first if isinstance(label, TaggedElement) and label.kind == "Lbl"]


def _read(tag: TaggedElement, said: WordsOf) -> Numbers:
    """The numbers that a list shows; nothing where it shows none."""
    if tag.numbering not in _FORMS:
        return ()
    read = [number_in(said(label), tag.numbering) for label in _labels(tag)]
    return tuple(number for number in read if number is not None) if None not in read else ()


def number_in(label: str, form: str) -> int | None:
    """The number that a label shows, in digits, letters or Roman numerals; nothing where it shows another sign."""
    found = _SIGNS.search(label)
    if not found or found[0].lstrip("-").isdecimal() != (form == "Decimal"):
        return None
    letters = found[0].lower()
    if form == "Decimal":
        return int(letters)
    if form.endswith("Alpha"):
        return _of_letters(letters)
    return _of_roman(letters) if set(letters) <= _ROMAN.keys() else None


def _of_letters(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("a") + 1
    return number


def _of_roman(letters: str) -> int:
    values = [_ROMAN[letter] for letter in letters]
    return sum(-one if one < next_one else one for one, next_one in zip(values, [*values[1:], 0], strict=True))


def listed_numbers(numbers: Numbers) -> str:
    """The numbers of a list in words."""
    said = ", ".join(map(str, numbers[:SHOWN]))
    return f"{said}, …" if len(numbers) > SHOWN else said
