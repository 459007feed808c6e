"""`python -m bench.preview`: from a saved text to its new page in the browser, in milliseconds."""

import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from tests.support import libraries
from tests.support.preview import PATIENCE, Onlooker
from tests.support.project import ROOT

SAVES = 21
"""Of each text in each view; the first warms and does not count."""
WORD = "the"
TEXTS = {"focused-deterrence": ("pages", "web"), "police-led-interventions": ("pages", "large")}
"""Texts of three and of four pages, the latter some eight in large print, and the views of each."""


def saved(pages: Onlooker, place: Path, text: str, number: int) -> float:
    """Milliseconds from a save, which changes a word of the body, to what the browser is told of it."""
    front, mark, body = text.rpartition("\n---\n")
    at = body.index(f" {WORD} ")
    beside = place.with_name(f".{place.name}.new")
    beside.write_text(f"{front}{mark}{body[:at]} {WORD} {number}{body[at + len(WORD) + 1 :]}", encoding="utf-8")
    before = pages.last["round"]
    started = time.perf_counter()
    beside.replace(place)
    pages.next(lambda told: told["holds"] and told["round"] > before)
    return (time.perf_counter() - started) * 1000


def measured(address: str, library: Path) -> None:
    """Say the median and the least of each text in each view."""
    with httpx.Client(base_url=address.partition("/enter")[0], timeout=PATIENCE) as client:
        client.get(address)
        for name, views in TEXTS.items():
            place = library / "source/briefings" / f"{name}.md"
            text = place.read_text("utf-8")
            for view in views:
                pages = Onlooker(client, f"/of/{name}/{view}")
                pages.next(lambda told: told["holds"] and told["round"])
                took = [saved(pages, place, text, number) for number in range(SAVES)][1:]
                pages.leave()
                sys.stdout.write(f"{name}, {view}: {statistics.median(took):.0f} ms, least {min(took):.0f}\n")


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        library = Path(folder)
        shutil.copytree(ROOT / "source", library / "source")
        command = [*libraries.COMMAND, "preview", "--port", "0", "--quiet", "--project", folder]
        with subprocess.Popen(command, env=libraries.environment(), stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout
            try:
                measured(running.stdout.readline().removeprefix("Open ").strip(), library)
            finally:
                running.send_signal(signal.SIGINT)
                running.stdout.read()
