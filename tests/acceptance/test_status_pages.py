"""The verb pages: a page for every code that was ever issued, out of `source/` alone."""

from pathlib import Path

from tests.support import libraries
from tests.support.editions.issued_library import BRIEFING, library, new_version
from tests.support.publishing import rewrite


def pages(project: Path, *more: str) -> tuple[str, dict[str, str]]:
    """What the verb says, and the pages by code."""
    said = libraries.here(project, "pages", "--date", libraries.DATE, *more)
    assert said.code == 0, said
    found = sorted((project / "output/verify/v").glob("*/index.html"))
    return said.out, {place.parent.name: place.read_text("utf-8") for place in found}


def test_every_kept_version_has_a_page_that_says_its_state(tmp_path: Path) -> None:
    """The first is superseded once there is a second; and both are withdrawn with the briefing."""
    project = library(tmp_path / "library")
    new_version(project, "1.1", "A finding is put more carefully", "substantive", ("can reduce", "may reduce"))
    said, made = pages(project)
    assert said.startswith("2 status pages in ")
    states = {code: page.partition("<h2>")[2].partition("</h2>")[0] for code, page in made.items()}
    assert sorted(states.values()) == ["Current", "Current", "Superseded", "Superseded"]  # in capitals and in small
    rewrite(project, BRIEFING, ("status: published", "status: withdrawn\nwithdrawn_reason: It rests on an error."))
    assert all("It rests on an error" in page for page in pages(project)[1].values())


def test_no_page_is_written_of_records_that_do_not_hold(tmp_path: Path) -> None:
    """A page that says 'Current' of what was superseded is worse than none."""
    project = library(tmp_path / "library")
    broken = project / "source/editions/nights/001-autumn-2024.json"
    broken.parent.mkdir(parents=True)
    broken.write_text('{"x"')
    said = libraries.here(project, "pages", "--date", libraries.DATE)
    assert said.code == 1
    assert "record-broken" in said.err
    assert not (project / "output/verify").exists()
