"""CSL records: checks, dates and names."""

import re
from calendar import isleap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from pipeline.core.diagnostics import Diagnostics, Location
from pipeline.core.messages import message
from pipeline.load.references.csl import (
    DATE_PARTS,
    DATES,
    FIELDS,
    NAME_MARKS,
    NAME_PARTS,
    NAMES,
    TYPES,
    nearest_csl_word,
)
from pipeline.model.bibliography import ACKNOWLEDGEABLE_STATES, Reference, Verification, WorkState, strip_doi_resolver

# Dates: parts, or a text in the form of EDTF.

_DAY = r"(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
_EDTF = re.compile(rf"{_DAY}([~?%]?)(?:/(?:{_DAY}([~?%]?)|\.\.)?)?")

CslDate = dict[str, Any]


class DateFault(ValueError):
    """Raised with the reason why a value is not a date, for the author."""


def read_date(value: Any) -> CslDate:
    """Return the CSL date of a value; raises `DateFault`."""
    if isinstance(value, bool):
        raise DateFault("it should be text")
    if isinstance(value, str | int):
        return _date_of_text(str(value).strip())
    if not isinstance(value, Mapping):
        raise DateFault("it should be text, or a mapping with date-parts")
    for part in value:
        if part not in DATE_PARTS:
            near = nearest_csl_word(str(part), DATE_PARTS)
            raise DateFault(f"a date has no '{part}'" + (f"; did you mean '{near}'?" if near else ""))
    read: CslDate = {}
    if value.get("date-parts") is not None:
        read["date-parts"] = _read_date_parts(value["date-parts"])
    elif value.get("raw") is not None:
        read |= _date_of_text(str(value["raw"]).strip())
    if value.get("literal") is not None:
        read["literal"] = str(value["literal"])
    if value.get("circa") not in (None, False, "", "false", "0", 0):
        read["circa"] = True
    if value.get("season") is not None:
        read["season"] = _read_number(value["season"])
    if not read.get("date-parts") and not read.get("literal"):
        raise DateFault("it says no year")
    return read


def _date_of_text(text: str) -> CslDate:
    written = _EDTF.fullmatch(text)
    if not written:
        raise DateFault(f"'{text}' cannot be read")
    days = (written.group(1, 2, 3), written.group(5, 6, 7))
    parts = [_check_date([int(part) for part in day if part]) for day in days[: 2 if "/" in text else 1]]
    return {"date-parts": parts} | ({"circa": True} if written[4] or written[8] else {})


def _read_date_parts(value: Any) -> list[list[int]]:
    if not isinstance(value, list) or not value or not all(isinstance(part, list) for part in value):
        raise DateFault("date-parts should be a list in a list, such as [[2014, 12]]")
    if len(value) > 2:
        raise DateFault("date-parts holds at most two dates, the first and last of a span")
    parts = [_check_date([_read_number(number) for number in part if number not in (None, "")]) for part in value]
    if not parts[0]:
        raise DateFault("it says no year")
    return parts


def _read_number(value: Any) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,5}", text):
        raise DateFault(f"'{text}' should be a number")
    return int(text)


def _check_date(numbers: list[int]) -> list[int]:
    if len(numbers) > 3:
        raise DateFault("a date has a year, a month and a day, no more")
    if len(numbers) > 1 and not 1 <= numbers[1] <= 12:
        raise DateFault(f"there is no month {numbers[1]}")
    if len(numbers) > 2:
        try:
            date(2000 if isleap(numbers[0]) else 2001, numbers[1], numbers[2])
        except ValueError:
            raise DateFault(f"there is no day {numbers[2]} in month {numbers[1]}") from None
    return numbers


# Marks that a field leaves open.

MOST_OPEN = 8
"""Greatest number of open marks in a field."""

_MARK = re.compile(
    r"<(?P<close>/?)\s*(?P<tag>i|b|sc|sup|sub|span)\b[^<>]*>|(?P<quote>[‘“])|(?P<end>[’”])", re.IGNORECASE
)
_ENDS = {"’": "‘", "”": "“"}


def count_open_marks(words: str) -> int:
    """Count italics, quotation marks and other marks that are not closed at the same level."""
    unclosed = 0
    opened: list[str] = []
    for mark in _MARK.finditer(words):
        if mark["quote"]:
            opened.append(mark["quote"])
        elif mark["tag"] and not mark["close"]:
            opened.append(mark["tag"].lower())
        else:
            start = _ENDS[mark["end"]] if mark["end"] else mark["tag"].lower()
            if start in opened:
                while opened.pop() != start:
                    unclosed += 1
    return unclosed + len(opened)


# Records.

_State = TypeVar("_State", Verification, WorkState)
_PlaceOf = Callable[..., Location]
"""Function that returns the place of a part of a record from the keys to it, or of the record itself."""
_Name = dict[str, str | bool]

_DATE_HINT = "Write 2014, 2014-12 or 2014-12-31; '2014~' for about 2014, '2014/2016' for a span."
_NAME_HINT = "Write a person as {family: Hughes, given: Ann} and an institution as {literal: Ministry of Health}."
_ADDRESS_HINT = "Write it in full, from https:// on, with %20 for a space."
_MARKS_HINT = "End each <i>, <b>, <span>, ‘ and “ where it is to end."
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s<>\"]+")
_FORMULA = re.compile(r"\$(?=\S)[^$]{0,200}?[\\^_{][^$]{0,200}\$|\\[A-Za-z]{2,}")
_FOR_READERS = ("title", "title-short", "container-title", "collection-title", "volume-title", "note", "publisher")
_UNCITABLE = re.compile(r"[\s\[\]{};,@]")


def read_csl_record(record: Any, at: _PlaceOf, diagnostics: Diagnostics) -> Reference | None:
    """Return the work in a CSL record; None after a remark if it has no id. A wrong field is left out."""
    if not isinstance(record, Mapping):
        sentence = "An entry of a bibliography should be a mapping with 'id', 'type' and 'title'."
        diagnostics.report(message("reference-syntax", at(), sentence=sentence))
        return None
    key = _text(record.get("id"))
    if not key:
        diagnostics.report(message("reference-incomplete", at(), work="This entry", field="'id'"))
        return None
    check_key(key, at("id"), diagnostics)
    return _RecordReader(key, at, diagnostics).read(record)


def check_key(key: str, place: Location, diagnostics: Diagnostics) -> None:
    """Report a key that cannot be cited."""
    if character := _UNCITABLE.search(key):
        what = "a space" if character[0].isspace() else f"the character '{character[0]}'"
        diagnostics.report(message("reference-key", place, key=key, what=what))


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def _did_you_mean(word: str, known: Collection[str]) -> str | None:
    near = nearest_csl_word(word, known)
    return f"Did you mean '{near}'?" if near else None


@dataclass(frozen=True, slots=True)
class _RecordReader:
    """Reads the record with a key. Reports and leaves out what cannot be used."""

    key: str
    at: _PlaceOf
    diagnostics: Diagnostics

    def read(self, record: Mapping[str, Any]) -> Reference:
        csl: dict[str, Any] = {"id": self.key, "type": self.read_type(_text(record.get("type")))}
        for field, value in record.items():
            if field not in ("id", "type", "custom") and value is not None:
                csl |= dict(self.read_field(field, value))
        if not csl.get("title"):
            place, work = self.at("id"), f"'{self.key}'"
            self.diagnostics.report(message("reference-incomplete", place, work=work, field="title"))
        custom = {} if record.get("custom") is None else record["custom"]
        if not isinstance(custom, Mapping):
            self.refuse("custom", "it should be a mapping, such as {status: confirmed}")
            custom = {}
        status = self.read_state(custom, "status", Verification, "confirmed, partly-confirmed or unresolved")
        cited_as = self.read_state(custom, "cited_as", ACKNOWLEDGEABLE_STATES, "retracted, concern or corrected")
        return Reference(self.key, csl, self.at("id"), status or Verification.NOT_RECORDED, cited_as)

    def refuse(self, field: str, reason: str, hint: str | None = None, key_path: tuple[str | int, ...] = ()) -> None:
        """Report a value that cannot be used; it is at the field, or at a path."""
        place = self.at(*(key_path or (field,)))
        self.diagnostics.report(message("reference-value", place, hint, field=field, key=self.key, reason=reason))

    def read_type(self, name: str) -> str:
        if name in TYPES:
            return name
        sentence = f"CSL has no type '{name}'." if name else f"'{self.key}' has no type."
        place, hint = self.at("type" if name else "id"), _did_you_mean(name, TYPES) if name else None
        self.diagnostics.report(message("reference-type", place, hint, sentence=sentence))
        return "document"

    def read_field(self, field: str, value: Any) -> Iterator[tuple[str, Any]]:
        """Yield the field with its value, if it can be used."""
        text = _text(value)
        if field not in FIELDS:
            hint = _did_you_mean(field, FIELDS)
            self.diagnostics.report(message("reference-unknown-field", self.at(field), hint, field=field, of=""))
        elif field in NAMES:
            if names := self.read_names(field, value):
                yield field, names
        elif field in DATES:
            try:
                yield field, read_date(value)
            except DateFault as fault:
                self.refuse(field, str(fault), _DATE_HINT)
        elif field == "categories":
            if isinstance(value, list) and all(map(_text, value)):
                yield field, [*map(_text, value)]
            else:
                self.refuse(field, "it should be a list of words")
        elif count_open_marks(text) > MOST_OPEN:
            reason = "it should be text in which italics, quotation marks and other marks are closed again"
            self.refuse(field, reason, _MARKS_HINT)
        elif text:
            words = " ".join(text.split())
            words = strip_doi_resolver(words) if field == "DOI" else words
            self.check_text(field, words)
            yield field, words
        elif value != "":
            self.refuse(field, "it should be text")

    def check_text(self, field: str, words: str) -> None:
        """Report an address that cannot be linked, and a formula."""
        formula = _FORMULA.search(words) if field in _FOR_READERS else None
        if field == "URL" and not _ADDRESS.fullmatch(words):
            shown, reason, hint = words, "it is not a web address, so it is not linked", _ADDRESS_HINT
        elif formula:
            shown, reason, hint = formula[0], "no formula is set in a list of references", None
        else:
            return
        named = {"words": shown[:60], "field": field, "key": self.key}
        self.diagnostics.report(message("reference-as-typed", self.at(field), hint, **named, reason=reason))

    def read_state(self, custom: Mapping[str, Any], name: str, states: Iterable[_State], known: str) -> _State | None:
        """Return the state that a key of `custom` names; None if it is missing, or after a remark."""
        by_name, state = {str(state): state for state in states}, _text(custom.get(name))
        if custom.get(name) is not None and state not in by_name:
            hint = _did_you_mean(state, by_name.keys() - {str(Verification.NOT_RECORDED)})
            hint = hint or f"Use {known}; leave it out where nothing is known."
            self.refuse(name, f"'{state or custom[name]}' is not one of its values", hint, ("custom", name))
        return by_name.get(state)

    def read_names(self, field: str, value: Any) -> list[_Name]:
        """Return the usable names of a field."""
        if isinstance(value, Mapping):
            return [*self.read_name(field, value, (field,))]
        if not isinstance(value, list):
            self.refuse(field, "it should be a list of names, such as [{family: Hughes, given: Caitlin}]")
            return []
        return [name for index, part in enumerate(value) for name in self.read_name(field, part, (field, index))]

    def read_name(self, field: str, name: Any, key_path: tuple[str | int, ...]) -> Iterator[_Name]:
        """Yield a name, if it can be used."""
        if not isinstance(name, Mapping):
            is_text = isinstance(name, str)
            reason = f"'{name}' does not say which part is the family name" if is_text else "a name has no parts"
            self.refuse(field, reason, _NAME_HINT, key_path)
            return
        parts: _Name = {}
        for part, value in name.items():
            if part in NAME_MARKS:
                parts[part] = value is True or str(value).lower() in ("true", "yes", "1")
            elif part not in NAME_PARTS:
                place, hint = self.at(*key_path, part), _did_you_mean(str(part), NAME_PARTS)
                self.diagnostics.report(message("reference-unknown-field", place, hint, field=part, of=" in a name"))
            elif isinstance(value, str) and value.strip():
                parts[part] = " ".join(value.split())
            elif value not in (None, ""):
                self.refuse(field, f"the '{part}' of a name should be text", _NAME_HINT, key_path)
        if parts.get("family") and not parts.get("literal"):
            yield parts
        elif whole := parts.get("literal") or parts.get("given"):
            yield {"literal": whole}
        else:
            self.refuse(field, "a name has neither family nor literal", _NAME_HINT, key_path)
