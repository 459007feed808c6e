"""The watch over the folders that texts and layouts stand in."""

from collections.abc import Sequence
from pathlib import Path, PurePath
from queue import SimpleQueue
from threading import Event, Thread

from watchfiles import Change, watch

from pipeline.preview.live import SAVED

SETTLES, WAITS = 15, 120
"""Milliseconds in which nothing is saved before it counts as done, and the most that is waited for that."""

WATCHED = ("source", "layouts")
"""The folders of a library that its pages are made of."""


def is_ours(change: Change, path: str) -> bool:
    """Whether a file is one that is read: not hidden, and not what an editor or Word keeps beside an open text."""
    name = PurePath(path).name
    return not name.startswith((".", "~$")) and not name.endswith(("~", ".swp", ".tmp"))


def start_watch(wishes: SimpleQueue[str], folder: Path, stop: Event) -> Thread:
    """Tell of everything that is saved, from a thread of its own, until it is to stop."""
    folders = [folder / name for name in WATCHED if (folder / name).is_dir()]
    thread = Thread(target=_watch, args=(wishes, folders, stop), name="watch", daemon=True)
    thread.start()
    return thread


def _watch(wishes: SimpleQueue[str], folders: Sequence[Path], stop: Event) -> None:
    try:
        _tell(wishes, folders, stop)
    except (
        OSError
    ):  # the system watches no more folders, as where many programs do so: they are looked at again and again
        _tell(wishes, folders, stop, by_looking=True)


def _tell(wishes: SimpleQueue[str], folders: Sequence[Path], stop: Event, by_looking: bool = False) -> None:
    for _ in watch(
        *folders,
        watch_filter=is_ours,
        debounce=WAITS,
        step=SETTLES,
        stop_event=stop,
        raise_interrupt=False,
        force_polling=by_looking,
    ):
        wishes.put(SAVED)
