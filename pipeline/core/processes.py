"""Faults of the program, the engine mode, and processes with limits of time and memory."""

import locale
import os
import resource
import signal
import subprocess
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path, PurePath
from types import FrameType, MappingProxyType
from typing import Literal, Protocol

from pipeline.core.diagnostics import (
    FAULT,
    Diagnostic,
    Diagnostics,
    EnvironmentFailure,
    Location,
    PipelineError,
    TypesettingFailure,
    UsageError,
    is_of_the_machine,
)
from pipeline.core.files import write_atomically
from pipeline.core.messages import message

TESTED_ENGINE: Mapping[str, str] = MappingProxyType({"weasyprint": "70.0", "pydyf": "0.13.0"})
"""The releases of the engine that our faster functions were written for; any other takes about twice as long."""


@dataclass(frozen=True, slots=True)
class EngineMode:
    """The mode of the engine: with our faster functions, or plain."""

    asked: str
    """The mode that was asked for: `fast` or `plain`."""
    releases: Mapping[str, str]
    """The installed releases, by the names in `TESTED_ENGINE`."""

    @property
    def is_known(self) -> bool:
        """True if the engine is the release that the faster functions were written for."""
        return self.releases == TESTED_ENGINE

    @property
    def is_fast(self) -> bool:
        """True if the faster functions replace the engine's own."""
        return self.asked == "fast" and self.is_known

    @property
    def is_slowed(self) -> bool:
        """True if the engine is plain although `fast` was asked for."""
        return self.asked == "fast" and not self.is_known


def engine_releases(releases: Mapping[str, str]) -> str:
    """Return the releases of the engine in words."""
    return f"WeasyPrint {releases['weasyprint']} with pydyf {releases['pydyf']}"


# Faults of the program

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


# Isolation from the environment. Only the mode of the engine is read from it; workers inherit it.

ENGINE = "BRIEFINGS_ENGINE"
"""The environment variable for the mode of the typesetting engine."""

ENGINE_MODES = ("fast", "plain")
"""Its values: with our faster functions (the default), or with the engine's own alone."""


@cache
def isolate() -> None:
    """Fix the settings that this process and its children would otherwise take from the environment.

    By default Python and its workers look for modules in the current folder first; Pydantic asks every installed
    package for plugins, which would see each record; Pango takes the language of a text that has none from the locale,
    and then sets Turkish without ligatures.
    """
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    for name in ("PANGO_LANGUAGE", "LANGUAGE"):
        os.environ.pop(name, None)
    for name in ("C.UTF-8", "C.utf8", "C"):  # the first that is installed; all give the same bytes
        with suppress(locale.Error):
            locale.setlocale(locale.LC_ALL, name)
            os.environ["LC_ALL"] = name
            return


def read_engine_mode() -> str:
    """Return the mode of the engine that the environment asks for. Raises `UsageError` for an unknown one."""
    asked = os.environ.get(ENGINE) or ENGINE_MODES[0]
    if asked not in ENGINE_MODES:
        raise UsageError(f"{ENGINE} is {asked!r}; it should be {' or '.join(map(repr, ENGINE_MODES))}.")
    return asked


# Limits of time and memory

Resource = Literal["time", "memory"]
"""The resource that ran out."""

_TICK = 0.5
"""Seconds of processor time between two checks of a job."""

_TICKS_TO_CLEAN_UP = 10
"""Ticks that a job has to clean up after it was broken off."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Limit of a job: seconds of processor time, and megabytes of memory of its process."""

    seconds: int
    memory: int

    def exceeded(self, resource: Resource) -> str:
        """Return the sentence about a job that exceeded this limit."""
        if resource == "time":
            return f"It took longer than {self.seconds} seconds, and was broken off."
        return f"It took more than {self.memory:,} MB of memory, and was broken off."


DEFAULT_LIMITS = {"press": Limit(120, 1200), "bind": Limit(300, 1200), "proof": Limit(300, 1200)}
"""Limits of each kind of job if the library sets none."""


class LimitReached(BaseException):
    """A job is broken off. Not an `Exception`, so that no engine takes it for an error in the text and goes on."""

    def __init__(self, resource: Resource, limit: Limit) -> None:
        super().__init__(resource, limit)
        self.resource: Resource = resource
        self.limit = limit

    def __str__(self) -> str:
        return self.limit.exceeded(self.resource)


@contextmanager
def break_off_after(limit: Limit | None, alone: bool = False) -> Iterator[None]:
    """Break off the block when it exceeds its limit. Without a limit, or in another thread, do nothing.

    In a process that does nothing else (`alone`), the system ends code that cannot be broken off.

    Raises:
        LimitReached: when it does, and again after some time, in case it was swallowed.
    """
    if limit is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    ticks = raised_at = 0
    megabytes = max(limit.memory, resident_megabytes() + limit.memory // 2)

    def check(number: int, frame: FrameType | None) -> None:
        nonlocal ticks, raised_at
        ticks += 1
        if raised_at and ticks < raised_at + _TICKS_TO_CLEAN_UP:
            return
        if ticks * _TICK >= limit.seconds or resident_megabytes() > megabytes:
            raised_at = ticks
            raise LimitReached("time" if ticks * _TICK >= limit.seconds else "memory", limit)

    signal.signal(signal.SIGPROF, check)
    signal.siginterrupt(signal.SIGPROF, False)
    signal.setitimer(signal.ITIMER_PROF, _TICK, _TICK)
    try:
        if alone:  # the system ends this process if a call blocks all signals, and caps its memory 100 MB higher
            seconds, size = int(time.process_time() + limit.seconds * 1.25) + 2, (megabytes + 100) * 1_000_000
            for kind, value in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_DATA, size)):
                with suppress(OSError, ValueError):  # a limit that the system does not know
                    resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))
        yield
    finally:
        stop_checking_limit(alone)


def stop_checking_limit(alone: bool) -> None:
    """Stop the checks. The signal gets an empty handler: a late one would otherwise end the process."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, lambda number, frame: None)
    for kind in (resource.RLIMIT_CPU, resource.RLIMIT_DATA) if alone else ():
        with suppress(OSError, ValueError):
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (hard, hard))


def should_restart(limit: Limit | None) -> bool:
    """True if this process has so much memory left from earlier jobs that a new one should replace it."""
    return limit is not None and resident_megabytes() > limit.memory * 0.6


def resident_megabytes() -> int:
    """Return the megabytes of memory of this process; 0 if the system does not say."""
    with suppress(OSError, ValueError):
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * resource.getpagesize() // 1_000_000
    return 0


# Pandoc, run as a filter, without files and addresses

PANDOC_LIMIT = Limit(seconds=60, memory=1000)
"""Limit of one run; formatting a hundred texts takes 1.5 seconds and 150 MB."""


class Pandoc(Protocol):
    """Runs pandoc with arguments on a text, within a limit."""

    def __call__(self, arguments: tuple[str, ...], text: str, limit: Limit = PANDOC_LIMIT, /) -> str:
        """Return the output of pandoc."""


PATIENCE = 10
"""Ratio of the limit of elapsed time to that of processor time: the machine may be busy."""

_HEAP_EXHAUSTED, _HEAP_OVERFLOW = 251, 2
"""The exit codes of Haskell programs without memory: for values, for calls."""

_ENVIRONMENT = {"LANG": "C.UTF-8", "HOME": "/nonexistent", "XDG_DATA_HOME": "/nonexistent"}
"""The user's own settings do not reach the engine."""


class PandocRefusal(TypesettingFailure):
    """Pandoc rejected its input; the message is pandoc's."""


class PandocLimit(TypesettingFailure):
    """Pandoc was broken off, because it exceeded its limit of time or memory."""

    def __init__(self, sentence: str, resource: Resource) -> None:
        super().__init__(sentence, resource)
        self.sentence = sentence
        self.resource: Resource = resource

    def __str__(self) -> str:
        return self.sentence


def run_pandoc(arguments: tuple[str, ...], text: str | bytes, limit: Limit = PANDOC_LIMIT) -> str:
    """Return the output of pandoc for a text or a document.

    Raises `PandocRefusal` if it rejects the input, `PandocLimit` if it exceeds the limit.
    """
    content = text if isinstance(text, bytes) else text.encode()
    command = [str(resources.files("pypandoc") / "files" / "pandoc"), *arguments]
    # an allocation area of 1 MB (-A) fits in a processor's cache
    environment = {**_ENVIRONMENT, "GHCRTS": f"-A1m -M{limit.memory}m"}
    pipe = subprocess.PIPE
    try:
        with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe) as process:
            with suppress(AttributeError, OSError, ValueError):  # not every system can limit another process
                resource.prlimit(process.pid, resource.RLIMIT_CPU, (limit.seconds, limit.seconds + 1))
            try:
                output, errors = process.communicate(content, timeout=limit.seconds * PATIENCE)
            except BaseException as interruption:
                process.kill()
                if isinstance(interruption, subprocess.TimeoutExpired):
                    raise PandocLimit(limit.exceeded("time"), "time") from interruption
                raise
    except OSError as error:
        raise EnvironmentFailure(
            f"The citation engine cannot be started ({error.strerror}): install the package pypandoc-binary."
        ) from error
    if process.returncode == -signal.SIGXCPU:
        raise PandocLimit(limit.exceeded("time"), "time")
    if process.returncode in (_HEAP_EXHAUSTED, _HEAP_OVERFLOW):
        raise PandocLimit(limit.exceeded("memory"), "memory")
    if process.returncode < 0:
        raise EnvironmentFailure(f"The citation engine was stopped by signal {-process.returncode}.")
    if process.returncode:
        raise PandocRefusal(" ".join(errors.decode(errors="replace").split()))
    return str(output, "utf-8")
