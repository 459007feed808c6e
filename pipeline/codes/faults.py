"""Reports of unexpected exceptions, at the file that was processed."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.codes import limits
from pipeline.core import faults
from pipeline.core.diagnostics import Desk, Diagnostic, Place


def reported_fault(place: Place, fault: faults.Fault, doing: str) -> Diagnostic:
    """The diagnostic of a fault of the program; its traceback goes to the log. `doing` is such as 'read this file'."""
    faults.log(fault, str(place))
    return limits.FAULT_OF_OURS.at(place, doing=doing, summary=fault.summary)


@contextmanager
def faults_reported(desk: Desk, place: Place, doing: str) -> Iterator[None]:
    """Report an unexpected exception at the file that is processed, and go on behind the block."""
    with faults.caught(lambda fault: desk.report(reported_fault(place, fault, doing))):
        yield
