"""Whether validators must be shown a pack as a whole, or have seen all of it in the files of its briefings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.build.planning.listed import judged_beside
from pipeline.model.asset import Asset
from pipeline.model.formats import Format
from pipeline.model.publication import InsertedPages, PackPublication
from tests.support.compose import samples

OWN = tuple(f"output/briefings/{name}/{name}.pdf" for name in ("street-lighting", "patrol-at-night", "lamps-in-parks"))


def with_insert() -> PackPublication:
    """A pack with a finished PDF in it."""
    file = Asset("source/packs/map.pdf", "application/pdf", "0" * 64, b"")
    return replace(samples.pack(), inserts=(InsertedPages("pack-insert-1", "Map", file),))


def changed(**first: str) -> PackPublication:
    """A pack whose first briefing is not what its own file is."""
    pack = samples.pack()
    return replace(pack, members=(replace(pack.members[0], **first), *pack.members[1:]))  # type: ignore[arg-type]


def test_briefings_are_judged_in_their_own_files() -> None:
    assert judged_beside(samples.pack(), "screen") == OWN


@pytest.mark.parametrize(("kind", "none"), [("screen", 1), ("large-print", 0)])
def test_an_insert_has_no_file_that_is_judged(kind: Format, none: int) -> None:
    """In large print a page of the pack's own stands in its place."""
    assert judged_beside(with_insert(), kind).count("") == none


def test_nor_has_a_briefing_that_is_another_text_in_the_pack() -> None:
    """A kept version, or one whose references stand in the pack's list."""
    assert judged_beside(changed(kept="1.0"), "screen") == ("", *OWN[1:])
    assert judged_beside(changed(listed_in="light-and-dark"), "screen") == ("", *OWN[1:])
