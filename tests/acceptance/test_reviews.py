"""Reviews without a change move a date and nothing else; lists open whole in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.invented import generate
from tests.support.project import Said

pytestmark = pytest.mark.proof

REVIEWED = 40


def rows(text: str) -> list[dict[str, str]]:
    """A CSV as a spreadsheet reads it: UTF-8 said by its mark."""
    return list(csv.DictReader(io.StringIO(text.encode("utf-8").decode("utf-8-sig"), newline="")))


@pytest.fixture
def invented(tmp_path: Path) -> Path:
    """A library of 45 invented briefings."""
    return generate(tmp_path / "invented", REVIEWED + 5)


def record_review(path: Path) -> None:
    """Add to a briefing's history that it was reviewed and nothing had to change."""
    text = path.read_text(encoding="utf-8")
    version = re.search(r"version: '(.*)'", text)
    assert version
    entry = f"history:\n  - {{version: '{version[1]}', date: 2026-03-02, kind: review-no-change, summary: Reviewed.}}\n"
    path.write_text(text.replace("evidence:\n", entry + "evidence:\n", 1), encoding="utf-8")


def test_forty_reviews_change_forty_dates_and_no_version(invented: Path, briefings: Callable[..., Said]) -> None:
    """Recording `review-no-change` sets 'last reviewed' of those briefings; nothing else in the list changes."""
    before = rows(briefings(invented, "list", "--report", "csv").out)
    for number in range(REVIEWED):
        record_review(invented / "source" / "briefings" / f"briefing-{number:03}.md")
    after = rows(briefings(invented, "list", "--report", "csv").out)
    changed = [{k for k in new if new[k] != old[k]} for old, new in zip(before, after, strict=True)]
    assert [keys for keys in changed if keys] == [{"last reviewed"}] * REVIEWED
    assert {row["last reviewed"] for row in after[:REVIEWED]} == {"2026-03-02"}
    assert briefings(invented, "check", "--date", "2026-04-26").code == 0


def test_a_review_is_not_a_new_text(small: Callable[..., Path], briefings: Callable[..., Said]) -> None:
    """The stamp line tells the review; the version stays."""
    page = libraries.briefing(status="published", version="'1.4'", first_published="2024-01-11", review_by="2030-01-01")
    entry = "history:\n  - {version: '1.4', date: 2026-03-02, kind: review-no-change, summary: Reviewed.}\n"
    project = small({"briefings/patrol.md": page.replace("status:", entry + "status:", 1)})
    said = briefings(project, "build", "--date", "2026-04-26", "--format", "html")
    assert said.code == 0, said.err
    html = (project / "output" / "briefings" / "patrol" / "patrol.html").read_text(encoding="utf-8")
    text = re.sub(r"<[^>]*>|\s+", " ", html)
    assert re.search(r"Last reviewed\s+2 March 2026", text)
    assert "Version 1.4" in text


def test_the_list_opens_in_a_spreadsheet_with_its_accents(
    small: Callable[..., Path], briefings: Callable[..., Said]
) -> None:
    """UTF-8 with its mark, lines ended for spreadsheets, quotes and commas kept, no cell taken for a formula."""
    titles = (
        "Café culture – „Nähe“, Łódź and naïveté",
        "'He said \"halt\", twice'",
        "'=1+1 and a sum'",
        "Ἀθῆναι в 2024",
    )
    pages = {f"briefings/b{n}.md": libraries.briefing(title=title) for n, title in enumerate(titles)}
    said = briefings(small(pages), "list", "--report", "csv")
    assert said.out.startswith("\ufeff")
    found = rows(said.out)
    shown = [title.strip("'") for title in titles]
    assert [row["title"].removeprefix("'") for row in found] == shown
    assert found[2]["title"] == "'=1+1 and a sum"
    assert all(line.endswith("\r") for line in said.out.rstrip("\n").split("\n"))


def test_the_list_has_findings_by_area_of_outcome(sample: Path, briefings: Callable[..., Said]) -> None:
    """A column an area in the order of `tags.yaml`, and one for findings in none; words in the briefing's order."""
    listed = rows(briefings(sample, "list", "--report", "csv").out)
    areas = ["Crime and offending", "Crime nearby", "Drug use and market", "Harm and violence", "Fear and trust"]
    assert list(listed[0])[-6:] == [*areas, "other outcomes"]
    found = {row["id"]: [row[area] for area in (*areas, "other outcomes")] for row in listed}
    assert found["police-led-interventions"] == [
        *(
            "inconclusive, no studies",
            "",
            "no effect, mixed, little evidence, associated",
            "mixed, unfavourable",
            "",
            "",
        ),
    ]
    assert found["hot-spots-policing"] == ["favourable", "favourable", "", "", "little evidence", ""]


def test_the_list_in_a_pipe_is_bytes_of_utf_8(small: Callable[..., Path]) -> None:
    project = small({"briefings/patrol.md": libraries.briefing(title="Café – Łódź")})
    said = libraries.run(project, "list", "--report", "csv", LC_ALL="C", LANG="C", PYTHONIOENCODING="", PYTHONUTF8="0")
    assert said.code == 0, said.err
    assert rows(said.out)[0]["title"] == "Café – Łódź"


def test_every_briefing_that_rests_on_a_work_is_found(sample: Path, briefings: Callable[..., Said]) -> None:
    """`cites` finds it cited in the text, behind a finding, under the evidence, or behind a practice example."""
    listed = rows(briefings(sample, "list", "--report", "csv").out)
    expected = {row["id"] for row in listed if "eggins2020" in row["works cited"].split()}
    found = rows(briefings(sample, "cites", "eggins2020", "--report", "csv").out)
    holding = {
        path.stem if path.stem != "briefing" else path.parent.name
        for path in (sample / "source" / "briefings").rglob("*.md")
        if "eggins2020" in path.read_text(encoding="utf-8")
    }
    assert {row["id"] for row in found} == expected == holding
    assert "police-led-interventions" in holding


def test_resting_on_a_work_is_seen_wherever_it_is_named(
    small: Callable[..., Path], briefings: Callable[..., Said]
) -> None:
    finding = "\n  findings:\n    - {id: a, outcome: Crime, studies: 2, result: mixed, sources: [hughes2018]}"
    pages = {
        "briefings/in-text.md": libraries.briefing(),
        "briefings/in-findings.md": libraries.briefing("No words of it.", evidence=finding),
        "briefings/not-at-all.md": libraries.briefing("Nothing."),
    }
    found = json.loads(briefings(small(pages), "cites", "hughes2018", "--report", "json").out)
    assert {line["id"]: line["how"] for line in found}.keys() == {"in-text", "in-findings"}
    assert len({line["how"] for line in found}) == 2


def test_without_a_key_all_works_are_listed(sample: Path, briefings: Callable[..., Said]) -> None:
    """Whoever does not know a key finds it, with how many briefings rest on the work."""
    listed = rows(briefings(sample, "list", "--report", "csv").out)
    works = {row["key"]: row for row in rows(briefings(sample, "cites", "--report", "csv").out)}
    cited = [row for row in listed if "eggins2020" in row["works cited"].split()]
    assert works["eggins2020"] == {
        "key": "eggins2020",
        "work": "Eggins and others, 2020",
        "file": "source/references/drug-crimes.yaml",
        "state": "",
        "briefings": str(len(cited)),
    }
