"""Every running line has its place: with the house's layouts none runs over another, nor into the text."""

import re
from dataclasses import replace
from itertools import combinations

import pytest

from pipeline.bind.pdf.stamps import read_stamp_box
from pipeline.bind.running_lines import running_lines
from pipeline.compose.design.style import compose_stamp, join_sheets
from pipeline.core.documents.pdf import Rectangle
from pipeline.model.formats import BY_STAMPS, SLOTS, StampSheet
from pipeline.model.manuscript import StampText
from pipeline.model.sheets import Identity
from pipeline.press.stamps import press_stamps
from tests.support.bind.sheets import DAY, LIGHTING, PACK
from tests.support.compose import samples

LAYOUTS = samples.layouts()
HOLDER = "Copy 120, held by the University of Northmoor, School of Policing, Criminology and Forensic Investigation"
LONG = "Measures for safer streets, street lighting and alley gates in towns and cities"
MARKED = "OFFICIAL-SENSITIVE – RECIPIENTS ONLY – OPERATIONAL"
TEXT = replace(
    LIGHTING,
    id="street-lighting-and-other-measures-in-residential-areas",
    short_title=LONG,
    statuses=("SAMPLE", "DRAFT", f"SUPERSEDED BY {LONG}"),
)
WHOLE = replace(PACK, title=LONG, edition="Autumn 2026, second printing", copy=HOLDER, marking=MARKED)
ALONE = replace(TEXT, marking="OFFICIAL-SENSITIVE")
CODE = "WMQWG-MRDW6"
"""A code of 5 broad letters: of 10,000 about 2 have as many."""
CODED = ((TEXT, replace(WHOLE, code=CODE)), (replace(ALONE, code=CODE), None), (replace(TEXT, code=CODE), None))


def lines(sheet: StampSheet, text: Identity = TEXT, pack: Identity | None = WHOLE) -> tuple[StampText, ...]:
    """The lines of a page: of a pack the folio is a number, of a briefing 'Page 12 of 16'."""
    return running_lines(text, DAY, "120" if pack else "Page 12 of 16", pack, sheet)


def boxes(sheet: StampSheet, texts: tuple[StampText, ...], typeface: str = "") -> dict[str, Rectangle]:
    """Where the words of each line stand on a page, by slot."""
    imprint = samples.imprint(design={"typeface": typeface} if typeface else {})
    pressed = press_stamps(compose_stamp(imprint, LAYOUTS, sheet), texts)
    return {line.slot: _letters(read_stamp_box(pdf)) for line, pdf in zip(texts, pressed, strict=True)}


def _letters(box: Rectangle) -> Rectangle:
    """A box without what fonts keep above and below their letters."""
    spare = 0.15 * min(box[3] - box[1], 26)  # of one line, where there are two
    return box[0], box[1] + spare, box[2], box[3] - spare


def edges(sheet: StampSheet) -> tuple[float, float]:
    """Where the text of a page starts and ends, from below."""
    style = join_sheets(("tokens.css", *BY_STAMPS[sheet].styles), LAYOUTS)
    lengths = {name: re.findall(rf"--{name}: ([\d.]+)(pt|mm)", style)[-1] for name in ("page-height", "head", "foot")}
    points = {name: float(number) * (72 / 25.4 if unit == "mm" else 1) for name, (number, unit) in lengths.items()}
    return points["page-height"] - points["head"], points["foot"]


@pytest.mark.parametrize("typeface", ["", "Lato"])
@pytest.mark.parametrize(("text", "pack"), [(TEXT, WHOLE), CODED[0]])
@pytest.mark.parametrize("sheet", list(BY_STAMPS))
def test_no_line_runs_over_another(sheet: StampSheet, text: Identity, pack: Identity | None, typeface: str) -> None:
    measured = boxes(sheet, lines(sheet, text, pack), typeface)
    for first, second in combinations(measured.values(), 2):
        across = min(first[2], second[2]) - max(first[0], second[0])
        down = min(first[3], second[3]) - max(first[1], second[1])
        assert across <= 0 or down <= 0, (first, second)


@pytest.mark.parametrize("sheet", list(BY_STAMPS))
def test_lines_stand_above_and_below_the_text(sheet: StampSheet) -> None:
    top, bottom = edges(sheet)
    for text, pack in ((TEXT, WHOLE), *CODED):
        for slot, box in boxes(sheet, lines(sheet, text, pack)).items():
            assert box[1] >= top if SLOTS[slot].head else 0 < box[1] < box[3] <= bottom, slot


@pytest.mark.parametrize("sheet", list(BY_STAMPS))
def test_inserts_leave_the_lines_their_room(sheet: StampSheet) -> None:
    row = BY_STAMPS[sheet]
    height = edges(sheet)[0] + float(
        re.findall(r"--head: ([\d.]+)", join_sheets(("tokens.css", *row.styles), LAYOUTS))[-1]
    )
    if row.insert_room is None:
        return
    for slot, box in boxes(sheet, lines(sheet, *CODED[0])).items():
        head = row.insert_head_of_copies if slot == "copy" else row.insert_room[0]
        assert box[1] >= height - head if SLOTS[slot].head else box[3] <= row.insert_room[1], slot


@pytest.mark.parametrize("sheet", list(BY_STAMPS))
def test_the_status_stands_on_the_line_of_the_head(sheet: StampSheet) -> None:
    measured = boxes(sheet, lines(sheet))
    assert measured["status"][1::2] == pytest.approx(measured["head-title"][1::2], abs=1.5)
    assert measured["status"][0] > measured["head-title"][2]


@pytest.mark.parametrize("sheet", list(BY_STAMPS))
def test_statuses_are_whole_and_the_title_has_what_they_leave(sheet: StampSheet) -> None:
    texts = {line.slot: line.text for line in lines(sheet)}
    assert texts["status"].startswith("SAMPLE · DRAFT · SUPERSEDED")
    bare = {line.slot: line.text for line in lines(sheet, replace(TEXT, statuses=()), replace(WHOLE, statuses=()))}
    assert len(bare["head-title"]) >= len(texts["head-title"]) >= 7


@pytest.mark.parametrize("sheet", list(BY_STAMPS))
def test_the_marking_has_a_line_of_its_own(sheet: StampSheet) -> None:
    texts = {line.slot: line.text for line in lines(sheet)}
    assert texts["marking-top"] == texts["marking-bottom"] == MARKED


@pytest.mark.parametrize("sheet", list(BY_STAMPS))
def test_a_code_is_as_large_as_the_other_lines(sheet: StampSheet) -> None:
    measured = boxes(sheet, lines(sheet, *CODED[0]))
    assert measured["code"][0] == pytest.approx(measured["foot-id"][0], abs=1.5)
    assert measured["code"][3] <= measured["foot-id"][1] + 1
    assert measured["code"][3] - measured["code"][1] == pytest.approx(
        measured["folio"][3] - measured["folio"][1], abs=1
    )


@pytest.mark.parametrize(("sheet", "is_whole"), [("usual", True), ("booklet", True), ("large-print", False)])
def test_a_usual_marking_stands_whole_beside_a_code(sheet: StampSheet, is_whole: bool) -> None:
    marked = replace(ALONE, marking="OFFICIAL-SENSITIVE – RECIPIENTS ONLY", code=CODE)
    box = boxes(sheet, lines(sheet, marked, None))
    places = [place for name, place in box.items() if name.startswith("marking-")]
    widths = [right - left for left, _, right, _ in places]
    assert (abs(widths[0] - widths[1]) < 1) == is_whole
