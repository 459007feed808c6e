"""A finished PDF inspected by our own checks."""

from collections.abc import Iterator

from pipeline.codes import proofs
from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.model.formats import EDITIONS
from pipeline.proof.comparison import pdf_differences
from pipeline.proof.job import ProofJob
from pipeline.proof.pdf.picture_notes import picture_notes
from pipeline.proof.pdf.prints import print_faults
from pipeline.proof.pdf.reading import PdfReading, reading
from pipeline.proof.pdf.standards import claim_faults
from pipeline.proof.pdf.structure import glyph_faults, structure_faults
from pipeline.proof.promise import Promise, foreign_pages


def own_proof(job: ProofJob) -> tuple[Diagnostic, ...]:
    """Faults of a PDF by our own checks: tags, glyphs, and whether the file says what its text says."""
    desk, edition = Desk(), EDITIONS[job.edition]
    with reading(job.content) as file:
        if file is None:
            return (proofs.UNREADABLE.at(Place(job.path)),)
        foreign = foreign_pages(job.promise) if job.promise else frozenset()
        known = job.promise is not None and not (not edition.tagged and foreign)
        own = {*range(1, len(file.pages) + 1)} - foreign if known else ()
        desk.extend(glyph_faults(file, job.path, own))
        desk.extend(picture_notes(file.pdf, job.path))
        if not edition.tagged:
            desk.extend(print_faults(job.content, job.path) if edition.inked else ())
            return desk.remarks
        desk.extend(structure_faults(file, job.path))
        if job.promise:
            desk.extend(claim_faults(file, job.promise, job.path))
            desk.extend(pdf_differences(file, job.promise, job.path))
            desk.extend(folio_faults(file, job.promise, job.path))
        return desk.remarks


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
