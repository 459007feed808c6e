"""No running line is laid over words: it is measured, and told with the words on both sides."""

from functools import cache

import pytest

from pipeline.bind.pdf.stamps import find_covered_text, read_stamp_box
from pipeline.bind.running_lines import briefing_running_lines
from pipeline.build.formats import PdfJob
from pipeline.build.recipes import FileRecipe, stamp_remarks
from pipeline.model.manuscript import StampText
from pipeline.model.sheets import TypesetPages
from pipeline.press.press import press
from tests.support.bind.sheets import DAY, LIGHTING, lighting, stamps
from tests.support.press.manuscripts import manuscript, metadata

TEXT = '<h1 id="title">Lamps</h1><p id="a">The text.</p>'


@cache
def sheets(style: str) -> TypesetPages:
    """A page whose last paragraph a style has moved."""
    return press(manuscript(f'{TEXT}<p id="moved">Moved words</p>', style))


def covered_at(style: str) -> list[tuple[str, str]]:
    """What a briefing's running lines would cover, and what would cover it."""
    lines = briefing_running_lines(LIGHTING, DAY, sheets(style).pages)
    pressed = stamps(line for page in lines for line in page)
    return [(match.words, match.stamp) for match in find_covered_text(sheets(style).outliers, lines, pressed)]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("", []),
        ("top: -18mm; left: 50mm", [("Moved words", "Street lighting")]),
        ("top: 251mm; left: 0", [("Moved words", "lighting · Version 1.0")]),
        ("top: -8mm; left: 50mm", []),
    ],
    ids=["in the text area", "in the head", "in the foot", "between the lines"],
)
def test_words_are_covered_by_the_line_at_their_place(place: str, expected: list[tuple[str, str]]) -> None:
    style = f"#moved {{ position: absolute; {place} }}" if place else ""
    assert bool(sheets(style).outliers) == bool(place)
    assert covered_at(style) == expected


def test_the_text_of_a_briefing_is_clear_of_all_lines() -> None:
    assert lighting().outliers == ()


def test_it_is_told_at_its_page() -> None:
    style = "#moved { position: absolute; top: -18mm; left: 50mm }"
    lines = briefing_running_lines(LIGHTING, DAY, sheets(style).pages)
    pressed = tuple(stamps(line for page in lines for line in page).items())
    job = PdfJob(
        sheets=sheets(style), metadata=metadata(), identity=LIGHTING, produced=DAY, stamps=pressed, addresses=()
    )
    recipe = FileRecipe("briefings/lighting/lighting.pdf", "briefings/lighting", "screen", 1, "", job)
    (remark,) = stamp_remarks(recipe)
    assert (remark.code, str(remark.place)) == ("made-stamp-covers", "output/briefings/lighting/lighting.pdf:1:1")
    assert "'Street lighting' overlaps the words 'Moved words'" in remark.sentence


def test_a_stamp_is_as_wide_as_its_words() -> None:
    short, long = StampText("head-title", "Lamps"), StampText("head-title", "Lamps and the streets that they stand on")
    boxes = {text: read_stamp_box(sheet) for text, sheet in stamps((short, long)).items()}
    assert boxes[short][:2] == boxes[long][:2]
    assert 20 < boxes[short][2] - boxes[short][0] < 35
    assert 150 < boxes[long][2] - boxes[long][0] < 220
