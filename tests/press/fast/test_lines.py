"""Lines that end where the widths of their words say: they are the engine's lines, letter by letter."""

import random
from itertools import product
from typing import Any

import pytest
from weasyprint.text import line_break

from pipeline.press.fast import layout as fast_lines
from tests.press.fast.first_lines import ENGINES, ODD, OURS, line_values, ours, style, theirs
from tests.support.calls import calls_of

_WORDS = "Lamps were lit early in the evening of a long day AVATAR To Waffle ffi"
PLAIN = (
    *_WORDS.split(),
    *("12.5", "1,200;", "day.", "(put", "out)", "(2020),", "e.g.", "‘often’", "“late”,", "officers’", "30\u00a0mph"),
)
_CLOSE = (
    "A Y T V Type Y. (A WAY ‘A T’ P, F. f (‘x’) A’ b)”. L’ Y” (L "
    "p.12 No.5 Smith,2019 1.a a..1 9.9.9 A: a;b 1,a P.T.O. 10:30"
)
CLOSE = tuple(_CLOSE.split())
"""Words whose letters stand close to their neighbours', and words that break within."""


def text(chance: random.Random, odd: float) -> str:
    """Some words, a few of them of a kind that may break or not break elsewhere."""
    words = " ".join(chance.choice(ODD if chance.random() < odd else PLAIN) for _ in range(chance.randint(2, 40)))
    return chance.choice(("", "", " ")) + words + chance.choice(("", "", " "))


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"overflow_wrap": "anywhere", "font_size": 11.5},
        {"font_weight": 700, "font_variant_caps": "small-caps"},
        {"font_style": "italic", "text_decoration_line": frozenset(("underline",))},
        {"letter_spacing": 1},
        {"word_spacing": 2},
        {"white_space": "pre-wrap"},
        {"white_space": "nowrap"},
        {"hyphens": "auto", "lang": "en"},
        {"word_break": "break-all"},
        {"direction": "rtl"},
    ],
    ids=repr,
)
def test_lines_end_where_the_engines_end(seed: int, rules: dict[str, Any]) -> None:
    chance = random.Random(f"{seed} {rules}")
    computed = style(**rules)
    for _ in range(60):
        words, width = text(chance, chance.choice((0, 0.1, 0.4))), chance.choice((chance.uniform(0, 500), 300, 470.5))
        begins = chance.random() < 0.5
        assert line_values(ours(words, computed, width, begins)) == line_values(
            theirs(words, computed, width, begins)
        ), words


@pytest.mark.parametrize("seed", range(4))
def test_lines_near_their_edge_end_where_the_engines_end(seed: int) -> None:
    chance = random.Random(seed)
    computed = style(**chance.choice(({}, {"font_weight": 700}, {"font_style": "italic"}, {"direction": "rtl"})))
    for _ in range(150):
        words = [chance.choice(PLAIN + CLOSE) for _ in range(chance.randint(3, 30))]
        base = theirs(" ".join(words[: chance.randint(1, 12)]), computed, None)[3]
        width = base + chance.choice((0, 1 / 1024, -1 / 1024, chance.uniform(-4, 4)))
        line = " ".join(words)
        assert line_values(ours(line, computed, width)) == line_values(theirs(line, computed, width)), (line, width)


def test_plain_words_break_nowhere() -> None:
    words = ["".join(letters) for size in (2, 3, 4) for letters in product("aA1.,:;’\u00a0()‘“”", repeat=size)]
    plain = [word for word in words if fast_lines._PLAIN_WORD.fullmatch(word)]
    assert len(plain) > 1000
    for word in plain:
        assert not any(
            attributes.is_line_break for attributes in line_break.get_log_attrs(word, "en")[1 : len(word)]
        ), word


@pytest.mark.parametrize("language", [None, "th"])
@pytest.mark.parametrize("letter_spacing", ["normal", 2])
@pytest.mark.parametrize("word", ["Lamps", "1,200;", "p.12", "a,b"])
def test_words_are_as_narrow_as_the_engine_finds_them(word: str, letter_spacing: Any, language: str | None) -> None:
    computed = style(letter_spacing=letter_spacing, lang=language)
    for words in (word, f"{word} were lit", f"{word} were lit", f"{word} inter\xadnational"):
        expected = ENGINES(words, computed, None, 0, 0, is_line_start=True, minimum=True)
        line = OURS(words, computed, None, 0, 0, is_line_start=True, minimum=True)
        assert line[1:4] == expected[1:4]
    assert line_break.split_first_line is OURS


ANYWHERE = {"overflow_wrap": "anywhere"}, 0, True
AS_NEEDED = {"overflow_wrap": "break-word"}, 300, False


@pytest.mark.parametrize(
    ("words", "asked_for"),
    [
        ("Evidence on patrols in streets " * 60, [ANYWHERE]),
        ("Patrol" * 300, [ANYWHERE, AS_NEEDED]),
        ("[" * 2000, [ANYWHERE, AS_NEEDED]),
        ("a\u0301" * 1000, [ANYWHERE, AS_NEEDED]),
        ("سلام" * 400, [ANYWHERE, AS_NEEDED]),
        ("``` `````` `` " * 400, [AS_NEEDED]),
        ("```` " * 1000, [({"hyphens": "auto", "lang": "en"}, 300, False)]),
    ],
)
def test_long_texts_are_broken_by_their_beginning(words: str, asked_for: list[tuple[Any, float, bool]]) -> None:
    """The engine is not given the whole rest again for each line, and breaks it at the same place."""
    for rules, width, minimum in asked_for:
        computed = style(**rules)
        expected = ENGINES(words, computed, None, width, 0, is_line_start=True, minimum=minimum)
        with calls_of(ENGINES) as asked:
            line = OURS(words, computed, None, width, 0, is_line_start=True, minimum=minimum)
        assert line[1:4] == expected[1:4]
        assert all(len(call.given["text"]) < len(words) for call in asked)
