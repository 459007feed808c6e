"""House rules: which remarks are of style, and what a library has made of them. Every other remark holds as it is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal

from pipeline.codes import TABLE
from pipeline.core.diagnostics import Diagnostic, Severity

Setting = Literal["error", "warning", "off"]
"""Severity of a remark of style in a library; `off` leaves it out."""

STYLE: tuple[str, ...] = tuple(name for name, row in TABLE.items() if row.style)
"""The remarks of style, in the order of the table."""


def setting_of(code: str, rules: Mapping[str, Setting]) -> Setting:
    """Severity of a code under the rules of a library, which apply to codes of style only."""
    row = TABLE[code]
    shipped: Setting = "error" if row.severity is Severity.ERROR else "warning"
    return rules.get(code, shipped) if row.style else shipped


def as_ruled(remarks: Iterable[Diagnostic], rules: Mapping[str, Setting]) -> tuple[Diagnostic, ...]:
    """The remarks as a library has them: those of style as its rules say, without those that are off."""
    return tuple(_ruled(remarks, rules)) if rules else tuple(remarks)


def _ruled(remarks: Iterable[Diagnostic], rules: Mapping[str, Setting]) -> Iterator[Diagnostic]:
    for remark in remarks:
        if remark.code not in rules:
            yield remark
        elif (setting := setting_of(remark.code, rules)) != "off":
            yield replace(remark, severity=Severity(setting))
