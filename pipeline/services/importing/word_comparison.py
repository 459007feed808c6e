"""Comparison of a document with the text made from it: the words of both in order."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from typing import NamedTuple
from unicodedata import category, normalize

from pipeline.model import body as tree
from pipeline.model.body import node_fields
from pipeline.services.importing.blocks import TYPED_NUMBER
from pipeline.services.importing.docx_content import DocumentPiece
from pipeline.services.importing.docx_package import is_drawn_as

_DASHES = "[-\u2010-\u2015\u2212]"
_WORD = re.compile(
    rf"(?:(?<![^\W\d])(?<!{_DASHES}){_DASHES}+(?=\d))?\w+(?:(?<=\d)[.,](?=\d)\w+)*"
    rf"|(?P<minus>(?<=\d ){_DASHES}+(?= \d))|[^\w\s]"
)
"""A word, a number with its sign and points, a minus between two numbers, or another sign."""
_SIGNS = "*#@&%/\\[]{}"
"""Signs that count as words although Unicode calls them punctuation: typography does not change them."""
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
"""Characters without a shape: places where a word may break, directions, and variants of signs."""
_TICKS = ("\u2610", "\u2612")
"""Signs that pandoc writes for a list of tasks, which are in no paragraph of the document.

At the beginning of a line they are no difference.
"""
_RUN_LENGTHS = (4, 1)
"""Lengths of runs of words that show what corresponds, if they occur once in both texts."""
_MOST_PAIRS = 1_000_000
"""Most pairs of words that are compared one by one."""


class ReadLines(NamedTuple):
    """Lines of a text: in order, and outside the order (captions, front matter)."""

    running: Sequence[str]
    elsewhere: Sequence[str]


@dataclass(frozen=True, slots=True)
class WordDifference:
    """Words of a document and of the text in their place; both are equal if the words are in another place."""

    piece: DocumentPiece
    was: str
    now: str


def read_lines_of(body: tree.Body) -> ReadLines:
    """Return the words of each paragraph, heading, cell and caption of a body."""
    lines = [*_lines((body.blocks, body.footnotes))]
    in_order, elsewhere = ([words for words, apart in lines if apart is wanted] for wanted in (False, True))
    return ReadLines(in_order, elsewhere)


_Change = tuple[int, str, str]
"""The number of a word of a document, words from there on, and those of the text instead."""

_Span = tuple[int, int, int, int]
"""Words of a document, from the first to after the last, and those of a text."""


def compare_words(pieces: Sequence[DocumentPiece], lines: ReadLines) -> list[WordDifference]:
    """Compare words in order; returns those that are lost, added, joined or moved, in the document's order."""
    source, text = _Words([piece.words for piece in pieces]), _Words(lines.running)
    spans = [*_unequal_spans(source.folded, text.folded, (0, len(source.folded), 0, len(text.folded)))]
    elsewhere = _WordPool(_Words([line]).folded for line in lines.elsewhere)
    added = _WordPool(text.folded[j1:j2] for _, _, j1, j2 in spans)
    lost, moved = _lost_and_moved(source, spans, elsewhere, added)
    changes = [*_joined_words(source, text, spans), *moved]
    for n, (i1, _, j1, _) in enumerate(spans):
        new = text.parts(j1 + at for at in added.remaining(n) if not text.is_label(j1 + at))
        lost_words = [source.shown(start, end) for start, end in sorted(lost[n])]
        new_words = [text.shown(start, end) for start, end in new]
        if _are_drawn_letters(lost_words, new_words):
            continue
        if lost_words and new_words:
            changes.append((lost[n][0][0], " … ".join(lost_words), " … ".join(new_words)))
        else:
            changes += [(start, words, "") for (start, _), words in zip(sorted(lost[n]), lost_words, strict=True)]
            changes += [(i1, "", words) for words in new_words]
    return [WordDifference(_piece_at(pieces, source, at), old, new) for at, old, new in sorted(changes)]


def _lost_and_moved(
    source: "_Words", spans: Sequence[_Span], elsewhere: "_WordPool", added: "_WordPool"
) -> tuple[list[list[tuple[int, int]]], list[_Change]]:
    """Return the runs of words in each span that the text lacks, and those that it has in another place.

    Long runs are looked for first. Those in captions or front matter are neither.
    """
    lost: list[list[tuple[int, int]]] = [[] for _ in spans]
    moved: list[_Change] = []
    runs = [(n, *run) for n, (i1, i2, _, _) in enumerate(spans) for run in source.parts(range(i1, i2))]
    for n, start, end in sorted(runs, key=lambda run: (run[1] - run[2], run)):
        words, shown = source.folded[start:end], source.shown(start, end)
        without_number = _Words([TYPED_NUMBER.sub("", shown, count=1)]).folded
        if elsewhere.take(words) or elsewhere.take(without_number):
            continue
        if added.take(words):
            moved.append((start, shown, shown))
        else:
            lost[n].append((start, end))
    return lost, moved


def _are_drawn_letters(lost: Sequence[str], new: Sequence[str]) -> bool:
    """Return whether words differ only by letters of a font of signs, which have no meaning of their own."""
    letters, signs = ("".join("".join(words).split()) for words in (lost, new))
    return bool(letters) and len(letters) == len(signs) and all(map(is_drawn_as, letters, signs))


class _Words:
    """The words of some lines: letters, figures and signs; other punctuation may differ."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = [" ".join(_INVISIBLE.sub("", line).split()) for line in lines]
        self.folded: list[str] = []
        self.spots: list[tuple[int, int, int]] = []
        """The line, start and end of each word."""
        for number, line in enumerate(self.lines):
            for match in _WORD.finditer(line):
                word = re.sub(f"{_DASHES}+", "-", match[0])
                if match["minus"] or word in _SIGNS or len(word) > 1 or word.isalnum() or category(word)[0] in "SC":
                    self.folded.append(normalize("NFKC", word).casefold())
                    self.spots.append((number, match.start(), match.end()))

    def parts(self, numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Yield runs of neighbouring words in one line, each as its first word and the word after its last."""
        for _, neighbours in groupby(enumerate(numbers), lambda pair: (pair[1] - pair[0], self.spots[pair[1]][0])):
            run = [number for _, number in neighbours]
            yield run[0], run[-1] + 1

    def shown(self, start: int, end: int) -> str:
        line, first, _ = self.spots[start]
        return self.lines[line][first : self.spots[end - 1][2]]

    def is_label(self, number: int) -> bool:
        """Return whether a word is the sign of a task at the beginning of a line."""
        return self.spots[number][1] == 0 and self.folded[number] in _TICKS

    def is_apart(self, number: int) -> bool:
        """Return whether a space or the beginning of a line is between a word and the one before."""
        (before, _, end), (line, start, _) = self.spots[number - 1], self.spots[number]
        return before != line or any(map(str.isspace, self.lines[line][end:start]))


class _WordPool:
    """Lines whose words can be taken out once each."""

    def __init__(self, lines: Iterable[Sequence[str]]) -> None:
        self._text = bytearray("\n".join(f" {' '.join(words)} " for words in lines).encode())

    def take(self, words: Sequence[str]) -> bool:
        """Take some words out; returns whether all of them were there."""
        needle = f" {' '.join(words)} ".encode()
        start = self._text.find(needle) if words else -1
        if start >= 0:
            self._text[start : start + len(needle)] = re.sub(rb"[^ ]", b"\0", needle)
        return start >= 0

    def remaining(self, line: int) -> Iterator[int]:
        """Yield the numbers of the words of a line that were not taken."""
        words = self._text.split(b"\n")[line].split()
        yield from (number for number, word in enumerate(words) if word.strip(b"\0"))


def _unequal_spans(source: Sequence[str], text: Sequence[str], span: _Span) -> Iterator[_Span]:
    """Yield spans of words that differ; runs that occur once in both texts show what corresponds."""
    i1, i2, j1, j2 = span
    while i1 < i2 and j1 < j2 and source[i1] == text[j1]:
        i1, j1 = i1 + 1, j1 + 1
    while i1 < i2 and j1 < j2 and source[i2 - 1] == text[j2 - 1]:
        i2, j2 = i2 - 1, j2 - 1
    anchors = next(filter(None, (_anchors(source, text, (i1, i2, j1, j2), many) for many in _RUN_LENGTHS)), [])
    if i1 == i2 or j1 == j2:
        yield from ((i1, i2, j1, j2),) if (i1, j1) != (i2, j2) else ()
    elif anchors:
        for (i, j), (after_i, after_j) in pairwise([(i1, j1), *anchors, (i2, j2)]):
            yield from _unequal_spans(source, text, (i, after_i, j, after_j))
    elif (i2 - i1) * (j2 - j1) <= _MOST_PAIRS:
        for tag, *span_of_change in SequenceMatcher(None, source[i1:i2], text[j1:j2], autojunk=False).get_opcodes():
            if tag != "equal":
                yield i1 + span_of_change[0], i1 + span_of_change[1], j1 + span_of_change[2], j1 + span_of_change[3]
    else:
        yield i1, i2, j1, j2


def _anchors(source: Sequence[str], text: Sequence[str], span: _Span, length: int) -> list[tuple[int, int]]:
    """Return the places of runs that occur once in both texts and are in the same order."""
    places = [_unique_runs(words, start, end, length) for words, start, end in ((source, *span[:2]), (text, *span[2:]))]
    pairs = {places[1][run]: place for run, place in places[0].items() if run in places[1]}
    rising = longest_increasing_subsequence([*pairs])
    return sorted((place, number) for number, place in pairs.items() if number in rising)


def _unique_runs(words: Sequence[str], start: int, end: int, length: int) -> dict[tuple[str, ...], int]:
    """Return the places of the runs of words that occur once."""
    places: dict[tuple[str, ...], int] = {}
    for place in range(start, end - length + 1):
        run = tuple(words[place : place + length])
        places[run] = -1 if run in places else place
    return {run: place for run, place in places.items() if place >= 0}


def _joined_words(source: _Words, text: _Words, spans: Sequence[_Span]) -> Iterator[_Change]:
    """Yield words with a space between them in the document and none in the text."""
    ends = [(0, 0, 0, 0), *spans, (len(source.folded), 0, len(text.folded), 0)]
    for (_, i1, _, j1), (i2, _, _, _) in pairwise(ends):
        for i, j in zip(range(i1 + 1, i2), range(j1 + 1, j1 + i2 - i1), strict=True):
            if source.is_apart(i) and not text.is_apart(j):
                parts = ((start, start + 1) for start in (i - 1, i))
                yield i - 1, " ".join(source.shown(*part) for part in parts), text.shown(j - 1, j + 1)


def _piece_at(pieces: Sequence[DocumentPiece], source: _Words, word: int) -> DocumentPiece:
    """Return the piece that has a word; the last one for the end."""
    if not source.spots:
        return DocumentPiece(1, "")
    return pieces[source.spots[min(word, len(source.spots) - 1)][0]]


def _lines(node: object, elsewhere: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield the words of each paragraph, heading, cell and caption in a node, and whether they are out of order."""
    if isinstance(node, tuple) and any(isinstance(part, tree.Inline) for part in node):
        yield _words(node), elsewhere
    elif isinstance(node, tree.CodeBlock):
        yield node.text, elsewhere
    elif isinstance(node, tuple):
        for part in node:
            yield from _lines(part, elsewhere)
    else:
        for name in node_fields(type(node)):
            is_caption = name == "caption" and isinstance(node, tree.Figure | tree.Table)
            yield from _lines(getattr(node, name), elsewhere or is_caption)


def _words(node: object) -> str:
    """Return the words of inlines; formulas and citations separate words."""
    match node:
        case tree.Text(text=text) | tree.Code(text=text) | tree.Abbreviated(text=text):
            return text
        case tree.LineBreak() | tree.Formula() | tree.CitationGroup():
            return " "
        case tuple():
            return "".join(map(_words, node))
        case _:
            return "".join(_words(getattr(node, name)) for name in node_fields(type(node)))


def longest_increasing_subsequence(numbers: Sequence[int]) -> frozenset[int]:
    """Return the numbers of a longest increasing subsequence of different numbers."""
    ends: list[int] = []
    """The least number in which a run of each length ends, as far as it has been read."""
    predecessors: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(ends, number)
        predecessors[number] = ends[length - 1] if length else None
        ends[length : length + 1] = [number]
    subsequence: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        subsequence.add(last)
        last = predecessors[last]
    return frozenset(subsequence)
