"""The account of a document: every piece of it is found in what was written, or told."""

from collections.abc import Iterator, Sequence
from unicodedata import normalize

from pipeline.word.document.paragraphs import DocumentPiece
from pipeline.word.writing.blocks import TYPED_NUMBER

_LENGTHS = (60, 12, 0)
"""Letters of pieces that are looked for together, the longest first: short ones stand in the words of others."""

_TAKEN = "\0"


def missing_pieces(pieces: Sequence[DocumentPiece], written: str) -> tuple[DocumentPiece, ...]:
    """The pieces that are not in some words, in their order. Words are found once, however often they are said."""
    left = _folded(written)
    folded = [_folded(piece.words) for piece in pieces]
    lost: list[int] = []
    most = max(map(len, folded), default=0) + 1
    for least in _LENGTHS:
        at = 0
        for number, piece in enumerate(pieces):
            if not folded[number] or not least <= len(folded[number]) < most:
                continue
            bare = _folded(TYPED_NUMBER.sub("", piece.words, count=1))
            found, words = _find(left, folded[number], bare, at)
            if found < 0:
                lost.append(number)
                continue
            at = found + len(words)
            left = left[:found] + _TAKEN * len(words) + left[at:]
        most = least
    return tuple(pieces[number] for number in sorted(lost))


def _find(left: str, words: str, bare: str, at: int) -> tuple[int, str]:
    """The offset of words, if they are there, and the words: of a caption those behind the number typed before it."""
    for one in dict.fromkeys((words, bare)):
        found = left.find(one, at)
        found = left.find(one) if found < 0 else found
        if found >= 0 and one:
            return found, one
    return -1, words


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


def _folded(words: str) -> str:
    """Letters and figures alone: what typography makes of the rest is no loss."""
    return "".join(letter for letter in normalize("NFKC", words).casefold() if letter.isalnum())
