"""Compare a finished PDF, EPUB or web page with the texts that it was bound from."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import cut_short
from pipeline.core.text.fonts import in_any_order, runs_backwards
from pipeline.proof.accounts import (
    AccountEntry,
    TextAccount,
    composed_on_paper,
    composed_on_screen,
    read_book,
    read_page,
    read_pdf,
)
from pipeline.proof.book_reader import ReadBook, XhtmlText
from pipeline.proof.pdf_checks import feet_faults, statuses_of
from pipeline.proof.pdf_reader import PdfReading, TaggedElement
from pipeline.proof.promise import ExpectedContent, letters

NEAR, NEAR_SIGNS, SHORT = 5, 20, 80
"""Words after a difference, characters on either side of a sign, and characters of a thing that a message shows."""

_EVERYWHERE = ("notes", "headings", "rows of tables", "captions", "links", "descriptions of pictures", "lists")
_ON_PAPER = (*_EVERYWHERE, "bookmarks")
_ON_SCREEN = (*_EVERYWHERE, "blocks of code", "formulas", "marks of pages")


def pdf_differences(reading: PdfReading, promise: ExpectedContent, path: str) -> Iterator[Diagnostic]:
    """Differences between a PDF and its texts, and pages that do not say what they must."""
    if reading.tags is None or not reading.tags.kids:
        return
    # the tags of each text but inserts, by the name of its first chapter: in a pack the parts of its document
    kids = [kid for top in reading.tags.kids if isinstance(top, TaggedElement) for kid in top.kids]
    parts = [kid for kid in kids if isinstance(kid, TaggedElement)] if promise.pack else [reading.tags]
    names = [passage.chapters[0].name if passage.kind != "insert" else "" for passage in promise.passages]
    if len(parts) != len(names):
        parts, names = [reading.tags], ["?"]
    found = read_pdf(reading, [pair for pair in zip(names, parts, strict=True) if pair[0]])
    for title in reading.bookmarks():
        found.add("bookmarks", title)
    expected = composed_on_paper(promise, notes_at_end=True)
    if len(expected.things["headings"]) > len(found.things["headings"]):
        expected = composed_on_paper(promise, notes_at_end=False)
    yield from _differences(expected, found, _ON_PAPER, path)
    yield from _code_faults(expected, found, path)
    yield from _status_faults(expected, found, promise, path)
    first = 1
    for passage in promise.passages:
        yield from feet_faults(reading, passage, first, path, promise.identity)
        first += passage.pages


def says_its_text(reading: PdfReading, promise: ExpectedContent) -> bool:
    """Whether the tags of a PDF say its texts word for word."""
    return not any(fault.code == "proof-words" for fault in pdf_differences(reading, promise, ""))


def book_differences(book: ReadBook, promise: ExpectedContent, path: str) -> Iterator[Diagnostic]:
    """Differences between an EPUB and its texts."""
    expected, found = composed_on_screen(promise, whole=True, book=True), read_book(book)
    yield from _differences(expected, found, _ON_SCREEN, path)
    yield from _status_faults(expected, found, promise, path)


def page_differences(page: XhtmlText, promise: ExpectedContent, path: str) -> Iterator[Diagnostic]:
    """Differences between a web page and its texts."""
    expected = composed_on_screen(promise, whole=promise.pack, book=False)
    found = read_page(page.root, next(iter(expected.texts)))
    yield from _differences(expected, found, _ON_SCREEN, path)
    yield from _status_faults(expected, found, promise, path)


def _differences(expected: TextAccount, found: TextAccount, kinds: Sequence[str], path: str) -> Iterator[Diagnostic]:
    """The first difference of each kind."""
    yield from _word_faults(expected, found, path)
    for kind in kinds:
        meant, there = expected.things[kind], found.things[kind]
        missing, strange = _first_beyond(meant, there), _first_beyond(there, meant)
        if kind == "lists" and not strange and found.pages:
            continue  # a contents list has tags of its own
        if kind == "notes" and missing and len(meant) > len(there):
            yield _fault("proof-words", path, "", missing, None)
        elif missing or strange:
            yield _fault("proof-differs", path, kind, missing, strange)
        elif kind == "marks of pages":
            pairs = zip(meant, there, strict=True)
            moved = next((pair for pair in pairs if pair[0].key != pair[1].key), None)
            yield from (_fault("proof-differs", path, kind, *moved),) if moved else ()
    yield from _target_faults(expected, found, path)


def _first_beyond(things: Sequence[AccountEntry], others: Sequence[AccountEntry]) -> AccountEntry | None:
    """The first thing that is not among others as often."""
    left = Counter(other.key for other in others)
    for thing in things:
        left[thing.key] -= 1
        if left[thing.key] < 0:
            return thing
    return None


def _fault(code: str, path: str, kind: str, missing: AccountEntry | None, strange: AccountEntry | None) -> Diagnostic:
    """The message on a thing that is missing, or one that the text does not have, or on both."""
    lost, new = (f"'{cut_short(thing.words, SHORT)}'" if thing else "" for thing in (missing, strange))
    difference = f"{new} instead of {lost}" if lost and new else f"{lost} is missing" if lost else f"{new} is extra"
    thing = missing or strange
    page = next((one.page for one in (strange, missing) if one and one.page), 1)
    fields = {"kind": kind} if kind else {}
    place = Location(path, page)
    return message(code, place, where=_under(thing.heading if thing else ""), difference=difference, **fields)


def _under(heading: str) -> str:
    return f"under '{cut_short(heading, SHORT)}'" if heading else "before the first heading"


def _word_faults(expected: TextAccount, found: TextAccount, path: str) -> Iterator[Diagnostic]:
    """The first word that is another; if none is, the first other sign; if none is, the first other space."""
    meant, there = letters(expected.words), letters(found.words)
    if meant != there:
        at = _first_apart(meant, there)
        before, words = around(expected.words, at)
        difference = f"after '{before}' comes '{around(found.words, at)[1]}', not '{words}'"
        where = _under(expected.heading_at(at))
        yield message("proof-words", Location(path, found.page_at(at)), where=where, difference=difference)
        return
    for kind, near in (("signs", _other_signs), ("spaces between words", _other_gaps)):
        if differs := near(expected.words, found.words, bool(found.pages)):
            at, said, should = differs
            where, difference = _under(expected.heading_at(at)), f"'{said}' instead of '{should}'"
            yield message(
                "proof-differs", Location(path, found.page_at(at)), kind=kind, where=where, difference=difference
            )
            return


def _first_apart(one: Sequence[str], other: Sequence[str]) -> int:
    """Index of the first difference."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (first, second) in pairs if first != second), min(len(one), len(other)))


def around(text: str, at: int) -> tuple[str, str]:
    """Some words before the place where so many letters have been read, and some from the word that holds it."""
    words = text.split()
    ends = accumulate(len(letters(word)) for word in words)
    number = next((number for number, end in enumerate(ends) if end > at), len(words))
    return " ".join(words[max(0, number - NEAR) : number]), " ".join(words[number : number + NEAR]) or "nothing"


def _other_signs(expected: str, found: str, paper: bool) -> tuple[int, str, str] | None:
    """The number of letters before the first character that differs, and what is near it."""
    meant, there = _signs(expected), _signs(found)
    if meant == there or (runs_backwards(meant) and in_any_order(meant) == in_any_order(there)):
        return None  # marks beside such words may be written at either end
    at = _first_apart(meant, there)
    near = slice(max(0, at - NEAR_SIGNS), at + NEAR_SIGNS)
    return len(letters(meant[:at])), there[near], meant[near]


def _signs(text: str) -> str:
    """The characters of a text without spaces; a hyphen that does not break is copied as a hyphen."""
    return "".join(text.split()).replace("\N{NON-BREAKING HYPHEN}", "-")


def _other_gaps(expected: str, found: str, paper: bool) -> tuple[int, str, str] | None:
    """The same for the first space that is lost, or on a screen is extra: on paper a line may end within a word."""
    meant, there = _gaps(expected), _gaps(found)
    if apart := meant - there if paper else meant ^ there:
        at = min(apart)
        said, should = (
            chain.from_iterable(words.split() for words in around(text, at - 1)[1:]) for text in (found, expected)
        )
        return at, " ".join(list(said)[:2]), " ".join(list(should)[:2])
    return None


def _gaps(text: str) -> set[int]:
    """After how many letters there is a space, the beginning and the end left out."""
    lengths = (len(word) if word.isascii() and word.isalnum() else len(letters(word)) for word in text.split())
    return set(list(accumulate(filter(None, lengths)))[:-1])


def _target_faults(expected: TextAccount, found: TextAccount, path: str) -> Iterator[Diagnostic]:
    """The first link whose destination is at another place than in the text, where the words are the same."""
    if letters(expected.words) != letters(found.words):
        return
    for link in expected.things["links"]:
        name = link.key.rpartition(" #")[2] if " #" in link.key else ""
        at = expected.anchors.get(name, -1)
        if at < 0:
            continue
        if found.pages:
            first, last = found.page_at(at - 1), found.page_at(at)
            is_there = name not in found.places or min(first, last) <= found.places[name] <= max(first, last)
        else:
            is_there = found.anchors.get(name) == at
        if not is_there:
            fields = {"kind": "places that links lead to", "where": _under(link.heading)}
            words = cut_short(link.words, SHORT)
            yield message("proof-differs", Location(path), difference=f"'{words}' leads to another place", **fields)
            return


def _code_faults(expected: TextAccount, found: TextAccount, path: str) -> Iterator[Diagnostic]:
    """The first block of code that is not set line by line, each as far in as it is written."""
    for code in expected.things["blocks of code"]:
        blocks = [lines for lines in found.code if _signs("".join(lines)) == _signs(code.key)]
        if blocks and not any(_keeps_lines(code.key, lines) for lines in blocks):
            difference = f"the lines of '{cut_short(code.words, SHORT)}' are broken or moved"
            yield message(
                "proof-differs", Location(path), kind="lines of code", where=_under(code.heading), difference=difference
            )
            return


def _keeps_lines(code: str, shown: Sequence[str]) -> bool:
    """Whether each line of code begins a line on the page, as far in; a long one may go on below."""
    left = list(reversed(shown))
    for line in filter(str.strip, code.splitlines()):
        first = left.pop() if left else ""
        if first.strip() and _indent(first) != _indent(line):
            return False
        got = _signs(first)
        while left and len(got) < len(_signs(line)):
            got += _signs(left.pop())
        if got != _signs(line):
            return False
    return True


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _status_faults(
    expected: TextAccount, found: TextAccount, promise: ExpectedContent, path: str
) -> Iterator[Diagnostic]:
    """Statuses that a listener does not hear before a text begins; what the front of a pack says holds for all."""
    stream = letters(found.words)
    front = {said for passage in promise.passages if passage.kind == "front" for said in statuses_of(passage.identity)}
    for passage in promise.passages:
        for name in (chapter.name for chapter in passage.chapters):
            later = "" in found.around and name != passage.chapters[0].name
            if later or name not in expected.texts or name not in found.texts:
                continue  # an insert, or in a PDF or a web page a chapter after the first
            (begun, end), (start, *_) = expected.texts[name], found.texts[name]
            before = found.around.get("", "") + found.around.get(name, "") + stream[start : start + end - begun]
            for status in statuses_of(passage.identity):
                if (passage.kind == "front" or status not in front) and letters(status) not in before:
                    yield message("proof-status-late", Location(path, found.page_at(start)), status=status)
