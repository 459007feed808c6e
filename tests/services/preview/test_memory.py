"""The live page takes no more room the longer it runs."""

import re
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.support import libraries
from tests.support.preview import PATIENCE, Onlooker

SAVES = 15
WARM = 10
"""Savings after which all engines have been used."""
MOST = 15
"""Megabytes that it may take more after all these."""

PAGES = "\n\n".join(f"Sentence {number} tells of beats, and of what was found there by night." for number in range(60))
FOOT = libraries.briefing(f"{libraries.CITED}\n\n{PAGES}")


def megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024


@pytest.mark.proof
def test_many_savings_take_no_more_memory(tmp_path: Path) -> None:
    library = libraries.written(tmp_path, {"briefings/foot-patrol.md": FOOT})
    source = library / "source/briefings/foot-patrol.md"
    command = [*libraries.COMMAND, "preview", "foot-patrol", "--port", "0", "--quiet", "--project", str(library)]
    with subprocess.Popen(command, env=libraries.environment(), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        address = running.stdout.readline().removeprefix("Open ").strip()
        with httpx.Client(base_url=address.partition("/enter")[0], timeout=PATIENCE) as client:
            client.get(address)
            pages = Onlooker(client, "/of/foot-patrol/pages")
            shown = pages.next(lambda told: told["pages"])["round"]
            held = []
            for number in range(WARM + SAVES):
                at = f"Sentence {number % 60} tells"
                source.write_text(FOOT.replace(at, f"{at} {number}"), encoding="utf-8")
                before = shown
                shown = pages.next(lambda told, before=before: told["holds"] and told["round"] > before)["round"]
                held.append(megabytes(running.pid))
        running.send_signal(signal.SIGINT)
        running.stdout.read()
    assert min(held[-5:]) - max(held[WARM - 3 : WARM]) < MOST, held
