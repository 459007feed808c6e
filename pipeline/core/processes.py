"""Isolated subprocesses with limits of time and memory; engine mode."""

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
from pipeline.core.files import write_whole
from pipeline.core.messages import message

WRITTEN_FOR: Mapping[str, str] = MappingProxyType({"weasyprint": "70.0", "pydyf": "0.13.0"})
"""The release of the engine that the faster functions were written for: any other takes about twice as long."""


@dataclass(frozen=True, slots=True)
class EngineMode:
    """The mode of the engine: with our faster functions, or plain."""

    asked: str
    """The mode that was asked for: `fast` or `plain`."""
    releases: Mapping[str, str]
    """The releases that there are, by the names of `WRITTEN_FOR`."""

    @property
    def is_known(self) -> bool:
        """True if the engine is the release that the faster functions were written for."""
        return self.releases == WRITTEN_FOR

    @property
    def is_fast(self) -> bool:
        """True if the faster functions stand in for the engine's own."""
        return self.asked == "fast" and self.is_known

    @property
    def is_slowed(self) -> bool:
        """True if the engine works plainly though nobody asked for that."""
        return self.asked == "fast" and not self.is_known


def named(releases: Mapping[str, str]) -> str:
    """Releases of the engine in words."""
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


def reported_fault(place: Location, fault: Fault, doing: str) -> Diagnostic:
    """The diagnostic of a fault of the program; its traceback goes to the log. `doing` is such as 'read this file'."""
    log(fault, str(place))
    return message(FAULT, place, doing=doing, summary=fault.summary)


@contextmanager
def faults_reported(diagnostics: Diagnostics, place: Location, doing: str) -> Iterator[None]:
    """Report an unexpected exception at the file that is processed, and go on behind the block."""
    with caught(lambda fault: diagnostics.report(reported_fault(place, fault, doing))):
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


# Isolation from the environment, of which only the mode of the engine is read, which workers inherit

ENGINE = "BRIEFINGS_ENGINE"
"""The variable of the environment that says how the typesetting engine works."""

ENGINE_MODES = ("fast", "plain")
"""Its values: with our faster functions, which is usual, or with the engine's own alone."""


@cache
def isolate() -> None:
    """Fix the settings that this process and its children would otherwise take from the environment.

    Python looks for modules in the current folder first, and so does each worker that it starts, unless it is told not
    to. Pydantic asks every package that is installed for plugins, which would see each record. Pango asks the locale
    for the language of a text that has none, and then sets Turkish without ligatures.
    """
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    for name in ("PANGO_LANGUAGE", "LANGUAGE"):
        os.environ.pop(name, None)
    for name in ("C.UTF-8", "C.utf8", "C"):  # the first that the machine has; all give the same bytes
        with suppress(locale.Error):
            locale.setlocale(locale.LC_ALL, name)
            os.environ["LC_ALL"] = name
            return


def read_engine_mode() -> str:
    """The mode of the engine that the environment asks for. Raises `UsageError` where there is no such mode."""
    asked = os.environ.get(ENGINE) or ENGINE_MODES[0]
    if asked not in ENGINE_MODES:
        raise UsageError(f"{ENGINE} is {asked!r}; it should be {' or '.join(map(repr, ENGINE_MODES))}.")
    return asked


# Limits of time and memory

Resource = Literal["time", "memory"]
"""The resource that ran out."""

TICK = 0.5
"""Seconds of processor time between two looks at what a job has taken."""

WAY_OUT = 10
"""Ticks that a job has to clean up after it was broken off."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Limit of a job: seconds of processor time, and megabytes of memory of its process."""

    seconds: int
    memory: int

    def exceeded(self, resource: Resource) -> str:
        """Sentence on a job that exceeded this limit."""
        if resource == "time":
            return f"It took longer than {self.seconds} seconds, and was broken off."
        return f"It took more than {self.memory:,} MB of memory, and was broken off."


USUAL = {"press": Limit(120, 1200), "bind": Limit(300, 1200), "proof": Limit(300, 1200)}
"""Limits of each kind of job where the library sets none."""


class LimitReached(BaseException):
    """A job is broken off. No `Exception`, so that no engine takes it for a fault of the text and goes on."""

    def __init__(self, resource: Resource, limit: Limit) -> None:
        super().__init__(resource, limit)
        self.resource: Resource = resource
        self.limit = limit

    def __str__(self) -> str:
        return self.limit.exceeded(self.resource)


@contextmanager
def within(limit: Limit | None, alone: bool = False) -> Iterator[None]:
    """Break off what is done here when it takes more than its limit; none where there is none, or in another thread.

    Of a process that does nothing else, `alone`, the system ends what cannot be broken off.

    Raises:
        LimitReached: when it does, and again after some time, should it have been swallowed.
    """
    if limit is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    ticks = told = 0
    most = max(limit.memory, resident() + limit.memory // 2)

    def look(number: int, frame: FrameType | None) -> None:
        nonlocal ticks, told
        ticks += 1
        if told and ticks < told + WAY_OUT:
            return
        if ticks * TICK >= limit.seconds or resident() > most:
            told = ticks
            raise LimitReached("time" if ticks * TICK >= limit.seconds else "memory", limit)

    signal.signal(signal.SIGPROF, look)
    signal.siginterrupt(signal.SIGPROF, False)
    signal.setitimer(signal.ITIMER_PROF, TICK, TICK)
    try:
        if alone:  # the system ends this process if a call blocks all signals, and caps its memory 100 MB higher
            seconds = int(time.process_time() + limit.seconds * 1.25) + 2
            for kind, much in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_DATA, (most + 100) * 1_000_000)):
                with suppress(OSError, ValueError):  # a limit that the system does not know
                    resource.setrlimit(kind, (much, resource.getrlimit(kind)[1]))
        yield
    finally:
        leave(alone)


def leave(alone: bool) -> None:
    """Watch no longer. The signal stays without effect: by itself it would end the process, even late."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, lambda number, frame: None)
    for kind in (resource.RLIMIT_CPU, resource.RLIMIT_DATA) if alone else ():
        with suppress(OSError, ValueError):
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (hard, hard))


def should_restart(limit: Limit | None) -> bool:
    """Whether this process holds so much memory, for nothing, that another should take its place."""
    return limit is not None and resident() > limit.memory * 0.6


def resident() -> int:
    """Megabytes of memory that this process has now; 0 where the system does not say."""
    with suppress(OSError, ValueError):
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * resource.getpagesize() // 1_000_000
    return 0


def give_no_more_time(process: int, seconds: int) -> None:
    """Have the system end another process when it has worked so long, where the system can."""
    with suppress(AttributeError, OSError, ValueError):
        resource.prlimit(process, resource.RLIMIT_CPU, (seconds, seconds + 1))


# Pandoc, run as a filter: it is given no file and no address

LIMIT = Limit(seconds=60, memory=1000)
"""Limit of one run; formatting a hundred texts takes 1.5 seconds and 150 MB."""


class Pandoc(Protocol):
    """Arguments and what goes in, and what a run may take; gives what comes out."""

    def __call__(self, arguments: tuple[str, ...], text: str, limit: Limit = LIMIT, /) -> str:
        """The output of pandoc."""


PATIENCE = 10
"""Ratio of the limit of elapsed time to that of processor time: the machine may be busy."""

_HEAP_EXHAUSTED, _HEAP_OVERFLOW = 251, 2
"""The exit codes of Haskell's programs that have no memory left: for values, for calls."""

_ENVIRONMENT = {"LANG": "C.UTF-8", "HOME": "/nonexistent", "XDG_DATA_HOME": "/nonexistent"}
"""Nothing of the user's own set-up reaches the engine. What it makes anew at a time has room in a processor's cache."""


class PandocRefusal(TypesettingFailure):
    """Pandoc would not take what it was given; the message is what it said."""


class PandocLimit(TypesettingFailure):
    """Pandoc was broken off, as it took more time or memory than it may."""

    def __init__(self, sentence: str, resource: Resource) -> None:
        super().__init__(sentence, resource)
        self.sentence = sentence
        self.resource: Resource = resource

    def __str__(self) -> str:
        return self.sentence


def run_pandoc(arguments: tuple[str, ...], text: str | bytes, limit: Limit = LIMIT) -> str:
    """The output of pandoc for a text or a document.

    Raises `PandocRefusal` if it refuses, `PandocLimit` if it exceeds the limit.
    """
    given = text if isinstance(text, bytes) else text.encode()
    program = str(resources.files("pypandoc") / "files" / "pandoc")
    environment = {**_ENVIRONMENT, "GHCRTS": f"-A1m -M{limit.memory}m"}
    try:
        pipe = subprocess.PIPE
        command = [program, *arguments]
        with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe) as process:
            give_no_more_time(process.pid, limit.seconds)
            try:
                out, said = process.communicate(given, timeout=limit.seconds * PATIENCE)
            except BaseException as ended:
                process.kill()
                if isinstance(ended, subprocess.TimeoutExpired):
                    raise PandocLimit(limit.exceeded("time"), "time") from ended
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
        raise PandocRefusal(" ".join(said.decode(errors="replace").split()))
    return str(out, "utf-8")
