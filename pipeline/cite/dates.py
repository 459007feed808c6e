"""The dates of a CSL record: parts, or a text in the form of EDTF."""

import re
from calendar import isleap
from collections.abc import Mapping
from datetime import date
from typing import Any

from pipeline.cite.csl import DATE_PARTS, nearest

_DAY = r"(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
_EDTF = re.compile(rf"{_DAY}([~?%]?)(?:/(?:{_DAY}([~?%]?)|\.\.)?)?")

CslDate = dict[str, Any]


class DateFault(ValueError):
    """Why something is not a date, in the author's words."""


def read_date(value: Any) -> CslDate:
    """The CSL date of a value; raises `DateFault` where it is none."""
    if isinstance(value, bool):
        raise DateFault("it should be text")
    if isinstance(value, str | int):
        return _from_text(str(value).strip())
    if not isinstance(value, Mapping):
        raise DateFault("it should be text, or a mapping with date-parts")
    for part in value:
        if part not in DATE_PARTS:
            near = nearest(str(part), DATE_PARTS)
            raise DateFault(f"a date has no '{part}'" + (f"; did you mean '{near}'?" if near else ""))
    read: CslDate = {}
    if value.get("date-parts") is not None:
        read["date-parts"] = _parts(value["date-parts"])
    elif value.get("raw") is not None:
        read |= _from_text(str(value["raw"]).strip())
    if value.get("literal") is not None:
        read["literal"] = str(value["literal"])
    if value.get("circa") not in (None, False, "", "false", "0", 0):
        read["circa"] = True
    if value.get("season") is not None:
        read["season"] = _number(value["season"])
    if not read.get("date-parts") and not read.get("literal"):
        raise DateFault("it says no year")
    return read


def _from_text(text: str) -> CslDate:
    found = _EDTF.fullmatch(text)
    if not found:
        raise DateFault(f"'{text}' cannot be read")
    first, last = found.group(1, 2, 3), found.group(5, 6, 7)
    parts = [_checked([int(part) for part in first if part])]
    if last[0]:
        parts.append(_checked([int(part) for part in last if part]))
    elif "/" in text:
        parts.append([])
    read: CslDate = {"date-parts": parts}
    if found[4] or found[8]:
        read["circa"] = True
    return read


def _parts(value: Any) -> list[list[int]]:
    if not isinstance(value, list) or not value or not all(isinstance(part, list) for part in value):
        raise DateFault("date-parts should be a list in a list, such as [[2014, 12]]")
    if len(value) > 2:
        raise DateFault("date-parts holds at most two dates, the first and last of a span")
    parts = [_checked([_number(number) for number in part if number not in (None, "")]) for part in value]
    if not parts[0]:
        raise DateFault("it says no year")
    return parts


def _number(value: Any) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,5}", text):
        raise DateFault(f"'{text}' should be a number")
    return int(text)


def _checked(numbers: list[int]) -> list[int]:
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
