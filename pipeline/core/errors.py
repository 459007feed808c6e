"""Failures of the environment: neither the author's mistakes nor faults of ours."""

from typing import Literal


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
