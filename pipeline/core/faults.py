"""Faults of the program: an unexpected exception is reported at the file that caused it, its traceback is logged."""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath

from pipeline.core.diagnostics import FAULT, Desk, Diagnostic, Place
from pipeline.core.errors import PipelineError, PressFailure, is_of_the_machine
from pipeline.core.files import write_whole
from pipeline.core.messages import message

LOG = "output/faults.log"
"""The log, relative to the project."""

_PACKAGE = Path(__file__).parents[1]
_logs: list["FaultLog"] = []


class Fault(PressFailure):
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
    """The fault that an exception is; one that is a fault already is given this path, unless it has one."""
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
    """True if an exception is unexpected: it has no sentence of its own, and this machine is not its cause."""
    return isinstance(failure, Fault) or not (isinstance(failure, PipelineError) or is_of_the_machine(failure))


@contextmanager
def blamed_on(path: str) -> Iterator[None]:
    """Raise an unexpected exception as a `Fault` of the source that is processed."""
    try:
        yield
    except Exception as failure:
        if not is_fault(failure):
            raise
        raise fault_of(failure, path) from failure


@contextmanager
def caught(report: Callable[[Fault], None], path: str = "") -> Iterator[None]:
    """Report an unexpected exception, and go on behind the block."""
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
        """Rewrite the file with another fault, in place of a link. Ignore a file that cannot be written."""
        self._text += f"{place}: {fault.summary}\n{fault.details}\n"
        with suppress(OSError):
            write_whole(self.path, self._text.encode("utf-8", "replace"))


def log(fault: Fault, place: str) -> None:
    """Write the traceback of a fault to the log, under the place that it is reported at."""
    for one in _logs:
        one.add(fault, place)


def reported_fault(place: Place, fault: Fault, doing: str) -> Diagnostic:
    """The diagnostic of a fault of the program; its traceback goes to the log. `doing` is such as 'read this file'."""
    log(fault, str(place))
    return message(FAULT, place, doing=doing, summary=fault.summary)


@contextmanager
def faults_reported(desk: Desk, place: Place, doing: str) -> Iterator[None]:
    """Report an unexpected exception at the file that is processed, and go on behind the block."""
    with caught(lambda fault: desk.report(reported_fault(place, fault, doing))):
        yield


@contextmanager
def log_in(project: Path) -> Iterator[None]:
    """Keep the log of faults in a project, unless it is open; it has the faults of the last command that met one."""
    if any(kept.path == project / LOG for kept in _logs):
        yield
        return
    _logs.append(FaultLog(project / LOG))
    try:
        yield
    finally:
        _logs.pop()
