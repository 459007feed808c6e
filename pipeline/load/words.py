"""The tables of words in `layouts/words/`: one for each language.

For what a library's own `en.yaml` leaves out, the shipped table is used. A table of another language is used only if it
is complete, so that no text mixes two languages.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location, errors
from pipeline.core.messages import message
from pipeline.core.sentences import close_matches
from pipeline.core.text.typography import typeset
from pipeline.load.text import read_text
from pipeline.load.yaml.documents import Plain, read_yaml
from pipeline.model.formats import Layouts
from pipeline.model.source.record import FieldLocations
from pipeline.model.words import ENGLISH, PLACEHOLDER, WITHDRAWN_PHRASES, Phrases, PhraseTable, count_plural_forms

FOLDER = "words"
"""The folder of the tables, under `layouts/`."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NAMED = 5
"""Greatest number of missing keys that a remark names."""


def read_phrase_table(layouts: Layouts) -> tuple[PhraseTable, tuple[Diagnostic, ...]]:
    """Return the tables of words, and remarks on them. A table with an error is not used."""
    diagnostics = Diagnostics()
    shipped = _Table("words/en.yaml", layouts.english, None)
    english = shipped.words
    tables = {ENGLISH: english}
    for name, text in sorted(layouts.files.items()):
        path = PurePosixPath(name)
        if path.parent.as_posix() != FOLDER or path.suffix != ".yaml":
            continue
        table = _Table(name, text, english)
        diagnostics.extend(table.remarks)
        if any(errors(table.remarks)):
            continue
        if path.stem == ENGLISH:
            tables[ENGLISH] = Phrases(
                table.words.language, {**english.phrases, **table.words.phrases}, table.words.plural
            )
        elif left_out := [key for key in english.phrases if key not in table.words.phrases]:
            diagnostics.report(
                message("words-incomplete", Location(table.path), language=path.stem, keys=_list_some(left_out))
            )
        else:
            tables[path.stem.casefold()] = table.words
    return PhraseTable(tables), diagnostics.remarks


@lru_cache(maxsize=8)
def phrase_table(layouts: Layouts) -> PhraseTable:
    """Return the tables of words. Those of the same layouts are read once in a process."""
    return read_phrase_table(layouts)[0]


def _list_some(keys: Sequence[str]) -> str:
    more = len(keys) - _NAMED
    return ", ".join(f"'{key}'" for key in keys[:_NAMED]) + (f" and {more} more" if more > 0 else "")


class _Table:
    """Reads one table: its words, and remarks on it."""

    def __init__(self, name: str, content: str, english: Phrases | None) -> None:
        self.path = f"layouts/{name}"
        self._name = PurePosixPath(name).name
        self._stem = PurePosixPath(name).stem.casefold()
        self._english = english
        self._diagnostics = Diagnostics()
        text = read_text(self.path, content.encode("utf-8", "replace"), self._diagnostics)
        read = read_yaml(text, self.path, self._diagnostics) if text is not None else None
        plain, self._marks = read or ({}, FieldLocations(self.path))
        self.words = Phrases("", {}, "")
        if not isinstance(plain, dict):
            self._report("it is not a list of lines such as 'name: words'")
        elif read:
            self.words = self._read_words(plain)

    @property
    def remarks(self) -> tuple[Diagnostic, ...]:
        """The remarks on it."""
        return self._diagnostics.remarks

    def _read_words(self, plain: Mapping[str, Plain]) -> Phrases:
        known = self._english
        language = self._read_text(plain, "language", known.language if known else "")
        if known and self._stem != ENGLISH and "language" not in plain:
            self._report("it does not say its 'language'")
        elif not _LANGUAGE.fullmatch(language):
            self._report(f"'{language}' is no language tag, such as cy or en-GB", "language")
        elif language.casefold().split("-")[0] != self._stem.split("-")[0]:
            self._report(f"a table of the language '{language}' is not to be called {self._name}", "language")
        if known and self._stem != ENGLISH and "plural" not in plain:
            self._report("it does not say its 'plural'")
        plural = self._read_text(plain, "plural", known.plural if known else "")
        try:
            forms = count_plural_forms(plural)
        except ValueError:
            self._report(f"'{plural}' is no rule of plurals, such as n != 1", "plural")
            forms = 0
        phrases = {
            key: tuple(typeset(form, language) for form in words) for key, words in self._read_phrases(plain, forms)
        }
        return Phrases(language, phrases, plural)

    def _read_text(self, plain: Mapping[str, Plain], key: str, otherwise: str) -> str:
        value = plain.get(key, otherwise)
        return value if isinstance(value, str) else ""

    def _read_phrases(self, plain: Mapping[str, Plain], forms: int) -> Iterator[tuple[str, tuple[str, ...]]]:
        if unused := [key for key in plain if key in WITHDRAWN_PHRASES]:
            self._diagnostics.report(message("key-withdrawn", self._marks.key_at(unused[0]), keys=_list_some(unused)))
        for key, value in plain.items():
            if key in ("language", "plural") or key in WITHDRAWN_PHRASES:
                continue
            words = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else ()
            if not words or not all(isinstance(form, str) and (form.strip() or key == "thousands") for form in words):
                self._report(f"'{key}' has no words", key)
            elif self._is_sound(key, words, forms):
                yield key, words

    def _is_sound(self, key: str, words: tuple[str, ...], forms: int) -> bool:
        """Return True if a phrase has the number of forms and the places of the English one; report what is wrong."""
        if self._english is None:
            return True
        english = self._english.phrases.get(key)
        if english is None:
            guess = close_matches(key, self._english.phrases)
            self._report(f"there is no name '{key}'" + (f"; did you mean '{guess[0]}'?" if guess else ""), key)
            return False
        wanted = 12 if key == "months" else forms if len(english) > 1 else 1
        if wanted and len(words) != wanted:
            self._report(f"'{key}' has {len(words)} forms and needs {wanted}", key)
            return False
        places = {place for form in english for place in PLACEHOLDER.findall(form)}
        for form in words:
            if stray := [place for place in PLACEHOLDER.findall(form) if place not in places]:
                self._report(f"'{key}' has a placeholder {{{stray[0]}}}, which is never filled", key)
                return False
        # Other languages may have no article.
        if lacking := places - {"a"} - {place for form in words for place in PLACEHOLDER.findall(form)}:
            self._report(f"'{key}' lacks the placeholder {{{min(lacking)}}}", key)
        elif key == "superseded-by" and not words[0].endswith(
            "}"
        ):  # it is cut before its place if there is little room
            self._report(f"'{key}' must end with its placeholder", key)
        else:
            return True
        return False

    def _report(self, reason: str, *way: str) -> None:
        self._diagnostics.report(
            message("words-fault", self._marks.at(*way), reason=reason + ("" if reason.endswith("?") else "."))
        )
