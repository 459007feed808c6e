"""Judges of a finished PDF who wrote their checks without knowing us: page-validation and outloud.

Apart from our own checks, because they take longer, and because what they say does not depend on the date produced.
"""

from pipeline.core.diagnostics import Desk, Diagnostic
from pipeline.proof.job import ProofJob
from pipeline.proof.pdf.folios import with_folios
from pipeline.proof.pdf.reading import reading
from pipeline.proof.pdf.standards import claims, standard_faults
from pipeline.proof.validators.aloud import aloud_faults


def others_proof(job: ProofJob) -> tuple[Diagnostic, ...]:
    """Remarks of page-validation and outloud on a tagged file; a file that cannot be read is told of elsewhere."""
    desk = Desk()
    with reading(job.content) as file:
        if file is None:
            return ()
        desk.extend(standard_faults(job.content, claims(file), job.path))
        desk.extend(aloud_faults(job.content, file, job.promise, job.path))
        return tuple(with_folios(desk.remarks, file, job.promise))
