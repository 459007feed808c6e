"""Words of the letters to colleges: of the language that each works in."""

from collections.abc import Iterable

from pipeline.build.project import Project
from pipeline.load.words import wordbook
from pipeline.model.library import Library
from pipeline.model.source.college import colleges_of
from pipeline.model.words import Words


def words_of_letters(project: Project, library: Library, names: Iterable[str]) -> dict[str, Words]:
    """The words of the letter to each college: of the language it works in, else of the library's."""
    book, own = wordbook(project.layouts), library.imprint.fields.language
    known = {name: colleges_of(library.others).get(name) for name in names}
    return {name: book.of((college and college.language) or own) for name, college in known.items()}
