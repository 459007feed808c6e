"""A row of the table of codes."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter

from pipeline.core.diagnostics import Diagnostic, Place, Severity


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A kind of mistake: its name, what it says, why it matters and what to do.

    `sentence` and `remedy` are `str.format` templates over the fields given to `at`;
    `why` is plain text. `example` is what the table shows where the sentence is different every time.
    """

    name: str
    severity: Severity
    sentence: str
    why: str
    remedy: str
    example: str = ""
    style: bool = False
    """Whether it is a remark of style, which a library may make an error or switch off."""
    cause: bool = False
    """True if it may cause other remarks: it is reported before them."""

    @property
    def says(self) -> str:
        """The sentence as the table shows it: '…' for what differs from one place to the next."""
        return self.example or _without_fields(self.sentence)

    @property
    def advises(self) -> str:
        """The remedy as the table shows it."""
        return _without_fields(self.remedy)

    def at(self, place: Place, /, hint: str | None = None, **fields: object) -> Diagnostic:
        """The diagnostic of this kind at a place; `hint` replaces the general remedy."""
        said = self.remedy.format(**fields) if hint is None else hint
        return Diagnostic(place, self.severity, self.name, self.sentence.format(**fields), said)


def _without_fields(template: str) -> str:
    fields = {name: "" if name == "more" else "…" for _, name, _, _ in Formatter().parse(template) if name}
    return template.format(**fields).replace("….", "…")


def error(name: str, sentence: str, *, why: str, remedy: str, example: str = "", cause: bool = False) -> CodeRow:
    """A row whose diagnostics fail the run."""
    return CodeRow(name, Severity.ERROR, sentence, why, remedy, example, cause=cause)


def warning(name: str, sentence: str, *, why: str, remedy: str, example: str = "", cause: bool = False) -> CodeRow:
    """A row whose diagnostics are remarks only."""
    return CodeRow(name, Severity.WARNING, sentence, why, remedy, example, cause=cause)


def style(name: str, sentence: str, *, why: str, remedy: str) -> CodeRow:
    """A row of the style of the house: remarks only, unless the library's `rules:` say otherwise."""
    return CodeRow(name, Severity.WARNING, sentence, why, remedy, style=True)
