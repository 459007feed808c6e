"""The tables of words in `layouts/words/`: one a language, each mistake reported at its place.

English is complete in every library: what its own `en.yaml` leaves out is said as the shipped one says it. A table of
another language counts only where nothing is left out, as a text is not to mix two languages.
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
from pipeline.model.words import ENGLISH, PLACE, WITHDRAWN, Phrases, PhraseTable, forms_of

FOLDER = "words"
"""The folder of the tables, under `layouts/`."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NAMED = 5
"""Keys of those left out that are named."""


def read_wordbook(layouts: Layouts) -> tuple[PhraseTable, tuple[Diagnostic, ...]]:
    """The tables of words, and what is wrong with them. A table in which something is wrong is not used."""
    diagnostics = Diagnostics()
    shipped = _Table("words/en.yaml", layouts.english, None)
    english = shipped.words
    tables = {ENGLISH: english}
    for name, text in sorted(layouts.files.items()):
        path = PurePosixPath(name)
        if path.parent.as_posix() != FOLDER or path.suffix != ".yaml":
            continue
        own = _Table(name, text, english)
        diagnostics.extend(own.remarks)
        if any(errors(own.remarks)):
            continue
        if path.stem == ENGLISH:
            tables[ENGLISH] = Phrases(own.words.language, {**english.phrases, **own.words.phrases}, own.words.plural)
        elif left_out := [key for key in english.phrases if key not in own.words.phrases]:
            diagnostics.report(
                message("words-incomplete", Location(own.path), language=path.stem, keys=_some(left_out))
            )
        else:
            tables[path.stem.casefold()] = own.words
    return PhraseTable(tables), diagnostics.remarks


@lru_cache(maxsize=8)
def wordbook(layouts: Layouts) -> PhraseTable:
    """The tables of words. Those of the same layouts are read once a process."""
    return read_wordbook(layouts)[0]


def _some(keys: Sequence[str]) -> str:
    more = len(keys) - _NAMED
    return ", ".join(f"'{key}'" for key in keys[:_NAMED]) + (f" and {more} more" if more > 0 else "")


class _Table:
    """One table as it is read: its words, and what is wrong with it."""

    def __init__(self, name: str, content: str, english: Phrases | None) -> None:
        self.path = f"layouts/{name}"
        self._name = PurePosixPath(name).name
        self._stem = PurePosixPath(name).stem.casefold()
        self._english = english
        self._desk = Diagnostics()
        text = read_text(self.path, content.encode("utf-8", "replace"), self._desk)
        read = read_yaml(text, self.path, self._desk) if text is not None else None
        plain, self._marks = read or ({}, FieldLocations(self.path))
        self.words = Phrases("", {}, "")
        if not isinstance(plain, dict):
            self._wrong("it is no list of words, each with a colon behind its name")
        elif read:
            self.words = self._words(plain)

    @property
    def remarks(self) -> tuple[Diagnostic, ...]:
        """The remarks on it."""
        return self._desk.remarks

    def _words(self, plain: Mapping[str, Plain]) -> Phrases:
        known = self._english
        language = self._text(plain, "language", known.language if known else "")
        if known and self._stem != ENGLISH and "language" not in plain:
            self._wrong("it does not say its 'language'")
        elif not _LANGUAGE.fullmatch(language):
            self._wrong(f"'{language}' is no language tag, such as cy or en-GB", "language")
        elif language.casefold().split("-")[0] != self._stem.split("-")[0]:
            self._wrong(f"a table of the language '{language}' is not to be called {self._name}", "language")
        if known and self._stem != ENGLISH and "plural" not in plain:
            self._wrong("it does not say its 'plural'")
        plural = self._text(plain, "plural", known.plural if known else "")
        try:
            forms = forms_of(plural)
        except ValueError:
            self._wrong(f"'{plural}' is no rule of plurals, such as n != 1", "plural")
            forms = 0
        phrases = self._phrases(plain, forms)
        return Phrases(
            language, {key: tuple(typeset(form, language) for form in said) for key, said in phrases}, plural
        )

    def _text(self, plain: Mapping[str, Plain], key: str, otherwise: str) -> str:
        value = plain.get(key, otherwise)
        return value if isinstance(value, str) else ""

    def _phrases(self, plain: Mapping[str, Plain], forms: int) -> Iterator[tuple[str, tuple[str, ...]]]:
        if unused := [key for key in plain if key in WITHDRAWN]:
            self._desk.report(message("key-withdrawn", self._marks.key_at(unused[0]), keys=_some(unused)))
        for key, value in plain.items():
            if key in ("language", "plural") or key in WITHDRAWN:
                continue
            words = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else ()
            if not words or not all(isinstance(form, str) and (form.strip() or key == "thousands") for form in words):
                self._wrong(f"behind '{key}' stand no words", key)
            elif self._is_sound(key, words, forms):
                yield key, words

    def _is_sound(self, key: str, said: tuple[str, ...], forms: int) -> bool:
        """Whether a phrase has as many forms and the places that the English one has; what is wrong is reported."""
        if self._english is None:
            return True
        asked = self._english.phrases.get(key)
        if asked is None:
            guess = close_matches(key, self._english.phrases)
            self._wrong(f"no words go by the name '{key}'" + (f"; did you mean '{guess[0]}'?" if guess else ""), key)
            return False
        wanted = 12 if key == "months" else forms if len(asked) > 1 else 1
        if wanted and len(said) != wanted:
            self._wrong(f"'{key}' has {len(said)} forms and needs {wanted}", key)
            return False
        places = {place for form in asked for place in PLACE.findall(form)}
        for form in said:
            if stray := [place for place in PLACE.findall(form) if place not in places]:
                self._wrong(f"'{key}' has a place {{{stray[0]}}}, which nothing is put into", key)
                return False
        # Other languages need not have the article of English.
        if lacking := places - {"a"} - {place for form in said for place in PLACE.findall(form)}:
            self._wrong(f"'{key}' lacks the place {{{min(lacking)}}}", key)
        elif key == "superseded-by" and not said[0].endswith("}"):  # cut before its place, where there is little room
            self._wrong(f"what stands in '{key}' has its place at the end", key)
        else:
            return True
        return False

    def _wrong(self, reason: str, *way: str) -> None:
        self._desk.report(
            message("words-fault", self._marks.at(*way), reason=reason + ("" if reason.endswith("?") else "."))
        )
