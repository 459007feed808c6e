"""Files by which a code host builds a library: workflows, a container, a hook before each commit."""

import re
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType

from pipeline.core.diagnostics import UsageError

HOSTS = MappingProxyType({"github": "GitHub", "gitlab": "GitLab", "forgejo": "Forgejo"})
"""Code hosts that there are workflow files for, by the name of their folder."""

PROGRAM = "https://git.example.org/briefings.git"
"""Stands in the files for where a team keeps the program."""

REVISION = "main"
"""Stands in the files for the commit or the tag of the program."""

_EVERY = "every"
"""The folder of the files that all hosts have."""

_PLACES = MappingProxyType(
    {
        "devcontainer": ".devcontainer",
        "pre-commit-config.yaml": ".pre-commit-config.yaml",
        "github": ".github",
        "forgejo": ".forgejo",
        "gitlab/gitlab-ci.yml": ".gitlab-ci.yml",
    }
)
"""Beginnings of paths that have another name here, lest git, editors and hosts heed them."""

_PIECE = re.compile(r"^( *)<<< ([a-z-]+)$", re.MULTILINE)
"""A line that stands for a piece of script, which several files have."""

_SECRET = "        <<< secret\n"
"""The placeholder line of the token of a private repository."""

WHEEL = ".whl"
"""End of the name of the program as a file, which lies in the library beside its requirements.txt."""

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9:/@._~+-]*")
"""An address or a revision that no shell reads otherwise. YAML does, so it stands there in quotes: 1.10 is a number."""


_CONTAINER = ("Containerfile", "devcontainer/")
"""Beginnings of the paths of the container, which is made of a repository that everybody may read."""


def host_files(
    host: str, program: str = PROGRAM, revision: str = REVISION, *, private: bool = False
) -> Mapping[str, str]:
    """The files of a host by their paths in the library; a `private` repository of the program needs a token.

    Raises `UsageError` for an address with strange signs.
    """
    for option, said in (("--program", program), ("--revision", revision)):
        if not _PLAIN.fullmatch(said):
            raise UsageError(f"{option} cannot be '{said}': write letters, figures and any of : / @ . _ ~ + - alone.")
    folder = resources.files("pipeline") / "starter_hosts"
    written = {}
    for top in (_EVERY, host):
        for path, entry in _files(folder / top, top):
            if path.removeprefix(f"{_EVERY}/").startswith(_CONTAINER) and (private or program.endswith(WHEEL)):
                continue
            text = entry.read_text("utf-8") if private else entry.read_text("utf-8").replace(_SECRET, "")
            text = _PIECE.sub(lambda found: _piece(folder, found), text)
            text = re.sub(rf'(REVISION(?:: "|=)){REVISION}\b', lambda found: found[1] + revision, text)
            written[_place(path)] = text.replace(PROGRAM, program)
    return written


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    """The files of a folder, however deep, with their paths."""
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _files(entry, f"{path}/{entry.name}")
        else:
            yield f"{path}/{entry.name}", entry


def _piece(folder: Traversable, found: re.Match[str]) -> str:
    lines = (folder / "pieces" / f"{found[2]}.txt").read_text("utf-8").splitlines()
    return "\n".join(f"{found[1]}{line}" if line else "" for line in lines)


def _place(path: str) -> str:
    within = path.removeprefix(f"{_EVERY}/")
    begins = next((begin for begin in _PLACES if within == begin or within.startswith(f"{begin}/")), "")
    return _PLACES[begins] + within.removeprefix(begins) if begins else within
