"""The command line: verbs, shared options, exit codes. Says things; decides nothing."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from pipeline import __version__
from pipeline.cli import report
from pipeline.cli.issue import prepared, publish, ready, reasons_of
from pipeline.cli.options import (
    DAY,
    HANDBOOK,
    SHIPPED,
    Shared,
    colour,
    day_of,
    every_remark,
    reported,
    shared,
    show_table,
    typed,
    workshop,
)
from pipeline.cli.screen import on_screen
from pipeline.core import tables
from pipeline.core.diagnostics import failed

__all__ = ["SHIPPED", "main"]

FORMATS = ("pdf", "all", "screen", "print", "large-print", "booklet", "epub", "html")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="briefings")
@shared
def main() -> None:
    """From plain text to dated, accessible evidence briefings: PDF and EPUB, bound into packs."""


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Judge review dates as on this day.")
@every_remark
@shared
@click.pass_context
def check(context: click.Context, names: tuple[str, ...], produced: datetime | None, whole: bool) -> int:
    """Say what is wrong in the source, and build nothing."""
    from pipeline.cli.survey import check as examine

    options = Shared(context)
    form = options.form("text", "json", "sarif")
    shop = workshop(options, 1)
    remarks = examine(shop, names, day_of(produced, shop))
    if form == "text":
        click.echo(on_screen(remarks, whole, colour(sys.stdout)), nl=False)
        if not options.quiet:
            click.echo(tables.tally(remarks) + ".", err=True)
    else:
        click.echo(reported(form, remarks), nl=False)
    return 1 if failed(remarks, options.strict) else 0


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--format", "formats", multiple=True, type=click.Choice(FORMATS), help="Formats to make; repeatable.")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The date produced (default: today).")
@click.option("--packs", is_flag=True, help="Only packs.")
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@click.option("--executor", metavar="URL", help="A Dask scheduler to work on instead of this machine.")
@click.option("--copies", is_flag=True, help="Prepare the copies of one pack for its colleges too.")
@click.option(
    "--override",
    "overrides",
    multiple=True,
    metavar="NAME=REASON",
    help="With --copies: take a briefing that is unpublished, overdue or gone.",
)
@every_remark
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
    copies: bool,
    overrides: tuple[str, ...],
    whole: bool,
) -> int:
    """Build briefings, packs and series pages into output/ (all of them, or those named).

    A file in which the proof finds a fault is marked DRAFT and left there, and the build ends with 4.
    """
    from pipeline.build.api import build as make
    from pipeline.model.order import Order

    options = Shared(context)
    form = options.form("text", "json", "sarif")
    shop = workshop(options, jobs or os.cpu_count() or 1, executor or "")
    if copies:
        if len(names) != 1 or formats or packs:
            raise click.UsageError("--copies prepares one pack in all its formats: briefings build PACK --copies.")
        return prepared(shop, names[0], day_of(produced, shop), reasons_of(overrides, "NAME=REASON"), options, whole)
    if overrides:
        raise click.UsageError("--override goes with --copies.")
    order = Order(names, formats, day_of(produced, shop), packs)  # type: ignore[arg-type]
    built = make(order, shop)
    if form == "text":
        click.echo(on_screen(built.remarks, whole, colour(sys.stderr)), nl=False, err=True)
        if not options.quiet:
            click.echo(built.summary(shop.output_name))
    else:
        click.echo(reported(form, built.remarks), nl=False)
    return built.exit_code(options.strict)


@main.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@shared
@click.pass_context
def proof(context: click.Context, files: tuple[Path, ...], jobs: int | None) -> int:
    """Inspect the PDFs, EPUBs and web pages that were built, or those named."""
    from pipeline.cli.proofing import proof as inspect

    options = Shared(context)
    form = options.form("text", "json", "sarif")
    with TemporaryDirectory() as folder:  # files of no library are judged, and nothing is left where they lie
        nowhere = Path(folder) if files and options.library is None else None
        found = inspect(workshop(options, jobs or os.cpu_count() or 1, nowhere=nowhere), files)
    if form == "text":
        click.echo(report.as_text(found.remarks, colour(sys.stdout)), nl=False)
        if not options.quiet:
            seen = f"{', '.join(found.kinds) or 'Nothing'} proofed by {', '.join(found.judges)}"
            click.echo(f"{seen}: {tables.tally(found.remarks)}.", err=True)
    else:
        click.echo(reported(form, found.remarks), nl=False)
    return 4 if failed(found.remarks, options.strict) else 0


@main.command("list")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Judge review dates as on this day.")
@shared
@click.pass_context
def list_(context: click.Context, produced: datetime | None) -> int:
    """List every briefing with version, status and dates.

    As json or csv with owner, series, packs and works cited too.
    """
    from pipeline.cli.survey import listing

    options = Shared(context)
    form = options.form("text", "json", "csv")
    shop = workshop(options, 1)
    show_table(form, *listing(shop, day_of(produced, shop), brief=form == "text"))
    return _told_unread(shop, options)


@main.command()
@click.argument("key", required=False)
@shared
@click.pass_context
def cites(context: click.Context, key: str | None) -> int:
    """List the briefings that rest on a work, by its citation key; without a key, all works."""
    from pipeline.cli.survey import resting_on, works

    options = Shared(context)
    form = options.form("text", "json", "csv")
    shop = workshop(options, 1)
    heads, rows = works(shop) if key is None else resting_on(shop, key)
    if form == "text" and not rows:
        click.echo("The bibliography holds no works." if key is None else f"No briefing rests on {key}.")
    else:
        show_table(form, heads, rows)
    return _told_unread(shop, options)


def _told_unread(shop: Any, options: Shared) -> int:
    """Tell what could not be read, so that no list looks whole that is not; gives the exit code."""
    from pipeline.cli.survey import unread

    remarks = unread(shop)
    click.echo(report.as_text(remarks, colour(sys.stderr)), nl=False, err=True)
    return 1 if failed(remarks) else 0


@main.command()
@click.argument("code", required=False)
@click.option("--handbook", is_flag=True, help="Print the handbook's page of all codes.")
@shared
@click.pass_context
def explain(context: click.Context, code: str | None, handbook: bool) -> int:
    """Explain a diagnostic by its code, or list all codes.

    In a library remarks of style count as its `rules:` say.
    """
    from pipeline.cli.explanations import explanation, handbook_page
    from pipeline.codes import TABLE
    from pipeline.codes.rules import setting_of

    if handbook:
        click.echo(handbook_page(), nl=False)
        return 0
    rules = _rules(Shared(context))
    if code is None:
        rows = [(row.name, setting_of(row.name, rules), row.says) for row in TABLE.values()]
        click.echo(tables.as_columns(("code", "severity", "says"), rows), nl=False)
    elif code in TABLE:
        setting = setting_of(code, rules)
        click.echo(explanation(TABLE[code], "" if setting == TABLE[code].severity else setting), nl=False)
    else:
        from difflib import get_close_matches

        near = get_close_matches(code, TABLE)
        raise click.UsageError(f"There is no code {code!r}." + (f" Did you mean {near[0]}?" if near else ""))
    return 0


def _rules(options: Shared) -> Any:
    """The rules of the house that the library at hand has; none where there is no library."""
    if options.library is None:
        return {}
    from pipeline.cli.survey import rules_of_the_house

    return rules_of_the_house(options.library)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--handbook", is_flag=True, help="Print the handbook's page of all keys.")
@shared
@click.pass_context
def schema(context: click.Context, folder: Path | None, handbook: bool) -> int:
    """Write the JSON Schemas of all source files into a folder (default: source/.schema)."""
    from pipeline.cli.starter import write_schemas
    from pipeline.load.yaml.key_tables import keys_page
    from pipeline.load.yaml.schema import schemas

    if handbook:
        click.echo(keys_page(schemas()), nl=False)
        return 0
    target = folder or Shared(context).project / "source" / ".schema"
    click.echo(f"{tables.count(write_schemas(target), 'schema')} written to {target}")
    return 0


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--plain", is_flag=True, help="Without remarks of style, for texts that other houses have written.")
@shared
@click.pass_context
def new(context: click.Context, folder: Path, plain: bool) -> int:
    """Start a library in a new folder: every kind of file, one working example of each."""
    from pipeline.cli.starter import start_library

    Shared(context)
    start_library(folder, plain)
    click.echo(f"A library stands in {folder}. Build it with: {typed(folder)} build")
    click.echo(f"{folder / 'README.md'} has the commands of every day.")
    return 0


@main.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@shared
@click.pass_context
def layouts(context: click.Context, files: tuple[str, ...]) -> int:
    """List the templates and style sheets that ship, or copy some into layouts/ of the library to change them."""
    from pipeline.cli.starter import copy_layout, layout_names

    options = Shared(context)
    for file in files:
        click.echo(copy_layout(SHIPPED, options.project, file.removeprefix("layouts/")))
    if not files:
        show_table(options.form("text", "json", "csv"), ("file",), [(name,) for name in layout_names(SHIPPED)])
    return 0


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default="briefings-handbook")
@shared
@click.pass_context
def handbook(context: click.Context, folder: Path) -> int:
    """Build the handbook as PDF and EPUB into a folder (default: briefings-handbook)."""
    from pipeline.build.api import build as make
    from pipeline.cli.manual import write_handbook
    from pipeline.model.order import Order

    options = Shared(context)

    def built(library: Path) -> Any:
        shop = workshop(options, os.cpu_count() or 1, nowhere=library)
        return make(Order(("handbook",), (), day_of(None, shop)), shop)

    for path in write_handbook(HANDBOOK, folder, built):
        click.echo(path)
    return 0


@main.command()
@shared
@click.pass_context
def prune(context: click.Context) -> int:
    """Forget remembered results that no last build used: of anything, of everything, of a pack's copies."""
    from pipeline.build.api import prune as forget

    click.echo(f"{tables.count(forget(workshop(Shared(context), 1)), 'remembered result')} forgotten.")
    return 0


main.add_command(publish)
main.add_command(ready)
