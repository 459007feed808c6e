"""Briefings of the last edition that are gone, in a pack's section of changes."""

import pytest

from pipeline.model.formats import Order
from pipeline.model.publication import GoneTitle, PackChanges
from pipeline.resolve.resolve import resolve
from tests.support.editions.records import holding
from tests.support.resolve.kept_versions import DAY, FILES, loaded
from tests.support.resolve.library_parts import STYLES, fake_cite
from tests.support.words import WORDBOOK


def other(title: str, more: str = "") -> str:
    """Another briefing."""
    return f"---\ntitle: {title}\nsummary: A text.\nfirst_published: 2023-05-02\n{more}---\n\nText.\n"


LIBRARY = FILES | {
    "briefings/lamps.md": other("Lamps", "status: withdrawn\nwithdrawn_reason: The study was retracted.\n"),
    "briefings/walks.md": other("Walks", "status: superseded\nsuperseded_by: patrol\n"),
    "briefings/gates.md": other("Alley gates"),
    "packs/p.yaml": "title: P\nedition: Spring 2024\nbriefings: [patrol]\nback: [changes]\nsince: 2024-02-29\n",
}


def record(number: int, edition: str, *names: str, pack: str = "p") -> tuple[str, str]:
    """The record of an edition that was issued on the first day of a month of 2024, by its path."""
    saved = holding(pack, number, edition, dict.fromkeys(names, "1.0"))
    return saved.path.removeprefix("source/"), saved.content.decode()


def changes(*records: tuple[str, str]) -> PackChanges | None:
    """The section of changes of the pack."""
    library = loaded(LIBRARY | dict(records))
    (pack,) = resolve(library, Order(("p",), (), DAY), fake_cite, STYLES, frozenset(), WORDBOOK).packs
    return pack.changes


def test_briefings_of_the_last_edition_are_listed_with_their_fate() -> None:
    pack_changes = changes(record(2, "Autumn 2023", "lamps", "patrol", "walks", "gates", "ways-home"))
    assert pack_changes is not None
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
    ids=["later", "this edition", "another pack", "held still"],
)
def test_other_records_do_not_count(edition_record: tuple[str, str]) -> None:
    assert changes(edition_record) is None


def test_the_last_edition_of_then_counts() -> None:
    pack_changes = changes(record(1, "Summer 2023", "lamps"), record(2, "Autumn 2023", "gates"))
    assert pack_changes is not None
    assert pack_changes.gone == (GoneTitle("Alley gates"),)


@pytest.mark.parametrize(("name", "expected"), [("lamps", []), ("patrol", ["pack-since"])])
def test_a_pack_with_gone_titles_has_no_remark_on_missing_changes(name: str, expected: list[str]) -> None:
    library = loaded(LIBRARY | dict([record(1, "Autumn 2023", name)]))
    result = resolve(library, Order(("p",), (), DAY), fake_cite, STYLES, frozenset(), WORDBOOK)
    assert [remark.code for remark in result.remarks if remark.code == "pack-since"] == expected
    assert (result.packs[0].changes is None) is bool(expected)
