"""An interruption that comes while a library's compiled code is loaded."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.libraries import environment

SCRIPT = """
import os, signal, sys
from pipeline.__main__ import run

def look(frame, event, argument):
    if event == "call" and frame.f_code.co_filename.endswith("enum.py") and "pikepdf" in sys.modules:
        sys.setprofile(None)
        os.kill(os.getpid(), signal.SIGTERM)

sys.setprofile(look)
sys.argv = ["briefings", "--project", PROJECT, "build", "--jobs", "1"]
run()
"""
"""Asks the command to end just as pikepdf's compiled code makes its first enumeration."""


@pytest.mark.proof
def test_it_waits_until_that_is_loaded(library: Callable[..., Path]) -> None:
    project = library({"briefings/lamps.md": "---\ntitle: Lamps\nsummary: Lamps.\n---\n\nLamps shine.\n"})
    script = SCRIPT.replace("PROJECT", repr(str(project)))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment(), text=True, timeout=90)
    assert done.returncode == 130, done.stderr
    assert "Interrupted. Nothing is half written" in done.stderr
    assert "Critical" not in done.stderr


CHANGED = """
import os, signal, sys
from pipeline.__main__ import run

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "pipeline.load.library":
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except KeyboardInterrupt as interruption:
                raise ValueError(f"{interruption!r}") from None

sys.meta_path.insert(0, Finder())
sys.argv = ["briefings", "--project", PROJECT, "check"]
run()
"""
"""Interrupts the command, and has a library make another failure of that, as one does that is written in Rust."""


def test_an_interruption_that_a_library_calls_otherwise_is_one(library: Callable[..., Path]) -> None:
    project = library({"briefings/lamps.md": "---\ntitle: Lamps\nsummary: Lamps.\n---\n\nLamps shine.\n"})
    script = CHANGED.replace("PROJECT", repr(str(project)))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment(), text=True, timeout=90)
    assert (done.returncode, done.stderr) == (
        130,
        "Interrupted. Nothing is half written; run the same command again to go on.\n",
    )
