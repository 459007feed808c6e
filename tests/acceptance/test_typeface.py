"""A library set in a typeface that comes as variable fonts: bold is bold in PDF and book, and pages press as fast."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from tests.support import libraries
from tests.support.press import variable_fonts
from tests.support.project import IMPRINT, ROOT, Said

BODY = "Patrol matters [@hughes2018].\n\n## Where it *works*\n\nIn **small** places, *mostly*."
LIGHT, HEAVY = variable_fonts.STEM, variable_fonts.STEM + variable_fonts.GROWTH * 3 // 4


@pytest.fixture(scope="module")
def set_in_bars(tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, dict[str, bytes]]:
    """What is said and made of a briefing in that typeface."""
    fonts = tmp_path_factory.mktemp("fonts")
    files: dict[str, Any] = {"Bars__": variable_fonts.bars(), "Bars_Italic__": variable_fonts.bars(italic=True)}
    design = (
        f"design: {{typeface: {{family: Bars, package: {variable_fonts.package(fonts, 'fontpkg_bars', **files)}}}}}\n"
    )
    sources = {"library.yaml": IMPRINT + design, "briefings/patrol.md": libraries.briefing(BODY)}
    project = libraries.written(tmp_path_factory.mktemp("bars"), sources)
    said = libraries.run(project, "build", "--date", libraries.DATE, "--jobs", "1", PYTHONPATH=f"{ROOT}:{fonts}")
    return said, libraries.made(project)


def widest(content: bytes) -> int:
    """Units that the widest bar of a font is wide."""
    font: Any = TTFont(io.BytesIO(content))
    assert "fvar" not in font
    glyphs = [font["glyf"][name] for name in font.getGlyphOrder()]
    return max(glyph.xMax - glyph.xMin for glyph in glyphs if glyph.numberOfContours)


@pytest.mark.proof
def test_nothing_is_said_of_it(set_in_bars: tuple[Said, dict[str, bytes]]) -> None:
    assert set_in_bars[0].code == 0, set_in_bars[0].err
    assert "typeface" not in set_in_bars[0].err


def test_bold_is_bold_in_the_pdf(set_in_bars: tuple[Said, dict[str, bytes]]) -> None:
    with pikepdf.open(io.BytesIO(set_in_bars[1]["briefings/patrol/patrol.pdf"])) as pdf:
        held = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one]
        found = {(str(one.FontName).partition("+")[2], widest(one.FontFile2.read_bytes())) for one in held}
    assert found == {("Bars", LIGHT), ("Bars-Bold", HEAVY), ("Bars-Italic", LIGHT), ("Bars-Bold-Italic", HEAVY)}


def test_bold_is_bold_in_the_book(set_in_bars: tuple[Said, dict[str, bytes]]) -> None:
    with zipfile.ZipFile(io.BytesIO(set_in_bars[1]["briefings/patrol/patrol.epub"])) as book:
        found = {Path(name).stem: widest(book.read(name)) for name in book.namelist() if name.endswith(".ttf")}
    assert found == {
        "book-text-400": LIGHT,
        "book-text-700": HEAVY,
        "book-text-400-italic": LIGHT,
        "book-text-700-italic": HEAVY,
    }
