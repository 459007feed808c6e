"""Judgement on a file by its bytes."""

from pipeline.services.editions.records import RecordChain
from pipeline.services.editions.verify import by_bytes
from tests.support.editions.records import NAMES, chain, content

CHAIN = chain()


def test_bytes_on_record_are_as_issued() -> None:
    """Whichever edition they are of."""
    records = RecordChain({"nights": CHAIN})
    for name, one in zip(NAMES, CHAIN, strict=True):
        found = by_bytes(records, (), content(name))
        assert found
        assert found.edition == one
    assert by_bytes(records, (), b"other") is None
