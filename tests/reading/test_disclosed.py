"""The page of a disclosure, in a browser, from its own file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.colleges.disclosure.choice import Choice, Sources, concerned
from pipeline.colleges.disclosure.contents import Disclosure, disclosure, issued_places
from pipeline.colleges.disclosure.left_out import LeftOut
from pipeline.colleges.disclosure.names import Withheld
from pipeline.colleges.disclosure.page import OnPage, disclosure_page
from pipeline.compose.design.style import joined
from pipeline.compose.design.tokens import tokens
from pipeline.editions.sealing.check_page import SHEET
from tests.reading.browser import told
from tests.support.colleges.histories import Written, file, planned
from tests.support.compose import samples
from tests.support.editions.records import chain, content
from tests.support.editions.sealing import KEY

pytestmark = pytest.mark.proof

FAULTS = ("asked", "sideways", "outside", "clipped", "violations")


def disclosed() -> Disclosure:
    """Three editions that went to a college, with long names and words."""
    records, events = chain(), Written()
    for number, one in enumerate(records, 1):
        facts = planned("fellbrook-learning-unit", "Autumn 2026", [file("text", 24)])
        facts |= {"record": one.sha256, "edition": one.record.edition, "channel": "printer", "again": "Lost. " * 20}
        events.send(f"delivery{number}", facts, f"2024-0{number}-02")
    sources, choice = Sources(events.events, {"nights": records}, {}), Choice("fellbrook-learning-unit")
    found = concerned(sources, choice)
    places, left = issued_places(found, choice)
    held = [(one, content(one.of.record.edition)) for one in places]
    left += (LeftOut("editions/nights/" + "long-" * 20, "It names people. " * 10, "0" * 64),)
    return disclosure(sources, found, choice, {}, held, left, Withheld(), date(2026, 11, 29))


def test_the_page_is_open_to_all_and_asks_for_nothing(tmp_path: Path) -> None:
    """Full or empty: axe finds nothing, wide and narrow, in light and dark; no request leaves the machine."""
    imprint, layouts = samples.imprint(), samples.layouts()
    style = tokens(imprint, layouts) + joined((SHEET,), layouts)
    full = disclosed()
    empty = replace(full, editions=(), issued=(), versions=(), rows=(), held=(), left_out=())
    words = OnPage("Northmoor Institute", "evidence@northmoor.example", style, KEY.public.minisign)
    pages = {tmp_path / "full.html": full, tmp_path / "empty.html": empty}
    for page, made in pages.items():
        page.write_text(disclosure_page(made, words), encoding="utf-8")
    found = told("page.mjs", *pages)
    assert len(found) == 4 * len(pages)
    assert [(one["file"], one["width"], kind, one[kind]) for one in found for kind in FAULTS if one[kind]] == []
