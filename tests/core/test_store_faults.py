"""A build on a store with whatever is wrong with it makes the same bytes, says so once, and the next one is content."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.cache import _seal
from pipeline.core.records import encode_record
from tests.support import libraries
from tests.support.project import SEED, Said, sample

COMPLAINT = "corrupt cache entr"


def entries(project: Path) -> list[Path]:
    return sorted((project / "output/.store").glob("??/*"))


def flip(place: Path, dice: random.Random) -> None:
    content = bytearray(place.read_bytes())
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    place.write_bytes(content)


def exchange(place: Path, dice: random.Random) -> None:
    """The result of the next place stands there: of all in turn none keeps its own, as it might by chance."""
    places = [one for one in sorted(place.parent.parent.glob("??/*")) if one.is_file() and not one.is_symlink()]
    place.write_bytes(places[(places.index(place) + 1) % len(places)].read_bytes())


def forge(place: Path, dice: random.Random) -> None:
    """A value that is sealed as it must be and is none that was asked for."""
    key = place.parent.name + place.name
    kind, value = dice.choice([(int, 7), (tuple[float, ...], (1.5, 2.5)), (dict[str, str], {"a": "b"})])
    content = encode_record(value, kind)  # type: ignore[arg-type]
    place.write_bytes(_seal(key, content) + content)


def make_folder(place: Path, dice: random.Random) -> None:
    place.unlink()
    (place / "more").mkdir(parents=True)


def make_pipe(place: Path, dice: random.Random) -> None:
    place.unlink()
    os.mkfifo(place)


def make_link(place: Path, dice: random.Random) -> None:
    """A link to a file of the machine."""
    place.unlink()
    place.symlink_to("/etc/passwd")


def cut(place: Path, dice: random.Random) -> None:
    place.write_bytes(place.read_bytes()[: dice.randrange(60)])


FAULTS = (flip, exchange, forge, make_folder, make_pipe, make_link, cut)


def again(project: Path, *arguments: str) -> Said:
    """The same build once more, in this process."""
    return libraries.here(project, "build", "--date", libraries.DATE, "--jobs", "1", *arguments)


@pytest.mark.proof
@pytest.mark.parametrize("seed", [1, 2])
def test_fifty_faults_later_the_same_bytes_are_made(built_pair: Path, tmp_path: Path, seed: int) -> None:
    project, dice = libraries.copied(built_pair, tmp_path / "library"), random.Random(seed)
    before = libraries.made(project)
    for path in (*libraries.made(project),):
        (project / "output" / path).unlink()
    for place in dice.sample(entries(project), min(50, len(entries(project)))):
        if place.is_file() and not place.is_symlink():
            dice.choice(FAULTS)(place, dice)
    said = again(project)
    assert said.code == 0, said.err
    assert said.err.count(COMPLAINT) == 1
    assert libraries.made(project) == before
    assert COMPLAINT not in again(project).err


@pytest.mark.proof
@pytest.mark.parametrize("fault", sample(FAULTS, 4))
def test_a_fault_in_every_result_is_no_fault(built_pair: Path, tmp_path: Path, fault: object) -> None:
    project, dice = libraries.copied(built_pair, tmp_path / "library"), random.Random(SEED)
    before = libraries.made(project)
    for place in entries(project):
        if place.is_file():
            fault(place, dice)  # type: ignore[operator]
    said = again(project)
    assert said.code == 0, said.err
    assert said.err.count(COMPLAINT) == 1
    assert libraries.made(project) == before
    assert COMPLAINT not in again(project).err


def test_a_check_on_a_store_of_folders_is_a_check(small: object) -> None:
    project = small({"briefings/foot-patrol.md": libraries.briefing()})  # type: ignore[operator]
    for name in ("last-build", "last-everything"):
        (project / "output/.store" / name / "more").mkdir(parents=True)
    assert libraries.here(project, "check", "--date", libraries.DATE).code == 0
    assert again(project).code == 0
    assert again(project).err == ""


@pytest.mark.proof
@pytest.mark.parametrize("where", ["output/.store", "output"])
def test_a_store_that_leads_elsewhere_is_replaced(built_pair: Path, tmp_path: Path, where: str) -> None:
    project = libraries.copied(built_pair, tmp_path / "library")
    before, elsewhere = libraries.made(project), tmp_path / "elsewhere"
    (project / where).rename(elsewhere)
    (project / where).symlink_to(elsewhere)
    held = {path: path.stat().st_mtime_ns for path in elsewhere.rglob("*")}
    said = again(project)
    assert said.code == 0, said.err
    assert libraries.made(project) == before
    if where == "output":
        assert COMPLAINT not in said.err
    else:
        assert COMPLAINT in said.err
        assert not (project / where).is_symlink()
        assert {path: path.stat().st_mtime_ns for path in elsewhere.rglob("*")} == held


@pytest.mark.proof
def test_a_store_that_git_keeps_is_told_once_and_not_used(built_pair: Path, tmp_path: Path) -> None:
    project = libraries.copied(built_pair, tmp_path / "library")
    before = libraries.made(project)
    for call in (["init", "-q"], ["add", "-f", "output/.store"]):
        subprocess.run(["git", *call], cwd=project, check=True)
    said = again(project)
    assert said.code == 0
    assert " typeset, " in said.out
    assert said.err.count("Git tracks the cache") == 1
    assert libraries.made(project) == before


@pytest.mark.proof
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_store_that_may_not_be_written_is_no_fault() -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:  # that of the tests is root's alone
        project = libraries.written(Path(folder) / "library", {"briefings/foot-patrol.md": libraries.briefing()})
        (project / "output").mkdir()
        for path in (Path(folder), *Path(folder).rglob("*")):
            path.chmod(0o777)
        (project / "output/.store").mkdir(mode=0o755)
        call = [*libraries.COMMAND, "--project", str(project), "build", "--date", libraries.DATE, "--jobs", "2"]
        for _ in range(2):
            done = subprocess.run(
                call, env=libraries.environment(), capture_output=True, cwd=libraries.ROOT, user=65534, check=False
            )
            if b"ermission denied" in done.stderr and str(sys.prefix).encode() in done.stderr:
                pytest.skip("nobody may use this environment")
            assert done.returncode == 0, done.stderr.decode()
            assert done.stderr.count(b"is not writable, so no results are cached") == 1
        assert (project / "output/briefings/foot-patrol/foot-patrol.pdf").is_file()
        shutil.rmtree(project)


@pytest.mark.proof
def test_nothing_that_was_kept_is_taken_for_damage(small: Callable[..., Path], briefings: Callable[..., Said]) -> None:
    text = libraries.briefing()
    project = small({"briefings/patrol.md": text, "packs/nights.yaml": "title: Nights\nbriefings: [patrol]\n"})
    one = ("--jobs", "1")
    for arguments in (
        ("build", *one),
        ("build", "patrol", *one),
        ("build", "nights", *one),
        ("build", "--date", "2024-05-01", *one),
        ("list",),
        ("ready", "patrol"),
    ):
        assert "damaged" not in briefings(project, *arguments).err, arguments
    (project / "source/briefings/patrol.md").write_text(text.replace("walking a beat", "walking two beats"))
    assert "damaged" not in briefings(project, "build", *one).err
