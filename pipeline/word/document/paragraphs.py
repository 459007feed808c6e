"""The words of a document, paragraph by paragraph: what is looked for afterwards in what was written."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pipeline.word.document.names import MATHS, PARAGRAPH, TEXT, Element, W

_GAPS = (f"{MATHS}oMath", f"{W}footnoteReference", f"{W}endnoteReference", f"{W}drawing", f"{W}pict", f"{W}object")
_SIGNS = {f"{W}noBreakHyphen": "-", f"{W}tab": " ", f"{W}br": " ", f"{W}cr": " "}
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
    """The paragraphs of the notes of a part, by the numbers of the paragraphs that call them."""
    for note in root:
        if note.get(f"{W}type") in _NO_NOTES or note.get(f"{W}id") not in numbers:
            continue
        for paragraph in note.iter(PARAGRAPH):
            yield SeenParagraph(numbers[note.get(f"{W}id")], "a note", tuple(_signs_of(paragraph)))


def elements_of(root: Element) -> set[int]:
    """Identities of the elements of a part, by which those that were seen before are known."""
    return {id(element) for element in root.iter()}


def pieces_of(seen: SeenParagraph, there: Collection[int]) -> Iterator[DocumentPiece]:
    """The words of a paragraph, parted where something stands that is not words, or stood that was taken out."""
    whole = "".join(sign if id(element) in there else _GAP for element, sign in seen.signs)
    for part in whole.split(_GAP):
        if words := " ".join(part.split()):
            yield DocumentPiece(seen.number, words, seen.where)


def taken_out_of(seen: SeenParagraph, there: Collection[int]) -> Iterator[str]:
    """The words that stood in a paragraph and were taken out, each place by itself."""
    whole = "".join(_GAP if id(element) in there else sign for element, sign in seen.signs)
    yield from filter(None, (" ".join(part.split()) for part in whole.split(_GAP)))


def calls_of(root: Element, name: str) -> dict[str, int]:
    """The numbers of the paragraphs that call a note or a comment, by its id; `name` is that of the call."""
    return {
        str(call.get(f"{W}id")): number
        for number, paragraph in reversed(tuple(enumerate(root.iter(PARAGRAPH), 1)))
        for call in paragraph.iter(f"{W}{name}")
    }


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
        elif node.tag in _GAPS:
            yield node, _GAP
        elif node.tag in _SIGNS:
            yield node, _SIGNS[node.tag]
