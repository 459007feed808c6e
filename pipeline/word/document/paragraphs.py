"""The words of a document, paragraph by paragraph: what is looked for afterwards in what was written."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pipeline.word.document.names import MATHS, PARAGRAPH, TEXT, Element, W

_SIGNS = {
    f"{W}noBreakHyphen": "-",
    **dict.fromkeys((f"{W}tab", f"{W}ptab", f"{W}br", f"{W}cr", f"{MATHS}oMath"), " "),
}
_GAP = "\0"
_NO_NOTES = ("separator", "continuationSeparator", "continuationNotice")


@dataclass(frozen=True, slots=True)
class DocumentPiece:
    """Words of a document: the number of the paragraph that they stand in, or hang on, and where that is."""

    number: int
    words: str
    where: str = ""
    """In a note or a cell the name of that, such as "a note"."""


@dataclass(frozen=True, slots=True)
class SeenParagraph:
    """A paragraph as a reader sees it: its number, where it stands, and its signs with the elements that hold them."""

    number: int
    where: str
    signs: tuple[tuple[Element, str], ...]


def paragraphs_of(root: Element) -> Iterator[SeenParagraph]:
    """The paragraphs of the text."""
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        where = "a cell" if any(above.tag == f"{W}tc" for above in paragraph.iterancestors()) else ""
        yield SeenParagraph(number, where, tuple(_signs_of(paragraph)))


def paragraphs_of_notes(root: Element, numbers: dict[str, int]) -> Iterator[SeenParagraph]:
    """The paragraphs of the notes of a part, in the order of calls, by the numbers of the paragraphs that call them."""
    notes = {str(note.get(f"{W}id")): note for note in root if note.get(f"{W}type") not in _NO_NOTES}
    for name, number in numbers.items():
        for paragraph in notes[name].iter(PARAGRAPH) if name in notes else ():
            yield SeenParagraph(number, "a note", tuple(_signs_of(paragraph)))


def elements_of(root: Element) -> set[int]:
    """Identities of the elements of a part, by which those that were seen before are known."""
    return {id(element) for element in root.iter()}


def pieces_of(seen: SeenParagraph, there: Collection[int]) -> Iterator[DocumentPiece]:
    """The words of a paragraph, if it has any; a formula and what was taken out are between words."""
    whole = "".join(sign if id(element) in there else " " for element, sign in seen.signs)
    if words := " ".join(whole.split()):
        yield DocumentPiece(seen.number, words, seen.where)


def taken_out_of(seen: SeenParagraph, there: Collection[int]) -> Iterator[str]:
    """The words that stood in a paragraph and were taken out, each place by itself."""
    whole = "".join(_GAP if id(element) in there else sign for element, sign in seen.signs)
    yield from filter(None, (" ".join(part.split()) for part in whole.split(_GAP)))


def calls_of(root: Element, name: str) -> dict[str, int]:
    """Paragraphs that call a note or a comment, by its id, counted in order; `name` is the element of the call."""
    found: dict[str, int] = {}
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        for call in paragraph.iter(f"{W}{name}"):
            found.setdefault(str(call.get(f"{W}id")), number)
    return found


def number_of(root: Element, wanted: Element) -> int:
    """The number of the first paragraph of an element, or 1."""
    first = wanted if wanted.tag == PARAGRAPH else next(wanted.iter(PARAGRAPH), None)
    return next((number for number, paragraph in enumerate(root.iter(PARAGRAPH), 1) if paragraph is first), 1)


def _signs_of(paragraph: Element) -> Iterator[tuple[Element, str]]:
    for node in paragraph.iter():
        if not isinstance(node.tag, str) or next(node.iterancestors(PARAGRAPH), None) is not paragraph:
            continue
        if node.tag == TEXT:
            yield node, node.text or ""
        elif node.tag in _SIGNS:
            yield node, _SIGNS[node.tag]
