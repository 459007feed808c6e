"""Codes: work that was broken off: it takes too long or too much memory, or the program failed."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.codes._code import error
from pipeline.core import faults
from pipeline.core.diagnostics import FAULT, Desk, Diagnostic, Place

JOB_TOO_LONG = error(
    "{sentence}",
    example="This took longer than 120 seconds, and was broken off.",
    why="A file that would take minutes or for ever holds up everybody's build. It is left out; all else is built.",
    remedy="Make what it holds simpler. Setting, binding and inspecting may take more: 'limits:' in library.yaml.",
)
JOB_TOO_LARGE = error(
    "{sentence}",
    example="This took more than 1,200 MB of memory, and was broken off.",
    why="A file that unfolds to very much takes the memory of the whole machine. It is left out; all else is built.",
    remedy="Make what it holds simpler. Setting, binding and inspecting may take more: 'limits:' in library.yaml.",
)
FAULT_OF_OURS = error(
    "The program failed while it {doing} ({summary}).",
    example="The program failed while it read this file (IndexError in load/markdown/inlines.py:197).",
    name=FAULT,
    why="An error in the program must not stop the other texts: they are built, and the command ends with exit code 4.",
    remedy=f"This is an error in the program, not in your text. Report it, and send {faults.LOG} with it.",
    cause=True,
)


def reported_fault(place: Place, fault: faults.Fault, doing: str) -> Diagnostic:
    """The diagnostic of a fault of the program; its traceback goes to the log. `doing` is such as 'read this file'."""
    faults.log(fault, str(place))
    return FAULT_OF_OURS.at(place, doing=doing, summary=fault.summary)


@contextmanager
def faults_reported(desk: Desk, place: Place, doing: str) -> Iterator[None]:
    """Report an unexpected exception at the file that is processed, and go on behind the block."""
    with faults.caught(lambda fault: desk.report(reported_fault(place, fault, doing))):
        yield
