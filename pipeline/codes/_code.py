"""What a row of the table of codes is."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.diagnostics import Diagnostic, Place, Severity


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of mistake: its name, what it says, why it matters and what to do.

    `sentence` and `remedy` are `str.format` templates over the fields given to `at`;
    `why` and the rendered page in the handbook are plain text.
    """

    name: str
    severity: Severity
    sentence: str
    why: str
    remedy: str

    def at(self, place: Place, /, hint: str | None = None, **fields: object) -> Diagnostic:
        """The diagnostic of this kind at a place; `hint` replaces the general remedy."""
        said = self.remedy.format(**fields) if hint is None else hint
        return Diagnostic(place, self.severity, self.name, self.sentence.format(**fields), said)


def error(name: str, sentence: str, *, why: str, remedy: str) -> Code:
    """A row whose diagnostics fail the run."""
    return Code(name, Severity.ERROR, sentence, why, remedy)


def warning(name: str, sentence: str, *, why: str, remedy: str) -> Code:
    """A row whose diagnostics are remarks only."""
    return Code(name, Severity.WARNING, sentence, why, remedy)
