"""Text copied out of a PDF, held against its pages: character by character, hyphens and spaces included.

A program that copies guesses lines and gaps from where letters stand, so that two of them may paste two texts. Here
every character must be the page's own, and within a run of letters every space. Between two runs of one line there is a
gap where the text has one. Spaces are spaces: where a line may not break is no part of the words. On pages of columns
PDFium guesses that a letter set by itself begins a line or ends one, as a hyphen from a second font is: it is let be.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

import pypdfium2

from pipeline.codes import proofs
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.proof.pdf.content import TextRun
from pipeline.proof.pdf.reading import PdfReading
from pipeline.text.scripts import JOINED, in_any_order, runs_backwards
from pipeline.text.typography import PASTED

NEAR = 24
"""Letters that are told on either side of a difference."""
HYPHEN = "\ufffe"
"""PDFium's sign for any hyphen at a line's end: the press leaves none there but where its author ends the line."""
NO_BREAK = "\u00a0\u2007\u202f"


@dataclass
class Copied:
    """The letters of a page without the spaces, and before which of them there is a gap."""

    letters: list[str] = field(default_factory=list)
    gaps: list[bool | None] = field(default_factory=list)
    """Nothing where it does not matter."""
    ends: set[int] = field(default_factory=set)
    """The letters that end a line."""
    lines: set[int] = field(default_factory=set)
    """The letters that begin one."""
    lone: set[int] = field(default_factory=set)
    """The letters that are set by themselves, and those after them."""
    _gap: bool | None = None

    def add(self, text: str, gap: bool | None = None) -> None:
        """Add letters with their spaces, before which there is a gap, or none, or either."""
        self._gap = self._gap or gap
        for character in text.translate(PASTED):
            if character.isspace():
                self._gap = True
                if character == "\n":
                    self.lines.add(len(self.letters))
            else:
                self.letters.append(character)
                self.gaps.append(self._gap)
                self._gap = False

    def around(self, at: int, near: int = NEAR) -> str:
        """The words around a letter, so many letters on either side."""
        places = range(max(0, at - near), min(len(self.letters), at + near))
        said = "".join(" " * (self.gaps[place] is not False) + self.letters[place] for place in places).strip()
        return "".join(letter if letter.isprintable() else f"<U+{ord(letter):04X}>" for letter in said)


def copied(pdf: bytes) -> list[str]:
    """The text of each page as PDFium copies it: what Chrome pastes, and most programs of Android."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_text(page) for page in document]
    finally:
        document.close()


def _text(page: pypdfium2.PdfPage) -> str:
    held = page.get_textpage()
    try:
        return str(held.get_text_range())
    finally:
        held.close()
        page.close()


def copied_faults(reading: PdfReading, pdf: bytes, path: str, foreign: Set[int] = frozenset()) -> Iterator[Diagnostic]:
    """Pages of which PDFium copies something else than they show, told once each. `foreign` are pages that others made.

    A page is not compared off which a drawing runs with letters of its own: programs differ in which of them they copy.
    """
    for number, (page, text) in enumerate(zip(shown(reading), copied(pdf), strict=True), 1):
        left_alone = number in foreign or _runs_off(reading, number - 1)
        difference = None if left_alone else first_difference(page, text)
        if difference:
            expected, found = difference
            yield proofs.COPIED.at(Place(path, number), expected=expected, found=found)


def _runs_off(reading: PdfReading, page: int) -> bool:
    """Whether letters begin off a page."""
    left, low, right, high = map(float, reading.pdf.pages[page].mediabox)
    return any(not (left <= run.x <= right and low <= run.y <= high) for run in reading.pages[page])


def shown(reading: PdfReading) -> Iterator[Copied]:
    """Letters of each page, run by run in the order of painting; those of one line from left to right."""
    joined = reading.words.joined(reading.tags) if reading.tags else {}
    for runs in reading.pages:
        page = Copied()
        before: TextRun | None = None
        for run in _in_lines(runs):
            if before and abs(run.y - before.y) > 1:
                page.ends.add(len(page.letters) - 1)
            if len(run.text) == 1:
                page.lone |= {len(page.letters), len(page.letters) + 1}
            page.add(run.text, False if before and joined.get(id(run)) == id(before) else None)
            before = run
        yield page


def _in_lines(runs: Sequence[TextRun]) -> Iterator[TextRun]:
    line: list[TextRun] = []
    for run in runs:
        if line and abs(run.y - line[0].y) > 1:
            yield from _as_read(line)
            line = []
        line.append(run)
    yield from _as_read(line)


def _as_read(line: Sequence[TextRun]) -> Sequence[TextRun]:
    """The runs of a line from left to right; where letters run from right to left, in the order of painting."""
    backwards = runs_backwards("".join(run.text for run in line))
    return line if backwards else sorted(line, key=lambda one: one.x)


def _small(letters: Sequence[str]) -> list[str]:
    """Letters that have a number of 16 bits, such as all but signs, emoji and rare Chinese ones."""
    return [letter for letter in letters if letter <= "\uffff"]


def first_difference(page: Copied, text: str) -> tuple[str, str] | None:
    """The words around the first difference between a page and its copy: those of the page, and those copied."""
    copy = Copied()
    copy.add(text)
    for at in page.ends:
        if copy.letters[at : at + 1] == [HYPHEN] and page.letters[at] == "-":
            copy.letters[at] = "-"
    if page.letters != copy.letters:
        if JOINED.search("".join(page.letters)) and _small(page.letters) == _small(copy.letters):
            return None  # PDFium leaves out what words beside glyphs say beyond 16 bits
        if runs_backwards(page.letters) and in_any_order(_small(page.letters)) == in_any_order(_small(copy.letters)):
            return None  # every program puts such words in an order of its own
        pairs = enumerate(zip(page.letters, copy.letters, strict=False))
        at = next((at for at, (one, other) in pairs if one != other), min(len(page.letters), len(copy.letters)))
        return page.around(at), copy.around(at)
    for space in NO_BREAK:
        if space in text:
            at = sum(not character.isspace() for character in text[: text.index(space)])
            return page.around(at), f"{copy.around(at)} with <U+{ord(space):04X}>"
    for at, (gap, found) in enumerate(zip(page.gaps, copy.gaps, strict=True)):
        if at and gap is not None and gap != found and at not in page.lone & copy.lines:
            return page.around(at), copy.around(at)
    return None
