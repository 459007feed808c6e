"""A machine as the verb doctor sees it: what it has, asked without loading the engine, which may be what is missing."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from pipeline.cli.options import CHECKOUT
from pipeline.core.diagnostics import Desk
from pipeline.core.errors import EnvironmentFailure
from pipeline.core.isolation import engine_asked
from pipeline.load.library.folders import LIBRARY, read_files
from pipeline.load.library.packs import read_imprint
from pipeline.proof.validators import VERA_JAR
from pipeline.store.toolchain import SHARED_LIBRARIES, loadable
from pipeline.text.fallback_fonts import CJK, is_installed

INSTALLERS = ("apt-get", "brew")
"""The programs that bring what a system has, as `make pdf` looks for them."""


@dataclass(frozen=True, slots=True)
class Premises:
    """The folder of a library: what its builds write to, and what they were told of the printer's press."""

    output: str
    profile: str | None = None
    """The ICC profile that it names for its print edition."""
    profile_found: bool = False
    refusal: str = ""
    """Why nothing can be written to the output folder, if that is so."""
    held: bool = False
    """True if another command holds the output folder."""
    results: int = 0
    """Remembered results, and how many bytes they take."""
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Machine:
    """State of a machine. A missing thing is None, or not in its mapping."""

    python: tuple[int, int, int]
    libraries: Mapping[str, str]
    """The shared libraries that can be loaded, with the versions that they tell."""
    packages: Mapping[str, str]
    """The Python packages installed, with their releases."""
    wanted: Mapping[str, str]
    """The Python packages needed, each with the release that was tested; with none where any will do."""
    installer: str = ""
    """The program that brings what the system has: one of `INSTALLERS`, or none."""
    checkout: bool = True
    """True where the program lies in a checkout, with its Makefile."""
    engine: str = "fast"
    """The mode of the engine that the environment asks for."""
    pandoc: str | None = None
    java: str | None = None
    verapdf: bool = False
    ace: bool = False
    cjk: bool = False
    """True if the system has the fonts of Chinese, Japanese and Korean."""
    premises: Premises | None = None
    """The library at hand, if there is one."""


def examine(project: Path | None) -> Machine:
    """This machine, and the library in a folder."""
    packages = {_name(one.name): one.version for one in reversed(list(metadata.distributions())) if one.name}
    lock = Path(__file__).parents[2] / "requirements.lock"
    return Machine(
        python=sys.version_info[:3],
        libraries=loadable(SHARED_LIBRARIES),
        packages=packages,
        wanted=locked(lock.read_text(encoding="utf-8")) if lock.is_file() else required(_requirements()),
        installer=next(filter(shutil.which, INSTALLERS), ""),
        checkout=CHECKOUT,
        engine=engine_asked(),
        pandoc=version_in(_said_by(_beside("pypandoc", "files", "pandoc"), "--version")),
        java=version_in(_said_by(shutil.which("java"), "-version")),
        verapdf=bool(shutil.which("verapdf")) or (Path(sys.prefix) / VERA_JAR).is_file(),
        ace=(Path(__file__).parents[2] / "tests/node_modules/@daisy/ace-core").is_dir(),
        cjk=is_installed(CJK),
        premises=premises_of(project) if project else None,
    )


_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?! *;)(?=\s)", re.MULTILINE)
_REQUIRED = re.compile(r"([A-Za-z0-9._-]+)(?:==([^\s;,]+)$)?")


def locked(lock: str) -> dict[str, str]:
    """The packages that a lock file names for every machine, each with its release."""
    return {_name(name): release for name, release in _LOCKED.findall(lock)}


def required(lines: Iterable[str]) -> dict[str, str]:
    """The packages that a program's own record names, each with its release where it may have but one."""
    found = (_REQUIRED.match(line) for line in lines if ";" not in line)
    return {_name(one[1]): one[2] or "" for one in found if one}


def same_release(one: str, other: str) -> bool:
    """True if two releases differ in leading noughts at most: 1.006 is 1.6 (PEP 440)."""
    return _NOUGHTS.sub("", one) == _NOUGHTS.sub("", other)


_NOUGHTS = re.compile(r"(?<![\w])0+(?=\d)")


def _requirements() -> list[str]:
    with suppress(metadata.PackageNotFoundError):
        return metadata.requires("briefings") or []
    return []


def _name(package: str) -> str:
    """The name of a package as lock files write it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", package).lower()


def _beside(package: str, *names: str) -> str | None:
    """The path of a file within a package, which is not loaded for it."""
    found = find_spec(package)
    folder = next(iter(found.submodule_search_locations or ()), None) if found else None
    return str(Path(folder, *names)) if folder else None


def _said_by(program: str | None, *arguments: str) -> str:
    """The words of a program that is asked for its version; none where it cannot run."""
    if program is None:
        return ""
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(
            (program, *arguments), capture_output=True, text=True, errors="replace", timeout=30, check=False
        )
        return "" if done.returncode else done.stdout + done.stderr
    return ""


def version_in(said: str) -> str | None:
    """The version in what a program says that was asked for it: in quotation marks, or in the first line."""
    found = re.search(r'version "(\d+(?:\.\d+)*)', said) or re.search(r"(\d+(?:\.\d+)*)", said.partition("\n")[0])
    return found[1] if found else None


def premises_of(project: Path) -> Premises:
    """The folder of a library, in which nothing is changed."""
    output, content = project / "output", None
    with suppress(EnvironmentFailure):  # which a check tells
        content = read_files(project).get(LIBRARY)
    profile = read_imprint(LIBRARY, content, Desk()).fields.print.profile
    sizes = []
    for path in (output / ".store").glob("??/*"):
        with suppress(OSError):  # another command may take it away
            sizes.append(path.lstat().st_size)
    return Premises(
        str(output),
        profile,
        profile is not None and (project / "source" / profile).is_file(),
        _refusal(output),
        _held(output / ".lock"),
        len(sizes),
        sum(sizes),
    )


def _refusal(output: Path) -> str:
    """Why nothing can be written to a folder, or made in the one that it is to lie in."""
    there, lock = output if os.path.lexists(output) else output.parent, output / ".lock"
    if not there.is_dir():
        return "it is no folder"
    if lock.is_symlink() or (lock.exists() and not (lock.is_file() and os.access(lock, os.W_OK))):
        return "its file .lock is not one of ours"
    return "" if os.access(there, os.W_OK | os.X_OK) else "its rights do not allow it"


def _held(lock: Path) -> bool:
    """True if a command holds a lock."""
    try:
        file = os.open(lock, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a disk without locks
        return False
    finally:
        os.close(file)
    return False
