"""Commands that run beside the tests."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import libraries


def invent(root: Path, briefings: int = 4) -> Path:
    """A library of some briefings and a pack of them."""
    texts = {
        f"briefings/briefing-{number}.md": libraries.briefing(f"Briefing {number} says little [@hughes2018].\n\n" * 3)
        for number in range(briefings)
    }
    members = ", ".join(f"briefing-{number}" for number in range(briefings))
    return libraries.written(root, {**texts, "packs/nights.yaml": f"title: Nights\nbriefings: [{members}]\n"})


@contextmanager
def started(project: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A build at work in a process group of its own; whatever is left of it at the end is ended."""
    command = [*libraries.COMMAND, "build", "--project", str(project), "--date", libraries.DATE, *arguments]
    build = subprocess.Popen(
        command,
        env=libraries.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield build
    finally:
        if alive(build.pid):
            os.killpg(build.pid, signal.SIGKILL)
        build.wait()


def alive(group: int) -> bool:
    """Whether any process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(build: subprocess.Popen[str], word: str, seconds: float) -> None:
    """Wait until the build says a word, and some time more; it may have ended by then."""
    assert build.stderr
    assert not word or any(word in line for line in iter(build.stderr.readline, ""))
    time.sleep(seconds)
