"""Work on bytes from outside, done in a process of its own that may take so much time and memory and no more.

What such libraries do cannot be stopped from within: only a process can be ended. Run as a script this is that process.
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
"""The exit code of a process that was given no more memory."""


class BrokenOff(Exception):
    """Work that was ended; the message is a sentence for the author."""


def limited(
    work: Callable[[bytes], bytes], content: bytes, seconds: int, memory: int, elapsed: int | None = None
) -> bytes:
    """The result of a function on some bytes, within a limit of processor time in seconds and memory in megabytes.

    The limit of elapsed seconds is for work that may wait for a pipe; the usual one is `PATIENCE` times as long.

    Raises:
        BrokenOff: if it takes more, or breaks down.
    """
    root = str(Path(__file__).resolve().parents[2])
    asked = (root, work.__module__, work.__name__, str(seconds), str(memory))
    command = [sys.executable, "-I", __file__, *asked]
    elapsed = elapsed or seconds * PATIENCE
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=elapsed, check=False)
    except subprocess.TimeoutExpired:
        raise BrokenOff(f"It took longer than {seconds} seconds.") from None
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise BrokenOff(f"It took longer than {seconds} seconds.")
    if done.returncode == _NO_MEMORY or done.returncode < 0:
        raise BrokenOff(f"It took more than {memory:,} MB of memory, or what it holds is damaged.")
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.stdout


def _main(root: str, module: str, function: str, seconds: str, memory: str) -> None:
    """Do the work within its limits: what comes in goes through the function, and out."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 2))
        resource.setrlimit(resource.RLIMIT_DATA, (int(memory) * 1_000_000,) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.insert(0, root)
    try:
        made = getattr(import_module(module), function)(sys.stdin.buffer.read())
    except MemoryError:
        sys.exit(_NO_MEMORY)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    _main(*sys.argv[1:])
