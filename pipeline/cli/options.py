"""Options and arguments of all commands, before or after the verb: the project, the day, and how reports are shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.core.diagnostics import UsageError
from pipeline.core.files import writing_below
from pipeline.core.messages import present
from pipeline.core.processes import log_in
from pipeline.load.folders import WRITTEN, FilesOnDemand, library_from, read_files

if TYPE_CHECKING:
    from pipeline.build.project import Project

F = TypeVar("F", bound=Callable[..., Any])

_HERE = Path(__file__).parent.parent


def _shipped(*folders: Path) -> Path:
    """The first of these folders that there is: in a checkout the one, in an installed package the other."""
    return next(folder for folder in folders if folder.is_dir())


CHECKOUT = (_HERE.parent / "Makefile").is_file()
"""True where the program lies in a checkout, whose Makefile brings judges."""

SHIPPED = _shipped(_HERE.parent / "layouts", _HERE / "shipped_layouts")
"""The layouts that ship with the package."""

HANDBOOK = _shipped(_HERE.parent / "source" / "handbook", _HERE / "shipped_handbook")
"""The pages of the handbook that ship with it."""


class DayType(click.ParamType[datetime]):
    """A date as the source writes it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> datetime:
        """The day, or a usage error that shows how to write it."""
        try:
            return datetime.strptime(value, "%Y-%m-%d")  # noqa: DTZ007  a day has no time zone
        except ValueError:
            self.fail(f"'{value}' is no date. Write it like 2026-04-26.", param, context)


DAY = DayType()


def _note(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Note a shared option, whether it stands before or after the verb."""
    noted = context.ensure_object(dict)
    if value not in (None, False) and parameter.name:
        noted[parameter.name] = value


REPORTS = ("text", "json", "csv", "sarif", "ical", "github", "gitlab", "html", "markdown")
"""Forms of what is said; each verb knows some of them."""


def shared(command: F) -> F:
    """Give a command the options that stand before or after the verb."""
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    said: dict[str, Any] = {"expose_value": False, "callback": _note}
    for option in (
        click.option("--quiet", is_flag=True, help="Say only what is wrong.", **said),
        click.option("--strict", is_flag=True, help="Let warnings fail the run too.", **said),
        click.option("--report", type=click.Choice(REPORTS), help="The form of what is said.", **said),
        click.option("--project", type=folder, help="The folder that holds source/ (default: here or above).", **said),
    ):
        command = option(command)
    return command


def withdrawn(option: str, instead: str, **how: Any) -> Callable[[F], F]:
    """Give a command an option of an earlier release; who uses it reads what to use instead, and exit status 2."""

    def refuse(context: click.Context, parameter: click.Parameter, value: object) -> None:
        if value:
            raise click.UsageError(f"'{option}' was withdrawn in release 2. {instead}")

    return click.option(option, hidden=True, expose_value=False, callback=refuse, **how)


def every_remark(command: F) -> F:
    """Give a command the option that shows every remark."""
    said = "Show every remark; otherwise a long list groups the warnings."
    return click.option("--all", "whole", is_flag=True, help=said)(command)


class CommonOptions:
    """The shared options of a run."""

    def __init__(self, context: click.Context) -> None:
        self._context = context
        noted = context.ensure_object(dict)
        self.given: Path | None = noted.get("project")
        self.report: str = noted.get("report", "text")
        self.strict: bool = noted.get("strict", False)
        self.quiet: bool = noted.get("quiet", False)

    @cached_property
    def library(self) -> Path | None:
        """The folder of the library: the one given, else the nearest from here upwards; nothing where it holds none."""
        if self.given is None:
            return library_from(Path())
        return self.given if (self.given / "source").is_dir() else None

    @property
    def found_above(self) -> bool:
        """Whether the library was found above the folder in which the command was given."""
        return self.given is None and self.library not in (None, Path())

    @cached_property
    def project(self) -> Path:
        """The folder of the library; from now on nothing is written through a link in it.

        Raises `UsageError` where there is none, and `EnvironmentFailure` where git tracks a link that leads out.
        """
        from pipeline.core.git import refuse_tracked_links

        if self.library is None:
            told = "here or in any folder above" if self.given is None else f"in {self.given}"
            raise UsageError(f"There is no library {told}: no source/ was found. 'briefings new DIR' starts one.")
        refuse_tracked_links(self.library, WRITTEN)
        self._context.with_resource(writing_below(*(self.library / name for name in WRITTEN)))
        return self.library

    def form(self, *forms: str) -> str:
        """The form asked for, if the verb knows it."""
        if self.report not in forms:
            raise click.UsageError(f"This verb reports as {', '.join(forms)}; not as {self.report}.")
        return self.report


def open_project(
    options: CommonOptions, jobs: int, executor: str = "", nowhere: Path | None = None, on_demand: bool = False
) -> Project:
    """The project of the options, with the voice that this terminal wants.

    `nowhere` is for work of no library; `on_demand` reads of the sources no file that is not asked for.
    """
    from pipeline.build.project import Project
    from pipeline.core.progress import BarProgress, LineProgress, ProgressReporter

    progress: ProgressReporter = LineProgress(sys.stderr)
    if options.quiet or options.report != "text":
        progress = ProgressReporter()
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        progress = BarProgress(sys.stderr)
    folder = nowhere or options.project
    if not nowhere and options.found_above:
        progress.say(f"The library is in {folder}; paths are given from there.")
    read = FilesOnDemand if on_demand else read_files
    project = Project(folder, SHIPPED, progress, jobs, executor, read=read)

    def complain() -> None:
        for sentence in project.store.complaints:
            click.echo(f"briefings: {sentence}", err=True)

    context = click.get_current_context()
    context.call_on_close(complain)
    context.with_resource(log_in(folder))
    return project


def command_line(project: Path | None) -> str:
    """The command as it can be typed, for a project if one is named: `.venv/bin/briefings` says how it was called."""
    named = ("--project", str(project)) if project else ()
    return join((os.environ.get("BRIEFINGS", "briefings"), *named))


def typed_here() -> str:
    """The command as it can be typed, for the project that was named in this call, if one was."""
    return command_line(CommonOptions(click.get_current_context()).given)


def day_of(given: datetime | None, project: Project) -> date:
    """The date produced: `--date`, else SOURCE_DATE_EPOCH (UTC), else today in the library's time zone."""
    if given is not None:
        return given.date()
    today: date = (_told_moment() or datetime.now(project.time_zone())).date()
    return today


def now_utc() -> datetime:
    """Now, or what SOURCE_DATE_EPOCH says, in UTC."""
    return _told_moment() or datetime.now(UTC)


def _told_moment() -> datetime | None:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as wrong:
        raise click.UsageError(f"SOURCE_DATE_EPOCH is {epoch!r}; it should be seconds since 1970.") from wrong


def overriding(form: str, help: str) -> Callable[[F], F]:
    """Give a command the option to override objections; `form` is how it is written: 'CODE=REASON'."""

    def reasons(context: click.Context, option: click.Parameter, overrides: tuple[str, ...]) -> dict[str, str]:
        """The reasons by what stands before them."""
        found = {}
        for said in overrides:
            named, _, reason = said.partition("=")
            if not reason.strip():
                raise click.UsageError(f"'--override {said}' gives no reason. Write {form}.")
            named = present(named.strip())
            if named in found:
                raise click.UsageError(f"--override names '{named}' twice. Give one reason for it.")
            found[named] = " ".join(reason.split())
        return found

    return click.option("--override", "reasons", multiple=True, metavar=form, help=help, callback=reasons)


def colour(stream: Any) -> bool:
    """Whether whoever reads the stream wants colours."""
    return bool(stream.isatty()) and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
