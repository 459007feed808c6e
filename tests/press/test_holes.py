"""What is kept whole is parted where it would leave a hole at the foot of the page before, and nowhere else."""

from dataclasses import replace

import pytest

from pipeline.model.formats import PdfVariant
from pipeline.press.press import press
from tests.press.footnotes import FOOT, call, ended, note
from tests.support.press.manuscripts import manuscript, page_texts, paragraphs, picture

STYLE = """
.whole, li, tr { break-inside: avoid } h2, li:first-child, tr:first-child, li:nth-last-child(2) { break-after: avoid }
tr:last-child, .bound { break-before: avoid } img { width: 280pt } .beside { float: left }
"""
PICTURE = picture('<rect width="50" height="50" fill="#ddd"/>')
SHOWN = f'<img alt="Reports fell" src="asset:{PICTURE.sha256}"/>'
LONG = "Lamps were lit again. " * 60
"""A third of a page."""


def begun(body: str, lines: int = 6, style: str = "") -> bool:
    """Whether a thing begins on the first page, below so many paragraphs, and ends on the second."""
    first, *others = page_texts(press(manuscript(paragraphs(lines) + body, STYLE + style, (PICTURE,))).pdf)
    return "again" in first and any("again" in text for text in others)


@pytest.mark.parametrize(
    "block",
    [
        f'<aside id="a" class="whole"><p id="b">{LONG}</p></aside>',
        f'<div class="whole"><h2 id="a">Costs</h2><p id="b">{LONG}</p></div>',
        f'<div class="whole"><h2 id="a" class="beside">Costs</h2><p id="b">{LONG}</p></div>',
        f'<div class="whole"><div class="whole"><p id="b">{LONG}</p></div></div>',
        f'<table id="t"><tr id="r" class="whole"><td id="c">{LONG}</td><td id="d">Lit</td></tr></table>',
        f'<div class="whole"><ul id="u"><li id="a">{LONG[:400]}</li><li id="b">{LONG[:400]}</li>'
        f'<li id="c">{LONG[:400]}</li></ul></div>',
    ],
)
def test_a_thing_that_leaves_a_hole_is_parted(block: str) -> None:
    assert begun(block)


@pytest.mark.parametrize(
    ("block", "lines", "style"),
    [
        pytest.param(f'<aside id="a" class="whole"><p id="b">{LONG}</p></aside>', 9, "", id="a small gap"),
        pytest.param(f'<aside id="a" class="whole"><p id="b">{LONG}</p></aside>', 3, "", id="room enough"),
        pytest.param(
            f'<aside id="a" class="whole"><p id="b">{LONG}</p></aside>', 6, "aside { break-before: page }", id="meant"
        ),
        pytest.param(f'<figure id="f" class="whole"><p id="b">{LONG}</p></figure>', 6, "", id="a figure"),
        pytest.param(
            f'<div class="whole"><p id="b">{LONG} {call(1)}</p></div>{ended(note(1, "Lit."))}',
            6,
            FOOT,
            id="calls a note",
        ),
        pytest.param(
            f'<div class="whole"><p id="a">See again:</p><p id="b">{SHOWN}</p></div>', 6, "", id="around a picture"
        ),
    ],
)
def test_all_else_is_kept_whole(block: str, lines: int, style: str) -> None:
    assert not begun(block, lines, style)


@pytest.mark.parametrize(("rows", "stay"), [(2, 1), (3, 1), (4, 2)])
def test_a_table_parts_from_the_last_of_its_rows_where_its_note_does_not_fit(rows: int, stay: int) -> None:
    """It would fit alone. The note takes the last two rows along, of two the last; the others stay where they are."""
    cells = "".join(f'<tr id="r{n}"><td id="c{n}">Row {n}</td></tr>' for n in range(rows))
    table = f'<div id="d" class="table whole"><table id="t"><tbody id="b">{cells}</tbody></table></div>'
    note = f'<p id="n" class="bound">{"It is a note. " * 12}</p>'
    style = f"{STYLE} td {{ height: {210 / rows}pt; padding: 0 }} .table, table {{ margin: 0; border-spacing: 0 }}"
    pages = page_texts(press(manuscript(paragraphs(7) + table + note, style)).pdf)
    assert [text.count("Row") for text in pages] == [stay, rows - stay]
    assert "note" in pages[1]


@pytest.mark.parametrize("style", ["", "table, tbody, tr, td { display: block }"])
def test_a_row_that_is_lower_than_a_hole_stays_whole(style: str) -> None:
    """Three rows were kept together: they part before the one that does not fit, and so they do as blocks."""
    cells = "".join(f'<tr id="r{n}"><td id="c{n}">{f"Row {n} is lit. " * 25}</td></tr>' for n in range(3))
    table = f'<table id="t"><tbody id="b">{cells}</tbody></table>'
    pages = page_texts(press(manuscript(paragraphs(7) + table, STYLE + style)).pdf)
    assert [[text.count(f"Row {n}") for n in range(3)] for text in pages] == [[25, 25, 0], [0, 0, 25]]


FIGURE = f'<figure id="f" class="whole"><p id="b">{LONG.replace("Lamps", "Bulbs")}</p></figure>'


@pytest.mark.parametrize(
    ("variant", "after", "moves"),
    [
        ("booklet", "p", True),
        ("screen", "p", False),
        ("large-print", "p", False),
        ("booklet", "h2", False),
        ("booklet", 'p class="leads"', False),
    ],
)
def test_the_paragraph_after_a_figure_fills_its_hole(variant: PdfVariant, after: str, moves: bool) -> None:
    """In the booklet alone, whose pages nobody hears; no heading does, nor a paragraph that leads to something."""
    following = f'<{after} id="z">{"They burn all night. " * 6}</{after.split()[0]}><p id="y">It is dear.</p>'
    style = f"{STYLE} .leads {{ break-after: avoid }} h2 {{ font-size: 12pt }}"
    pages = page_texts(press(replace(manuscript(paragraphs(6) + FIGURE + following, style), variant=variant)).pdf)
    assert ["burn" in text for text in pages] == [moves, not moves]
    assert ["Bulbs" in text for text in pages] == [False, True]
