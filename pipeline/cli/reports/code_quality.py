"""Remarks as GitLab shows them beside a proposed change: a report of code quality."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pipeline.cli.reports.annotations import folder_in_repository
from pipeline.core.diagnostics import Diagnostic, Severity, visible
from pipeline.core.digests import sha256

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def code_quality(remarks: Sequence[Diagnostic], library: Path) -> str:
    """The remarks as JSON, with paths as the repository has them."""
    return as_code_quality(remarks, folder_in_repository(library, os.environ))


def as_code_quality(remarks: Sequence[Diagnostic], folder: str = "") -> str:
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
