"""veraPDF, the reference validator, where it is on this machine: `verapdf` on PATH, or its jar and a Java to run it.

Many files are judged in one run: the machine that it needs takes seconds to start. At the edge: it starts a process,
and is given paths.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.proof.validators.java import QUICK

JAR = Path("share") / "verapdf.jar"
"""Place of the jar within the Python environment, where `briefings doctor --get-validators` puts it."""

BATCH = 150
"""Files judged in one run."""

_PROGRAM = "org.verapdf.apps.GreenfieldCliWrapper"
_PAGE = re.compile(r"/pages\[(\d+)\]")


def command(prefix: Path | None = None) -> tuple[str, ...]:
    """The command that starts veraPDF; nothing where it cannot be started."""
    if program := shutil.which("verapdf"):
        return (program,)
    jar = (prefix or Path(sys.prefix)) / JAR
    java = shutil.which("java")
    if java and jar.is_file():
        return (java, *QUICK, "-cp", str(jar), _PROGRAM)
    return ()


def judged(call: Sequence[str], files: Mapping[str, Path], flavour: str) -> dict[str, tuple[Diagnostic, ...]]:
    """Remarks of veraPDF on files, by the path they are told by. Flavour '0' holds each to all that it claims."""
    names = sorted(files)
    found: dict[str, tuple[Diagnostic, ...]] = {}
    for start in range(0, len(names), BATCH):
        batch = names[start : start + BATCH]
        places = {str(files[name].resolve()): name for name in batch}
        options = ("-f", flavour, "--format", "json", "--maxfailuresdisplayed", "1", "--loglevel", "0")
        done = subprocess.run((*call, *options, *places), capture_output=True, check=False)
        said = verdicts(done.stdout, places)
        for name in batch:
            broke = message(
                "proof-validator-broke", Place(name), validator="veraPDF", words="it said nothing of this file"
            )
            found[name] = said.get(name, (broke,))
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
            found[path] = tuple(fault for result in results for fault in _faults(result, path))
    return found


def _faults(result: Mapping[str, Any], path: str) -> Iterator[Diagnostic]:
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
            Place(path, int(where[1]) + 1 if where else 1),
            standard=standard,
            words=" ".join(words).rstrip(".")[:200],
            rule=f"veraPDF {rule.get('clause')}-{rule.get('testNumber')}",
            validator="veraPDF",
        )
    if not told:
        yield message("proof-validator-broke", Place(path), validator="veraPDF", words=f"no verdict on {standard}")
