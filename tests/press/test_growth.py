"""A worker that sets one text after the other needs no more memory for the hundredth than for the tenth."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import ROOT

STATUS = Path("/proc/self/status")
FIRST, MORE = 30, 40
MOST = 20
"""Kilobytes a text."""

MEASURE = f"""
import gc
from pathlib import Path
from pipeline.press.press import press
from tests.support.press.manuscripts import HEAD, manuscript, paragraphs, picture, table

def kilobytes():
    gc.collect()
    (line,) = [line for line in Path("{STATUS}").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1])

def texts(first, count):
    for number in range(first, first + count):
        code = "".join(f"M{{n * number % 97}} {{n % 89}}h1v1h-1z" for n in range(200))
        drawn = picture(f'<path d="{{code}}"/>')
        shown = f'<p id="q"><img id="i" alt="A code" src="asset:{{drawn.sha256}}"/></p>'
        style = "p, td {{ font-variant-numeric: tabular-nums }}"
        yield manuscript(HEAD + shown + paragraphs(20) + table(6), style, (drawn,))

for text in texts(0, {FIRST}):
    press(text)
before = kilobytes()
for text in texts({FIRST}, {MORE}):
    press(text)
print((kilobytes() - before) / {MORE})
"""


@pytest.mark.proof
@pytest.mark.skipif(not STATUS.exists(), reason="only Linux says how much memory a process has")
def test_memory_stays_what_it_is() -> None:
    run = subprocess.run(
        (sys.executable, "-c", MEASURE), cwd=ROOT, capture_output=True, text=True, timeout=600, check=True
    )
    assert float(run.stdout) < MOST
