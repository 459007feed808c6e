"""The engine is loaded without the help of other programs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.project import ROOT

NOTE = """
import sys
started = []
def note(event, given):
    if event in ("subprocess.Popen", "os.posix_spawn", "os.system"):
        started.append(given)
sys.addaudithook(note)
import pipeline.press.engine.engine
print(started)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere its libraries are searched for")
def test_no_program_is_started_to_find_the_engines_libraries() -> None:
    done = subprocess.run([sys.executable, "-c", NOTE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
