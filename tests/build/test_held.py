"""What finished files are held to: kept once for all days, and found by a file's digest."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.build.checks import FileToCheck, find_expected_file, store_expected_content
from pipeline.core.cache import Cache
from pipeline.model.sheets import Identity
from pipeline.proof.expected_content import ExpectedContent
from tests.support.words import ENGLISH

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
PATROL = Identity("patrol", "Foot patrol", "Foot patrol", "1.0", ENGLISH)
"""The briefing that the files are of."""


def file(day: date, origin: str = "as today", sha256: str = "") -> FileToCheck:
    return FileToCheck(
        "output/briefings/patrol/patrol.pdf",
        sha256 or day.isoformat(),
        "screen",
        origin,
        ExpectedContent(PATROL, (), day),
    )


@pytest.fixture
def store(tmp_path: Path) -> Cache:
    return Cache(tmp_path)


def test_a_file_is_held_to_its_own_day(store: Cache) -> None:
    for day in (MONDAY, TUESDAY):
        store_expected_content(store, file(day))
    found = [find_expected_file(store, day.isoformat()) for day in (MONDAY, TUESDAY, date(2026, 11, 29))]
    assert [held and held.promise and held.promise.produced for held in found] == [MONDAY, TUESDAY, None]


def test_the_same_bytes_are_held_to_what_they_were_bound_from_last(store: Cache) -> None:
    store_expected_content(store, file(MONDAY, "as before", "one file"))
    later = Cache(store._folder)
    store_expected_content(later, file(MONDAY, "as today", "one file"))
    later.prune(frozenset(later.asked))
    held = find_expected_file(later, "one file")
    assert held is not None
    assert held.origin == "as today"
