"""Wherever a page of the PDF begins, a web page marks it there, right to the word."""

from __future__ import annotations

import re

import pytest

from pipeline.bind.web.page import bind_page
from pipeline.compose.page.inlines import formula
from pipeline.press.press import press
from tests.support.bind.books import layouts
from tests.support.bind.sheets import DAY, LIGHTING
from tests.support.press.manuscripts import manuscript
from tests.support.press.random_manuscripts import SQUARE

NEXT = ' style="break-before: page"'
LINES = "Lamps were mended on some streets and left dark on others. " * 45
"""More than a page."""
FORMULA = formula("a + b", True, "en-GB")
IN_LINE = formula("k_{1}", False, "en-GB")
PLOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img" aria-label="Two bars">'
    '<rect width="9" height="9"/></svg>'
)
NOTE = '<aside role="doc-footnote" class="footnote" id="fn-1"><p id="n">{}</p></aside>'
CALL = '<a role="doc-noteref" id="fnref-1" href="#fn-1">1</a>'
STYLE = """
.footnote { float: footnote; width: 118mm } ::footnote-call, ::footnote-marker { content: none }
.whole { break-inside: avoid; height: 400pt } svg { width: 60pt; height: 60pt } tr { break-inside: avoid }
"""


PLACES = [
    ("a heading", f'<p id="a">x</p><h2 id="b"{NEXT}>Found</h2>', '[2]<h2 id="b"'),
    ("a paragraph", f'<p id="a">x</p><p id="b"{NEXT}>Found</p>', '<p id="b" style="break-before: page">[2]Found'),
    ("mid-paragraph", f'<p id="a">{LINES}</p>', "[2]"),
    ("mid-link", f'<p id="a"><a href="https://e.example/">{LINES}</a></p>', "[2]"),
    (
        "a long address",
        f'<p id="a">{LINES[:1600]}<a href="https://e.example/">{"lamps-and-corners/<wbr/>" * 30}</a></p>',
        "[2]lamps-and-corners/lamps",
    ),
    ("mid-emphasis", f'<p id="a">x <em>{LINES}</em></p>', "[2]"),
    ("a list", f'<p id="a">x</p><ul id="u"{NEXT}><li id="l">One</li></ul>', '<li id="l">[2]One'),
    (
        "an inner list",
        f'<ul id="u"><li id="l">One<ul id="v"{NEXT}><li id="m">Two</li></ul></li></ul>',
        '<li id="m">[2]Two',
    ),
    (
        "a term",
        f'<p id="a">x</p><dl id="e"{NEXT}><div id="g"><dt id="t">One</dt><dd id="d">Two</dd></div></dl>',
        '<dt id="t">[2]',
    ),
    ("lines of code", f'<p id="a">x</p><pre id="b"{NEXT}><code>one  two</code></pre>', "[2]<code>one  two"),
    (
        "a box",
        f'<p id="a">x</p><aside id="b"{NEXT} aria-labelledby="n"><p id="n">Note</p></aside>',
        '[2]<p id="n">Note',
    ),
    (
        "a table",
        f'<p id="a">x</p><div role="region" id="r"{NEXT}><table id="t"><thead><tr><th id="h">Area</th></tr></thead>'
        '<tbody><tr><td id="d">12</td></tr></tbody></table></div>',
        '[2]<div role="region"',
    ),
    (
        "a table with a caption",
        f'<p id="a">x</p><table id="t"{NEXT}><caption id="c">Thefts</caption>'
        '<tbody><tr><td id="d">12</td></tr></tbody></table>',
        '[2]<table id="t"',
    ),
    (
        "a row",
        '<table id="t"><thead><tr><th id="h">Area</th></tr></thead><tbody><tr class="whole"><td id="c">1</td></tr>'
        '<tr class="whole"><th id="k">North</th><td id="d">12</td></tr></tbody></table>',
        '<th id="k">[2]North</th><td id="d">12',
    ),
    (
        "within a cell",
        f'<table id="t"><tbody><tr><th id="h">North</th><td id="d">{LINES}</td></tr></tbody></table>',
        "[2]",
    ),
    (
        "a picture",
        f'<p id="a">x</p><figure id="f"{NEXT}><img src="asset:{SQUARE.sha256}" alt="A square"/></figure>',
        "[2]<figure",
    ),
    ("a drawing", f'<p id="a">x</p><figure id="f"{NEXT}>{PLOT}</figure>', "[2]<figure"),
    ("a formula", f'<p id="a">x</p><p id="f"{NEXT}>{FORMULA}</p>', '<p id="f" style="break-before: page">[2]<math'),
    ("a formula within a line", f'<p id="a">{f"{IN_LINE} (0 if) " * 350}</p>', f"(0 if) [2]{IN_LINE[:20]}"),
    ("formulas in a row", f'<p id="a">{f"{IN_LINE} " * 900}</p>', f"</math> [2]{IN_LINE[:20]}"),
    ("a formula set apart, then words", f'<p id="a">x</p><p id="f"{NEXT}>{FORMULA} of all.</p>', "[2]<math"),
    (
        "the caption of a picture on the page before",
        f'<figure id="f"><div id="i" class="whole">{PLOT}</div><figcaption id="c"{NEXT}>A square</figcaption></figure>',
        '[2]<figcaption id="c"',
    ),
    (
        "the rest of the notes",
        f'<p id="a">{LINES[:1700]}</p><p id="b">The last line.{CALL}</p><section id="s"><h2 id="k">Notes</h2>'
        f"{NOTE.format('A long note on lamps. ' * 60)}</section>",
        'href="#fn-1">1</a>[2]</p>',
    ),
    (
        "a few last words, with notes behind them",
        f'<p id="a">One line.{CALL}</p><p id="b"{NEXT}>The last words.</p><section id="s"><h2 id="k">Notes</h2>'
        f'{NOTE.format("Not on Sundays.")}</section><section id="m"><h2 id="h">How it was made</h2></section>',
        '<p id="b" style="break-before: page">[2]The last words.',
    ),
    (
        "a note too long for the foot",
        f'<p id="a">One line.{CALL}</p><section id="s"><h2 id="k">Notes</h2>{NOTE.format(LINES * 2)}</section>',
        "[2]",
    ),
    ("nothing", f'<p id="a">x</p><div id="v"{NEXT}>\u00a0</div><p id="b"{NEXT}>y</p>', "[2]"),
]


def marks(page: bytes) -> str:
    """The text of a page with its marks written short as [2]."""
    text = page.decode().partition("<main")[2]
    return re.sub(r'<span[^>]* data-page="(\d+)"[^>]*></span>', r"[\1]", text)


@pytest.mark.proof
@pytest.mark.parametrize(("body", "expected"), [place[1:] for place in PLACES], ids=[place[0] for place in PLACES])
def test_a_page_is_marked_where_it_begins(body: str, expected: str) -> None:
    text = manuscript(f"<h1 id='title'>Lamps</h1>{body}", style=STYLE, images=(SQUARE,))
    sheets = press(text)
    assert sheets.pages > 1
    assert expected in marks(bind_page(text, LIGHTING, DAY, sheets.starts, {}, layouts()))
