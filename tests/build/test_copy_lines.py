"""The line that says which copy a file is must not cover words, whoever holds the copy."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.build.checks import FileToCheck, store_expected_content
from pipeline.build.project import Project
from pipeline.build.recipes import words_near_copy_line
from pipeline.cli.options import SHIPPED
from pipeline.core.diagnostics import Location
from pipeline.core.printed_code import code_of
from pipeline.core.progress import ProgressReporter
from pipeline.model.sheets import MarginText, Section, TypesetPages
from pipeline.model.source.college import College
from pipeline.services.colleges.numbered_copies import NumberedCopyJob, make_numbered_copies
from pipeline.services.colleges.recipients import NumberedCopy
from pipeline.services.editions.edition import FinishedFile
from tests.support.words import ENGLISH

HEADING = MarginText("A heading in the head", 3, 260, 790, 60, 10)
"""Left of the middle of the page, at the height of that line."""
LONG = "Northmoor Constabulary Learning and Development Unit"


def test_a_line_that_would_cover_words_is_told_before_any_copy_is_made(tmp_path: Path) -> None:
    """The line of the pack itself is shorter, and clear of them. The widest is measured, at the page it would cover."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "library.yaml").write_text("title: Briefings\npublisher: Northmoor\n", encoding="utf-8")
    project = Project(tmp_path, SHIPPED, ProgressReporter())
    master = FinishedFile("screen", "nights.pdf", b"no PDF: it is not opened", 3)
    store_expected_content(
        project.store,
        FileToCheck("output/packs/nights/nights.pdf", master.sha256, "screen", "bound", outliers=(HEADING,)),
    )
    takers = {"a": College(name="Unit", type="agency"), "b": College(name=LONG, type="agency")}
    copies = (NumberedCopy("a", "screen", 11), NumberedCopy("b", "screen", 12))
    job = NumberedCopyJob(
        project.loaded[0], "nights", date(2026, 4, 26), (master,), copies, takers, ENGLISH, code_of(64 * "0")
    )
    (fault,) = make_numbered_copies(project, job, lambda copy, file: pytest.fail("written"))
    assert (fault.place, fault.code) == (Location("output/packs/nights/nights.pdf", 3), "made-stamp-covers")
    assert f"'Copy 12, held by {LONG}' overlaps the words 'A heading in the head'" in fault.sentence


def test_what_is_measured_are_pages_of_the_file() -> None:
    sheets = TypesetPages(b"", 3, (), outliers=(replace(HEADING, page=1), HEADING))
    sections = (
        Section("front", "Front", sheets, 1, "front", cover=True),
        Section("text", "Text", sheets, 5),
    )
    assert [one.page for one in words_near_copy_line(sections, "screen")] == [3, 4, 6]
    assert [one.page for one in words_near_copy_line(sections, "print")] == [3, 5, 7]
