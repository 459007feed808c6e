"""Quicker functions in the place of the engine's: the sheets stay the same, and an unknown engine keeps its own."""

from types import SimpleNamespace
from typing import Any

import pytest
from weasyprint.css.properties import Dimension
from weasyprint.layout import inline, percent
from weasyprint.text import line_break

from pipeline.press.engine.engine import parse_style
from pipeline.press.fast import layout as fast_layout
from pipeline.press.fast import styles as fast_cascade
from pipeline.press.fast import text as fast_text
from pipeline.press.press import press
from tests.press.plain_engine import ALL, engines_own
from tests.support.press import manuscripts
from tests.support.press.lengths import rich
from tests.support.press.random_manuscripts import generated
from tests.support.project import WHOLE

RULES = {
    "borders": "p { border-block-end: 2px solid; border-left-width: 3px } div { border-style: dotted }",
    "places": "b { position: relative; top: 2px } i { float: right } p::before { content: 'x'; position: absolute }",
    "logical": "p { margin-inline: 20px; padding-block-start: 9px; max-inline-size: 200px } div { inline-size: 90px }",
    "inherited": "div { margin: inherit; white-space: pre } b { font-style: italic; hyphens: auto }",
    "kept from all": "* { margin: unset; padding: initial } p { width: revert; opacity: .5; direction: rtl }",
    "lines": "p::first-line { font-weight: 700; color: red } p::first-letter { font-size: 2em; float: left }",
    "words": "p { word-spacing: 3px; text-align: justify } b { letter-spacing: 1px } i { text-decoration: underline }",
    "typed": "p { white-space: pre-wrap; width: 30px } td { white-space: pre-line; width: 9px } b { float: left }",
    "cut": "p { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; width: 80px } div { max-lines: 1 }",
    "outlines": "b { outline: 2px solid red } td { outline: 1px dotted; outline-offset: 2px } i { outline: 0 solid }",
    "named pages": "@page a { margin: 9mm } p { page: a } td { page: b } div > p { page: d } i { page: c }",
    "beside floats": "i { float: left; width: 99px } p { direction: rtl; margin: 4px } div { padding: 9px }",
    "turned": "p { transform: rotate(7deg) scale(1.1) translate(3px, 1em) } b { transform: skew(9deg, 2deg) }",
    "counted": "i::after { content: target-counter('#x', page) } p::before { content: counter(page) string(a) }",
    "by the page": "@page { size: A5 } body { text-indent: 10vw; line-height: 3vh } p { font-size: 2vw; width: 50vw }",
    "kept words": "p, div::before { color: red; margin-left: 20px } div { content: 'x' } b, i { text-indent: 2pvw }",
    "tables": "table { border-collapse: collapse } td { padding: 3px; border: 1px solid } b { display: table-cell }",
}
PX = dict.fromkeys(fast_layout._LENGTHS, Dimension(3, "px")) | {
    **dict.fromkeys([f"border_{side}_width" for side in ("top", "right", "bottom", "left")], 2),
    "box_sizing": "content-box",
    "border_collapse": "separate",
}


def test_sheets_are_the_same_as_the_engines() -> None:
    with engines_own(ALL):
        expected = press(rich())
    assert press(rich()) == expected


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_styles_and_lines_are_the_same_as_the_engines(rules: str) -> None:
    words = "a b\nc d\u2028e. Lamps were lit <i>early</i> in <b>the evening</b> of a long day, and put out late. " * 3
    table = "<table><tr><td>Lamps</td><td>7</td></tr></table>"
    text = manuscripts.manuscript(f"<p>{words}</p><div>Two\nlines <b>of\twords</b><p>{words}</p></div>{table}", rules)
    with engines_own(ALL):
        expected = press(text)
    assert press(text) == expected


def test_a_text_is_the_same_whatever_was_pressed_before() -> None:
    rules = "p.a, .b::before { color: red; margin-left: 9mm } div { font-size: calc(1em * 1em); padding-left: 5vw }"
    texts = [
        manuscripts.manuscript(f"<div>{body * 9}</div>", style)
        for style in (rules, "p { color: blue; text-indent: 3em }")
        for body in (
            "<p class='a'>Lamps were lit.</p>",
            "<p class='b' id='c'>Put out. </p>",
            "<p>See p.12, <b>No.5</b></p>",
        )
    ]
    expected = []
    for text in texts:
        parse_style.cache_clear()
        fast_cascade._cascade_of.cache_clear()
        expected.append(press(text))
    for order in (texts, texts[::-1]):
        assert [press(text) for text in order] == [expected[texts.index(text)] for text in order]


def test_a_box_away_from_the_text_has_corners() -> None:
    away = manuscripts.manuscript("<p>Lamps</p><div>Away</div>", "div { position: absolute; top: 0; background: red }")
    with engines_own(ALL):
        expected = press(away)
    assert press(away) == expected


@pytest.mark.proof
@pytest.mark.parametrize("seed", [4, 9] if WHOLE else [4])
def test_sheets_of_mixed_texts_are_the_same(seed: int) -> None:
    with engines_own(ALL):
        expected = press(generated(seed, blocks=8))
    assert press(generated(seed, blocks=8)) == expected


def test_engine_has_our_functions() -> None:
    assert inline.resolve_percentages is percent.resolve_percentages is fast_layout.resolve_percentages
    assert line_break.Layout.setup is fast_text.set_up


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"width": "auto", "height": "auto", "margin_left": "auto", "min_width": "auto"},
        {"width": Dimension(100, "px"), "box_sizing": "border-box"},
        {"height": Dimension(1, "px"), "max_height": Dimension(2, "px"), "box_sizing": "padding-box"},
        {"padding_left": Dimension(10, "%"), "width": Dimension(50, "%")},
        {"border_collapse": "collapse"},
        {"max_width": Dimension(float("inf"), "px"), "height": Dimension(25, "%")},
    ],
)
@pytest.mark.parametrize("block", [(400, "auto"), (400, 90)])
def test_used_sizes_are_those_of_the_engine(rules: dict[str, Any], block: tuple[int, Any]) -> None:
    theirs, ours = SimpleNamespace(style=PX | rules), SimpleNamespace(style=PX | rules)
    fast_layout._resolve_percentages(theirs, block)
    for _ in range(2):
        fast_layout.resolve_percentages(ours, block)
        assert vars(ours) == vars(theirs)
