"""The verb comment: a briefing as a Word document that reviewers can change and comment on."""

from __future__ import annotations

import json
import sys

import click

from pipeline.cli.options import Shared, colour, open_project, shared, typed
from pipeline.cli.reports.screen import on_screen
from pipeline.core.diagnostics import Diagnostic, errors
from pipeline.core.errors import UsageError
from pipeline.core.files import write_whole
from pipeline.load.library.kept import tell_git
from pipeline.load.library.word_tables import wordbook
from pipeline.load.slips.near import near
from pipeline.model.library import Library


@click.command("comment")
@click.argument("names", nargs=-1, required=True, metavar="ID...")
@shared
@click.pass_context
def verb(context: click.Context, names: tuple[str, ...]) -> int:
    """Make Word documents for comment: every change in them is tracked, and citations are locked.

    They lie in output/comment/. What comes back is taken in with 'briefings import'. A copy of the source stays in
    source/sent/ until the round is over, so that the changes can be laid beside what was sent.
    """
    from pipeline.word.commenting.prepared import document_for_comment  # which loads all that writes
    from pipeline.word.commenting.sent import FOLDER

    options = Shared(context)
    form = options.form("text", "json")
    project = open_project(options, 1)
    library, said = project.loaded
    for name in names:
        _known(name, library)
    remarks: list[Diagnostic] = []
    files: list[str] = []
    for name in dict.fromkeys(names):
        briefing = library.briefings[name]
        words = wordbook(project.layouts).of(briefing.fields.language or library.imprint.fields.language)
        remarks += [one for one in errors(said) if one.place.path == briefing.path]
        made = document_for_comment(briefing, library, project.layouts, project.files, words)
        if made is None:
            continue
        sent, document = made
        source = sent.copy, project.files[briefing.path]
        for path, content in (source, (f"output/comment/{name}.docx", document)):
            write_whole(project.folder / path, content)
            files.append(path)
        tell_git(project.folder / FOLDER / ".gitattributes")
    if form == "json":
        click.echo(json.dumps({"files": files}, ensure_ascii=False, indent=1))
        return 0
    click.echo(on_screen(remarks, colour=colour(sys.stderr)), nl=False, err=True)
    if not options.quiet:
        for path in files:
            click.echo(f"Written: {path}")
        click.echo(f"Send it out. Then: {typed(options.given)} import RETURNED.docx", err=True)
    return 0


def _known(name: str, library: Library) -> None:
    """Make sure that a document can be made of a briefing. Raises `UsageError`."""
    if name in library.withheld:
        raise UsageError(f"Nothing is made of '{name}' while its marking cannot be read or is too high.")
    if name in library.broken:
        raise UsageError(f"The front matter of '{name}' cannot be read: 'briefings check' says why.")
    if name not in library.briefings:
        guess = near(name, tuple(library.briefings))
        raise UsageError(f"There is no briefing '{name}'." + (f" Did you mean '{guess[0]}'?" if guess else ""))
