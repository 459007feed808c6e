"""Styles, colours, fonts, QR codes."""

from __future__ import annotations

import re

import pytest
import segno
from lxml import etree

from pipeline.compose.contrast import accent_remarks, contrast
from pipeline.compose.galley import RESERVED
from pipeline.compose.layouts import accent, font_faces, tokens
from pipeline.compose.qr import QUIET, qr
from pipeline.compose.style import EPUB, PAGED, SERIES, paged_style, screen_style
from tests.compose import samples

LAYOUTS = samples.layouts()
ADDRESS = "https://northmoor.example/briefings/street-lighting"


def test_contrast_is_that_of_wcag() -> None:
    """Black on white is 21 to 1."""
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.01)


def test_a_pale_accent_is_an_error_at_its_place() -> None:
    """The publisher is told the ratio; a dark one passes."""
    (pale,) = accent_remarks(samples.imprint(design={"accent": "#4a90d9"}))
    assert pale.code == "contrast-low"
    assert "3.3 to 1" in pale.sentence
    assert accent_remarks(samples.imprint(design={"accent": "#0b3d5c"})) == ()


def test_the_house_accent_and_inks_are_dark_enough() -> None:
    """Text 7:1, on the ground of a box too."""
    sheet = tokens(samples.imprint(), LAYOUTS)
    named = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", sheet))
    for name in ("accent", "ink", "ink-soft"):
        assert contrast(named[name], named["tint"]) >= 7, name
    assert contrast(named["accent-dark"], "#14181a") >= 7


def test_the_librarys_accent_replaces_the_houses() -> None:
    """On paper, on dark screens and in the drawings."""
    own = samples.imprint(design={"accent": "#5c0f2e"})
    assert "--accent: #5c0f2e" in tokens(own, LAYOUTS)
    assert "#8fd0e0" not in tokens(own, LAYOUTS)
    assert accent(own, LAYOUTS) == "#5c0f2e"


def test_styles_name_fonts_and_nothing_else() -> None:
    """No file, no address."""
    for layout in PAGED:
        found = re.findall(r'url\("([^"]*)"\)', paged_style(layout, samples.imprint(), LAYOUTS))
        assert len(found) == len(font_faces(LAYOUTS))
        assert all(name.startswith("font:") for name in found)


def test_screens_respect_the_readers_size() -> None:
    """No text size in pixels or points, no ground on the body."""
    for sheets in (EPUB, SERIES):
        style = screen_style(sheets, samples.imprint(), LAYOUTS)
        assert not re.search(r"font(-size)?:[^;}]*\d(px|pt)", style.split("@media print")[0])
        assert not re.search(r"body\s*{[^}]*background", style)


def test_no_page_numbers_in_the_sheets() -> None:
    """Margins stay empty: no margin boxes, no counters, no hyphens."""
    style = paged_style("pack", samples.imprint(), LAYOUTS)
    assert "counter(" not in style
    assert not re.search(r"@(top|bottom|left|right)-", style)
    assert "hyphens: auto" not in style


def test_the_code_holds_the_address() -> None:
    """The drawing's modules are those of the address at level M; the same every time."""
    root = etree.fromstring(str(qr(ADDRESS)))
    dark = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", root[2].get("d")):
        dark |= {(int(x) + step, int(y)) for step in range(int(width))}
    matrix = segno.make_qr(ADDRESS, error="m", boost_error=False).matrix
    wanted = {(x + QUIET, y + QUIET) for y, row in enumerate(matrix) for x, on in enumerate(row) if on}
    assert dark == wanted
    assert ADDRESS in str(root[0].text)
    assert qr(ADDRESS) == qr(ADDRESS)
    assert qr("") == ""


def test_ids_in_templates_are_reserved() -> None:
    """An author's heading can never take an id that the layout sets."""
    set_ids = {
        name
        for path, text in LAYOUTS.files.items()
        if path.startswith("briefing/")
        for name in re.findall(r'\bid="([^"{]+)"', text)
    }
    assert set_ids - {"slot-produced"} <= RESERVED
