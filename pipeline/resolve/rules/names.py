"""Names that one file gives of things in another: tags, terms, related titles, organisations, members of series."""

from collections.abc import Iterator, Mapping

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.model.credit import Subject
from pipeline.model.source.imprint import Series, Tag
from pipeline.model.source.record import Marks, Step
from pipeline.resolve.environment import Environment
from pipeline.resolve.nearest import did_you_mean
from pipeline.resolve.reading import Reading

_ORGANISATIONS, _GLOSSARY = "source/organisations.yaml", "source/glossary.yaml"
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
    """Whether one of the small lists has a record of this id that could not be read, which is told there."""
    marks = environment.list_marks.get(listed)
    return marks is not None and (name,) in marks.keys and name not in getattr(environment, listed)


# Rules


def related_titles_exist(reading: Reading) -> Iterator[Diagnostic]:
    """Related titles are other briefings of this library."""
    known = known_briefings(reading.environment)
    for index, name in enumerate(reading.briefing.fields.related):
        place = reading.briefing.marks.at("related", index)
        if name == reading.briefing.id:
            yield message("related-self", place, name=name)
        elif name not in reading.environment.briefings and name not in reading.environment.broken:
            others = set(known) - {reading.briefing.id}
            yield message("briefing-unknown", place, hint=did_you_mean(name, others, _BRIEFINGS), name=name)


def tags_are_in_the_list(reading: Reading) -> Iterator[Diagnostic]:
    """Tags and audience come from `tags.yaml`, if there is one."""
    known = {} if "source/tags.yaml" in reading.environment.unread else reading.environment.tags
    fields = reading.briefing.fields
    for key, names_ in (("tags", fields.tags), ("audience", fields.audience)):
        for index, name in enumerate(names_):
            if known and name not in known and not is_refused(reading.environment, "tags", name):
                place = reading.briefing.marks.at(key, index)
                hint = did_you_mean(name, known, f"To add it, write a line '{name}: {{label: {_label(name)}}}' there.")
                yield message("entry-unknown", place, hint=hint, file="tags", kind="tag", name=name)


def _label(tag: str) -> str:
    return tag.replace("-", " ").capitalize()


def terms_are_in_the_glossary(reading: Reading) -> Iterator[Diagnostic]:
    """The terms that a briefing names are explained in the glossary."""
    if _GLOSSARY in reading.environment.unread:
        return
    for index, name in enumerate(reading.briefing.fields.glossary):
        if name not in reading.environment.glossary and not is_refused(reading.environment, "glossary", name):
            place = reading.briefing.marks.at("glossary", index)
            hint = did_you_mean(name, reading.environment.glossary, "Terms live in source/glossary.yaml.")
            yield message("entry-unknown", place, hint=hint, file="glossary", kind="term", name=name)


def members_of_series_exist(environment: Environment, series: Series) -> Iterator[Diagnostic]:
    """A series lists briefings of this library, each once."""
    known = known_briefings(environment)
    seen: set[str] = set()
    for index, name in enumerate(series.fields.briefings):
        place = series.marks.at("briefings", index)
        if name not in known:
            hint = did_you_mean(name, known, _BRIEFINGS)
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
                place = _in_list(environment, "glossary", id_, "see", index)
                hint = did_you_mean(name, environment.glossary, f"'{term.term}' leads on to it.")
                yield message("entry-unknown", place, hint=hint, file="glossary", kind="term", name=name)


def organisations_of_colleges_exist(environment: Environment) -> Iterator[Diagnostic]:
    """A college belongs to an organisation of the list."""
    for id_, college in environment.colleges.items() if _ORGANISATIONS not in environment.unread else ():
        name = college.organisation
        if name and name not in environment.organisations and not is_refused(environment, "organisations", name):
            place = _in_list(environment, "colleges", id_, "organisation")
            hint = did_you_mean(name, environment.organisations, f"The college '{college.name}' names it.")
            yield message("entry-unknown", place, hint=hint, file="organisations", kind="organisation", name=name)


def _in_list(environment: Environment, name: str, *way: Step) -> Place:
    """The place of a value in one of the small lists."""
    return environment.list_marks.get(name, Marks(f"source/{name}.yaml")).at(*way)
