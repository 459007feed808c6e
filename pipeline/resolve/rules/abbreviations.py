"""Abbreviations: short forms found in the text, each with what it stands for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.model.body import Abbreviated, Inline, Text
from pipeline.model.source.briefing import Abbreviation
from pipeline.resolve.reading import Reading
from pipeline.resolve.rules.places import place_in


@dataclass(frozen=True, slots=True)
class ShortForms:
    """The short forms that a briefing declares, ready to be found."""

    declared: Mapping[str, Abbreviation]
    pattern: re.Pattern[str]

    def find(self, text: str) -> Iterator[tuple[re.Match[str], str, str]]:
        """Each use in a text, with the short form as declared and what this use stands for."""
        for use in self.pattern.finditer(text):
            short = use[1]
            record = self.declared[short]
            yield use, short, _plural(record) if use[2] else record.full


def _plural(record: Abbreviation) -> str:
    return record.plural or f"{record.full}s"


def short_forms(declared: Mapping[str, Abbreviation]) -> ShortForms | None:
    """The short forms ready to be found, or None if there are none."""
    if not declared:
        return None
    either = "|".join(re.escape(short) for short in sorted(declared, key=len, reverse=True))
    return ShortForms(declared, re.compile(rf"(?<!\w)({either})(s?)(?!\w)"))


def mark_abbreviations(text: Text, forms: ShortForms, used: set[str]) -> tuple[Inline, ...] | None:
    """The text with each short form marked, or None if it has none; `used` learns what was found."""
    made: list[Inline] = []
    done = 0
    for use, short, expansion in forms.find(text.text):
        if use.start() > done:
            made.append(Text(text.text[done : use.start()], place_in(text, done)))
        made.append(Abbreviated(use[0], expansion))
        used.add(short)
        done = use.end()
    if not made:
        return None
    if done < len(text.text):
        made.append(Text(text.text[done:], place_in(text, done)))
    return tuple(made)


def abbreviations_are_used(reading: Reading) -> Iterator[Diagnostic]:
    """A short form is spelled out where it first stands, and is used again after that."""
    declared = reading.briefing.fields.abbreviations
    forms = short_forms(declared)
    if forms is None:
        return
    uses: dict[str, list[tuple[Text, int, str]]] = {short: [] for short in declared}
    before = ""
    for text in reading.passage.every(Text):
        for use, short, _ in forms.find(text.text):
            uses[short].append((text, use.start(), f"{before} {text.text[: use.start()]}"))
        before = f"{before} {text.text}"
    for short, found in uses.items():
        yield from _remarks(reading, short, declared[short], found)


def _remarks(
    reading: Reading, short: str, record: Abbreviation, found: list[tuple[Text, int, str]]
) -> Iterator[Diagnostic]:
    place = reading.briefing.marks.key_at("abbreviations", short)
    if not found:
        yield message("abbreviation-unused", place, short=short)
        return
    if len(found) == 1:
        yield message("abbreviation-once", place, short=short, full=record.full)
    text, offset, before = found[0]
    said = " ".join(before.split()).casefold()
    if not any(words.casefold() in said for words in (record.full, _plural(record))):
        yield message("abbreviation-first-use", place_in(text, offset), short=short, full=record.full)
