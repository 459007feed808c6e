"""Letters that a text's own faces lack: which face sets them, how they are copied, how high their lines are."""

from dataclasses import replace
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from fontTools.ttLib.ttCollection import TTCollection
from pikepdf import Dictionary, Pdf

from pipeline.compose.design.faces import FULL_REPERTOIRE, fallback_families
from pipeline.compose.design.typeface import choose_fonts
from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.text.fonts import (
    CJK,
    COMMON_CHARACTERS,
    extract_collection_font,
    font_characters,
    is_installed,
    read_font_file,
)
from pipeline.model.manuscript import StampText
from pipeline.press.press import press
from pipeline.press.stamps import press_stamps
from pipeline.proof.pdf_text import PageTextReader
from tests.press.fonts import families, fonts, in_fonts
from tests.press.stamp_texts import TEXTS
from tests.support.compose import samples
from tests.support.copied import copied
from tests.support.press.manuscripts import FACES, STAMP


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Patrols – ‘walked’ 1 → 2 ŵ αβγ Привет", []),
        ("a\u2011b ₿ Ꟁ", ["Noto Sans"]),
        ("✓ ├ ∇ ⊤ ☐ ☑ ∼ ∆ ⇒", ["DejaVu Sans"]),
        ("𝑥 ⨁", ["DejaVu Sans", "STIX Two Math"]),
        ("Ⓐ 🄰", ["Noto Sans Symbols"]),
        ("🐉", ["Noto Emoji"]),
    ],
)
def test_a_text_gets_the_families_that_it_needs(text: str, named: list[str]) -> None:
    assert families(text) == named


def test_the_house_typeface_has_the_whole_repertoire() -> None:
    for face in choose_fonts(samples.imprint(), samples.layouts()).text.faces:
        assert face.package in FULL_REPERTOIRE
        assert set(map(ord, COMMON_CHARACTERS)) <= font_characters(face.package, face.file)


@pytest.mark.parametrize(
    "words",
    [
        "A tick ✓, a branch ├──, nabla ∇, top ⊤, ⇒ ☐ ☑ ∼ ∆ ∈ ⚠ and 🐉.",
        "Mathematics 𝑥 ∈ ℝ, ⟨a, b⟩, ∀ε. Phonetics ˈfəʊnɛtɪks ꞎ. Ԛ Ԝ ₿.",
    ],
)
@pytest.mark.parametrize("mark", ["p", "em", "b", "code"])
def test_what_is_copied_is_what_was_written(words: str, mark: str) -> None:
    sheets = press(in_fonts(f'<p id="a"><{mark}>{words}</{mark}></p>' if mark != "p" else f'<p id="a">{words}</p>'))
    assert sheets.remarks == ()
    (page,) = copied(sheets.pdf)
    assert "".join(page.split()) == "".join(words.split())
    assert {name for name in fonts(sheets.pdf) if not name.startswith(("Lato", "Fallback"))} == set()


def test_a_stamp_falls_back_too_and_the_others_stay_as_they_are() -> None:
    text = StampText("head-title", "Letters ⇒ signs ✓")
    names = ", ".join(f'"{faces[0].family}"' for faces in fallback_families(text.text, FACES))
    layout = replace(STAMP, style=STAMP.style.replace("12pt Lato", f"12pt Lato, {names}"))
    *others, stamp = press_stamps(layout, (*TEXTS, text))
    assert " ".join(copied(stamp)[0].split()) == text.text
    assert tuple(others) == press_stamps(STAMP, TEXTS)
    assert press_stamps(layout, (text,)) == (stamp,)


@pytest.mark.parametrize(
    ("script", "words"),
    [("hebrew", "שלום עולם (peace) 12"), ("arabic", "السلام عليكم, ١٢٣"), ("devanagari", "नमस्ते दुनिया क्षत्रिय")],
)
def test_joined_letters_are_read_in_their_order(script: str, words: str) -> None:
    """Glyphs stand in the order of painting, and some are parts of letters: the words stand beside them."""
    sheets = press(in_fonts(f'<p id="a">Words: {words} <b>{words}</b></p>', scripts=(script,)))
    assert sheets.remarks == ()
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        runs = PageTextReader().runs(pdf.pages[0], 0)
    assert "".join("".join(run.text for run in runs).split()) == "".join(f"Words:{words}{words}".split())
    assert sum(run.missing for run in runs) == 0


@pytest.mark.skipif(not is_installed(CJK), reason="the machine has no fonts of these scripts")
@pytest.mark.parametrize(("scripts", "words"), [(("korean",), "한국어"), (("chinese", "japanese"), "中文字体の")])
def test_heavy_scripts_are_set_where_their_fonts_are(scripts: tuple[str, ...], words: str) -> None:
    sheets = press(in_fonts(f'<p id="a">Words {words} <b>{words}</b></p>', scripts=scripts))
    assert sheets.remarks == ()
    assert "".join(copied(sheets.pdf)[0].split()) == f"Words{words}{words}"
    stem = f"Fallback-Noto-Sans-CJK-{scripts[0].title()}"
    assert {name for name in fonts(sheets.pdf) if "Fallback" in name} == {stem, f"{stem}-Bold"}


def test_a_sign_is_copied_as_it_is_written_and_heard_by_its_name() -> None:
    sheets = press(in_fonts('<p id="a">Mind <span role="img" aria-label="warning sign">⚠</span> here</p>'))
    assert copied(sheets.pdf)[0].split() == ["Mind", "⚠", "here"]
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        tags = [tag for tag in pdf.objects if isinstance(tag, Dictionary) and "/Alt" in tag]
        assert [(str(tag.S), str(tag.Alt)) for tag in tags] == [("/Span", "warning sign")]


def test_one_font_of_a_collection_is_a_font_of_its_own() -> None:
    collection, content = TTCollection(), BytesIO()
    sources = [("fontpkg_lato", "Lato-Regular.ttf"), ("fontpkg_lato", "Lato-Bold.ttf")]
    collection.fonts = [TTFont(BytesIO(read_font_file(*source))) for source in sources]
    collection.save(content)
    for number, source in enumerate(sources):
        font = TTFont(BytesIO(extract_collection_font(content.getvalue(), number)))
        assert frozenset(font.getBestCmap()) == font_characters(*source)
        assert font["name"].getDebugName(4) == collection.fonts[number]["name"].getDebugName(4)
    for broken in (content.getvalue()[:20], read_font_file(*sources[0]), b""):
        with pytest.raises(EnvironmentFailure, match="damaged"):
            extract_collection_font(broken, 0)
    with pytest.raises(EnvironmentFailure, match="damaged"):
        extract_collection_font(content.getvalue(), 7)


def test_the_subset_holds_what_is_shown_and_no_more() -> None:
    pdf = press(in_fonts('<p id="a">A 🐉 𝑥</p>')).pdf
    with Pdf.open(BytesIO(pdf)) as opened:
        sizes = [
            len(obj.FontFile2.read_bytes()) for obj in opened.objects if hasattr(obj, "keys") and "/FontFile2" in obj
        ]
    assert len(sizes) == 3
    assert max(sizes) < 30_000
