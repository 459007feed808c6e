"""What only a proof looks at in a finished PDF: page-validation, outloud and how full the pages are. All take long."""

from pipeline.core.diagnostics import Desk, Diagnostic
from pipeline.proof.job import ProofJob
from pipeline.proof.pdf.holes import hole_faults
from pipeline.proof.pdf.reading import reading
from pipeline.proof.pdf.standards import claims, standard_faults
from pipeline.proof.validators.aloud import aloud_faults


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
