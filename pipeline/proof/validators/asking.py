"""How others' validators are asked: their engines are loaded where there is something to judge."""

from __future__ import annotations

from pipeline.core.diagnostics import Diagnostic
from pipeline.proof.job import ProofJob


def others_or_say(job: ProofJob) -> tuple[Diagnostic, ...]:
    """What page-validation and outloud say of a file."""
    from pipeline.proof.validators.others import others_proof

    return others_proof(job)
