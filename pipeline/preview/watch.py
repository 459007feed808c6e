"""Watch the folders that texts and layouts are in."""

from collections.abc import Iterator, Set
from pathlib import Path, PurePath
from queue import SimpleQueue
from threading import Event, Thread

from watchfiles import Change, watch
from watchfiles.main import FileChange

from pipeline.preview.live import SAVED

SETTLES, WAITS = 15, 120
"""Milliseconds in which nothing is saved before it counts as done, and the most that is waited for that."""

FOLDERS_CHECKED = 1000
"""Milliseconds between two checks for a new folder."""

WATCHED = ("source", "layouts")
"""The folders of a library that its pages are made of."""


def is_ours(change: Change, path: str) -> bool:
    """Whether a file is one that is read: not hidden, and not what an editor or Word keeps beside an open text."""
    name = PurePath(path).name
    return not name.startswith((".", "~$")) and not name.endswith(("~", ".swp", ".tmp"))


def start_watch(wishes: SimpleQueue[str], folder: Path, stop: Event) -> Thread:
    """Tell of everything that is saved, from a thread of its own, until it is to stop."""
    thread = Thread(target=_watch, args=(wishes, folder, stop, _existing(folder)), name="watch", daemon=True)
    thread.start()
    return thread


def _existing(folder: Path) -> Set[str]:
    """Return the folders that exist now."""
    return {str(folder / name) for name in WATCHED if (folder / name).is_dir()}


def _watch(wishes: SimpleQueue[str], folder: Path, stop: Event, folders: Set[str]) -> None:
    """Watch the folders that exist; start again when one of them is made or deleted."""
    polling = missed = False
    while not stop.is_set():
        try:
            for changes in _savings(folders, stop, polling=polling):
                if changes or missed:
                    wishes.put(SAVED)
                missed = False
                if _existing(folder) != folders or {path for how, path in changes if how is Change.deleted} & folders:
                    break
        except FileNotFoundError:  # a folder was deleted just now
            pass
        except OSError:  # the system's limit of watched folders is reached: poll them
            polling = True
        folders, missed = _existing(folder), True


def _savings(folders: Set[str], stop: Event, *, polling: bool) -> Iterator[set[FileChange]]:
    """Changes as soon as they are saved, and an empty set whenever nothing was saved for a while."""
    return watch(
        *folders,
        watch_filter=is_ours,
        debounce=WAITS,
        step=SETTLES,
        stop_event=stop,
        raise_interrupt=False,
        force_polling=polling,
        rust_timeout=FOLDERS_CHECKED,
        yield_on_timeout=True,
    )
