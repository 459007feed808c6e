"""The verb `due`: reviews by owner, as a table, and as a calendar that any program reads."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar

from tests.support import libraries
from tests.support.project import IMPRINT, Said

DAY = "2026-11-28"
Run = Callable[..., Said]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A library of three texts of two owners, in a pack for four colleges and in one for one of them."""
    colleges = "".join(
        f"{name}: {{name: '{name.capitalize()}, College', type: force-learning-unit}}\n"
        for name in ("east", "north", "south", "west")
    )
    files = {
        "library.yaml": IMPRINT + "address: https://briefings.example\n",
        "briefings/patrol.md": libraries.briefing("Text.", owner="Head of evidence", review_by="2026-10-01"),
        "briefings/lamps.md": libraries.briefing("Text.", "Lamps", owner="Head of evidence", review_by="2027-02-28"),
        "briefings/bikes.md": libraries.briefing("Text.", "Bikes", review_by="2027-03-01"),
        "packs/nights.yaml": "title: Nights\nbriefings: [patrol, lamps]\n",
        "packs/days.yaml": "title: Days\nbriefings: [patrol, bikes]\nrecipients: [west]\n",
        "colleges.yaml": colleges,
    }
    return libraries.written(tmp_path / "library", files)


def test_what_falls_due_is_listed_by_owner(project: Path, briefings: Run) -> None:
    """Overdue reviews, and those of the next three months."""
    said = briefings(project, "due", "--date", DAY)
    assert said.code == 0
    assert said.out == (
        "Head of evidence\n"
        "review by           id      version  packs        colleges    title\n"
        "2026-10-01 overdue  patrol  0.1      days nights  4 colleges  Foot patrol\n"
        "2027-02-28          lamps   0.1      nights       4 colleges  Lamps\n"
    )


def test_programs_get_every_field(project: Path, briefings: Run) -> None:
    """In a table for spreadsheets and as records; there all colleges are named."""
    asked = ("due", "--date", DAY, "--until", "2027-12-31", "--report")
    records = json.loads(briefings(project, *asked, "json").out)
    table = csv.DictReader(io.StringIO(briefings(project, *asked, "csv").out.removeprefix("\ufeff")))
    assert list(table) == records
    assert records[0] == {
        "owner": "Head of evidence",
        "review by": "2026-10-01",
        "overdue": "yes",
        "id": "patrol",
        "version": "0.1",
        "kept": "no",
        "status": "draft",
        "packs": "days nights",
        "colleges": "east north south west",
        "title": "Foot patrol",
    }
    assert [(one["id"], one["overdue"]) for one in records[1:]] == [("lamps", "no"), ("bikes", "no")]


def test_a_calendar_has_a_day_for_each_review(project: Path, briefings: Run) -> None:
    said = briefings(project, "due", "--date", DAY, "--until", "2027-12-31", "--report", "ical")
    calendar = Calendar.from_ical(said.out)
    events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    patrol = events["review-patrol@briefings.example"]
    assert len(events) == 3
    assert (patrol.decoded("dtstart"), str(patrol["summary"])) == (date(2026, 10, 1), "Review due: Foot patrol (0.1)")
    assert str(patrol["description"]).splitlines() == [
        "patrol 0.1",
        "Owner: Head of evidence",
        "Packs: Days; Nights",
        "Colleges: East, College; North, College; South, College; West, College",
    ]
    assert patrol["categories"].to_ical() == b"Head of evidence"
    assert all(len(line.encode()) <= 75 for line in said.out.split("\r\n"))


def test_no_list_looks_whole_that_is_not(project: Path, briefings: Run) -> None:
    """Files that could not be read are told each time, and the command fails."""
    (project / "source/briefings/bikes.md").write_text("---\ntitle: [Bikes\n---\n\nText.\n", encoding="utf-8")
    for _ in range(2):
        said = briefings(project, "due", "--date", DAY)
        assert (said.code, said.err.startswith("source/briefings/bikes.md:")) == (1, True)
        assert "patrol" in said.out
