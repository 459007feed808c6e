"""Messages to the author: each is a table of `messages.toml` in the room that says it.

To add one: its table there, `message("its-name", place, ...)` where the mistake is found, and `tests/codes/its-name/`.
`explain`, the handbook's page and the reports come from the tables.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from pipeline.core.diagnostics import Diagnostic, Location, Severity

Setting = Literal["error", "warning", "off"]
"""Severity of a remark of style in a library; `off` leaves it out."""

_ROOMS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class MessageType:
    """A kind of mistake: what it says, why that matters and what to do.

    `says` and `do` are `str.format` templates over the fields given to `message`; `why` is plain text.
    """

    name: str
    severity: Severity
    says: str
    why: str
    do: str
    example: str = ""
    """What it says of one case, if that is different every time."""
    example_hint: str = ""
    """What is to be done in that case."""
    style: bool = False
    """True if it is a remark of style, which a library may make an error or switch off."""
    cause: bool = False
    """True if it may cause other remarks: it is reported before them."""
    was: tuple[str, ...] = ()
    """Its names in earlier releases: kept records, scripts and commands may still have them."""

    @property
    def summary(self) -> str:
        """What it says in general: '…' for what differs from case to case. An example where little else is left."""
        general = _without_fields(self.says)
        is_clear = len(re.findall(r"[a-z]{2,}", general)) > max(2, general.count("…"))
        return general if is_clear or not self.example else self.example

    @property
    def advice(self) -> str:
        """What is to be done in general."""
        return _without_fields(self.do)


def message(name: str, place: Location, /, hint: str | None = None, **fields: object) -> Diagnostic:
    """The diagnostic of a kind at a place; `hint` replaces its general advice, `validator` names who says so."""
    kind = catalogue()[name]
    advice = kind.do.format(**fields) if hint is None else hint
    return Diagnostic(place, kind.severity, name, kind.says.format(**fields), advice, str(fields.get("validator", "")))


@cache
def catalogue() -> Mapping[str, MessageType]:
    """Every kind of message by name, in their order."""
    files = (*_ROOMS.glob("*/messages.toml"), *_ROOMS.glob("*/*/messages.toml"))
    tables = {name: t for path in files for name, t in tomllib.loads(path.read_text(encoding="utf-8")).items()}
    return {name: _message_type(name, **table) for name, table in sorted(tables.items())}


def _message_type(name: str, severity: str, **table: Any) -> MessageType:
    given: dict[str, Any] = {
        key.replace("-", "_"): tuple(value) if key == "was" else value for key, value in table.items()
    }
    return MessageType(name, Severity(severity), **given)


def _without_fields(template: str) -> str:
    fields = {name: "" if name == "more" else "…" for _, name, _, _ in Formatter().parse(template) if name}
    return re.sub(r"…( ?…)+", "…", re.sub(r"…\.(?=\s|$)", "…", template.format(**fields)))


@cache
def former_names() -> Mapping[str, str]:
    """The present name of each former one."""
    return {former: kind.name for kind in catalogue().values() for former in kind.was}


def present(name: str) -> str:
    """The name that a message has today."""
    return former_names().get(name, name)


@cache
def styles() -> tuple[str, ...]:
    """The remarks of style; every other remark holds as it is."""
    return tuple(name for name, kind in catalogue().items() if kind.style)


def setting_of(name: str, rules: Mapping[str, Setting]) -> Setting:
    """Severity of a message under the rules of a library, which apply to remarks of style only."""
    kind = catalogue()[name]
    shipped: Setting = "error" if kind.severity is Severity.ERROR else "warning"
    return rules.get(name, shipped) if kind.style else shipped


def with_house_rules(remarks: Iterable[Diagnostic], rules: Mapping[str, Setting]) -> tuple[Diagnostic, ...]:
    """Apply the rules of a library to remarks of style; remarks that are off are left out."""
    ruled = []
    for remark in remarks:
        if remark.code not in rules:
            ruled.append(remark)
        elif (setting := setting_of(remark.code, rules)) != "off":
            ruled.append(replace(remark, severity=Severity(setting)))
    return tuple(ruled)
