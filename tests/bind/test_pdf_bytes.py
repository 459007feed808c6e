"""The same source, the same bytes: in any process, time zone and hash seed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAY = """
import hashlib
from pipeline.model.formats import Attachment, Claim
from tests.support.bind.sheets import bound, lighting, pack
file = Attachment("a.md", "text/markdown", "Source", "Source", "2022-10-19", b"# A")
claim = Claim(attachments=(file,))
for content in (lighting().pdf, repr(lighting()).encode(), bound(), pack(), bound(claim=claim)):
    print(hashlib.sha256(content).hexdigest())
"""


def digests(zone: str, seed: str, locale: str) -> list[str]:
    """What another process makes."""
    world = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", SAY], env=world, cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout.split()


@pytest.mark.proof
def test_sheets_stamps_and_bound_files_are_the_same_bytes_everywhere() -> None:
    first = digests("Pacific/Auckland", "1", "C.UTF-8")
    assert len(first) == 5
    assert first == digests("America/New_York", "2", "C")
