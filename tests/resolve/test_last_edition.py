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
    """The record of an edition that held these briefings, by its path."""
    made = holding("p", number, edition, versions)
    return made.path.removeprefix("source/"), made.content.decode()


def changes(*records: tuple[str, str], **files: str) -> PackChanges | None:
    """What the pack says has changed."""
    more = {"briefings/patrol/briefing.md": files.get("patrol", FILES["briefings/patrol/briefing.md"])}
    library = loaded(LIBRARY | more | dict(records))
    (pack,) = resolve(library, Order(("p",), (), DAY), fake_cite, STYLES, frozenset(), WORDBOOK).packs
    return pack.changes


def test_it_compares_with_the_versions_of_the_last_edition() -> None:
    found = changes(record(1, "Autumn 2023", patrol="0.9"), record(2, "Spring 2024", patrol="0.9", lamps="1.0"))
    assert found is not None
    assert (found.edition, found.since) == ("Spring 2024", date(2024, 2, 1))
    assert [(one.id, one.was, one.now) for one in found.changed] == [("patrol", "0.9", "1.0")]
    assert [entry.summary for entry in found.changed[0].entries] == ["First."]
    assert found.gone == (GoneTitle("Lamps"),)


def test_a_pack_that_is_issued_compares_with_the_edition_before_it() -> None:
    found = changes(record(1, "Autumn 2023", patrol="0.9"), record(2, "Summer 2024", patrol="1.0"))
    assert found is not None
    assert found.edition == "Autumn 2023"


def test_what_was_reviewed_without_a_change_says_when() -> None:
    found = changes(record(1, "Autumn 2023", patrol="1.0"), patrol=REVIEWED)
    assert found is not None
    assert [(one.id, one.reviewed) for one in found.unchanged] == [("patrol", date(2024, 3, 4))]
    later = changes(record(4, "Spring 2024", patrol="1.0"), patrol=REVIEWED)
    assert later is not None
    assert [one.reviewed for one in later.unchanged] == [None]


def test_before_the_first_issue_nothing_is_told() -> None:
    assert changes() is None


@pytest.mark.parametrize("content", ["", "{}", '{"schema": "edition/1"}'])
def test_a_record_that_cannot_be_read_is_told(content: str) -> None:
    path, _ = record(1, "Autumn 2023", patrol="0.9")
    files = {f"source/{name}": text.encode() for name, text in (LIBRARY | {path: content}).items()}
    assert [(one.code, one.place.path) for one in load(files)[1]] == [("record-broken", f"source/{path}")]
