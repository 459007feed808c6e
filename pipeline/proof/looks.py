"""Holes: much white space at the foot of a page whose text goes on, and what begins the next page for it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import cut_short
from pipeline.model.formats import EDITIONS, Edition
from pipeline.proof.pdf_checks import first_page, is_kept_at_end
from pipeline.proof.pdf_reader import HEADINGS, NOTES, Content, PdfReading, TaggedElement, TagPath
from pipeline.proof.pdf_text import TextRun
from pipeline.proof.promise import ExpectedContent

MOST = 1 / 5
"""The share of the height of a page's text that may stay empty at its foot."""

_FOOT = 0.15
"""The share of a page at its foot in which running lines are looked for."""

_CHAPTER = 3
"""The depth of a chapter of front or back matter: below the root, the pack and the matter."""

_SCALE = 0.5
"""Pixels a point, for a page that is looked at."""

_PAPER = 250
"""The brightness above which a pixel is white: a hairline makes it darker."""

_FORCED = re.compile(r"break-(?:before|after)\s*:\s*(?:page|always|left|right|recto|verso)\b")
"""A page that a style sheet ends on purpose: where one does, no page of the text is looked at."""


def hole_faults(
    reading: PdfReading, pdf: bytes, promise: ExpectedContent, edition: Edition, path: str
) -> Iterator[Diagnostic]:
    """Pages that have a hole, but for the last of each text, of each chapter, and those that its own file tells of."""
    if reading.tags is None:
        return
    read, size = _read(reading, reading.tags), EDITIONS[edition].rooms.size
    last = 0
    for passage in promise.passages:
        first, last = last + 1, last + passage.pages
        if passage.kind == "insert" or passage.told_apart or _FORCED.search(passage.style):
            continue
        top = size + max((run.y for number in range(first, last + 1) for run in read.of_text(number)), default=0.0)
        for number in range(first, last):
            following = read.begins.get(number + 1)
            floor, foot = read.floor(number, size), read.foot(number, size)
            if following is None or floor is None or foot is None:
                continue
            least = MOST * (top - foot)
            lowest = min((run.y for run in read.of_text(number)), default=0.0)
            if lowest - floor <= least or _starts_a_chapter(following, number + 1, len(passage.chapters)):
                continue
            empty = _white(pdf, number, floor, lowest)
            if empty > least:
                share = round(100 * empty / (top - foot))
                pushed = _pushed(reading, following, number + 1, read.begun_notes.get(number + 1))
                yield message("page-hole", Location(path, number), share=share, pushed=pushed)


@dataclass
class _Pages:
    """The runs of a file's pages, those of notes apart, and the tags of what begins each page."""

    runs: Sequence[Sequence[TextRun]]
    notes: set[Content] = field(default_factory=set)
    begins: dict[int, TagPath] = field(default_factory=dict)
    begun_notes: dict[int, TaggedElement] = field(default_factory=dict)
    """The first note of each page."""

    def of_text(self, number: int) -> Iterator[TextRun]:
        """The runs of a page that are read, but for its notes."""
        return (run for run in self._tagged(number) if Content(number, run.mark or 0) not in self.notes)

    def floor(self, number: int, size: float) -> float | None:
        """The height above which a page's text stands: above its notes and their rule, or the running lines."""
        noted = [run.y for run in self._tagged(number) if Content(number, run.mark or 0) in self.notes]
        return max(noted) + 2 * size if noted else self.foot(number, size)

    def foot(self, number: int, size: float) -> float | None:
        """The height above the running lines; nothing where a page has none."""
        shown = [run.y for run in self.runs[number - 1] if run.artifact is not None and run.text.strip()]
        low = [y for y in shown if y < _FOOT * max(shown)]
        return max(low) + 1.5 * size if low else None

    def _tagged(self, number: int) -> Iterator[TextRun]:
        return (run for run in self.runs[number - 1] if run.mark is not None and run.text.strip())


def _read(reading: PdfReading, tags: TaggedElement) -> _Pages:
    found = _Pages(reading.pages)
    for way, content in tags.leaves():
        note = next((tag for tag in way if tag.kind in NOTES and not is_kept_at_end(way, tag)), None)
        if note is not None:
            found.notes.add(content)
            found.begun_notes.setdefault(content.page, note)
        elif reading.words.shown(content) or any(tag.kind == "Figure" for tag in way):
            found.begins.setdefault(content.page, way)
    return found


def _starts_a_chapter(way: TagPath, page: int, chapters: int) -> bool:
    """Whether what begins a page is a chapter of matter that has several: most of them begin on a page of their own."""
    return chapters > 1 and any(first_page(tag) == page for tag in way[: _CHAPTER + 1])


def _white(pdf: bytes, number: int, floor: float, ceiling: float) -> float:
    """The height of the largest white band of a page between two heights: free of words, pictures and lines."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        drawn = document[number - 1].render(scale=_SCALE, grayscale=True)
        pixels, height, stride = bytes(drawn.buffer), drawn.height, drawn.stride
        rows = range(int(height - ceiling * _SCALE), int(height - floor * _SCALE))
        white = "".join(" " if min(pixels[row * stride :][: drawn.width]) > _PAPER else "." for row in rows)
        return max(map(len, white.split("."))) / _SCALE
    finally:
        document.close()


def _pushed(reading: PdfReading, way: TagPath, page: int, note: TaggedElement | None) -> str:
    """The thing that begins a page, in words: 'the table 'Reports''. Where a text goes on, its note did not fit."""
    begun = [tag for tag in way if first_page(tag) == page]
    for tag in begun:
        for name, kinds in _NAMES.items():
            if tag.kind in kinds or (name == "figure" and tag.kind == "Div" and tag.of_kind("Figure")):
                return f"the {name} '{_called(reading, tag)}'"
    if note is not None and not begun:
        return f"a line with its note '{_called(reading, note)}'"
    around = next((tag for tag in begun if tag.kind in ("Sect", "BlockQuote")), None)
    return f"the box '{_called(reading, around)}'" if around else f"the text '{_called(reading, way[-1])}'"


_NAMES = {
    "heading": HEADINGS,
    "table": frozenset({"Table"}),
    "row": frozenset({"TR"}),
    "figure": frozenset({"Figure", "Formula"}),
    "list": frozenset({"L"}),
}


def _called(reading: PdfReading, tag: TaggedElement) -> str:
    """The words by which somebody finds a thing: its caption, else its own, else what is said of it, in short."""
    named = next(iter(tag.of_kind("Caption")), tag)
    return cut_short(" ".join((reading.words.of(named) or named.alt).split()))
