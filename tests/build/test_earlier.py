"""Files that cannot be made now stay as an earlier build made them, files without a source go; both are reported."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.project import IMPRINT, ROOT, Said

pytestmark = pytest.mark.proof

Run = Callable[..., Said]

FILES: dict[str, str | bytes] = {
    "briefings/lamps.md": libraries.briefing("Lamps were lit [@hughes2018].", "Lamps"),
    "briefings/patrol.md": libraries.briefing(title="Patrol"),
    "packs/nights.yaml": "title: Nights\nbriefings: [lamps, patrol]\nformats: [screen, epub]\n",
    "series/places.yaml": "title: Places\nbriefings: [lamps]\n",
    "handbook/pack.yaml": "title: Handbook\npages: [words]\nformats: [epub]\n",
    "handbook/words.md": "---\ntitle: Words\n---\n\nWhat words mean.\n",
}
LAMPS = {f"briefings/lamps/lamps.{end}" for end in ("pdf", "epub", "html")}
NIGHTS = {"packs/nights/nights.pdf", "packs/nights/nights.epub"}
PLACES = {"series/places/places.html"}
HANDBOOK = {"packs/handbook/handbook.epub"}
EVERYTHING = {path.replace("lamps", "patrol") for path in LAMPS} | LAMPS | NIGHTS | PLACES | HANDBOOK

UNREADABLE = "---\ntitle: [\n---\n\nText.\n"


@pytest.fixture
def project(built_copy: Callable[..., Path]) -> Path:
    """A library with one of everything, built on a first day."""
    return built_copy("one-of-everything", FILES)


@pytest.fixture
def again(project: Path, build: Run) -> Run:
    """Change or delete some files, and build the library on the next day."""

    def run(files: Mapping[str, str | None], *more: str) -> Said:
        for name, text in files.items():
            path = project / name if name.startswith("layouts/") else project / "source" / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return build(project, "--date", "2024-04-27", *more)

    return run


def present(project: Path) -> set[str]:
    """Return the files in the output folder, after checking that the record lists them all."""
    paths = set(libraries.made(project)) - {"build.json"}
    assert {row["path"] for row in rows(project)} == paths
    return paths


def rows(project: Path) -> list[dict[str, object]]:
    files: list[dict[str, object]] = json.loads((project / "output/build.json").read_text())["files"]
    return files


def earlier(project: Path) -> set[object]:
    """Return the files that the record calls those of an earlier build; they keep their day."""
    earlier_rows = [row for row in rows(project) if row.get("earlier")]
    assert {row["produced"] for row in earlier_rows} <= {libraries.DATE}
    return {row["path"] for row in earlier_rows}


HARM: dict[str, tuple[dict[str, str | None], set[str]]] = {
    "a briefing": ({"briefings/lamps.md": UNREADABLE}, LAMPS | NIGHTS),
    "its marking": ({"briefings/lamps.md": libraries.briefing(marking="Secret")}, LAMPS | NIGHTS),
    "a pack": ({"packs/nights.yaml": "title: [\n"}, NIGHTS),
    "what it lists": (
        {"packs/nights.yaml": "title: Nights\nbriefings: [lamps@9.0]\nformats: [epub, screen]\n"},
        NIGHTS,
    ),
    "a series": ({"series/places.yaml": "title: [\n"}, PLACES),
    "a page of the handbook": ({"handbook/words.md": UNREADABLE}, HANDBOOK),
    "the handbook": ({"handbook/pack.yaml": "title: [\n"}, HANDBOOK),
    "a layout": ({"layouts/pack/cover.html.j2": "{% if %}"}, NIGHTS | HANDBOOK),
}


@pytest.mark.parametrize(("files", "left"), HARM.values(), ids=HARM)
def test_files_that_cannot_be_made_stay_and_are_reported(
    project: Path, again: Run, files: dict[str, str | None], left: set[str]
) -> None:
    """The summary and `build.json` give its day; once its source is corrected it is of today."""
    before = {path: content for path, content in libraries.made(project).items() if path in left}
    result = again(files)
    assert result.code in {1, 4}
    assert present(project) >= EVERYTHING
    assert earlier(project) == left
    assert before.items() <= libraries.made(project).items()
    assert "Kept from the build of 26 April 2024, because they could not be built now:\n" in result.out
    assert "Deleted" not in result.out
    corrected = {name: None if name.startswith("layouts/") else str(FILES[name]) for name in files}
    assert again(corrected).code == 0
    assert earlier(project) == set()
    assert present(project) == EVERYTHING


def test_a_library_whose_formats_cannot_be_read_deletes_none(project: Path, again: Run) -> None:
    for harm in ("title: [\n", IMPRINT + "formats: [screem]\n"):
        again({"library.yaml": harm})
        assert present(project) == EVERYTHING


def test_a_build_of_something_else_changes_nothing(project: Path, again: Run) -> None:
    again({"packs/nights.yaml": "title: [\n"})
    assert "earlier build" not in again({}, "patrol").out
    assert earlier(project) == NIGHTS


def test_files_without_a_source_are_deleted_and_reported(project: Path, again: Run) -> None:
    result = again(
        {"briefings/patrol.md": None, "packs/nights.yaml": None, "library.yaml": IMPRINT + "formats: [epub]\n"}
    )
    assert result.code == 0, result.err
    assert present(project) == {"briefings/lamps/lamps.epub", *PLACES, *HANDBOOK}
    assert "Deleted 7 files, no longer listed:\n" in result.out
    assert f"  {project}/output/packs/nights/nights.pdf .epub\n" in result.out
    assert "Deleted" not in again({}).out


def test_files_that_are_marked_too_high_are_deleted_and_reported(project: Path, again: Run) -> None:
    result = again({"briefings/lamps.md": libraries.briefing(title="Lamps", marking="{tier: SECRET}")})
    assert result.code == 1
    assert not present(project) & (LAMPS | NIGHTS)
    assert "Deleted 5 files, not allowed by their marking:\n" in result.out


HIDDEN = (ROOT / "layouts/briefing/stamp.html.j2").read_text(encoding="utf-8").replace("identity.statuses |", "[] |")
"""A template that hides that a text is a draft: its files are refused."""


def test_a_file_that_hides_its_status_is_refused(project: Path, again: Run) -> None:
    result = again({"layouts/briefing/stamp.html.j2": HIDDEN}, "lamps")
    assert result.code == 4
    assert (project / "output/refused/briefings/lamps/lamps.pdf").is_file()
    assert "output/refused/briefings/lamps/lamps.pdf:" in result.err
    assert "Refused, because they failed a serious check:\n" in result.out
    assert "briefings/lamps/lamps.pdf" in earlier(project)
    assert again({"layouts/briefing/stamp.html.j2": None}).code == 0
    assert present(project) == EVERYTHING
    assert not (project / "output/refused").exists()


def test_a_folder_of_refused_files_that_is_a_link_is_left_alone(project: Path, again: Run, tmp_path: Path) -> None:
    mine = tmp_path / "elsewhere/briefings/lamps/lamps.pdf"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    (project / "output/refused").symlink_to(tmp_path / "elsewhere")
    assert again({}, "lamps").code == 0
    result = again({"layouts/briefing/stamp.html.j2": HIDDEN}, "lamps")
    assert result.code == 3
    assert "output/refused is a link," in result.err
    assert mine.read_text() == "mine"
