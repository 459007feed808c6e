"""What disks do: they fill up, parts of the output folder are others, and links lead elsewhere."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.build.disturbed import files_of, left_over
from tests.support import libraries
from tests.support.editions.issued_library import ARCHIVED, issue
from tests.support.project import Said
from tests.support.publishing import publish, text

pytestmark = pytest.mark.proof

Run = Callable[..., Said]
Small = Callable[[Mapping[str, str | bytes]], Path]
Mount = Callable[[Path, str], None]

DAY = "2026-11-25"
FILES: dict[str, str | bytes] = {
    "briefings/foot-patrol.md": text(review_by="2027-12-24"),
    "library.yaml": ARCHIVED,
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
    return libraries.here(project, "copies", "nights", "--jobs", "1", "--date", DAY)


@pytest.fixture(autouse=True, scope="module")
def clock() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1792800000")
        yield


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack is issued; nothing of its output stands."""
    project = libraries.written(tmp_path_factory.mktemp("disks") / "issued", FILES)
    assert publish(project).code == 0
    assert issue(project, DAY, pdf=True).code == 0
    shutil.rmtree(project / "output")
    return project


@pytest.fixture(scope="module")
def prepared(issued: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with its copies prepared on one disk."""
    project = libraries.copied(issued, tmp_path_factory.mktemp("disks") / "prepared")
    assert copies(project).code == 0
    return project


PARTS = ("output", "output/colleges", "output/printer", "output/colleges/north", "output/.store")


@pytest.mark.parametrize("part", PARTS)
def test_parts_of_the_output_folder_may_be_other_disks(
    issued: Path, prepared: Path, tmp_path: Path, mount: Mount, part: str
) -> None:
    project = libraries.copied(issued, tmp_path / "own")
    mount(project / part, "16m")
    for _ in range(2):
        done = copies(project)
        assert done.code == 0, done.err
        assert files_of(project) == files_of(prepared)
        assert not left_over(project)


@pytest.mark.parametrize("part", ["output", "output/colleges", "output/printer", "source"])
@pytest.mark.parametrize("room", [0, 60_000])
def test_a_disk_that_fills_up_leaves_whole_files_and_a_ledger_that_is_true(
    issued: Path, prepared: Path, tmp_path: Path, mount: Mount, part: str, room: int
) -> None:
    project = libraries.copied(issued, tmp_path / "own")
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
        assert not (project / "source/ledger.csv").exists()
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


def test_an_output_folder_that_is_a_link_as_a_whole_is_where_its_owner_wants_it(
    small: Small, briefings: Run, tmp_path: Path
) -> None:
    project = small({"briefings/foot-patrol.md": libraries.briefing()})
    (tmp_path / "large").mkdir()
    (project / "output").symlink_to(tmp_path / "large")
    assert briefings(project, "build", "--date", libraries.DATE, "--jobs", "1").code == 0
    assert (tmp_path / "large/briefings/foot-patrol/foot-patrol.pdf").is_file()


def test_a_place_of_copies_that_is_a_link_is_told_before_the_ledger(prepared: Path, tmp_path: Path) -> None:
    project, elsewhere = libraries.copied(prepared, tmp_path / "own"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (project / "source/ledger.csv").unlink()
    shutil.rmtree(project / ".ledger")
    shutil.rmtree(project / "output/colleges")
    (project / "output/colleges").symlink_to(elsewhere)
    done = copies(project)
    assert done.code == 3
    assert "output/colleges is a link," in done.err
    assert not list(elsewhere.iterdir())
    assert not (project / "source/ledger.csv").exists()
