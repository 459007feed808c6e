"""The verb layouts: the templates and style sheets that ship, to be changed in a library."""

from pathlib import Path

import click

from pipeline.cli.options import SHIPPED, Shared, shared, show_table
from pipeline.core.errors import UsageError
from pipeline.core.files import write_whole
from pipeline.resolve.nearest import did_you_mean


@click.command("layouts")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@shared
@click.pass_context
def verb(context: click.Context, files: tuple[str, ...]) -> int:
    """List the templates and style sheets that ship, or copy some into layouts/ of the library to change them."""
    options = Shared(context)
    for file in files:
        click.echo(copy_layout(SHIPPED, options.project, file.removeprefix("layouts/")))
    if not files:
        show_table(options.form("text", "json", "csv"), ("file",), [(name,) for name in layout_names(SHIPPED)])
    return 0


def copy_layout(shipped: Path, project: Path, name: str) -> Path:
    """Copy a file of the layouts that ship into a library, to be changed there; gives its place.

    Raises `UsageError` for a file that does not ship, and where the library has one of its own.
    """
    names = layout_names(shipped)
    if name not in names:
        hint = did_you_mean(name, names, "'briefings layouts' lists them.")
        raise UsageError(f"No file '{name}' ships with the layouts. {hint}")
    place = project / "layouts" / name
    if place.exists():
        raise UsageError(f"{place} is there already, and stays as it is.")
    write_whole(place, (shipped / name).read_bytes())
    return place


def layout_names(shipped: Path) -> tuple[str, ...]:
    """Every file of the layouts that ship, by its path in their folder."""
    return tuple(sorted(path.relative_to(shipped).as_posix() for path in shipped.rglob("*.*") if path.is_file()))
