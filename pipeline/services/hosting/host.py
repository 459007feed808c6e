"""The verb host: workflows, a container and a hook, by which a code host builds a library."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from shlex import quote
from types import MappingProxyType

import click

import pipeline
from pipeline.cli.options import CommonOptions, F, command_line
from pipeline.cli.outcome import Outcome, verb_with_outcome
from pipeline.core.diagnostics import UsageError
from pipeline.core.digests import sha256
from pipeline.core.files import reject_links, write_atomically
from pipeline.core.git import checked_out_commit

HOSTS = MappingProxyType({"github": "GitHub", "gitlab": "GitLab", "forgejo": "Forgejo"})
"""Code hosts that have workflow files, by the name of their folder."""

PROGRAM = "https://git.example.org/briefings.git"
"""The placeholder in the files for the address of the program."""

REVISION = "main"
"""The placeholder in the files for the commit or tag of the program."""

SHARED_FOLDER = "every"
"""The folder of files that all hosts have."""

HIDDEN_PATHS = MappingProxyType(
    {
        "devcontainer": ".devcontainer",
        "pre-commit-config.yaml": ".pre-commit-config.yaml",
        "github": ".github",
        "forgejo": ".forgejo",
        "gitlab/gitlab-ci.yml": ".gitlab-ci.yml",
    }
)
"""Paths in a library by their paths here, which have other names so that git, editors and hosts ignore them."""

PIECE_LINE = re.compile(r"^( *)<<< ([a-z-]+)$", re.MULTILINE)
"""A line that is replaced by a piece of script, shared by several files."""

TOKEN_LINE = "        <<< secret\n"
"""The placeholder line of the token of a private repository."""

WHEEL = ".whl"
"""Suffix of the program as a file, in the library next to its requirements.txt."""

_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9:/@._~+-]*")
"""An address or a revision without special characters of shells. YAML needs quotes: 1.10 is a number."""


def host_files(
    host: str, program: str = PROGRAM, revision: str = REVISION, *, private: bool = False
) -> Mapping[str, str]:
    """Return the files of a host by their paths in the library; a `private` repository of the program needs a token.

    Raises `UsageError` for an address with special characters.
    """
    for option, value in (("--program", program), ("--revision", revision)):
        if not _PLAIN_ADDRESS.fullmatch(value):
            raise UsageError(f"{option} cannot be '{value}': write letters, figures and any of : / @ . _ ~ + - alone.")
    folder = resources.files("pipeline") / "starter_hosts"
    texts = {}
    for top in (SHARED_FOLDER, host):
        for path, entry in _starter_files(folder / top, top):
            is_container = path.removeprefix(f"{SHARED_FOLDER}/").startswith(("Containerfile", "devcontainer/"))
            if is_container and (private or program.endswith(WHEEL)):  # containers need a public repository
                continue
            text = entry.read_text("utf-8") if private else entry.read_text("utf-8").replace(TOKEN_LINE, "")
            text = PIECE_LINE.sub(partial(_indented_piece, folder), text)
            text = re.sub(rf'(REVISION(?:: "|=)){REVISION}\b', lambda match: match[1] + revision, text)
            texts[_path_in_library(path)] = text.replace(PROGRAM, program)
    return texts


def _starter_files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _starter_files(entry, f"{path}/{entry.name}")
        else:
            yield f"{path}/{entry.name}", entry


def _indented_piece(folder: Traversable, match: re.Match[str]) -> str:
    lines = (folder / "pieces" / f"{match[2]}.txt").read_text("utf-8").splitlines()
    return "\n".join(f"{match[1]}{line}" if line else "" for line in lines)


def _path_in_library(path: str) -> str:
    within = path.removeprefix(f"{SHARED_FOLDER}/")
    begins = next((begin for begin in HIDDEN_PATHS if within == begin or within.startswith(f"{begin}/")), "")
    return HIDDEN_PATHS[begins] + within.removeprefix(begins) if begins else within


# The verb

HOST_RECORD = ".briefings-host.json"
"""File of a library with the source of the program, and the digest of each file of the host as it was written."""

PROGRAM_QUESTION = (
    "Where does the program come from? The address of a git repository, or the path of a wheel in the library"
)

NEW_SUFFIX = ".new"
"""Suffix of our file if the user has changed the present one. No host, hook or editor reads it."""


@dataclass(frozen=True, slots=True)
class ProgramSource:
    """Source of the program: its address, the release of it, and whether its repository is private."""

    program: str
    revision: str
    private: bool


def program_options(command: F) -> F:
    """Add the options on the source of the program to a command."""
    for option in (
        click.option(
            "--private/--public",
            default=None,
            help="With --host: whether the program needs a token, PROGRAM_TOKEN.",
        ),
        click.option("--revision", metavar="COMMIT", help="With --host: a commit of the program."),
        click.option("--program", metavar="URL|WHEEL", help="With --host: the program's git repository or wheel."),
    ):
        command = option(command)
    return command


def new_options(command: F) -> F:
    """Add the options of a host to the verb `new`."""
    option = click.option(
        "--host", type=click.Choice(tuple(HOSTS)), help="Also write the files to build on this code host."
    )
    return option(program_options(command))


def new_files(
    folder: Path | None, host: str | None, program: str | None, revision: str | None, private: bool | None
) -> Callable[[], Sequence[str]]:
    """Return a function that writes the files of a host, if one is named, into a new library. Raises `UsageError`."""
    if host is None:
        return tuple
    if folder is None:
        raise click.UsageError("--host goes with a new folder; 'briefings host NAME' is for a library that stands.")
    source = choose_source(folder, host, program, revision, private)
    host_files(host, source.program, source.revision)
    return partial(write_host, folder, host, source)


def choose_source(
    folder: Path, host: str, program: str | None, revision: str | None, private: bool | None
) -> ProgramSource:
    """Return the source from the options, else from the record, else from the terminal."""
    record = _read_host_record(folder)
    known = str(record.get("program") or "")
    if program is None and not known and sys.stdin.isatty():
        program = click.prompt(PROGRAM_QUESTION, default=PROGRAM)
        if private is None and program != PROGRAM and not program.endswith(WHEEL):
            private = click.confirm("Is the repository private?", default=False)
    program = known or PROGRAM if program is None else program
    if private is None:  # a record without an address was made before the address was known
        private = bool(record.get("private")) and known in ("", program)
    return ProgramSource(program, _running_release(folder, host, program) if revision is None else revision, private)


def _running_release(folder: Path, host: str, program: str) -> str:
    """Return the running release: its commit or else its tag; for a wheel in the library the digest of its files."""
    if program.endswith(WHEEL):
        needed = PurePosixPath(program).with_name("requirements.txt")
        try:
            content = (folder / program).read_bytes() + (folder / needed).read_bytes()
        except OSError:
            if (folder / "source").exists():
                raise UsageError(f"Copy {program} and {needed} into the library.") from None
            begin = f"{command_line(None)} new {quote(str(folder))}"
            end = f"{command_line(folder)} host {host} --program {program}"
            raise UsageError(f"Run '{begin}', copy {program} and {needed} into it, then run '{end}'.") from None
        return sha256(content)
    checkout = Path(pipeline.__file__).parent.parent
    return (checked_out_commit(checkout) if (checkout / ".git").exists() else None) or f"v{pipeline.__version__}"


def write_host(folder: Path, host: str, source: ProgramSource) -> Sequence[str]:
    """Write the files of a host into a library, except over changed ones; return sentences on the result."""
    files = host_files(host, source.program, source.revision, private=source.private)
    known = _read_host_record(folder).get("files")
    digests = dict(known) if isinstance(known, dict) else {}
    sentences = []
    try:
        for path, text in files.items():
            content = text.encode()
            sentences.append(_write_unless_changed(folder, path, content, digests.get(path)))
            digests[path] = sha256(content)
        for path in sorted(host_files(host).keys() & digests.keys() - files.keys()):  # no longer needed
            place, before = folder / path, digests.pop(path)
            reject_links(place, folder)
            if place.is_file() and not place.is_symlink() and sha256(place.read_bytes()) == before:
                place.unlink()
                sentences.append(f"Removed: {path}")
            elif place.exists():
                sentences.append(
                    f"{path} is not renewed: the container needs a public repository. Delete the file or change it."
                )
    finally:
        program = source.program if source.program != PROGRAM else ""
        record = {"program": program, "private": source.private, "files": digests}
        write_atomically(folder / HOST_RECORD, (json.dumps(record, indent=2, sort_keys=True) + "\n").encode())
    return [*sentences, *_next_steps(folder, files, source)]


def _read_host_record(folder: Path) -> Mapping[str, object]:
    """Return the record of an earlier call; empty if it is missing or damaged."""
    try:
        record = json.loads((folder / HOST_RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _write_unless_changed(folder: Path, path: str, content: bytes, before: object) -> str:
    place = folder / path
    reject_links(place, folder)
    if not (place.is_symlink() or place.exists()):
        write_atomically(place, content)
        return f"Written: {path}"
    if place.is_file() and place.read_bytes() == content:
        return f"Stands already: {path}"
    if place.is_file() and not place.is_symlink() and sha256(place.read_bytes()) == before:
        write_atomically(place, content)
        return f"Renewed: {path}"
    write_atomically(place.with_name(place.name + NEW_SUFFIX), content)
    return f"{path} stands with other content and stays as it is. Ours is {path}{NEW_SUFFIX}: compare the two."


def _next_steps(folder: Path, files: Mapping[str, str], source: ProgramSource) -> Iterator[str]:
    if source.program == PROGRAM:
        named = ", ".join(path for path, text in files.items() if PROGRAM in text)
        yield f"Fill in PROGRAM, where your team keeps the program, in {named}; or give --program."
    if source.private:
        yield "Give your host the secret PROGRAM_TOKEN, which may read the program's repository and nothing else."
    home = folder.resolve()
    above = next((parent for parent in home.parents if (parent / ".git").exists()), None)
    if above and not (home / ".git").exists():
        yield f"These files count at the top of a repository alone, which is {above}: make the library one of its own."


@click.command("host")
@click.argument("name", type=click.Choice(tuple(HOSTS)))
@program_options
@verb_with_outcome(library=False)
def host_verb(
    options: CommonOptions, name: str, program: str | None, revision: str | None, private: bool | None
) -> Outcome:
    """Write the files to build the library on a code host.

    The files get the program from a git repository or a wheel. Run again, it updates its own files. A file that you
    changed is kept; the new one is written next to it, with .new at the end of its name.
    """
    source = choose_source(options.project, name, program, revision, private)
    return Outcome(text=write_host(options.project, name, source))
