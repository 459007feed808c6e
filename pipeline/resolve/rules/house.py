"""The style of the house: titles, summaries, lists, numbers and slips of the pen. Warnings only."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pipeline.codes import house as codes
from pipeline.core.diagnostics import Diagnostic
from pipeline.model.body import Box, BoxKind, Division, Heading, ListBlock, Paragraph, Quote, Table, plain_text
from pipeline.resolve.inherit import language_of
from pipeline.resolve.reading import Reading
from pipeline.resolve.rules.places import runs
from pipeline.text.fitting import TITLE_ROOM, TITLE_SIZE, shortened
from pipeline.text.typography import is_english, typeset

COLUMNS_MOST = 4
SUMMARY_MOST = 160


def titles_have_no_full_stop(reading: Reading) -> Iterator[Diagnostic]:
    """A title is a name, not a sentence."""
    if reading.briefing.fields.title.endswith(".") and not reading.briefing.fields.title.endswith("..."):
        yield codes.TITLE_STOP.at(reading.briefing.marks.at("title"))


def titles_fit_the_running_header(reading: Reading) -> Iterator[Diagnostic]:
    """The short title, or the title in its place, stands whole between the date and the status."""
    fields = reading.briefing.fields
    title = typeset(fields.short_title or fields.title, language_of(reading.briefing, reading.environment.imprint))
    shown = shortened(title, TITLE_ROOM, TITLE_SIZE)
    if shown != title:
        place = reading.briefing.marks.at("short_title" if fields.short_title else "title")
        yield codes.SHORT_TITLE_LONG.at(place, shown=shown.removesuffix("…"))


def summaries_are_one_sentence(reading: Reading) -> Iterator[Diagnostic]:
    """A summary is a short sentence with its full stop."""
    summary = reading.briefing.fields.summary
    if ("summary",) not in reading.briefing.marks.entries or ("summary",) in reading.briefing.marks.comments:
        return
    if summary == reading.briefing.fields.title:
        return  # the title stands in where a summary has no words, which is said where it is read
    place = reading.briefing.marks.at("summary")
    if len(summary) > SUMMARY_MOST:
        yield codes.SUMMARY_LONG.at(place, length=len(summary), most=SUMMARY_MOST)
    if not summary.endswith((".", "?", "!", ".'", ".’")):
        yield codes.SUMMARY_STOP.at(place)


def tables_fit_on_a_small_screen(reading: Reading) -> Iterator[Diagnostic]:
    """A table keeps its columns wherever it is read."""
    for table in reading.passage.every(Table):
        if len(table.aligns) > COLUMNS_MOST:
            yield codes.TABLE_WIDE.at(table.place, columns=len(table.aligns), most=COLUMNS_MOST)


def lists_have_a_lead_in(reading: Reading) -> Iterator[Diagnostic]:
    """A list continues a line before it; it does not follow a heading or open the text."""
    yield from _without_lead_in(reading.briefing.body.blocks)


def _without_lead_in(blocks: tuple[Any, ...]) -> Iterator[Diagnostic]:
    before: Any = None
    for block in blocks:
        match block:
            case ListBlock(place=place) if before is None or isinstance(before, Heading):
                yield codes.LIST_LEAD_IN.at(place)
            case Box(kind=BoxKind.QUESTIONS | BoxKind.OUTCOMES):
                pass
            case Box(children=children) | Division(children=children) | Quote(children=children):
                yield from _without_lead_in(children)
        before = block


def bullets_are_more_than_one(reading: Reading) -> Iterator[Diagnostic]:
    """One thing is not a list."""
    for block in reading.passage.every(ListBlock):
        if not block.ordered and len(block.items) == 1:
            yield codes.LIST_SINGLE.at(block.place)


def bullets_end_without_a_mark(reading: Reading) -> Iterator[Diagnostic]:
    """Bullets of one sentence have no full stop, semicolon or comma at their end; told once a list."""
    for block in reading.passage.every(ListBlock):
        if block.ordered:
            continue
        for entry in block.items:
            mark = _end_mark(entry.children)
            if mark:
                yield codes.LIST_STOP.at(entry.place, mark=mark)
                break


def _end_mark(children: tuple[Any, ...]) -> str:
    if len(children) != 1 or not isinstance(children[0], Paragraph):
        return ""
    words = plain_text(children[0].children).strip()
    inner = re.search(r"[.!?:]['’”)]?\s", words)
    last = words[-1:]
    return last if last in {".", ";", ","} and not inner and not words.endswith(("...", "etc.")) else ""


_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_ONES = dict(zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], range(1, 10), strict=True))
_NUMBER = re.compile(
    rf"(?<![\w-])(?:({'|'.join(_TENS)})(?:[- ]({'|'.join(_ONES)}))?|({'|'.join(_TEENS)}))(?![\w-])", re.IGNORECASE
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:]['’”)]*\s)\s*['‘“(]*$")


def numbers_are_figures(reading: Reading) -> Iterator[Diagnostic]:
    """Numbers from 10 up are figures, unless a sentence starts with one."""
    for run in runs(reading.passage):
        words = run.words
        for found in _NUMBER.finditer(words):
            if _SENTENCE_START.search(words[: found.start()]) and found[0][0].isupper():
                continue
            tens, ones, teens = (part.lower() if part else "" for part in found.groups())
            figures = _TEENS.get(teens) or _TENS[tens] + _ONES.get(ones, 0)
            yield codes.NUMBERS_IN_FIGURES.at(run.place(found.start()), word=found[0], figures=figures)


_DOUBLED = re.compile(r"(?<![\w-])([^\W\d_]{2,})[ \n](\1)(?![\w-])", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_RIGHTLY_DOUBLED = frozenset({"that", "had", "win", "her", "so", "is", "very", "bye", "tut", "ha", "chow"})
_SMALL = frozenset({"the", "an", "of", "to", "in", "and", "or", "on", "for", "with", "by", "at", "from"})
"""Words that stand twice by a slip at the head of a sentence too: 'The the'. 'Alces alces' is a name."""


def words_stand_once(reading: Reading) -> Iterator[Diagnostic]:
    """No word stands twice by a slip, one space or line's end between: 'the the'. 'SC-SC' is meant."""
    for run in runs(reading.passage):
        words = run.words
        if not _has_neighbours_alike(words):
            continue
        for found in _DOUBLED.finditer(words):
            first, second = found[1], found[2]
            alike = first == second or (second in _SMALL and first == second.capitalize())
            if alike and first.lower() not in _RIGHTLY_DOUBLED:
                yield codes.DOUBLED_WORD.at(run.place(found.start()), word=first)


_SPACE_BEFORE = re.compile(r"(?<=[^\W\d_])[ \u00a0]+([,.;:!?])(?=\s|$)")
_MARK_TWICE = re.compile(r"(?<=[^\s.,;:])(?:([,;:])\1|(\.)\.(?!\.))(?=\s|$)")


def marks_stand_close_and_once(reading: Reading) -> Iterator[Diagnostic]:
    """Punctuation in English follows its word without a space, and once."""
    if not is_english(language_of(reading.briefing, reading.environment.imprint)):
        return
    for run in runs(reading.passage):
        words = run.words
        for found in _SPACE_BEFORE.finditer(words):
            yield codes.SPACE_BEFORE_MARK.at(run.place(found.start()), mark=found[1])
        for found in _MARK_TWICE.finditer(words):
            yield codes.MARK_DOUBLED.at(run.place(found.start()), mark=found[1] or found[2])


def _has_neighbours_alike(words: str) -> bool:
    each = _WORD.findall(words.lower())
    return any(one == other for one, other in pairwise(each))
