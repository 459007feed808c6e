"""Pandoc, run as a filter, without files and addresses."""

import resource
import signal
import subprocess
from contextlib import suppress
from importlib import resources
from typing import Protocol

from pipeline.core.diagnostics import (
    EnvironmentFailure,
    TypesettingFailure,
)
from pipeline.core.limits import PATIENCE, Limit, Resource

PANDOC_LIMIT = Limit(seconds=60, memory=1000)
"""Limit of one run; formatting a hundred texts takes 1.5 seconds and 150 MB."""


class Pandoc(Protocol):
    """Runs pandoc with arguments on a text, within a limit."""

    def __call__(self, arguments: tuple[str, ...], text: str, limit: Limit = PANDOC_LIMIT, /) -> str:
        """Return the output of pandoc."""


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
