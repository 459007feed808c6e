"""Folios of a PDF: what programs call each page, and what its foot says in a pack, are those of its promise."""

from collections.abc import Iterator

from pipeline.codes import proofs
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.proof.pdf.reading import PdfReading
from pipeline.proof.promise import Promise


def folio_faults(reading: PdfReading, promise: Promise, path: str) -> Iterator[Diagnostic]:
    """Pages with another label than their folio, and pages of a pack that do not say it; a cover need not."""
    folios = [
        (str(passage.first + page - 1), promise.pack and (passage.kind, page) != ("front", 1))
        for passage in promise.passages
        for page in range(1, passage.pages + 1)
    ]
    for number, (page, (folio, printed)) in enumerate(zip(reading.pdf.pages, folios, strict=False), 1):
        if page.label != folio:
            yield proofs.PAGE_LABEL.at(Place(path, number), found=page.label, folio=folio)
        if printed and folio not in reading.beside(number).split():
            yield proofs.FOOT.at(Place(path, number), missing=folio)
