"""Pages of briefings and sheets of packs, as a build tells them: each by itself, of many the sum and the longest."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.build.output import Output
from pipeline.build.output_lists import Length, lengths, paper_lines
from tests.support import libraries
from tests.support.project import Said

Run = Callable[..., Said]
Small = Callable[[Mapping[str, str | bytes]], Path]


def row(path: str, format: str, pages: int) -> Output:
    return Output(path, path.rpartition("/")[0], format, "0", 1, pages, "0", "2026-11-25")


PATROL = row("briefings/patrol/patrol.pdf", "screen", 4)
NIGHTS = row("packs/nights/nights.pdf", "screen", 21)


def test_a_pack_is_counted_in_sheets_printed_on_both_sides() -> None:
    """The last one may be printed on one side only."""
    found = lengths([NIGHTS, PATROL])
    assert {owner: str(length) for owner, length in found.items()} == {
        "briefings/patrol": "4 pages",
        "packs/nights": "21 pages, 11 sheets",
    }


@pytest.mark.parametrize(
    ("rows", "pages"),
    [
        ([("-large-print.pdf", "large-print", 9), (".pdf", "screen", 4)], 4),
        ([(".pdf", "screen", 4), ("-print.pdf", "print", 5)], 5),
        ([(".epub", "epub", 4), ("-booklet.pdf", "booklet", 8)], 8),
        ([(".epub", "epub", 4)], 4),
        ([(".txt", "text", 0)], None),
    ],
)
def test_the_length_is_that_of_paper(rows: list[tuple[str, str, int]], pages: int | None) -> None:
    """The printer's, else the PDF's; an EPUB tells the pages of that. Plain text has none."""
    found = lengths(row(f"briefings/patrol/patrol{end}", kind, length) for end, kind, length in rows)
    assert [length.pages for length in found.values()] == ([pages] if pages else [])


def test_what_is_longer_or_shorter_than_before_is_told() -> None:
    before = [replace(NIGHTS, pages=38), replace(PATROL, pages=3), row("briefings/lamps/lamps.epub", "epub", 9)]
    lamps = row("briefings/lamps/lamps.pdf", "screen", 4)
    assert list(paper_lines(lengths([NIGHTS, PATROL, lamps], before).values())) == [
        "Paper: 2 briefings of 4 pages, 8 in all; 1 pack of 11 sheets printed on both sides.",
        "Pages, where their number has changed: nights 21 (was 38), patrol 4 (was 3).",
    ]
    assert list(paper_lines(lengths([PATROL], [PATROL]).values())) == []


def test_of_many_the_longest_is_named() -> None:
    many = [Length(f"briefings/b{n}", 2 + (n == 7) + (n % 2), 1) for n in range(300)]
    paper, changed = paper_lines(many)
    assert paper == "Paper: 300 briefings of 2 to 4 pages, 751 in all (most: b7)."
    assert changed.startswith("Pages, where their number has changed: b7 4 (was 1), ")
    assert changed.endswith(", and 294 more.")


SCREEN = ("--format", "screen")
PAIR = {
    "briefings/patrol.md": libraries.briefing(),
    "briefings/lamps.md": libraries.briefing(title="Lamps"),
    "packs/nights.yaml": "title: Nights\nbriefings: [lamps, patrol]\n",
}


@pytest.mark.proof
def test_a_build_reports_pages_and_sheets(small: Small, build: Run) -> None:
    project = small(PAIR)
    result = build(project, *SCREEN)
    assert "\nPaper: 2 briefings of 1 page, 2 in all; 1 pack of 3 sheets printed on both sides.\n" in result.out
    path = project / "source" / "briefings" / "lamps.md"
    path.write_text(path.read_text() + "\nStreets were lit again.\n" * 30)
    first, *others = json.loads(build(project, *SCREEN, "--report", "json").out)["lengths"]
    assert first == {"owner": "briefings/lamps", "pages": 2, "sheets": 1, "pages_before": 1}
    assert [(row["owner"], row["pages_before"]) for row in others] == [("briefings/patrol", 1), ("packs/nights", 5)]


def test_list_has_the_pages_of_the_last_build(small: Small, briefings: Run, build: Run) -> None:
    """In every form; nothing where nothing was built, and nothing is built for it."""
    project = small(PAIR)

    def pages() -> list[str]:
        return [row["pages"] for row in json.loads(briefings(project, "list", "--report", "json").out)]

    assert pages() == ["", ""]
    assert not (project / "output" / "briefings").exists()
    build(project, "patrol", *SCREEN)
    assert pages() == ["", "1"]
    assert briefings(project, "list", "--report", "csv").out.splitlines()[0].endswith(",pages")
    assert [re.split(" {2,}", line)[-2] for line in briefings(project, "list").out.splitlines()] == ["pages", "–", "1"]
