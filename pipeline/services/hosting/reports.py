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
"""Annotations of each severity that GitHub takes of a step; it drops the others without a word."""

SUMMARY_BYTES = 1_000_000
"""Bytes of a step's summary; GitHub refuses one of more than a mebibyte whole."""


def report_annotations(remarks: Sequence[Diagnostic], library: Path) -> str:
    """The commands for the runner; all remarks go into the summary of the step, if the runner has named its file."""
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(format_summary(remarks))
        except OSError as refused:
            raise EnvironmentFailure(f"{summary} cannot be written: {refused.strerror}.") from refused
    return format_commands(remarks, find_folder_in_repository(library, os.environ))


def find_folder_in_repository(library: Path, environment: Mapping[str, str]) -> str:
    """The library's folder as paths of the repository begin, with `/`; nothing at its top, or where no host says it."""
    home = library.resolve()
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        root = environment.get(name, "")
        if root and home.is_relative_to(Path(root).resolve()):
            folder = home.relative_to(Path(root).resolve()).as_posix()
            return "" if folder == "." else folder
    return ""


def format_commands(remarks: Sequence[Diagnostic], folder: str = "") -> str:
    """A command for each of the first remarks of each severity; the rest are counted.

    `folder` is where the library lies within the repository. Errors come first, each severity in order of place.
    """
    lines = list[str]()
    for severity in Severity:
        those = [one for one in remarks if one.severity is severity]
        lines += [_command(one, folder) for one in those[:MAX_ANNOTATIONS]]
    left = len(remarks) - len(lines)
    if left:
        lines.append(f"{count_noun(left, 'more remark')}: all {len(remarks)} are in the summary of this step.")
    return "".join(f"{line}\n" for line in lines)


def _command(remark: Diagnostic, folder: str) -> str:
    place = remark.place
    path = f"{folder}/{place.path}" if folder else place.path
    where = {"file": path, "line": str(place.line), "col": str(place.column)} if place.path else {}
    properties = ",".join(
        f"{name}={_message(visible(text)).replace(':', '%3A').replace(',', '%2C')}"
        for name, text in {**where, "title": remark.code}.items()
    )
    sentence = visible(remark.sentence) + (f"\nhint: {visible(remark.hint)}" if remark.hint else "")
    return f"::{remark.severity} {properties}::{_message(sentence)}"


def _message(words: str) -> str:
    """The words as the runner reads them: nothing in them ends a command or begins another."""
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def format_summary(remarks: Sequence[Diagnostic]) -> str:
    """Every remark, for the summary of a step, in Markdown."""
    if not remarks:
        return "## No remarks\n"
    head = f"## {count_noun(len(remarks), 'remark')}: {count_diagnostics(remarks)}"
    return f"{head}\n\n{format_remarks_block(remarks, SUMMARY_BYTES)}\n"


def format_remarks_block(remarks: Sequence[Diagnostic], most: int) -> str:
    """The remarks as they read on a terminal, in a block of Markdown of at most so many bytes, errors first.

    What does not fit is counted.
    """
    in_turn = sorted(remarks, key=lambda one: one.severity is not Severity.ERROR)
    sizes = accumulate(len(str(remark).encode()) + 1 for remark in in_turn)
    lines = [str(remark) for remark, size in zip(in_turn, sizes, strict=True) if size <= most - 200]
    left = len(in_turn) - len(lines)
    told = (
        f"\n\n{count_noun(left, 'more remark')} found no room here: `briefings check --all` shows all." if left else ""
    )
    return fenced_block("\n".join(lines)) + told


# GitLab: a report of code quality

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def report_code_quality(remarks: Sequence[Diagnostic], library: Path) -> str:
    """The remarks as JSON, with paths as the repository has them."""
    return format_code_quality(remarks, find_folder_in_repository(library, os.environ))


def format_code_quality(remarks: Sequence[Diagnostic], folder: str = "") -> str:
    """The remarks as JSON; `folder` is where the library lies within the repository.

    A remark keeps its fingerprint where lines are added before it: GitLab then knows that it is no new one. Of several
    that say the same of one file the first, the second and so on are told apart.
    """
    told: Counter[tuple[str, str, str]] = Counter()
    rows = []
    for one in remarks:
        same = (one.place.path, one.code, one.sentence)
        told[same] += 1
        rows.append(_row(one, folder, told[same]))
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _row(remark: Diagnostic, folder: str, number: int) -> dict[str, object]:
    path = remark.place.path or "source"
    said = " ".join(filter(None, (remark.sentence, remark.hint)))
    known_by = "\0".join((path, remark.code, remark.sentence, str(number)))
    return {
        "description": visible(said),
        "check_name": remark.code,
        "fingerprint": sha256(known_by.encode("utf-8", "surrogatepass")),
        "severity": _SEVERITIES[remark.severity],
        "location": {"path": f"{folder}/{path}" if folder else path, "lines": {"begin": remark.place.line}},
    }
