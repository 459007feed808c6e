"""Styles, colours, fonts, QR codes."""

from __future__ import annotations

import re

import pytest
import segno
from lxml import etree

from pipeline.compose.design.contrast import contrast
from pipeline.compose.design.style import EPUB, PAGED, SERIES, joined, paged_style, screen_style
from pipeline.compose.design.tokens import accent, design_remarks, logo, tokens
from pipeline.compose.design.typeface import font_set, text_faces
from pipeline.compose.page.formulas import formula
from pipeline.compose.page.galley import RESERVED
from pipeline.compose.qr import QUIET, qr
from pipeline.compose.stamp import compose_stamp
from pipeline.model.asset import Asset
from pipeline.model.formats import EDITIONS, Edition
from pipeline.model.layouts import Layouts
from pipeline.press.fitting import RUNGS
from tests.support.compose import samples

LAYOUTS = samples.layouts()
LEADINGS = {"leading": "text", "small-leading": "small", "key-leading": "key", "section-leading": "section"}
"""The leading of each size of running text."""

ADDRESS = "https://northmoor.example/briefings/street-lighting"


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.01)


def test_pale_colours_are_errors_at_their_places() -> None:
    remarks = design_remarks(
        samples.imprint(design={"accent": "#4a90d9", "ink_soft": "#888888", "line": "#dddddd"}), LAYOUTS
    )
    assert [remark.code for remark in remarks] == ["contrast-low"] * 3
    assert "'accent' has a contrast of 3.3 to 1 against white; text needs 7 to 1" in remarks[0].sentence
    assert "'ink-soft'" in remarks[1].sentence
    assert "'line' has a contrast of 1.4 to 1 against white; lines and marks need 3 to 1" in remarks[2].sentence
    assert design_remarks(samples.imprint(design={"accent": "#0b3d5c", "line": "#767676"}), LAYOUTS) == ()


def test_a_layouts_own_colours_are_looked_at_too() -> None:
    files = dict(LAYOUTS.files) | {"print/print.css": ":root {\n  --ink: #999999;\n}\n"}
    (pale,) = design_remarks(samples.imprint(), Layouts(files))
    assert (pale.place.path, pale.place.line, pale.place.column) == ("layouts/print/print.css", 2, 3)
    assert "'ink' has a contrast of 2.8 to 1" in pale.sentence


def test_a_chosen_typeface_dresses_text_and_stamps() -> None:
    own = samples.imprint(design={"typeface": "Atkinson Hyperlegible"})
    assert {face.family for face in text_faces(own, LAYOUTS)} == {"Atkinson Hyperlegible"}
    style = paged_style("briefing", own, LAYOUTS, font_set(own, LAYOUTS))
    assert '--face: "Atkinson Hyperlegible";' in style
    assert "SourceSans3" not in style
    assert "SourceSerif4" not in style  # it sets titles too
    assert '--face: "Atkinson Hyperlegible", ' in compose_stamp(own, LAYOUTS).style
    wrong = samples.imprint(design={"typeface": "Atkinson Hyperlegibel"})
    (remark,) = design_remarks(wrong, LAYOUTS)
    assert (remark.code, remark.hint) == ("typeface-unknown", "Did you mean 'Atkinson Hyperlegible'?")
    assert {face.family for face in text_faces(wrong, LAYOUTS)} == {"Source Sans 3"}


def test_a_typeface_by_package_and_files() -> None:
    mono = {"family": "Lato", "package": "fontpkg_lato", "bold": "Lato-Black.ttf"}
    faces = text_faces(samples.imprint(design={"typeface": mono}), LAYOUTS)
    names = ["Lato-Regular.ttf", "Lato-Italic.ttf", "Lato-Black.ttf", "Lato-BoldItalic.ttf"]
    assert [face.file for face in faces] == names
    absent = {"family": "Wraxby Sans", "package": "fontpkg_wraxby_sans"}
    (remark,) = design_remarks(samples.imprint(design={"typeface": absent}), LAYOUTS)
    assert remark.code == "typeface-missing"
    assert "'fontpkg_wraxby_sans' is not installed" in remark.sentence


def test_large_print_takes_the_legible_face_where_it_can() -> None:
    name = lambda text: font_set(samples.imprint(), LAYOUTS, "large-print", text).text.name  # noqa: E731
    assert name("Street lighting – 30 mph") == "Atkinson Hyperlegible"
    assert name("Dŵr") == "Source Sans 3"
    assert font_set(samples.imprint(), LAYOUTS, "screen", "Street").text.name == "Source Sans 3"


def test_letters_of_formulas_choose_no_face() -> None:
    set_in = lambda text: font_set(samples.imprint(), LAYOUTS, "large-print", text).text.name  # noqa: E731
    drawn = formula(r"\tau^2", False, "en-GB")
    assert "τ" in drawn
    assert set_in(f"<p>The variance {drawn}</p>") == "Atkinson Hyperlegible"
    assert set_in("<p>The variance τ</p>") == "Source Sans 3"


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_edition_sets_its_type_in_tokens(edition: Edition) -> None:
    fonts = font_set(samples.imprint(), LAYOUTS, edition)
    style = paged_style("pack", samples.imprint(), LAYOUTS, fonts, edition)
    least = 18 if edition == "large-print" else 12
    sizes = tokens_of(style, ":root")
    assert all(sizes[name] >= least for name in (*LEADINGS.values(), "title", "cover"))
    assert not [size for size in re.findall(r"font-size:\s*([\d.]+)pt", style) if float(size) < least]
    assert sizes["leading"] == 2 * sizes["half"]
    for rung in ("", *RUNGS):  # the ladder on which a text is set closer
        set_so = sizes | tokens_of(style, "html[data-fit]") | tokens_of(style, f'html[data-fit="{rung}"]')
        assert all(set_so[leading] >= 1.2 * set_so[size] for leading, size in LEADINGS.items()), rung


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_fitting_ladder_gives_up_gaps_and_then_leading(edition: Edition) -> None:
    style = paged_style("briefing", samples.imprint(), LAYOUTS, font_set(samples.imprint(), LAYOUTS, edition), edition)
    usual, gaps = tokens_of(style, ":root"), tokens_of(style, "html[data-fit]")
    assert gaps["before-section"] <= usual["before-section"] - 2
    steps = [gaps | tokens_of(style, f'html[data-fit="{rung}"]') for rung in RUNGS]
    leadings = [(usual | step)["leading"] for step in steps]
    assert leadings[0] == usual["leading"] > leadings[1] > leadings[2]
    assert not any(step.keys() & LEADINGS.values() for step in steps)


def tokens_of(style: str, selector: str) -> dict[str, float]:
    """What a style sheet says of each measure in points, the last that it says."""
    rules = re.findall(rf"{re.escape(selector)}\s*{{([^}}]*)}}", style)
    return {name: float(size) for rule in rules for name, size in re.findall(r"--([a-z-]+):\s*([\d.]+)pt", rule)}


@pytest.mark.parametrize("name", ["type", "page", "notes", "evidence", "matter", "reflow", "column"])
def test_a_space_of_more_than_half_a_line_is_a_token(name: str) -> None:
    """Above and below each thing of a text: so an edition sets its own rhythm, and one figure changes it everywhere."""
    sheet = re.sub(r"/\*.*?\*/|@page[^{]*\{[^}]*\}", "", LAYOUTS.files[f"briefing/{name}.css"], flags=re.DOTALL)
    half = float(re.findall(r"--half:\s*([\d.]+)pt", LAYOUTS.files["tokens.css"])[0])
    for rule in re.findall(r"margin(?:-top|-bottom)?:\s*([^;}]+)", sheet):
        spaces = re.sub(r"calc\(.*\)", "calc", rule).split()
        for space in (spaces[0], spaces[2] if len(spaces) > 2 else "0"):
            figure = re.fullmatch(r"-?([\d.]+)(pt|mm|px)", space)
            assert not figure or float(figure[1]) * {"pt": 1, "mm": 72 / 25.4, "px": 0.75}[figure[2]] < half, rule


def test_the_logo_is_a_picture_with_words() -> None:
    own = samples.imprint(design={"logo": {"file": "logo.svg", "alt": "Northmoor Institute"}})
    asset = Asset("source/logo.svg", "image/svg+xml", "a" * 64, b"<svg/>")
    assert (
        str(logo(own, (asset,)))
        == f'<p class="logo" id="logo"><img src="asset:{"a" * 64}" alt="Northmoor Institute"/></p>'
    )
    assert logo(own, ()) == logo(samples.imprint(), (asset,)) == ""


def test_the_house_accent_and_inks_are_dark_enough() -> None:
    sheet = tokens(samples.imprint(), LAYOUTS)
    named = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", sheet))
    for name in ("accent", "ink", "ink-soft"):
        assert contrast(named[name], named["tint"]) >= 7, name
    assert contrast(named["accent-dark"], "#14181a") >= 7


def test_the_librarys_accent_replaces_the_houses() -> None:
    own = samples.imprint(design={"accent": "#5c0f2e"})
    assert "--accent: #5c0f2e" in tokens(own, LAYOUTS)
    assert "#8fd0e0" not in tokens(own, LAYOUTS)
    assert accent(own, LAYOUTS) == "#5c0f2e"


def test_the_side_column_has_what_a_measure_leaves() -> None:
    narrow = samples.imprint(design={"measure": 112})
    assert "--side: 57mm;" in tokens(narrow, LAYOUTS)
    sums = LAYOUTS.files["tokens.css"].replace("--inner: 17mm", "--inner: calc(2 * 9mm)")
    assert "--side: 43mm;" in tokens(narrow, Layouts({**LAYOUTS.files, "tokens.css": sums}))


def test_styles_name_fonts_and_nothing_else() -> None:
    for layout in PAGED:
        fonts = font_set(samples.imprint(), LAYOUTS)
        found = re.findall(r'url\("([^"]*)"\)', paged_style(layout, samples.imprint(), LAYOUTS, fonts))
        assert len(found) == len(fonts.faces) == 7
        assert all(name.startswith("font:") for name in found)


def test_screens_respect_the_readers_size() -> None:
    for sheets in (EPUB, SERIES):
        style = screen_style(sheets, samples.imprint(), LAYOUTS)
        assert not re.search(r"font(-size)?:[^;}]*\d(px|pt)", style.split("@media print")[0])
        assert not re.search(r"body\s*{[^}]*background", style)


def test_no_page_numbers_in_the_sheets() -> None:
    style = paged_style("pack", samples.imprint(), LAYOUTS, font_set(samples.imprint(), LAYOUTS))
    assert "counter(" not in style
    assert not re.search(r"@(top|bottom|left|right)-", style)
    assert "hyphens: auto" not in style


def test_the_code_holds_the_address() -> None:
    root = etree.fromstring(str(qr(ADDRESS)))
    dark = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", root[2].get("d", "")):
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


def test_a_sheet_comes_without_its_comments() -> None:
    sheet = "/* the house's */\np { color: red } /* soft\n'ink */\n\nq::before { content: '/* \"' } /* * */\n"
    assert joined(("own.css",), Layouts({"own.css": sheet})) == "p { color: red }\nq::before { content: '/* \"' }\n"


@pytest.mark.parametrize("name", ["web/series.css", "web/series-paper.css"])
def test_a_series_has_its_verdicts_beside_the_titles(name: str) -> None:
    rules = re.findall(r"\.member > \.verdict \{([^}]*)\}", LAYOUTS.files[name])
    assert "grid-column: 1; grid-row: 1" in rules[-1]
    assert "float: none" in rules[-1]


def test_no_row_of_evidence_stands_alone_on_a_second_page_of_a_booklet() -> None:
    sheet = LAYOUTS.files["booklet/booklet.css"]
    assert ".evidence tbody tr:first-child:not(:last-child) { break-after: auto }" in sheet
    assert ".evidence tbody tr:last-child" not in sheet


def test_the_last_row_of_a_table_of_the_handbook_has_its_line() -> None:
    assert "tr:last-child" not in LAYOUTS.files["briefing/matter.css"]
