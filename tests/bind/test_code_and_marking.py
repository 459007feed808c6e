"""The code and the marking share a line at the foot: whatever they are, and however broad the type, they never meet."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from pipeline.bind.running_lines import running_lines
from pipeline.compose.design.faces import font_rules
from pipeline.compose.design.style import compose_stamp
from pipeline.core.printed_code import LONGEST, PrintedCode
from pipeline.model.formats import STAMP_STYLES, StampSheet
from pipeline.model.manuscript import FontFace, StampLayout, StampText
from pipeline.press.stamps import press_stamps
from tests.support.bind.sheets import DAY, PACK
from tests.support.compose import samples
from tests.support.press import variable_fonts

LAYOUTS = samples.layouts()
BROAD, FIGURES, OTHERS = 1000, 640, 720
"""Units that M and W, figures, and other letters are wide in a broad typeface, as they are in broad ones of today."""

CODES = [str(PrintedCode(symbols, copy=1023)) for symbols in ("M0W1M2", "WMWMWM", "MW0123456789MWMW"[:LONGEST])]
MARKINGS = (
    "OFFICIAL",
    "OFFICIAL-SENSITIVE",
    "OFFICIAL-SENSITIVE – FOR WOMEN",
    "OFFICIAL-SENSITIVE – RECIPIENTS ONLY – OPERATIONAL – FOR POLICE USE, AND TRAINING",
)


@pytest.fixture
def broad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[FontFace, ...]:
    """The faces of a broad typeface, regular and bold."""
    font = TTFont(BytesIO(variable_fonts.bars("Broad", axes=())))
    for code, name in font.getBestCmap().items():
        letter = chr(code)
        wide = BROAD if letter in "MW" else FIGURES if letter.isdigit() else OTHERS
        font["hmtx"][name] = (wide, 50)
    content = BytesIO()
    font.save(content)
    package = variable_fonts.package(tmp_path, "fontpkg_broad", Broad=content.getvalue())
    monkeypatch.syspath_prepend(str(tmp_path))
    return tuple(FontFace("Broad", weight, False, package, "Broad.ttf") for weight in (400, 700))


def meeting(layout: StampLayout, sheet: StampSheet) -> list[tuple[str, str]]:
    """The codes and markings whose words meet on a page, as they are set."""
    pairs = [(code, marking) for code in CODES for marking in MARKINGS]
    feet = [_foot(code, marking, sheet) for code, marking in pairs]
    texts = tuple(dict.fromkeys(line for foot in feet for line in foot))
    boxes = dict(zip(texts, map(_box, press_stamps(layout, texts)), strict=True))
    return [pair for pair, (code, marking) in zip(pairs, feet, strict=True) if boxes[code][2] > boxes[marking][0]]


def _foot(code: str, marking: str, sheet: StampSheet) -> tuple[StampText, StampText]:
    """The lines that share the foot: the code, and the marking."""
    lines = running_lines(replace(PACK, code=code, marking=marking), DAY, "7", sheet=sheet)
    (own,) = (line for line in lines if line.slot == "code")
    (other,) = (line for line in lines if line.slot.startswith("marking-b"))
    return own, other


def _box(stamp: bytes) -> list[float]:
    with pikepdf.open(BytesIO(stamp)) as pdf:
        return [float(edge) for edge in pdf.pages[0].ArtBox]


@pytest.mark.parametrize("sheet", ["large-print"])
def test_in_the_typeface_of_the_house_they_stand_apart(sheet: StampSheet) -> None:
    assert meeting(compose_stamp(samples.imprint(), LAYOUTS, sheet), sheet) == []


@pytest.mark.parametrize("sheet", STAMP_STYLES)
def test_in_a_broad_typeface_they_stand_apart_too(sheet: StampSheet, broad: tuple[FontFace, ...]) -> None:
    layout = compose_stamp(samples.imprint(), LAYOUTS, sheet)
    wide = StampLayout(f"{layout.style}{font_rules(broad)}html {{ font-family: Broad }}", (*layout.fonts, *broad))
    assert meeting(wide, sheet) == []
