"""Diagnostics in the formats that GitHub and GitLab show with a pull request."""

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, Severity, visible
from pipeline.core.digests import sha256
from pipeline.core.sentences import count_diagnostics, count_noun, fenced_block

# GitHub: commands for the runner, and the summary of a step

MAX_ANNOTATIONS = 10
"""Annotations of each severity that GitHub shows of a step; it ignores the others."""

SUMMARY_BYTES = 1_000_000
"""Most bytes of a step's summary; GitHub refuses one of more than a mebibyte."""


def report_annotations(remarks: Sequence[Diagnostic], library: Path) -> str:
    """Return commands for the runner, and add all remarks to the summary of the step if the runner names its file."""
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(format_summary(remarks))
        except OSError as refused:
            raise EnvironmentFailure(f"{summary} cannot be written: {refused.strerror}.") from refused
    return format_commands(remarks, find_folder_in_repository(library, os.environ))


def find_folder_in_repository(library: Path, environment: Mapping[str, str]) -> str:
    """Return the library's folder in the repository, with `/`; "" at its top, or if no host names the repository."""
    home = library.resolve()
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        root = environment.get(name, "")
        if root and home.is_relative_to(Path(root).resolve()):
            folder = home.relative_to(Path(root).resolve()).as_posix()
            return "" if folder == "." else folder
    return ""


def format_commands(remarks: Sequence[Diagnostic], folder: str = "") -> str:
    """Return a command for each of the first remarks of each severity, errors first; the others are counted.

    `folder` is the library's folder in the repository.
    """
    lines = list[str]()
    for severity in Severity:
        of_severity = [remark for remark in remarks if remark.severity is severity]
        lines += [_annotation(remark, folder) for remark in of_severity[:MAX_ANNOTATIONS]]
    if left := len(remarks) - len(lines):
        lines.append(f"{count_noun(left, 'more remark')}: all {len(remarks)} are in the summary of this step.")
    return "".join(f"{line}\n" for line in lines)


def _annotation(remark: Diagnostic, folder: str) -> str:
    place = remark.place
    path = f"{folder}/{place.path}" if folder else place.path
    where = {"file": path, "line": str(place.line), "col": str(place.column)} if place.path else {}
    properties = ",".join(
        f"{name}={_escaped_for_runner(visible(text)).replace(':', '%3A').replace(',', '%2C')}"
        for name, text in {**where, "title": remark.code}.items()
    )
    sentence = visible(remark.sentence) + (f"\nhint: {visible(remark.hint)}" if remark.hint else "")
    return f"::{remark.severity} {properties}::{_escaped_for_runner(sentence)}"


def _escaped_for_runner(words: str) -> str:
    """Escape words for the runner, so that nothing in them ends a command or begins another."""
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def format_summary(remarks: Sequence[Diagnostic]) -> str:
    """Return the summary of a step in Markdown, with every remark."""
    if not remarks:
        return "## No remarks\n"
    head = f"## {count_noun(len(remarks), 'remark')}: {count_diagnostics(remarks)}"
    return f"{head}\n\n{format_remarks_block(remarks, SUMMARY_BYTES)}\n"


def format_remarks_block(remarks: Sequence[Diagnostic], most: int) -> str:
    """Return the remarks in a block of Markdown of at most `most` bytes, errors first; the others are counted."""
    errors_first = sorted(remarks, key=lambda remark: remark.severity is not Severity.ERROR)
    sizes = accumulate(len(str(remark).encode()) + 1 for remark in errors_first)
    lines = [str(remark) for remark, size in zip(errors_first, sizes, strict=True) if size <= most - 200]
    left = len(errors_first) - len(lines)
    more = f"\n\n{count_noun(left, 'more remark')} found no room here: `briefings check --all` shows all."
    return fenced_block("\n".join(lines)) + (more if left else "")


# GitLab: a report of code quality

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def report_code_quality(remarks: Sequence[Diagnostic], library: Path) -> str:
    """Return the remarks as JSON, with paths in the repository."""
    return format_code_quality(remarks, find_folder_in_repository(library, os.environ))


def format_code_quality(remarks: Sequence[Diagnostic], folder: str = "") -> str:
    """Return the remarks as JSON; `folder` is the library's folder in the repository.

    A fingerprint has no line, so that GitLab knows a remark again when lines are added before it. Equal remarks on one
    file are numbered.
    """
    numbers: Counter[tuple[str, str, str]] = Counter()
    rows = []
    for remark in remarks:
        key = (remark.place.path, remark.code, remark.sentence)
        numbers[key] += 1
        rows.append(_quality_row(remark, folder, numbers[key]))
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _quality_row(remark: Diagnostic, folder: str, number: int) -> dict[str, object]:
    path = remark.place.path or "source"
    fingerprint = "\0".join((path, remark.code, remark.sentence, str(number)))
    return {
        "description": visible(" ".join(filter(None, (remark.sentence, remark.hint)))),
        "check_name": remark.code,
        "fingerprint": sha256(fingerprint.encode("utf-8", "surrogatepass")),
        "severity": _SEVERITIES[remark.severity],
        "location": {"path": f"{folder}/{path}" if folder else path, "lines": {"begin": remark.place.line}},
    }
