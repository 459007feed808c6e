"""A Java that is kept warm for a session of tests: validators take seconds to start in it, and a fraction to judge.

It runs what is asked of a new one.
"""

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

CLIENT = Path(__file__).with_name("client.py")
NAME = "warm-java-"
"""The beginning of the name of the folder that is put on PATH."""


def keep_java_warm() -> Callable[[], None]:
    """Put a `java` first on PATH that hands on what it is asked; gives what takes it away.

    The Java behind it ends with this process.
    """
    java = shutil.which("java")
    if java is None or os.name != "posix":
        return lambda: None
    folder = Path(tempfile.mkdtemp(prefix=NAME))
    words = (sys.executable, "-ISB", str(CLIENT), str(folder), str(os.getpid()), java)
    (folder / "java").write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
    (folder / "java").chmod(0o755)
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{folder}{os.pathsep}{before}"

    def away() -> None:
        os.environ["PATH"] = before
        shutil.rmtree(folder, ignore_errors=True)

    return away


def path_without_warm_java() -> str:
    """PATH as it is where a new Java is started each time."""
    return os.pathsep.join(one for one in os.environ["PATH"].split(os.pathsep) if not Path(one).name.startswith(NAME))
