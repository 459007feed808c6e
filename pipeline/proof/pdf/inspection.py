"""A finished PDF inspected by our own checks."""

from collections.abc import Iterator

from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.messages import message
from pipeline.model.formats import EDITIONS
from pipeline.proof.comparison import pdf_differences
from pipeline.proof.job import ProofJob
from pipeline.proof.pdf.picture_notes import picture_notes
from pipeline.proof.pdf.prints import print_faults
from pipeline.proof.pdf.reading import PdfReading, reading
from pipeline.proof.pdf.structure import glyph_faults, structure_faults
from pipeline.proof.promise import Promise, foreign_pages


def own_proof(job: ProofJob) -> tuple[Diagnostic, ...]:
    """Faults of a PDF by our own checks: tags, glyphs, and whether the file says what its text says."""
    desk, edition = Desk(), EDITIONS[job.edition]
    with reading(job.content) as file:
        if file is None:
            return (message("proof-unreadable", Place(job.path), kind="a PDF", reason=""),)
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
            desk.extend(pdf_differences(file, job.promise, job.path))
            desk.extend(folio_faults(file, job.promise, job.path))
        return desk.remarks


def folio_faults(reading: PdfReading, promise: Promise, path: str) -> Iterator[Diagnostic]:
    """Pages of a pack that do not say their folio; a cover need not."""
    folios = [
        (str(passage.first + page - 1), (passage.kind, page) != ("front", 1))
        for passage in promise.passages
        for page in range(1, passage.pages + 1)
    ]
    for number, (folio, printed) in enumerate(folios[: len(reading.pages)] if promise.pack else (), 1):
        if printed and folio not in reading.beside(number).split():
            yield message("proof-foot", Place(path, number), missing=folio)
