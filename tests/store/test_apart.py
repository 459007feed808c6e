"""What a large build has to do is found out by a copy of its process, which is gone before anything is made."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.build.fork import POSSIBLE, Ask, apart
from pipeline.build.project import Workshop
from pipeline.build.shared_pickle import Shared
from pipeline.build.workers import workers
from pipeline.core.diagnostics import Place
from pipeline.core.errors import LayoutFault, PressFailure
from pipeline.core.progress import Voice
from tests.acceptance import shelf
from tests.conftest import Said

Run = Callable[..., Said]
Small = Callable[[Mapping[str, str | bytes]], Path]

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="a process is copied on Linux alone")

LAMPS = Place("lamps.md", 3, 1)

LIBRARY = {
    "briefings/foot-patrol.md": shelf.briefing(),
    "briefings/lamps.md": shelf.briefing("Lamps were lit [@hughes2018].", "Lamps"),
    "packs/nights.yaml": "title: Nights\nbriefings: [lamps]\n",
}


def no_question(question: Any) -> Any:
    """Answer nothing."""
    raise AssertionError(question)


def test_the_work_is_done_in_another_process() -> None:
    """Which has ended when its result is here."""
    worker = apart(lambda ask: os.getpid(), no_question, Shared())
    assert worker != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_what_both_have_is_not_sent() -> None:
    """All else comes as an equal of it."""
    other = Place("patrol.md", 1, 1)
    shared, sent = apart(lambda ask: (LAMPS, other), no_question, Shared([LAMPS]))
    assert shared is LAMPS
    assert sent == other
    assert sent is not other


def test_what_the_work_asks_is_answered_here() -> None:
    """As often as it asks."""

    def work(ask: Ask) -> list[Any]:
        return [ask(number) for number in range(3)]

    here = os.getpid()
    assert apart(work, lambda number: (number, os.getpid()), Shared()) == [(number, here) for number in range(3)]


def test_what_the_work_raises_is_raised_here() -> None:
    """With the way that it took there."""

    def work(ask: Ask) -> None:
        raise LayoutFault("It cannot be filled.", "layouts/a.j2", 7)

    with pytest.raises(LayoutFault) as told:
        apart(work, no_question, Shared())
    assert (told.value.path, told.value.line) == ("layouts/a.j2", 7)
    assert "in work" in told.value.__notes__[0]


def test_an_answer_that_cannot_be_had_ends_the_work() -> None:
    """Nobody waits for it any longer."""
    begun = time.monotonic()
    with pytest.raises(AssertionError, match="7"):
        apart(lambda ask: (ask(7), time.sleep(60)), no_question, Shared())
    assert time.monotonic() - begun < 30


def test_a_process_that_is_stopped_is_told_of() -> None:
    """As of a machine with too little memory."""
    with pytest.raises(PressFailure, match="too little memory"):
        apart(lambda ask: os.kill(os.getpid(), signal.SIGKILL), no_question, Shared())


def test_a_process_that_is_stopped_while_it_is_answered_is_told_of() -> None:
    """Whatever the pipe between them says to that."""

    def stop(question: int) -> None:
        os.kill(question, signal.SIGKILL)
        time.sleep(0.2)

    with pytest.raises(PressFailure, match="too little memory"):
        apart(lambda ask: ask(os.getpid()), stop, Shared())


class Odd(Exception):
    """Cannot be sent: it is made of more than it says."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one)


def test_what_is_raised_and_cannot_be_sent_is_told_in_words() -> None:
    """With the way that it took."""

    def work(ask: Ask) -> None:
        raise Odd("dark", "night")

    with pytest.raises(RuntimeError, match="Odd: dark"):
        apart(work, no_question, Shared())


def test_where_no_copy_can_be_made_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where memory is promised to nobody who does not need it yet."""

    def refuse() -> int:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(os, "fork", refuse)
    assert apart(lambda ask: (ask(7), os.getpid()), lambda question: question + 1, Shared()) == (8, os.getpid())


def interrupted(number: int, frame: object) -> None:
    """Hear a signal."""
    raise KeyboardInterrupt


def test_an_interruption_takes_the_other_process_with_it(tmp_path: Path) -> None:
    """What it is writing is taken away first."""
    note = tmp_path / "writing"

    def work(ask: Ask) -> None:
        try:  # before there is a note: the interruption comes as soon as there is one
            note.write_text(str(os.getpid()))
            time.sleep(60)
        finally:
            note.unlink()

    def interrupt() -> None:
        while not note.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, interrupted)
    try:
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            apart(work, no_question, Shared())
    finally:
        signal.signal(signal.SIGTERM, before)
    assert not note.exists()


TIMES = int(os.environ.get("TIMES", "20"))
"""How often it is tried at which moment an interruption comes; 300 times take a minute."""


INTERRUPT = """
import os, signal, sys
children = os.open(sys.argv[2], os.O_RDONLY)
before = set(os.pread(children, 9999, 0).split())  # whoever else this process has started, and this one
print(flush=True)
while set(os.pread(children, 9999, 0).split()) <= before:
    pass
os.kill(int(sys.argv[1]), signal.SIGTERM)
"""


def is_heard_as_the_copy_appears() -> bool:
    """Whether work in a copy is broken off by a signal that another process sends as soon as there is a copy.

    The work lasts until then, however long a busy machine lets the other process wait for its turn.
    """
    children = f"/proc/self/task/{threading.get_native_id()}/children".replace("self", str(os.getpid()))
    told = subprocess.Popen([sys.executable, "-c", INTERRUPT, str(os.getpid()), children], stdout=subprocess.PIPE)
    assert told.stdout
    told.stdout.readline()
    try:
        apart(lambda ask: time.sleep(60), no_question, Shared())
    except KeyboardInterrupt:
        return True
    finally:
        told.communicate()
    return False


def test_an_interruption_while_a_copy_is_made_is_never_lost() -> None:
    """Whichever thread the signal comes to, and wherever this one is."""
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    before = signal.signal(signal.SIGTERM, interrupted)
    try:
        assert sum(is_heard_as_the_copy_appears() for _ in range(TIMES)) == TIMES
    finally:
        signal.signal(signal.SIGTERM, before)
        over.set()
        other.join()


def test_what_a_copy_takes_away_as_it_leaves_may_take_longer_than_a_second(tmp_path: Path) -> None:
    """It is asked again only after a while."""
    note = tmp_path / "writing"

    def work(ask: Ask) -> None:
        note.write_text("half")
        try:
            ask("how long?")
        finally:
            time.sleep(1.5)
            note.unlink()

    def refuse(question: Any) -> Any:
        raise AssertionError(question)

    with pytest.raises(AssertionError):
        apart(work, refuse, Shared())
    assert not note.exists()


@pytest.fixture
def taken_apart(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every library is large; what has been found out apart."""
    found: list[object] = []

    def noted(*given: Any) -> Any:
        found.append(apart(*given))
        return found[-1]

    monkeypatch.setattr("pipeline.build.plan.apart", noted)
    monkeypatch.setattr("pipeline.build.plan.TEXTS", 0)
    return found


@pytest.mark.parametrize(("jobs", "texts"), [("1", 100), ("2", 1)])
def test_what_is_made_is_the_same(
    small: Small,
    briefings: Run,
    tmp_path: Path,
    taken_apart: list[object],
    jobs: str,
    texts: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """To the byte; and what is remembered serves the next build, in whichever way it is prepared."""
    monkeypatch.setattr("pipeline.build.batches.TEXTS", texts)
    whole = small(LIBRARY)
    parted = shutil.copytree(whole, tmp_path / "parted")
    made = ("build", "--date", shelf.DATE, "--jobs", jobs)
    second = briefings(parted, *made)
    assert len(taken_apart) == 1
    monkeypatch.setattr("pipeline.build.plan.TEXTS", 100)
    first = briefings(whole, *made)
    assert len(taken_apart) == 1
    assert (first.code, first.out.replace(str(whole), "")) == (second.code, second.out.replace(str(parted), ""))
    assert shelf.made(whole) == shelf.made(parted)
    assert "nothing had changed" in briefings(parted, *made).out


def test_all_that_was_found_out_is_counted_and_kept(small: Small, briefings: Run, taken_apart: list[object]) -> None:
    """By the store, which is told how much there is, and by what is forgotten: nothing that the build rests on."""
    project = small(LIBRARY)
    made = ("build", "--date", shelf.DATE, "--jobs", "1")
    briefings(project, *made)
    lamps = project / "source/briefings/lamps.md"
    lamps.write_text(lamps.read_text().replace("lit", "dim"))
    briefings(project, "build", "--date", "2024-04-27", "--jobs", "1")  # of some files only the day is new
    assert len(taken_apart) == 2
    store = project / "output" / ".store"
    assert int((store / "size").read_text()) >= sum(path.stat().st_size for path in store.glob("??/*"))
    assert briefings(project, "prune").code == 0
    shutil.rmtree(project / "output" / "briefings")
    assert "pressed 0, " in briefings(project, "build", "--date", "2024-04-27", "--jobs", "1").out


def test_a_file_that_was_changed_is_put_back_in_a_build_of_several_parts(
    small: Small, briefings: Run, taken_apart: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before any is made: afterwards the sources are read again, and may be others."""
    project = small(LIBRARY)
    made = ("build", "--date", shelf.DATE, "--jobs", "1")
    briefings(project, *made)
    before = shelf.made(project)
    monkeypatch.setattr("pipeline.build.batches.MEMBERS", 0)
    name = "briefings/foot-patrol/foot-patrol.pdf"
    (project / "output" / name).write_bytes(before[name].replace(b"%PDF-", b"%PDF_"))
    lamps = project / "source/briefings/lamps.md"
    lamps.write_text(lamps.read_text().replace("lit", "dim"))
    assert "pressed 1, " in briefings(project, *made).out
    assert shelf.made(project)[name] == before[name]
    assert len(taken_apart) == 3  # it was found out twice
    assert "nothing had changed" in briefings(project, *made).out


def test_files_of_another_day_are_given_theirs_here(small: Small, briefings: Run, taken_apart: list[object]) -> None:
    """The copy of the process asks for it, as it has no workers."""
    project = small(LIBRARY)
    assert briefings(project, "build", "--date", shelf.DATE, "--jobs", "1").code == 0
    next_day = briefings(project, "build", "--date", "2024-04-27", "--jobs", "1").out
    assert "of another day given this one" in next_day
    assert "pressed" not in next_day


@pytest.mark.parametrize(("texts", "built", "started"), [(1, False, True), (2, False, False), (2, True, True)])
def test_whoever_makes_many_texts_for_the_first_time_starts_no_worker_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, texts: int, built: bool, started: bool
) -> None:
    """It would take room while all of them are resolved."""
    monkeypatch.setattr("pipeline.build.project.MANY", 1)
    shop = Workshop(tmp_path, tmp_path, Voice())
    shop.__dict__["files"] = {f"source/briefings/{number}.md": b"" for number in range(texts)}
    if built:
        shop.store.note_last("build", "abc1" * 16)
    with workers(2) as pool:
        shop.make_ready(pool, everything=True)
        assert bool(pool.processes) == started  # type: ignore[attr-defined]
        shop.make_ready(pool)  # what is named is few
        assert pool.processes  # type: ignore[attr-defined]
