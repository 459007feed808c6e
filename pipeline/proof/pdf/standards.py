"""Whether a PDF keeps to the standards: PDF/UA-1 in any case, and to whatever part of PDF/A it claims.

The judge is page-validation, which needs no other runtime.
"""

import re
from collections.abc import Iterator

import page as validator
from pikepdf import Name, Stream

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.proof.pdf.reading import PdfReading
from pipeline.proof.promise import UA_1

_PART = re.compile(r"(pdfaid|pdfuaid):(part|conformance)\s*(?:=\s*[\"']|>)\s*(\w+)")
_PAGE = re.compile(r"\bpage (\d+)\b")


def claims(reading: PdfReading) -> tuple[str, ...]:
    """The standards that a file says it keeps to, read off its XMP: 'PDF/UA-1', 'PDF/A-2a'."""
    stream = reading.pdf.Root.get(Name.Metadata)
    said = stream.read_bytes().decode("utf-8", "replace") if isinstance(stream, Stream) else ""
    found = {(schema, key): value for schema, key, value in _PART.findall(said)}
    accessible, archival = found.get(("pdfuaid", "part")), found.get(("pdfaid", "part"))
    level = found.get(("pdfaid", "conformance"), "").lower()
    return tuple(
        name
        for name, is_said in ((f"PDF/UA-{accessible}", accessible), (f"PDF/A-{archival}{level}", archival))
        if is_said
    )


def standard_faults(pdf: bytes, claimed: tuple[str, ...], path: str) -> Iterator[Diagnostic]:
    """Breaches of the standards: each rule once, at the first page that it names.

    What is claimed and cannot be judged here is left to veraPDF.
    """
    for standard in dict.fromkeys((UA_1, *claimed)):
        profile = _profile(standard)
        if profile is None:
            continue
        try:
            report = validator.validate_pdf_bytes(pdf, profile=profile)
        except validator.PageError as broken:
            yield message("proof-validator-broke", Place(path), validator="page-validation", words=_line(str(broken)))
            continue
        told: set[str] = set()
        for failure in report.failures:
            if failure.rule_id not in told:
                told.add(failure.rule_id)
                named = _PAGE.search(failure.message)
                place = Place(path, int(named[1]) if named else 1)
                said = {"standard": standard, "words": _line(failure.message), "rule": failure.rule_id}
                yield message("proof-standard", place, **said, validator="page-validation")


def _profile(standard: str) -> validator.ValidationProfile | None:
    short = standard.removeprefix("PDF/").removeprefix("A-").replace("UA-", "ua").lower()
    return next((profile for profile in validator.ValidationProfile if profile.value == short), None)


def _line(words: str) -> str:
    return " ".join(words.split()).rstrip(".")[:200]
