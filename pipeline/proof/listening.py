"""Checks of page-validation and outloud, with the findings that we accept."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from io import BytesIO
from typing import Any

import pymupdf
from outloud.findings import Result
from outloud.model import Document
from outloud.registry import features, run_rules

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message
from pipeline.core.text.fonts import GLYPH_PART, runs_right_to_left
from pipeline.proof.comparison import says_its_text
from pipeline.proof.expected_content import ExpectedContent, ProofJob
from pipeline.proof.looks import hole_faults
from pipeline.proof.pdf_checks import claimed_standards, standard_faults
from pipeline.proof.pdf_reader import PdfReading, TaggedElement, open_pdf

# Findings that we have examined and accept, each as narrowly as possible: because of what is in the file, never a rule
# as a whole.

_LINKED = re.compile(r"<a\b[^>]*>.*?</a>", re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>")
_PRINTED_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w.-]+")
_END_SIGNS = ".,;:!?'\"’”)"


@dataclass
class HeardFile:
    """A PDF and its expected content, if that is known."""

    reading: PdfReading
    expected: ExpectedContent | None

    @cached_property
    def unlinked(self) -> str:
        """The words of the composed texts, except link texts."""
        passages = self.expected.passages if self.expected else ()
        bodies = "\n".join(chapter.body for passage in passages for chapter in passage.chapters)
        return unescape(_MARKUP.sub("", _LINKED.sub(" ", bodies)))

    @cached_property
    def says_its_text(self) -> bool:
        """True if the tags contain the expected text word for word."""
        return self.expected is not None and says_its_text(self.reading, self.expected)


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    """A kind of finding that we accept."""

    rule: str
    reason: str
    holds: Callable[[Any, HeardFile], bool]
    """True if a finding on a file is of this kind."""


def is_accepted(finding: Any, file: HeardFile) -> bool:
    """True if a finding is accepted."""
    return any(entry.rule == finding.rule and entry.holds(finding, file) for entry in ACCEPTED_FINDINGS)


def could_be_accepted(finding: Any, file: HeardFile) -> bool:
    """True if a finding could be accepted if the expected content of the file were known."""
    return file.expected is None and any(entry.rule == finding.rule for entry in ACCEPTED_FINDINGS)


def _every_row_is_headed(finding: Any, file: HeardFile) -> bool:
    """The table has one head row, and the first cell of every other row is a header."""
    cells = re.search(r"(\d+) header cells against (\d+) data cells$", finding.message)
    tables = [
        table
        for table in (file.reading.tags.of_kind("Table") if file.reading.tags else ())
        if _starts_on(table, finding.page) and _is_headed(table)
    ]
    counts = [(len(table.of_kind("TH")), len(table.of_kind("TD"))) for table in tables]
    return cells is not None and (int(cells[1]), int(cells[2])) in counts


def _is_headed(table: TaggedElement) -> bool:
    rows = [[kid.kind for kid in row.kids if isinstance(kid, TaggedElement)] for row in table.of_kind("TR")]
    head, *below = rows or [[]]
    return set(head) == {"TH"} and all(row[:1] == ["TH"] and set(row[1:]) <= {"TD"} for row in below)


def _is_our_running_line(finding: Any, file: HeardFile) -> bool:
    """Only running lines of the page are not read aloud.

    Without known content these are artifacts of pagination above or below everything that is read aloud.
    """
    runs = file.reading.pages[finding.page - 1] if finding.page else []
    silent = [run for run in runs if run.artifact is not None and len(run.text.split()) > 1]
    heard = [run.y for run in runs if run.artifact is None]
    outside = bool(heard) and not any(min(heard) <= run.y <= max(heard) for run in silent)
    known = file.expected is not None or outside
    return known and bool(silent) and all(run.artifact == "Pagination" for run in silent)


def _address_is_the_authors(finding: Any, file: HeardFile) -> bool:
    """Addresses without a link have none in the composed text either, or are in code."""
    if file.reading.tags is None or file.expected is None:
        return False
    addresses = [
        address.rstrip(_END_SIGNS)
        for path, content in file.reading.tags.leaves()
        if content.page == finding.page and not any(tag.kind in ("Link", "Code") for tag in path)
        for address in _PRINTED_ADDRESS.findall(file.reading.words.text(content))
    ]
    return bool(addresses) and all(address in file.unlinked for address in addresses)


def _address_is_code(finding: Any, file: HeardFile) -> bool:
    """Every address without a link on the page is in code."""
    leaves = file.reading.tags.leaves() if file.reading.tags else ()
    in_code = [
        any(tag.kind == "Code" for tag in path)
        for path, content in leaves
        if content.page == finding.page and not any(tag.kind == "Link" for tag in path)
        if re.search(r"https?://|www\.|\w@\w", file.reading.words.text(content))
    ]
    return bool(in_code) and all(in_code)


def _codes_are_parts_of_letters(finding: Any, file: HeardFile) -> bool:
    """The codes are of parts or forms of letters, and the tags contain the text."""
    shared = re.search(r"all map to U\+([0-9A-F]{4})\b", finding.message)
    meant = chr(int(shared[1], 16)) if shared else ""
    return (meant == GLYPH_PART or runs_right_to_left(meant)) and file.says_its_text


def _title_is_the_houses(finding: Any, file: HeardFile) -> bool:
    """The title is its author's, and the file is named after it."""
    if file.expected is None:
        return False
    identity = file.expected.identity
    return identity.title.lower().replace(" ", "-") == identity.id and "file name" in finding.message


def _starts_on(tag: TaggedElement, page: int | None) -> bool:
    return next((content.page for _, content in tag.leaves()), None) == page


ACCEPTED_FINDINGS = (
    AcceptedFinding(
        "TBL-010",
        "It counts header cells. A table with two columns, or with one row, whose first cells are headers has more "
        "header cells than data cells, and should have.",
        _every_row_is_headed,
    ),
    AcceptedFinding(
        "TAG-002",
        "It takes a running line on one page alone for text, as in a file of one page. The line is a pagination "
        "artifact and rightly not read aloud; its words are also in the title block.",
        _is_our_running_line,
    ),
    AcceptedFinding(
        "PAG-001",
        "It takes a line at the head of three pages for a running line. In a pack the first page of a briefing has the "
        "name of its series there. If the tags contain the text word for word, they contain no running line.",
        lambda _finding, file: file.says_its_text,
    ),
    AcceptedFinding(
        "ORD-001",
        "It compares the tags with the order of painting, in which CSS puts floats after the text of their column. The "
        "order of the tags counts, and they contain the text word for word.",
        lambda _finding, file: file.says_its_text,
    ),
    AcceptedFinding(
        "LNK-010",
        "It asks for a link on every address. An address in code is an example, not a link.",
        _address_is_code,
    ),
    AcceptedFinding(
        "LNK-010",
        "An address that an author typed without a link is reported at its line of the source. A link of the text that "
        "is missing in the file is reported as a difference.",
        _address_is_the_authors,
    ),
    AcceptedFinding(
        "TXT-004",
        "It takes codes with the same meaning for ambiguous text. Parts of letters, as in Devanagari, have no meaning "
        "alone: the words of their line are given separately. All forms of an Arabic letter mean that letter.",
        _codes_are_parts_of_letters,
    ),
    AcceptedFinding(
        "DOC-040",
        "It takes a title that is also the name of the file for a left-over. Our files are named after their titles.",
        _title_is_the_houses,
    ),
)


def check_pdf_with_tools(job: ProofJob) -> tuple[Diagnostic, ...]:
    """Run page-validation and outloud on a tagged file, and look for holes."""
    diagnostics = Diagnostics()
    with open_pdf(job.content) as pdf_file:
        if pdf_file is None:
            return ()
        diagnostics.extend(standard_faults(job.content, claimed_standards(pdf_file), job.path))
        diagnostics.extend(outloud_faults(job.content, pdf_file, job.promise, job.path))
        if job.promise:
            diagnostics.extend(hole_faults(pdf_file, job.content, job.promise, job.variant, job.path))
        return diagnostics.remarks


_mupdf: Any = pymupdf
_mupdf.TOOLS.mupdf_display_errors(False)
_mupdf.TOOLS.mupdf_display_warnings(False)

UNKNOWN_FILE = (
    "It is not known here what this file was made of. If one of your libraries made it, proof it there, where it is "
    "held to its text: 'briefings --project FOLDER proof FILE'. Otherwise:"
)
"""The hint for a finding that could be accepted, in a file without known content."""


def outloud_faults(
    pdf: bytes, reading: PdfReading, expected: ExpectedContent | None, path: str
) -> Iterator[Diagnostic]:
    """Report errors and warnings of outloud that are not accepted."""
    result = _run_outloud(pdf, path)
    for run in result.runs:
        if run.status == "crashed":
            words = f"the rule {run.rule} says {run.reason}"
            yield message("proof-validator-broke", Location(path), validator="outloud", words=words)
    file = HeardFile(reading, expected)
    for finding in result.findings:
        if finding.severity == "info" or is_accepted(finding, file):
            continue
        code = "proof-aloud" if finding.severity == "error" else "proof-aloud-doubt"
        fix = (
            f"{UNKNOWN_FILE} {advice_for_rule(finding.rule)}"
            if could_be_accepted(finding, file)
            else advice_for_rule(finding.rule)
        )
        fields = {"words": _words_of_finding(finding), "rule": finding.rule, "fix": fix, "validator": "outloud"}
        yield message(code, Location(path, finding.page or 1), **fields)


def _run_outloud(pdf: bytes, path: str) -> Result:
    """Run outloud. It asks for a path to open, and accepts a file in memory."""
    result = Result(path=path)
    document: Any = Document(BytesIO(pdf))
    document.path = path
    try:
        document._fitz = _mupdf.Document(stream=pdf, filetype="pdf")
        run_rules(document, result, feats=features(document))
    finally:
        document.close()
    return result


def _words_of_finding(finding: Any) -> str:
    text = f"{finding.message}: {finding.evidence}" if finding.evidence else str(finding.message)
    return " ".join(text.split()).rstrip(".")[:240]


REPORT_IT = (
    "If the page is an insert, ask its makers for an accessible PDF. If not, this is an error in the layout or the "
    "program: please report it."
)
"""The advice for a fault that no source can cause."""

_FIX_PICTURE = (
    'Say in a sentence what the picture shows, as {alt="Reports fell by a third"}. If it is decorative, '
    "mark it {.decorative}."
)
_FIX_LANGUAGE = "Correct 'language:' of the text or in source/library.yaml: 'en-GB', for instance, or 'cy'."
_FIX_HEADINGS = "Divide the text by headings: put a line such as '## Findings' before each part."
_HEADS = "Name each column in a word or two, in the line above '|---|---|'."
_FIX_LETTERS = "Use another character, or give the layout a font that has it."
_FIX_LINK = "Write link words that name the target: '[the findings](#findings)'."

ADVICE: Mapping[str, str] = {
    "DOC-010": "Give the briefing or the pack a 'title:'.",
    "DOC-013": _FIX_LANGUAGE,
    "DOC-014": _FIX_LANGUAGE,
    "DOC-040": "Write a 'title:' in words, not a file name.",
    "TAG-020": "Fill or delete the empty heading, list entry or box on this page.",
    "TXT-005": _FIX_LETTERS,
    "TXT-006": _FIX_LETTERS,
    "HDG-001": "Go down one level at a time: '###' only below '##', '####' only below '###'.",
    "HDG-010": "Name the subject of the section in the heading, not only a number or a sign.",
    "HDG-011": "Shorten the heading to a line, and put the rest into a paragraph below it.",
    "HDG-012": _FIX_HEADINGS,
    "NAV-001": _FIX_HEADINGS,
    "TBL-001": _HEADS,
    "TBL-004": "Give every row of the table as many cells as its head has, with '|' between them.",
    "TBL-010": "If the table has more heads than values, write it as a list; if not, shorten the heads of its columns.",
    "TBL-011": _HEADS,
    "TBL-012": "If it is not a table of values, write a list or paragraphs. Otherwise write 'none' in empty cells.",
    "TBL-013": "Join the tables with the same columns into one with one head.",
    "TBL-014": "Write the lines and boxes on this page as a table: a screen reader cannot read a drawn one.",
    "TBL-015": "Put each value in the row into a separate cell, with '|' between them.",
    "LST-004": "Indent the inner list below the entry that it belongs to, by 4 spaces.",
    "FIG-001": _FIX_PICTURE,
    "FIG-002": _FIX_PICTURE,
    "FIG-010": _FIX_PICTURE,
    "FIG-012": _FIX_PICTURE,
    "LNK-003": _FIX_LINK,
    "LNK-010": "Make the address a link: '<https://example.org/foot-patrol>', or better '[the study](https://example.org/foot-patrol)'.",
    "MATH-011": "Put only the formula between the '$' signs, and the words around it outside them.",
    "PAG-001": "Remove words that repeat at the head or foot of every page: the layout prints such lines.",
}


def advice_for_rule(rule: str) -> str:
    """The advice for a rule; for one that no source can break, to report it."""
    return ADVICE.get(rule, REPORT_IT)
