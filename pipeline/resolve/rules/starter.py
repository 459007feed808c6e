"""Words of the library that `briefings new` makes, which stand there to be replaced."""

from collections.abc import Callable, Iterator, Mapping

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.model.body import Text
from pipeline.model.source.record import Marks, Record
from pipeline.resolve.environment import Environment
from pipeline.resolve.reading import Passage
from pipeline.resolve.rules.characters import written_words
from pipeline.resolve.rules.places import place_in

PLACEHOLDERS = (
    "Say here how you search",
    "Describe here what a force does",
    "Your Institute",
    "your-institute.example",
    "Your Police Force",
    "Your Police College",
)
"""Beginnings or whole texts of each of them."""


def texts_are_ones_own(passage: Passage) -> Iterator[Diagnostic]:
    """Nothing in a text still says what should be written in its place."""
    for text in passage.every(Text):
        for words in PLACEHOLDERS:
            if (at := text.text.find(words)) >= 0:
                yield message("starter-words", place_in(text, at), words=words)


def fields_are_ones_own(environment: Environment) -> Iterator[Diagnostic]:
    """Nothing in the imprint or the lists still has an invented name."""
    imprint = environment.imprint
    yield from _placeholder_words(imprint.fields, imprint.marks.at)
    lists: Mapping[str, Mapping[str, Record]] = {
        "organisations": environment.organisations,
        "colleges": environment.colleges,
    }
    for name, records in lists.items():
        marks = environment.list_marks.get(name, Marks(f"source/{name}.yaml"))
        for key, record in records.items():
            yield from _placeholder_words(record, lambda *way, marks=marks, key=key: marks.at(key, *way))


def _placeholder_words(record: Record, place: Callable[..., Place]) -> Iterator[Diagnostic]:
    for text, way in written_words(record, ()):
        if words := next((words for words in PLACEHOLDERS if words in text), ""):
            yield message("starter-words", place(*way), words=words)
