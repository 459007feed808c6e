"""Words that a text takes from other files: names, terms, labels, titles, and how the house reckons."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.core.diagnostics import Place
from pipeline.core.digest import digest
from pipeline.load.pictures.paths import picture_file
from pipeline.model.bibliography import Bibliography
from pipeline.model.body import Body
from pipeline.model.library import KeptVersion
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.imprint import Series
from pipeline.model.source.record import Marks
from pipeline.resolve import inherit
from pipeline.resolve.environment import Environment, environment_of
from pipeline.resolve.publish.differences import Assets, Difference, picture_changed
from pipeline.resolve.publish.parts import method_note
from pipeline.resolve.publish.publications import related_titles
from pipeline.resolve.reading import pictures_in
from pipeline.resolve.rules.names import subjects_of
from pipeline.resolve.rules.practice import caveat_of, force_name


def _from_imprint(environment: Environment, briefing: Briefing) -> dict[str, object]:
    """Values that a text takes from its series or the library where it says nothing, by key of `library.yaml`."""
    series, imprint = environment.series_of(briefing.id), environment.imprint
    return {
        "publisher": inherit.publisher_name(environment, briefing, series),
        "language": inherit.language_of(briefing, imprint),
        "licence": inherit.licence_of(briefing, series, imprint),
        "copyright": inherit.copyright_of(briefing, imprint),
        "words_per_minute": imprint.fields.words_per_minute,
        "show_authors": imprint.fields.show_authors,
    }


def inherited_differences(environment: Environment, briefing: Briefing, kept: KeptVersion) -> Iterator[Difference]:
    """Values that the text takes from elsewhere, and would now take otherwise than the kept version did."""
    then = environment_of(kept.library)
    yield from _of_imprint(environment, briefing, then, kept)
    yield from _of_notes(environment, briefing, then, kept)
    yield from _of_works(environment.bibliography, then.bibliography)
    yield from _of_lists(environment, briefing, then)
    yield from _of_titles(environment, briefing, then, kept)


def _of_imprint(
    environment: Environment, briefing: Briefing, then: Environment, kept: KeptVersion
) -> Iterator[Difference]:
    """Publisher, language and terms of a text that says nothing of its own."""
    was, now = _from_imprint(then, kept.briefing), _from_imprint(environment, briefing)
    series = environment.series_of(briefing.id)
    nobody = not (briefing.fields.authors or briefing.fields.reviewers)
    for name, said in now.items():
        told_there = name == "publisher" and _publisher(environment, briefing) == _publisher(then, kept.briefing)
        if said == was[name] or getattr(briefing.fields, name, None) is not None or told_there:
            continue
        if name == "show_authors" and nobody:
            continue
        from_series = series and getattr(series.fields, name, None) is not None
        marks = series.marks if series and from_series else environment.imprint.marks
        yield Difference(marks.key_at(name), f"'{name}'")


def _publisher(environment: Environment, briefing: Briefing) -> str:
    """The publisher as it is written: a name, or the id of an organisation."""
    series: Series | None = environment.series_of(briefing.id)
    inherited = series.fields.publisher if series else None
    return briefing.fields.publisher or inherited or environment.imprint.fields.publisher


def _of_lists(environment: Environment, briefing: Briefing, then: Environment) -> Iterator[Difference]:
    """Terms, names of organisations and labels of tags that are changed, new or gone."""
    fields = briefing.fields
    bodies = {*then.organisations, _publisher(environment, briefing), *(one.force for one in fields.practice)}
    for name, ids in (
        ("glossary", sorted(set(fields.glossary))),
        ("organisations", sorted(bodies)),
        ("tags", sorted({*fields.tags, *fields.audience})),
    ):
        for one in ids if f"source/{name}.yaml" not in environment.unread else ():
            if _printed(then, name, one) != _printed(environment, name, one):
                yield Difference(_listed(environment, briefing, name, one), f"'{one}' in {name}.yaml")


def _printed(environment: Environment, name: str, one: str) -> Any:
    """The words of an entry in one of the small lists that a text prints."""
    if name == "tags":
        return subjects_of((one,), environment.tags)
    entries: Mapping[str, Any] = getattr(environment, name)
    return force_name(one, environment.organisations) if name == "organisations" else entries.get(one)


def _listed(environment: Environment, briefing: Briefing, name: str, one: str) -> Place:
    """Place of an entry; of one that is gone its list, and where there is no list the briefing."""
    marks = environment.list_marks.get(name)
    return marks.at(one) if marks else Place(briefing.path)


def _of_notes(
    environment: Environment, briefing: Briefing, then: Environment, kept: KeptVersion
) -> Iterator[Difference]:
    """The caveat and the note on method that the text has from its series or the library, with their pictures."""
    was, now = then.series_of(briefing.id), environment.series_of(briefing.id)
    before, after = (kept.briefing, was, then.imprint), (briefing, now, environment.imprint)
    pairs = [("method_note", method_note(*before), method_note(*after))]
    for record in briefing.fields.practice:
        pairs.append(("practice_caveat", caveat_of(record, *before), caveat_of(record, *after)))
    for name, (old, _), (new, path) in pairs:
        if path == briefing.path:
            continue
        marks: Marks = now.marks if now and now.path == path else environment.imprint.marks
        if digest(old) != digest(new):
            yield Difference(marks.key_at(name), f"'{name}'")
        for picture in _changed_pictures(new, path, environment.assets, kept):
            yield Difference(marks.key_at(name), f"The picture '{picture}' in '{name}'")


def _changed_pictures(text: Body, path: str, assets: Assets, kept: KeptVersion) -> Iterator[str]:
    for node in pictures_in(text):
        if picture_changed(picture_file(path, node.source), assets, kept):
            yield node.source


def _of_works(now: Bibliography, then: Bibliography) -> Iterator[Difference]:
    for key, was in then.entries.items():
        if key in now and digest(now[key].csl) != digest(was.csl):
            yield Difference(now[key].place, f"The work '{key}'")


def _of_titles(
    environment: Environment, briefing: Briefing, then: Environment, kept: KeptVersion
) -> Iterator[Difference]:
    """Related briefings that are called otherwise; one that is gone is told as unknown."""
    was = {other.id: other.title for other in related_titles(then, kept.briefing)}
    for other in related_titles(environment, briefing):
        if was.get(other.id, other.title) != other.title:
            yield Difference(environment.briefings[other.id].marks.key_at("title"), f"The title of '{other.id}'")
