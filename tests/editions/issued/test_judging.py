"""Judgement on a file by its bytes."""

from __future__ import annotations

from pipeline.core.digest import sha256
from pipeline.editions.issued.judging import by_bytes
from pipeline.editions.issued.records import RecordsRead
from pipeline.load.library.register import Entry
from tests.support.editions.records import NAMES, chain, content

CHAIN = chain()


def test_bytes_on_record_are_as_issued() -> None:
    """Whichever edition they are of."""
    records = RecordsRead({"nights": CHAIN})
    for name, one in zip(NAMES, CHAIN, strict=True):
        found = by_bytes(records, (), content(name))
        assert found
        assert found.edition == one
    assert by_bytes(records, (), b"other") is None


def test_a_numbered_copy_is_known_by_the_register() -> None:
    copy = b"the bytes of copy 7"
    row = Entry("north", "nights", NAMES[1], "patrol@1.2", "text", 1, 7, sha256(copy), CHAIN[1].record.issued)
    found = by_bytes(RecordsRead({"nights": CHAIN}), (row,), copy)
    assert found
    assert (found.edition, found.copy) == (CHAIN[1], row)
