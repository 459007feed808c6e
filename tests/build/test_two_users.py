"""Two people build in one folder of their group; what they make has the rights that each of them has asked for."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.editions.issued_library import ARCHIVED, issue
from tests.support.publishing import publish, text

pytestmark = pytest.mark.proof

GROUP, ONE, OTHER = 64000, 64001, 64002
"""Numbers that no account of a machine has."""

PACK = """title: Nights
edition: Autumn 2026
formats: [screen]
numbered: true
recipients: [north]
briefings: [foot-patrol]
"""

LIBRARY: dict[str, str | bytes] = {
    "library.yaml": ARCHIVED.replace("formats: []", "formats: [text]"),
    "briefings/foot-patrol.md": text(),
    "briefings/lamps.md": libraries.briefing(),
    "packs/nights.yaml": PACK,
    "colleges.yaml": "north: {name: Northmoor, type: university}\n",
}

COPIES = ("copies", "nights")
ALONE = ("--jobs", "1")


def write(place: Path, name: str, text: str) -> None:
    """Change a source, as an editor that writes beside and renames does it."""
    (place / "source" / name).unlink()
    (place / "source" / name).write_text(text)


def issued(project: Path) -> Path:
    """The library, with its pack issued, and without its output."""
    assert publish(project).code == 0
    assert issue(project, libraries.DATE, pdf=True).code == 0
    shutil.rmtree(project / "output")
    return project


@pytest.fixture
def common() -> Iterator[Path]:
    """A library in a folder where a group may write."""
    if os.geteuid() != 0:
        pytest.skip("only root can be two other people")
    with tempfile.TemporaryDirectory() as folder:  # that of the tests is root's alone
        project = issued(libraries.written(Path(folder) / "library", LIBRARY))
        Path(folder).chmod(0o755)
        for path in (project, *project.rglob("*")):
            os.chown(path, ONE, GROUP)
            path.chmod(0o2775 if path.is_dir() else 0o664)
        yield project
        shutil.rmtree(project)


def left(place: Path, content: bytes, rights: int = 0o664) -> Path:
    """A file of one of the group, in folders where the group may write."""
    for folder in reversed([one for one in place.parents if not one.exists()]):
        folder.mkdir()
        os.chown(folder, ONE, GROUP)
        folder.chmod(0o2775)
    place.write_bytes(content)
    os.chown(place, ONE, GROUP)
    place.chmod(rights)
    return place


def by(user: int, project: Path, *arguments: str, umask: int = 0o002) -> subprocess.CompletedProcess[str]:
    """What the command says to one of the group."""
    done = subprocess.run(
        [*libraries.COMMAND, "--project", str(project), *arguments, "--date", libraries.DATE],
        env=libraries.environment(HOME=str(project)),
        capture_output=True,
        text=True,
        cwd=libraries.ROOT,
        user=user,
        group=user,
        extra_groups=[GROUP],
        umask=umask,
        check=False,
    )
    if "ermission denied" in done.stderr and sys.prefix in done.stderr:
        pytest.skip("nobody else may use this environment")
    return done


def test_two_people_build_in_turn(common: Path) -> None:
    for user, other in ((ONE, OTHER), (OTHER, ONE)):
        write(common, "briefings/lamps.md", libraries.briefing(f"Words of {user} [@hughes2018]."))
        for call in (("build", *ALONE), (*COPIES, *ALONE)):
            done = by(user, common, *call)
            assert done.returncode == 0, done.stderr
            assert "may not" not in done.stderr
            assert "damaged" not in done.stderr
        assert "nothing had changed" in by(other, common, "build", *ALONE).stdout


def test_what_a_killed_command_of_one_has_left_the_other_clears_away(common: Path) -> None:
    half = left(common / "output/briefings/.new-4194305-0", b"half", 0o644)
    left(common / "output/.lock", b"-")
    done = by(OTHER, common, "build", *ALONE)
    assert (done.returncode, half.exists()) == (0, False), done.stderr


def test_a_lock_of_somebody_else_is_told_with_its_mend(common: Path) -> None:
    left(common / "output/.lock", b"-", 0o644)
    done = by(OTHER, common, "build", *ALONE)
    assert done.returncode == 3
    assert (
        "output/.lock belongs to another user and is not writable. When no build is running, remove it." in done.stderr
    )


def test_a_parcel_that_may_not_be_taken_away_is_told(common: Path) -> None:
    """Somebody else's, of a college that no longer takes the pack: the rest is done, and all is said."""
    assert by(ONE, common, *COPIES, *ALONE).returncode == 0
    place = common / "output/colleges/north"
    for folder in (place, place / "nights-autumn-2026"):
        folder.chmod(0o755)
    (place / "nights-autumn-2026/manifest.json").chmod(0o600)
    colleges = "north: {name: Northmoor, type: university}\nsouth: {name: South Tor, type: university}\n"
    write(common, "colleges.yaml", colleges)
    write(common, "packs/nights.yaml", PACK.replace("north", "south"))
    for rights in (0o600, 0o644):
        (place / "nights-autumn-2026/manifest.json").chmod(rights)
        done = by(OTHER, common, *COPIES, *ALONE)
        assert done.returncode == 0, done.stderr
        assert "copies-left" in done.stderr
        assert "output/colleges/north/nights-autumn-2026" in done.stderr
        assert "1 parcel in" in done.stdout
        assert (place / "nights-autumn-2026.zip").exists()


def test_a_store_of_somebody_else_is_not_taken_for_damage(common: Path) -> None:
    """What may not be read is told as such, once, and everything is made."""
    assert by(ONE, common, "check", umask=0o077).returncode == 0
    (common / "output").chmod(0o2775)
    (common / "output/.store").chmod(0o2775)
    done = by(OTHER, common, "build", *ALONE)
    assert done.returncode == 0, done.stderr
    assert "damaged" not in done.stderr
    assert done.stderr.count("results of another user") == 1


@pytest.mark.parametrize(("mask", "rights", "jobs"), [(0o077, 0o600, "2"), (0o027, 0o640, "1"), (0o002, 0o664, "1")])
def test_files_have_the_rights_that_whoever_makes_them_asks_for(
    small: Callable[..., Path], mask: int, rights: int, jobs: str
) -> None:
    project = issued(small(LIBRARY))
    sources = set(project.rglob("*"))
    before = os.umask(mask)
    try:
        done = libraries.here(project, *COPIES, "--jobs", jobs, "--date", libraries.DATE)
    finally:
        os.umask(before)
    assert done.code == 0, done.err
    made = {path for path in project.rglob("*") if path.is_file()} - sources
    assert {path.name for path in made} >= {"ledger.csv", ".lock", "nights-autumn-2026.zip"}
    assert {f"{path.stat().st_mode & 0o777:o}" for path in made} == {f"{rights:o}"}


def test_nothing_that_may_not_be_read_is_a_fault_of_the_program(common: Path) -> None:
    closed = {"umask": 0o077}
    assert by(ONE, common, *COPIES, *ALONE, **closed).returncode == 0
    for folder in (path for path in common.rglob("*") if path.is_dir()):
        folder.chmod(0o2775)
    done = by(OTHER, common, "build", *ALONE)
    assert (done.returncode, "Traceback" in done.stderr) == (3, False), done.stderr
    assert f"{common}/output/.lock belongs to another user" in done.stderr
    (common / "output/.lock").chmod(0o664)
    done = by(OTHER, common, "build", *ALONE)
    assert (done.returncode, done.stderr) == (3, "briefings: source/ledger.csv cannot be read: Permission denied.\n")
    for path in (common / "source/ledger.csv", *(common / ".ledger").iterdir()):
        path.chmod(0o664)
    for call in (("build", *ALONE), (*COPIES, *ALONE)):
        done = by(OTHER, common, *call)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
