"""Printed phrases by language, and dates in words."""

import gettext
import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def format_date(on: date) -> str:
    """Format a date for readers: '19 October 2022'."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def add_months(on: date, months: int) -> date:
    """Return the same day a number of months later, or the last day of that month."""
    year, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + year, month + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(on.day, monthrange(year, month)[1]))


PLACEHOLDER = re.compile(r"\{(\w+)\}")
"""A placeholder in a phrase, such as `{title}`."""

ENGLISH = "en"
"""The language of the complete table."""


_GONE = """
    folios-by-briefing letter-leaves letter-recalled post-answers post-answers-or-returned post-changed post-day
    post-edition post-enclosed post-from post-held post-hold post-issued post-key post-key-says post-label
    post-labels post-leaves post-leaves-for post-missing post-needs post-of post-old post-only-old post-put-in
    post-questions post-received post-replace post-replace-or-return post-role post-send post-slip post-title
    preview-edit-add preview-edit-add-which preview-edit-body preview-edit-date preview-edit-form preview-edit-head
    preview-edit-key preview-edit-more preview-edit-named preview-edit-needed preview-edit-none preview-edit-other
    preview-edit-take preview-edit-take-which preview-edit-unchangeable preview-edit-unknown preview-edit-unreadable
    preview-edit-whole range-to recall-leaves recall-others recall-others-gone recall-page recall-pages
    recall-second replace-after replace-after-cover replace-between replace-blank replace-blank-one replace-blanks
    replace-copy-number replace-count replace-cover replace-cover-first replace-cover-to replace-day replace-destroy
    replace-done-by replace-done-on replace-edition replace-effective replace-effective-how replace-effective-table
    replace-fresh replace-from replace-front replace-gone-heading replace-gone-left replace-gone-none
    replace-gone-pages replace-holder replace-how-heading replace-in replace-keep replace-kept replace-lay
    replace-leaves replace-lines replace-name replace-named replace-nothing replace-of replace-out replace-own
    replace-page replace-pages replace-record replace-record-how replace-return replace-return-done
    replace-return-how replace-return-to replace-run replace-signed replace-stapled replace-status replace-step
    replace-steps replace-sum-all replace-sum-in replace-sum-out replace-text replace-title replace-to
    replace-version replace-where replace-why replace-why-changed replace-why-moved replace-why-new signature-of
    signing-key slip-address slip-caption slip-cell slip-code slip-errata slip-finding slip-heading slip-left
    slip-line slip-note slip-now slip-pages slip-read slip-reason slip-right slip-row slip-side slip-status
    slip-strike slip-summary slip-title slip-to slip-unsaid slip-use slip-use-heading
"""
WITHDRAWN_PHRASES = frozenset(_GONE.split())
"""Phrases in tables of earlier releases that are not printed any more."""

MAX_FORMS = 6
"""The most plural forms of a language; Arabic has six."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Phrases:
    """The printed phrases in one language."""

    large = True
    """Its digest is computed once and kept."""

    language: str
    """The BCP 47 tag of the language, such as `en-GB`."""
    phrases: Mapping[str, tuple[str, ...]] = field(hash=False, repr=False)
    """By key: one form, the plural forms, or twelve months."""
    plural: str = "n != 1"
    """The plural rule of the language, as in `Plural-Forms` of gettext."""

    def say(self, key: str, /, **values: object) -> str:
        """Return the phrase of a key with values for its placeholders."""
        return PLACEHOLDER.sub(lambda place: str(values.get(place[1], "")), self.phrases[key][0])

    def count(self, key: str, number: int, /, **values: object) -> str:
        """Return the plural form of a phrase for a number, which replaces `{n}`: '1 study', '1,240 studies'."""
        forms = self.phrases[key]
        form = forms[plural_form_index(self.plural, number, len(forms))]
        return PLACEHOLDER.sub(lambda place: str({"n": self.number(number), **values}.get(place[1], "")), form)

    def number(self, number: int) -> str:
        """Format a number: '1,240'."""
        return f"{number:,}".replace(",", self.phrases["thousands"][0])

    def day(self, on: date) -> str:
        """Format a day for readers: '19 October 2022'."""
        return self.say("date", day=on.day, month=self.phrases["months"][on.month - 1], year=on.year)

    def short_day(self, on: date) -> str:
        """Format a day for the head of a page: '19/10/2022'."""
        return self.say("date-short", day=f"{on.day:02}", month=f"{on.month:02}", year=on.year)

    def stem(self, key: str) -> str:
        """Return the phrase of a key up to its first placeholder: 'SUPERSEDED BY '."""
        return PLACEHOLDER.split(self.phrases[key][0])[0]


@dataclass(frozen=True, slots=True, weakref_slot=True)
class PhraseTable:
    """The phrases of all languages."""

    large = True
    """Its digest is computed once and kept."""

    tables: Mapping[str, Phrases] = field(hash=False)
    """By language in small letters; `en` is always included."""

    @property
    def english(self) -> Phrases:
        """The phrases for languages without a table."""
        return self.tables[ENGLISH]

    def knows(self, language: str) -> bool:
        """Return whether a language has a table: `cy-GB` by that name, or by `cy`."""
        return any(name in self.tables for name in _names(language))

    def of(self, language: str) -> Phrases:
        """Return the phrases for texts in a language; the English ones if it has no table."""
        return next((self.tables[name] for name in _names(language) if name in self.tables), self.english)

    def spoken(self, language: str) -> str:
        """Return the language of the phrases around a text in a language, and of its citations."""
        return language if self.knows(language) else self.english.language


def _names(language: str) -> Iterator[str]:
    """The names under which a language may have a table, the nearest first: 'cy-gb', 'cy'."""
    parts = language.casefold().split("-")
    return ("-".join(parts[:length]) for length in range(len(parts), 0, -1))


def plural_form_index(plural: str, number: int, forms: int = MAX_FORMS) -> int:
    """Return the index of a number's plural form, at most the last one. Raises ValueError for an invalid rule."""
    try:
        return min(max(_plural_rule(plural)(number), 0), forms - 1)
    except ArithmeticError:
        return 0


@lru_cache(maxsize=16)
def _plural_rule(plural: str) -> Callable[[int], int]:
    return gettext.c2py(plural)


def count_plural_forms(plural: str) -> int:
    """Return the number of forms that a plural rule has for the counts from 0 to 200.

    Raises ValueError for an invalid rule.
    """
    rule = _plural_rule(plural)
    try:
        forms = {rule(number) for number in range(201)}
    except ArithmeticError as error:
        raise ValueError(plural) from error
    if not forms <= set(range(MAX_FORMS)):
        raise ValueError(plural)
    return max(forms) + 1
