"""A pack's section of changes compares with its last issued edition; `since:` asks for a day instead."""

from collections.abc import Mapping
from datetime import date

import pytest

from pipeline.load.library import load_library
from pipeline.model.formats import Order
from pipeline.model.publication import GoneTitle, PackChanges
from pipeline.resolve.resolve import ResolveResult, resolve
from tests.support.editions.records import holding
from tests.support.resolve.kept_versions import DAY, FILES, loaded
from tests.support.resolve.library_parts import RESOURCES

PATROL = "briefings/patrol/briefing.md"
REVIEWED = FILES[PATROL].replace(
    "approved_by: Ann Bell}]",
    "approved_by: Ann Bell}, {version: 1.0, date: 2024-03-04, kind: review-no-change, summary: Reviewed.}]",
)
LIBRARY = FILES | {"packs/p.yaml": "title: P\nedition: Summer 2024\nbriefings: [patrol]\nback: [changes]\n"}


def other(title: str, more: str = "") -> str:
    """Another briefing."""
    return f"---\ntitle: {title}\nsummary: A text.\nfirst_published: 2023-05-02\n{more}---\n\nText.\n"


SINCE = FILES | {
    "briefings/lamps.md": other("Lamps", "status: withdrawn\nwithdrawn_reason: The study was retracted.\n"),
    "briefings/walks.md": other("Walks", "status: superseded\nsuperseded_by: patrol\n"),
    "briefings/gates.md": other("Alley gates"),
    "packs/p.yaml": "title: P\nedition: Spring 2024\nbriefings: [patrol]\nback: [changes]\nsince: 2024-02-29\n",
}
"""A library with other briefings, and a pack that compares with a day."""


def record(number: int, edition: str, *names: str, pack: str = "p", **versions: str) -> tuple[str, str]:
    """The record of an edition, issued on the first day of a month of 2024, by its path; `names` have version 1.0."""
    saved = holding(pack, number, edition, dict.fromkeys(names, "1.0") | versions)
    return saved.path.removeprefix("source/"), saved.content.decode()


def resolved(files: Mapping[str, str], *records: tuple[str, str]) -> ResolveResult:
    """The resolution of the pack."""
    return resolve(loaded({**files, **dict(records)}), Order(("p",), (), DAY), RESOURCES)


def changes(files: Mapping[str, str], *records: tuple[str, str]) -> PackChanges:
    """The section of changes of the pack."""
    (pack,) = resolved(files, *records).packs
    assert pack.changes is not None
    return pack.changes


def test_it_compares_with_the_versions_of_the_last_edition() -> None:
    records = record(1, "Autumn 2023", patrol="0.9"), record(2, "Spring 2024", patrol="0.9", lamps="1.0")
    pack_changes = changes(LIBRARY, *records)
    assert (pack_changes.edition, pack_changes.since) == ("Spring 2024", date(2024, 2, 1))
    assert [(title.id, title.was, title.now) for title in pack_changes.changed] == [("patrol", "0.9", "1.0")]
    assert [entry.summary for entry in pack_changes.changed[0].entries] == ["First."]
    assert pack_changes.gone == (GoneTitle("Lamps"),)


def test_a_pack_that_is_issued_compares_with_the_edition_before_it() -> None:
    records = record(1, "Autumn 2023", patrol="0.9"), record(2, "Summer 2024", patrol="1.0")
    assert changes(LIBRARY, *records).edition == "Autumn 2023"


@pytest.mark.parametrize(("month", "reviewed"), [(1, date(2024, 3, 4)), (4, None)])
def test_a_review_without_change_since_the_edition_has_its_date(month: int, reviewed: date | None) -> None:
    pack_changes = changes(LIBRARY | {PATROL: REVIEWED}, record(month, "Autumn 2023", "patrol"))
    assert [(title.id, title.reviewed) for title in pack_changes.unchanged] == [("patrol", reviewed)]


def test_before_the_first_issue_there_are_no_changes() -> None:
    assert resolved(LIBRARY).packs[0].changes is None


@pytest.mark.parametrize("content", ["", "{}", '{"schema": "edition/1"}'])
def test_a_record_that_cannot_be_read_is_reported(content: str) -> None:
    path, _ = record(1, "Autumn 2023", patrol="0.9")
    files = {f"source/{name}": text.encode() for name, text in (LIBRARY | {path: content}).items()}
    assert [(remark.code, remark.place.path) for remark in load_library(files)[1]] == [
        ("record-broken", f"source/{path}")
    ]


def test_briefings_of_the_last_edition_are_listed_with_their_fate() -> None:
    pack_changes = changes(SINCE, record(2, "Autumn 2023", "lamps", "patrol", "walks", "gates", "ways-home"))
    assert pack_changes.gone == (
        GoneTitle("Lamps", withdrawn=True, reason="The study was retracted."),
        GoneTitle("Walks", superseded=True, newer="Foot patrol"),
        GoneTitle("Alley gates"),
        GoneTitle("Ways-home"),
    )


@pytest.mark.parametrize(
    "edition_record",
    [
        record(3, "Winter 2024", "lamps"),
        record(1, "Spring 2024", "lamps"),
        record(1, "Autumn 2023", "lamps", pack="q"),
        record(1, "Autumn 2023", "patrol"),
    ],
    ids=["later", "this edition", "another pack", "still in it"],
)
def test_other_records_do_not_count(edition_record: tuple[str, str]) -> None:
    assert resolved(SINCE, edition_record).packs[0].changes is None


def test_the_last_edition_before_the_day_counts() -> None:
    records = record(1, "Summer 2023", "lamps"), record(2, "Autumn 2023", "gates")
    assert changes(SINCE, *records).gone == (GoneTitle("Alley gates"),)


@pytest.mark.parametrize(("name", "expected"), [("lamps", []), ("patrol", ["pack-since"])])
def test_a_pack_with_gone_titles_has_no_remark_on_missing_changes(name: str, expected: list[str]) -> None:
    result = resolved(SINCE, record(1, "Autumn 2023", name))
    assert [remark.code for remark in result.remarks if remark.code == "pack-since"] == expected
    assert (result.packs[0].changes is None) is bool(expected)
