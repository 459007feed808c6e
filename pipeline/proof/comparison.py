"""Compare a finished PDF, EPUB or web page with the texts that it was bound from."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import truncate
from pipeline.core.text.fonts import runs_right_to_left, sort_letters
from pipeline.proof.book_reader import EpubBook, XhtmlText
from pipeline.proof.comparable_content import (
    ComparableContent,
    ContentEntry,
    read_book_content,
    read_composed_for_paper,
    read_composed_for_screen,
    read_page_content,
    read_pdf_content,
)
from pipeline.proof.expected_content import ExpectedContent, letters
from pipeline.proof.pdf_checks import feet_faults, statuses_of
from pipeline.proof.pdf_reader import PdfReading, TaggedElement

WORDS_NEAR, SIGNS_NEAR, SHOWN_LETTERS = 5, 20, 80
"""Words near a difference, characters on each side of a sign, and characters of a thing that a message shows."""

_KINDS_EVERYWHERE = ("notes", "headings", "rows of tables", "captions", "links", "descriptions of pictures", "lists")
_KINDS_ON_PAPER = (*_KINDS_EVERYWHERE, "bookmarks")
_KINDS_ON_SCREEN = (*_KINDS_EVERYWHERE, "blocks of code", "formulas", "marks of pages")


def pdf_differences(reading: PdfReading, expected: ExpectedContent, path: str) -> Iterator[Diagnostic]:
    """Report differences between a PDF and its texts, and incomplete running lines."""
    if reading.tags is None or not reading.tags.kids:
        return
    # the tags of each text but inserts, by the name of its first chapter: in a pack the parts of its document
    kids = [kid for top in reading.tags.kids if isinstance(top, TaggedElement) for kid in top.kids]
    parts = [kid for kid in kids if isinstance(kid, TaggedElement)] if expected.pack else [reading.tags]
    names = [passage.chapters[0].name if passage.kind != "insert" else "" for passage in expected.passages]
    if len(parts) != len(names):
        parts, names = [reading.tags], ["?"]
    finished = read_pdf_content(reading, [pair for pair in zip(names, parts, strict=True) if pair[0]])
    for title in reading.bookmarks():
        finished.add("bookmarks", title)
    composed = read_composed_for_paper(expected, notes_at_end=True)
    if len(composed.things["headings"]) > len(finished.things["headings"]):
        composed = read_composed_for_paper(expected, notes_at_end=False)
    yield from _differences(composed, finished, _KINDS_ON_PAPER, path)
    yield from _code_faults(composed, finished, path)
    yield from _status_faults(composed, finished, expected, path)
    first = 1
    for passage in expected.passages:
        yield from feet_faults(reading, passage, first, path, expected.identity)
        first += passage.pages


def says_its_text(reading: PdfReading, expected: ExpectedContent) -> bool:
    """True if the tags of a PDF contain its texts word for word."""
    return not any(fault.code == "proof-words" for fault in pdf_differences(reading, expected, ""))


def book_differences(book: EpubBook, expected: ExpectedContent, path: str) -> Iterator[Diagnostic]:
    """Report differences between an EPUB and its texts."""
    composed, finished = read_composed_for_screen(expected, whole=True, book=True), read_book_content(book)
    yield from _differences(composed, finished, _KINDS_ON_SCREEN, path)
    yield from _status_faults(composed, finished, expected, path)


def page_differences(page: XhtmlText, expected: ExpectedContent, path: str) -> Iterator[Diagnostic]:
    """Report differences between a web page and its texts."""
    composed = read_composed_for_screen(expected, whole=expected.pack, book=False)
    finished = read_page_content(page.root, next(iter(composed.texts)))
    yield from _differences(composed, finished, _KINDS_ON_SCREEN, path)
    yield from _status_faults(composed, finished, expected, path)


def _differences(
    composed: ComparableContent, finished: ComparableContent, kinds: Sequence[str], path: str
) -> Iterator[Diagnostic]:
    """Report the first difference of each kind."""
    yield from _word_faults(composed, finished, path)
    for kind in kinds:
        wanted, present = composed.things[kind], finished.things[kind]
        missing, extra = _first_beyond(wanted, present), _first_beyond(present, wanted)
        if kind == "lists" and not extra and finished.pages:
            continue  # a contents list has tags of its own
        if kind == "notes" and missing and len(wanted) > len(present):
            yield _difference("proof-words", path, "", missing, None)
        elif missing or extra:
            yield _difference("proof-differs", path, kind, missing, extra)
        elif kind == "marks of pages":
            pairs = zip(wanted, present, strict=True)
            if moved := next((pair for pair in pairs if pair[0].key != pair[1].key), None):
                yield _difference("proof-differs", path, kind, *moved)
    yield from _target_faults(composed, finished, path)


def _first_beyond(entries: Sequence[ContentEntry], others: Sequence[ContentEntry]) -> ContentEntry | None:
    """The first thing that is not among others as often."""
    counts = Counter(other.key for other in others)
    for entry in entries:
        counts[entry.key] -= 1
        if counts[entry.key] < 0:
            return entry
    return None


def _difference(
    code: str, path: str, kind: str, missing: ContentEntry | None, extra: ContentEntry | None
) -> Diagnostic:
    """Report a missing thing, an extra one, or both."""
    lost, new = (f"'{truncate(entry.words, SHOWN_LETTERS)}'" if entry else "" for entry in (missing, extra))
    difference = f"{new} instead of {lost}" if lost and new else f"{lost} is missing" if lost else f"{new} is extra"
    entry = missing or extra
    page = next((entry.page for entry in (extra, missing) if entry and entry.page), 1)
    fields = {"kind": kind} if kind else {}
    place = Location(path, page)
    return message(code, place, where=_under(entry.heading if entry else ""), difference=difference, **fields)


def _under(heading: str) -> str:
    return f"under '{truncate(heading, SHOWN_LETTERS)}'" if heading else "before the first heading"


def _word_faults(composed: ComparableContent, finished: ComparableContent, path: str) -> Iterator[Diagnostic]:
    """Report the first word that differs, else the first sign, else the first space."""
    wanted, present = letters(composed.words), letters(finished.words)
    if wanted != present:
        at = _first_difference(wanted, present)
        before, words = words_around(composed.words, at)
        difference = f"after '{before}' comes '{words_around(finished.words, at)[1]}', not '{words}'"
        where = _under(composed.heading_at(at))
        yield message("proof-words", Location(path, finished.page_at(at)), where=where, difference=difference)
        return
    for kind, compare in (("signs", _other_signs), ("spaces between words", _other_gaps)):
        if result := compare(composed.words, finished.words, bool(finished.pages)):
            at, words, wanted = result
            where, difference = _under(composed.heading_at(at)), f"'{words}' instead of '{wanted}'"
            place = Location(path, finished.page_at(at))
            yield message("proof-differs", place, kind=kind, where=where, difference=difference)
            return


def _first_difference(first: Sequence[str], second: Sequence[str]) -> int:
    """The index of the first difference."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(first), len(second)))


def words_around(text: str, at: int) -> tuple[str, str]:
    """Return some words before the place after so many letters, and some after it."""
    words = text.split()
    ends = accumulate(len(letters(word)) for word in words)
    number = next((number for number, end in enumerate(ends) if end > at), len(words))
    return " ".join(words[max(0, number - WORDS_NEAR) : number]), " ".join(
        words[number : number + WORDS_NEAR]
    ) or "nothing"


def _other_signs(composed: str, finished: str, paper: bool) -> tuple[int, str, str] | None:
    """Find the first sign that differs: the letters before it, and both texts near it."""
    wanted, present = _signs(composed), _signs(finished)
    if wanted == present or (runs_right_to_left(wanted) and sort_letters(wanted) == sort_letters(present)):
        return None  # marks next to such words may be at either end
    at = _first_difference(wanted, present)
    near = slice(max(0, at - SIGNS_NEAR), at + SIGNS_NEAR)
    return len(letters(wanted[:at])), present[near], wanted[near]


def _signs(text: str) -> str:
    """Return the characters of a text without spaces, with plain hyphens."""
    return "".join(text.split()).replace("\N{NON-BREAKING HYPHEN}", "-")


def _other_gaps(composed: str, finished: str, paper: bool) -> tuple[int, str, str] | None:
    """Find the first missing space, on screen also an extra one: lines on paper may break words."""
    wanted, present = _space_positions(composed), _space_positions(finished)
    if differences := wanted - present if paper else wanted ^ present:
        at = min(differences)
        words, expected = (
            " ".join(list(chain.from_iterable(part.split() for part in words_around(text, at - 1)[1:]))[:2])
            for text in (finished, composed)
        )
        return at, words, expected
    return None


def _space_positions(text: str) -> set[int]:
    """The numbers of letters before each space in a text."""
    lengths = (len(word) if word.isascii() and word.isalnum() else len(letters(word)) for word in text.split())
    return set(list(accumulate(filter(None, lengths)))[:-1])


def _target_faults(composed: ComparableContent, finished: ComparableContent, path: str) -> Iterator[Diagnostic]:
    """Report the first link whose destination is at another place, if all words agree."""
    if letters(composed.words) != letters(finished.words):
        return
    for link in composed.things["links"]:
        name = link.key.rpartition(" #")[2] if " #" in link.key else ""
        at = composed.anchors.get(name, -1)
        if at < 0:
            continue
        if finished.pages:
            first, last = finished.page_at(at - 1), finished.page_at(at)
            is_there = name not in finished.places or min(first, last) <= finished.places[name] <= max(first, last)
        else:
            is_there = finished.anchors.get(name) == at
        if not is_there:
            fields = {"kind": "targets of links", "where": _under(link.heading)}
            words = truncate(link.words, SHOWN_LETTERS)
            yield message("proof-differs", Location(path), difference=f"'{words}' leads to another place", **fields)
            return


def _code_faults(composed: ComparableContent, finished: ComparableContent, path: str) -> Iterator[Diagnostic]:
    """Report the first block of code whose lines are broken or indented differently."""
    for code in composed.things["blocks of code"]:
        blocks = [lines for lines in finished.code if _signs("".join(lines)) == _signs(code.key)]
        if blocks and not any(_keeps_lines(code.key, lines) for lines in blocks):
            difference = f"the lines of '{truncate(code.words, SHOWN_LETTERS)}' are broken or moved"
            yield message(
                "proof-differs", Location(path), kind="lines of code", where=_under(code.heading), difference=difference
            )
            return


def _keeps_lines(code: str, shown: Sequence[str]) -> bool:
    """True if each line of code begins a line on the page, with the same indent."""
    rest = list(reversed(shown))
    for line in filter(str.strip, code.splitlines()):
        first = rest.pop() if rest else ""
        if first.strip() and _indent(first) != _indent(line):
            return False
        signs = _signs(first)
        while rest and len(signs) < len(_signs(line)):
            signs += _signs(rest.pop())
        if signs != _signs(line):
            return False
    return True


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _status_faults(
    composed: ComparableContent, finished: ComparableContent, expected: ExpectedContent, path: str
) -> Iterator[Diagnostic]:
    """Report statuses that are not read out before a text begins."""
    all_letters = letters(finished.words)
    front_passages = (passage for passage in expected.passages if passage.kind == "front")
    front = {status for passage in front_passages for status in statuses_of(passage.identity)}
    for passage in expected.passages:
        for name in (chapter.name for chapter in passage.chapters):
            later = "" in finished.around and name != passage.chapters[0].name
            if later or name not in composed.texts or name not in finished.texts:
                continue  # an insert, or in a PDF or a web page a chapter after the first
            (composed_start, end), (start, *_) = composed.texts[name], finished.texts[name]
            title_block = all_letters[start : start + end - composed_start]
            before = finished.around.get("", "") + finished.around.get(name, "") + title_block
            for status in statuses_of(passage.identity):
                if (passage.kind == "front" or status not in front) and letters(status) not in before:
                    place = Location(path, finished.page_at(start))
                    yield message("proof-foot", place, place="The text read aloud first", missing=status)
