"""The bundled pandoc, run as a filter: text in, text out. It is given no file and no address."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from importlib import resources

from pipeline.errors import EnvironmentFailure, PressFailure

Pandoc = Callable[[tuple[str, ...], str], str]
"""Arguments and what goes in; what comes out."""

_ENVIRONMENT = {"LANG": "C.UTF-8", "HOME": "/nonexistent", "XDG_DATA_HOME": "/nonexistent", "GHCRTS": "-A1m"}
"""Nothing of the user's own set-up reaches the engine. What it makes anew at a time has room in a processor's cache."""


class PandocRefusal(PressFailure):
    """Pandoc would not take what it was given; the message is what it said."""


def run_pandoc(arguments: tuple[str, ...], text: str) -> str:
    """What pandoc prints for a text; raises `PandocRefusal` if it refuses."""
    program = str(resources.files("pypandoc") / "files" / "pandoc")
    try:
        done = subprocess.run(
            [program, *arguments], input=text.encode(), capture_output=True, env=_ENVIRONMENT, check=False
        )
    except OSError as error:
        raise EnvironmentFailure(
            f"The citation engine cannot be started ({error.strerror}): install the package pypandoc-binary."
        ) from error
    if done.returncode < 0:
        raise EnvironmentFailure(f"The citation engine was stopped by signal {-done.returncode}.")
    if done.returncode:
        raise PandocRefusal(" ".join(done.stderr.decode(errors="replace").split()))
    return done.stdout.decode()
