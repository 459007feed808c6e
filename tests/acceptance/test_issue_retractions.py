"""An edition does not go out with a work that was retracted, unless the reason is recorded or the author knows."""

import json
from pathlib import Path

import pytest

from pipeline.core.printed_code import code_of
from tests.support import libraries
from tests.support.editions.issued_library import BRIEFING, COLLEGES, FILES, HOUSE, issue, library
from tests.support.project import REFERENCES
from tests.support.publishing import rewrite
from tests.support.retraction_watch import PATH, RETRACTION, row, watch_file

CITING = FILES[BRIEFING].replace("## Practice", "As [@hughes2018] says.\n\n## Practice")
WORKS = {"references/works.yaml": f"{REFERENCES}  DOI: 10.5555/beats.2018\n", BRIEFING: CITING}


def retract(project: Path) -> None:
    """Bring the file that says that the work was retracted."""
    path = project / "source" / PATH
    path.parent.mkdir(parents=True)
    path.write_text(watch_file(row("3/9/2019", RETRACTION, "10.5555/Beats.2018")), encoding="utf-8")


@pytest.mark.proof
def test_a_retracted_work_stands_against_an_issue(tmp_path: Path) -> None:
    project = library(tmp_path / "library", **WORKS)
    assert issue(project, "2024-10-01", "--dry-run").code == 0
    retract(project)
    said = issue(project, "2024-10-01", "--dry-run")
    assert said.code == 1
    assert "reference-retracted" in said.err
    why = "--override", "reference-retracted=It is cited as an error that was found"
    assert issue(project, "2024-10-01", *why).code == 0


def test_a_work_that_was_retracted_since_stands_against_copies_and_deliveries(tmp_path: Path) -> None:
    """Of an issued edition too, whatever has become of the text; a reason overrides it, as of any. `cites` finds it."""
    channel = COLLEGES.replace("contact:", "channels: {folder: ../in}, licence_basis: licensed, contact:")
    project = library(tmp_path / "library", **WORKS, **{"colleges.yaml": channel, "library.yaml": HOUSE})
    (tmp_path / "in").mkdir()
    assert issue(project, "2024-10-01").code == 0
    retract(project)
    rewrite(project, BRIEFING, ("\nversion: 1.0\n", "\nversion: 1.1\n"), ("As [@hughes2018] says.", "As many say."))
    copies, delivery = ("copies", "nights"), ("deliver", "nights")
    for verb in (copies, (*delivery, "--dry-run"), delivery):
        said = libraries.here(project, *verb, "--date", "2024-12-02")
        assert said.code == 1, said
        assert "copies-work: " in said.err
        assert "hughes2018 was retracted on 9 March 2019" in said.err
    assert list((tmp_path / "in").iterdir()) == []
    why = "--override", "foot-patrol=The course is about the retraction"
    assert libraries.here(project, *delivery, "--date", "2024-12-02", *why).code == 0
    told = libraries.here(project, "cites", "hughes2018").out.splitlines()
    assert told[-1] == "Issued: Autumn 2024 of nights (foot-patrol 1.0), 1 October 2024, held by 1 college."
    rewrite(project, "colleges.yaml", ("south: {", "south-tor: {formerly: [south], "))
    again = ("--to", "south-tor", "--again", "A disk failed")
    assert libraries.here(project, *delivery, "--date", "2024-12-02", *why, *again).code == 0
    *_, row = json.loads(libraries.here(project, "cites", "hughes2018", "--report", "json").out)
    assert (row["version"], row["edition"], row["held by"]) == ("1.0", "Autumn 2024", "1")


def codes(project: Path) -> tuple[str, str]:
    """The codes of the edition, and of the version of its text."""
    record = json.loads((project / "source/editions/nights/001-autumn-2024.json").read_text(encoding="utf-8"))
    kept = json.loads((project / "source/versions/foot-patrol/1.0/kept.json").read_text(encoding="utf-8"))
    return record["code"], str(code_of(kept["digest"]))


def test_an_edition_whose_text_rests_on_a_work_that_was_retracted_since_is_uncertain(tmp_path: Path) -> None:
    """So is the version. Whoever issued it with a reason, or knows, is not told again."""
    project = library(tmp_path / "library", **WORKS)
    assert issue(project, "2024-10-01").code == 0
    assert libraries.here(project, "verify", *codes(project)).code == 0
    retract(project)
    said = libraries.here(project, "verify", *codes(project))
    assert said.code == 1
    doubt = "now: uncertain. 'Foot patrol' rests on hughes2018, which was retracted on 9 March 2019."
    assert [line.strip() for line in said.out.splitlines() if "now:" in line] == [doubt, doubt]
