"""Faults of the program: unexpected exceptions, their source, and their log."""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath

from pipeline.core.diagnostics import (
    FAULT,
    Diagnostic,
    Diagnostics,
    Location,
    PipelineError,
    TypesettingFailure,
    is_of_the_machine,
)
from pipeline.core.files import write_atomically
from pipeline.core.messages import message

LOG = "output/faults.log"
"""The log, relative to the project."""

_PACKAGE = Path(__file__).parents[1]
_logs: list["FaultLog"] = []


class Fault(TypesettingFailure):
    """An unexpected exception: what and where, such as 'KeyError in compose/page/body.py:96', and its traceback."""

    def __init__(self, summary: str, details: str, path: str = "") -> None:
        super().__init__(summary, details, path)
        self.summary, self.details = summary, details
        self.path = path
        """The source that was processed, relative to the project, if that is known."""

    def __str__(self) -> str:
        where = f"while it processed {self.path} " if self.path else ""
        return f"The program failed {where}({self.summary}). Please report it, and send {LOG} with it."


def fault_of(failure: Exception, path: str = "") -> Fault:
    """Return an exception as a fault. One that is a fault already gets this path, unless it has one."""
    if isinstance(failure, Fault):
        return failure if failure.path else Fault(failure.summary, failure.details, path)
    frames = traceback.extract_tb(failure.__traceback__)
    own = [frame for frame in frames if PurePath(frame.filename).is_relative_to(_PACKAGE)] or frames
    where = ""
    if own:
        file = PurePath(own[-1].filename)
        file = file.relative_to(_PACKAGE) if file.is_relative_to(_PACKAGE) else PurePath(file.name)
        where = f" in {file.as_posix()}:{own[-1].lineno}"
    return Fault(f"{type(failure).__name__}{where}", "".join(traceback.format_exception(failure)), path)


def is_fault(failure: Exception) -> bool:
    """True if an exception is unexpected: it has no sentence for users, and this machine is not its cause."""
    return isinstance(failure, Fault) or not (isinstance(failure, PipelineError) or is_of_the_machine(failure))


@contextmanager
def blame_faults_on(path: str) -> Iterator[None]:
    """Raise an unexpected exception as a `Fault` of the source that is processed."""
    try:
        yield
    except Exception as failure:
        if not is_fault(failure):
            raise
        raise fault_of(failure, path) from failure


@contextmanager
def catch_faults(report: Callable[[Fault], None], path: str = "") -> Iterator[None]:
    """Report an unexpected exception, and go on after the block."""
    try:
        yield
    except Exception as failure:
        if not is_fault(failure):
            raise
        report(fault_of(failure, path))


class FaultLog:
    """The log of one command: the faults that it met, in the order in which they were reported."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._text = ""

    def add(self, fault: Fault, place: str) -> None:
        """Add a fault, and rewrite the file. Replace a link, and ignore a file that cannot be written."""
        self._text += f"{place}: {fault.summary}\n{fault.details}\n"
        with suppress(OSError):
            write_atomically(self.path, self._text.encode("utf-8", "replace"))


def log_fault(fault: Fault, place: str) -> None:
    """Write the traceback of a fault to the log, under the place that it is reported at."""
    for fault_log in _logs:
        fault_log.add(fault, place)


def report_fault(place: Location, fault: Fault, doing: str) -> Diagnostic:
    """Return the diagnostic of a fault, and log its traceback. `doing` is such as 'read this file'."""
    log_fault(fault, str(place))
    return message(FAULT, place, doing=doing, summary=fault.summary)


@contextmanager
def report_faults(diagnostics: Diagnostics, place: Location, doing: str) -> Iterator[None]:
    """Report an unexpected exception at the file that is processed, and go on after the block."""
    with catch_faults(lambda fault: diagnostics.report(report_fault(place, fault, doing))):
        yield


@contextmanager
def open_fault_log(project: Path) -> Iterator[None]:
    """Log faults in a project, unless its log is open. The log has the faults of the last command that met any."""
    if any(fault_log.path == project / LOG for fault_log in _logs):
        yield
        return
    _logs.append(FaultLog(project / LOG))
    try:
        yield
    finally:
        _logs.pop()
