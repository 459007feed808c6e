"""Fonts come from packages, and from nowhere else."""

import pytest

from pipeline.compose.design.typeface import common_points
from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.text.fonts import read_font_file
from pipeline.model.manuscript import FontFace
from pipeline.press.press import press
from tests.press.fonts import fonts
from tests.support.press.manuscripts import FACES, manuscript, paragraphs


def test_a_character_that_the_fonts_lack_is_an_error_and_never_borrowed() -> None:
    sheets = press(manuscript(paragraphs(12) + '<p id="x">Some 漢 here.</p>'))
    (remark,) = (r for r in sheets.remarks if r.code == "made-missing-glyph")
    assert remark.sentence == "The fonts of the layout have no '漢' (U+6F22)."
    assert remark.place.line == sheets.pages == 2
    assert fonts(sheets.pdf) <= {"Lato", "Lato-Bold", "Lato-Italic"}


def test_a_family_that_the_layout_does_not_bring_is_not_looked_for_on_the_machine() -> None:
    sheets = press(manuscript('<p id="a">Lamps</p>', "p { font-family: 'DejaVu Serif', serif }"))
    assert fonts(sheets.pdf) == {"Lato"}


def test_coverage_is_what_every_face_can_print() -> None:
    can = common_points(FACES)
    assert {ord("a"), ord("ŵ"), ord("–")} <= can
    assert ord("漢") not in can
    assert common_points(()) == frozenset()


@pytest.mark.parametrize(
    ("package", "file"),
    [("fontpkg_absent", "x.ttf"), ("fontpkg_lato", "absent.ttf"), ("fontpkg_lato", "../metadata.json")],
)
def test_a_font_that_is_not_there_is_the_machine_s_fault(package: str, file: str) -> None:
    with pytest.raises(EnvironmentFailure, match=package):
        read_font_file(package, file)


def test_a_face_is_set_in_the_weight_it_was_given() -> None:
    faces = (FontFace("House", 400, False, "fontpkg_lato", "Lato-Black.ttf"), *FACES)
    text = manuscript('<p id="a">Lamps</p>', "p { font-family: House }")
    sheets = press(type(text)(text.layout, text.chapters, text.metadata, text.style, "", "", faces))
    assert sheets.remarks == ()
    assert len(fonts(sheets.pdf)) == 1
