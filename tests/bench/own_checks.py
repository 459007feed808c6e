"""The command `briefings` without other people's validators: page-validation and outloud are asked for nothing.

The other pipelines of the benchmark do not ask any either. All else is the command as it is: our own checks of every
PDF, EPUB and page, and the same processes. A library that was built so keeps the empty verdicts in its store.
"""

from __future__ import annotations

from pipeline.diagnostics import Diagnostic
from pipeline.proof.job import ProofJob


def unasked(job: ProofJob) -> tuple[Diagnostic, ...]:
    """Nothing."""
    return ()


if __name__ == "__main__":
    from pipeline import __main__, inspecting
    from tests.bench import own_checks

    inspecting.others_or_say = own_checks.unasked
    __main__.run()
