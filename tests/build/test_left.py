"""What stopped commands have left is taken away by a later one, and never what others are writing."""

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.core.cache import lock_folder
from pipeline.core.files import remove_stale_files, replace_path
from tests.support import libraries
from tests.support.project import Said

Run = Callable[..., Said]
Small = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture(scope="module")
def gone() -> int:
    """The number of a process that is gone."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def left(*places: Path) -> list[Path]:
    """Those of some files and folders that are there."""
    return [place for place in places if place.exists()]


def test_only_what_nobody_writes_any_more_is_taken_away(tmp_path: Path, gone: int) -> None:
    """Not what a process writes that is here, nor what one writes that cannot be seen, as in a container."""
    dead, folder, alive, held = (
        tmp_path / name for name in (f"a/.new-{gone}-1", f"b/.new-{gone}-2", "a/.new-1-1", f"a/.new-{gone}-3")
    )
    mine = tmp_path / "a" / ".new-year.txt"
    for path in (dead, folder / "half.pdf", alive, held, mine):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")
    with held.open() as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        remove_stale_files(tmp_path)
    assert left(dead, folder, alive, held, mine) == [alive, held, mine]
    remove_stale_files(tmp_path)
    assert left(held, mine) == [mine]


def test_a_folder_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    place, over, seen = tmp_path / "nights", threading.Event(), set[str]()
    place.mkdir()
    (place / "a.txt").write_text("old")

    def look() -> None:
        while not over.is_set():
            with suppress(FileNotFoundError):  # the old one makes room for the new one
                handle = os.open(place, os.O_RDONLY)
                seen.update(os.listdir(handle) or ["nothing"])  # noqa: PTH208  of a folder that is open
                os.close(handle)

    looking = threading.Thread(target=look)
    looking.start()
    for number in range(300):
        new = tmp_path / f".new-{os.getpid()}-{number}"
        new.mkdir()
        (new / "a.txt").write_text("new")
        replace_path(new, place)
    over.set()
    looking.join()
    assert [path.name for path in tmp_path.iterdir()] == ["nights"]
    assert seen <= {"a.txt", "nothing"}  # the old one is emptied under another name, by who has opened it before


def test_who_holds_a_folder_hears_that_the_last_one_was_stopped(tmp_path: Path) -> None:
    heard = []
    for failure in (None, KeyboardInterrupt(), None, None):
        try:
            with lock_folder(tmp_path, lambda: None) as disturbed:
                heard.append(disturbed)
                if failure:
                    raise failure
        except KeyboardInterrupt:
            pass
    assert heard == [False, False, True, False]


def test_a_build_clears_away_what_a_killed_one_has_left(small: Small, briefings: Run, gone: int) -> None:
    project = small({"briefings/foot-patrol.md": libraries.briefing()})
    output, name = project / "output", f".new-{gone}-1"
    places = [
        *(output / name, output / ".store" / name, output / "briefings/old" / name, project / "source" / name),
        *(project / "source/versions/foot-patrol" / name, output / ".copies/colleges"),
    ]
    for place in places:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("half")
    (output / ".lock").write_text("1")  # as a killed one leaves it
    assert briefings(project, "build", "--date", libraries.DATE, "--jobs", "1", "--format", "html").code == 0
    assert not left(*places, output / "briefings/old", output / ".copies", project / "source/versions/foot-patrol")
