"""Commands that are killed or interrupted at some moment, and what may be seen of their files meanwhile and later."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core.digests import sha256
from tests.support import libraries
from tests.support.project import Said

EACH = 0.01
"""Seconds between two looks at the files."""

Files = Mapping[str, str]
"""The digests of files by their paths in a project."""


CLOCK = "1792800000"
"""Entries of the ledger name the moment."""


@dataclass(frozen=True)
class Scene:
    """A library as it stands, what is asked of it, and what an undisturbed run leaves."""

    name: str
    before: Path
    after: Path
    arguments: tuple[str, ...]
    seconds: float
    """How long the command takes in a process of its own."""

    @property
    def alone(self) -> tuple[str, ...]:
        """Arguments that the library is built with, by one worker: to start others takes longer than the work."""
        pairs = zip(("", *self.arguments), self.arguments, strict=False)
        return tuple("1" if before == "--jobs" else word for before, word in pairs)


@dataclass
class Watch:
    """Every state of a file that was seen under its name."""

    project: Path
    seen: set[tuple[str, str]] = field(default_factory=set)
    _known: dict[str, tuple[int, int]] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Look at all files once; at those that are the same as before only from afar."""
        for path in walked(self.project):
            with contextlib.suppress(FileNotFoundError):
                about = path.stat()
                name = path.relative_to(self.project).as_posix()
                if self._known.get(name) != (about.st_ino, about.st_mtime_ns):
                    self.seen.add((name, sha256(path.read_bytes())))
                    self._known[name] = (about.st_ino, about.st_mtime_ns)

    def run(self) -> None:
        """Look until it is over."""
        while not self._over.is_set():
            self.look()
            time.sleep(EACH)

    def end(self) -> None:
        """Have it over."""
        self._over.set()


def walked(project: Path) -> Iterator[Path]:
    """The files that have a name of their own: not what is hidden, nor what lies in hidden folders."""
    for root, folders, files in os.walk(project):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(root, name) for name in files if not name.startswith("."))


def files_of(project: Path) -> Files:
    """All files of a project that are to be the same."""
    return {path.relative_to(project).as_posix(): sha256(path.read_bytes()) for path in walked(project)}


def left_over(project: Path) -> list[str]:
    """What should not be there: what was being written, and folders that hold nothing."""
    found = []
    for root, folders, files in os.walk(project):
        found += [name for name in (*folders, *files) if name.startswith((".new-", ".copies"))]
        empty = not (folders or files) and ".store" not in Path(root).parts
        found += [root] if empty else []
    return found


def untrue_rows(project: Path) -> list[str]:
    """The rows of `build.json` that tell of files that are others, or gone."""
    record = project / "output/build.json"
    rows = json.loads(record.read_text())["files"] if record.exists() else []
    there = {name.removeprefix("output/"): digest for name, digest in files_of(project).items()}
    return [row["path"] for row in rows if there.get(row["path"]) != row["sha256"]]


def scene(name: str, before: Path, root: Path, *arguments: str) -> Scene:
    """A command on a library, and what an undisturbed run leaves; its time is measured in a process of its own."""
    after = libraries.copied(before, root / f"{name}-after")
    begun = time.monotonic()
    done = libraries.run(after, *arguments, SOURCE_DATE_EPOCH=CLOCK)
    assert done.code == 0, done.err
    return Scene(name, before, after, arguments, time.monotonic() - begun)


def hears(process: int) -> bool:
    """Whether a process has said what to do when it is asked to end: before that it ends as any program does."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return not Path("/proc/self").exists()  # where that cannot be seen, nobody waits for it
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt")), "0")
    return bool(int(caught, 16) & 1 << (signal.SIGTERM - 1))


def disturb(one: Scene, project: Path, number: signal.Signals, moment: float, group: bool) -> tuple[Said, bool]:
    """Run the command and send it a signal after some time; what it said, and whether it was still at work."""
    command = [*libraries.COMMAND, "--project", str(project), *one.arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    run = subprocess.Popen(command, env=libraries.environment(SOURCE_DATE_EPOCH=CLOCK), start_new_session=True, **pipes)  # type: ignore[call-overload]
    if number != signal.SIGKILL:
        while run.poll() is None and not hears(run.pid):
            time.sleep(0.01)
    time.sleep(moment)
    at_work = run.poll() is None
    if at_work:
        os.killpg(run.pid, number) if group else run.send_signal(number)
    out, err = run.communicate(timeout=300)
    end = time.monotonic() + 60
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < end:
            os.killpg(run.pid, 0)
            time.sleep(0.02)
        raise AssertionError("a process was left")
    return Said(run.returncode, out, err), at_work


def tried(one: Scene, root: Path, seed: int, number: signal.Signals) -> None:
    """Disturb a command at some moment, or sooner where it was over by then. Raises what went wrong."""
    chance = random.Random(f"{one.name} {seed}")
    moment, group = chance.uniform(0.1, one.seconds), chance.random() < 0.5
    for _ in range(10):
        if tried_at(moment, one, root, seed, number, group):
            return
        moment /= 2
    raise AssertionError("it was never disturbed at work")


def tried_at(moment: float, one: Scene, root: Path, seed: int, number: signal.Signals, group: bool) -> bool:
    """Disturb a command after so many seconds and run it again; whether it was still at work."""
    project = libraries.copied(one.before, root / "project")
    old, new = files_of(one.before), files_of(one.after)
    watch = Watch(project)
    thread = threading.Thread(target=watch.run)
    thread.start()
    try:
        said, at_work = disturb(one, project, number, moment, group)
    finally:
        watch.end()
        thread.join()
    watch.look()
    where = f"{one.name}, seed {seed}, after {moment:.3f} s\n{said.err}"
    known = {*old.items(), *new.items()}
    torn = {pair for pair in watch.seen if pair not in known and pair[0] != "output/build.json"}
    assert not torn, f"{where}: {torn}"
    assert untrue_rows(project) == [], where
    lost = {name for name in old.keys() & new.keys() if not (project / name).exists()}
    assert not lost, f"{where}: {lost}"
    if number != signal.SIGKILL:
        assert said.code in ({130, 0} if at_work else {0}), where
        assert "Traceback" not in said.err, where
        assert "resource_tracker" not in said.err, where
        assert not left_over(project), where
    again = libraries.here(project, *one.alone)
    assert again.code == 0, where + again.err
    found = files_of(project)
    assert found == new, f"{where}: {set(found.items()) ^ set(new.items())}"
    assert not left_over(project), f"{where}: {left_over(project)}"
    shutil.rmtree(project)
    return at_work
