"""The words of a document, paragraph by paragraph: what is looked for afterwards in what was written."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.word.document.marks import MARK
from pipeline.word.document.names import MATHS, PARAGRAPH, TEXT, Element, W

_GAPS = (f"{MATHS}oMath", f"{W}footnoteReference", f"{W}endnoteReference", f"{W}drawing", f"{W}pict", f"{W}object")
_SIGNS = {f"{W}noBreakHyphen": "-", f"{W}tab": " ", f"{W}br": " ", f"{W}cr": " "}
_NO_NOTES = ("separator", "continuationSeparator", "continuationNotice")


@dataclass(frozen=True, slots=True)
class DocumentPiece:
    """Words of a document: the number of the paragraph that they stand in, or hang on, and where that is."""

    number: int
    words: str
    where: str = ""
    """In a note or a cell the name of that, such as "a note"."""


def pieces_of(root: Element) -> Iterator[DocumentPiece]:
    """The words of each paragraph of the text, parted where something stands that is not words."""
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        where = "a cell" if any(above.tag == f"{W}tc" for above in paragraph.iterancestors()) else ""
        for words in _parted(paragraph):
            yield DocumentPiece(number, words, where)


def pieces_of_notes(root: Element, numbers: dict[str, int]) -> Iterator[DocumentPiece]:
    """The words of the notes of a part, by the numbers of the paragraphs that call them."""
    for note in root:
        if note.get(f"{W}type") in _NO_NOTES or note.get(f"{W}id") not in numbers:
            continue
        for paragraph in note.iter(PARAGRAPH):
            for words in _parted(paragraph):
                yield DocumentPiece(numbers[note.get(f"{W}id")], words, "a note")


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


def _parted(paragraph: Element) -> Iterator[str]:
    whole = "".join(_seen(paragraph))
    for part in MARK.sub("\0", whole).split("\0"):
        if words := " ".join(part.split()):
            yield words


def _seen(paragraph: Element) -> Iterator[str]:
    for node in paragraph.iter():
        if not isinstance(node.tag, str) or next(node.iterancestors(PARAGRAPH), None) is not paragraph:
            continue
        if node.tag == TEXT:
            yield node.text or ""
        elif node.tag in _GAPS:
            yield "\0"
        else:
            yield _SIGNS.get(node.tag, "")
