"""A pack's section of changes compares with its last issued edition by itself; `since:` asks for a day instead."""

from datetime import date

import pytest

from pipeline.load.library import load
from pipeline.model.formats import Order
from pipeline.model.publication import GoneTitle, PackChanges
from pipeline.resolve.resolve import resolve
from tests.support.editions.records import holding
from tests.support.resolve.kept_versions import DAY, FILES, loaded
from tests.support.resolve.library_parts import STYLES, fake_cite
from tests.support.words import WORDBOOK

REVIEWED = FILES["briefings/patrol/briefing.md"].replace(
    "approved_by: Ann Bell}]",
    "approved_by: Ann Bell}, {version: 1.0, date: 2024-03-04, kind: review-no-change, summary: Reviewed.}]",
)
PACK = "title: P\nedition: Summer 2024\nbriefings: [patrol]\nback: [changes]\n"
LIBRARY = FILES | {"packs/p.yaml": PACK}


def record(number: int, edition: str, **versions: str) -> tuple[str, str]:
    """The record of an edition with these briefings, by its path."""
    edition_record = holding("p", number, edition, versions)
    return edition_record.path.removeprefix("source/"), edition_record.content.decode()


def changes(*records: tuple[str, str], **files: str) -> PackChanges | None:
    """The section of changes of the pack."""
    more = {"briefings/patrol/briefing.md": files.get("patrol", FILES["briefings/patrol/briefing.md"])}
    library = loaded(LIBRARY | more | dict(records))
    (pack,) = resolve(library, Order(("p",), (), DAY), fake_cite, STYLES, frozenset(), WORDBOOK).packs
    return pack.changes


def test_it_compares_with_the_versions_of_the_last_edition() -> None:
    pack_changes = changes(record(1, "Autumn 2023", patrol="0.9"), record(2, "Spring 2024", patrol="0.9", lamps="1.0"))
    assert pack_changes is not None
    assert (pack_changes.edition, pack_changes.since) == ("Spring 2024", date(2024, 2, 1))
    assert [(title.id, title.was, title.now) for title in pack_changes.changed] == [("patrol", "0.9", "1.0")]
    assert [entry.summary for entry in pack_changes.changed[0].entries] == ["First."]
    assert pack_changes.gone == (GoneTitle("Lamps"),)


def test_a_pack_that_is_issued_compares_with_the_edition_before_it() -> None:
    pack_changes = changes(record(1, "Autumn 2023", patrol="0.9"), record(2, "Summer 2024", patrol="1.0"))
    assert pack_changes is not None
    assert pack_changes.edition == "Autumn 2023"


def test_a_review_without_change_has_its_date() -> None:
    pack_changes = changes(record(1, "Autumn 2023", patrol="1.0"), patrol=REVIEWED)
    assert pack_changes is not None
    assert [(title.id, title.reviewed) for title in pack_changes.unchanged] == [("patrol", date(2024, 3, 4))]
    later = changes(record(4, "Spring 2024", patrol="1.0"), patrol=REVIEWED)
    assert later is not None
    assert [title.reviewed for title in later.unchanged] == [None]


def test_before_the_first_issue_there_are_no_changes() -> None:
    assert changes() is None


@pytest.mark.parametrize("content", ["", "{}", '{"schema": "edition/1"}'])
def test_a_record_that_cannot_be_read_is_reported(content: str) -> None:
    path, _ = record(1, "Autumn 2023", patrol="0.9")
    files = {f"source/{name}": text.encode() for name, text in (LIBRARY | {path: content}).items()}
    assert [(title.code, title.place.path) for title in load(files)[1]] == [("record-broken", f"source/{path}")]
