"""Words that are longer than their line, wherever they stand: they go on in the next, and nothing leaves the page."""

import re
from collections import Counter
from dataclasses import replace
from itertools import count

import pytest
from lxml import etree

from pipeline.compose.design.style import paged_style
from pipeline.compose.design.typeface import choose_fonts
from pipeline.model.formats import PdfVariant
from pipeline.press.press import press
from tests.support.compose import samples
from tests.support.press.manuscripts import manuscript, page_texts

LONG = "lamp" * 25
BESIDE = "Words stand beside it. " * 60
PLACES = f"""
<section class="cover" @><div class="cover-head" @><p class="eyebrow" @>{LONG}</p><h1 @>{LONG}</h1>
<p class="summary" @>{LONG}</p><p class="edition" @>{LONG}</p></div></section>
<p class="eyebrow" @>{LONG}</p><h1 @>{LONG}</h1><p class="summary" @>{LONG}</p>
<div class="answers"><section class="row key" @><h2 @>{LONG}</h2>
<p class="verdict" @><span class="overall">{LONG}</span> <span class="strength">{LONG}</span></p>
<p @>{LONG}</p></section></div>
<div class="text"><h2 @>{LONG}</h2><h3 @>{LONG}</h3><h4 @>{LONG}</h4>
<div class="opening h2"><h2 @>{LONG}</h2><p @>{BESIDE}</p></div>
<div class="opening h3"><h3 @>{LONG}</h3><p @>{BESIDE}</p></div>
<p @>Words <strong>{LONG}</strong> <em>{LONG}</em> <a href="https://e.example/">{LONG}</a>.</p>
<ul @><li @>{LONG}<ol @><li @>{LONG}</li></ol></li></ul><blockquote @><p @>{LONG}</p></blockquote>
<dl @><dt @>{LONG}</dt><dd @>{LONG}</dd></dl>
<div class="box box-note" @><p class="box-label" @>{LONG}</p><p @>{LONG}</p></div>
<div class="box box-practice" @><div class="hung side" @><p class="box-label" @>{LONG}</p>
<dl class="facts" @><div @><dt @>{LONG}</dt>
<dd @>{LONG}</dd></div></dl></div><p @>{LONG}</p></div>
<div class="pair"><div class="box" @><p @>{LONG}</p></div><div class="box" @><p @>{LONG}</p></div></div>
<figure @><figcaption @>{LONG}</figcaption></figure>
<div class="table" @><table @><caption @>{LONG}</caption><tbody><tr><td @>1</td><td @>2</td></tr></tbody></table></div>
</div><div class="matter"><section class="row" @><h2 @>{LONG}</h2><p @>{LONG}</p></section><div class="columns">
<section @><h2 @>{LONG}</h2><ul class="references" @><li @>{LONG}</li></ul></section>
<section @><dl class="terms" @><div @><dt @>{LONG}</dt>
<dd @>{LONG}</dd></div></dl></section></div></div>
<div class="row part-of-pack" @><h2 @>{LONG}</h2>
<ol class="entries" @><li @><p class="entry" @><span class="entry-title">{LONG}</span>
<span class="leader"></span><span class="folio">2</span></p></li></ol></div>
"""


@pytest.mark.proof
@pytest.mark.parametrize("variant", ["screen", "large-print", "booklet"])
def test_no_word_is_too_long_for_its_page(variant: PdfVariant) -> None:
    layouts = samples.layouts()
    fonts = choose_fonts(samples.imprint(), layouts, variant)
    style = paged_style("pack", samples.imprint(), layouts, fonts, variant)
    ids = count()
    body = re.sub("@", lambda _: f'id="x{next(ids)}"', PLACES)
    sheets = press(replace(manuscript(body), style=style, fonts=fonts.faces, variant=variant))
    assert {remark.code for remark in sheets.remarks} == {"made-word-broken"}
    text = "".join(map(str, etree.fromstring(f"<body>{body}</body>").itertext()))
    copied = "".join(page_texts(sheets.pdf))  # in whatever order: what hangs is drawn beside other words
    assert Counter(re.findall("[a-zA-Z]", copied)) == Counter(re.findall("[a-zA-Z]", text))


def test_code_may_break_anywhere() -> None:
    fonts = choose_fonts(samples.imprint(), samples.layouts(), "screen")
    style = paged_style("briefing", samples.imprint(), samples.layouts(), fonts, "screen")
    for element, codes in (("code", []), ("b", ["made-word-broken"])):
        body = f'<p id="x">It says <{element}>{LONG}</{element}> there.</p>'
        sheets = press(replace(manuscript(body), style=style, fonts=fonts.faces))
        assert [remark.code for remark in sheets.remarks] == codes


@pytest.mark.parametrize("opening", ["<strong>{} at the <em>", '<a href="https://e.example/">{} at the <b>'])
def test_no_word_breaks_behind_the_start_of_its_line(opening: str) -> None:
    """The engine took an element within the first element of a line for the start of that line, and broke its word."""
    lines = "".join(f'<p id="p{n}">{opening.format("i" * n)}neighbourhood</p>' for n in range(30, 100, 3))
    closed = lines.replace("</p>", "</em></strong></p>" if "em>" in opening else "</b></a></p>")
    assert not press(manuscript(closed, "html { overflow-wrap: break-word }")).remarks


def test_a_long_word_breaks_in_each_of_its_parts() -> None:
    """The engine broke it in the first alone, and set the others over the edge of the page."""
    body = f'<p id="x">{LONG[:60]}<b>{LONG}</b><i>{LONG}</i>{LONG}</p>'
    remarks = press(manuscript(body, "html { overflow-wrap: break-word }")).remarks
    assert [remark.code for remark in remarks] == ["made-word-broken"]
