"""The command line: verbs, shared options, exit codes. Says things; decides nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from pipeline import __version__, report
from pipeline.diagnostics import Diagnostic, failed

F = TypeVar("F", bound=Callable[..., Any])

SHIPPED = next(
    folder
    for folder in (Path(__file__).parent.parent / "layouts", Path(__file__).parent / "shipped_layouts")
    if folder.is_dir()
)
"""The layouts that ship with the package."""


class Day(click.ParamType[datetime]):
    """A date as the source writes it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> datetime:
        """The day, or a usage error that shows how to write it."""
        try:
            return datetime.strptime(value, "%Y-%m-%d")  # noqa: DTZ007  a day has no time zone
        except ValueError:
            self.fail(f"'{value}' is no date. Write it like 2026-04-26.", param, context)


DAY = Day()

FORMATS = ("pdf", "all", "screen", "print", "large-print", "booklet", "epub", "html")


def _note(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Note a shared option, whether it stands before or after the verb."""
    noted = context.ensure_object(dict)
    if value not in (None, False) and parameter.name:
        noted[parameter.name] = value


def shared(command: F) -> F:
    """Give a command the options that stand before or after the verb."""
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    said: dict[str, Any] = {"expose_value": False, "callback": _note}
    for option in (
        click.option("--quiet", is_flag=True, help="Say only what is wrong.", **said),
        click.option("--strict", is_flag=True, help="Let warnings fail the run too.", **said),
        click.option(
            "--report", type=click.Choice(["text", "json", "csv", "sarif"]), help="The form of what is said.", **said
        ),
        click.option("--project", type=folder, help="The folder that holds source/ (default: here).", **said),
    ):
        command = option(command)
    return command


class Shared:
    """The shared options of a run."""

    def __init__(self, context: click.Context) -> None:
        noted = context.ensure_object(dict)
        self.project: Path = noted.get("project", Path())
        self.report: str = noted.get("report", "text")
        self.strict: bool = noted.get("strict", False)
        self.quiet: bool = noted.get("quiet", False)

    def form(self, *forms: str) -> str:
        """The form asked for, if the verb knows it."""
        if self.report not in forms:
            raise click.UsageError(f"This verb reports as {', '.join(forms)}; not as {self.report}.")
        return self.report


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="briefings")
@shared
def main() -> None:
    """From plain text to dated, accessible evidence briefings: PDF and EPUB, bound into packs."""


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Judge review dates as on this day.")
@shared
@click.pass_context
def check(context: click.Context, names: tuple[str, ...], produced: datetime | None) -> int:
    """Say what is wrong in the source, and build nothing."""
    from pipeline.survey import check as examine

    options = Shared(context)
    form = options.form("text", "json", "sarif")
    shop = _workshop(options, 1)
    remarks = examine(shop, names, _produced(produced, shop))
    if form == "text":
        click.echo(report.as_text(remarks, _colour(sys.stdout)), nl=False)
        if not options.quiet:
            click.echo(report.tally(remarks) + ".", err=True)
    else:
        click.echo(_report(form, remarks), nl=False)
    return 1 if failed(remarks, options.strict) else 0


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--format", "formats", multiple=True, type=click.Choice(FORMATS), help="Formats to make; repeatable.")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The date produced (default: today).")
@click.option("--packs", is_flag=True, help="Only packs.")
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@click.option("--executor", metavar="URL", help="A Dask scheduler to work on instead of this machine.")
@shared
@click.pass_context
def build(
    context: click.Context,
    names: tuple[str, ...],
    formats: tuple[str, ...],
    produced: datetime | None,
    packs: bool,
    jobs: int | None,
    executor: str | None,
) -> int:
    """Build briefings, packs and series pages into output/ (all of them, or those named)."""
    from pipeline.build import build as make
    from pipeline.model.publication import Order

    options = Shared(context)
    form = options.form("text", "json", "sarif")
    shop = _workshop(options, jobs or os.cpu_count() or 1, executor or "")
    order = Order(names, formats, _produced(produced, shop), packs)  # type: ignore[arg-type]
    built = make(order, shop)
    if form == "text":
        click.echo(report.as_text(built.remarks, _colour(sys.stderr)), nl=False, err=True)
        if not options.quiet:
            click.echo(built.summary(shop.output_name))
    else:
        click.echo(_report(form, built.remarks), nl=False)
    return built.exit_code(options.strict)


@main.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@shared
@click.pass_context
def proof(context: click.Context, files: tuple[Path, ...], jobs: int | None) -> int:
    """Inspect the PDFs, EPUBs and web pages that were built, or those named."""
    from pipeline.proofing import proof as inspect

    options = Shared(context)
    form = options.form("text", "json", "sarif")
    found = inspect(_workshop(options, jobs or os.cpu_count() or 1), files)
    if form == "text":
        click.echo(report.as_text(found.remarks, _colour(sys.stdout)), nl=False)
        if not options.quiet:
            seen = f"{', '.join(found.kinds) or 'Nothing'} proofed by {', '.join(found.judges)}"
            click.echo(f"{seen}: {report.tally(found.remarks)}.", err=True)
    else:
        click.echo(_report(form, found.remarks), nl=False)
    return 4 if failed(found.remarks, options.strict) else 0


@main.command()
@click.argument("name")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The day of publishing (default: today).")
@click.option(
    "--override",
    "overrides",
    multiple=True,
    metavar="CODE=REASON",
    help="Publish despite a remark; the reason is kept.",
)
@shared
@click.pass_context
def publish(context: click.Context, name: str, produced: datetime | None, overrides: tuple[str, ...]) -> int:
    """Keep the present version of a briefing for good, in source/versions/.

    It is built and proofed first. What is a draft, overdue, unresolved, unapproved or wrong is refused.
    """
    from pipeline.publishing import publish as keep

    options = Shared(context)
    form = options.form("text", "json", "sarif")
    shop = _workshop(options, os.cpu_count() or 1)
    done = keep(shop, name, _produced(produced, shop), _reasons(overrides))
    if form != "text":
        click.echo(_report(form, done.against), nl=False)
    else:
        click.echo(report.as_text(done.against, _colour(sys.stderr)), nl=False, err=True)
        if done.against:
            click.echo(f"Not published: {report.tally(done.against)}. --override CODE=REASON keeps it all the same.")
        elif done.earlier:
            click.echo(f"{done.pin} is published since {done.earlier.isoformat()}; nothing to do.")
        else:
            click.echo(f"{done.pin} is published. Commit {done.folder}; a pack binds it as '{done.pin}'.")
    return 1 if done.against else 0


def _reasons(overrides: tuple[str, ...]) -> dict[str, str]:
    """The reasons by code."""
    reasons = {}
    for said in overrides:
        code, _, reason = said.partition("=")
        if not reason.strip():
            raise click.UsageError(f"'--override {said}' gives no reason. Write CODE=REASON.")
        reasons[code.strip()] = reason.strip()
    return reasons


@main.command("list")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Judge review dates as on this day.")
@shared
@click.pass_context
def list_(context: click.Context, produced: datetime | None) -> int:
    """List every briefing with version, status and dates.

    As json or csv with owner, series, packs and works cited too.
    """
    from pipeline.survey import listing

    options = Shared(context)
    form = options.form("text", "json", "csv")
    shop = _workshop(options, 1)
    _table(form, *listing(shop, _produced(produced, shop), brief=form == "text"))
    return _told_unread(shop, options)


@main.command()
@click.argument("key")
@shared
@click.pass_context
def cites(context: click.Context, key: str) -> int:
    """List the briefings that rest on a work, by its citation key."""
    from pipeline.survey import resting_on

    options = Shared(context)
    form = options.form("text", "json", "csv")
    shop = _workshop(options, 1)
    heads, rows = resting_on(shop, key)
    if form == "text" and not rows:
        click.echo(f"No briefing rests on {key}.")
    else:
        _table(form, heads, rows)
    return _told_unread(shop, options)


def _told_unread(shop: Any, options: Shared) -> int:
    """Tell what could not be read, so that no list looks whole that is not; gives the exit code."""
    from pipeline.survey import unread

    remarks = unread(shop)
    click.echo(report.as_text(remarks, _colour(sys.stderr)), nl=False, err=True)
    return 1 if failed(remarks) else 0


@main.command()
@click.argument("code", required=False)
@click.option("--handbook", is_flag=True, help="Print the handbook's page of all codes.")
@shared
@click.pass_context
def explain(context: click.Context, code: str | None, handbook: bool) -> int:
    """Explain a diagnostic by its code, or list all codes."""
    from pipeline.codes import TABLE
    from pipeline.report import explanation, handbook_page

    if handbook:
        click.echo(handbook_page(), nl=False)
    elif code is None:
        rows = [(row.name, str(row.severity), row.says) for row in TABLE.values()]
        click.echo(report.as_columns(("code", "severity", "says"), rows), nl=False)
    elif code in TABLE:
        click.echo(explanation(TABLE[code]), nl=False)
    else:
        from difflib import get_close_matches

        near = get_close_matches(code, TABLE)
        raise click.UsageError(f"There is no code {code!r}." + (f" Did you mean {near[0]}?" if near else ""))
    return 0


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@shared
@click.pass_context
def schema(context: click.Context, folder: Path | None) -> int:
    """Write the JSON Schemas of all source files into a folder (default: source/.schema)."""
    from pipeline.starter import write_schemas

    target = folder or Shared(context).project / "source" / ".schema"
    click.echo(f"{report.count(write_schemas(target), 'schema')} written to {target}")
    return 0


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@shared
@click.pass_context
def new(context: click.Context, folder: Path) -> int:
    """Start a library in a new folder: every kind of file, one working example of each."""
    from pipeline.starter import start_library

    Shared(context)
    start_library(folder)
    typed = os.environ.get("BRIEFINGS", "briefings")  # as .venv/bin/briefings was called
    click.echo(f"A library stands in {folder}. Build it with: {typed} --project {folder} build")
    return 0


@main.command()
@shared
@click.pass_context
def prune(context: click.Context) -> int:
    """Forget remembered results that the last build did not use."""
    from pipeline.build import prune as forget

    click.echo(f"{report.count(forget(_workshop(Shared(context), 1)), 'remembered result')} forgotten.")
    return 0


def _workshop(options: Shared, jobs: int, executor: str = "") -> Any:
    """The world that a build works in, with the voice that this terminal wants."""
    from pipeline.progress import Bars, Lines, Voice
    from pipeline.workshop import Workshop

    voice: Voice = Lines(sys.stderr)
    if options.quiet or options.report != "text":
        voice = Voice()
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        voice = Bars(sys.stderr)
    return Workshop(options.project, SHIPPED, voice, jobs, executor)


def _produced(given: datetime | None, shop: Any) -> date:
    """The date produced: `--date`, else SOURCE_DATE_EPOCH (UTC), else today in the library's time zone."""
    if given is not None:
        return given.date()
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is not None:
        try:
            return datetime.fromtimestamp(int(epoch), UTC).date()
        except (ValueError, OverflowError, OSError) as wrong:
            raise click.UsageError(f"SOURCE_DATE_EPOCH is {epoch!r}; it should be seconds since 1970.") from wrong
    today: date = datetime.now(shop.time_zone()).date()
    return today


def _report(form: str, remarks: Sequence[Diagnostic]) -> str:
    return report.as_json(remarks) if form == "json" else report.as_sarif(remarks)


def _table(form: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    say = {"text": report.as_columns, "json": report.as_records, "csv": report.as_csv}[form]
    click.echo(say(heads, rows), nl=False)


def _colour(stream: Any) -> bool:
    return bool(stream.isatty()) and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
