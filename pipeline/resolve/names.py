"""Names, tags, terms and abbreviations."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import suggestion
from pipeline.model.body import Abbreviated, Inline, Text
from pipeline.model.manuscript import Subject
from pipeline.model.source.briefing import Abbreviation
from pipeline.model.source.library_file import Series, Tag
from pipeline.model.source.record import FieldLocations, Step
from pipeline.resolve.environment import Environment
from pipeline.resolve.reading import BriefingView, place_in

# Abbreviations


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


def abbreviations_are_used(reading: BriefingView) -> Iterator[Diagnostic]:
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
    reading: BriefingView, short: str, record: Abbreviation, found: list[tuple[Text, int, str]]
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


# Tags, terms, related titles and members of series

_GLOSSARY = "source/glossary.yaml"
_BRIEFINGS = "Briefings live in source/briefings/."


def known_briefings(environment: Environment) -> tuple[str, ...]:
    """The ids of briefings that there are, whether they can be built or not; without the handbook's pages."""
    return tuple(sorted({n for n, b in environment.briefings.items() if not b.manual} | environment.broken))


def subjects_of(tags: tuple[str, ...], known: Mapping[str, Tag]) -> tuple[Subject, ...]:
    """Labels of tags; one that is in no list is written out."""
    listed = ((tag, known.get(tag)) for tag in tags)
    return tuple(
        Subject(said.label, said.scheme or "", said.code or "") if said else Subject(_label(tag))
        for tag, said in listed
    )


def is_refused(environment: Environment, listed: str, name: str) -> bool:
    """Whether one of the small lists had a record of this unknown id that could not be read, which is told there."""
    marks = environment.list_marks.get(listed)
    return marks is not None and (name,) in marks.keys


# Rules


def related_titles_exist(reading: BriefingView) -> Iterator[Diagnostic]:
    """Related titles are other briefings of this library."""
    known = known_briefings(reading.environment)
    for index, name in enumerate(reading.briefing.fields.related):
        place = reading.briefing.marks.at("related", index)
        if name == reading.briefing.id:
            yield message("related-self", place, name=name)
        elif name not in reading.environment.briefings and name not in reading.environment.broken:
            others = set(known) - {reading.briefing.id}
            yield message("briefing-unknown", place, hint=suggestion(name, others, _BRIEFINGS), name=name)


def tags_are_in_the_list(reading: BriefingView) -> Iterator[Diagnostic]:
    """Tags and audience come from `tags.yaml`, if there is one."""
    known = {} if "source/tags.yaml" in reading.environment.unread else reading.environment.tags
    fields = reading.briefing.fields
    for key, names_ in (("tags", fields.tags), ("audience", fields.audience)):
        for index, name in enumerate(names_):
            if known and name not in known and not is_refused(reading.environment, "tags", name):
                place = reading.briefing.marks.at(key, index)
                hint = suggestion(name, known, f"To add it, write a line '{name}: {{label: {_label(name)}}}' there.")
                yield message("entry-unknown", place, hint=hint, file="tags", kind="tag", name=name)


def _label(tag: str) -> str:
    return tag.replace("-", " ").capitalize()


def terms_are_in_the_glossary(reading: BriefingView) -> Iterator[Diagnostic]:
    """The terms that a briefing names are explained in the glossary."""
    if _GLOSSARY in reading.environment.unread:
        return
    for index, name in enumerate(reading.briefing.fields.glossary):
        if name not in reading.environment.glossary and not is_refused(reading.environment, "glossary", name):
            place = reading.briefing.marks.at("glossary", index)
            hint = suggestion(name, reading.environment.glossary, "Terms live in source/glossary.yaml.")
            yield message("entry-unknown", place, hint=hint, file="glossary", kind="term", name=name)


def members_of_series_exist(environment: Environment, series: Series) -> Iterator[Diagnostic]:
    """A series lists briefings of this library, each once."""
    known = known_briefings(environment)
    seen: set[str] = set()
    for index, name in enumerate(series.fields.briefings):
        place = series.marks.at("briefings", index)
        if name not in known:
            hint = suggestion(name, known, _BRIEFINGS)
            yield message("briefing-unknown", place, hint=hint, name=name)
        elif name in seen:
            yield message("member-twice", place, name=name)
        seen.add(name)


def briefings_are_in_one_series(environment: Environment, series: Series) -> Iterator[Diagnostic]:
    """A briefing takes its caveats from one series, the first by name."""
    for index, name in enumerate(series.fields.briefings):
        first = environment.series_of(name)
        if first and first.id != series.id:
            yield message("series-shared", series.marks.at("briefings", index), name=name, first=first.id)


def terms_lead_to_terms(environment: Environment) -> Iterator[Diagnostic]:
    """A term that another leads on to is in the glossary too."""
    for id_, term in environment.glossary.items():
        for index, name in enumerate(term.see):
            if name not in environment.glossary and not is_refused(environment, "glossary", name):
                place = in_list(environment, "glossary", id_, "see", index)
                hint = suggestion(name, environment.glossary, f"'{term.term}' leads on to it.")
                yield message("entry-unknown", place, hint=hint, file="glossary", kind="term", name=name)


def in_list(environment: Environment, name: str, *way: Step) -> Location:
    """The place of a value in one of the small lists."""
    return environment.list_marks.get(name, FieldLocations(f"source/{name}.yaml")).at(*way)
