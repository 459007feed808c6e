"""The account of a document: every piece of it is found in what was written, or told."""

from collections.abc import Collection, Iterator, Sequence
from unicodedata import normalize

from pipeline.word.document.paragraphs import DocumentPiece
from pipeline.word.writing.blocks import TYPED_NUMBER

_PARTED = b"\n"
"""Stands between the lines of what was written."""


def missing_pieces(pieces: Sequence[DocumentPiece], lines: Collection[str]) -> tuple[DocumentPiece, ...]:
    """The pieces that are not in the lines of a text, in their order. Words are found once, however often said.

    Each is looked for in a line, and what is in none of them in words that run over several.
    """
    left = bytearray(_PARTED.join(map(_folded, lines)))
    lost = _not_found([*enumerate(piece.words for piece in pieces)], left)
    lost = _not_found([(number, pieces[number].words) for number in lost], left.replace(_PARTED, b""))
    return tuple(pieces[number] for number in lost)


def _not_found(pieces: Sequence[tuple[int, str]], left: bytearray) -> list[int]:
    """The numbers of the pieces that are not in what is left; those that are found are taken out of it.

    The longest come first, for short ones stand in the words of others. Of a caption it is enough to find the words
    behind the number that was typed before it.
    """
    folded = {number: _folded(words) for number, words in pieces}
    bare = {number: _folded(TYPED_NUMBER.sub("", words, count=1)) for number, words in pieces}
    wanted = {(number, words) for one in (folded, bare) for number, words in one.items() if words}
    lost = {number for number, words in folded.items() if words}
    taken: dict[bytes, int] = {}
    for number, words in sorted(wanted, key=lambda one: (-len(one[1]), one[0])):
        found = left.find(words, taken.get(words, 0)) if number in lost else -1
        if found >= 0:
            lost.remove(number)
            taken[words] = found + len(words)
            left[found : taken[words]] = bytes(len(words))
    return sorted(lost)


def joined_pieces(pieces: Sequence[DocumentPiece]) -> Iterator[DocumentPiece]:
    """The pieces of one paragraph as one."""
    last: DocumentPiece | None = None
    for piece in pieces:
        if last is not None and (last.number, last.where) == (piece.number, piece.where):
            last = DocumentPiece(last.number, f"{last.words} … {piece.words}", last.where)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _folded(words: str) -> bytes:
    """Letters and figures alone: what typography makes of the rest is no loss."""
    return "".join(letter for letter in normalize("NFKC", words).casefold() if letter.isalnum()).encode()
