"""A script run as other machines would run it: far-off time zones, other hash seeds."""

import os
import subprocess
import sys
from collections.abc import Iterator

from tests.support.project import ROOT

WORLDS = (("Pacific/Kiritimati", "1"), ("America/Adak", "7"))
"""Time zones where it is never the same day, each with a seed."""


def elsewhere(script: str) -> Iterator[bytes]:
    """What a script writes, once a world."""
    for zone, seed in WORLDS:
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True)
        assert run.returncode == 0, run.stderr.decode()
        yield run.stdout
