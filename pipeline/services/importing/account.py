"""The account of a document: its words in order, compared with those that a reader of the text finds."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from typing import NamedTuple
from unicodedata import category, normalize

from pipeline.model import body as tree
from pipeline.model.body import branches
from pipeline.services.importing.blocks import TYPED_NUMBER
from pipeline.services.importing.content import DocumentPiece
from pipeline.services.importing.package import is_drawn_as

_DASHES = "[-\u2010-\u2015\u2212]"
_WORD = re.compile(
    rf"(?:(?<![^\W\d])(?<!{_DASHES}){_DASHES}+(?=\d))?\w+(?:(?<=\d)[.,](?=\d)\w+)*"
    rf"|(?P<minus>(?<=\d ){_DASHES}+(?= \d))|[^\w\s]"
)
"""A word, a number with its sign and its points, a minus between two numbers, or another sign."""
_SIGNS = "*#@&%/\\[]{}"
"""Further signs that count as words, outside Unicode's classes for signs: typography leaves them alone."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
"""Signs without a shape: places where a word may break, directions, and variants of signs."""
_TICKS = ("\u2610", "\u2612")
"""Signs that pandoc writes for the labels of a list of tasks: they stand in no paragraph of the document.

They are no difference where a line begins with one."""
_GRAMS = (4, 1)
"""Numbers of words that, where they occur once, show what corresponds."""
_MOST_PAIRS = 1_000_000
"""Most pairs of words that are compared one by one."""


class ReadLines(NamedTuple):
    """Lines that a reader of the text finds: in order, and beside the text (captions, front matter)."""

    running: Sequence[str]
    beside: Sequence[str]


@dataclass(frozen=True, slots=True)
class AccountDifference:
    """Words of a document, and what a reader finds for them; both are the same where they are in another place."""

    piece: DocumentPiece
    was: str
    now: str


def lines_of(body: tree.Body) -> ReadLines:
    """Return the words of each paragraph, heading, cell and caption of a body."""
    found = [*_lines((body.blocks, body.footnotes))]
    return ReadLines([words for words, beside in found if not beside], [words for words, beside in found if beside])


def differences(pieces: Sequence[DocumentPiece], lines: ReadLines) -> list[AccountDifference]:
    """Compare words in order: those that are lost, added, joined or in another place, in the document's order."""
    was, now = _Words([piece.words for piece in pieces]), _Words(lines.running)
    spans = [*_unequal(was.folded, now.folded, (0, len(was.folded), 0, len(now.folded)))]
    beside = _Shelf(_Words([line]).folded for line in lines.beside)
    added = _Shelf(now.folded[j1:j2] for _, _, j1, j2 in spans)
    lost: list[list[tuple[int, int]]] = [[] for _ in spans]
    found = [*_joined(was, now, spans)]
    parts = [(n, *part) for n, (i1, i2, _, _) in enumerate(spans) for part in was.parts(range(i1, i2))]
    for n, start, end in sorted(parts, key=lambda part: (part[1] - part[2], part)):
        words = was.folded[start:end]
        bare = _Words([TYPED_NUMBER.sub("", was.shown(start, end), count=1)]).folded
        if beside.take(words) or beside.take(bare):
            continue
        if added.take(words):
            found.append((start, was.shown(start, end), was.shown(start, end)))
        else:
            lost[n].append((start, end))
    for n, (i1, _, j1, _) in enumerate(spans):
        gone = [was.shown(start, end) for start, end in sorted(lost[n])]
        parts_added = now.parts(j1 + at for at in added.left(n) if not now.is_label(j1 + at))
        come = [now.shown(start, end) for start, end in parts_added]
        letters, signs = ("".join("".join(words).split()) for words in (gone, come))
        if letters and len(letters) == len(signs) and all(map(is_drawn_as, letters, signs)):
            continue  # letters of a font of signs, which have no meaning of their own
        if gone and come:
            found.append((lost[n][0][0], " … ".join(gone), " … ".join(come)))
        else:
            found += [(start, words, "") for (start, _), words in zip(sorted(lost[n]), gone, strict=True)]
            found += [(i1, "", words) for words in come]
    return [AccountDifference(_piece(pieces, was, at), old, new) for at, old, new in sorted(found)]


class _Words:
    """The words of some lines: letters, figures and signs; what typography makes of the rest is no difference."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = [" ".join(_UNSEEN.sub("", line).split()) for line in lines]
        self.folded: list[str] = []
        self.spots: list[tuple[int, int, int]] = []
        """The line of each word, where it begins in that, and where it ends."""
        for number, line in enumerate(self.lines):
            for found in _WORD.finditer(line):
                word = re.sub(f"{_DASHES}+", "-", found[0])
                if found["minus"] or word in _SIGNS or len(word) > 1 or word.isalnum() or category(word)[0] in "SC":
                    self.folded.append(normalize("NFKC", word).casefold())
                    self.spots.append((number, found.start(), found.end()))

    def parts(self, numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Words by their numbers as neighbours in one line, from the first to behind the last."""
        for _, group in groupby(enumerate(numbers), lambda pair: (pair[1] - pair[0], self.spots[pair[1]][0])):
            run = [number for _, number in group]
            yield run[0], run[-1] + 1

    def shown(self, start: int, end: int) -> str:
        line, first, _ = self.spots[start]
        return self.lines[line][first : self.spots[end - 1][2]]

    def is_label(self, number: int) -> bool:
        """Return whether a word is the sign of a task at the beginning of a line."""
        return self.spots[number][1] == 0 and self.folded[number] in _TICKS

    def is_apart(self, number: int) -> bool:
        """Return whether there is a space, or the beginning of a line, between a word and the one before it."""
        (before, _, end), (line, start, _) = self.spots[number - 1], self.spots[number]
        return before != line or any(map(str.isspace, self.lines[line][end:start]))


class _Shelf:
    """Lines in which words are found once, however often they are there."""

    def __init__(self, lines: Iterable[Sequence[str]]) -> None:
        self._text = bytearray("\n".join(f" {' '.join(words)} " for words in lines).encode())

    def take(self, words: Sequence[str]) -> bool:
        """Take some words; return whether there are any, and they are there."""
        wanted = f" {' '.join(words)} ".encode()
        at = self._text.find(wanted) if words else -1
        if at >= 0:
            self._text[at : at + len(wanted)] = re.sub(rb"[^ ]", b"\0", wanted)
        return at >= 0

    def left(self, line: int) -> Iterator[int]:
        """Return the numbers of the words of a line that were not taken."""
        words = self._text.split(b"\n")[line].split()
        yield from (number for number, word in enumerate(words) if word.strip(b"\0"))


_Span = tuple[int, int, int, int]
"""Words of a document, from the first to behind the last, and of a text."""


def _unequal(was: Sequence[str], now: Sequence[str], span: _Span) -> Iterator[_Span]:
    """Spans of words that differ. What occurs once in both shows what corresponds."""
    i1, i2, j1, j2 = span
    while i1 < i2 and j1 < j2 and was[i1] == now[j1]:
        i1, j1 = i1 + 1, j1 + 1
    while i1 < i2 and j1 < j2 and was[i2 - 1] == now[j2 - 1]:
        i2, j2 = i2 - 1, j2 - 1
    anchors = next(filter(None, (_anchors(was, now, (i1, i2, j1, j2), many) for many in _GRAMS)), [])
    if i1 == i2 or j1 == j2:
        yield from ((i1, i2, j1, j2),) if (i1, j1) != (i2, j2) else ()
    elif anchors:
        for (i, j), (after_i, after_j) in pairwise([(i1, j1), *anchors, (i2, j2)]):
            yield from _unequal(was, now, (i, after_i, j, after_j))
    elif (i2 - i1) * (j2 - j1) <= _MOST_PAIRS:
        for tag, *found in SequenceMatcher(None, was[i1:i2], now[j1:j2], autojunk=False).get_opcodes():
            if tag != "equal":
                yield i1 + found[0], i1 + found[1], j1 + found[2], j1 + found[3]
    else:
        yield i1, i2, j1, j2


def _anchors(was: Sequence[str], now: Sequence[str], span: _Span, many: int) -> list[tuple[int, int]]:
    """Places of so many words that occur once in a span of both, in an order that both have."""
    there = [_once(words, start, end, many) for words, start, end in ((was, *span[:2]), (now, *span[2:]))]
    pairs = {there[1][gram]: at for gram, at in there[0].items() if gram in there[1]}
    rising = longest_increasing_subsequence([*pairs])
    return sorted((at, number) for number, at in pairs.items() if number in rising)


def _once(words: Sequence[str], start: int, end: int, many: int) -> dict[tuple[str, ...], int]:
    """Places of the runs of words that occur once."""
    found: dict[tuple[str, ...], int] = {}
    for at in range(start, end - many + 1):
        gram = tuple(words[at : at + many])
        found[gram] = -1 if gram in found else at
    return {gram: at for gram, at in found.items() if at >= 0}


def _joined(was: _Words, now: _Words, spans: Sequence[_Span]) -> Iterator[tuple[int, str, str]]:
    """Words with a space between them in the document and none in the text, signs or not."""
    ends = [(0, 0, 0, 0), *spans, (len(was.folded), 0, len(now.folded), 0)]
    for (_, i1, _, j1), (i2, _, _, _) in pairwise(ends):
        for i, j in zip(range(i1 + 1, i2), range(j1 + 1, j1 + i2 - i1), strict=True):
            if was.is_apart(i) and not now.is_apart(j):
                parts = ((start, start + 1) for start in (i - 1, i))
                yield i - 1, " ".join(was.shown(*part) for part in parts), now.shown(j - 1, j + 1)


def _piece(pieces: Sequence[DocumentPiece], was: _Words, at: int) -> DocumentPiece:
    """The piece in which a word is; the last behind all words."""
    if not was.spots:
        return DocumentPiece(1, "")
    return pieces[was.spots[min(at, len(was.spots) - 1)][0]]


def _lines(node: object, beside: bool = False) -> Iterator[tuple[str, bool]]:
    """The words of each paragraph, heading, cell and caption in a node, and whether they are beside the text."""
    if isinstance(node, tuple) and any(isinstance(part, tree.Inline) for part in node):
        yield _words(node), beside
    elif isinstance(node, tree.CodeBlock):
        yield node.text, beside
    elif isinstance(node, tuple):
        for part in node:
            yield from _lines(part, beside)
    else:
        for name in branches(type(node)):
            is_caption = name == "caption" and isinstance(node, tree.Figure | tree.Table)
            yield from _lines(getattr(node, name), beside or is_caption)


def _words(node: object) -> str:
    """The words of inlines; a formula and a citation are between words."""
    match node:
        case tree.Text(text=text) | tree.Code(text=text) | tree.Abbreviated(text=text):
            return text
        case tree.LineBreak() | tree.Formula() | tree.CitationGroup():
            return " "
        case tuple():
            return "".join(map(_words, node))
        case _:
            return "".join(_words(getattr(node, name)) for name in branches(type(node)))


def longest_increasing_subsequence(numbers: Sequence[int]) -> frozenset[int]:
    """The numbers of a longest rising run of some, each of which stands there once; others may stand in between."""
    ends: list[int] = []
    """The least number in which a run of each length ends, as far as it has been read."""
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(ends, number)
        before[number] = ends[at - 1] if at else None
        ends[at : at + 1] = [number]
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return frozenset(found)
