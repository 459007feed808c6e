"""The paragraphs of a returned document laid beside the blocks that they were sent as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.word.back.paragraphs import Bit, ReturnedParagraph, Tracked
from pipeline.word.commenting.sent import SentMark

UNTRACKED = Tracked("in")
"""Fate of the end of a paragraph that somebody put in without tracking."""


@dataclass
class Segment:
    """One block as it came back: its pieces, parted where somebody ended a paragraph, and those new ends."""

    marks: tuple[SentMark, ...]
    pieces: list[list[Bit]]
    ends: list[Tracked] = field(default_factory=list)
    """Between the pieces."""
    end: Tracked = field(default_factory=Tracked)
    paragraphs: list[ReturnedParagraph] = field(default_factory=list)

    @property
    def bits(self) -> list[Bit]:
        """Its characters without those of paragraphs that are new as a whole."""
        return [bit for number in self.old for bit in self.pieces[number]]

    def bits_in(self, sent: str) -> list[Bit]:
        """The same; spaces that went where it was split are there, as in what was sent, for no source is split."""
        first, *rest = self.old
        if not rest:
            return self.bits
        made = _with_edges(self.pieces[first])
        for number in rest:
            piece = _with_edges(self.pieces[number])
            left, right = (
                "".join(bit.letter for bit in bits if bit.tracked.state != "in") for bits in (made[-40:], piece[:40])
            )
            if left and right and not f"{left[-1]}{right[0]}".count(" ") and f"{left[-8:]} {right[:8]}" in sent:
                made.append(Bit(" ", Tracked()))
            made += piece
        return made

    @property
    def old(self) -> list[int]:
        """Numbers of the pieces that hold something of what was sent; the first where none does."""
        found = [n for n, piece in enumerate(self.pieces) if any(bit.tracked.state != "in" for bit in piece)]
        return found or [0]

    @property
    def new(self) -> list[tuple[str, Tracked, bool]]:
        """The words of the pieces that are paragraphs of their own, who put them in, and if they come first."""
        old = self.old
        whole = (n for n in range(len(self.pieces)) if n not in old)
        return [(_words(self.pieces[n]), _by(self.pieces[n], self.ends[max(0, n - 1)]), n < old[0]) for n in whole]

    @property
    def splits(self) -> list[tuple[str, Tracked]]:
        """Words after each place at which the block was split, and who did it."""
        return [(_words(self.pieces[n]), self.ends[n - 1]) for n in self.old[1:]]


def segments_of(paragraphs: Sequence[ReturnedParagraph]) -> list[Segment]:
    """The segments in the order of the document; one without a bookmark is new.

    LibreOffice gives both parts of a paragraph that was split the same bookmark.
    """
    found: list[Segment] = []
    joins: Tracked | None = None
    for paragraph in paragraphs:
        last = found[-1] if found else None
        repeats = last is not None and bool(paragraph.marks) and set(paragraph.marks) <= set(last.marks)
        is_within = last is not None and not paragraph.marks and paragraph.within in last.marks
        continues = UNTRACKED if repeats or is_within else joins
        if last is not None and continues is not None and (repeats or not (last.marks and paragraph.marks)):
            last.marks = last.marks or tuple(paragraph.marks)
            last.pieces.append(paragraph.bits)
            last.ends.append(joins or continues)
            last.paragraphs.append(paragraph)
            last.end = paragraph.end
        else:
            found.append(Segment(tuple(paragraph.marks), [paragraph.bits], [], paragraph.end, [paragraph]))
        joins = paragraph.end if paragraph.end.state == "in" else None
    return found


def _with_edges(piece: Sequence[Bit]) -> list[Bit]:
    """The characters of a piece, with the spaces that were taken from its edges."""
    gone = [bit.letter == " " and bit.tracked.state == "out" for bit in piece]
    inner = [number for number, is_gone in enumerate(gone) if not is_gone]
    first, last = (inner[0], inner[-1]) if inner else (len(piece), len(piece))
    edges = (number < first or number > last for number in range(len(piece)))
    return [bit._replace(tracked=Tracked()) if edge else bit for bit, edge in zip(piece, edges, strict=True)]


def _words(bits: Sequence[Bit]) -> str:
    return " ".join("".join(bit.letter for bit in bits if bit.tracked.state != "out").split())


def _by(bits: Sequence[Bit], end: Tracked) -> Tracked:
    return next((bit.tracked for bit in bits if bit.tracked.author), end)
