"""The command `briefings`: everything that must not happen before the arguments are known stays out of here."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import threading
import traceback
from importlib.machinery import ExtensionFileLoader
from types import FrameType

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the command can end in its own way, it ends without a word

import click

from pipeline import __version__
from pipeline.core.diagnostics import LACKS_LIBRARY, REFUSALS, EnvironmentFailure, PipelineError, visible
from pipeline.core.files import stop_writing
from pipeline.core.processes import Fault, isolate

PATIENCE = 5
"""Seconds after Ctrl-C in which workers are to have gone; then the process leaves all the same."""

SOON = 0.02
"""Seconds until an interruption is tried again that came at a wrong moment."""

UNTOLD = "ignore:resource_tracker:UserWarning"
"""A warning of Python that need not be told.

A process that leaves at once leaves the semaphores of its pool to another one of Python's, which takes them away, and
would say so.
"""

_CANNOT_LOAD = re.compile(rf"{LACKS_LIBRARY} '([^']+)'")
"""Error message of the press when a shared library of the system is missing."""


_asked: list[int] = []
"""The signals that have asked this process to end."""

_INTERRUPTED = "Interrupted. Nothing is half written; run the same command again to go on."


def run() -> None:
    """Run the command and leave with its exit code; asked to end, it tidies up as after Ctrl-C.

    All is written and every worker has gone by the end. The process then leaves without taking itself apart: the
    engines' libraries are not all at ease with that, and a second Ctrl-C must not spoil the exit code. Asked to end
    before the command was over it leaves with 130, though all may have been made by then.
    """
    isolate()

    def end(number: int, frame: FrameType | None) -> None:
        _asked.append(number)
        if _loads_compiled_code(frame):
            threading.Timer(SOON, os.kill, (os.getpid(), number)).start()
            return
        stop_writing()
        _end()

    os.environ["PYTHONWARNINGS"] = ",".join(filter(None, (os.environ.get("PYTHONWARNINGS"), UNTOLD)))
    sys.unraisablehook = _unheard
    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    try:
        code = guarded(sys.argv[1:])
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        code = 130 if _asked else code
    except KeyboardInterrupt:
        code = 130
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _loads_compiled_code(frame: FrameType | None) -> bool:
    """Whether a module of compiled code is being loaded, some of which end the process if that is interrupted."""
    while frame is not None:
        if isinstance(frame.f_locals.get("self"), ExtensionFileLoader):
            return True
        frame = frame.f_back
    return False


def _unheard(lost: sys.UnraisableHookArgs) -> None:
    """Tell of a failure that was raised where nobody hears it; an interruption is raised again by the next writing."""
    if not isinstance(lost.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(lost)


def _end() -> None:
    """Begin to end; whatever holds the process up then holds it no longer than `PATIENCE`."""
    last = threading.Timer(PATIENCE, os._exit, (130,))
    last.daemon = True
    last.start()
    raise KeyboardInterrupt


def guarded(arguments: list[str]) -> int:
    """The exit code of the command; no failure escapes untold."""
    try:
        from pipeline.cli.main import main

        code = main.main(args=arguments, prog_name="briefings", standalone_mode=False)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(_INTERRUPTED, err=True)
        return 130
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except Fault as fault:
        click.echo(f"{fault.details}\nbriefings {__version__}: {fault}", err=True)
        return fault.exit_code
    except PipelineError as failure:
        click.echo(visible(f"briefings: {failure}", "\n"), err=True)
        return failure.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as failure:
        if _asked:  # libraries of compiled code make another failure of an interruption
            click.echo(_INTERRUPTED, err=True)
            return 130
        if said := _refusal(failure):
            click.echo(visible(f"briefings: {said}"), err=True)
            return EnvironmentFailure.exit_code
        traceback.print_exc()
        click.echo(
            f"\nbriefings {__version__}: this is a fault in the pipeline, not in your text. Please report it, "
            "with the lines above, to those you have the program from.",
            err=True,
        )
        return 4
    return int(code or 0)


def _refusal(failure: Exception) -> str:
    """A refusal of the machine in a sentence; nothing where the failure is of another kind."""
    if lacking := _CANNOT_LOAD.match(str(failure)):
        return (
            f"The press cannot load the library '{lacking[1]}'. "
            "'briefings doctor' says what this machine lacks, and what mends it."
        )
    if not isinstance(failure, OSError) or failure.errno not in REFUSALS:
        return ""
    if not isinstance(failure.filename, str | bytes):  # a file that is open has a number, or none
        return f"The system refused: {failure.strerror}."
    may = "may not" if isinstance(failure, PermissionError) else "cannot"
    return f"{os.fsdecode(failure.filename)} {may} be used: {failure.strerror}."


if __name__ == "__main__":
    run()
