"""Folders that have been measured, moved out of the way: they are deleted when all has been.

Where thousands of files have just been deleted, ext4 looks for a place for each new one that none of them had, for some
minutes. Whoever is measured next would pay for that, and a build makes the more files.
"""

from itertools import count
from pathlib import Path


def put_aside(folder: Path) -> None:
    """Move a folder away, if it is there."""
    if folder.exists():
        aside = folder.parent / "aside"
        aside.mkdir(exist_ok=True)
        free = next(number for number in count() if not (aside / str(number)).exists())
        folder.rename(aside / str(free))
