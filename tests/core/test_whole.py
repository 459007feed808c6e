"""Files are written whole or not at all, and a refusal of the machine is one sentence."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from pipeline.core.cache import Cache, lock_folder
from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.files import write_atomically
from tests.support.project import ROOT


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    """The folders above it are made, and nothing else is left beside it."""
    write_atomically(tmp_path / "a" / "b" / "c.txt", b"words")
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "b", "c.txt"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), MemoryError()])
def test_an_interrupted_writing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    def interrupted(*_: object) -> None:
        raise failure

    write_atomically(tmp_path / "a.txt", b"old")
    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(type(failure)):
        write_atomically(tmp_path / "a.txt", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.txt": b"old"}


def in_a_process_of_its_own(script: str, *given: str) -> str:
    call = (sys.executable, "-c", script, *given)
    return subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True).stdout


ASKED_TO_END = """
import sys
from pathlib import Path
from pipeline.core.files import stop_writing
from pipeline.core.cache import Cache

store = Cache(Path(sys.argv[1]))
store.keep("aa11", "true")
stop_writing()
try:
    store.keep("aa12", "perhaps false")
except KeyboardInterrupt:
    print(store.holds("aa11"), store.holds("aa12"))
"""


def test_whoever_was_asked_to_end_writes_nothing_more(tmp_path: Path) -> None:
    assert in_a_process_of_its_own(ASKED_TO_END, str(tmp_path)) == "True False\n"


def interrupted_at(moment: int, work: Callable[[], None]) -> bool:
    """Do some work, interrupted before that step of the interpreter in the store's own code; whether it was."""
    steps = count()

    def step(frame: FrameType, event: str, given: object) -> Any:
        if frame.f_globals["__name__"] != "pipeline.core.files":
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and next(steps) == moment:
            sys.settrace(None)
            raise KeyboardInterrupt
        return step

    tracing = sys.gettrace()
    sys.settrace(step)
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(tracing)
    return False


def test_at_no_moment_does_an_interruption_leave_anything_behind(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    for moment in count():
        if not interrupted_at(moment, lambda: write_atomically(path, b"words")):
            break
        assert [file.read_bytes() for file in path.parent.glob("*")] in ([], [b"words"])
        shutil.rmtree(path.parent, ignore_errors=True)
    assert moment > 100
    assert path.read_bytes() == b"words"


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(EnvironmentFailure, match=r"a\.txt cannot be written: No space left on device\."):
        write_atomically(tmp_path / "a.txt", b"new")


LEFT_BEHIND = """
import os
import sys
from pathlib import Path
from pipeline.core.files import write_atomically

folder = Path(sys.argv[1])
for number in range(9):
    (folder / f".new-{os.getpid()}-{number}").write_bytes(b"half")
write_atomically(folder / "a.txt", b"new")
"""


def test_a_file_that_was_left_behind_is_left_alone(tmp_path: Path) -> None:
    """By a process of the same number, which was ended: it may be another machine's, at work."""
    in_a_process_of_its_own(LEFT_BEHIND, str(tmp_path))
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found.pop("a.txt") == b"new"
    assert list(found.values()) == [b"half"] * 9


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    """An output folder that is a file cannot be locked."""
    (tmp_path / "output").write_text("in the way")
    with (
        pytest.raises(EnvironmentFailure, match="cannot be written to"),
        lock_folder(tmp_path / "output", lambda: None),
    ):
        pass


def test_what_is_kept_is_found(tmp_path: Path) -> None:
    Cache(tmp_path).keep("aa11", ("words", b"of", date(2024, 4, 26)), tuple[str, bytes, date])
    assert Cache(tmp_path).find("aa11", tuple[str, bytes, date]) == ("words", b"of", date(2024, 4, 26))
    assert Cache(tmp_path).find("aa12", str) is None


def test_one_changed_byte_is_noticed(tmp_path: Path) -> None:
    """A memory that reads well but says something else is no memory."""
    Cache(tmp_path).keep("aa11", "the words of a page")
    place = tmp_path / "aa" / "11"
    place.write_bytes(place.read_bytes().replace(b"words", b"swords"[:5]))
    store = Cache(tmp_path)
    assert store.find("aa11", str) is None
    assert not place.exists()
    assert len(store.complaints) == 1


@pytest.mark.parametrize("kind", ["a link", "a second name", "a pipe"])
def test_a_lock_that_is_no_file_of_ours_is_refused(kind: str, tmp_path: Path) -> None:
    """What it leads to is not ours to write: it would be emptied."""
    precious, output = tmp_path / "copies.csv", tmp_path / "output"
    precious.write_bytes(b"precious")
    output.mkdir()
    make = {"a link": os.symlink, "a second name": os.link, "a pipe": lambda _, place: os.mkfifo(place)}
    make[kind](precious, output / ".lock")
    with pytest.raises(EnvironmentFailure, match=r"\.lock is "), lock_folder(output, lambda: None):
        pass
    assert precious.read_bytes() == b"precious"
