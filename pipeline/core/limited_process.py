"""Run a function on bytes from outside in a process with limits of time and memory.

Libraries that parse such bytes cannot be stopped from within: only a process can be ended. Run as a script, this module
is that process.
"""

import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

PATIENCE = 10
"""Ratio of the limit of elapsed time to that of processor time: the machine may be busy."""

_NO_MEMORY = 77
"""The exit code of a process that exceeded its memory."""


class BrokenOff(Exception):
    """The work was ended; the message is a sentence for the author."""


def run_limited(
    work: Callable[[bytes], bytes], content: bytes, seconds: int, memory: int, elapsed: int | None = None
) -> bytes:
    """Return the result of a function, within limits of processor seconds and of megabytes of memory.

    The limit of elapsed seconds is for work that may wait for a pipe; by default it is `PATIENCE` times as long.

    Raises:
        BrokenOff: if it exceeds a limit or crashes.
    """
    root = str(Path(__file__).resolve().parents[2])
    arguments = (root, work.__module__, work.__name__, str(seconds), str(memory))
    command = [sys.executable, "-I", __file__, *arguments]
    elapsed = elapsed or seconds * PATIENCE
    try:
        run = subprocess.run(command, input=content, capture_output=True, timeout=elapsed, check=False)
    except subprocess.TimeoutExpired:
        raise BrokenOff(f"It took longer than {seconds} seconds.") from None
    if run.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise BrokenOff(f"It took longer than {seconds} seconds.")
    if run.returncode == _NO_MEMORY or run.returncode < 0:
        raise BrokenOff(f"It took more than {memory:,} MB of memory, or the file is damaged.")
    if run.returncode:
        raise RuntimeError(run.stderr.decode(errors="replace"))
    return run.stdout


def _main(root: str, module: str, function: str, seconds: str, memory: str) -> None:
    """Write the result of the function for stdin to stdout."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 2))
        resource.setrlimit(resource.RLIMIT_DATA, (int(memory) * 1_000_000,) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.insert(0, root)
    try:
        result = getattr(import_module(module), function)(sys.stdin.buffer.read())
    except MemoryError:
        sys.exit(_NO_MEMORY)
    sys.stdout.buffer.write(result)


if __name__ == "__main__":
    _main(*sys.argv[1:])
