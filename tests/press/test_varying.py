"""Of a variable font each weight is made once, static, with a name of its own; bold is bold wherever it is set."""

from collections.abc import Callable
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from pikepdf import Dictionary, Pdf

from pipeline.compose.design.faces import font_rules
from pipeline.compose.design.tokens import typeface_remarks
from pipeline.compose.design.typeface import faces_of_text
from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.text.fonts import UNRESERVED_FAMILY, read_font_file, read_font_properties, write_temporary_font
from pipeline.model.formats import Layouts
from pipeline.model.manuscript import Manuscript
from pipeline.press.press import press
from tests.support.compose import samples
from tests.support.press import variable_fonts
from tests.support.press.manuscripts import manuscript

LAYOUTS = samples.layouts()
NUMBERS = count()
Install = Callable[..., str]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a font package where it is found; each has a name of its own, for what was read is remembered."""
    monkeypatch.syspath_prepend(tmp_path)
    return lambda **given: variable_fonts.package(tmp_path, f"fontpkg_bars_{next(NUMBERS)}", **given)


def opened(content: bytes) -> TTFont:
    """A font."""
    return TTFont(BytesIO(content), recalcTimestamp=False)


def drawn(font: TTFont) -> dict[str, Any]:
    """The points and the room of every glyph."""
    return {
        name: (font["hmtx"][name], list(font["glyf"][name].getCoordinates(font["glyf"])[0]))
        for name in font.getGlyphOrder()
    }


@pytest.mark.parametrize(("weight", "wide"), [(400, 60), (700, 210), (300, 60), (900, 260)])
def test_an_instance_is_the_face_that_the_font_would_show(install: Install, weight: int, wide: int) -> None:
    package = install(Bars__=variable_fonts.bars())
    made = opened(read_font_file(package, f"Bars[wdth,wght]@{weight}.ttf"))
    meant = instantiateVariableFont(opened(variable_fonts.bars()), {"wght": min(weight, 800), "wdth": 100})
    assert drawn(made) == drawn(meant)
    assert made["glyf"]["u0041"].xMax - made["glyf"]["u0041"].xMin == wide
    assert not {"fvar", "gvar", "STAT", "HVAR"} & set(made.keys())
    assert made["OS/2"].usWeightClass == weight


@pytest.mark.parametrize("where", ["copyright", "licence"])
def test_a_reserved_name_is_left_to_the_whole_font(install: Install, where: str) -> None:
    said: dict[str, Any] = {"copyright": variable_fonts.RESERVED} if where == "copyright" else {}
    licence = {"licence": f"{variable_fonts.RESERVED}\n{variable_fonts.LICENCE}"} if where == "licence" else {}
    package = install(Bars__=variable_fonts.bars(**said), **licence)
    font = opened(read_font_file(package, "Bars[wdth,wght]@700.ttf"))
    names = {entry.nameID: str(entry) for entry in font["name"].names}
    assert "Bars" not in "".join(names[number] for number in (1, 2, 3, 4, 6))
    assert names[1] == UNRESERVED_FAMILY
    assert "Northmoor" in names[0]


def test_a_font_is_laid_down_where_the_engine_can_open_it() -> None:
    assert write_temporary_font(b"font").read_bytes() == b"font"


@pytest.mark.parametrize(
    "content", [b"", b"no font at all", variable_fonts.bars()[:90], b"wOF2" + variable_fonts.bars()[4:]]
)
def test_what_is_no_font_is_told(install: Install, content: bytes) -> None:
    package = install(Bars_Regular=content)
    own = samples.imprint(design={"typeface": {"family": "Bars", "package": package}})
    (remark,) = typeface_remarks(own, LAYOUTS)
    assert remark.code == "typeface-missing"
    assert "'Bars-Regular.ttf' of" in remark.sentence
    with pytest.raises(EnvironmentFailure, match="is not a TrueType or OpenType font"):
        read_font_properties(package, "Bars-Regular.ttf")


def chosen(package: str, **files: str) -> tuple[list[str], list[str]]:
    """The files of a typeface that a library chooses, and what is said of it."""
    own = samples.imprint(design={"typeface": {"family": "Bars", "package": package, **files}})
    return [face.file for face in faces_of_text(own, LAYOUTS)], [one.sentence for one in typeface_remarks(own, LAYOUTS)]


def test_one_named_variable_file_has_every_weight(install: Install) -> None:
    package = install(Letters=variable_fonts.bars(), Slanted=variable_fonts.bars(italic=True))
    four = ["Letters@400.ttf", "Slanted@400i.ttf", "Letters@700.ttf", "Slanted@700i.ttf"]
    assert chosen(package, regular="Letters.ttf", italic="Slanted.ttf") == (four, [])


NO_ITALIC = "The typeface Bars has no italic. Stressed words and titles of works are printed upright."
NO_BOLD = "The typeface Bars has no bold. Headings, the heads of tables and strong words are not bold."


@pytest.mark.parametrize(
    ("files", "named", "said"),
    [
        ({"Bars__": variable_fonts.bars()}, {}, [NO_ITALIC]),
        ({"Bars_Regular": variable_fonts.bars(axes=())}, {}, [NO_ITALIC, NO_BOLD]),
        ({"Bars__": variable_fonts.bars(axes=(variable_fonts.WIDTHS,))}, {}, [NO_ITALIC, NO_BOLD]),
        ({"Bars__": variable_fonts.bars(axes=(("wght", 300, 400, 500, "Weight"),))}, {}, [NO_ITALIC, NO_BOLD]),
        (
            {"Bars_Regular": variable_fonts.bars(axes=())},
            {"bold": "Bars-Regular.ttf", "italic": "Bars-Regular.ttf"},
            [NO_ITALIC, NO_BOLD],
        ),
        (
            {"Bars__": variable_fonts.bars(), "Bars_Italic": variable_fonts.bars(axes=(), italic=True)},
            {},
            ["The typeface Bars has no bold italic. Stressed words in headings are printed upright."],
        ),
    ],
)
def test_a_face_that_is_lacking_is_told(
    install: Install, files: dict[str, bytes], named: dict[str, str], said: list[str]
) -> None:
    assert chosen(install(**files), **named)[1] == said


def test_variable_fonts_of_the_layouts_are_taken_apart_too(install: Install) -> None:
    package = install(Bars__=variable_fonts.bars())
    listed = f"""# Our own
- family: Bars
  package: {package}
  faces:
    - {{file: "Bars[wdth,wght].ttf", weight: 400}}
    - {{file: "Bars[wdth,wght].ttf", weight: 700}}
"""
    layouts = Layouts(dict(LAYOUTS.files) | {"fonts.yaml": listed})
    faces = faces_of_text(samples.imprint(), layouts)
    assert [face.file for face in faces] == ["Bars[wdth,wght]@400.ttf", "Bars[wdth,wght]@700.ttf"]
    (remark,) = typeface_remarks(samples.imprint(), layouts)
    assert (str(remark.place.path), remark.place.line, remark.sentence) == ("layouts/fonts.yaml", 2, NO_ITALIC)


def test_bold_is_pressed_from_a_static_instance(install: Install) -> None:
    package = install(Bars__=variable_fonts.bars(), Bars_Italic__=variable_fonts.bars(italic=True))
    own = samples.imprint(design={"typeface": {"family": "Bars", "package": package}})
    faces = faces_of_text(own, LAYOUTS)
    bare = manuscript('<p id="a" style="font-family: Bars">A<b>A</b><i>A</i><b><i>A</i></b></p>')
    sheets = press(Manuscript("briefing", bare.chapters, bare.metadata, font_rules(faces), "", "", faces))
    assert sheets.remarks == ()
    wide = {}
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, Dictionary) and "/FontFile2" in thing:
                font = opened(thing.FontFile2.read_bytes())
                name = str(thing.FontName).partition("+")[2]
                assert "fvar" not in font
                glyphs = [font["glyf"][glyph] for glyph in font.getGlyphOrder()]
                wide[name] = max(glyph.xMax - glyph.xMin for glyph in glyphs if glyph.numberOfContours)
    assert wide == {"Bars": 60, "Bars-Bold": 210, "Bars-Italic": 60, "Bars-Bold-Italic": 210}
