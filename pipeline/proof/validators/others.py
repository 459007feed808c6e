"""What only a proof looks at in a finished PDF: page-validation, outloud and how full the pages are. All take long."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import pymupdf
from outloud.findings import Result
from outloud.model import Document
from outloud.registry import features, run_rules

from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.messages import message
from pipeline.proof.job import ProofJob
from pipeline.proof.pdf.holes import hole_faults
from pipeline.proof.pdf.reading import PdfReading, reading
from pipeline.proof.pdf.standards import claims, standard_faults
from pipeline.proof.promise import Promise
from pipeline.proof.validators.allowed import Seen, is_allowed, unsettled


def others_proof(job: ProofJob) -> tuple[Diagnostic, ...]:
    """Remarks of page-validation and outloud on a tagged file, and its holes; nothing of one that cannot be read."""
    desk = Desk()
    with reading(job.content) as file:
        if file is None:
            return ()
        desk.extend(standard_faults(job.content, claims(file), job.path))
        desk.extend(aloud_faults(job.content, file, job.promise, job.path))
        if job.promise:
            desk.extend(hole_faults(file, job.content, job.promise, job.edition, job.path))
        return desk.remarks


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
            yield message("proof-validator-broke", Place(path), validator="outloud", words=words)
    seen = Seen(reading, promise)
    for finding in result.findings:
        if finding.severity == "info" or is_allowed(finding, seen):
            continue
        code = "proof-aloud" if finding.severity == "error" else "proof-aloud-doubt"
        fix = f"{ELSEWHERE} {advice(finding.rule)}" if unsettled(finding, seen) else advice(finding.rule)
        said = {"words": _words(finding), "rule": finding.rule, "fix": fix, "validator": "outloud"}
        yield message(code, Place(path, finding.page or 1), **said)


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


REPORT = (
    "If the page is an insert, ask whoever made it for an accessible PDF. If not, no source should come to this: it is "
    "a fault in the layout or the pipeline; please report it."
)
"""For all that a text and its front matter have no part in."""

_PICTURE = (
    'Say in a sentence what the picture shows, as {alt="Reports fell by a third"}; if it shows nothing that matters, '
    "mark it {.decorative}."
)
_LANGUAGE = "Correct 'language:' of the text or in source/library.yaml: 'en-GB', for instance, or 'cy'."
_HEADINGS = "Divide the text by headings: a line such as '## What was found' before each part."
_HEADS = "Give the table a head, which says in a word or two what stands in each column: the line above '|---|---|'."
_LETTERS = "Write the character another way, or give the layout a font that has it."
_LINK = "Give the link words that say where it leads: '[what was found](#findings)'."

ADVICE: Mapping[str, str] = {
    "DOC-010": "Give the briefing or the pack a 'title:'.",
    "DOC-013": _LANGUAGE,
    "DOC-014": _LANGUAGE,
    "DOC-040": "Give it a 'title:' that names the subject as a person would, not as a file is named.",
    "TAG-020": "Look on this page for a heading, an entry of a list or a box with nothing in it: fill or delete it.",
    "TXT-005": _LETTERS,
    "TXT-006": _LETTERS,
    "HDG-001": "Go down one level at a time: '###' only below '##', '####' only below '###'.",
    "HDG-010": "Write the heading in words that say what the section is about, not as a number or a sign alone.",
    "HDG-011": "Shorten the heading to a line, and put the rest into a paragraph below it.",
    "HDG-012": _HEADINGS,
    "NAV-001": _HEADINGS,
    "TBL-001": _HEADS,
    "TBL-004": "Give every row of the table as many cells as its head has, with '|' between them.",
    "TBL-010": "If the table has more heads than values, write it as a list; if not, shorten the heads of its columns.",
    "TBL-011": _HEADS,
    "TBL-012": "If it is no table of values, write it as a list or as paragraphs; else say in empty cells 'none'.",
    "TBL-013": "Write one table with one head, in place of several with the same columns below each other.",
    "TBL-014": "Write the lines and boxes on this page as a table; a drawing of one says nothing to a listener.",
    "TBL-015": "Give each value in the row a cell of its own, with '|' between them.",
    "LST-004": "Indent the inner list below the entry that it belongs to, by 4 spaces.",
    "FIG-001": _PICTURE,
    "FIG-002": _PICTURE,
    "FIG-010": _PICTURE,
    "FIG-012": _PICTURE,
    "LNK-003": _LINK,
    "LNK-010": "Make the address a link: '<https://example.org/foot-patrol>', or better '[the study](https://example.org/foot-patrol)'.",
    "MATH-011": "Put only the formula between the '$' signs, and the words around it outside them.",
    "PAG-001": "Leave out words that stand at the head or foot of every page: the layout prints such lines.",
}


def advice(rule: str) -> str:
    """The advice for a rule; where the source has no part in it, that it should be reported."""
    return ADVICE.get(rule, REPORT)
