"""Outcome of a verb, and the one place where it is written, in the form asked for."""

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

from pipeline.cli.options import Shared, colour, open_project, shared
from pipeline.cli.reports.report import as_json, as_sarif
from pipeline.cli.reports.screen import on_screen
from pipeline.core import tables
from pipeline.core.diagnostics import Diagnostic, Refused, exit_code
from pipeline.core.errors import PipelineError


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


def render(one: Outcome, form: str, options: Shared) -> int:
    """Write an outcome; gives the exit code. Diagnostics come behind a table, lest it look whole."""
    stream = sys.stdout if one.is_report else sys.stderr
    told = on_screen((*one.diagnostics, *one.beside), one.whole, colour(stream), one.named)
    if form != "text" and (one.is_report or not (one.table or one.forms)):
        told = ""  # they stand in the form itself
    if not one.table:
        click.echo(told, nl=False, err=not one.is_report)
    if form != "text":
        click.echo(one.forms[form]() if form in one.forms else FORMS[form](one), nl=False)
    elif not (one.may_be_quiet and options.quiet):
        _tell(one)
    if one.table:
        click.echo(told, nl=False, err=True)
    for sentence in (*(one.notes if form == "text" and not options.quiet else ()), *one.warnings):
        click.echo(sentence, err=True)
    return one.code(options.strict)


def _tell(one: Outcome) -> None:
    """Print the text, or else the table."""
    text = list(one.text)
    if one.table and not text:
        text = [tables.as_columns(*one.table)]
    for words in text:
        click.echo(words, nl=not words.endswith("\n"))


@contextmanager
def told_before_errors(diagnostics: Sequence[Diagnostic] = (), text: Sequence[str] = ()) -> Iterator[None]:
    """Write these if an error ends the command within the block; otherwise they are part of its outcome."""
    try:
        yield
    except (PipelineError, click.ClickException, OSError):
        render(Outcome(diagnostics, text), "text", Shared(click.get_current_context()))
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
            options = Shared(context)
            form = options.form(*forms) if forms else "text"
            try:
                if library:
                    processes = given.pop("jobs", None) or jobs or os.cpu_count() or 1
                    executor = given.pop("executor", None) or ""
                    one = work(open_project(options, processes, executor, on_demand=on_demand), **given)
                else:
                    one = work(options, **given)
            except Refused as refused:
                one, form = Outcome(refused.diagnostics, exit=Exit.FAULTS), "text"
            return render(one, form, options)

        return run

    return made
