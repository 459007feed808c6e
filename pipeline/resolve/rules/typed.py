"""Matter that an author has typed by hand that the pipeline makes: lists of references, notes, unknown works."""

import re
from collections.abc import Iterator

from pipeline.codes import citation as citation_codes
from pipeline.codes import house as codes
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.model.body import Heading, Paragraph, Strong, plain_text
from pipeline.resolve.environment import Environment
from pipeline.resolve.reading import Passage, Reading
from pipeline.resolve.rules.places import WordRun, runs, unlinked_runs
from pipeline.resolve.rules.uncited import works_of

_REFERENCES = re.compile(
    r"(?:\d+\.?\s+)?(?:list of )?(?:references?|bibliography|works cited|reference list):?", re.IGNORECASE
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
_NOTE = re.compile(
    r"(?:\[(?P<squared>\d{1,2})\]|(?P<raised>[⁰¹²³⁴-⁹]{1,2})"
    rf"|(?P<plain>\d{{1,2}})(?=[ \t\u00a0]+(?!(?:{'|'.join(_MONTHS)})\b)[A-Z‘“'\"]))\s*\S"
)
_MARK = re.compile(
    r"\[(?P<squared>\d{1,2})\](?![(\[:])"
    r"|(?<=[\w.,;:!?)\]’”'\"%])(?:(?<=\b[12]\d{3})|(?<![\d⁻]))(?<!\b[^\W\d_])(?<!\b[ckm]m)(?<!\bft)(?P<raised>[⁰¹²³⁴-⁹]{1,2})"
    r"|(?<=[a-z.,;:!?)’”])\^(?P<caret>\d{1,2})(?=[\s.,;)]|$)"
    r"|(?<=[a-z]{2}[.,;:!?)’”])(?P<plain>\d{1,2})(?=[\s)]|$)|(?<=[a-z]{3})(?P<close>\d{1,2})(?=[\s.,;)]|$)"
)
"""Neither 'I²' and 'km²' nor 's.8'; of numbers a year may have a note."""
_WORK = re.compile(
    r"(?:see )?(?P<names>(?P<first>(?:(?:van|von|de|der|den|du|la|le)[ \n])*(?![a-z])[^\W\d_][\w'’-]+)"
    r"(?:[ \n](?:and|&)[ \n](?:others|colleagues|(?![a-z])[^\W\d_][\w'’-]+)|(?P<et>,?[ \n]et[ \n]al\.?)))"
    r",[ \n](?P<year>(?:19|20)\d\d)[a-z]?"
)
"""More than one author: one word before a year may be a place as well."""
_NO_NAMES = frozenset(
    (
        *(*_MONTHS, "Spring", "Summer", "Autumn", "Winter", "Easter", "Christmas"),
        *("England", "Wales", "Scotland", "Ireland", "Britain"),
    )
)
_ROUND = re.compile(r"\((?P<inside>[^()]{6,200})\)")


def references_are_made(reading: Reading) -> Iterator[Diagnostic]:
    """The list of references is made from the citations: a text has no heading of its own for one."""
    headings: tuple[Heading | Paragraph, ...] = reading.passage.every(Heading)
    for node in (*headings, *reading.passage.every(Paragraph)):
        words = plain_text(node.children).strip()
        in_bold = len(node.children) == 1 and isinstance(node.children[0], Strong)
        alone = isinstance(node, Heading) or in_bold or node.place.column == 1  # and in no list or quotation
        if alone and _REFERENCES.fullmatch(words):
            yield codes.REFERENCES_TYPED.at(node.place, words=words)


def notes_are_called(reading: Reading) -> Iterator[Diagnostic]:
    """A note is written as one: no number in the words, with a paragraph of that number further down."""
    notes = dict(_typed_notes(reading.passage))
    marks = [mark for mark in _marks(reading.passage) if _stands_before(mark, notes)] if notes else []
    if not any(number == 1 and _is_bare(found) for _, found, number in marks):
        marks = [mark for mark in marks if not _is_bare(mark[1])]
    if not marks:
        return
    run, found, number = min(marks, key=lambda mark: mark[0].place(mark[1].start()))
    more = len({other for _, _, other in marks}) - 1
    others = "" if not more else ", and so does another further on" if more == 1 else f", and so do {more} others"
    place, line = run.place(found.start()), notes[number].line
    yield codes.NOTE_TYPED.at(place, mark=found[0], number=number, line=line, others=others)


def _typed_notes(passage: Passage) -> Iterator[tuple[int, Place]]:
    """The lines that begin with a number as a note does, by that number; a bare one only above the other words."""
    for run in runs(Passage({Paragraph: passage.every(Paragraph)})):
        at, above = 0, True
        for line in run.words.split("\n"):
            found = _NOTE.match(line)
            above = above and found is not None
            if found and (above or not found["plain"]):
                yield _number(found), run.place(at)
            at += len(line) + 1


def _is_bare(found: re.Match[str]) -> bool:
    """Whether a mark is a digit like any other, which calls a note only where the notes count from 1."""
    return bool(found["plain"] or found["close"])


def _marks(passage: Passage) -> Iterator[tuple[WordRun, re.Match[str], int]]:
    """Numbers in the words of a text that may call a note."""
    for run in unlinked_runs(passage):
        yield from ((run, found, _number(found)) for found in _MARK.finditer(run.words))


def _stands_before(mark: tuple[WordRun, re.Match[str], int], notes: dict[int, Place]) -> bool:
    run, found, number = mark
    return number in notes and run.place(found.start()) < notes[number]


def _number(found: re.Match[str]) -> int:
    return int(next(filter(None, found.groups())).translate(_RAISED))


def typed_works_are_in_the_library(reading: Reading) -> Iterator[Diagnostic]:
    """A citation in plain words of a work that the library has not: told of the first, with how many there are."""
    typed = sorted(_unknown_works(reading))
    if typed:
        place, written = typed[0]
        more = len({words for _, words in typed}) - 1
        others = f", nor {more} more that {'is' if more == 1 else 'are'} typed in this text" if more else ""
        yield citation_codes.CITE_UNLISTED.at(place, written=written, others=others)


def _unknown_works(reading: Reading) -> Iterator[tuple[Place, str]]:
    """Authors and year in round brackets, with their places, where no work has them."""
    for run in unlinked_runs(reading.passage):
        for brackets in _ROUND.finditer(run.words):
            at = brackets.start("inside")
            for part in brackets["inside"].split(";"):
                found = _WORK.fullmatch(part.strip())
                named = found is not None and not _is_elsewhere(found, reading.environment)
                if found and named and not works_of(found["first"], found["year"], reading.environment.bibliography):
                    yield run.place(at + len(part) - len(part.lstrip())), " ".join(found[0].split())
                at += len(part) + 1


def _is_elsewhere(found: re.Match[str], environment: Environment) -> bool:
    """Whether it is a time or a place: a month, a country, a force as 'Devon and Cornwall'."""
    if found["et"]:
        return False
    names = " ".join(found["names"].split())
    return found["first"] in _NO_NAMES or any(names in one.name for one in environment.organisations.values())
