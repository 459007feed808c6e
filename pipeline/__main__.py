"""The command `briefings`: signals, exit codes and unexpected errors. Loads little, so that it starts quickly."""

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
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ends silently until the handlers below are set

import click

from pipeline import __version__
from pipeline.core.diagnostics import LACKS_LIBRARY, REFUSALS, EnvironmentFailure, PipelineError, visible
from pipeline.core.environment import isolate
from pipeline.core.faults import Fault
from pipeline.core.files import stop_writing

PATIENCE = 5
"""Seconds after Ctrl-C for workers to end; then the process ends without them."""

RETRY = 0.02
"""Seconds until a postponed interruption is tried again."""

IGNORED_WARNING = "ignore:resource_tracker:UserWarning"
"""Python's resource tracker would warn that it removes the semaphores of a pool that was not shut down."""

_CANNOT_LOAD = re.compile(rf"{LACKS_LIBRARY} '([^']+)'")
"""Error message of the press if a shared library of the system is missing."""


_signals: list[int] = []
"""The signals to end that this process has received."""

_INTERRUPTED = "Interrupted. Nothing is half written; run the same command again to go on."


def run() -> None:
    """Run the command and exit with its code. SIGTERM has the same effect as Ctrl-C.

    At the end all files are written and all workers have ended. The process then exits without a clean-up of Python,
    because not all libraries support that, and a second Ctrl-C must not change the exit code. The exit code is 130 if a
    signal arrived before the end of the command, even if it was completed.
    """
    isolate()

    def end(number: int, frame: FrameType | None) -> None:
        _signals.append(number)
        if _loads_compiled_code(frame):
            threading.Timer(RETRY, os.kill, (os.getpid(), number)).start()
            return
        stop_writing()
        last_exit = threading.Timer(PATIENCE, os._exit, (130,))
        last_exit.daemon = True
        last_exit.start()
        raise KeyboardInterrupt

    os.environ["PYTHONWARNINGS"] = ",".join(filter(None, (os.environ.get("PYTHONWARNINGS"), IGNORED_WARNING)))
    sys.unraisablehook = _report_unraisable
    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    try:
        code = guarded(sys.argv[1:])
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        code = 130 if _signals else code
    except KeyboardInterrupt:
        code = 130
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _loads_compiled_code(frame: FrameType | None) -> bool:
    """True if an extension module is being loaded: some of them crash if that is interrupted."""
    while frame is not None:
        if isinstance(frame.f_locals.get("self"), ExtensionFileLoader):
            return True
        frame = frame.f_back
    return False


def _report_unraisable(arguments: sys.UnraisableHookArgs) -> None:
    """Report an exception that cannot be raised. The next attempt to write raises an interruption again."""
    if not isinstance(arguments.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(arguments)


def guarded(arguments: list[str]) -> int:
    """Run the command and return its exit code; every exception is reported."""
    try:
        from pipeline.cli.main import main

        code = main.main(args=arguments, prog_name="briefings", standalone_mode=False)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(_INTERRUPTED, err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
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
        if _signals:  # extension modules turn an interruption into another exception
            click.echo(_INTERRUPTED, err=True)
            return 130
        if sentence := _refusal(failure):
            click.echo(visible(f"briefings: {sentence}"), err=True)
            return EnvironmentFailure.exit_code
        traceback.print_exc()
        click.echo(
            f"\nbriefings {__version__}: this is an error in the program, not in your text. Please report it "
            "with the lines above.",
            err=True,
        )
        return 4
    return int(code or 0)


def _refusal(failure: Exception) -> str:
    """Return a refusal of the system as a sentence, or "" for other failures."""
    if lacking := _CANNOT_LOAD.match(str(failure)):
        return f"The press cannot load the library '{lacking[1]}'. Run 'briefings doctor' to see what is missing."
    if not isinstance(failure, OSError) or failure.errno not in REFUSALS:
        return ""
    if not isinstance(failure.filename, str | bytes):  # an open file has a number, or no name
        return f"The system refused: {failure.strerror}."
    may = "may not" if isinstance(failure, PermissionError) else "cannot"
    return f"{os.fsdecode(failure.filename)} {may} be used: {failure.strerror}."


if __name__ == "__main__":
    run()
