"""What cannot be made now stays as an earlier build has made it, what has no source goes, and both are told."""

import json
from collections.abc import Callable
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
def project(built_once: Callable[..., Path], tmp_path: Path) -> Path:
    """A library with one of everything, built on a first day."""

    def write(root: Path) -> None:
        libraries.written(root, FILES)

    return libraries.copied(
        built_once("one-of-everything", write, "--date", libraries.DATE, "--jobs", "1"), tmp_path / "own"
    )


@pytest.fixture
def again(project: Path, briefings: Run) -> Run:
    """Build the library with some files written otherwise, or deleted, on the next day."""

    def run(files: dict[str, str | None], *more: str) -> Said:
        for name, text in files.items():
            path = project / name if name.startswith("layouts/") else project / "source" / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return briefings(project, "build", "--date", "2024-04-27", "--jobs", "1", *more)

    return run


def standing(project: Path) -> set[str]:
    """The files that stand, which the record has all of."""
    made = set(libraries.made(project)) - {"build.json"}
    assert {row["path"] for row in rows(project)} == made
    return made


def rows(project: Path) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads((project / "output/build.json").read_text())["files"]
    return listed


def earlier(project: Path) -> set[object]:
    """The files that are on record as of an earlier build; they keep their day."""
    found = [row for row in rows(project) if row.get("earlier")]
    assert {row["produced"] for row in found} <= {libraries.DATE}
    return {row["path"] for row in found}


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
def test_what_cannot_be_made_stays_and_is_told_of(
    project: Path, again: Run, files: dict[str, str | None], left: set[str]
) -> None:
    """With its day, in the summary and in `build.json`; once it is mended it is of today."""
    before = {path: content for path, content in libraries.made(project).items() if path in left}
    said = again(files)
    assert said.code in {1, 4}
    assert standing(project) >= EVERYTHING
    assert earlier(project) == left
    assert before.items() <= libraries.made(project).items()
    told = "From the build of 26 April 2024, as they could not be made now:\n"
    assert told in said.out
    assert "Deleted" not in said.out
    mended = {name: None if name.startswith("layouts/") else str(FILES[name]) for name in files}
    assert again(mended).code == 0
    assert earlier(project) == set()
    assert standing(project) == EVERYTHING


def test_a_library_whose_formats_cannot_be_read_deletes_none(project: Path, again: Run) -> None:
    """Nobody knows what it would list."""
    for harm in ("title: [\n", IMPRINT + "formats: [screem]\n"):
        again({"library.yaml": harm})
        assert standing(project) == EVERYTHING


def test_a_build_of_something_else_leaves_it_as_it_was(project: Path, again: Run) -> None:
    again({"packs/nights.yaml": "title: [\n"})
    assert "earlier build" not in again({}, "patrol").out
    assert earlier(project) == NIGHTS


def test_what_has_no_source_any_more_is_deleted_and_told(project: Path, again: Run) -> None:
    said = again(
        {"briefings/patrol.md": None, "packs/nights.yaml": None, "library.yaml": IMPRINT + "formats: [epub]\n"}
    )
    assert said.code == 0, said.err
    assert standing(project) == {"briefings/lamps/lamps.epub", *PLACES, *HANDBOOK}
    assert "Deleted 7 files, as nothing lists them any more:\n" in said.out
    assert f"  {project}/output/packs/nights/nights.pdf .epub\n" in said.out
    assert "Deleted" not in again({}).out


def test_what_is_marked_too_high_is_deleted_and_told(project: Path, again: Run) -> None:
    """It may not be made, and no pack that holds it."""
    said = again({"briefings/lamps.md": libraries.briefing(title="Lamps", marking="{tier: SECRET}")})
    assert said.code == 1
    assert not standing(project) & (LAMPS | NIGHTS)
    assert "Deleted 5 files, as they may not be made as marked now:\n" in said.out


HIDDEN = (ROOT / "layouts/briefing/stamp.html.j2").read_text(encoding="utf-8").replace("identity.statuses |", "[] |")
"""A template that does not say that a text is a draft: such a file must not lie about."""


def test_what_must_not_lie_about_is_laid_aside(project: Path, again: Run) -> None:
    said = again({"layouts/briefing/stamp.html.j2": HIDDEN}, "lamps")
    assert said.code == 4
    assert (project / "output/refused/briefings/lamps/lamps.pdf").is_file()
    assert "output/refused/briefings/lamps/lamps.pdf:" in said.err
    assert "Refused by the proof, and laid aside to be looked at:\n" in said.out
    assert "briefings/lamps/lamps.pdf" in earlier(project)
    assert again({"layouts/briefing/stamp.html.j2": None}).code == 0
    assert standing(project) == EVERYTHING
    assert not (project / "output/refused").exists()


def test_a_folder_of_what_was_refused_that_is_a_link_is_left_alone(project: Path, again: Run, tmp_path: Path) -> None:
    mine = tmp_path / "elsewhere/briefings/lamps/lamps.pdf"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    (project / "output/refused").symlink_to(tmp_path / "elsewhere")
    assert again({}, "lamps").code == 0
    said = again({"layouts/briefing/stamp.html.j2": HIDDEN}, "lamps")
    assert said.code == 3
    assert "output/refused is a link," in said.err
    assert mine.read_text() == "mine"
