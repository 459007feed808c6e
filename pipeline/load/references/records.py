"""CSL records: checks, dates and names."""

import re
from calendar import isleap
from collections.abc import Callable, Collection, Iterator, Mapping
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


# Records.

_State = TypeVar("_State", Verification, WorkState)
_PlaceOf = Callable[..., Location]
"""Function that returns the place of a part of a record from the keys to it, or of the record itself."""

_CLOSE_MARKS = "End each <i>, <b>, <span>, ‘ and “ where it is to end."
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s<>\"]+")
_FORMULA = re.compile(r"\$(?=\S)[^$]{0,200}?[\\^_{][^$]{0,200}\$|\\[A-Za-z]{2,}")
_FOR_READERS = ("title", "title-short", "container-title", "collection-title", "volume-title", "note", "publisher")
UNCITABLE = re.compile(r"[\s\[\]{};,@]")


def read_csl_record(record: Any, at: _PlaceOf, diagnostics: Diagnostics) -> Reference | None:
    """Return the work in a CSL record; None after a remark if it has no id. A wrong field is left out."""
    if not isinstance(record, Mapping):
        sentence = "An entry of a bibliography should be a mapping with 'id', 'type' and 'title'."
        diagnostics.report(message("reference-syntax", at(), sentence=sentence))
        return None
    key = _text(record.get("id"))
    if not key:
        diagnostics.report(message("reference-no-key", at()))
        return None
    check_key(key, at("id"), diagnostics)
    csl: dict[str, Any] = {"id": key, "type": _read_type(record, key, at, diagnostics)}
    for field, value in record.items():
        if field not in ("id", "type", "custom") and value is not None:
            csl |= dict(_read_field(field, value, key, at, diagnostics))
    if not csl.get("title"):
        diagnostics.report(message("reference-no-title", at("id"), key=key))
    custom = record.get("custom")
    if custom is None:
        custom = {}
    elif not isinstance(custom, Mapping):
        wanted = "a mapping, such as {status: confirmed}"
        diagnostics.report(message("reference-value", at("custom"), field="custom", key=key, wanted=wanted))
        custom = {}
    states = {str(state): state for state in Verification}
    checked = _read_state("status", custom, states, "confirmed, partly-confirmed or unresolved", at, diagnostics)
    fates = {str(state): state for state in ACKNOWLEDGEABLE_STATES}
    cited_as = _read_state("cited_as", custom, fates, "retracted, concern or corrected", at, diagnostics)
    return Reference(key, csl, at("id"), checked or Verification.NOT_RECORDED, cited_as)


def check_key(key: str, place: Location, diagnostics: Diagnostics) -> None:
    """Report a key that cannot be cited."""
    if character := UNCITABLE.search(key):
        what = "a space" if character[0].isspace() else f"the character '{character[0]}'"
        diagnostics.report(message("reference-key", place, key=key, what=what))


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def _read_type(record: Mapping[str, Any], key: str, at: _PlaceOf, diagnostics: Diagnostics) -> str:
    name = _text(record.get("type"))
    if name in TYPES:
        return name
    sentence = f"CSL knows no type '{name}'." if name else f"'{key}' has no type."
    place, hint = at("type" if name else "id"), _did_you_mean(name, TYPES) if name else None
    diagnostics.report(message("reference-type", place, hint, sentence=sentence))
    return "document"


def _read_field(field: str, value: Any, key: str, at: _PlaceOf, diagnostics: Diagnostics) -> Iterator[tuple[str, Any]]:
    if field not in FIELDS:
        diagnostics.report(
            message("reference-unknown-field", at(field), _did_you_mean(field, FIELDS), field=field, of="")
        )
    elif field in NAMES:
        if names := read_names(field, value, key, at, diagnostics):
            yield field, names
    elif field in DATES:
        try:
            yield field, read_date(value)
        except DateFault as fault:
            diagnostics.report(message("reference-date", at(field), field=field, key=key, reason=str(fault)))
    elif field == "categories":
        if isinstance(value, list) and all(_text(part) for part in value):
            yield field, [_text(part) for part in value]
        else:
            diagnostics.report(message("reference-value", at(field), field=field, key=key, wanted="a list of words"))
    elif count_open_marks(_text(value)) > MOST_OPEN:
        wanted = "text in which italics, quotation marks and other marks are closed again"
        diagnostics.report(message("reference-value", at(field), _CLOSE_MARKS, field=field, key=key, wanted=wanted))
    elif _text(value):
        words = " ".join(_text(value).split())
        words = strip_doi_resolver(words) if field == "DOI" else words
        if field == "URL" and not _ADDRESS.fullmatch(words):
            diagnostics.report(message("reference-address", at(field), address=words[:60], key=key))
        elif field in _FOR_READERS and (formula := _FORMULA.search(words)):
            diagnostics.report(message("reference-formula", at(field), formula=formula[0][:60], field=field, key=key))
        yield field, words
    elif value != "":
        diagnostics.report(message("reference-value", at(field), field=field, key=key, wanted="text"))


def _read_state(
    key: str,
    custom: Mapping[str, Any],
    states: Mapping[str, _State],
    words: str,
    at: _PlaceOf,
    diagnostics: Diagnostics,
) -> _State | None:
    """Return the state that a key of `custom` names; None if it is missing, or after a remark."""
    value, name = custom.get(key), _text(custom.get(key))
    if value is not None and name not in states:
        hint = _did_you_mean(name, frozenset(states) - {Verification.NOT_RECORDED.value})
        place, state = at("custom", key), name or "this value"
        diagnostics.report(message("reference-state", place, hint, key=key, state=state, words=words))
    return states.get(name)


def _did_you_mean(word: str, known: Collection[str]) -> str | None:
    near = nearest_csl_word(word, known)
    return f"Did you mean '{near}'?" if near else None


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


_Name = dict[str, str | bool]


def read_names(field: str, value: Any, key: str, at: Callable[..., Location], diagnostics: Diagnostics) -> list[_Name]:
    """Return the usable names of a field; report the others."""
    if isinstance(value, Mapping):
        name = _read_name(field, value, key, at, diagnostics, (field,))
        return [name] if name else []
    if not isinstance(value, list):
        wanted = "a list of names, such as [{family: Hughes, given: Caitlin}]"
        diagnostics.report(message("reference-value", at(field), field=field, key=key, wanted=wanted))
        return []
    return [n for i, name in enumerate(value) if (n := _read_name(field, name, key, at, diagnostics, (field, i)))]


def _read_name(
    field: str,
    name: Any,
    key: str,
    at: Callable[..., Location],
    diagnostics: Diagnostics,
    key_path: tuple[str | int, ...],
) -> _Name | None:
    if not isinstance(name, Mapping):
        reason = f"'{name}' does not say which part is the family name" if isinstance(name, str) else "it has no parts"
        diagnostics.report(message("reference-name", at(*key_path), field=field, key=key, reason=reason))
        return None
    parts: _Name = {}
    for part, value in name.items():
        if part in NAME_MARKS:
            parts[part] = value is True or str(value).lower() in ("true", "yes", "1")
        elif part not in NAME_PARTS:
            hint = _did_you_mean(str(part), NAME_PARTS)
            diagnostics.report(
                message("reference-unknown-field", at(*key_path, part), hint, field=part, of=" in a name")
            )
        elif isinstance(value, str) and value.strip():
            parts[part] = " ".join(value.split())
        elif value not in (None, ""):
            reason = f"its '{part}' should be text"
            diagnostics.report(message("reference-name", at(*key_path), field=field, key=key, reason=reason))
    if parts.get("literal"):
        return {"literal": parts["literal"]}
    if parts.get("family"):
        return parts
    if parts.get("given"):
        return {"literal": parts["given"]}
    reason = "it has neither family nor literal"
    diagnostics.report(message("reference-name", at(*key_path), field=field, key=key, reason=reason))
    return None
