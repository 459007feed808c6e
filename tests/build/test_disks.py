"""What disks do: they fill up, parts of the output folder are others, and links lead elsewhere."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.build.disturbed import files_of, left_over
from tests.support import libraries
from tests.support.project import Said
from tests.support.publishing import publish, text

pytestmark = pytest.mark.proof

Run = Callable[..., Said]
Small = Callable[[Mapping[str, str | bytes]], Path]
Mount = Callable[[Path, str], None]

DAY = "2026-11-25"
FILES: dict[str, str | bytes] = {
    "briefings/foot-patrol.md": text(review_by="2027-12-24"),
    "series/patrol.yaml": "title: P\npractice_caveat: Not all was evaluated.\nbriefings: [foot-patrol]\n",
    "packs/nights.yaml": "title: Nights\nedition: Spring 2027\nbriefings: [foot-patrol]\nformats: [screen, print]\n",
    "colleges.yaml": "north: {name: N, type: university, formats: [screen, print], copies: 3, delivery: Quarry Lane}\n",
}


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Mount a file system of some size in memory."""
    mounted: list[Path] = []

    def run(place: Path, size: str) -> None:
        place.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            pytest.skip("nothing can be mounted here")
        mounted.append(place)

    if not shutil.which("mount"):
        pytest.skip("there is no program to mount with")
    yield run
    for place in reversed(mounted):
        subprocess.run(["umount", "--lazy", place], check=True)


def copies(project: Path) -> Said:
    """Prepare copies."""
    return libraries.here(project, "build", "nights", "--copies", "--jobs", "1", "--date", DAY)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose briefing is published; nothing of it stands."""
    project = libraries.written(tmp_path_factory.mktemp("disks") / "published", FILES)
    assert publish(project).code == 0
    shutil.rmtree(project / "output")
    return project


@pytest.fixture(scope="module")
def prepared(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with its copies prepared on one disk."""
    project = libraries.copied(published, tmp_path_factory.mktemp("disks") / "prepared")
    assert copies(project).code == 0
    return project


PARTS = [("output/colleges",), ("output/packs", "output/.store")]


@pytest.mark.parametrize("parts", PARTS, ids=str)
def test_parts_of_the_output_folder_may_be_other_disks(
    published: Path, prepared: Path, tmp_path: Path, mount: Mount, parts: tuple[str, ...]
) -> None:
    project = libraries.copied(published, tmp_path / "own")
    for part in parts:
        mount(project / part, "16m")
    for _ in range(2):
        done = copies(project)
        assert done.code == 0, done.err
        assert files_of(project) == files_of(prepared)
        assert not left_over(project)


@pytest.mark.parametrize(("part", "room"), [("output", 0), ("output/colleges", 60_000), ("source", 0)])
def test_a_disk_that_fills_up_leaves_whole_files_and_a_register_that_is_true(
    published: Path, prepared: Path, tmp_path: Path, mount: Mount, part: str, room: int
) -> None:
    """It is told in a sentence; with more room the same command makes the same."""
    project = libraries.copied(published, tmp_path / "own")
    if part == "source":
        shutil.move(project / part, tmp_path / "aside")
    mount(project / part, "16m")
    if part == "source":
        shutil.copytree(tmp_path / "aside", project / part, dirs_exist_ok=True)
    filler = project / part / ".filler"
    filler.write_bytes(bytes(shutil.disk_usage(project / part).free - room))
    done = copies(project)
    if room == 0:
        assert done.code == 3, done.err
    if done.code:
        assert "No space left on device" in done.err
        assert "Traceback" not in done.err
        assert not (project / "source/copies.csv").exists()
        assert not left_over(project)
    filler.unlink()
    assert copies(project).code == 0
    assert files_of(project) == files_of(prepared)


def test_a_folder_of_the_output_that_is_a_link_is_not_written_through(
    small: Small, briefings: Run, tmp_path: Path
) -> None:
    """Whoever proposes a change could have it lead anywhere."""
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "foot-patrol").mkdir(parents=True)
    project = small({"briefings/foot-patrol.md": libraries.briefing()})
    for link in ("briefings", "briefings/foot-patrol"):
        place = project / "output" / link
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(elsewhere)
        said = briefings(project, "build", "--date", libraries.DATE, "--jobs", "1")
        assert said.code == 3
        assert f"{place} is a link, so nothing is written there." in said.err
        assert not [path for path in elsewhere.rglob("*") if path.is_file()]
        place.unlink()
    assert briefings(project, "build", "--date", libraries.DATE, "--jobs", "1").code == 0


def test_a_place_of_copies_that_is_a_link_is_told_before_the_register(prepared: Path, tmp_path: Path) -> None:
    """Nothing is on record that was not prepared."""
    project, elsewhere = libraries.copied(prepared, tmp_path / "own"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (project / "source/copies.csv").unlink()
    shutil.rmtree(project / "output/colleges")
    (project / "output/colleges").symlink_to(elsewhere)
    done = copies(project)
    assert done.code == 3
    assert "output/colleges is a link," in done.err
    assert not list(elsewhere.iterdir())
    assert not (project / "source/copies.csv").exists()


def test_a_register_that_is_a_link_is_refused(prepared: Path, tmp_path: Path) -> None:
    """Two libraries that share it would give the same numbers, or each would get a copy of its own."""
    project, shared = libraries.copied(prepared, tmp_path / "own"), tmp_path / "shared.csv"
    register = project / "source/copies.csv"
    shutil.move(register, shared)
    register.symlink_to(shared)
    before = shared.read_bytes()
    done = copies(project)
    assert done.code == 3
    assert "source/copies.csv is a link. A register belongs to one library" in done.err
    assert shared.read_bytes() == before
    assert register.is_symlink()
