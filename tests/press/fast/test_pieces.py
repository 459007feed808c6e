"""Short pieces of text that are set once: wherever they stand again, they are measured and drawn as the engine does."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest
from weasyprint.text import line_break

from pipeline.press.fast import pieces as fast_pieces
from pipeline.press.fast.text import type_of
from pipeline.press.press import press
from tests.press.fast.faster import ALL
from tests.press.fast.first_lines import ENGINES, ODD, OURS, ours, said, style, theirs
from tests.press.plain_engine import engines_own
from tests.support.calls import calls_of
from tests.support.press import manuscripts

SHORT = (
    *("(", "; ", ").", " ", "1", "12.5", "and others, 2020", "Eggins and others, 2020", "https://", "example.org/"),
    *("11\u00a0July 2024", " on two sides ", "AV To", "a\nb", "x\ty", "a\u2028b", "\u200b", "\u00a0"),
    *("שלום", "abc שלום"),
)
RULES: dict[str, dict[str, Any]] = {
    "plain": {},
    "wide letters": {"letter_spacing": 1},
    "no wide letters": {"letter_spacing": 0},
    "wide words": {"word_spacing": 2},
    "kept": {"white_space": "nowrap"},
    "as written": {"white_space": "pre"},
    "broken anywhere": {"overflow_wrap": "anywhere"},
    "small": {"font_size": 9.5, "font_variant_caps": "small-caps"},
    "underlined": {"text_decoration_line": frozenset(("underline",))},
    "from the right": {"direction": "rtl"},
    "hyphenated": {"hyphens": "auto", "lang": "en"},
}


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_a_piece_is_as_the_engine_sets_it(rules: dict[str, Any]) -> None:
    given = style(**rules)
    chance = random.Random(str(rules))
    for text in (*SHORT, *ODD[:-2], *(" ".join(chance.sample(SHORT, 2)) for _ in range(20))):
        if not text:
            continue
        full = theirs(text, given, None)[3]
        for width in (None, 500, float("inf"), full, full - 1 / 1024, full + 1 / 1024, full * 0.6, 0, 500):
            assert said(ours(text, given, width)) == said(theirs(text, given, width)), (text, width)
    plain = not given["word_spacing"] and given["letter_spacing"] in ("normal", 0)
    assert plain == ((type_of(given), "(") in (given._pieces or ()))


@pytest.mark.parametrize("begins", [True, False])
def test_a_piece_is_as_narrow_as_the_engine_finds_it(begins: bool) -> None:
    words = [*SHORT, *(word for word in ODD if word), "inter\xadnational", "international law", "a" * 60]
    broken: dict[str, dict[str, Any]] = {
        "apart": {"word_break": "break-all"},
        "at their hyphens": {"hyphens": "manual", "hyphenate_character": "=", "lang": "en"},
        "seldom": {"hyphens": "auto", "lang": "en", "hyphenate_limit_chars": (99, 2, 2)},
    }
    around = SimpleNamespace(dictionaries={})
    for _ in range(2):
        for rules in (RULES | broken).values():
            given = style(**rules)
            for text in words:
                asked = (text, given, around, 0, 0)
                expected = ENGINES(*asked, is_line_start=begins, minimum=True)
                assert OURS(*asked, is_line_start=begins, minimum=True)[1:4] == expected[1:4], (text, rules)


CUT = "div, td { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; width: 40px }"


@pytest.mark.parametrize(
    "rules",
    [
        CUT,
        "p { max-lines: 1; block-ellipsis: auto; width: 60px }",
        "p, div { max-lines: 2; block-ellipsis: auto; width: 30px; word-break: break-all; font-weight: 700 }",
        "p { max-lines: 1; block-ellipsis: '..'; overflow-wrap: anywhere } b { font-variant-position: super }",
        "p { text-align: justify; width: 120px }",
        "p::first-line { font-weight: 700 } b { letter-spacing: 1px }",
        "p { text-transform: uppercase } b { text-decoration: underline; word-spacing: 3px }",
        "i { visibility: hidden } b { position: relative; opacity: 0.5 }",
    ],
)
def test_pieces_are_drawn_as_the_engine_draws_them(rules: str) -> None:
    """Also where a place cuts, spreads or dresses its piece: the next place has it as it was."""
    words = "<b>Lamps were lit</b> (<i>Eggins, 2020</i>; <i>Eggins, 2020</i>). "
    again = "<div>Lamps were lit</div><p>Lamps were lit</p>" * 2
    body = f"<p>{words}</p><p>x²</p><div>xample</div>{again}<p>{words * 4}</p>"
    text = manuscripts.manuscript(body, rules)
    with engines_own(ALL):
        expected = press(text)
    assert press(text) == expected
    assert press(text) == expected


def test_a_tab_is_as_wide_as_its_place_has_it() -> None:
    rules = "pre { white-space: pre } .a { tab-size: 2 } .b { tab-size: 16 } table { width: 10px }"
    rows = "".join(f"<table><tr><td><pre class='{name}'>x\ty</pre></td><td>Lamps</td></tr></table>" for name in "aba")
    with engines_own(ALL):
        expected = press(manuscripts.manuscript(rows, rules))
    assert press(manuscripts.manuscript(rows, rules)) == expected


def test_what_no_face_has_is_told_each_time() -> None:
    texts = [manuscripts.manuscript(f"<p id='{name}'>夜 and 夜</p><p>夜</p>") for name in "ab"]
    with engines_own(ALL):
        expected = [press(text) for text in texts]
    assert any(sheets.remarks for sheets in expected)
    assert [press(text) for text in texts] == expected


def test_letters_of_drawings_are_pieces() -> None:
    """Each is set twice by the engine, and drawn turned or stretched."""
    letters = "<text x='5' y='20' font-size='9' {}>Lamps at night</text>"
    turned = "rotate='10'", "textLength='90' lengthAdjust='spacingAndGlyphs'", "letter-spacing='2'", "fill='red'"
    drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='100' height='40' role='img'>{}</svg>"
    body = "".join(drawing.format(letters.format(said)) for said in turned)
    with engines_own(ALL):
        expected = press(manuscripts.manuscript(f"<p>A {body}</p>"))
    assert press(manuscripts.manuscript(f"<p>A {body}</p>")) == expected


def test_pieces_are_set_once() -> None:
    text = manuscripts.manuscript("<p>" + "Lamps (<i>Eggins, 2020</i>; <i>Eggins, 2020</i>). " * 3 + "</p>")
    press(text)
    with calls_of(line_break.Layout.set_text) as asked:
        press(text)
    assert asked
    assert not {"(", "; ", "Eggins, 2020"} & {call.given["text"] for call in asked}


@pytest.mark.proof
def test_pieces_that_are_remembered_have_a_limit() -> None:
    numbers = range(fast_pieces._MOST + 50)
    text = manuscripts.manuscript("<p>" + "".join(f"{number} <b>lamps</b> " for number in numbers) + "</p>")
    with engines_own(ALL):
        expected = press(text)
    assert press(text) == expected
    given = style()
    for number in numbers:
        ours(str(number), given, 100)
        assert len(given._pieces) <= fast_pieces._MOST


def test_a_piece_in_another_style_is_set_in_that() -> None:
    """Should a box have got another style since it was measured."""
    layout, *_ = ours("Lamps", style(), None)
    layout.reactivate(style(font_size=30))
    line, _ = layout.get_first_line()
    assert line_break.line_size(line, style())[0] == theirs("Lamps", style(font_size=30), None)[3]


def test_words_that_are_spread_have_their_own_layout() -> None:
    spread, *_ = OURS("Lamps", style(), SimpleNamespace(dictionaries={}), None, 3)
    assert spread.justification_spacing == 3
    assert not isinstance(spread, fast_pieces.PieceLayout)


def test_letters_that_join_are_the_engines() -> None:
    """Alone they may be wider than joined, and it breaks a text that would fit."""
    for text in ("ا بح", "abc שלום", "x\u20e3 y", "क्ष", "ܐܒ"):
        assert fast_pieces.set_piece(text, style(), None) is None
