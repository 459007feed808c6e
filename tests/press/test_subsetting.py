"""Type cut for books: what stays of a font, what it is called, and that a cut is the same bytes anywhere."""

from io import BytesIO
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

from pipeline.core.text.fonts import COMMON_CHARACTERS, font_characters
from pipeline.model.manuscript import FontFace, SubsetFont
from pipeline.press.press import style_name, subset_font
from tests.support.other_machines import elsewhere
from tests.support.press import variable_fonts

REGULAR = FontFace("Lato", 400, False, "fontpkg_lato", "Lato-Regular.ttf")
ITALIC = FontFace("Lato", 400, True, "fontpkg_lato", "Lato-Italic.ttf")
MONO = FontFace("IBM Plex Mono", 400, False, "fontpkg_ibm_plex_mono", "IBMPlexMono-Regular.ttf")
BOLD = FontFace("Atkinson", 700, False, "fontpkg_atkinson_hyperlegible", "AtkinsonHyperlegible-Bold.ttf")
FACES = (REGULAR, ITALIC, MONO, BOLD)


def opened(cut: SubsetFont) -> TTFont:
    """A cut font."""
    return TTFont(BytesIO(subset_font(cut)))


def features(font: TTFont) -> set[str]:
    """The OpenType features that a font has."""
    tables = [font[tag].table for tag in ("GSUB", "GPOS") if tag in font and font[tag].table.FeatureList]
    return {record.FeatureTag for table in tables for record in table.FeatureList.FeatureRecord}


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.file)
def test_a_cut_holds_the_repertoire_as_far_as_its_face_has_it(face: FontFace) -> None:
    characters = set(opened(SubsetFont(face, "Book Text")).getBestCmap())
    assert characters == set(map(ord, COMMON_CHARACTERS)) & font_characters(face.package, face.file)


def test_the_repertoire_is_that_of_the_house_s_texts() -> None:
    assert set("Ŵŵ Ŷŷ Łódź Çelik Ştefan Žižek Øster Ðß £€ ‘’“” – — … · × ½ ² §") <= COMMON_CHARACTERS
    assert set(map(ord, COMMON_CHARACTERS)) <= font_characters(REGULAR.package, REGULAR.file)


def test_a_text_gets_what_it_uses_beyond_the_repertoire() -> None:
    plain, more = opened(SubsetFont(REGULAR, "Book Text")), opened(SubsetFont(REGULAR, "Book Text", "αЖ"))
    assert set(more.getBestCmap()) - set(plain.getBestCmap()) == {ord("α"), ord("Ж")}


def test_kerning_and_figures_stay_and_nothing_else() -> None:
    font = opened(SubsetFont(REGULAR, "Book Text"))
    assert features(font) == {"kern", "lnum", "tnum"}
    assert not {"fpgm", "prep", "cvt ", "DSIG", "meta"} & set(font.keys())


def test_a_cut_has_a_name_of_its_own_and_its_licence() -> None:
    names = {entry.nameID: str(entry) for entry in opened(SubsetFont(ITALIC, "Book Text"))["name"].names}
    assert [names[number] for number in (1, 2, 4, 6)] == ["Book Text", "Italic", "Book Text Italic", "BookText-Italic"]
    assert "Lato" not in "".join(names[number] for number in (1, 2, 3, 4, 6))
    assert "Dziedzic" in names[0]
    assert "OFL" in names[14]


@pytest.mark.parametrize(
    ("weight", "italic", "name"), [(400, False, "Regular"), (700, True, "Bold Italic"), (600, False, "600")]
)
def test_a_style_is_named_after_weight_and_slant(weight: int, italic: bool, name: str) -> None:
    assert style_name(FontFace("x", weight, italic, "p", "f")) == name


@pytest.mark.proof
def test_the_same_cut_is_the_same_bytes_in_any_process() -> None:
    script = (
        "import sys; from tests.press import test_subsetting as t; "
        "[sys.stdout.buffer.write(t.subset_font(t.SubsetFont(face, 'Book Text', 'αβЖ↑'))) for face in t.FACES]"
    )
    assert set(elsewhere(script)) == {b"".join(subset_font(SubsetFont(face, "Book Text", "αβЖ↑")) for face in FACES)}


def test_a_borrowed_face_is_cut_to_what_it_is_borrowed_for() -> None:
    face = FontFace("Fallback Noto Sans Arabic", 400, False, "manimgx_fonts", "NotoSansArabic[wght]@400.ttf")
    font = opened(SubsetFont(face, "Book Noto Sans Arabic", "سلم", alone=True))
    assert set(font.getBestCmap()) == {*map(ord, "سلم"), 0x200C, 0x200D}
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert {"init", "medi", "fina"} <= features


def test_a_font_of_the_other_kind_of_outlines_is_cut_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    package = variable_fonts.package(tmp_path, "fontpkg_reserved_sans", R=_drawn("Reserved Sans"))
    wanted = SubsetFont(FontFace("Reserved Sans", 400, False, package, "R.ttf"), "Book Text")
    font = opened(wanted)
    assert font.sfntVersion == "OTTO"
    assert set(font.getBestCmap()) == {ord("A")}
    outlines = font["CFF "].cff
    assert (outlines.fontNames, outlines.topDictIndex[0].FamilyName) == (["BookText-Regular"], "Book Text")
    assert b"Reserved" not in subset_font(wanted)


def _drawn(name: str) -> bytes:
    """A font of three glyphs, drawn here."""
    glyphs = [".notdef", "A", "alpha"]
    pen = T2CharStringPen(500, None)
    for point, draw in (((0, 0), pen.moveTo), ((400, 0), pen.lineTo), ((200, 700), pen.lineTo)):
        draw(point)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(glyphs)
    builder.setupCharacterMap({ord("A"): "A", ord("α"): "alpha"})
    outline = pen.getCharString()
    builder.setupCFF("ReservedSans", {"FullName": name, "FamilyName": name}, dict.fromkeys(glyphs, outline), {})
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (500, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": "ReservedSans"})
    builder.setupOS2()
    builder.setupPost()
    content = BytesIO()
    builder.save(content)
    return content.getvalue()
