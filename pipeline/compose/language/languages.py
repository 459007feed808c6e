"""Remarks on languages without phrases, and on phrases that no face can print."""

from collections.abc import Callable, Iterable, Iterator

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.services import Hook
from pipeline.model.formats import Layouts
from pipeline.model.library import Library
from pipeline.model.words import PhraseTable

LANGUAGES: Hook[Callable[[Library], Iterable[tuple[str, Location]]]] = Hook("languages")


def languages_without_words(library: Library, words: PhraseTable, layouts: Layouts) -> Iterator[Diagnostic]:
    """Report each language without a table of words: at the library, the first text or the first college.

    A table that cannot be used has its own remark.
    """
    reported: set[str] = set()
    for language, place in _languages(library):
        base = language.partition("-")[0].casefold()
        if base and base not in reported and not words.knows(language):
            reported.add(base)
            if f"words/{base}.yaml" not in layouts.files:
                yield message("language-without-words", place, language=language, base=base)


def _languages(library: Library) -> Iterator[tuple[str, Location]]:
    """Yield every language in the library, with its place."""
    yield library.imprint.fields.language or "", library.imprint.marks.at("language")
    for _, briefing in sorted(library.briefings.items()):
        yield briefing.fields.language or "", briefing.marks.at("language")
    for languages in LANGUAGES:
        yield from languages(library)


def words_without_letters(words: PhraseTable, layouts: Layouts, coverage: frozenset[int]) -> Iterator[Diagnostic]:
    """Report each table of words with a letter that no face has."""
    for name, table in sorted(words.tables.items()):
        missing = {
            letter: key
            for key, forms in table.phrases.items()
            for letter in "".join(forms)
            if not letter.isspace() and ord(letter) not in coverage
        }
        if coverage and missing:
            letter = min(missing)
            reason = f"no face has the letter '{letter}' of '{missing[letter]}'."
            file = next(file for file in layouts.files if file.casefold() == f"words/{name}.yaml")
            yield message("words-fault", Location(f"layouts/{file}"), reason=reason)
