"""Folios of a PDF: what programs call each page, and what its foot says in a pack, are those of its promise."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.codes import proofs
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.proof.pdf.reading import PdfReading
from pipeline.proof.promise import Promise


def folio_faults(reading: PdfReading, promise: Promise, path: str) -> Iterator[Diagnostic]:
    """Pages with another label than their folio, and pages of a pack that do not say it; a cover need not."""
    folios = [
        (passage.folios.folio(page), promise.pack and (passage.kind, page) != ("front", 1))
        for passage in promise.passages
        for page in range(1, passage.pages + 1)
    ]
    for number, (page, (folio, printed)) in enumerate(zip(reading.pdf.pages, folios, strict=False), 1):
        if page.label != folio:
            yield proofs.PAGE_LABEL.at(Place(path, number), found=page.label, folio=folio)
        if printed and folio not in reading.beside(number).split():
            yield proofs.FOOT.at(Place(path, number), missing=folio)


def with_folios(remarks: Iterable[Diagnostic], reading: PdfReading, promise: Promise | None) -> Iterator[Diagnostic]:
    """Remarks on pages of a file, which are told by their number in it; where folios run by briefing, by these too.

    A remark on page 1 may be one on the whole file.
    """
    by_briefing = promise is not None and any(passage.folios.prefix for passage in promise.passages)
    labels = [page.label for page in reading.pdf.pages] if by_briefing else []
    for remark in remarks:
        yield on_page(remark, labels[remark.place.line - 1]) if 1 < remark.place.line <= len(labels) else remark


def on_page(remark: Diagnostic, folio: str) -> Diagnostic:
    """A remark that says the folio of its page."""
    return replace(remark, sentence=f"{remark.sentence} In print this is page {folio}.")
