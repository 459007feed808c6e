"""The verb doctor: what this machine has and lacks, and how to fix it."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import click

from pipeline.build.project import CACHE_LIMIT
from pipeline.cli.options import CHECKOUT, CommonOptions
from pipeline.cli.outcome import Exit, Outcome, verb_with_outcome
from pipeline.core.diagnostics import Diagnostics, EnvironmentFailure, Location
from pipeline.core.digests import SHARED_LIBRARIES, loadable_libraries
from pipeline.core.environment import TESTED_ENGINE, EngineMode, engine_releases, read_engine_mode
from pipeline.core.messages import catalogue, message
from pipeline.core.sentences import count_noun
from pipeline.core.text.fonts import CJK, DEJAVU, NOTO, STIX, is_installed
from pipeline.load.folders import LIBRARY_FILE, read_files
from pipeline.load.records import read_imprint
from pipeline.proof.validators import VERAPDF_JAR, install_validators

# The machine. The engine is not loaded, because it may be missing.

INSTALLERS = ("apt-get", "brew")
"""Package managers, in the order in which `make pdf` looks for them."""


@dataclass(frozen=True, slots=True)
class Premises:
    """The folder of a library: its output folder and cache, and the profile of its printer."""

    output: str
    profile: str | None = None
    """The ICC profile that it names for its print edition."""
    profile_found: bool = False
    refusal: str = ""
    """The reason if the output folder cannot be written to."""
    held: bool = False
    """True if another command has locked the output folder."""
    results: int = 0
    """Number of cached results."""
    bytes: int = 0
    """Their size."""


@dataclass(frozen=True, slots=True)
class Machine:
    """State of a machine. A missing thing is None, or not in its mapping."""

    python: tuple[int, int, int]
    libraries: Mapping[str, str]
    """The shared libraries that can be loaded, with their versions."""
    packages: Mapping[str, str]
    """The installed Python packages, with their releases."""
    wanted: Mapping[str, str]
    """The required Python packages, each with the tested release, or "" if any will do."""
    installer: str = ""
    """The package manager: one of `INSTALLERS`, or ""."""
    checkout: bool = True
    """True if the program is in a checkout, with its Makefile."""
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
    """Examine this machine, and the library in a folder."""
    distributions = reversed(list(metadata.distributions()))
    packages = {_canonical_name(package.name): package.version for package in distributions if package.name}
    lock = Path(__file__).parents[2] / "requirements.lock"
    wanted: dict[str, str] = {}
    if lock.is_file():
        wanted = locked_releases(lock.read_text(encoding="utf-8"))
    elif "briefings" in packages:
        wanted = required_releases(metadata.requires("briefings") or ())
    return Machine(
        python=sys.version_info[:3],
        libraries=loadable_libraries(SHARED_LIBRARIES),
        packages=packages,
        wanted=wanted,
        installer=next(filter(shutil.which, INSTALLERS), ""),
        checkout=CHECKOUT,
        engine=read_engine_mode(),
        pandoc=version_in(_output_of(_package_file("pypandoc", "files", "pandoc"), "--version")),
        java=version_in(_output_of(shutil.which("java"), "-version")),
        verapdf=bool(shutil.which("verapdf")) or (Path(sys.prefix) / VERAPDF_JAR).is_file(),
        ace=(Path(__file__).parents[2] / "tests/node_modules/@daisy/ace-core").is_dir(),
        cjk=is_installed(CJK),
        premises=premises_of(project) if project else None,
    )


_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?! *;)(?=\s)", re.MULTILINE)
_REQUIRED = re.compile(r"([A-Za-z0-9._-]+)(?:==([^\s;,]+)$)?")


def locked_releases(lock: str) -> dict[str, str]:
    """Return the packages that a lock file has for every machine, with their releases."""
    return {_canonical_name(name): release for name, release in _LOCKED.findall(lock)}


def required_releases(lines: Iterable[str]) -> dict[str, str]:
    """Return the packages in a program's metadata, with their releases if they are pinned."""
    requirements = (_REQUIRED.match(line) for line in lines if ";" not in line)
    return {_canonical_name(match[1]): match[2] or "" for match in requirements if match}


def same_release(first: str, second: str) -> bool:
    """True if two releases only differ in leading zeros: 1.006 is 1.6 (PEP 440)."""
    zeros = re.compile(r"(?<![\w])0+(?=\d)")
    return zeros.sub("", first) == zeros.sub("", second)


def _canonical_name(package: str) -> str:
    """Return the name of a package as lock files write it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", package).lower()


def _package_file(package: str, *names: str) -> str | None:
    """Return the path of a file in a package, without loading the package."""
    spec = find_spec(package)
    folder = next(iter(spec.submodule_search_locations or ()), None) if spec else None
    return str(Path(folder, *names)) if folder else None


def _output_of(program: str | None, *arguments: str) -> str:
    """Return the output of a program; "" if it cannot run."""
    if program is None:
        return ""
    with suppress(OSError, subprocess.TimeoutExpired):
        run = subprocess.run(
            (program, *arguments), capture_output=True, text=True, errors="replace", timeout=30, check=False
        )
        return "" if run.returncode else run.stdout + run.stderr
    return ""


def version_in(output: str) -> str | None:
    """Return the version in the output of a program: in quotation marks, or in the first line."""
    match = re.search(r'version "(\d+(?:\.\d+)*)', output) or re.search(r"(\d+(?:\.\d+)*)", output.partition("\n")[0])
    return match[1] if match else None


def premises_of(project: Path) -> Premises:
    """Examine the folder of a library without changing it."""
    output, content = project / "output", None
    with suppress(EnvironmentFailure):  # 'check' reports it
        content = read_files(project).get(LIBRARY_FILE)
    profile = read_imprint(LIBRARY_FILE, content, Diagnostics()).fields.print.profile
    sizes = []
    for path in (output / ".store").glob("??/*"):
        with suppress(OSError):  # another command may remove it
            sizes.append(path.lstat().st_size)
    return Premises(
        str(output),
        profile,
        profile is not None and (project / "source" / profile).is_file(),
        _reason_not_writable(output),
        _is_locked(output / ".lock"),
        len(sizes),
        sum(sizes),
    )


def _reason_not_writable(output: Path) -> str:
    """Return the reason why an output folder cannot be written to or created, or ""."""
    folder, lock = output if os.path.lexists(output) else output.parent, output / ".lock"
    if not folder.is_dir():
        return "it is no folder"
    if lock.is_symlink() or (lock.exists() and not (lock.is_file() and os.access(lock, os.W_OK))):
        return "its file .lock is not one of ours"
    return "" if os.access(folder, os.W_OK | os.X_OK) else "its rights do not allow it"


def _is_locked(lock: Path) -> bool:
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


# What a machine has and lacks. pipeline/__init__.py rejects a Python that is too old.

SYSTEM_PACKAGES = "python3 python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""Debian packages that `.setup/system.sh` installs."""

OLDEST_PANGO, OLDEST_JAVA = (1, 44), (11,)

NEWEST_TESTED_PYTHON = (3, 13)

VALIDATORS = frozenset({"EPUBCheck", "veraPDF", "Ace"})
"""Names of the rows that `--get-validators` installs; Ace only has a row in a checkout."""

_FONT_PACKAGES = ("fontpkg-", NOTO.replace("_", "-"), DEJAVU, STIX)
"""Beginnings of the names of font packages."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement, and whether the machine meets it."""

    name: str
    found: str
    """Its version or state, in a few words."""
    mend: str = ""
    """The instruction that fixes it, if it is missing or unfit."""
    state: Literal["fine", "missing", "unfit"] = "fine"
    stops: bool = False
    """True if nothing can be built without it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Requirements under a heading."""

    heading: str
    things: tuple[Requirement, ...]


def groups_of(machine: Machine) -> tuple[Group, ...]:
    """Return all requirements, in groups."""
    version = ".".join(map(str, machine.python))
    if machine.python[:2] > NEWEST_TESTED_PYTHON:
        version += ", newer than the tests run with"
    mend = f"The citation engine cannot be started. {_reinstall(machine, 'pypandoc-binary')}"
    pandoc = (
        Requirement("pandoc", machine.pandoc) if machine.pandoc else _missing_requirement("pandoc", mend, stops=True)
    )
    always = (Requirement("Python", version), _press(machine), *_packages(machine), pandoc, _engine(machine))
    groups = (Group("Every build needs", always), Group("Some work needs", tuple(_optional(machine))))
    premises = machine.premises
    return (*groups, Group("The library here", tuple(_library(premises)))) if premises else groups


def _missing_requirement(name: str, mend: str, stops: bool = False) -> Requirement:
    return Requirement(name, "missing", mend, "missing", stops)


def _version_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _install(machine: Machine, what: str, apt: str, brew: str = "") -> str:
    commands = {"apt-get": f"apt-get install {apt}", "brew": f"brew install {brew}" if brew else ""}
    command = commands.get(machine.installer)
    return f"Install {what}: {command}" if command else f"Install {what} with your system's package manager."


def _reinstall(machine: Machine, package: str) -> str:
    """Return the instruction to install a Python package of the program."""
    if machine.checkout:
        return "Install what requirements.lock names: make check"
    return f"Install the package {package} beside the program, or the program's wheel again."


def _press(machine: Machine) -> Requirement:
    """Return the requirement of the shared libraries of the press."""
    name = "Pango, HarfBuzz"
    if lacking := [library for library in SHARED_LIBRARIES if library not in machine.libraries]:
        mend = {
            "apt-get": "The press needs system packages. "
            f"Ask an administrator to run: apt-get install {SYSTEM_PACKAGES}",
            "brew": "The press needs Pango. Install it: brew install pango",
            "": "The press needs Pango 1.44 or later, HarfBuzz with its subsetter, and Python 3.11 or later with venv. "
            "Install them with your system's package manager.",
        }[machine.installer]
        return Requirement(name, f"missing: {', '.join(lacking)}", mend, "missing", stops=True)
    pango, harfbuzz = machine.libraries["Pango"], machine.libraries["HarfBuzz"]
    if pango and _version_numbers(pango) < OLDEST_PANGO:
        mend = "The press needs Pango 1.44 or later. Upgrade the system to a release that has it."
        return Requirement(name, f"Pango {pango}", mend, "unfit", stops=True)
    return Requirement(name, f"Pango {pango}, HarfBuzz {harfbuzz} with its subsetter")


def _packages(machine: Machine) -> Iterator[Requirement]:
    """Yield the requirements of Python packages and of fonts: installed, and in the tested releases."""
    fonts = sorted(name for name in machine.wanted if name.startswith(_FONT_PACKAGES))
    others = [name for name in machine.wanted if name not in fonts]
    state = f"{count_noun(len(others), 'package')}, {'as tested' if machine.checkout else 'installed'}"
    font_names = ", ".join(name.removeprefix("fontpkg-") for name in fonts)
    for thing, names, found in (("Python packages", others, state), ("fonts", fonts, font_names)):
        lacking = [name for name in names if name not in machine.packages]
        differing = [
            name
            for name in names
            if name in machine.packages
            and machine.wanted[name]
            and not same_release(machine.packages[name], machine.wanted[name])
        ]
        if lacking:
            mend = _reinstall(machine, lacking[0])
            yield Requirement(thing, f"missing: {', '.join(lacking)}", mend, "missing", stops=True)
        elif differing:
            releases = (f"{n} {machine.packages[n]} (tested with {machine.wanted[n]})" for n in differing)
            yield Requirement(thing, ", ".join(releases), _reinstall(machine, differing[0]), "unfit")
        else:
            yield Requirement(thing, found)


def _engine(machine: Machine) -> Requirement:
    """Return the requirement of the engine: its faster functions are for one release of it."""
    mode = EngineMode(machine.engine, {name: machine.packages.get(name, "") for name in TESTED_ENGINE})
    releases = engine_releases(mode.releases)
    if lacking := [name for name, release in mode.releases.items() if not release]:
        return _missing_requirement("engine", _reinstall(machine, lacking[0]), stops=True)
    if mode.is_slowed:
        remark = message("made-slow", Location(), found=releases, known=engine_releases(TESTED_ENGINE))
        return Requirement("engine", f"{releases}, plain", f"{remark.sentence} {remark.hint}", "unfit")
    return Requirement("engine", f"{releases}, {'fast' if mode.is_fast else 'plain, as BRIEFINGS_ENGINE asks'}")


def _optional(machine: Machine) -> Iterator[Requirement]:
    """Yield what validators, the program's own tests, some scripts and a cluster need."""
    install = _install(machine, "Java 11 or later", "default-jre-headless", "openjdk")
    mend = f"EPUBCheck and veraPDF run in it. {install}"
    if machine.java and _version_numbers(machine.java) < OLDEST_JAVA:
        yield Requirement("Java", machine.java, mend, "unfit")
    else:
        yield _or_missing("Java", machine.java, mend)
    epubcheck, dask = machine.packages.get("epubcheck"), machine.packages.get("distributed")
    install = f"Install it: {'make validators' if machine.checkout else 'briefings doctor --get-validators'}"
    yield _or_missing("EPUBCheck", epubcheck, f"'briefings proof' asks it about every EPUB. {install}")
    yield _or_missing("veraPDF", machine.verapdf, f"'briefings proof' asks it about every PDF. {install}")
    if machine.checkout:
        yield _or_missing("Ace", machine.ace, f"The program's own tests ask it about EPUBs. {install}")
    install = _install(machine, "them", CJK)
    yield _or_missing("CJK fonts", machine.cjk, f"Texts in Chinese, Japanese or Korean are set in them. {install}")
    install = "Install the package distributed beside the program, and on the cluster."
    yield _or_missing("Dask", dask, f"'--executor' builds on a cluster with it. {install}")


def _or_missing(name: str, found: str | bool | None, mend: str) -> Requirement:
    return (
        Requirement(name, found if isinstance(found, str) else "found") if found else _missing_requirement(name, mend)
    )


def _library(premises: Premises) -> Iterator[Requirement]:
    """Yield the state of a library: its output folder and cache, and the profile of its printer."""
    if premises.refusal:
        mend = f"Let whoever runs 'briefings' write there, or remove what is in the way: {premises.output}"
        yield Requirement("output", f"not to be written to, as {premises.refusal}", mend, "unfit", stops=True)
    elif premises.held:
        yield Requirement("output", "held by another command; another build waits for it")
    else:
        yield Requirement("output", "free")
    size = f"{premises.bytes / 1e6:,.1f} MB of at most {CACHE_LIMIT / 1e6:,.0f}"
    yield Requirement("store", f"{count_noun(premises.results, 'remembered result')}, {size}")
    if premises.profile is None:
        kind = catalogue()["print-no-profile"]
        yield _missing_requirement("press profile", f"{kind.says} {kind.do.format()}")
    elif not premises.profile_found:
        mend = f"Put it there, or name another: 'print: {{profile: FILE.icc}}' in {LIBRARY_FILE}."
        yield Requirement("press profile", f"source/{premises.profile} is not there", mend, "missing")
    else:
        yield Requirement("press profile", premises.profile)


def stopping_requirements(groups: Iterable[Group]) -> tuple[Requirement, ...]:
    """Return the requirements without which nothing can be built."""
    return tuple(thing for group in groups for thing in group.things if thing.stops)


def missing_validators(groups: Iterable[Group]) -> tuple[Requirement, ...]:
    """Return the validators that are not installed."""
    return tuple(thing for group in groups for thing in group.things if thing.name in VALIDATORS and thing.mend)


def format_report(groups: Sequence[Group], whole: bool = True) -> str:
    """Return the report for a terminal; unless it is `whole`, only what is missing or unfit."""
    lines = []
    for group in groups:
        things = [thing for thing in group.things if whole or thing.mend]
        lines += ["", group.heading] if things else []
        for thing in things:
            state = "" if thing.state == "fine" or thing.found.startswith(thing.state) else f"{thing.state}: "
            lines.append(f"  {thing.name:<18}{state}{thing.found}")
            lines += [f"      {thing.mend}"] if thing.mend else []
    if stops := stopping_requirements(groups):
        lines += ["", f"Nothing can be built until this is mended: {', '.join(thing.name for thing in stops)}."]
    elif whole:
        lines += ["", "This machine can build."]
    return "\n".join((*lines[1:], ""))


def format_report_json(groups: Sequence[Group]) -> str:
    """Return the report as JSON."""
    things = [{"group": group.heading, **asdict(thing)} for group in groups for thing in group.things]
    return (
        json.dumps({"builds": not stopping_requirements(groups), "things": things}, ensure_ascii=False, indent=2) + "\n"
    )


@click.command("doctor")
@click.option(
    "--get-validators",
    "gets",
    is_flag=True,
    help="First install veraPDF and EPUBCheck; in a checkout also Ace, for its tests.",
)
@verb_with_outcome("text", "json", library=False)
def doctor_verb(options: CommonOptions, gets: bool) -> Outcome:
    """Check this machine, and show what to install.

    Exits with 3 if this machine cannot build, or if a validator could not be installed.
    """
    if gets:
        install_validators(Path(__file__).parents[2] if CHECKOUT else None)
    groups = groups_of(examine(options.library))
    fails = stopping_requirements(groups) or (gets and missing_validators(groups))
    code = EnvironmentFailure.exit_code if fails else Exit.OK
    text = format_report(groups, whole=not options.quiet)
    return Outcome(text=[text] if text else [], exit=code, forms={"json": lambda: format_report_json(groups)})
