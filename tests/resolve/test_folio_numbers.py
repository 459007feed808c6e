"""Numbers of briefings in the folios of a pack: given once, recorded with an edition, never moved or given again."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest

from pipeline.editions.issued.records import RecordFile
from pipeline.load.library.library import load
from pipeline.model.order import Order
from pipeline.resolve.publish.folio_numbers import folio_numbers
from pipeline.resolve.reading import read_briefings, read_pack
from pipeline.resolve.resolve import resolve
from tests.support.bind.foreign_pdfs import good
from tests.support.editions.records import holding
from tests.support.resolve.kept_versions import DAY
from tests.support.resolve.library_parts import STYLES, fake_cite
from tests.support.words import WORDBOOK

PACK = "title: Nights\nedition: Summer 2030\nfolios: by-briefing\nback: []\nbriefings: "
EVERY = ("beats", "lamps", "gates", "dogs", "cars", "bars", "parks", "trams")


def files(listed: Sequence[str], records: Sequence[RecordFile] = (), pack: str = PACK) -> dict[str, bytes]:
    """A library whose pack lists these briefings and inserts, with records of its editions."""
    front = "title: T\nsummary: What it does.\nstatus: published\nfirst_published: 2024-01-08\nversion: 1.0\n"
    lines = (f"{{insert: {name}, title: {name}}}" if name.endswith(".pdf") else name for name in listed)
    found = {f"source/briefings/{name}.md": f"---\n{front}---\n\nPatrols walk.\n".encode() for name in EVERY}
    found |= {f"source/packs/{name}": good() for name in listed if name.endswith(".pdf")}
    found["source/library.yaml"] = b"title: T\npublisher: P\n"
    found["source/packs/nights.yaml"] = f"{pack}[{', '.join(lines)}]\n".encode()
    return found | {one.path: one.content for one in records}


def numbers(listed: Sequence[str], *records: RecordFile, pack: str = PACK) -> dict[str, int]:
    """Every number of the pack, as the next record would have it."""
    library, _ = load(files(listed, records, pack))
    readings = read_briefings(library, DAY)
    environment = next(iter(readings.values())).environment
    return folio_numbers(read_pack(environment, library.packs["nights"], readings, DAY))


def record(number: int, given: Mapping[str, int] | None, *held: str) -> RecordFile:
    """The record of an edition with these numbers."""
    return holding("nights", number, f"Edition {number}", dict.fromkeys(held or given or (), "1.0"), given)


def test_at_first_numbers_follow_the_order_of_the_pack() -> None:
    """They are those of proofs, until an edition is issued."""
    assert numbers(["lamps", "beats", "gates"]) == {"lamps": 1, "beats": 2, "gates": 3}
    assert numbers(["gates", "lamps"]) == {"gates": 1, "lamps": 2}


def test_a_number_on_record_stays_whatever_the_order() -> None:
    """A briefing that comes takes the next free one, wherever it stands."""
    first = record(1, {"lamps": 1, "beats": 2, "gates": 3})
    assert numbers(["dogs", "gates", "beats", "lamps"], first) == {"lamps": 1, "beats": 2, "gates": 3, "dogs": 4}


def test_the_number_of_a_briefing_that_goes_is_never_given_again() -> None:
    """Each record has it, so none before is needed; when the briefing comes back, it has its own."""
    first, second = record(1, {"lamps": 1, "beats": 2}), record(2, {"lamps": 1, "beats": 2, "gates": 3}, "lamps")
    assert numbers(["lamps", "dogs"], first, second) == {"lamps": 1, "beats": 2, "gates": 3, "dogs": 4}
    assert numbers(["lamps", "dogs"], second) == numbers(["lamps", "dogs"], first, second)
    assert numbers(["gates"], first, second)["gates"] == 3


def test_an_edition_with_running_folios_gives_no_number() -> None:
    """Numbers begin with the first edition that asks for them, and outlast one that does not."""
    running, first = record(1, None, "lamps", "beats"), record(2, {"beats": 1, "lamps": 2})
    assert numbers(["beats", "lamps"], running) == {"beats": 1, "lamps": 2}
    assert numbers(["lamps", "gates"], first, record(3, None, "lamps")) == {"beats": 1, "lamps": 2, "gates": 3}


def test_a_pack_with_running_folios_has_no_numbers() -> None:
    """What is on record is kept, and not read."""
    assert numbers(["lamps"], record(1, {"lamps": 7}), pack="title: Nights\nback: []\nbriefings: ") == {}


def test_an_insert_has_a_number_by_its_file() -> None:
    """Bound in twice, it is two parts."""
    listed = ["lamps", "map.pdf", "beats", "map.pdf"]
    assert numbers(listed) == {"lamps": 1, "map.pdf": 2, "beats": 3, "map.pdf (2)": 4}
    library, _ = load(files(listed))
    (pack,) = resolve(library, Order(("nights",), (), DAY), fake_cite, STYLES, frozenset(), WORDBOOK).packs
    assert pack.numbers == {"lamps": 1, "pack-insert-1": 2, "beats": 3, "pack-insert-2": 4}


def test_two_records_that_differ_give_no_number_twice() -> None:
    """As after two branches have issued: the first holds, and the briefing that loses its number takes a free one."""
    one, other = record(1, {"lamps": 1, "beats": 2}), record(2, {"lamps": 1, "gates": 2, "dogs": 3})
    assert numbers(["gates", "beats", "dogs"], one, other) == {"lamps": 1, "beats": 2, "dogs": 3, "gates": 4}


def test_where_a_record_cannot_be_read_the_pack_is_a_draft() -> None:
    """Numbers may have been given in it."""
    broken = {"source/editions/nights/001-autumn-2024.json": b"{"}
    library, remarks = load(files(["lamps"]) | broken)
    assert [(one.code, one.place.path) for one in remarks] == [("record-broken", *broken)]
    assert library.unsound == {"nights"}


@pytest.mark.parametrize("seed", range(60))
def test_no_number_moves_in_a_row_of_editions(seed: int) -> None:
    """Briefings come, go, come back and change places; a record in between may be lost."""
    dice = random.Random(seed)
    records: list[RecordFile] = []
    known: dict[str, int] = {}
    for edition in range(1, 9):
        listed = dice.sample(EVERY, dice.randint(1, len(EVERY)))
        kept = [one for one in records if one is records[-1] or dice.random() > 0.2]
        given = numbers(listed, *kept)
        assert given == known | {name: given[name] for name in listed}
        assert sorted(given.values()) == list(range(1, len(given) + 1))
        known = given
        records.append(record(edition, given, *listed))
