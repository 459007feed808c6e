"""Options of all commands, before or after the verb: the project, the day, and the form of reports."""

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
from pipeline.core.faults import open_fault_log
from pipeline.core.files import forbid_links_below
from pipeline.core.messages import present
from pipeline.load.folders import WRITTEN_FOLDERS, FilesOnDemand, find_library_root, read_files

if TYPE_CHECKING:
    from pipeline.build.project import Project

F = TypeVar("F", bound=Callable[..., Any])

_PACKAGE_FOLDER = Path(__file__).parent.parent


def _shipped(*folders: Path) -> Path:
    """Return the first of these folders that exists: one is in a checkout, the other in an installed package."""
    return next(folder for folder in folders if folder.is_dir())


CHECKOUT = (_PACKAGE_FOLDER.parent / "Makefile").is_file()
"""True if the program is in a checkout, whose Makefile installs validators."""

SHIPPED = _shipped(_PACKAGE_FOLDER.parent / "layouts", _PACKAGE_FOLDER / "shipped_layouts")
"""The layouts that ship with the package."""

HANDBOOK = _shipped(_PACKAGE_FOLDER.parent / "source" / "handbook", _PACKAGE_FOLDER / "shipped_handbook")
"""The pages of the handbook that ship with the package."""


class DayType(click.ParamType[datetime]):
    """A date in the form of source files."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> datetime:
        """Return the day. A wrong form is a usage error."""
        try:
            return datetime.strptime(value, "%Y-%m-%d")  # noqa: DTZ007  a day has no time zone
        except ValueError:
            self.fail(f"'{value}' is no date. Write it like 2026-04-26.", param, context)


DAY = DayType()


def _store_option(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Store a common option in the context, whether it is before or after the verb."""
    values = context.ensure_object(dict)
    if value not in (None, False) and parameter.name:
        values[parameter.name] = value


REPORTS = ("text", "json", "csv", "sarif", "ical", "github", "gitlab", "html", "markdown")
"""Forms of reports; each verb has some of them."""


def common_options(command: F) -> F:
    """Add the options that may be before or after the verb to a command."""
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    common: dict[str, Any] = {"expose_value": False, "callback": _store_option}
    for option in (
        click.option("--quiet", is_flag=True, help="Print only errors and warnings.", **common),
        click.option("--strict", is_flag=True, help="Treat warnings as errors.", **common),
        click.option("--report", type=click.Choice(REPORTS), help="The format of the output.", **common),
        click.option(
            "--project", type=folder, help="The folder with source/ (default: this folder or one above).", **common
        ),
    ):
        command = option(command)
    return command


def withdrawn_option(option: str, instead: str, **attributes: Any) -> Callable[[F], F]:
    """Return a decorator for an option of an earlier release: its use is an error that names the replacement."""

    def reject(context: click.Context, parameter: click.Parameter, value: object) -> None:
        if value:
            raise click.UsageError(f"'{option}' was withdrawn in release 2. {instead}")

    return click.option(option, hidden=True, expose_value=False, callback=reject, **attributes)


def all_option(command: F) -> F:
    """Add the option `--all`, which lists every diagnostic, to a command."""
    help = "Show every message; by default a long list groups warnings."
    return click.option("--all", "whole", is_flag=True, help=help)(command)


class CommonOptions:
    """The common options of a run."""

    def __init__(self, context: click.Context) -> None:
        self._context = context
        values = context.ensure_object(dict)
        self.given: Path | None = values.get("project")
        """The folder of `--project`."""
        self.report: str = values.get("report", "text")
        self.strict: bool = values.get("strict", False)
        self.quiet: bool = values.get("quiet", False)

    @cached_property
    def library(self) -> Path | None:
        """The folder of the library: `--project`, or the nearest from here upwards; None if there is none."""
        if self.given is None:
            return find_library_root(Path())
        return self.given if (self.given / "source").is_dir() else None

    @cached_property
    def project(self) -> Path:
        """The folder of the library; from now on nothing is written through a link in it.

        Raises `UsageError` if there is none, and `EnvironmentFailure` if git tracks a link that leads out of it.
        """
        from pipeline.core.git import reject_tracked_links

        if self.library is None:
            where = "here or in any folder above" if self.given is None else f"in {self.given}"
            raise UsageError(f"There is no library {where}: no source/ was found. 'briefings new DIR' starts one.")
        reject_tracked_links(self.library, WRITTEN_FOLDERS)
        self._context.with_resource(forbid_links_below(*(self.library / name for name in WRITTEN_FOLDERS)))
        return self.library

    def form(self, *forms: str) -> str:
        """Return the form of `--report`. A form that the verb does not have is a usage error."""
        if self.report not in forms:
            raise click.UsageError(f"This verb reports as {', '.join(forms)}; not as {self.report}.")
        return self.report


def open_project(
    options: CommonOptions, jobs: int, executor: str = "", nowhere: Path | None = None, on_demand: bool = False
) -> Project:
    """Open the project of the options, with a progress report for this terminal.

    `nowhere` is a folder for work without a library. With `on_demand`, source files are read when they are needed.
    """
    from pipeline.build.project import Project
    from pipeline.core.progress import BarProgress, LineProgress, ProgressReporter

    progress: ProgressReporter = LineProgress(sys.stderr)
    if options.quiet or options.report != "text":
        progress = ProgressReporter()
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        progress = BarProgress(sys.stderr)
    folder = nowhere or options.project
    if not nowhere and options.given is None and options.library != Path():
        progress.say(f"The library is in {folder}; paths are given from there.")
    read = FilesOnDemand if on_demand else read_files
    project = Project(folder, SHIPPED, progress, jobs, executor, read=read)

    def print_complaints() -> None:
        for sentence in project.store.complaints:
            click.echo(f"briefings: {sentence}", err=True)

    context = click.get_current_context()
    context.call_on_close(print_complaints)
    context.with_resource(open_fault_log(folder))
    return project


def command_line(project: Path | None) -> str:
    """Return the command to type, with `--project` if a project is named. `.venv/bin/briefings` sets BRIEFINGS."""
    options = ("--project", str(project)) if project else ()
    return join((os.environ.get("BRIEFINGS", "briefings"), *options))


def current_command_line() -> str:
    """Return the command to type, with the `--project` of this call."""
    return command_line(CommonOptions(click.get_current_context()).given)


def production_day(day: datetime | None, project: Project) -> date:
    """Return the date produced: `--date`, or SOURCE_DATE_EPOCH (UTC), or today in the library's time zone."""
    if day is not None:
        return day.date()
    today: date = (_source_date_epoch() or datetime.now(project.time_zone())).date()
    return today


def now_utc() -> datetime:
    """Return SOURCE_DATE_EPOCH, or the current time, in UTC."""
    return _source_date_epoch() or datetime.now(UTC)


def _source_date_epoch() -> datetime | None:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise click.UsageError(f"SOURCE_DATE_EPOCH is {epoch!r}; it should be seconds since 1970.") from error


def override_option(form: str, help: str) -> Callable[[F], F]:
    """Return a decorator for the option to override problems; `form` is its metavar, such as 'CODE=REASON'."""

    def parse(context: click.Context, option: click.Parameter, overrides: tuple[str, ...]) -> dict[str, str]:
        """Return the reasons by what they override; present and former codes of one message share a reason."""
        reasons: dict[str, dict[str, str]] = {}
        for override in overrides:
            name, _, text = override.partition("=")
            name, reason = name.strip(), " ".join(text.split())
            if not reason:
                raise click.UsageError(f"'--override {override}' gives no reason. Write {form}.")
            by_name = reasons.setdefault(present(name), {})
            if name in by_name:
                raise click.UsageError(f"--override names '{name}' twice. Give one reason for it.")
            by_name[name] = reason
        return {code: "; ".join(dict.fromkeys(by_name.values())) for code, by_name in reasons.items()}

    return click.option("--override", "reasons", multiple=True, metavar=form, help=help, callback=parse)


def wants_colour(stream: Any) -> bool:
    """True if output to a stream should have colours."""
    return bool(stream.isatty()) and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
