"""Sound of a PDF: outloud judges what a standard does not, what a reader who listens would stumble over."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pymupdf
from outloud.findings import Result
from outloud.model import Document
from outloud.registry import features, run_rules

from pipeline.codes import proofs
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.proof.pdf.reading import PdfReading
from pipeline.proof.promise import Promise
from pipeline.proof.validators.advice import advice
from pipeline.proof.validators.allowed import Seen, is_allowed, unsettled

_mupdf: Any = pymupdf
_mupdf.TOOLS.mupdf_display_errors(False)
_mupdf.TOOLS.mupdf_display_warnings(False)

ELSEWHERE = (
    "It is not known here what this file was made of. If one of your libraries made it, proof it there, where it is "
    "held to its text: 'briefings --project FOLDER proof FILE'. Otherwise:"
)
"""The hint at what may be right, of a file that nothing is known of."""


def aloud_faults(pdf: bytes, reading: PdfReading, promise: Promise | None, path: str) -> Iterator[Diagnostic]:
    """Every error and warning that is not on the list of what is right as it is."""
    result = _checked(pdf, path)
    for run in result.runs:
        if run.status == "crashed":
            words = f"the rule {run.rule} says {run.reason}"
            yield proofs.VALIDATOR_BROKE.at(Place(path), validator="outloud", words=words)
    seen = Seen(reading, promise)
    for finding in result.findings:
        if finding.severity == "info" or is_allowed(finding, seen):
            continue
        code = proofs.ALOUD if finding.severity == "error" else proofs.ALOUD_DOUBT
        fix = f"{ELSEWHERE} {advice(finding.rule)}" if unsettled(finding, seen) else advice(finding.rule)
        said = {"words": _words(finding), "rule": finding.rule, "fix": fix, "validator": "outloud"}
        yield code.at(Place(path, finding.page or 1), **said)


def _checked(pdf: bytes, path: str) -> Result:
    """Findings of outloud. It asks for a path to open; a file in memory does as well."""
    result = Result(path=path)
    document: Any = Document(BytesIO(pdf))
    document.path = path
    try:
        document._fitz = _mupdf.Document(stream=pdf, filetype="pdf")
        run_rules(document, result, feats=features(document))
    finally:
        document.close()
    return result


def _words(finding: Any) -> str:
    said = f"{finding.message}: {finding.evidence}" if finding.evidence else str(finding.message)
    return " ".join(said.split()).rstrip(".")[:240]
