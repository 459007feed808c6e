"""Short pieces of text that are set once: wherever they stand again, they are measured and drawn as the engine does."""

import random
from typing import Any

import pytest

from pipeline.press.fast.text import pango_style
from pipeline.press.press import press
from tests.press.fast.first_lines import ODD, line_values, ours, style, theirs
from tests.press.plain_engine import ALL, engines_own
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
    computed = style(**rules)
    chance = random.Random(str(rules))
    for text in (*SHORT, *ODD[:-2], *(" ".join(chance.sample(SHORT, 2)) for _ in range(20))):
        if not text:
            continue
        full = theirs(text, computed, None)[3]
        for width in (None, 500, float("inf"), full, full - 1 / 1024, full + 1 / 1024, full * 0.6, 0, 500):
            assert line_values(ours(text, computed, width)) == line_values(theirs(text, computed, width)), (text, width)
    plain = not computed["word_spacing"] and computed["letter_spacing"] in ("normal", 0)
    assert plain == ((pango_style(computed), "(") in (computed._pieces or ()))


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
    repeated = "<div>Lamps were lit</div><p>Lamps were lit</p>" * 2
    body = f"<p>{words}</p><p>x²</p><div>xample</div>{repeated}<p>{words * 4}</p>"
    text = manuscripts.manuscript(body, rules)
    with engines_own(ALL):
        expected = press(text)
    assert press(text) == expected
    assert press(text) == expected
