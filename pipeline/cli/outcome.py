"""The outcome of a verb, and its one renderer."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial, wraps
from typing import Any, NamedTuple

import click

from pipeline.cli.options import CommonOptions, common_options, open_project, wants_colour
from pipeline.cli.reports import format_json, format_sarif, grouped_diagnostics
from pipeline.core import sentences as tables
from pipeline.core.diagnostics import Diagnostic, PipelineError, Refused, exit_code


class Exit(IntEnum):
    """Exit codes of verbs; 2 is for a wrong call, and 3 for a failure of the environment."""

    OK = 0
    FAULTS = 1
    WITHHELD = 4
    UNDELIVERED = 5


class OutcomeTable(NamedTuple):
    """Rows with column heads."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The output of a verb, in no particular form."""

    diagnostics: Sequence[Diagnostic] = ()
    text: Iterable[str] = ()
    """Sentences and tables for people."""
    exit: int | Callable[[bool], int] = Exit.OK
    """The exit code, or a function of `--strict` that returns it."""
    table: OutcomeTable | None = None
    """Rows for programs, and for people if there is no text."""
    data: Mapping[str, object] = field(default_factory=dict)
    """Further members of the JSON."""
    forms: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    """Forms that only this verb has, each with its writer."""
    notes: Iterable[str] = ()
    """Sentences for people on stderr."""
    beside: Sequence[Diagnostic] = ()
    """Further diagnostics for people, which no other form has."""
    warnings: Sequence[str] = ()
    """Sentences on stderr in every form."""
    is_report: bool = False
    """True if the diagnostics are the result, and go to stdout."""
    may_be_quiet: bool = False
    """True if `--quiet` hides the text."""
    whole: bool = True
    """True if a long list of diagnostics is not grouped."""
    named: bool = False
    """True if the user named the texts that the diagnostics are about."""

    def code(self, strict: bool) -> int:
        """Return the exit code."""
        return int(self.exit(strict) if callable(self.exit) else self.exit)


def json_form(content: Mapping[str, object]) -> Mapping[str, Callable[[], str]]:
    """Return the `forms` of a verb with its own JSON, without diagnostics."""
    return {"json": lambda: json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n"}


def list_outcome(unread: Sequence[Diagnostic], table: OutcomeTable, *text: str) -> Outcome:
    """Return the outcome of a list, with the errors that kept texts out of it."""
    return Outcome(unread, text, partial(exit_code, unread), table)


PROGRAM_FORMS: Mapping[str, Callable[[Outcome], str]] = {
    "json": lambda outcome: (
        tables.format_json_rows(*outcome.table) if outcome.table else format_json(outcome.diagnostics, **outcome.data)
    ),
    "csv": lambda outcome: tables.format_csv(*outcome.table) if outcome.table else "",
    "sarif": lambda outcome: format_sarif(outcome.diagnostics),
}
"""Writers of the forms for programs."""


def render_outcome(outcome: Outcome, form: str, options: CommonOptions) -> int:
    """Write an outcome and return the exit code. Diagnostics follow a table, so that it does not look complete."""
    is_text = form == "text"
    diagnostics = grouped_diagnostics(
        (*outcome.diagnostics, *outcome.beside),
        outcome.whole,
        wants_colour(sys.stdout if outcome.is_report else sys.stderr),
        outcome.named,
    )
    if not is_text and (outcome.is_report or not (outcome.table or outcome.forms)):
        diagnostics = ""  # the form itself has them
    if not outcome.table:
        click.echo(diagnostics, nl=False, err=not outcome.is_report)
    if not is_text:
        click.echo(outcome.forms[form]() if form in outcome.forms else PROGRAM_FORMS[form](outcome), nl=False)
    elif not (outcome.may_be_quiet and options.quiet):
        text = list(outcome.text)
        if outcome.table and not text:
            text = [tables.format_columns(*outcome.table)]
        for sentence in text:
            click.echo(sentence, nl=not sentence.endswith("\n"))
    if outcome.table:
        click.echo(diagnostics, nl=False, err=True)
    for sentence in (*(outcome.notes if is_text and not options.quiet else ()), *outcome.warnings):
        click.echo(sentence, err=True)
    return outcome.code(options.strict)


@contextmanager
def render_before_errors(diagnostics: Sequence[Diagnostic] = (), text: Sequence[str] = ()) -> Iterator[None]:
    """Write these first if an error ends the command within the block."""
    try:
        yield
    except (PipelineError, click.ClickException, OSError):
        render_outcome(Outcome(diagnostics, text), "text", CommonOptions(click.get_current_context()))
        raise


def print_note(sentence: str) -> None:
    """Write a sentence to stderr at once, in every form."""
    click.echo(sentence, err=True)


def verb_with_outcome(
    *forms: str, jobs: int | None = 1, library: bool = True, on_demand: bool = False
) -> Callable[[Callable[..., Outcome]], Callable[..., int]]:
    """Return a decorator that makes a verb of a function: its outcome is rendered in one of the forms, or as text.

    The function gets the project, or without a `library` the common options. `jobs` is its number of processes; None
    stands for `--jobs` or the number of processors. With `on_demand`, source files are read when they are needed.
    """

    def decorate(function: Callable[..., Outcome]) -> Callable[..., int]:
        @common_options
        @click.pass_context
        @wraps(function)
        def run(context: click.Context, /, **arguments: Any) -> int:
            options = CommonOptions(context)
            form = options.form(*forms) if forms else "text"
            subject: Any = options
            try:
                if library:
                    processes = arguments.pop("jobs", None) or jobs or os.cpu_count() or 1
                    executor = arguments.pop("executor", None) or ""
                    subject = open_project(options, processes, executor, on_demand=on_demand)
                outcome = function(subject, **arguments)
            except Refused as refused:
                outcome, form = Outcome(refused.diagnostics, exit=Exit.FAULTS), "text"
            return render_outcome(outcome, form, options)

        return run

    return decorate
