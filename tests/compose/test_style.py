"""Styles, colours, fonts, QR codes."""

import re

import pytest
import segno
from lxml import etree

from pipeline.compose.design.style import compose_stamp, paged_style
from pipeline.compose.design.tokens import accent_colour, contrast, design_remarks, logo_markup, script_remarks, tokens
from pipeline.compose.design.typeface import choose_fonts, faces_of_text
from pipeline.compose.page.drawings import QUIET_ZONE, qr_drawing
from pipeline.model.formats import Asset, Layouts
from tests.support.compose import samples

LAYOUTS = samples.layouts()

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
    assert {face.family for face in faces_of_text(own, LAYOUTS)} == {"Atkinson Hyperlegible"}
    style = paged_style("briefing", own, LAYOUTS, choose_fonts(own, LAYOUTS))
    assert '--face: "Atkinson Hyperlegible";' in style
    assert "SourceSans3" not in style
    assert "SourceSerif4" not in style  # it sets titles too
    assert '--face: "Atkinson Hyperlegible", ' in compose_stamp(own, LAYOUTS).style
    wrong = samples.imprint(design={"typeface": "Atkinson Hyperlegibel"})
    (remark,) = design_remarks(wrong, LAYOUTS)
    assert (remark.code, remark.hint) == ("typeface-missing", "Did you mean 'Atkinson Hyperlegible'?")
    assert {face.family for face in faces_of_text(wrong, LAYOUTS)} == {"Source Sans 3"}


def test_a_typeface_by_package_and_files() -> None:
    mono = {"family": "Lato", "package": "fontpkg_lato", "bold": "Lato-Black.ttf"}
    faces = faces_of_text(samples.imprint(design={"typeface": mono}), LAYOUTS)
    names = ["Lato-Regular.ttf", "Lato-Italic.ttf", "Lato-Black.ttf", "Lato-BoldItalic.ttf"]
    assert [face.file for face in faces] == names
    absent = {"family": "Wraxby Sans", "package": "fontpkg_wraxby_sans"}
    (remark,) = design_remarks(samples.imprint(design={"typeface": absent}), LAYOUTS)
    assert remark.code == "typeface-missing"
    assert "'fontpkg_wraxby_sans' is not installed" in remark.sentence


def test_large_print_takes_the_legible_face_where_it_can() -> None:
    name = lambda text: choose_fonts(samples.imprint(), LAYOUTS, "large-print", text).text.name  # noqa: E731
    assert name("Street lighting – 30 mph") == "Atkinson Hyperlegible"
    assert name("Dŵr") == "Source Sans 3"
    assert choose_fonts(samples.imprint(), LAYOUTS, "screen", "Street").text.name == "Source Sans 3"


def test_the_logo_is_a_picture_with_words() -> None:
    own = samples.imprint(design={"logo": {"file": "logo.svg", "alt": "Northmoor Institute"}})
    asset = Asset("source/logo.svg", "image/svg+xml", "a" * 64, b"<svg/>")
    assert (
        str(logo_markup(own, (asset,)))
        == f'<p class="logo" id="logo"><img src="asset:{"a" * 64}" alt="Northmoor Institute"/></p>'
    )
    assert logo_markup(own, ()) == logo_markup(samples.imprint(), (asset,)) == ""


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
    assert accent_colour(own, LAYOUTS) == "#5c0f2e"


def test_the_code_holds_the_address() -> None:
    root = etree.fromstring(str(qr_drawing(ADDRESS)))
    dark = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", root[2].get("d", "")):
        dark |= {(int(x) + step, int(y)) for step in range(int(width))}
    matrix = segno.make_qr(ADDRESS, error="m", boost_error=False).matrix
    wanted = {(x + QUIET_ZONE, y + QUIET_ZONE) for y, row in enumerate(matrix) for x, on in enumerate(row) if on}
    assert dark == wanted
    assert ADDRESS in str(root[0].text)
    assert qr_drawing(ADDRESS) == qr_drawing(ADDRESS)
    assert qr_drawing("") == ""


@pytest.mark.parametrize("name", ["web/series.css", "web/series-paper.css"])
def test_a_series_has_its_verdicts_beside_the_titles(name: str) -> None:
    rules = re.findall(r"\.member > \.verdict \{([^}]*)\}", LAYOUTS.files[name])
    assert "grid-column: 1; grid-row: 1" in rules[-1]
    assert "float: none" in rules[-1]


# Scripts whose fonts are not installed

ASKED = {"scripts": ["arabic", "japanese"]}


def test_a_script_without_its_fonts_is_told_with_the_package_that_has_them() -> None:
    (remark,) = script_remarks(samples.imprint(design=ASKED), lambda package: False)
    assert (remark.code, remark.sentence) == (
        "typeface-missing", "The typeface is missing: The fonts of the script 'japanese' are not installed.",
    )  # fmt: skip
    assert remark.hint == "On Debian and Ubuntu run: apt-get install fonts-noto-cjk"
    assert list(script_remarks(samples.imprint(design=ASKED), lambda package: True)) == []
