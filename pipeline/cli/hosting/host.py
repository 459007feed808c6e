"""The verb host: the workflow files of a code host, in a library that stands."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from pipeline.cli.hosting.workflow_files import HOSTS, PROGRAM, REVISION, host_files
from pipeline.cli.options import F, Shared, shared
from pipeline.core.files import refuse_links, write_whole

ASIDE = ".new"
"""End of the name of a file beside one that stands with other content. No host, hook or editor reads it."""


def told_program(command: F) -> F:
    """Give a command the options that say where the program is kept."""
    command = click.option(
        "--revision", default=REVISION, metavar="COMMIT", help="With a host: the commit or tag of the program."
    )(command)
    return click.option(
        "--program", default=PROGRAM, metavar="URL", help="With a host: the git repository of the program."
    )(command)


def write_host(folder: Path, host: str, program: str, revision: str) -> Iterator[str]:
    """Write the files of a host into a library, none over one that stands; says what was done, file by file."""
    files = host_files(host, program, revision)
    for path, text in files.items():
        yield _write(folder, path, text.encode())
    yield from _next(folder, files, program, revision)


def _write(folder: Path, path: str, content: bytes) -> str:
    place = folder / path
    refuse_links(folder, place)
    if not (place.is_symlink() or place.exists()):
        write_whole(place, content)
        return f"Written: {path}"
    if place.is_file() and place.read_bytes() == content:
        return f"Stands already: {path}"
    write_whole(place.with_name(place.name + ASIDE), content)
    return f"{path} stands with other content and stays as it is. Ours is {path}{ASIDE}: compare the two."


def _next(folder: Path, files: Mapping[str, str], program: str, revision: str) -> Iterator[str]:
    """Sentences on what is still to be done."""
    if program == PROGRAM:
        named = ", ".join(path for path, text in files.items() if PROGRAM in text)
        too = "and REVISION " if revision == REVISION else ""
        yield f"Fill in PROGRAM, where your team keeps the program, {too}in {named}; or give --program URL."
    home = folder.resolve()
    above = next((parent for parent in home.parents if (parent / ".git").exists()), None)
    if above and not (home / ".git").exists():
        yield f"These files count at the top of a repository alone, which is {above}: make the library one of its own."


@click.command("host")
@click.argument("name", type=click.Choice(tuple(HOSTS)))
@told_program
@shared
@click.pass_context
def verb(context: click.Context, name: str, program: str, revision: str) -> int:
    """Write the files by which GitHub, GitLab or Forgejo builds a library: workflows, a container, a hook.

    No file that stands with other content is written over: ours is put beside it, with .new at the end of its name.
    """
    options = Shared(context)
    for line in write_host(options.project, name, program, revision):
        click.echo(line)
    return 0
