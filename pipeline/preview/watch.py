"""The watch over the folders that texts and layouts stand in."""

from collections.abc import Iterable
from pathlib import Path, PurePath
from threading import Event, Thread

from watchfiles import Change, watch

from pipeline.preview.desk import LiveDesk
from pipeline.preview.live import SAVED

SETTLES, WAITS = 15, 120
"""Milliseconds in which nothing is saved before it counts as done, and the most that is waited for that."""

WATCHED = ("source", "layouts")
"""The folders of a library that its pages are made of."""


def is_ours(change: Change, path: str) -> bool:
    """Whether a file is one that is read: not hidden, and not what an editor or Word keeps beside an open text."""
    name = PurePath(path).name
    return not name.startswith((".", "~$")) and not name.endswith(("~", ".swp", ".tmp"))


def start_watch(desk: LiveDesk, folder: Path, stop: Event) -> Thread:
    """Tell the desk of everything that is saved, from a thread of its own, until it is to stop."""
    folders = [folder / name for name in WATCHED if (folder / name).is_dir()]
    thread = Thread(target=_watch, args=(desk, folders, stop), name="watch", daemon=True)
    thread.start()
    return thread


def _watch(desk: LiveDesk, folders: Iterable[Path], stop: Event) -> None:
    for _ in watch(
        *folders, watch_filter=is_ours, debounce=WAITS, step=SETTLES, stop_event=stop, raise_interrupt=False
    ):
        desk.wishes.put(SAVED)
