"""A row of the table of codes."""

from dataclasses import dataclass, replace
from string import Formatter
from types import ModuleType

from pipeline.core.diagnostics import Diagnostic, Place, Severity


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A kind of mistake: its name, what it says, why it matters and what to do.

    `sentence` and `remedy` are `str.format` templates over the fields given to `at`;
    `why` is plain text. `example` is what the table shows where the sentence is different every time.
    """

    severity: Severity
    sentence: str
    why: str
    remedy: str
    name: str = ""
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
        """The diagnostic of this kind at a place; `hint` replaces the general remedy, `validator` names who says so."""
        said = self.remedy.format(**fields) if hint is None else hint
        validator = str(fields.get("validator", ""))
        return Diagnostic(place, self.severity, self.name, self.sentence.format(**fields), said, validator)


def _without_fields(template: str) -> str:
    fields = {name: "" if name == "more" else "…" for _, name, _, _ in Formatter().parse(template) if name}
    return template.format(**fields).replace("….", "…")


def name_rows(area: ModuleType) -> None:
    """Name the rows of an area by their constants, behind its `PREFIX`: `TABLE_ROW` is 'table-row'."""
    for constant, row in list(vars(area).items()):
        if isinstance(row, CodeRow) and not row.name:
            name = constant.lower().replace("_", "-")
            setattr(area, constant, replace(row, name=getattr(area, "PREFIX", "") + name))


def error(sentence: str, *, why: str, remedy: str, name: str = "", example: str = "", cause: bool = False) -> CodeRow:
    """A row whose diagnostics fail the run. A `name` is said where it is not that of the constant."""
    return CodeRow(Severity.ERROR, sentence, why, remedy, name, example, cause=cause)


def warning(sentence: str, *, why: str, remedy: str, name: str = "", example: str = "", cause: bool = False) -> CodeRow:
    """A row whose diagnostics are remarks only."""
    return CodeRow(Severity.WARNING, sentence, why, remedy, name, example, cause=cause)


def style(sentence: str, *, why: str, remedy: str) -> CodeRow:
    """A row of the style of the house: remarks only, unless the library's `rules:` say otherwise."""
    return CodeRow(Severity.WARNING, sentence, why, remedy, style=True)
