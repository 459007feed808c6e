"""Whether a finished PDF says what its text says: word for word in the order of the tags, heading by heading."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate, zip_longest

from pipeline.codes import proofs
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.tables import count
from pipeline.markup.roles import spaced
from pipeline.proof.parity.account import PaperAccount
from pipeline.proof.parity.account_reader import read_on_paper
from pipeline.proof.parity.differences import NEAR, first_difference, short
from pipeline.proof.parity.letters import letters
from pipeline.proof.parity.promise import Promise, PromisedText, produced_in
from pipeline.proof.pdf.counted import counted_faults
from pipeline.proof.pdf.feet import feet_faults, statuses_of
from pipeline.proof.pdf.reading import PdfReading
from pipeline.proof.pdf.structure import first_page
from pipeline.proof.pdf.tags import HEADINGS, NOTES, TaggedElement, TagPath
from pipeline.text.scripts import in_any_order, runs_backwards


def agreement_faults(reading: PdfReading, promise: Promise, path: str) -> Iterator[Diagnostic]:
    """Every difference between a file and the texts that it was bound from."""
    if reading.tags is None or not reading.tags.kids:
        return
    parts = _parts(reading.tags, len(promise.passages))
    if len(parts) != len(promise.passages):
        expected, found = count(len(promise.passages), "part"), count(len(parts), "part")
        yield proofs.COUNT.at(Place(path), expected=expected, found=found)
        return
    marks: list[str] = []
    page = 1
    front = {said for passage in promise.passages if passage.kind == "front" for said in statuses_of(passage.identity)}
    for passage, part in zip(promise.passages, parts, strict=True):
        place = Place(path, page)
        if passage.kind == "insert":  # a finished PDF: there is no text to hold it to
            yield from feet_faults(reading, passage, page, path, promise.identity)
            marks.append(passage.title)
            page += passage.pages
            continue
        text = _text(part, passage, produced_in(promise, passage))
        said = partial(reading.words.of, skip=left_out)
        yield from counted_faults(part, text, place, said, reading.words.lines)
        yield from _headings(reading, part, text, place)
        yield from _pictures(part, text, place)
        yield from _words(reading, part, text, path)
        own = [said for said in statuses_of(passage.identity) if passage.kind == "front" or said not in front]
        yield from _late(reading, part, own, text, place)
        yield from feet_faults(reading, passage, page, path, promise.identity)
        marks += _bookmarks(passage, text)
        page += passage.pages
    yield from _outline(reading, marks, Place(path))


def _text(part: TaggedElement, passage: PromisedText, produced: str) -> PaperAccount:
    """The text of a passage. Where all notes stand at their calls, the headings that they had at its end are gone."""
    text = read_on_paper(passage.chapters, passage.style, produced)
    if text.note_headings and len(part.of_kind(*HEADINGS)) < len(text.headings):
        return read_on_paper(passage.chapters, passage.style, produced, notes_at_end=False)
    return text


def _parts(tags: TaggedElement, expected: int) -> list[TaggedElement]:
    """The texts of a file: in a pack the parts of its document, else the whole."""
    if expected == 1:
        return [tags]
    return [
        kid for top in tags.kids if isinstance(top, TaggedElement) for kid in top.kids if isinstance(kid, TaggedElement)
    ]


def says_its_text(reading: PdfReading, promise: Promise) -> bool:
    """Whether the tags give the texts word for word."""
    return not any(fault.code == proofs.WORDS.name for fault in agreement_faults(reading, promise, ""))


def _headings(reading: PdfReading, part: TaggedElement, text: PaperAccount, place: Place) -> Iterator[Diagnostic]:
    found = [f"{tag.kind} {spaced(reading.words.of(tag, left_out))}" for tag in part.of_kind(*HEADINGS)]
    expected = [f"H{heading.words[1:]}" for heading in text.headings]
    if difference := _difference(expected, found, key=letters):
        yield proofs.HEADINGS.at(place, difference=difference)


def _pictures(part: TaggedElement, text: PaperAccount, place: Place) -> Iterator[Diagnostic]:
    """In whatever order: those of a footnote are heard at its call, and composed at the end."""
    expected = sorted(spaced(said) for said in text.descriptions)
    found = sorted(spaced(tag.alt) for tag in part.of_kind("Figure", "Formula"))
    if difference := _difference(expected, found, key=letters):
        yield proofs.PICTURES.at(place, difference=difference)


def _outline(reading: PdfReading, expected: Sequence[str], place: Place) -> Iterator[Diagnostic]:
    found = [spaced(title) for title in reading.bookmarks()]
    if difference := _difference(expected, found, key=spaced):
        yield proofs.BOOKMARKS.at(place, difference=difference)


def _bookmarks(passage: PromisedText, text: PaperAccount) -> list[str]:
    """The bookmarks of a passage. A briefing within a pack has one of its own, unless its title is that already."""
    gone = () if text.notes_at_end else text.note_headings
    marks = [mark for chapter in passage.chapters for mark in chapter.bookmarks if mark.id not in gone]
    if not marks:  # then every heading is one
        return [heading.words[3:] for heading in text.headings]
    texts = [spaced(mark.text) for mark in marks]
    alone = sum(mark.level == marks[0].level for mark in marks) == 1
    titled = alone and marks[0].text == passage.title
    return texts if titled or passage.kind != "briefing" else [passage.title, *texts]


def _difference(expected: Sequence[str], found: Sequence[str], key: Callable[[str], str]) -> str:
    """The first difference between two lists, in words; nothing where there is none."""
    for meant, is_there in zip_longest(expected, found):
        if meant is None:
            return f"'{short(is_there)}' is one too many"
        if is_there is None:
            return f"'{short(meant)}' is missing"
        if key(meant) != key(is_there):
            return f"'{short(is_there)}' stands where '{short(meant)}' should"
    return ""


def _words(reading: PdfReading, part: TaggedElement, text: PaperAccount, path: str) -> Iterator[Diagnostic]:
    """The words in the order of the tags are those of the text. Notes are compared one by one, in any order."""
    yield from _same_words(reading, part, text.words, path)
    meant = {letters(words): words for words in text.note_words}
    notes = {letters(reading.words.of(note, left_out)): note for note in part.of_kind(*NOTES)}
    strange = [note for said, note in notes.items() if said not in meant]
    missing = [words for said, words in meant.items() if said not in notes]
    for note, words in zip(strange, missing, strict=False):
        yield from _same_words(reading, note, words, path)


def _same_words(reading: PdfReading, part: TaggedElement, text: str, path: str) -> Iterator[Diagnostic]:
    pieces = reading.words.pieces(part, left_out)
    said = "".join(piece for _, piece in pieces)
    found, expected = letters(said), letters(text)
    if found == expected:
        yield from _run_together(said, text, Place(path, first_page(part)))
        yield from _other_signs(pieces, text, path)
        return
    at = first_difference(found, expected)
    before, meant = around(text, at)
    yield proofs.WORDS.at(Place(path, _page_at(pieces, at)), before=before, found=around(said, at)[1], expected=meant)


def _other_signs(pieces: Sequence[tuple[int, str]], text: str, path: str) -> Iterator[Diagnostic]:
    """Every character of the text that is no space stands in the file, and no line ends in a hyphen of a word."""
    said = "".join(piece for _, piece in pieces)
    found, expected = _signs(said), _signs(text)
    if runs_backwards(expected) and in_any_order(found) == in_any_order(expected):
        return  # marks beside such words stand for one half or the other
    at = _first_apart(found, expected) if found != expected else min(_hyphens(said) - _hyphens(text), default=-1)
    if at >= 0:
        near = slice(max(0, at - NEAR_SIGNS), at + NEAR_SIGNS)
        told = found[near] if found != expected else f"{found[near.start : at + 1]} {found[at + 1 : near.stop]}"
        yield proofs.COPIED.at(Place(path, _page_at(pieces, at, _signs)), found=told, expected=expected[near])


NEAR_SIGNS = 20
"""Signs that are told on either side of one that differs."""


def _first_apart(one: str, other: str) -> int:
    """Index of the first difference between two texts."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (sign, meant) in pairs if sign != meant), min(len(one), len(other)))


def _hyphens(text: str) -> set[int]:
    """Number of signs before each hyphen that ends a word; one beside another is part of a rule."""
    ends = accumulate(map(len, words := text.split()))
    return {
        end - 1
        for end, word, behind in zip(ends, words, [*words[1:], ""], strict=True)
        if word.endswith("-") and not word.endswith("--") and not behind.startswith("-")
    }


def _signs(text: str) -> str:
    """The characters of a text without spaces; a hyphen that does not break is copied as a hyphen."""
    return "".join(text.split()).replace("\N{NON-BREAKING HYPHEN}", "-")


def _page_at(pieces: Sequence[tuple[int, str]], at: int, counted: Callable[[str], str] = letters) -> int:
    """The page of a letter, or of another sign that is `counted`, by the number of those before it."""
    ends = accumulate(len(counted(piece)) for _, piece in pieces)
    pages = (page for (page, _), end in zip(pieces, ends, strict=True) if end > at)
    return next(pages, pieces[-1][0] if pieces else 1)


def around(text: str, at: int) -> tuple[str, str]:
    """Some words before the place where so many letters have been read, and some from the word that holds it."""
    words, reached = text.split(), 0
    for number, word in enumerate(words):
        reached += len(letters(word))
        if reached > at:
            return " ".join(words[max(0, number - NEAR) : number]), " ".join(words[number : number + NEAR])
    return " ".join(words[-NEAR:]), "nothing"


def _run_together(said: str, text: str, place: Place) -> Iterator[Diagnostic]:
    """Every gap between words of the text is a gap to the ear."""
    lost = sorted(_gaps(text) - _gaps(said))
    if lost:
        words = [word for word in said.split() if letters(word)]
        reached = 0
        for word in words:
            reached += len(letters(word))
            if reached > lost[0]:
                yield proofs.WORDS_JOINED.at(place, found=word[:80])
                return


def _gaps(text: str) -> set[int]:
    """After how many letters there is a space, the beginning and the end left out."""
    lengths = [len(word) if word.isascii() and word.isalnum() else len(letters(word)) for word in text.split()]
    return set(list(accumulate(filter(None, lengths)))[:-1])


def _late(
    reading: PdfReading, part: TaggedElement, statuses: Iterable[str], text: PaperAccount, place: Place
) -> Iterator[Diagnostic]:
    """Statuses and marking are heard in the title block; what a pack's front says, it says for all its parts."""
    opening = letters(reading.words.of(part, left_out))[: text.opening]
    for status in statuses:
        if letters(status) not in opening:
            yield proofs.STATUS_LATE.at(place, status=status)


def left_out(way: TagPath) -> bool:
    """True of tags outside the running text: notes, the marks of lists, the inside of pictures.

    The label in a list that is not numbered is no mark: it is the term that its meaning follows.
    """
    kind = way[-1].kind
    if kind == "Lbl":
        return len(way) > 2 and way[-3].kind == "L" and way[-3].numbering not in ("", "None", "Description")
    return kind in NOTES or kind in ("Figure", "Formula")
