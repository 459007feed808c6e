"""Failures of the environment: neither the author's mistakes nor faults of ours."""

import errno
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

    exit_code = 3


class PressFailure(PipelineError):
    """A document could not be pressed, bound or proofed (exit 4)."""

    exit_code = 4


class JobBroken(PressFailure):
    """A job was broken off: why, as a sentence, and whether for "time" or "memory"."""

    def __init__(self, sentence: str, resource: Literal["time", "memory"]) -> None:
        super().__init__(sentence, resource)
        self.sentence = sentence
        self.resource: Literal["time", "memory"] = resource

    def __str__(self) -> str:
        return self.sentence


class LayoutFault(PressFailure):
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
