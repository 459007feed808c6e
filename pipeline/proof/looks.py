"""Holes: much white space at the foot of a page whose text continues, and what begins the next page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import truncate
from pipeline.model.formats import PDF_VARIANTS, PdfVariant
from pipeline.proof.expected_content import ExpectedContent
from pipeline.proof.pdf_checks import first_page, is_kept_at_end
from pipeline.proof.pdf_reader import HEADING_TAGS, NOTE_TAGS, ContentMark, PdfReading, TaggedElement, TagPath
from pipeline.proof.pdf_text import TextRun

MOST_EMPTY = 1 / 5
"""The share of the height of a page's text that may be empty at its foot."""

_FOOT_SHARE = 0.15
"""The share of a page, from its foot, in which to look for running lines."""

_CHAPTER = 3
"""The depth of a chapter of front or back matter: below the root, the pack and the matter."""

_PIXELS_PER_POINT = 0.5
"""Pixels per point of a rendered page."""

_WHITE = 250
"""The brightness above which a pixel is white: a hairline makes it darker."""

_FORCED = re.compile(r"break-(?:before|after)\s*:\s*(?:page|always|left|right|recto|verso)\b")
"""A style sheet that ends pages on purpose: its texts are not checked."""


def hole_faults(
    reading: PdfReading, pdf: bytes, expected: ExpectedContent, variant: PdfVariant, path: str
) -> Iterator[Diagnostic]:
    """Report pages with holes, except the last page of a text or chapter."""
    if reading.tags is None:
        return
    pages, size = _read_pages(reading, reading.tags), PDF_VARIANTS[variant].stamp_space.size
    last = 0
    for passage in expected.passages:
        first, last = last + 1, last + passage.pages
        if passage.kind == "insert" or passage.told_apart or _FORCED.search(passage.style):
            continue
        top = size + max((run.y for number in range(first, last + 1) for run in pages.of_text(number)), default=0.0)
        for number in range(first, last):
            following = pages.begins.get(number + 1)
            floor, foot = pages.floor(number, size), pages.foot(number, size)
            if following is None or floor is None or foot is None:
                continue
            least = MOST_EMPTY * (top - foot)
            lowest = min((run.y for run in pages.of_text(number)), default=0.0)
            if lowest - floor <= least or _starts_a_chapter(following, number + 1, len(passage.chapters)):
                continue
            empty = _white(pdf, number, floor, lowest)
            if empty > least:
                share = round(100 * empty / (top - foot))
                pushed = _pushed(reading, following, number + 1, pages.first_notes.get(number + 1))
                yield message("page-hole", Location(path, number), share=share, pushed=pushed)


@dataclass
class _Pages:
    """The runs of a file's pages, its notes, and the tag that begins each page."""

    runs: Sequence[Sequence[TextRun]]
    notes: set[ContentMark] = field(default_factory=set)
    begins: dict[int, TagPath] = field(default_factory=dict)
    first_notes: dict[int, TaggedElement] = field(default_factory=dict)
    """The first note of each page."""

    def of_text(self, number: int) -> Iterator[TextRun]:
        """The runs of a page that are read aloud, without its notes."""
        return (run for run in self._tagged(number) if ContentMark(number, run.mark or 0) not in self.notes)

    def floor(self, number: int, size: float) -> float | None:
        """Return the lowest height for a page's text, above notes or running lines."""
        noted = [run.y for run in self._tagged(number) if ContentMark(number, run.mark or 0) in self.notes]
        return max(noted) + 2 * size if noted else self.foot(number, size)

    def foot(self, number: int, size: float) -> float | None:
        """The height above the running lines; None if a page has none."""
        shown = [run.y for run in self.runs[number - 1] if run.artifact is not None and run.text.strip()]
        low = [y for y in shown if y < _FOOT_SHARE * max(shown)]
        return max(low) + 1.5 * size if low else None

    def _tagged(self, number: int) -> Iterator[TextRun]:
        return (run for run in self.runs[number - 1] if run.mark is not None and run.text.strip())


def _read_pages(reading: PdfReading, tags: TaggedElement) -> _Pages:
    pages = _Pages(reading.pages)
    for path, content in tags.leaves():
        note = next((tag for tag in path if tag.kind in NOTE_TAGS and not is_kept_at_end(path, tag)), None)
        if note is not None:
            pages.notes.add(content)
            pages.first_notes.setdefault(content.page, note)
        elif reading.words.has_letters(content) or any(tag.kind == "Figure" for tag in path):
            pages.begins.setdefault(content.page, path)
    return pages


def _starts_a_chapter(path: TagPath, page: int, chapters: int) -> bool:
    """True if a page begins with a chapter of matter that has several."""
    return chapters > 1 and any(first_page(tag) == page for tag in path[: _CHAPTER + 1])


def _white(pdf: bytes, number: int, floor: float, ceiling: float) -> float:
    """The height of the largest white band of a page between two heights, in points."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[number - 1].render(scale=_PIXELS_PER_POINT, grayscale=True)
        pixels, height, stride = bytes(bitmap.buffer), bitmap.height, bitmap.stride
        rows = range(int(height - ceiling * _PIXELS_PER_POINT), int(height - floor * _PIXELS_PER_POINT))
        white = "".join(" " if min(pixels[row * stride :][: bitmap.width]) > _WHITE else "." for row in rows)
        return max(map(len, white.split("."))) / _PIXELS_PER_POINT
    finally:
        document.close()


def _pushed(reading: PdfReading, path: TagPath, page: int, note: TaggedElement | None) -> str:
    """The thing that begins a page, in words: 'the table 'Reports''. If a text continues, its note did not fit."""
    starting = [tag for tag in path if first_page(tag) == page]
    for tag in starting:
        for name, kinds in _NOUNS_BY_TAG.items():
            if tag.kind in kinds or (name == "figure" and tag.kind == "Div" and tag.of_kind("Figure")):
                return f"the {name} '{_short_words(reading, tag)}'"
    if note is not None and not starting:
        return f"a line with its note '{_short_words(reading, note)}'"
    box = next((tag for tag in starting if tag.kind in ("Sect", "BlockQuote")), None)
    return f"the box '{_short_words(reading, box)}'" if box else f"the text '{_short_words(reading, path[-1])}'"


_NOUNS_BY_TAG = {
    "heading": HEADING_TAGS,
    "table": frozenset({"Table"}),
    "row": frozenset({"TR"}),
    "figure": frozenset({"Figure", "Formula"}),
    "list": frozenset({"L"}),
}


def _short_words(reading: PdfReading, tag: TaggedElement) -> str:
    """Return the first words of a caption, else of the thing, else of its alt text."""
    caption_or_tag = next(iter(tag.of_kind("Caption")), tag)
    return truncate(" ".join((reading.words.of(caption_or_tag) or caption_or_tag.alt).split()))
