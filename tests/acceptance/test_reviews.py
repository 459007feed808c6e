"""Reviews without a change move a date and nothing else; lists open whole in a spreadsheet."""

import csv
import io
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
