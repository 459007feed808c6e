"""Names, tags, terms and abbreviations."""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import list_known_names, suggest_names
from pipeline.model.body import Abbreviated, Inline, Text
from pipeline.model.manuscript import Subject
from pipeline.model.source.briefing import Abbreviation
from pipeline.model.source.library_file import Series, Tag
from pipeline.model.source.record import FieldLocations, KeyPath, Step
from pipeline.resolve.environment import Environment
from pipeline.resolve.reading import BriefingView, place_in

T = TypeVar("T")

# Abbreviations


@dataclass(frozen=True, slots=True)
class ShortForms:
    """The short forms that a briefing declares, with a pattern that finds them."""

    declared: Mapping[str, Abbreviation]
    pattern: re.Pattern[str]

    def find(self, text: str) -> Iterator[tuple[re.Match[str], str, str]]:
        """Yield each use in a text, with its short form and its long form."""
        for use in self.pattern.finditer(text):
            short = use[1]
            record = self.declared[short]
            yield use, short, _plural(record) if use[2] else record.full


def _plural(record: Abbreviation) -> str:
    return record.plural or f"{record.full}s"


def short_forms(declared: Mapping[str, Abbreviation]) -> ShortForms | None:
    """Prepare the search for short forms; None if there are none."""
    if not declared:
        return None
    either = "|".join(re.escape(short) for short in sorted(declared, key=len, reverse=True))
    return ShortForms(declared, re.compile(rf"(?<!\w)({either})(s?)(?!\w)"))


def mark_abbreviations(text: Text, forms: ShortForms, used: set[str]) -> tuple[Inline, ...] | None:
    """Mark the short forms in a text, and add them to `used`; None if there are none."""
    pieces: list[Inline] = []
    end = 0
    for use, short, expansion in forms.find(text.text):
        if use.start() > end:
            pieces.append(Text(text.text[end : use.start()], place_in(text, end)))
        pieces.append(Abbreviated(use[0], expansion))
        used.add(short)
        end = use.end()
    if not pieces:
        return None
    if end < len(text.text):
        pieces.append(Text(text.text[end:], place_in(text, end)))
    return tuple(pieces)


def abbreviations_are_used(view: BriefingView) -> Iterator[Diagnostic]:
    """An abbreviation is spelled out at its first use, and is used again."""
    declared = view.briefing.fields.abbreviations
    forms = short_forms(declared)
    if forms is None:
        return
    uses: dict[str, list[tuple[Text, int, str]]] = {short: [] for short in declared}
    before = ""
    for text in view.passage.every(Text):
        for use, short, _ in forms.find(text.text):
            uses[short].append((text, use.start(), f"{before} {text.text[: use.start()]}"))
        before = f"{before} {text.text}"
    for short, uses_of_it in uses.items():
        record, place = declared[short], view.briefing.marks.key_at("abbreviations", short)
        if not uses_of_it:
            yield message("abbreviation-unused", place, short=short)
            continue
        if len(uses_of_it) == 1:
            yield message("abbreviation-once", place, short=short, full=record.full)
        text, offset, before = uses_of_it[0]
        words_before = " ".join(before.split()).casefold()
        if not any(words.casefold() in words_before for words in (record.full, _plural(record))):
            yield message("abbreviation-first-use", place_in(text, offset), short=short, full=record.full)


# Names of other things in the library


def repeated(items: Iterable[T], key: Callable[[T], Hashable]) -> Iterator[T]:
    """The items whose key an earlier item has."""
    seen = set()
    for item in items:
        if key(item) in seen:
            yield item
        seen.add(key(item))


def known_briefings(environment: Environment) -> tuple[str, ...]:
    """Return the ids of all briefings, also of broken ones, without handbook pages."""
    present = {name for name, briefing in environment.briefings.items() if not briefing.manual}
    return tuple(sorted(present | environment.broken))


def unknown_briefing(
    name: str, known: Iterable[str], place: Location, advice: str = "Briefings live in source/briefings/."
) -> Diagnostic:
    """Report a name that no briefing has, with the nearest known one or the advice."""
    return message("briefing-unknown", place, suggest_names(name, known, advice), name=name)


def subjects_from_tags(tags: tuple[str, ...], known: Mapping[str, Tag]) -> tuple[Subject, ...]:
    """Subjects with the labels of tags; an unknown tag gets a label from its id."""
    return tuple(
        Subject(tag.label, tag.scheme or "", tag.code or "") if (tag := known.get(name)) else Subject(_label(name))
        for name in tags
    )


def _label(tag: str) -> str:
    return tag.replace("-", " ").capitalize()


def related_titles_exist(view: BriefingView) -> Iterator[Diagnostic]:
    """Related titles are other briefings of this library."""
    environment, briefing = view.environment, view.briefing
    for index, name in enumerate(briefing.fields.related):
        place = briefing.marks.at("related", index)
        if name == briefing.id:
            yield message("related-self", place, name=name)
        elif name not in environment.briefings and name not in environment.broken:
            yield unknown_briefing(name, set(known_briefings(environment)) - {briefing.id}, place)


def members_of_series_exist(environment: Environment, series: Series) -> Iterator[Diagnostic]:
    """A series lists briefings of this library, each once."""
    known = known_briefings(environment)
    members = [(name, series.marks.at("briefings", index)) for index, name in enumerate(series.fields.briefings)]
    yield from (unknown_briefing(name, known, place) for name, place in members if name not in known)
    for name, place in repeated(members, key=lambda member: member[0]):
        if name in known:
            yield message("member-twice", place, name=name)


def briefings_are_in_one_series(environment: Environment, series: Series) -> Iterator[Diagnostic]:
    """A briefing is in one series only: it takes its caveats from the first."""
    for index, name in enumerate(series.fields.briefings):
        first = environment.series_of(name)
        if first and first.id != series.id:
            yield message("series-shared", series.marks.at("briefings", index), name=name, first=first.id)


# Entries of the small lists: source/tags.yaml, glossary.yaml, organisations.yaml


def entry_is_refused(environment: Environment, listed: str, name: str) -> bool:
    """True if an entry of a small list could not be read, which is reported there."""
    marks = environment.list_marks.get(listed)
    return marks is not None and (name,) in marks.keys


def areas_are_refused(environment: Environment) -> bool:
    """True if some areas of tags.yaml could not be read, which is reported there."""
    # Locations of the file as it is: those of 'areas' leave out what could not be read.
    marks = environment.list_marks.get("tags", FieldLocations("source/tags.yaml"))
    written = [path for path in marks.entries if len(path) == 2 and path[0] == "areas" and isinstance(path[1], int)]
    return "source/tags.yaml" in environment.unread or len(written) > len(environment.areas)


def location_in_list(environment: Environment, name: str, *path: Step) -> Location:
    """The location of a value in one of the small lists."""
    file = "tags" if name == "areas" else name
    return environment.list_marks.get(name, FieldLocations(f"source/{file}.yaml")).at(*path)


def entries_are_listed(view: BriefingView) -> Iterator[Diagnostic]:
    """The tags, terms and organisations that a briefing names are in their lists."""
    environment, fields = view.environment, view.briefing.fields
    tags = [((key, n), name) for key in ("tags", "audience") for n, name in enumerate(getattr(fields, key))]
    terms = [(("glossary", n), name) for n, name in enumerate(fields.glossary)]
    forces = [(("practice", n, "force"), record.force) for n, record in enumerate(fields.practice)]
    lists: tuple[tuple[str, str, Collection[str], Sequence[tuple[KeyPath, str]]], ...] = (
        ("tags", "tag", environment.tags, tags if environment.tags else ()),  # a library without a list may use any
        ("glossary", "term", environment.glossary, terms),
        ("organisations", "organisation", environment.organisations, [row for row in forces if _is_id(row[1])]),
    )
    for file, kind, known, names in lists:
        for path, name in names if f"source/{file}.yaml" not in environment.unread else ():
            if name not in known and not entry_is_refused(environment, file, name):
                advice = f"{kind.capitalize()}s live in source/{file}.yaml."
                if file == "tags":
                    advice = f"To add it, write a line '{name}: {{label: {_label(name)}}}' there."
                hint = suggest_names(name, known, advice)
                yield message("entry-unknown", view.briefing.marks.at(*path), hint, file=file, kind=kind, name=name)


def _is_id(force: str) -> bool:
    """True for the id of an organisation; a force in words is printed as written."""
    return force == force.lower() and " " not in force


def areas_are_listed(view: BriefingView) -> Iterator[Diagnostic]:
    """The areas that findings name are in source/tags.yaml."""
    known = [area.id for area in view.environment.areas]
    no_areas = "It lists none yet: write 'areas:' there, and under it a line '- {id: …, label: …}' for each."
    for index, finding in enumerate(view.briefing.fields.evidence.findings):
        if finding.area and finding.area not in known and not areas_are_refused(view.environment):
            place = view.briefing.marks.at("evidence", "findings", index, "area")
            hint = suggest_names(finding.area, known, list_known_names(known) or no_areas)
            yield message("entry-unknown", place, hint=hint, file="tags", kind="area", name=finding.area)


def terms_lead_to_terms(environment: Environment) -> Iterator[Diagnostic]:
    """The terms under 'see' in the glossary are in the glossary."""
    for id_, term in environment.glossary.items():
        for index, name in enumerate(term.see):
            if name not in environment.glossary and not entry_is_refused(environment, "glossary", name):
                place = location_in_list(environment, "glossary", id_, "see", index)
                hint = suggest_names(name, environment.glossary, f"'{term.term}' leads on to it.")
                yield message("entry-unknown", place, hint=hint, file="glossary", kind="term", name=name)
