"""The command `briefings`: everything that must not happen before the arguments are known stays out of here."""

from __future__ import annotations

import os
import signal
import sys
import traceback

import click

from pipeline.errors import PipelineError


def run() -> None:
    """Run the command and leave with its exit code; asked to end, it tidies up as after Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(guarded(sys.argv[1:]))


def guarded(arguments: list[str]) -> int:
    """The exit code of the command; no failure escapes untold."""
    from pipeline.cli import main

    try:
        code = main.main(args=arguments, prog_name="briefings", standalone_mode=False)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. Nothing is half written; run the same command again to go on.", err=True)
        return 130
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except PipelineError as failure:
        click.echo(f"briefings: {failure}", err=True)
        return failure.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        traceback.print_exc()
        click.echo("\nbriefings: this is a fault in the pipeline, not in your text. Please report it.", err=True)
        return 4
    return int(code or 0)


if __name__ == "__main__":
    run()
