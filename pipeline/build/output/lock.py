"""Turns at the output folder: one command works there at a time, and clears away what one before it has left."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.build.project import Project
from pipeline.core.files import remove, remove_empty_folders, sweep
from pipeline.store.store import locked

WAITING = "Another build is at work here; waiting for it to end."

MADE = ("briefings", "packs", "series", "colleges", "printer", "refused", "verify", "site")
"""The folders of what is made."""


@contextmanager
def turn(project: Project) -> Iterator[None]:
    """Hold the output folder. Where a command was stopped there, what it left is taken away first."""
    with locked(project.output, lambda: project.voice.say(WAITING)) as disturbed:
        if disturbed:
            clear_away(project)
        else:
            project.store.sweep()  # a check writes there without a turn
        yield


def clear_away(project: Project) -> None:
    """Take away what stopped commands have left: what was being written, and folders that came to hold nothing."""
    sweep(project.output)
    sweep(project.folder / "source")
    remove(project.output / ".copies")  # where copies were laid out once
    for name in MADE:
        remove_empty_folders(project.output / name)
    for name in ("versions", "approvals", "editions"):
        remove_empty_folders(project.folder / "source" / name)
