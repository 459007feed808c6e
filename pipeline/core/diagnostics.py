"""Diagnostics with place, severity and fix; failures of the environment."""

import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

REFUSALS = frozenset(
    getattr(errno, name)
    for name in ("EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EFBIG", "EIO", "EMFILE", "ENFILE", "ESTALE", "EPIPE")
    if hasattr(errno, name)
)
"""Failures that no program can repair: rights, full or broken disks, too many open files, closed pipes."""

LACKS_LIBRARY = "cannot load library"
"""The beginning of the error of the press when a shared library of the system is missing."""


class PipelineError(Exception):
    """A failure that is reported in one line. All arguments go to `super().__init__`, so that it can be pickled."""

    exit_code = 3


class UsageError(PipelineError):
    """The command was called in a way that cannot be carried out (exit 2)."""

    exit_code = 2


class EnvironmentFailure(PipelineError):
    """Something this machine should have is missing or refuses (exit 3)."""


class TypesettingFailure(PipelineError):
    """A document could not be pressed, bound or proofed (exit 4)."""

    exit_code = 4


class JobBroken(TypesettingFailure):
    """A job was broken off: why, as a sentence, and whether for "time" or "memory"."""

    def __init__(self, sentence: str, resource: Literal["time", "memory"]) -> None:
        super().__init__(sentence, resource)
        self.sentence = sentence
        self.resource: Literal["time", "memory"] = resource

    def __str__(self) -> str:
        return self.sentence


class LayoutFault(TypesettingFailure):
    """A file of the layouts that cannot be used: a sentence, its path in the project and its line."""

    def __init__(self, sentence: str, path: str, line: int = 1) -> None:
        super().__init__(sentence, path, line)
        self.sentence = sentence
        self.path = path
        self.line = line

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence}"


def is_of_the_machine(failure: Exception) -> bool:
    """True if this machine refuses something that no text decides."""
    if isinstance(failure, OSError):
        return failure.errno in REFUSALS or str(failure).startswith(LACKS_LIBRARY)
    return isinstance(failure, MemoryError | ImportError)


FAULT = "fault-of-ours"
"""The code of an unexpected exception in the program."""


class Severity(StrEnum):
    """Severity of a diagnostic: an error makes the run fail, a warning only with `--strict`."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file: path relative to the project with `/`, line and column from 1, in characters.

    Line 1, column 1 stands for 'no place known'. In a produced file the line is the page.
    """

    path: str = ""
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One remark to the author: a code, a place, a sentence in their words and a hint."""

    place: Location
    severity: Severity
    code: str
    sentence: str
    hint: str = ""
    validator: str = ""
    """The validator that says so; nothing where it is a check of ours."""

    def __str__(self) -> str:
        line = visible(f"{self.place}: {self.severity} {self.code}: {self.sentence}")
        return f"{line}\n    hint: {visible(self.hint)}" if self.hint else line


Remarks = tuple[Diagnostic, ...]


def visible(words: str, kept: str = "") -> str:
    """The words on one line; nothing in a file's name or in a value can steer a terminal. `kept` stays as it is."""
    return "".join(c if c.isprintable() or c in kept else f"\\u{ord(c):04x}" for c in words)


class Diagnostics:
    """Collector of the diagnostics of a stage, which returns `diagnostics.remarks` at its end."""

    def __init__(self) -> None:
        self._remarks: list[Diagnostic] = []

    def report(self, diagnostic: Diagnostic) -> None:
        """Add one diagnostic."""
        self._remarks.append(diagnostic)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add the diagnostics of another stage."""
        self._remarks.extend(diagnostics)

    @property
    def remarks(self) -> tuple[Diagnostic, ...]:
        """All diagnostics so far, by place, without repetition."""
        return ordered(self._remarks)


_RESTING = ("source/briefings/", "source/handbook/", "source/series/", "source/packs/", "output/")
"""Folders whose files depend on all others and on the folders before them, which may be the cause of their mistakes."""


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics sorted by place, causes before what they bring about; equal ones once."""
    return tuple(sorted(set(diagnostics), key=lambda d: (_turn(d.place.path), d.place, d.code, d.sentence, d.hint)))


def _turn(path: str) -> int:
    """Rank of a file's diagnostics: those on files that others depend on come first."""
    return next((number for number, folder in enumerate(_RESTING, 1) if path.startswith(folder)), 0)


def is_shared(diagnostic: Diagnostic) -> bool:
    """True if it concerns a file that others depend on, such as a bibliography."""
    return bool(diagnostic.place.path) and not _turn(diagnostic.place.path)


def errors(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The errors among the diagnostics."""
    return (d for d in diagnostics if d.severity is Severity.ERROR)


def failed(diagnostics: Iterable[Diagnostic], strict: bool = False) -> bool:
    """Whether the run fails: any error, or with `strict` any remark at all."""
    return any(strict or d.severity is Severity.ERROR for d in diagnostics)


class Refused(PipelineError):
    """Nothing was done, because of these diagnostics (exit 1)."""

    exit_code = 1

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics


def exit_code(diagnostics: Iterable[Diagnostic], strict: bool = False) -> int:
    """The exit code of a run: 4 where the program failed, 1 where the source has errors, else 0."""
    diagnostics = tuple(diagnostics)
    return 4 if has_fault(diagnostics) else int(failed(diagnostics, strict))


def has_fault(diagnostics: Iterable[Diagnostic]) -> bool:
    """True if the program failed somewhere. Other remarks may be wrong then, so nothing is cached."""
    return any(diagnostic.code == FAULT for diagnostic in diagnostics)
