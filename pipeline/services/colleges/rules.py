"""Rules of colleges: names that they and packs give, and the words of theirs that are printed."""

from collections.abc import Iterator

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import suggest_names
from pipeline.load.folders import COLLEGES_FILE
from pipeline.model.library import Library
from pipeline.model.source.college import colleges_of
from pipeline.model.source.record import FieldLocations
from pipeline.resolve.environment import Environment
from pipeline.resolve.names import entry_is_refused, location_in_list
from pipeline.resolve.reading import PackView


def recipients_are_colleges(binding: PackView) -> Iterator[Diagnostic]:
    """A pack goes to colleges of the list."""
    known = colleges_of(binding.environment.others)
    if "source/colleges.yaml" in binding.environment.unread:
        return
    for index, name in enumerate(binding.pack.fields.recipients):
        if name not in known and not entry_is_refused(binding.environment, "colleges", name):
            place = binding.pack.marks.at("recipients", index)
            hint = suggest_names(name, known, "Colleges live in source/colleges.yaml.")
            yield message("entry-unknown", place, hint=hint, file="colleges", kind="college", name=name)


def organisations_of_colleges_exist(environment: Environment) -> Iterator[Diagnostic]:
    """A college belongs to an organisation of the list."""
    if "source/organisations.yaml" in environment.unread:
        return
    for id_, college in colleges_of(environment.others).items():
        name = college.organisation
        if name and name not in environment.organisations and not entry_is_refused(environment, "organisations", name):
            place = location_in_list(environment, "colleges", id_, "organisation")
            hint = suggest_names(name, environment.organisations, f"The college '{college.name}' names it.")
            yield message("entry-unknown", place, hint=hint, file="organisations", kind="organisation", name=name)


def printed_words(environment: Environment) -> Iterator[tuple[str, Location]]:
    """The name of each college, which numbered copies bear, with its place."""
    for name, college in colleges_of(environment.others).items():
        yield college.name, location_in_list(environment, "colleges", name, "name")


def languages(library: Library) -> Iterator[tuple[str, Location]]:
    """The language that each college works in, with its place."""
    marks = library.list_marks.get("colleges", FieldLocations(COLLEGES_FILE))
    for name, college in colleges_of(library.others).items():
        yield college.language or "", marks.at(name, "language")
