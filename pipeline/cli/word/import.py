"""The verb import: a text from a Word document or a web page."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import click

from pipeline.cli.options import Shared, colour, every_remark, open_project, reported, shared, typed
from pipeline.cli.reports.screen import on_screen
from pipeline.cli.word.returning import TickedText, bring_back, is_returned
from pipeline.core import tables
from pipeline.core.diagnostics import Desk, Diagnostic, Place, errors, exit_code
from pipeline.core.errors import EnvironmentFailure
from pipeline.core.faults import faults_reported, log_in
from pipeline.core.files import write_whole
from pipeline.core.limits import Limit, LimitReached, within
from pipeline.core.messages import message
from pipeline.load.yaml.value_words import as_id

_MOST_BYTES = 200_000_000
_LIMIT = Limit(60, 1000)
"""Limit of taking a document in."""

_ONE_BY_ONE = "Documents that came back are taken in one by one; --accept and --ticked are for them alone."
_REFERENCES = "source/references/"


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--as", "name", metavar="ID", help="The id of the text; otherwise the document's name gives it.")
@click.option(
    "--changes",
    type=click.Choice(("accept", "reject")),
    default="accept",
    show_default=True,
    help="What becomes of tracked changes.",
)
@click.option(
    "--accept",
    metavar="CHOICE",
    help="Of a document for comment: all, none, numbers such as 1,3-5, or an author. "
    "If a reviewer's name is a number: 'by 1'.",
)
@click.option(
    "--ticked",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="LIST",
    help="Of such a document: what is ticked in a list of --report markdown.",
)
@every_remark
@shared
@click.pass_context
def verb(
    context: click.Context,
    files: tuple[Path, ...],
    name: str | None,
    changes: Literal["accept", "reject"],
    accept: str | None,
    ticked: Path | None,
    whole: bool,
) -> int:
    """Take Word documents or web pages in: text, pictures and works, and an account of the rest.

    Nothing that stands is written over. Whatever of a document is not taken over is told, with its paragraph.

    A document that 'briefings comment' made, and that came back, is known: what its reviewers propose is told, and
    made in the source where --accept says so, to the words alone. --report markdown gives a list with a box for each
    proposal, such as a code host shows, and --ticked makes what is ticked in it.
    """
    options = Shared(context)
    options.form("text", "json", "sarif", "html", "markdown")
    if name is not None and (len(files) > 1 or as_id(name) != name):
        told = "--as gives one document an id: small letters, figures and hyphens, such as drug-markets."
        raise click.UsageError(told)
    context.with_resource(log_in(options.project))
    remarks: list[Diagnostic] = []
    back: dict[Path, bool] = {}
    for file in files:
        with _faults_told(file, remarks):
            back[file] = name is None and is_returned(_content(file))
    if any(back.values()) or accept is not None or ticked is not None:
        if len(files) > 1 or not all(back.values()) or name is not None:
            raise click.UsageError(_ONE_BY_ONE)
        choice = _choice(accept, ticked, options)
        with _faults_told(files[0], remarks):
            return bring_back(files[0], _content(files[0]), choice, options)
        return _tell(remarks, [], whole, options)
    options.form("text", "json", "sarif")
    written: list[str] = []
    for file in back:
        with _faults_told(file, remarks):
            made, said = _taken(file, name or "", changes, options)
            remarks += said
            written += made
    return _tell(remarks, written, whole, options)


def _tell(remarks: Sequence[Diagnostic], written: Sequence[str], whole: bool, options: Shared) -> int:
    """Tell of documents that were taken in; gives the exit code."""
    remarks = list(dict.fromkeys(remarks))
    if options.report in ("json", "sarif"):
        more = {"files": written} if options.report == "json" else {}
        click.echo(reported(options.report, remarks, **more), nl=False)
        return exit_code(remarks, options.strict)
    click.echo(on_screen(remarks, whole, colour(sys.stdout)), nl=False, err=options.report != "text")
    if not options.quiet:
        for path in written:
            click.echo(f"Written: {path}")
        if written:
            click.echo(f"{tables.tally(remarks)}. Then: {typed(options.given)} check", err=True)
    return exit_code(remarks, options.strict)


@contextmanager
def _faults_told(file: Path, remarks: list[Diagnostic]) -> Iterator[None]:
    """Report an unexpected exception at a document, or that it takes too much, and go on behind the block."""
    desk, place = Desk(), Place(file.name)
    with faults_reported(desk, place, "took this document in"):
        try:
            with within(_LIMIT, alone=True):
                yield
        except LimitReached as reached:
            desk.report(message("job-too-large", place, sentence=str(reached)))
        except MemoryError:
            desk.report(message("job-too-large", place, sentence=_LIMIT.exceeded("memory")))
    remarks += desk.remarks


def _choice(accept: str | None, ticked: Path | None, options: Shared) -> str | TickedText | None:
    """Choice of the proposals of a document that came back. Raises `UsageError` for choices that do not go together."""
    if options.form("text", "json", "html", "markdown") == "markdown" and (accept or ticked):
        raise click.UsageError("--report markdown gives a list to tick: leave out --accept and --ticked.")
    if accept is not None and ticked is not None:
        raise click.UsageError("--accept and --ticked both choose: give one of them.")
    return accept if ticked is None else TickedText(_content(ticked).decode("utf-8", "replace"))


def _taken(
    file: Path, name: str, changes: Literal["accept", "reject"], options: Shared
) -> tuple[list[str], list[Diagnostic]]:
    """Take one document in; gives the paths of the files that were written, and what is told.

    While a file of references has a fault nothing is taken in: its works would be new, and typed citations unknown.
    """
    from pipeline.word.imported import Wish, take_in

    project = open_project(options, 1)
    library, said = project.loaded
    if broken := [remark for remark in errors(said) if remark.place.path.startswith(_REFERENCES)]:
        return [], broken
    wish = Wish(name, changes, _beside(file.parent))
    taken = take_in(file.name, _content(file), wish, project.files, library.bibliography)
    for path, content in taken.files.items():
        write_whole(options.project / path, content)
    return list(taken.files), list(taken.remarks)


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_MOST_BYTES + 1)
    except OSError as refused:
        raise EnvironmentFailure(f"{file} cannot be read: {refused.strerror}.") from refused


def _beside(folder: Path) -> Callable[[str], bytes | None]:
    """Reader of the files that lie in a folder, or below it."""

    def read(path: str) -> bytes | None:
        wanted = (folder / path).resolve()
        if not path or "://" in path or not wanted.is_relative_to(folder.resolve()) or not wanted.is_file():
            return None
        return _content(wanted)

    return read
