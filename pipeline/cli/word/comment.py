"""The verb comment: a briefing as a Word document that reviewers can change and comment on."""

from __future__ import annotations

import click

from pipeline.build.project import Project
from pipeline.cli.options import typed_here
from pipeline.cli.outcome import Outcome, own_json, rendered
from pipeline.core.diagnostics import Diagnostic, UsageError, errors
from pipeline.core.files import write_whole
from pipeline.core.sentences import near
from pipeline.load.versions import tell_git
from pipeline.load.words import wordbook
from pipeline.model.library import Library


@click.command("comment")
@click.argument("names", nargs=-1, required=True, metavar="ID...")
@rendered("text", "json")
def verb(project: Project, names: tuple[str, ...]) -> Outcome:
    """Make Word documents for comment: every change in them is tracked, and citations are locked.

    They lie in output/comment/. What comes back is taken in with 'briefings import'. A copy of the source stays in
    source/sent/ until the round is over, so that the changes can be laid beside what was sent.
    """
    for name in names:
        _known(name, project.loaded[0])
    made = [_made(project, name) for name in dict.fromkeys(names)]
    files = [path for paths, _ in made for path in paths]
    remarks = [one for _, said in made for one in said]
    text = [f"Written: {path}" for path in files]
    then = f"Send it out. Then: {typed_here()} import RETURNED.docx"
    told = own_json({"files": files})
    return Outcome(remarks, text, forms=told, notes=[then], may_be_quiet=True, whole=False)


def _made(project: Project, name: str) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """Make the document of a briefing; gives the files that were written, and what is wrong with its source."""
    from pipeline.word.commenting.prepared import document_for_comment  # which loads all that writes
    from pipeline.word.commenting.sent import FOLDER

    library, said = project.loaded
    briefing = library.briefings[name]
    words = wordbook(project.layouts).of(briefing.fields.language or library.imprint.fields.language)
    remarks = tuple(one for one in errors(said) if one.place.path == briefing.path)
    made = document_for_comment(briefing, library, project.layouts, project.files, words)
    if made is None:
        return (), remarks
    files = {made[0].copy: project.files[briefing.path], f"output/comment/{name}.docx": made[1]}
    for path, content in files.items():
        write_whole(project.folder / path, content)
    tell_git(project.folder / FOLDER / ".gitattributes")
    return tuple(files), remarks


def _known(name: str, library: Library) -> None:
    """Make sure that a document can be made of a briefing. Raises `UsageError`."""
    if name in library.withheld:
        raise UsageError(f"Nothing is made of '{name}' while its marking cannot be read or is too high.")
    if name in library.broken:
        raise UsageError(f"The front matter of '{name}' cannot be read: 'briefings check' says why.")
    if name not in library.briefings:
        guess = near(name, tuple(library.briefings))
        raise UsageError(f"There is no briefing '{name}'." + (f" Did you mean '{guess[0]}'?" if guess else ""))
