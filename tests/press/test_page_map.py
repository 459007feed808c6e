"""The map says where each page starts, where the bindery may set a line, and where every id stands."""

from xml.etree import ElementTree

import pytest

from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import PageStart
from pipeline.press.press import press
from tests.support.press.manuscripts import MARK, briefing, manuscript, page_texts, table

LONG = "".join(f'<p id="p{n}">{"Lamps were mended on <em>some</em> streets, not all. " * 14}</p>' for n in range(14))
LISTS = "".join(f'<ul id="u{n}"><li id="l{n}">{"Lamps and corners. " * 40}</li></ul>' for n in range(12))
QUOTE = f'<blockquote id="q">{LONG}</blockquote>'


def text_at(text: Manuscript, start: PageStart, length: int) -> str:
    """The characters of the text from a page start on, white space left out."""
    (block,) = ElementTree.fromstring(f"<body>{text.chapter.body}</body>").iterfind(f".//*[@id='{start.element}']")
    return "".join("".join(block.itertext()).split())[start.offset :][:length]


@pytest.mark.parametrize(
    "body",
    [LONG, LISTS, table(70), QUOTE, f"<div id='d'>{LONG}</div>"],
    ids=["paragraphs", "lists", "table", "quote", "box"],
)
def test_every_page_starts_where_the_map_says(body: str) -> None:
    text = manuscript(body)
    sheets = press(text)
    assert [start.page for start in sheets.starts] == list(range(1, sheets.pages + 1))
    assert sheets.pages > 2
    for start, words in zip(sheets.starts, page_texts(sheets.pdf), strict=True):
        on_page = "".join(words.split()).removeprefix("•").removeprefix("OutcomeStudiesResult")
        in_text = text_at(text, start, 12)
        assert in_text
        assert on_page.startswith(in_text) or start.page == 1


def test_a_kept_place_is_measured_from_the_lower_left() -> None:
    (slot,) = press(briefing()).slots
    assert (slot.name, slot.page, slot.height) == ("produced", 1, 51)
    assert slot.x == pytest.approx(62.362)
    assert 560 < slot.y < 700
    assert slot.width == pytest.approx(334.488)


def test_every_id_has_its_page() -> None:
    sheets = press(briefing())
    pages = dict(sheets.targets)
    assert (pages["title"], pages["references"]) == (1, sheets.pages)
    assert list(pages.values()) == sorted(pages.values())


def test_a_page_of_pictures_starts_somewhere_too() -> None:
    body = f'<p id="a">x</p><p id="b" style="break-before: page">{MARK}</p>'
    assert press(manuscript(body)).starts[1] == PageStart(2, "b", 0)


def test_a_repeated_head_starts_no_page() -> None:
    """Even where the engine had no room for it over the first rows, and shows it on a later page first."""
    lengths = (300, 5, 150)
    rows = "".join(f'<tr><td id="d{n}">{"Lamps and corners here. " * k}</td></tr>' for n, k in enumerate(lengths))
    table = f'<table id="t"><thead><tr><th id="h">Area</th></tr></thead><tbody>{rows}</tbody></table>'
    sheets = press(manuscript(f'<p id="a">{"Lamps. " * 99}</p>{table}', style="thead th { height: 60pt }"))
    first = [n for n, words in enumerate(page_texts(sheets.pdf)) if words.startswith("Area")]
    assert first
    assert [start.element for start in sheets.starts].count("h") == 0
    assert sheets.starts[first[0]].element.startswith("d")


NOTES = ".footnote { float: footnote; width: 118mm } ::footnote-call, ::footnote-marker { content: none }"


def test_a_page_of_notes_alone_starts_at_the_end_of_the_text() -> None:
    call = '<a role="doc-noteref" id="fnref-1" href="#fn-1">1</a>'
    note = (
        f'<aside role="doc-footnote" class="footnote" id="fn-1"><p id="n">{"A long note on lamps. " * 60}</p></aside>'
    )
    text = f'<p id="a">{"Lamps were mended here. " * 80}</p><p id="b">The last line.{call}</p><section>{note}</section>'
    sheets = press(manuscript(text, style=NOTES))
    assert page_texts(sheets.pdf)[1].startswith("A long note")
    assert sheets.starts == (PageStart(1, "a", 0), PageStart(2, "b", len("Thelastline.1")))


def test_a_page_without_text_starts_where_the_next_does() -> None:
    body = '<p id="a">One</p><div id="v" class="void"></div><p id="b" class="next">Two</p>'
    style = ".void { break-before: page; height: 9pt; background: black } .next { break-before: page }"
    assert press(manuscript(body, style=style)).starts == (
        *(PageStart(1, "a", 0), PageStart(2, "b", 0), PageStart(3, "b", 0)),
    )
