"""Outcome of a verb and its one renderer: text, JSON, SARIF."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from functools import partial, wraps
from typing import Any, NamedTuple
from urllib.parse import quote

import click

from pipeline import __version__
from pipeline.cli.options import CommonOptions, colour, open_project, shared
from pipeline.core import sentences as tables
from pipeline.core.diagnostics import (
    Diagnostic,
    PipelineError,
    Refused,
    Severity,
    errors,
    exit_code,
    is_shared,
    visible,
)
from pipeline.core.messages import MessageType, catalogue
from pipeline.core.sentences import count


def as_text(diagnostics: Iterable[Diagnostic], colour: bool = False) -> str:
    """The diagnostics in the form `path:line:col: severity code: sentence`, a hint below."""
    lines = []
    for diagnostic in diagnostics:
        line, severity = str(diagnostic), diagnostic.severity
        if colour:
            hue = "31" if severity is Severity.ERROR else "33"
            line = line.replace(f": {severity} ", f": \x1b[1;{hue}m{severity}\x1b[0m ", 1)
        lines.append(f"{line}\n")
    return "".join(lines)


def as_json(diagnostics: Sequence[Diagnostic], **more: object) -> str:
    """The diagnostics as JSON: `diagnostics`, `errors`, `warnings`, and whatever else is given."""
    rows = [
        {**asdict(d.place), "severity": str(d.severity), "code": d.code, "sentence": d.sentence, "hint": d.hint}
        for d in diagnostics
    ]
    found = sum(1 for _ in errors(diagnostics))
    return _json({"diagnostics": rows, "errors": found, "warnings": len(rows) - found, **more})


def as_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """The diagnostics as a SARIF 2.1.0 log, for code hosts and editors."""
    rules = sorted({d.code for d in diagnostics})
    run = {
        "tool": {
            "driver": {
                "name": "briefings",
                "version": __version__,
                "rules": [_sarif_rule(catalogue()[name]) for name in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(d, rules.index(d.code)) for d in diagnostics],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return _json({"$schema": schema, "version": "2.1.0", "runs": [run]})


def _sarif_rule(kind: MessageType) -> dict[str, Any]:
    return {
        "id": kind.name,
        "shortDescription": {"text": kind.summary},
        "fullDescription": {"text": kind.why},
        "help": {"text": kind.advice},
        "defaultConfiguration": {"level": str(kind.severity)},
    }


def _sarif_result(diagnostic: Diagnostic, index: int) -> dict[str, Any]:
    said = diagnostic.sentence + (f" {diagnostic.hint}" if diagnostic.hint else "")
    where = {
        "artifactLocation": {"uri": quote(diagnostic.place.path)},
        "region": {"startLine": diagnostic.place.line, "startColumn": diagnostic.place.column},
    }
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": str(diagnostic.severity),
        "message": {"text": said},
        "locations": [{"physicalLocation": where}],
    }


def _json(value: object) -> str:
    """Return a value as JSON; what cannot be printed, such as a change of direction, is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text) + "\n"


# Remarks on a screen

SCREEN = 40
"""Lines of a list that is read at once."""

SHOWN = 3
"""Files that are named with the number of its warnings in each."""

ERRORS = 50
"""Errors that are shown."""

KINDS = 10
"""Kinds of warnings that are shown of several files."""

_PLACES = 2
"""Other places in several files that are named; of more, their number in each file."""

_NUMBERS = 12
"""Other lines of one file that are named."""


@dataclass(frozen=True, slots=True)
class RemarkKind:
    """The remarks of one kind, by place."""

    code: str
    remarks: tuple[Diagnostic, ...]

    def settled_by(self) -> str:
        """The hint that settles all of them: their own, or that of the kind."""
        hint, general = self.remarks[0].hint, catalogue()[self.code].advice
        is_of_all = all(remark.hint == hint for remark in self.remarks)
        return hint if hint and (is_of_all or "…" in general) else general


def grouped_diagnostics(
    remarks: Sequence[Diagnostic], whole: bool = False, colour: bool = False, named: bool = False
) -> str:
    """The remarks for a terminal. `whole` shows every one, and nothing else.

    A list of more than `SCREEN` lines shows the errors, then the kinds of warnings. Where texts were `named`, warnings
    on files that all texts share are counted in one line.
    """
    if whole:
        return as_text(remarks, colour)
    own = [remark for remark in remarks if not (named and _is_of_others(remark))]
    text = as_text(own, colour)
    if text.count("\n") > SCREEN:
        text = "".join(f"{line}\n" for line in (*_first_errors(own, colour), *_by_kind(own, colour, named)))
    others = len(remarks) - len(own)
    return text + (f"{count(others, 'message')} about other files: run 'briefings check'.\n" if others else "")


def _is_of_others(remark: Diagnostic) -> bool:
    """Whether it says nothing of a text that was named: errors in a shared file may be the cause of its own."""
    is_warning = remark.severity is Severity.WARNING
    return is_warning and is_shared(remark) and not remark.place.path.startswith("source/references/")


def _first_errors(remarks: Iterable[Diagnostic], colour: bool) -> Iterator[str]:
    """Up to `ERRORS` errors by place, each hint once; of more than that, causes before others."""
    found = tuple(errors(remarks))
    first = sorted(found, key=lambda remark: not catalogue()[remark.code].cause)[:ERRORS]
    shown, hints = set(first), set[str]()
    for remark in found:
        if remark in shown:
            line, _, hint = as_text((remark,), colour).rstrip("\n").partition("\n")
            yield line
            if hint and f"{remark.code} {hint}" not in hints:
                yield hint
            hints.add(f"{remark.code} {hint}")
    if len(found) > ERRORS:
        kinds = kinds_of(remark for remark in found if remark not in shown)
        named = ", ".join(f"{len(kind.remarks):,} {kind.code}" for kind in kinds[:KINDS])
        more = ", …" if len(kinds) > KINDS else ""
        yield f"{count(len(found) - ERRORS, 'more error')} ({named}{more}): --all shows all."


def _by_kind(remarks: Sequence[Diagnostic], colour: bool, named: bool) -> Iterator[str]:
    """The most frequent kinds of warnings by place: one of each, where the others are, and what settles it."""
    warnings = [remark for remark in remarks if remark.severity is Severity.WARNING]
    if not warnings:
        return
    kinds, files = kinds_of(warnings), len({remark.place.path for remark in warnings})
    shown = kinds if files == 1 else kinds[:KINDS]
    yield ""
    yield f"{count(len(warnings), 'warning')} of {count(len(kinds), 'kind')} in {count(files, 'file')}:"
    for kind in sorted(shown, key=lambda kind: warnings.index(kind.remarks[0])):
        yield as_text((kind.remarks[0],), colour).split("\n")[0]
        yield f"    hint: {visible(kind.settled_by())}"
        yield from (f"    {visible(places)}" for places in _elsewhere(kind))
    if others := kinds[len(shown) :]:
        yield f"Also: {', '.join(f'{kind.code} ({len(kind.remarks):,})' for kind in others)}."
    if style := [kind.code for kind in kinds if catalogue()[kind.code].style]:
        yield f"Not your style? Write '{style[0]}: off', or another code, under 'rules:' in source/library.yaml."
    yield f"--all shows every remark{'' if named else ', the name of a briefing or pack only its own'}."


def kinds_of(remarks: Iterable[Diagnostic]) -> tuple[RemarkKind, ...]:
    """The kinds of the remarks: those that others may come of, then the most frequent."""
    found: dict[str, list[Diagnostic]] = {}
    for remark in remarks:
        found.setdefault(remark.code, []).append(remark)
    kinds = [RemarkKind(code, tuple(those)) for code, those in found.items()]
    return tuple(sorted(kinds, key=lambda kind: (not catalogue()[kind.code].cause, -len(kind.remarks), kind.code)))


def _elsewhere(kind: RemarkKind) -> Iterator[str]:
    others, by_file = kind.remarks[1:], Counter(remark.place.path for remark in kind.remarks)
    if others and len(by_file) == 1:
        lines = list(dict.fromkeys(str(remark.place.line) for remark in others))
        more = f" and {len(lines) - _NUMBERS:,} more" if len(lines) > _NUMBERS else ""
        yield f"also in line{'s' if len(lines) > 1 else ''} {', '.join(lines[:_NUMBERS])}{more}."
    elif len(others) > _PLACES:
        most = sorted(by_file.items(), key=lambda named: (-named[1], named[0]))
        short = ((path.removeprefix("source/").removeprefix("briefings/"), times) for path, times in most[:SHOWN])
        named = ", ".join(f"{times:,} in {path}" for path, times in short if times > 1)
        more = ", …" if len(most) > SHOWN else "."
        yield f"{len(kind.remarks):,} times in {count(len(by_file), 'file')}{f': {named}{more}' if named else '.'}"
    elif others:
        yield f"also at {' and '.join(str(remark.place) for remark in others)}."


# The outcome of a verb


class Exit(IntEnum):
    """Exit codes; a verb that was called wrongly ends with 2, and one that its machine refuses something with 3."""

    OK = 0
    FAULTS = 1
    WITHHELD = 4
    UNDELIVERED = 5


class Table(NamedTuple):
    """Rows under heads."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that a verb has to say. It knows no form; what makes it prints nothing."""

    diagnostics: Sequence[Diagnostic] = ()
    text: Iterable[str] = ()
    """Sentences and tables for people."""
    exit: int | Callable[[bool], int] = Exit.OK
    """The exit code, or what gives it for `--strict`."""
    table: Table | None = None
    """Rows for programs, and for people where there is no text."""
    data: Mapping[str, object] = field(default_factory=dict)
    """Members of the JSON beside the diagnostics."""
    forms: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    """Forms that only this verb has, and how each is written."""
    notes: Iterable[str] = ()
    """Sentences for people beside the text, on stderr."""
    beside: Sequence[Diagnostic] = ()
    """Diagnostics for people alone."""
    warnings: Sequence[str] = ()
    """Sentences on stderr in every form."""
    is_report: bool = False
    """Whether the diagnostics are the answer itself; otherwise they go to stderr."""
    may_be_quiet: bool = False
    """Whether `--quiet` leaves the text out."""
    whole: bool = True
    """Whether every diagnostic is shown; otherwise a long list groups them."""
    named: bool = False
    """Whether the diagnostics are of things that were named."""

    def code(self, strict: bool) -> int:
        """The exit code."""
        return int(self.exit(strict) if callable(self.exit) else self.exit)


def own_json(said: Mapping[str, object]) -> Mapping[str, Callable[[], str]]:
    """The form of a verb that has JSON of its own, without diagnostics."""
    return {"json": lambda: json.dumps(said, ensure_ascii=False, indent=1, default=str) + "\n"}


def listed(unread: Sequence[Diagnostic], table: Table, *text: str) -> Outcome:
    """A list, and the errors that kept something from it."""
    return Outcome(unread, text, partial(exit_code, unread), table)


FORMS: Mapping[str, Callable[[Outcome], str]] = {
    "json": lambda one: tables.as_records(*one.table) if one.table else as_json(one.diagnostics, **one.data),
    "csv": lambda one: tables.as_csv(*one.table) if one.table else "",
    "sarif": lambda one: as_sarif(one.diagnostics),
}
"""How an outcome is written for programs."""


def render(one: Outcome, form: str, options: CommonOptions) -> int:
    """Write an outcome; gives the exit code. Diagnostics come behind a table, lest it look whole."""
    stream = sys.stdout if one.is_report else sys.stderr
    told = grouped_diagnostics((*one.diagnostics, *one.beside), one.whole, colour(stream), one.named)
    if form != "text" and (one.is_report or not (one.table or one.forms)):
        told = ""  # they stand in the form itself
    if not one.table:
        click.echo(told, nl=False, err=not one.is_report)
    if form != "text":
        click.echo(one.forms[form]() if form in one.forms else FORMS[form](one), nl=False)
    elif not (one.may_be_quiet and options.quiet):
        text = list(one.text)
        if one.table and not text:
            text = [tables.as_columns(*one.table)]
        for words in text:
            click.echo(words, nl=not words.endswith("\n"))
    if one.table:
        click.echo(told, nl=False, err=True)
    for sentence in (*(one.notes if form == "text" and not options.quiet else ()), *one.warnings):
        click.echo(sentence, err=True)
    return one.code(options.strict)


@contextmanager
def told_before_errors(diagnostics: Sequence[Diagnostic] = (), text: Sequence[str] = ()) -> Iterator[None]:
    """Write these if an error ends the command within the block; otherwise they are part of its outcome."""
    try:
        yield
    except (PipelineError, click.ClickException, OSError):
        render(Outcome(diagnostics, text), "text", CommonOptions(click.get_current_context()))
        raise


def note(sentence: str) -> None:
    """Write a sentence on stderr at once, in every form."""
    click.echo(sentence, err=True)


def rendered(
    *forms: str, jobs: int | None = 1, library: bool = True, on_demand: bool = False
) -> Callable[[Callable[..., Outcome]], Callable[..., int]]:
    """Make a verb of a function of the project: its outcome is rendered in one of the forms, or else as text.

    `jobs` are the processes it works with: by None as many as `--jobs` says, or as there are processors. Without a
    `library` it is a function of the shared options. `on_demand` reads of the sources no file that is not asked for.
    """

    def made(work: Callable[..., Outcome]) -> Callable[..., int]:
        @shared
        @click.pass_context
        @wraps(work)
        def run(context: click.Context, /, **given: Any) -> int:
            options = CommonOptions(context)
            form = options.form(*forms) if forms else "text"
            of: Any = options
            try:
                if library:
                    processes = given.pop("jobs", None) or jobs or os.cpu_count() or 1
                    of = open_project(options, processes, given.pop("executor", None) or "", on_demand=on_demand)
                one = work(of, **given)
            except Refused as refused:
                one, form = Outcome(refused.diagnostics, exit=Exit.FAULTS), "text"
            return render(one, form, options)

        return run

    return made
