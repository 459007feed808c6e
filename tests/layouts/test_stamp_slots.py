"""One table of slots for running lines: the style sheets lay out what stands in it, and nothing else."""

import re

import pytest

from pipeline.compose.design.style import PRINTED, join_sheets
from pipeline.model.formats import BY_STAMPS, PDF_VARIANTS, RUNNING, SLOTS, STAMP_STYLES, StampSheet
from tests.support.compose import samples

LAYOUTS = samples.layouts()


@pytest.mark.parametrize("sheet", STAMP_STYLES)
def test_the_sheets_of_stamps_lay_out_the_slots_of_the_table(sheet: StampSheet) -> None:
    """A slot without a rule would stand at the corner of the page; a rule without a slot does nothing."""
    style = join_sheets(STAMP_STYLES[sheet], LAYOUTS)
    assert set(re.findall(r"\.([a-z][\w-]*)", style)) == SLOTS.keys()


def test_the_margin_boxes_of_a_web_page_are_those_of_the_table() -> None:
    boxes = re.findall(r"@((?:top|bottom)-\w+) \{([^}]*)", join_sheets((PRINTED,), LAYOUTS))
    said = {slot.margin_box for slot in RUNNING if slot.margin_box}
    assert {name for name, rules in boxes if "content:" not in rules} == said
    assert [slot.name for slot in RUNNING if not slot.margin_box] == ["folio"]


def test_editions_that_share_their_stamps_have_the_same_rooms() -> None:
    """Else the words of one would be cut for the places of the other."""
    assert all(row.stamp_space == BY_STAMPS[row.stamps].stamp_space for row in PDF_VARIANTS.values())
