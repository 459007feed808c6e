"""The bundled pandoc, run as a filter: text in, text out. It is given no file and no address."""

import signal
import subprocess
from importlib import resources
from typing import Any, Protocol

from pipeline.core.errors import EnvironmentFailure, PressFailure
from pipeline.core.limits import Limit, Resource, give_no_more_time

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

_PIPES: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


class PandocRefusal(PressFailure):
    """Pandoc would not take what it was given; the message is what it said."""


class PandocLimit(PressFailure):
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
        with subprocess.Popen([program, *arguments], env=environment, **_PIPES) as process:
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
